use crate::{files::size, values::CallFileId};

/// How many files go with one call.
pub(in crate::bookings) const MOST_FILES: i64 = 20;
/// How many of one producer's lie beside forms that were not sent.
pub(in crate::bookings) const MOST_UNSENT: i64 = 60;
/// How long they lie there, in days.
pub(in crate::bookings) const KEPT_UNSENT: i64 = 2;

/// A chart, or audio to play to, that goes with a call.
#[derive(Clone, Debug)]
pub struct CallFile {
    pub(crate) id: CallFileId,
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) bytes: i64,
}

impl CallFile {
    /// `PDF, 340 kB`.
    pub(crate) fn told(&self) -> String {
        format!("{}, {}", self.kind, size(self.bytes))
    }
}

/// Why a file is not kept beside a form, in words that follow `File`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::bookings) enum Unkept {
    #[error("is one of too many: {MOST_FILES} go with one call")]
    Full,
    #[error(
        "does not fit: {MOST_UNSENT} of yours lie beside forms that you did not send. They go by themselves after {KEPT_UNSENT} days"
    )]
    FullUnsent,
    #[error("was not added yet: choose it once more, and add it before you send")]
    NotAdded,
    #[error("cannot be kept: the form has no key to keep it under. Reload the page")]
    NoKey,
}

/// Whether one more file may lie beside a form, where `beside` do already, and `unsent` beside all of
/// this producer's.
pub(in crate::bookings) fn may_keep(beside: i64, unsent: i64) -> Result<(), Unkept> {
    match (beside, unsent) {
        (MOST_FILES.., _) => Err(Unkept::Full),
        (_, MOST_UNSENT..) => Err(Unkept::FullUnsent),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_and_a_producer_keep_so_many_and_no_more() {
        assert_eq!(may_keep(19, 59), Ok(()));
        assert_eq!(may_keep(20, 20), Err(Unkept::Full));
        assert_eq!(may_keep(0, 60), Err(Unkept::FullUnsent));
    }

    #[test]
    fn a_file_is_told_by_what_it_is_and_how_large() {
        let (name, kind) = ("Dust.pdf".into(), "PDF".into());
        assert_eq!(CallFile { id: 1.into(), name, kind, bytes: 340_000 }.told(), "PDF, 340 kB");
    }
}
