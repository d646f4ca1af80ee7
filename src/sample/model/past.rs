use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use fastrand::Rng;

use super::{
    Credit, Recording, World,
    records::{Shelf, root},
    sessions::{Session, add, tell},
};
use crate::{catalog::Catalog, values::GenreId};

/// The past: for every confirmed credit of every career the call, the booking, its events, the
/// recording and the credit.
pub(super) fn remember(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mut played = played(world, catalog, dice, now)?;
    // By year and kind of music, so that players who could have met end up on one recording.
    played.sort_by_key(|one| (one.day.year(), root(catalog, one.genre).to_owned(), one.day));
    let mut open: Vec<Line> = Vec::new();
    for one in played {
        let kind = root(catalog, one.genre).to_owned();
        let fits = |line: &Line| {
            line.kind == kind
                && line.year == one.day.year()
                && line.places > 0
                && !line.players.contains(&one.musician)
        };
        let at = match open.iter().position(fits).filter(|_| dice.u8(..10) < 8) {
            Some(at) => at,
            None => {
                let line = Line::press(world, shelf, &kind, one.day, dice)?;
                open.push(line);
                open.len() - 1
            }
        };
        open[at].places -= 1;
        open[at].players.push(one.musician);
        let recording = open[at].recording;
        settle(world, shelf, catalog, dice, &one, recording);
    }
    Ok(())
}

/// One credit of a career.
struct Played {
    musician: usize,
    instrument: i64,
    genre: GenreId,
    day: NaiveDate,
}

/// A recording that still has room for players.
struct Line {
    recording: usize,
    kind: String,
    year: i32,
    places: usize,
    players: Vec<usize>,
}

impl Line {
    fn press(
        world: &mut World,
        shelf: &Shelf,
        kind: &str,
        day: NaiveDate,
        dice: &mut Rng,
    ) -> anyhow::Result<Line> {
        let at = world.recordings.len();
        let year = day.year();
        let isrc = (dice.u8(..10) < 7).then(|| format!("QZFC1{:02}{:05}", year % 100, 100 + at));
        world.recordings.push(Recording {
            id: at as i64 + 1,
            title: shelf.title(kind, at)?.to_owned(),
            artist: shelf.artist(kind, dice).to_owned(),
            isrc,
            created_at: day.and_time(NaiveTime::MIN).and_utc() + TimeDelta::days(2),
        });
        let places = 2 + dice.usize(..4);
        Ok(Line { recording: at, kind: kind.to_owned(), year, places, players: Vec::new() })
    }
}

/// Every credit of every career with a day of its own for that player.
fn played(
    world: &World,
    catalog: &Catalog,
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<Played>> {
    let mut all = Vec::new();
    for (musician, known) in world.musicians.iter().enumerate() {
        let mut taken: Vec<NaiveDate> = Vec::new();
        for career in &known.player.career {
            let instrument = catalog.instrument(&career.instrument);
            let instrument = instrument.with_context(|| career.instrument.clone())?.id.number();
            let genre = catalog.genre(&career.genre).with_context(|| career.genre.clone())?.id;
            for year in &career.credits {
                for _ in 0..year.n {
                    let day = free_day(year.year, &taken, dice, now).context("a full year")?;
                    taken.push(day);
                    all.push(Played { musician, instrument, genre, day });
                }
            }
        }
    }
    Ok(all)
}

/// A working day of that year, in the past, on which the player has no session yet.
fn free_day(
    year: i32,
    taken: &[NaiveDate],
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> Option<NaiveDate> {
    let last = now.date_naive() - TimeDelta::days(20);
    (0..2_000).find_map(|_| {
        let day = NaiveDate::from_yo_opt(year, dice.u32(1..=365))?.min(last);
        let day = day - TimeDelta::days(if day == last { dice.i64(0..200) } else { 0 });
        let works = !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
        (works && !taken.contains(&day)).then_some(day)
    })
}

/// A done booking and its confirmed credit.
fn settle(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    one: &Played,
    recording: usize,
) {
    let known = &world.musicians[one.musician];
    let (zone, name) = (known.zone, known.player.name.clone());
    let hour = [9, 10, 13, 14][dice.usize(..4)];
    let local = one.day.and_time(NaiveTime::from_hms_opt(hour, 0, 0).unwrap_or(NaiveTime::MIN));
    let remote = !known.player.in_room || (known.player.remote && dice.u8(..10) < 4);
    let account = known.account;
    let session = Session {
        musician: one.musician,
        instrument: one.instrument,
        genre: one.genre,
        producer: 1 + i64::from(dice.u8(..10) < 4),
        title: world.recordings[recording].title.clone(),
        artist: world.recordings[recording].artist.clone(),
        remote,
        at: zone.start(local),
        asked_at: zone.start(local) - TimeDelta::days(8 + dice.i64(0..10)),
    };
    let booking = add(world, shelf, catalog, dice, &session, "done");
    let done = session.at + TimeDelta::hours(4);
    let word = shelf.word("accept", dice);
    tell(world, booking, "confirmed", Some(account), session.asked_at + TimeDelta::hours(5), &word);
    tell(world, booking, "done", Some(session.producer), done, "");
    world.credits.push(Credit {
        id: world.credits.len() as i64 + 1,
        recording: world.recordings[recording].id,
        musician: world.musicians[one.musician].id,
        name,
        instrument: one.instrument,
        genre: one.genre.number(),
        booking,
        played_on: one.day,
        confirmed_at: Some(done + TimeDelta::hours(20)),
        awaits: None,
        by: (session.producer, account),
        created_at: done,
    });
}
