use std::{fmt, str::FromStr};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    credits::Side,
    values::{AccountId, BookingId, Prose, ReviewId, Zone},
};

/// How long after a booking was done its sides may write.
pub(super) const WRITTEN_WITHIN: TimeDelta = TimeDelta::days(60);

/// How long the first review waits for the second.
pub(super) const BLIND_FOR: TimeDelta = TimeDelta::days(7);

/// One to five.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stars(i16);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotStars {
    #[error("are missing: choose one to five")]
    Missing,
    #[error("are a whole number from 1 to 5")]
    Other,
}

impl Stars {
    pub(super) fn number(self) -> i16 {
        self.0
    }
}

impl FromStr for Stars {
    type Err = NotStars;

    fn from_str(text: &str) -> Result<Stars, NotStars> {
        match text.trim() {
            "" => Err(NotStars::Missing),
            text => {
                let number = text.parse().ok().filter(|number| (1..=5).contains(number));
                number.map(Stars).ok_or(NotStars::Other)
            }
        }
    }
}

/// What somebody says, fit to be kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) stars: Stars,
    pub(super) words: Option<Prose<2000>>,
}

impl Draft {
    pub(super) fn words(&self) -> &str {
        self.words.as_ref().map_or("", Prose::as_str)
    }
}

/// What one side of a booking wrote.
#[derive(Clone, Debug)]
pub(super) struct Written {
    pub(super) id: ReviewId,
    pub(super) by: Side,
    pub(super) stars: i16,
    pub(super) words: String,
    pub(super) written_at: DateTime<Utc>,
    pub(super) published_at: Option<DateTime<Utc>>,
    pub(super) taken_down_at: Option<DateTime<Utc>>,
    pub(super) taken_down_for: Option<String>,
}

impl Written {
    /// When it is published, should the other side not write before.
    pub(super) fn due_at(&self) -> DateTime<Utc> {
        self.written_at + BLIND_FOR
    }

    fn says(&self, draft: &Draft) -> bool {
        self.stars == draft.stars.number() && self.words == draft.words()
    }

    /// Whether whoever it is about may read it.
    pub(super) fn is_read(&self) -> bool {
        self.published_at.is_some() && self.taken_down_at.is_none()
    }
}

/// The reviews of one booking, as one of its sides has to do with them.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    /// When the booking was marked done, if it was.
    pub(super) done_at: Option<DateTime<Utc>>,
    pub(super) mine: Option<Written>,
    pub(super) theirs: Option<Written>,
    /// The other side's account is deleted.
    pub(super) other_is_gone: bool,
}

/// What comes of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It stands already, word for word: a second press.
    Same,
    /// The first of the two: it waits.
    Waits,
    /// One that waits says something else.
    Changed,
    /// The second of the two: both are published.
    PublishesBoth,
    /// The other was published when its week was over: this one is at once.
    Published,
}

/// Why nothing is written. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Only the two sides of a booking review each other.")]
    NotASide,
    #[error("This booking is not done yet: its sides review each other once it is.")]
    NotDone,
    #[error(
        "The time to write is over: reviews are written within 60 days after the work was done."
    )]
    TooLate,
    #[error("Your review is published, so it stays as it is.")]
    Published,
    #[error("The other side has deleted their account, so there is nobody to review.")]
    NobodyThere,
}

impl Pair {
    /// Every change of reviews: what writing `draft` now does, or why it may not.
    pub(super) fn write(&self, draft: &Draft, now: DateTime<Utc>) -> Result<Outcome, Refusal> {
        match &self.mine {
            Some(mine) if mine.says(draft) => Ok(Outcome::Same),
            _ => self.may_write(now).map(|()| match (&self.mine, &self.theirs) {
                (Some(_), _) => Outcome::Changed,
                (None, None) => Outcome::Waits,
                (None, Some(theirs)) if theirs.published_at.is_some() => Outcome::Published,
                (None, Some(_)) => Outcome::PublishesBoth,
            }),
        }
    }

    /// Whether anything may be written or changed now.
    pub(super) fn may_write(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let until = self.until().ok_or(Refusal::NotDone)?;
        match &self.mine {
            // Due is as good as published: the clock is on its way.
            Some(mine) if mine.published_at.is_some() || mine.due_at() <= now => {
                Err(Refusal::Published)
            }
            Some(_) => Ok(()),
            None if self.other_is_gone => Err(Refusal::NobodyThere),
            None if until <= now => Err(Refusal::TooLate),
            None => Ok(()),
        }
    }

    /// Until when a review may be written.
    pub(super) fn until(&self) -> Option<DateTime<Utc>> {
        Some(self.done_at? + WRITTEN_WITHIN)
    }
}

/// A published review of a player, as everybody reads it.
#[derive(Clone, Debug)]
pub(crate) struct Review {
    pub id: ReviewId,
    pub stars: i16,
    /// May be empty.
    pub words: String,
    pub published_at: DateTime<Utc>,
    /// The producer's name as it stands now.
    pub by: String,
    /// When the session began, or the work was due, and the clock that is told in.
    pub(super) session_at: DateTime<Utc>,
    pub(super) zone: Zone,
}

impl Review {
    pub(crate) fn session_on(&self) -> NaiveDate {
        self.zone.date(self.session_at)
    }
}

/// The published reviews of a player, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Summary {
    pub count: i64,
    /// Of the stars; none while there is no review.
    pub average: Option<f64>,
}

impl Summary {
    /// `4.6`, `5`.
    pub(crate) fn stars(&self) -> Option<String> {
        let text = format!("{:.1}", self.average?);
        Some(text.strip_suffix(".0").map_or(text.clone(), str::to_owned))
    }
}

