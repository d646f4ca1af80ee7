use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::Papers;
use crate::{
    bookings::{Party, Status},
    values::{FieldErrors, Prose, Slot},
};

/// From how long before the start somebody says that they are late: before that there is time to move
/// the session instead, with the other side's consent.
const SAID_FROM: TimeDelta = TimeDelta::hours(2);
/// Less is no delay that anybody plans by.
pub(crate) const LEAST_LATE: i16 = 5;
/// Who comes later than that does not come to this session.
pub(crate) const MOST_LATE: i16 = 180;
/// Each time a mail goes out.
const MOST_SAID: usize = 10;

/// What one side said of being late. Such rows are never changed: what is said last holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Delay {
    pub(crate) by: Party,
    pub(crate) said_at: DateTime<Utc>,
    /// After the booked start.
    pub(crate) minutes: i16,
    /// May be empty.
    pub(crate) words: String,
}

/// What is about to be said.
#[derive(Clone, Debug)]
pub(crate) struct DelayDraft {
    pub(crate) minutes: i16,
    pub(crate) words: Option<Prose<300>>,
}

/// A delay that mattered, as a report has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReportDelay {
    pub(crate) by: Party,
    pub(crate) name: String,
    pub(crate) said_at: DateTime<Utc>,
    /// After the booked start.
    pub(crate) minutes: i16,
}

/// Why nobody says now that they are late. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NotLate {
    #[error("Only the two sides of a booking say that they are late.")]
    NotASide,
    #[error("Only who is booked for a session in a room can be late for it.")]
    NotBooked,
    #[error("It is early yet: from two hours before the start one says so here.")]
    TooEarly,
    #[error("The session is marked as started.")]
    Started,
    #[error("The session is over.")]
    Over,
    #[error("One of you says that the other did not come: answer that.")]
    Disputed,
    #[error("You have said so ten times. Write to them from here on.")]
    TooOften,
}

/// Why just this is not said.
#[derive(Clone, Debug)]
pub(crate) enum DelayFault {
    Refused(NotLate),
    Invalid(FieldErrors),
}

impl From<NotLate> for DelayFault {
    fn from(refusal: NotLate) -> DelayFault {
        DelayFault::Refused(refusal)
    }
}

/// What comes of saying it.
#[derive(Clone, Debug)]
pub(crate) enum Told {
    /// It was said just so before: a second press.
    Same,
    New(Delay),
}

impl Delay {
    /// When they mean to be there.
    pub(crate) fn until(&self, booked: Slot) -> DateTime<Utc> {
        booked.starts_at() + TimeDelta::minutes(self.minutes.into())
    }
}

impl Papers {
    /// What was said for the session as it is booked now, the first first.
    pub(crate) fn delays(&self) -> impl DoubleEndedIterator<Item = &Delay> {
        let opens = self.booking.when.session().map(|booked| booked.starts_at() - SAID_FROM);
        self.delays.iter().filter(move |delay| opens.is_some_and(|opens| delay.said_at >= opens))
    }

    /// What a side said last.
    pub(crate) fn delay_of(&self, by: Party) -> Option<&Delay> {
        self.delays().rfind(|delay| delay.by == by)
    }

    /// Whether `by` may say now that they are late; answers for which session.
    pub(crate) fn may_be_late(
        &self,
        by: Option<Party>,
        now: DateTime<Utc>,
    ) -> Result<(Party, Slot), NotLate> {
        let by = by.ok_or(NotLate::NotASide)?;
        let booked = self.booking.when.session().ok_or(NotLate::NotBooked)?;
        if self.booking.status != Status::Confirmed {
            Err(NotLate::NotBooked)
        } else if now < booked.starts_at() - SAID_FROM {
            Err(NotLate::TooEarly)
        } else if self.marks().started_at.is_some() {
            Err(NotLate::Started)
        } else if now >= booked.ends_at() {
            Err(NotLate::Over)
        } else if self.booking.is_disputed {
            Err(NotLate::Disputed)
        } else if self.delays().filter(|delay| delay.by == by).count() >= MOST_SAID {
            Err(NotLate::TooOften)
        } else {
            Ok((by, booked))
        }
    }

    /// What `by` saying this now comes to.
    pub(crate) fn say_late(
        &self,
        by: Option<Party>,
        draft: &DelayDraft,
        now: DateTime<Utc>,
    ) -> Result<Told, DelayFault> {
        let (by, booked) = self.may_be_late(by, now)?;
        let words = draft.words.as_ref().map_or("", Prose::as_str);
        let said = self.delay_of(by);
        if said.is_some_and(|said| said.minutes == draft.minutes && said.words == words) {
            return Ok(Told::Same);
        }
        let delay = Delay { by, said_at: now, minutes: draft.minutes, words: words.to_owned() };
        let mut errors = FieldErrors::default();
        if delay.until(booked) <= now {
            errors.add("minutes", "are over already: count from when it was to start");
        } else if delay.until(booked) >= booked.ends_at() {
            errors.add("minutes", "are as long as the session, or longer: talk to them");
        }
        if errors.is_empty() { Ok(Told::New(delay)) } else { Err(DelayFault::Invalid(errors)) }
    }

    /// What was said last by each side, where the session did begin late.
    pub(super) fn delays_that_mattered(&self) -> Vec<ReportDelay> {
        let (Some(booked), Some(began)) = (self.booking.when.session(), self.marks().started_at)
        else {
            return Vec::new();
        };
        if began <= booked.starts_at() {
            return Vec::new();
        }
        let said = [Party::Musician, Party::Producer].map(|by| self.delay_of(by));
        let told = said.into_iter().flatten().map(|delay| ReportDelay {
            by: delay.by,
            name: self.booking.name_of(delay.by).to_owned(),
            said_at: delay.said_at,
            minutes: delay.minutes,
        });
        told.collect()
    }
}
