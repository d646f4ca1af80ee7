mod audio;
mod kind;

use std::{fmt, ops::Range};

pub(crate) use audio::Audio;
pub(crate) use kind::{ACCEPT, Kind, MOST_BYTES, Taken, Unusable, size};
pub(super) use kind::{MOST_FILES, safe_name};

/// Where a file lies: the folder of its room and 128 random bits, so that nobody guesses one and
/// no name that somebody sent is ever part of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, sqlx::Type)]
#[sqlx(transparent)]
pub struct FileKey(String);

impl FileKey {
    /// # Panics
    /// When the system has no randomness to give, which no later step would survive either.
    pub fn random(folder: &'static str) -> FileKey {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).expect("the system gives random bytes");
        FileKey(format!("{folder}/{}", hex::encode(bytes)))
    }

    pub(super) fn of_path(path: &str) -> FileKey {
        FileKey(path.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a `Range` header asks of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// All of it: nothing was asked for, or nothing we understand, or several parts at once.
    Whole,
    Bytes(Range<u64>),
    /// It begins behind the end.
    Nothing,
}

impl Part {
    /// As RFC 9110 reads `bytes=…` of a file with this many bytes.
    pub(super) fn read(header: &str, bytes: u64) -> Part {
        Part::asked(header, bytes).unwrap_or(Part::Whole)
    }

    fn asked(header: &str, bytes: u64) -> Option<Part> {
        let (from, to) = header.trim().strip_prefix("bytes=")?.trim().split_once('-')?;
        let number = |text: &str| {
            let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
            // More digits than fit are still far behind the end.
            digits.then(|| text.parse().unwrap_or(u64::MAX))
        };
        let range = match (from, to) {
            ("", last) => bytes.saturating_sub(number(last)?)..bytes,
            (from, "") => number(from)?..bytes,
            (from, to) => {
                let (from, to) = (number(from)?, number(to)?);
                if to < from {
                    return None;
                }
                from..bytes.min(to.saturating_add(1))
            }
        };
        Some(if range.is_empty() { Part::Nothing } else { Part::Bytes(range) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_keys_are_the_same_and_none_leads_out_of_its_folder() {
        let (one, other) = (FileKey::random("demos"), FileKey::random("demos"));
        assert_ne!(one, other);
        assert!(one.as_str().starts_with("demos/") && one.as_str().len() == 6 + 32);
    }

    #[test]
    fn a_range_is_read_as_the_standard_says() {
        for (header, part) in [
            ("bytes=0-0", Part::Bytes(0..1)),
            ("bytes=10-19", Part::Bytes(10..20)),
            ("bytes=10-", Part::Bytes(10..100)),
            ("bytes=90-500", Part::Bytes(90..100)),
            ("bytes=-7", Part::Bytes(93..100)),
            ("bytes=-700", Part::Bytes(0..100)),
            ("bytes=-0", Part::Nothing),
            ("bytes=100-", Part::Nothing),
            ("bytes=99999999999999999999999-", Part::Nothing),
            ("bytes=5-4", Part::Whole),
            ("bytes=0-1,5-6", Part::Whole),
            ("bytes=a-b", Part::Whole),
            ("bytes=+1-2", Part::Whole),
            ("bytes=", Part::Whole),
            ("lines=0-1", Part::Whole),
            ("", Part::Whole),
        ] {
            assert_eq!(Part::read(header, 100), part, "{header}");
        }
        assert_eq!(Part::read("bytes=0-", 0), Part::Nothing);
    }
}
