use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::report::{ReportItem, lines};
use crate::{
    bookings::Booking,
    values::{FieldErrors, Slot},
};

/// How long before its booked start a session may be marked, or have started.
pub(super) const EARLY: TimeDelta = TimeDelta::hours(1);
/// How long after its booked end it has ended at the latest.
const LATE: TimeDelta = TimeDelta::hours(12);

/// What is written down of the work.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Marks {
    /// Whole minutes, as the end.
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// Minutes.
    pub(crate) rests: i16,
    /// Instruments beside those that were booked.
    pub(crate) doubles: i16,
    /// Remote: how many were recorded, where somebody says so.
    pub(crate) songs: Option<i16>,
    /// Minor units of the fee's currency, agreed on where the terms say nothing.
    pub(crate) overtime_fee: Option<i64>,
    pub(crate) doubles_fee: Option<i64>,
}

/// What is marked with one press.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Mark {
    Start,
    End,
}

impl Mark {
    /// As an address says it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Mark::Start => "start",
            Mark::End => "end",
        }
    }
}

/// Why something is not written down: what follows the name of the field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
enum BadMark {
    #[error("is missing: what ended has started")]
    NoStart,
    #[error("is more than an hour before the session was booked to start")]
    TooEarly,
    #[error("is not before the session was booked to end")]
    PastTheEnd,
    #[error("is still to come")]
    Ahead,
    #[error("must be after the start")]
    NotAfter,
    #[error("is more than 12 hours after the session was booked to end")]
    TooLate,
    #[error("are as long as the session, or longer")]
    AllRest,
    #[error("are taken in a session that started and ended: write that down too")]
    RestOfNothing,
    #[error("is of a session in a room: leave it empty")]
    OfRooms,
    #[error("are of remote work: leave them empty")]
    OfRemoteWork,
    #[error("is only for what the terms say nothing of: leave it empty")]
    NotOpen,
}

/// The minute in which something happens.
pub(super) fn minute_of(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::minutes(1)).unwrap_or(at)
}

impl Marks {
    /// From the first to the last note, once both are marked.
    pub(crate) fn played(&self) -> Option<Slot> {
        Slot::new(self.started_at?, self.ended_at?).ok()
    }

    /// Minutes past the booked end, by the clock: rests do not shorten them.
    pub(super) fn overtime(&self, booked: Slot) -> u16 {
        let over = self.ended_at.map_or(0, |ended| (ended - booked.ends_at()).num_minutes());
        u16::try_from(over.max(0)).unwrap_or(u16::MAX)
    }

    /// Everything about them that cannot be.
    pub(super) fn faults(&self, booking: &Booking, now: DateTime<Utc>) -> FieldErrors {
        let mut errors = FieldErrors::default();
        match booking.when.session() {
            Some(booked) => self.faults_in_a_room(booked, now, &mut errors),
            None => {
                if self.started_at.is_some() {
                    errors.add("started", BadMark::OfRooms);
                }
                if self.ended_at.is_some() {
                    errors.add("ended", BadMark::OfRooms);
                }
            }
        }
        match self.played() {
            Some(played) if i64::from(self.rests) >= played.length().num_minutes() => {
                errors.add("rests", BadMark::AllRest);
            }
            None if self.rests > 0 => errors.add("rests", BadMark::RestOfNothing),
            _ => {}
        }
        let silent = Marks { overtime_fee: None, doubles_fee: None, ..self.clone() };
        let open = lines(booking, &silent);
        let is_open = |item| open.iter().any(|line| line.item == item && line.is_open);
        if self.overtime_fee.is_some() && !is_open(ReportItem::Overtime) {
            errors.add("overtime_fee", BadMark::NotOpen);
        }
        if self.doubles_fee.is_some() && !is_open(ReportItem::Doubling) {
            errors.add("doubles_fee", BadMark::NotOpen);
        }
        errors
    }

    fn faults_in_a_room(&self, booked: Slot, now: DateTime<Utc>, errors: &mut FieldErrors) {
        if self.songs.is_some() {
            errors.add("songs", BadMark::OfRemoteWork);
        }
        match self.started_at {
            None if self.ended_at.is_some() => errors.add("started", BadMark::NoStart),
            Some(at) if at < booked.starts_at() - EARLY => {
                errors.add("started", BadMark::TooEarly);
            }
            Some(at) if at >= booked.ends_at() => errors.add("started", BadMark::PastTheEnd),
            Some(at) if at > now => errors.add("started", BadMark::Ahead),
            _ => {}
        }
        match self.ended_at {
            Some(at) if at > now => errors.add("ended", BadMark::Ahead),
            Some(at) if at > booked.ends_at() + LATE => errors.add("ended", BadMark::TooLate),
            Some(at) if self.started_at.is_some_and(|started| at <= started) => {
                errors.add("ended", BadMark::NotAfter);
            }
            _ => {}
        }
    }
}
