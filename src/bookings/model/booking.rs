use std::borrow::Cow;

use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;

use super::{Asks, Became, Music, Offer, Part, Party, Status, When};
use crate::packs::{self, Canceller, Owed};
use crate::values::{
    AccountId, BookingId, CallId, GenreId, InstrumentId, Money, MusicianId, OfferId, Slot, Zone,
    without_contact_details,
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
    /// What is to be played; nothing is known of the oldest.
    pub music: Option<Json<Music>>,
    pub asks: Asks,
    /// What the player is asked to do for it, and what they get.
    pub part: Option<Json<Part>>,
    pub producer_id: AccountId,
    pub producer: String,
    /// The clock the producer lives by.
    pub producer_zone: Zone,
    pub musician_id: MusicianId,
    pub musician_account: AccountId,
    pub musician: String,
    /// The player's public address; it leads somewhere while their profile is public.
    pub musician_slug: String,
    /// The hash of their portrait.
    pub musician_portrait: Option<String>,
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
    /// What it is counted by, as it stood when it was asked for; nothing is known of the oldest.
    pub terms: Option<Json<packs::Terms>>,
    /// What was owed when it was cancelled.
    pub owed: Option<Money>,
    pub status: Status,
    /// One side says that the other did not come, and that is not settled.
    pub is_disputed: bool,
    pub reply_by: DateTime<Utc>,
    pub created_at: DateTime<Utc>,
    /// The player's time that it takes once confirmed, what is kept clear around it included.
    pub blocks: Option<Slot>,
    /// The offer that was open when this was read.
    pub offer: Option<Offer>,
    /// What of the player's time or rules stands against it, as its owner is told. Never kept: read
    /// off the calendar each time, and only of open requests.
    pub clashes: Option<String>,
}

/// A step that was taken. Such rows are never changed.
#[derive(Clone, Debug)]
pub struct Event {
    pub status: Status,
    /// None is the clock.
    pub by: Option<String>,
    pub by_account: Option<AccountId>,
    pub at: DateTime<Utc>,
    /// What was said with it, or nothing.
    pub word: String,
    /// The offer it is about, and what became of that with this step.
    pub offer: Option<OfferId>,
    pub became: Option<Became>,
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

    /// What one side wrote, as it may be read: until the booking was confirmed, nobody is told how to
    /// reach the other past us. Who is no side of it reads all.
    pub(in crate::bookings) fn shown<'a>(
        &self,
        text: &'a str,
        by: Option<Party>,
        reader: Option<Party>,
    ) -> Cow<'a, str> {
        match reader.is_none() || reader == by || self.status.shows_contact_details() {
            true => Cow::Borrowed(text),
            false => without_contact_details(text),
        }
    }

    /// Whether this reader may have what came with the call: a player only while they are in it.
    pub(in crate::bookings) fn shows_files_to(
        &self,
        reader: Option<Party>,
        now: DateTime<Utc>,
    ) -> bool {
        let is_in_it =
            matches!(self.stands(now), Status::Requested | Status::Confirmed | Status::Done);
        is_in_it || reader != Some(Party::Musician)
    }

    /// What is owed if this side cancels now, by the terms it was asked under.
    pub fn owed_on_cancelling(&self, by: Party, now: DateTime<Utc>) -> Option<Owed> {
        let by = match by {
            Party::Producer => Canceller::Producer,
            Party::Musician => Canceller::Musician,
        };
        let terms = self.terms.as_ref()?;
        Some(terms.ladder().owed(self.fee, self.when.starts_at(), now, by))
    }

    /// The ladder in money from now on, by the clock of the booking.
    pub fn cancelling(&self, now: DateTime<Utc>) -> Option<String> {
        let (fee, starts_at) = (self.fee, self.when.starts_at());
        let terms = self.terms.as_ref()?;
        Some(terms.ladder().told_in_money(fee, starts_at, now, self.zone))
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

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub(in crate::bookings::model) const PRODUCER: i64 = 1;
    pub(in crate::bookings::model) const MUSICIAN: i64 = 2;

    pub(in crate::bookings::model) fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    /// Asked for Tuesday 8 December, ten to one in Nashville, to be answered by noon of the 5th.
    pub(in crate::bookings::model) fn asked() -> Booking {
        let (from, to) = (at("2026-12-08T16:00:00Z"), at("2026-12-08T19:00:00Z"));
        Booking {
            id: 17.into(),
            call_id: 3.into(),
            title: "Dust on the Piano".into(),
            artist: "June Harrow & the Lamplighters".into(),
            when: When::Room(Slot::new(from, to).unwrap()),
            zone: "America/Chicago".parse().unwrap(),
            place: "Cedar Street Sound, Nashville".into(),
            brief: "Dry and close. Think barn, not ballroom.".into(),
            music: None,
            asks: Asks::One,
            part: None,
            producer_id: PRODUCER.into(),
            producer: "Ines Calloway".into(),
            producer_zone: "Europe/London".parse().unwrap(),
            musician_id: 5.into(),
            musician_account: MUSICIAN.into(),
            musician: "Maren Oakley".into(),
            musician_slug: "maren-oakley".into(),
            musician_portrait: None,
            musician_is_public: true,
            musician_zone: "America/Chicago".parse().unwrap(),
            instrument_id: 1.into(),
            instrument: "Fiddle".into(),
            instrument_slug: "fiddle".into(),
            genre_id: 1.into(),
            genre: "Country".into(),
            genre_slug: "country".into(),
            fee: Money::new(38_000, "USD".parse().unwrap()),
            terms: None,
            owed: None,
            status: Status::Requested,
            is_disputed: false,
            reply_by: at("2026-12-05T18:00:00Z"),
            created_at: at("2026-12-03T18:00:00Z"),
            blocks: None,
            offer: None,
            clashes: None,
        }
    }

    #[test]
    fn a_session_is_played_on_its_own_day_and_remote_work_when_it_is_done() {
        let late = Slot::new(at("2026-12-09T02:00:00Z"), at("2026-12-09T05:00:00Z")).unwrap();
        let now = at("2026-12-12T12:00:00Z");
        let session = Booking { when: When::Room(late), ..asked() };
        assert_eq!(session.played_on(now).to_string(), "2026-12-08");
        let remote = Booking { when: When::Remote(late.starts_at()), ..asked() };
        assert_eq!(remote.played_on(now).to_string(), "2026-12-12");
        assert_eq!(remote.told(), "Dust on the Piano, by Tue 8 Dec 2026, 20:00 CST");
    }
}
