use chrono::{DateTime, NaiveDate, Utc};

use super::{Party, Status, When};
use crate::values::{
    AccountId, BookingId, CallId, GenreId, InstrumentId, Money, MusicianId, Slot, Zone,
};

/// The engagement of one player for a call, with what both sides know of it.
#[derive(Clone, Debug)]
pub struct Booking {
    pub id: BookingId,
    pub call_id: CallId,
    pub title: String,
    pub artist: String,
    pub when: When,
    /// The clock in which the times are told: the room's, or the player's when remote.
    pub zone: Zone,
    /// Empty when remote.
    pub place: String,
    pub brief: String,
    pub producer_id: AccountId,
    pub producer: String,
    /// The clock the producer lives by.
    pub producer_zone: Zone,
    pub musician_id: MusicianId,
    pub musician_account: AccountId,
    pub musician: String,
    /// The player's public address; it leads somewhere while their profile is public.
    pub musician_slug: String,
    pub musician_is_public: bool,
    /// The clock the player's account lives by.
    pub musician_zone: Zone,
    pub instrument_id: InstrumentId,
    pub instrument: String,
    pub instrument_slug: String,
    pub genre_id: GenreId,
    pub genre: String,
    pub genre_slug: String,
    pub fee: Money,
    pub status: Status,
    pub reply_by: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// The player's time that it takes once confirmed, what is kept clear around it included.
    pub blocks: Option<Slot>,
    /// The time it asks for was taken meanwhile. Never kept: read off the calendar each time, and
    /// only of open requests.
    pub clashes: bool,
}

/// A step that was taken. Such rows are never changed.
#[derive(Clone, Debug)]
pub struct Event {
    pub status: Status,
    /// None is the clock.
    pub by: Option<String>,
    pub at: DateTime<Utc>,
    /// What was said with it, or nothing.
    pub word: String,
}

impl Booking {
    pub fn party(&self, account: AccountId) -> Option<Party> {
        if account == self.producer_id {
            Some(Party::Producer)
        } else if account == self.musician_account {
            Some(Party::Musician)
        } else {
            None
        }
    }

    pub fn account_of(&self, party: Party) -> AccountId {
        match party {
            Party::Producer => self.producer_id,
            Party::Musician => self.musician_account,
        }
    }

    pub fn name_of(&self, party: Party) -> &str {
        match party {
            Party::Producer => &self.producer,
            Party::Musician => &self.musician,
        }
    }

    pub(super) fn zone_of(&self, party: Party) -> Zone {
        match party {
            Party::Producer => self.producer_zone,
            Party::Musician => self.musician_zone,
        }
    }

    /// The day of the session; of remote work, the day on which it is marked done.
    pub fn played_on(&self, now: DateTime<Utc>) -> NaiveDate {
        match self.when {
            When::Room(slot) => self.zone.date(slot.starts_at()),
            When::Remote(_) => self.zone.date(now),
        }
    }

    /// `Tue 8 Dec 2026, 10:00–13:00 CST`.
    pub fn told_when(&self) -> String {
        self.when.told(self.zone)
    }

    /// `Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST`.
    pub fn told(&self) -> String {
        format!("{}, {}", self.title, self.told_when())
    }
}
