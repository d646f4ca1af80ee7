use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

use super::{Booking, Kind, Party, Status, Verb, When, ask::LONGEST_WAIT};
use crate::values::{Line, Money, OfferId, Prose, Slot};

/// How long an offer waits for its answer when nobody says.
const USUAL_WAIT: TimeDelta = TimeDelta::hours(48);

/// What became of an offer.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "offer_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Became {
    Open,
    Accepted,
    Declined,
    /// Whoever made it took it back.
    Withdrawn,
    /// Nobody answered in time, or what it was about came to its end.
    Lapsed,
    /// A counter-offer took its place.
    Replaced,
}

/// Terms that one side of a booking put to the other: a counter-offer while nothing is agreed, and
/// of a confirmed booking a proposal to change it.
#[derive(Clone, Debug)]
pub struct Offer {
    pub id: OfferId,
    pub by: Party,
    pub fee: Money,
    pub when: When,
    /// What else is to be otherwise, in words; or nothing.
    pub terms: String,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    pub became: Became,
}

impl Offer {
    /// Whether it still waits for an answer.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.became == Became::Open && now < self.expires_at
    }

    /// Who answers it.
    pub fn awaits(&self) -> Party {
        self.by.other()
    }
}

/// Terms about to be put to the other side. Some that exist are fit to be sent.
#[derive(Clone, Debug)]
pub struct OfferTerms {
    pub fee: Money,
    pub when: When,
    pub terms: Option<Prose<1000>>,
    pub answer_by: Option<DateTime<Utc>>,
    /// Made with the form, so that sending it twice offers once.
    pub form_key: Option<Line<64>>,
}

impl OfferTerms {
    /// Until when they may be answered, sent now: never past the start of what stands, nor of what
    /// is offered. Of a session that has begun its two sides still agree on another fee.
    pub(in crate::bookings) fn expire_at(
        &self,
        booking: &Booking,
        now: DateTime<Utc>,
    ) -> DateTime<Utc> {
        let wanted = self.answer_by.unwrap_or(now + USUAL_WAIT).min(now + LONGEST_WAIT);
        let soonest = now + SHORTEST_WAIT;
        let offered = self.when.starts_at();
        match booking.status {
            Status::Confirmed if offered <= now => wanted.min(soonest),
            Status::Confirmed => wanted.min(offered).min(booking.when.starts_at().max(soonest)),
            _ => wanted.min(offered),
        }
    }
}

/// For what is offered while a session goes on.
const SHORTEST_WAIT: TimeDelta = TimeDelta::minutes(30);

impl Booking {
    /// The offer that waits for an answer.
    pub fn open_offer(&self, now: DateTime<Utc>) -> Option<&Offer> {
        self.offer.as_ref().filter(|offer| offer.is_open(now))
    }

    /// Whose answer is awaited, if anybody's.
    pub fn awaits(&self, now: DateTime<Utc>) -> Option<Party> {
        let offered = self.open_offer(now).map(Offer::awaits);
        match self.stands(now) {
            Status::Requested => offered.or(Some(Party::Musician)),
            Status::Confirmed => offered,
            _ => None,
        }
    }

    /// Until when that answer is due.
    pub fn answer_by(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        self.open_offer(now).map_or(self.reply_by, |offer| offer.expires_at)
    }

    /// When it would be and for how much, were what is open accepted.
    pub fn terms(&self, now: DateTime<Utc>) -> (When, Money) {
        self.open_offer(now).map_or((self.when, self.fee), |offer| (offer.when, offer.fee))
    }

    /// The time in a room that accepting what is open would take and that is not taken for it yet,
    /// and since when it is asked for.
    pub fn wanted(&self, now: DateTime<Utc>) -> Option<(Slot, DateTime<Utc>)> {
        self.awaits(now)?;
        let slot = self.terms(now).0.session()?;
        let is_held = self.status == Status::Confirmed && self.when.session() == Some(slot);
        let asked_at = self.open_offer(now).map_or(self.created_at, |offer| offer.made_at);
        (!is_held).then_some((slot, asked_at))
    }

    /// The same on the terms of what is open.
    pub(in crate::bookings) fn agreed(mut self, now: DateTime<Utc>) -> Booking {
        (self.when, self.fee) = self.terms(now);
        self
    }

    /// What of `terms` is not as it stands, each as the two values: `Fee`, `$380.00`, `$450.00`.
    pub fn changes(&self, when: When, fee: Money) -> Vec<(&'static str, String, String)> {
        let told = |when: When| when.told(self.zone);
        let kind = if self.when.kind() == Kind::Room { "When" } else { "Due" };
        let time =
            (when != self.when).then(|| (kind, capital(&told(self.when)), capital(&told(when))));
        let money = (fee != self.fee).then(|| ("Fee", self.fee.to_string(), fee.to_string()));
        time.into_iter().chain(money).collect()
    }
}

pub(super) fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

impl Verb {
    /// What this verb makes of an offer that is open.
    pub(super) fn settles(self) -> Became {
        match self {
            Verb::Accept => Became::Accepted,
            Verb::Decline => Became::Declined,
            Verb::Withdraw => Became::Withdrawn,
            Verb::Offer => Became::Replaced,
            Verb::Lapse | Verb::Fill | Verb::Cancel | Verb::Done | Verb::NoShow => Became::Lapsed,
        }
    }
}

/// A query selects an open one as a row of these, with its fee and its time as rows of their own.
impl Type<Postgres> for Offer {
    fn type_info() -> PgTypeInfo {
        <Columns as Type<Postgres>>::type_info()
    }
}

type Columns = (OfferId, String, Money, When, String, DateTime<Utc>, DateTime<Utc>);

impl<'r> Decode<'r, Postgres> for Offer {
    fn decode(value: PgValueRef<'r>) -> Result<Offer, BoxDynError> {
        let (id, side, fee, when, terms, made_at, expires_at) =
            <Columns as Decode<Postgres>>::decode(value)?;
        let by = if side == Party::Musician.word() { Party::Musician } else { Party::Producer };
        Ok(Offer { id, by, fee, when, terms, made_at, expires_at, became: Became::Open })
    }
}