/// Where a page of reviews ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cursor {
    pub(super) at: DateTime<Utc>,
    pub(super) id: ReviewId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not where a page of this list ended")]
pub(super) struct NotCursor;

impl Cursor {
    pub(super) fn of(review: &Review) -> Cursor {
        Cursor { at: review.published_at, id: review.id }
    }
}

impl FromStr for Cursor {
    type Err = NotCursor;

    fn from_str(text: &str) -> Result<Cursor, NotCursor> {
        let (at, id) = text.split_once('.').ok_or(NotCursor)?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros);
        // Postgres knows no time before its own beginning.
        let at = at.filter(|at| *at >= DateTime::UNIX_EPOCH).ok_or(NotCursor)?;
        Ok(Cursor { at, id: id.parse().map_err(|_| NotCursor)? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id)
    }
}

/// A review as an admin judges it.
#[derive(Clone, Debug)]
pub(super) struct Case {
    pub(super) written: Written,
    pub(super) booking_id: BookingId,
    pub(super) by_account: AccountId,
    pub(super) producer: String,
    pub(super) musician: String,
    pub(super) title: String,
}

impl Case {
    /// Who wrote it, and of whom.
    pub(super) fn names(&self) -> (&str, &str) {
        match self.written.by {
            Side::Producer => (&self.producer, &self.musician),
            Side::Musician => (&self.musician, &self.producer),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> DateTime<Utc> {
        "2026-12-08T19:00:00Z".parse::<DateTime<Utc>>().unwrap() + TimeDelta::days(n)
    }

    fn draft(stars: &str, words: &str) -> Draft {
        Draft { stars: stars.parse().unwrap(), words: Prose::optional(words).unwrap() }
    }

    fn written(by: Side, at: i64, published: Option<i64>) -> Written {
        Written {
            id: 1.into(),
            by,
            stars: 4,
            words: "Early, and in tune.".into(),
            written_at: day(at),
            published_at: published.map(day),
            taken_down_at: None,
            taken_down_for: None,
        }
    }

    /// Done on day 0, and nothing written.
    fn pair() -> Pair {
        Pair { done_at: Some(day(0)), mine: None, theirs: None, other_is_gone: false }
    }

    #[test]
    fn stars_are_one_to_five() {
        for (text, number) in [("1", Ok(1)), (" 5 ", Ok(5)), ("", Err(NotStars::Missing))] {
            assert_eq!(text.parse::<Stars>().map(Stars::number), number);
        }
        for text in ["0", "6", "-1", "x", "4.5", "99999999999", "٤", "4\0"] {
            assert_eq!(text.parse::<Stars>(), Err(NotStars::Other), "{text}");
        }
    }

    #[test]
    fn the_first_waits_and_the_second_publishes_both() {
        let said = draft("5", "Kind to the singer.");
        assert_eq!(pair().write(&said, day(1)), Ok(Outcome::Waits));
        let theirs = Some(written(Side::Musician, 1, None));
        let second = Pair { theirs, ..pair() };
        assert_eq!(second.write(&said, day(2)), Ok(Outcome::PublishesBoth));
        let theirs = Some(written(Side::Musician, 1, Some(8)));
        let late = Pair { theirs, ..pair() };
        assert_eq!(late.write(&said, day(20)), Ok(Outcome::Published));
    }

    #[test]
    fn it_can_be_changed_until_it_is_published_and_never_after() {
        let mine = |published| Pair { mine: Some(written(Side::Producer, 1, published)), ..pair() };
        let other = draft("2", "Late.");
        assert_eq!(mine(None).write(&other, day(7)), Ok(Outcome::Changed));
        assert_eq!(mine(None).write(&other, day(8)), Err(Refusal::Published), "due");
        assert_eq!(mine(Some(2)).write(&other, day(3)), Err(Refusal::Published));
        let same = draft("4", "Early, and in tune.");
        assert_eq!(mine(Some(2)).write(&same, day(3)), Ok(Outcome::Same), "a second press");
    }

    #[test]
    fn nobody_writes_before_it_is_done_or_sixty_days_after_or_of_one_who_left() {
        let said = draft("5", "");
        let open = Pair { done_at: None, ..pair() };
        assert_eq!(open.write(&said, day(1)), Err(Refusal::NotDone));
        let last = day(60) - TimeDelta::seconds(1);
        assert_eq!(pair().write(&said, last), Ok(Outcome::Waits));
        assert_eq!(pair().write(&said, day(60)), Err(Refusal::TooLate));
        let gone = Pair { other_is_gone: true, ..pair() };
        assert_eq!(gone.write(&said, day(1)), Err(Refusal::NobodyThere));
    }

    #[test]
    fn an_average_is_told_to_a_tenth() {
        let told = |average| Summary { count: 3, average }.stars();
        assert_eq!(told(None), None);
        assert_eq!(told(Some(4.666)), Some("4.7".into()));
        assert_eq!(told(Some(5.0)), Some("5".into()));
        assert_eq!(told(Some(4.96)), Some("5".into()));
    }

    proptest! {
        /// Whatever stands: what is published, or due, is never changed by anything written.
        #[test]
        fn nothing_published_is_ever_changed(
            at in 0..60_i64, published in proptest::option::of(0..7_i64), later in 0..200_i64,
            stars in 1..=5_i16, gone: bool,
        ) {
            let mine = written(Side::Producer, at, published.map(|days| at + days));
            let fixed = published.is_some() || later >= 7;
            let pair = Pair { mine: Some(mine), other_is_gone: gone, ..pair() };
            let outcome = pair.write(&draft(&stars.to_string(), "Otherwise."), day(at + later));
            prop_assert_eq!(outcome == Ok(Outcome::Changed), !fixed);
            prop_assert_eq!(outcome == Err(Refusal::Published), fixed);
        }
    }
}
