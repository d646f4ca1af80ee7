use chrono::{DateTime, TimeDelta, Utc};

use super::super::model::Import;

/// A calendar elsewhere as it is shown.
pub(super) struct Line {
    pub(super) import: Import,
    now: DateTime<Utc>,
}

impl Line {
    pub(super) fn new(import: Import, now: DateTime<Utc>) -> Line {
        Line { import, now }
    }

    /// All that is shown of its address.
    pub(super) fn host(&self) -> Option<&str> {
        self.import.url.as_ref().map(|url| url.host())
    }

    /// How long ago it was read.
    pub(super) fn age(&self) -> String {
        ago(self.now - self.import.read_at)
    }

    /// Why it was not read when that was tried last, as a sentence.
    pub(super) fn fault(&self) -> Option<String> {
        let error = Some(&self.import.error).filter(|error| !error.is_empty())?;
        Some(format!("It {error}{}", if error.ends_with('.') { "" } else { "." }))
    }
}

/// `12 minutes ago`.
fn ago(time: TimeDelta) -> String {
    let told = |n: i64, one: &str| match n {
        1 => format!("1 {one} ago"),
        n => format!("{n} {one}s ago"),
    };
    match (time.num_days(), time.num_hours(), time.num_minutes()) {
        (2.., ..) => told(time.num_days(), "day"),
        (_, 1.., _) => told(time.num_hours(), "hour"),
        (_, _, 1..) => told(time.num_minutes(), "minute"),
        _ => "just now".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_age_is_told_as_one_says_it() {
        for (minutes, told) in [
            (-1, "just now"),
            (0, "just now"),
            (1, "1 minute ago"),
            (12, "12 minutes ago"),
            (60, "1 hour ago"),
            (47 * 60, "47 hours ago"),
            (72 * 60, "3 days ago"),
        ] {
            assert_eq!(ago(TimeDelta::minutes(minutes)), told);
        }
    }
}
