use std::collections::HashMap;

use crate::values::{MusicianId, RecordingId};

/// What a change is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// A player's listing, their profile, or their time.
    Musician(MusicianId),
    /// What a recording is called, or who is credited on it.
    Recording(RecordingId),
    ExchangeRates,
    /// All of these together: what is made of everybody is true until anybody changes.
    Anything,
}

/// The changes that were read, of one look.
#[derive(Debug)]
pub(super) struct Changes {
    /// Before this transaction nothing is still under way.
    pub(super) horizon: i64,
    /// The number of each, its transaction, and what it is of.
    pub(super) each: Vec<(i64, i64, Subject)>,
}

/// How far somebody has followed.
///
/// Transactions commit in another order than they begin, so no single number says what was read: it
/// is everything before the `horizon`, and those changes of later transactions that are named.
#[derive(Clone, Debug)]
pub(super) struct Seen {
    pub(super) horizon: i64,
    later: HashMap<i64, i64>,
}

impl Seen {
    /// Everything before `horizon`.
    pub(super) fn all_before(horizon: i64) -> Seen {
        Seen { horizon, later: HashMap::new() }
    }

    pub(super) fn later(&self) -> Vec<i64> {
        self.later.keys().copied().collect()
    }

    pub(super) fn add(&mut self, changes: &Changes) {
        self.later.extend(changes.each.iter().map(|(id, xact, _)| (*id, *xact)));
        if changes.horizon > self.horizon {
            self.horizon = changes.horizon;
            self.later.retain(|_, xact| *xact >= changes.horizon);
        }
    }
}

/// Whether what was made of some subjects, at some age of the world, is still true.
#[derive(Debug, Default)]
pub(super) struct Ages {
    /// Grows with each look that heard of something.
    now: u64,
    /// What was made before this may be of anything that changed since.
    least: u64,
    changed: HashMap<Subject, u64>,
}

/// More subjects than this are not remembered one by one.
const MOST_REMEMBERED: usize = 50_000;

impl Ages {
    pub(super) fn now(&self) -> u64 {
        self.now
    }

    /// These changed.
    pub(super) fn change(&mut self, subjects: impl IntoIterator<Item = Subject>) {
        self.now += 1;
        let now = self.now;
        self.changed.extend(subjects.into_iter().map(|subject| (subject, now)));
        if self.changed.len() > MOST_REMEMBERED {
            self.change_all();
        }
    }

    /// Anything may have changed.
    pub(super) fn change_all(&mut self) {
        self.now += 1;
        self.least = self.now;
        self.changed.clear();
    }

    /// Whether nothing of `subjects` changed after `made`.
    pub(super) fn is_true(&self, made: u64, subjects: &[Subject]) -> bool {
        let changed = |subject: &Subject| match subject {
            Subject::Anything => self.now > made,
            subject => self.changed.get(subject).is_some_and(|at| *at > made),
        };
        made >= self.least && !subjects.iter().any(changed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(id: i64, xact: i64) -> (i64, i64, Subject) {
        (id, xact, Subject::ExchangeRates)
    }

    #[test]
    fn what_was_read_of_a_transaction_is_not_read_again_and_what_was_not_is() {
        let mut seen = Seen::all_before(10);
        seen.add(&Changes { horizon: 10, each: vec![change(1, 12)] });
        assert_eq!((seen.horizon, seen.later()), (10, vec![1]), "10 and 11 may still commit");
        seen.add(&Changes { horizon: 13, each: vec![change(2, 11)] });
        assert_eq!((seen.horizon, seen.later()), (13, vec![]));
        seen.add(&Changes { horizon: 12, each: vec![change(3, 14)] });
        assert_eq!((seen.horizon, seen.later()), (13, vec![3]), "a horizon does not go back");
    }

    #[test]
    fn a_page_is_true_until_one_of_its_subjects_changes() {
        let (maren, josiah) =
            (Subject::Musician(MusicianId::from(1)), Subject::Musician(MusicianId::from(2)));
        let mut ages = Ages::default();
        let made = ages.now();
        ages.change([josiah]);
        assert!(ages.is_true(made, &[maren]));
        assert!(!ages.is_true(made, &[maren, josiah]));
        assert!(ages.is_true(ages.now(), &[maren, josiah]), "made after the change");
        assert!(!ages.is_true(made, &[Subject::Anything]));
        assert!(ages.is_true(ages.now(), &[Subject::Anything]));
        ages.change_all();
        assert!(!ages.is_true(made, &[maren]));
        assert!(ages.is_true(ages.now(), &[maren]));
    }

    #[test]
    fn more_changes_than_are_remembered_spare_no_page() {
        let mut ages = Ages::default();
        let made = ages.now();
        ages.change((2..60_000).map(|id| Subject::Musician(MusicianId::from(id))));
        assert!(!ages.is_true(made, &[Subject::Musician(MusicianId::from(1))]));
    }
}
