//! What the sample world is made of, and how it is drawn. Ids count from one: it only ever fills
//! an empty database.

mod billing;
pub(super) mod charts;
mod coming;
mod past;
mod people;
mod records;
mod said;
mod sessions;
mod talk;
mod terms;
pub(super) mod tunes;

use anyhow::Context;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    bookings::{Charts, Music, Part},
    catalog::Catalog,
    outbox::Topic,
    values::{Slot, Zone},
};

pub(super) use terms::OwnTerms;

const PLAYERS: &str = include_str!("../players.json");
const RECORDS: &str = include_str!("../records.json");
/// Any number; another makes another world.
const SEED: u64 = 1977;

#[derive(Debug, Default)]
pub(super) struct World {
    pub(super) accounts: Vec<Account>,
    pub(super) musicians: Vec<Musician>,
    pub(super) calls: Vec<Call>,
    pub(super) bookings: Vec<Booking>,
    pub(super) booking_events: Vec<BookingEvent>,
    pub(super) recordings: Vec<Recording>,
    pub(super) credits: Vec<Credit>,
    pub(super) notices: Vec<Notice>,
    pub(super) reviews: Vec<Review>,
    pub(super) messages: Vec<Message>,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) id: i64,
    pub(super) email: String,
    pub(super) name: String,
    pub(super) is_admin: bool,
    pub(super) plays: bool,
    pub(super) zone: Zone,
}

#[derive(Debug)]
pub(super) struct Musician {
    pub(super) id: i64,
    pub(super) account: i64,
    pub(super) status: &'static str,
    pub(super) remark: Option<(&'static str, &'static str)>,
    pub(super) player: Player,
    pub(super) zone: Zone,
    /// Instruments and genres by id.
    pub(super) instruments: Vec<(i64, String, bool)>,
    pub(super) genres: Vec<i64>,
}

/// A player as `players.json` tells of them.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Player {
    pub(super) name: String,
    pub(super) slug: String,
    pub(super) headline: String,
    pub(super) about: String,
    pub(super) place: String,
    pub(super) zone: String,
    pub(super) currency: String,
    pub(super) session_rate_minor: Option<i64>,
    pub(super) song_rate_minor: Option<i64>,
    pub(super) rate_includes: String,
    pub(super) remote_setup: String,
    pub(super) room_setup: String,
    /// ISO 639-1 codes, the best first.
    pub(super) languages: Vec<String>,
    /// Codes of `musicians::Union`.
    pub(super) unions: Vec<String>,
    pub(super) in_room: bool,
    pub(super) remote: bool,
    pub(super) reads_notation: bool,
    pub(super) reads_numbers: bool,
    pub(super) by_ear: bool,
    pub(super) instruments: Vec<Plays>,
    pub(super) genres: Vec<String>,
    pub(super) hours: Vec<Open>,
    pub(super) career: Vec<Career>,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Plays {
    pub(super) slug: String,
    #[serde(default)]
    pub(super) gear: String,
    #[serde(default)]
    pub(super) primary: bool,
}

#[derive(Clone, Debug, Deserialize)]
pub(super) struct Open {
    pub(super) weekday: i16,
    pub(super) from: String,
    pub(super) to: String,
}

/// How many confirmed credits a player has of one kind, by year.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Career {
    pub(super) instrument: String,
    pub(super) genre: String,
    pub(super) credits: Vec<Year>,
}

#[derive(Clone, Copy, Debug, Deserialize)]
pub(super) struct Year {
    pub(super) year: i32,
    pub(super) n: usize,
}

