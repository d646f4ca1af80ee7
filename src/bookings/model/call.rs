//! A call that several players are asked for: the first yes takes it.

use chrono::{DateTime, Utc};
use sqlx::types::Json;

use super::{Music, Refusal, Status, When};
use crate::{
    availability::{Room, Town},
    musicians::Profile,
    values::{BookingId, CallId, GenreId, MusicianId, Zone},
};

/// A call that is out, as one more player is asked for it.
#[derive(Clone, Debug)]
pub(in crate::bookings) struct OpenCall {
    pub(in crate::bookings) id: CallId,
    pub(in crate::bookings) title: String,
    pub(in crate::bookings) artist: String,
    pub(in crate::bookings) when: When,
    pub(in crate::bookings) zone: Zone,
    /// Empty when remote.
    pub(in crate::bookings) place: String,
    /// Its number, latitude and longitude.
    pub(in crate::bookings) town: Option<(i64, f64, f64)>,
    pub(in crate::bookings) brief: String,
    pub(in crate::bookings) music: Option<Json<Music>>,
    pub(in crate::bookings) genre: GenreId,
}

/// Somebody who was asked for a call.
#[derive(Clone, Debug)]
pub(in crate::bookings) struct Asked {
    pub(in crate::bookings) booking: BookingId,
    pub(in crate::bookings) musician: MusicianId,
    pub(in crate::bookings) name: String,
    pub(in crate::bookings) status: Status,
    pub(in crate::bookings) reply_by: DateTime<Utc>,
    pub(in crate::bookings) form_key: Option<String>,
}

impl OpenCall {
    pub(in crate::bookings) fn room(&self) -> Option<Room> {
        self.when.session()?;
        let town = self.town.map(|(id, latitude, longitude)| Town { id, latitude, longitude });
        Some(Room { name: self.place.clone(), town })
    }

    /// `Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST`.
    pub(in crate::bookings) fn told(&self) -> String {
        format!("{}, {}", self.title, self.when.told(self.zone))
    }

    /// Whether one more player may be asked, where these were before.
    pub(in crate::bookings) fn may_ask(
        &self,
        player: &Profile,
        asked: &[Asked],
        now: DateTime<Utc>,
    ) -> Result<(), Refusal> {
        if let Some(yes) = asked.iter().find(|one| one.is_booked()) {
            return Err(Refusal::CallFilled(yes.name.clone()));
        }
        if asked.iter().any(|one| one.musician == player.id && one.stands(now) == Status::Requested)
        {
            return Err(Refusal::AskedAlready(player.name.clone()));
        }
        if self.when.starts_at() <= now { Err(Refusal::CallOver) } else { Ok(()) }
    }
}

impl Asked {
    fn is_booked(&self) -> bool {
        matches!(self.status, Status::Confirmed | Status::Done)
    }

    /// Where it stands now: an overdue request has lapsed.
    pub(in crate::bookings) fn stands(&self, now: DateTime<Utc>) -> Status {
        match self.status {
            Status::Requested if self.reply_by <= now => Status::Lapsed,
            status => status,
        }
    }
}
