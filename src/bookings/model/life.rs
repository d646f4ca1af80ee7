use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{Booking, Kind};
use crate::values::{AccountId, BookingId};

/// Where a booking stands.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "booking_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Asked, and not answered yet. Takes nobody's time.
    Requested,
    Confirmed,
    /// The musician said no.
    Declined,
    /// The producer took the request back.
    Withdrawn,
    /// Nobody answered in time.
    Lapsed,
    /// One side called a confirmed booking off.
    Cancelled,
    Done,
}

/// What happens to a booking. An address names those that people do here: the clock's is its own,
/// and what is done is told to the room of credits, with the recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Verb {
    Accept,
    Decline,
    Withdraw,
    Cancel,
    #[serde(skip_deserializing)]
    Done,
    /// What the clock does to a request that nobody answered.
    #[serde(skip_deserializing)]
    Lapse,
}

/// Which side of a booking someone is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    Producer,
    Musician,
}

/// One step of a booking's life, ready to be recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    pub booking: BookingId,
    pub from: Status,
    pub to: Status,
    /// None is the clock.
    pub by: Option<AccountId>,
    pub at: DateTime<Utc>,
}

/// Why a booking stays as it is. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("This is your own profile: nobody books themselves.")]
    OwnProfile,
    #[error("Only the two sides of a booking may act on it.")]
    NotASide,
    #[error("Only the musician answers a request. You may withdraw it.")]
    NotYoursToAnswer,
    #[error("Only the producer withdraws a request. You may decline it.")]
    NotYoursToWithdraw,
    #[error("Only the clock lets a request lapse.")]
    NotYoursToLapse,
    #[error("{}", .0.refusal())]
    NotWhile(Status),
    #[error("This booking is not confirmed yet: withdraw the request, or decline it.")]
    NotConfirmedYet,
    #[error("This booking is confirmed already: it can only be cancelled, with a reason.")]
    ConfirmedAlready,
    #[error("There is still time to answer this request.")]
    NotOverdue,
    #[error("The session is over, so it cannot be cancelled: mark it done.")]
    SessionOver,
    #[error("The session is not over yet: a booking is marked done once it has ended.")]
    SessionNotOver,
    #[error(
        "That time was taken meanwhile: another confirmed session overlaps it, or the time kept clear around it. This request cannot be accepted while that one stands."
    )]
    TimeTaken,
}

impl Booking {
    /// Every step a booking can take: what `verb` would do to it now, or why it may not. `by` is
    /// a side of it, or nobody: the clock.
    pub fn step(&self, verb: Verb, by: Option<Party>, now: DateTime<Utc>) -> Result<Step, Refusal> {
        use {Party::*, Status::*};
        let over = self.when.is_over(now);
        let may_be_done = over || self.when.kind() == Kind::Remote;
        let to = match (self.stands(now), verb, by) {
            (Requested, Verb::Accept, Some(Musician)) if !self.clashes => Confirmed,
            (Requested, Verb::Decline, Some(Musician)) => Declined,
            (Requested, Verb::Withdraw, Some(Producer)) => Withdrawn,
            (Confirmed, Verb::Cancel, Some(_)) if !over => Cancelled,
            (Confirmed, Verb::Done, Some(_)) if may_be_done => Done,
            (Lapsed, Verb::Lapse, None) if self.status == Requested => Lapsed,

            (_, Verb::Lapse, Some(_)) => return Err(Refusal::NotYoursToLapse),
            (Requested, Verb::Lapse, None) => return Err(Refusal::NotOverdue),
            (
                _,
                Verb::Accept | Verb::Decline | Verb::Withdraw | Verb::Cancel | Verb::Done,
                None,
            ) => {
                return Err(Refusal::NotASide);
            }
            (Requested, Verb::Accept, Some(Musician)) => return Err(Refusal::TimeTaken),
            (Requested, Verb::Accept | Verb::Decline, Some(Producer)) => {
                return Err(Refusal::NotYoursToAnswer);
            }
            (Requested, Verb::Withdraw, Some(Musician)) => return Err(Refusal::NotYoursToWithdraw),
            (Requested, Verb::Cancel | Verb::Done, _) => return Err(Refusal::NotConfirmedYet),
            (Confirmed, Verb::Decline | Verb::Withdraw, _) => {
                return Err(Refusal::ConfirmedAlready);
            }
            (Confirmed, Verb::Cancel, _) => return Err(Refusal::SessionOver),
            (Confirmed, Verb::Done, _) => return Err(Refusal::SessionNotOver),
            (Confirmed | Declined | Withdrawn | Lapsed | Cancelled | Done, _, _) => {
                return Err(Refusal::NotWhile(self.stands(now)));
            }
        };
        let by = by.map(|party| self.account_of(party));
        Ok(Step { booking: self.id, from: self.status, to, by, at: now })
    }

    /// What an account may do to this booking now: the buttons its page shows.
    pub fn open_to(&self, account: AccountId, now: DateTime<Utc>) -> Vec<Verb> {
        let Some(party) = self.party(account) else { return Vec::new() };
        let may = |verb: &Verb| self.step(*verb, Some(party), now).is_ok();
        Verb::ALL.into_iter().filter(may).collect()
    }

    /// Where it stands, for whoever looks now: an overdue request has lapsed, whether or not the
    /// clock's job has come round to writing it down.
    pub fn stands(&self, now: DateTime<Utc>) -> Status {
        if self.is_overdue(now) { Status::Lapsed } else { self.status }
    }

    fn is_overdue(&self, now: DateTime<Utc>) -> bool {
        self.status == Status::Requested && self.reply_by <= now
    }
}

impl Status {
    pub const ALL: [Status; 7] = [
        Status::Requested,
        Status::Confirmed,
        Status::Declined,
        Status::Withdrawn,
        Status::Lapsed,
        Status::Cancelled,
        Status::Done,
    ];

    /// As a filter or an address says it.
    pub fn word(self) -> &'static str {
        match self {
            Status::Requested => "requested",
            Status::Confirmed => "confirmed",
            Status::Declined => "declined",
            Status::Withdrawn => "withdrawn",
            Status::Lapsed => "lapsed",
            Status::Cancelled => "cancelled",
            Status::Done => "done",
        }
    }

    fn refusal(self) -> &'static str {
        match self {
            Status::Requested => "This request is not answered yet.",
            Status::Confirmed => "This booking is confirmed already.",
            Status::Declined => "This request was declined.",
            Status::Withdrawn => "This request was withdrawn.",
            Status::Lapsed => "This request has lapsed: the time to answer it is over.",
            Status::Cancelled => "This booking was cancelled.",
            Status::Done => "This booking is marked done already.",
        }
    }
}

impl Verb {
    pub const ALL: [Verb; 6] =
        [Verb::Accept, Verb::Decline, Verb::Withdraw, Verb::Cancel, Verb::Done, Verb::Lapse];

    /// As an address says it.
    pub fn word(self) -> &'static str {
        match self {
            Verb::Accept => "accept",
            Verb::Decline => "decline",
            Verb::Withdraw => "withdraw",
            Verb::Cancel => "cancel",
            Verb::Done => "done",
            Verb::Lapse => "lapse",
        }
    }

    /// Calling off what was agreed is never done without saying why.
    pub fn wants_a_reason(self) -> bool {
        self == Verb::Cancel
    }
}

impl Party {
    /// As a filter says it.
    pub fn word(self) -> &'static str {
        match self {
            Party::Producer => "producer",
            Party::Musician => "musician",
        }
    }

    pub fn other(self) -> Party {
        match self {
            Party::Producer => Party::Musician,
            Party::Musician => Party::Producer,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