#[derive(Debug)]
pub(super) struct Call {
    pub(super) id: i64,
    pub(super) producer: i64,
    pub(super) title: String,
    pub(super) artist: String,
    /// Start and end in a room; none when remote.
    pub(super) times: Option<(DateTime<Utc>, DateTime<Utc>)>,
    pub(super) due_at: Option<DateTime<Utc>>,
    pub(super) zone: Zone,
    pub(super) place: String,
    pub(super) brief: String,
    pub(super) music: Music,
    pub(super) genre: i64,
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Booking {
    pub(super) id: i64,
    pub(super) call: i64,
    pub(super) musician: i64,
    pub(super) instrument: i64,
    pub(super) fee: i64,
    pub(super) currency: String,
    pub(super) status: &'static str,
    pub(super) reply_by: DateTime<Utc>,
    pub(super) blocks: bool,
    pub(super) part: Part,
}

#[derive(Debug)]
pub(super) struct BookingEvent {
    pub(super) booking: i64,
    pub(super) status: &'static str,
    pub(super) by: Option<i64>,
    pub(super) at: DateTime<Utc>,
    pub(super) word: String,
}

#[derive(Debug)]
pub(super) struct Recording {
    pub(super) id: i64,
    pub(super) title: String,
    pub(super) artist: String,
    pub(super) isrc: Option<String>,
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Credit {
    pub(super) id: i64,
    pub(super) recording: i64,
    pub(super) musician: i64,
    pub(super) name: String,
    pub(super) instrument: i64,
    pub(super) genre: i64,
    pub(super) booking: i64,
    pub(super) played_on: NaiveDate,
    /// None while the other side is waited for.
    pub(super) confirmed_at: Option<DateTime<Utc>>,
    pub(super) awaits: Option<&'static str>,
    /// Who drafted it, and who confirmed it.
    pub(super) by: (i64, i64),
    pub(super) created_at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Notice {
    pub(super) account: i64,
    pub(super) topic: Topic,
    pub(super) text: String,
    pub(super) url: String,
    pub(super) at: DateTime<Utc>,
}

#[derive(Debug)]
pub(super) struct Message {
    pub(super) booking: i64,
    pub(super) by: i64,
    pub(super) to: i64,
    pub(super) text: String,
    pub(super) at: DateTime<Utc>,
    pub(super) is_read: bool,
}

#[derive(Debug)]
pub(super) struct Review {
    pub(super) booking: i64,
    pub(super) by_side: &'static str,
    pub(super) by: i64,
    pub(super) musician: i64,
    pub(super) stars: i16,
    pub(super) words: String,
    pub(super) written_at: DateTime<Utc>,
    /// None while it waits for the other side.
    pub(super) published_at: Option<DateTime<Utc>>,
}

impl World {
    pub(super) fn imagine(now: DateTime<Utc>, catalog: &Catalog) -> anyhow::Result<World> {
        let players: Vec<Player> = serde_json::from_str(PLAYERS).context("players.json")?;
        let shelf = records::Shelf::read(RECORDS).context("records.json")?;
        let mut dice = fastrand::Rng::with_seed(SEED);
        let mut world = World::default();
        people::move_in(&mut world, players, &shelf, catalog)?;
        past::remember(&mut world, &shelf, catalog, &mut dice, now)?;
        coming::look_ahead(&mut world, &shelf, catalog, &mut dice, now)?;
        said::review(&mut world, &shelf, &mut fastrand::Rng::with_seed(SEED), now);
        talk::talk(&mut world, now);
        Ok(world)
    }
}

/// How long the sample musician's last session ran over.
const OVER: TimeDelta = TimeDelta::minutes(40);

impl World {
    /// A session of somebody else's that nobody has marked done.
    pub(super) fn left_open(&self, now: DateTime<Utc>) -> Option<(&Booking, Slot)> {
        let musician = self.musicians.first()?;
        let sessions = self.bookings.iter().filter_map(|booking| {
            let (starts_at, ends_at) = self.calls[booking.call as usize - 1].times?;
            let is_open = booking.musician != musician.id && booking.status == "confirmed";
            (is_open && ends_at < now).then_some((booking, Slot::new(starts_at, ends_at).ok()?))
        });
        sessions.max_by_key(|(_, slot)| slot.starts_at())
    }

    /// Calls for which music is written down, that are not over.
    pub(super) fn charted(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Call> {
        self.calls.iter().filter(move |call| {
            let over = call.times.map(|(_, ends_at)| ends_at).or(call.due_at);
            call.music.charts != Charts::None && over.is_some_and(|over| over > now)
        })
    }

    /// The sample musician's last session that is done, and from when to when it was played.
    pub(super) fn last_played(&self) -> Option<(&Booking, Slot)> {
        let musician = self.musicians.first()?;
        let done = self
            .bookings
            .iter()
            .filter(|booking| booking.musician == musician.id && booking.status == "done");
        let played = done.filter_map(|booking| {
            let (starts_at, ends_at) = self.calls[booking.call as usize - 1].times?;
            Some((booking, Slot::new(starts_at, ends_at + OVER).ok()?))
        });
        played.max_by_key(|(_, slot)| slot.starts_at())
    }
}

/// A demo of the sample world: what a player played on a recording that both sides agreed on.
pub(super) struct Piece<'a> {
    pub(super) credit: &'a Credit,
    pub(super) title: &'a str,
    pub(super) instrument: &'a crate::catalog::Instrument,
}

/// Players from the first that have demos, and how many the first of them has; the others have one.
const HEARD: usize = 18;
const OF_THE_FIRST: usize = 3;

impl World {
    /// The demos: of each player's newest credits, one of a kind.
    pub(super) fn pieces<'a>(&'a self, catalog: &'a Catalog) -> Vec<Piece<'a>> {
        let mut pieces: Vec<Piece<'_>> = Vec::new();
        let public = self.musicians.iter().filter(|musician| musician.status == "published");
        for (at, musician) in public.take(HEARD).enumerate() {
            let most = if at == 0 { OF_THE_FIRST } else { 1 };
            let credits =
                self.credits.iter().rev().filter(|credit| {
                    credit.musician == musician.id && credit.confirmed_at.is_some()
                });
            let mut kinds = Vec::new();
            for credit in credits {
                let recording = self.recordings.iter().find(|one| one.id == credit.recording);
                let instrument = catalog.instrument_by_id(credit.instrument.into());
                let plays = musician.instruments.iter().any(|(id, ..)| *id == credit.instrument);
                let (Some(recording), Some(instrument)) = (recording, instrument) else { continue };
                if kinds.len() < most && plays && !kinds.contains(&credit.genre) {
                    kinds.push(credit.genre);
                    pieces.push(Piece { credit, title: &recording.title, instrument });
                }
            }
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{musicians::Union, values::Language};

    #[test]
    fn everything_in_it_is_well_formed() {
        let players: Vec<Player> = serde_json::from_str(PLAYERS).unwrap();
        assert_eq!(players[0].slug, "maren-oakley");
        assert!(players.len() >= 55);
        for player in &players {
            player.zone.parse::<Zone>().unwrap();
            player.currency.parse::<crate::values::Currency>().unwrap();
            assert!(player.headline.chars().count() <= 120, "{}", player.name);
            assert_eq!(player.in_room, !player.room_setup.is_empty(), "{}", player.name);
            assert_eq!(player.remote, !player.remote_setup.is_empty(), "{}", player.name);
            assert!(player.rate_includes.chars().count() <= 500, "{}", player.name);
            assert!(!player.languages.is_empty(), "{}", player.name);
            assert!(player.languages.iter().all(|code| Language::of_code(code).is_some()));
            assert!(player.unions.iter().all(|code| Union::of_code(code).is_some()));
            for open in &player.hours {
                let span = crate::values::DaySpan::new(
                    open.from.parse().unwrap(),
                    open.to.parse().unwrap(),
                );
                assert!(span.is_ok(), "{} {open:?}", player.name);
            }
        }
        records::Shelf::read(RECORDS).unwrap();
    }
}
