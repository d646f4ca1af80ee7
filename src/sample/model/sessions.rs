use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use fastrand::Rng;

use super::{
    Booking, BookingEvent, Call, Credit, Notice, Recording, World,
    records::{Shelf, root},
};
use crate::{
    catalog::Catalog,
    values::{GenreId, Zone},
};

/// The producer whose sign-in is shown.
const INES: i64 = 1;

/// What a session of the sample is about.
struct Session {
    musician: usize,
    instrument: i64,
    genre: GenreId,
    producer: i64,
    title: String,
    artist: String,
    remote: bool,
    /// The start in a room, the due time of remote work.
    at: DateTime<Utc>,
    asked_at: DateTime<Utc>,
}

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

/// The weeks around today: bookings in every status, for the sample musician most of all, and some
/// for everybody so that days look lived in.
pub(super) fn look_ahead(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let maren = [
        ("requested", 9, 10),
        ("requested", 11, 14),
        ("confirmed", 3, 10),
        ("confirmed", 8, 13),
        ("confirmed", -3, 10),
        ("declined", 5, 10),
        ("withdrawn", 6, 11),
        ("lapsed", -1, 15),
        ("cancelled", 4, 13),
        ("drafted", -6, 10),
    ];
    let mut plans: Vec<Plan> = maren
        .into_iter()
        .map(|(status, days, hour)| Plan { musician: 0, status, days, hour })
        .collect();
    for musician in 1..world.musicians.len() {
        if world.musicians[musician].status == "published" {
            plans.extend(usual(musician, dice));
        }
    }
    let mut taken = Vec::new();
    for plan in plans {
        let zone = world.musicians[plan.musician].zone;
        let day = working_day(zone.date(now) + TimeDelta::days(plan.days), plan.days > 0);
        if plan.takes_time() {
            if taken.contains(&(plan.musician, day)) {
                continue;
            }
            taken.push((plan.musician, day));
        }
        ahead(world, shelf, catalog, dice, now, &plan, day)?;
    }
    Ok(())
}

/// A booking to be, some days from today.
struct Plan {
    musician: usize,
    status: &'static str,
    days: i64,
    hour: u32,
}

impl Plan {
    /// Only one of those a day, so that none overlap.
    fn takes_time(&self) -> bool {
        matches!(self.status, "confirmed" | "drafted")
    }
}

/// What most players have in the weeks to come.
fn usual(musician: usize, dice: &mut Rng) -> Vec<Plan> {
    let mut plan = |days: i64| {
        let status = match dice.u8(..10) {
            0..=4 => "confirmed",
            5 => "requested",
            6 => "declined",
            _ => return None,
        };
        let hour = [9, 10, 13, 14][dice.usize(..4)];
        Some(Plan { musician, status, days: days + dice.i64(0..3), hour })
    };
    [2, 6, 10, 15].into_iter().filter_map(&mut plan).collect()
}

fn ahead(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    now: DateTime<Utc>,
    plan: &Plan,
    day: NaiveDate,
) -> anyhow::Result<()> {
    let known = &world.musicians[plan.musician];
    let local = day.and_time(NaiveTime::from_hms_opt(plan.hour, 0, 0).context("an hour of a day")?);
    let (instrument, ..) = known.instruments.first().context("an instrument")?.clone();
    let genre = GenreId::from(*known.genres.first().context("a genre")?);
    let kind = root(catalog, genre).to_owned();
    let at = known.zone.start(local);
    let session = Session {
        musician: plan.musician,
        instrument,
        genre,
        producer: if plan.musician == 0 { INES } else { 1 + i64::from(dice.bool()) },
        title: shelf.title(&kind, dice.usize(..1_000))?.to_owned(),
        artist: shelf.artist(&kind, dice).to_owned(),
        remote: !known.player.in_room,
        at,
        asked_at: now.min(at) - TimeDelta::hours(20 + dice.i64(0..30)),
    };
    let stored = if plan.status == "drafted" { "done" } else { plan.status };
    let booking = add(world, shelf, catalog, dice, &session, stored);
    live(world, shelf, dice, now, &session, booking, plan.status);
    Ok(())
}

/// The steps that led to a status, and what they leave in inboxes.
fn live(
    world: &mut World,
    shelf: &Shelf,
    dice: &mut Rng,
    now: DateTime<Utc>,
    session: &Session,
    booking: i64,
    status: &'static str,
) {
    let account = world.musicians[session.musician].account;
    let answered = session.asked_at + TimeDelta::hours(6);
    let later = session.asked_at + TimeDelta::hours(15);
    let name = world.musicians[session.musician].player.name.clone();
    let url = format!("/bookings/{booking}");
    match status {
        "requested" => {
            notice(
                world,
                account,
                format!("You are asked for “{}”", session.title),
                &url,
                session.asked_at,
            );
        }
        "confirmed" | "cancelled" | "drafted" => {
            let word = shelf.word("accept", dice);
            tell(world, booking, "confirmed", Some(account), answered, &word);
            notice(
                world,
                session.producer,
                format!("{name} accepted: “{}”", session.title),
                &url,
                answered,
            );
        }
        "declined" => {
            let word = shelf.word("decline", dice);
            tell(world, booking, "declined", Some(account), answered, &word);
            notice(
                world,
                session.producer,
                format!("{name} declined: “{}”", session.title),
                &url,
                answered,
            );
        }
        "withdrawn" => {
            let word = shelf.word("withdraw", dice);
            tell(world, booking, "withdrawn", Some(session.producer), answered, &word);
        }
        _ => tell(world, booking, "lapsed", None, later.min(now), ""),
    }
    if status == "cancelled" {
        let word = shelf.word("cancel", dice);
        tell(world, booking, "cancelled", Some(session.producer), later.min(now), &word);
        notice(world, account, format!("Cancelled: “{}”", session.title), &url, later.min(now));
    }
    if status == "drafted" {
        draft(world, session, booking, account, &name);
    }
}

/// A done session whose credit waits for the musician.
fn draft(world: &mut World, session: &Session, booking: i64, account: i64, name: &str) {
    let done = session.at + TimeDelta::hours(4);
    tell(world, booking, "done", Some(session.producer), done, "");
    let recording = world.recordings.len() as i64 + 1;
    let (title, artist) = (session.title.clone(), session.artist.clone());
    world.recordings.push(Recording { id: recording, title, artist, isrc: None, created_at: done });
    world.credits.push(Credit {
        id: world.credits.len() as i64 + 1,
        recording,
        musician: world.musicians[session.musician].id,
        name: name.to_owned(),
        instrument: session.instrument,
        genre: session.genre.number(),
        booking,
        played_on: session.at.date_naive(),
        confirmed_at: None,
        awaits: Some("musician"),
        by: (session.producer, account),
        created_at: done,
    });
    let text = format!("The credit for “{}” waits for you", session.title);
    notice(world, account, text, "/credits", done);
}

/// The day itself, or the next (the last, looking back) that is neither weekend nor Tuesday: on
/// Tuesdays the sample leaves fiddle players free to be found.
fn working_day(day: NaiveDate, forward: bool) -> NaiveDate {
    let busy =
        |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun | Weekday::Tue);
    let step = TimeDelta::days(if forward { 1 } else { -1 });
    (0..7).map(|n| day + step * n).find(busy).unwrap_or(day)
}

/// A call and its booking, asked for.
fn add(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    session: &Session,
    status: &'static str,
) -> i64 {
    let id = world.bookings.len() as i64 + 1;
    let known = &world.musicians[session.musician];
    let player = &known.player;
    let kind = root(catalog, session.genre);
    let zone: Zone = known.zone;
    let fee = if session.remote { player.song_rate_minor } else { player.session_rate_minor };
    let fee = fee.or(player.session_rate_minor).or(player.song_rate_minor).unwrap_or(0);
    let booking = Booking {
        id,
        call: id,
        musician: known.id,
        instrument: session.instrument,
        fee,
        currency: player.currency.clone(),
        status,
        reply_by: (session.asked_at + TimeDelta::days(3)).min(session.at),
        blocks: !session.remote,
    };
    let call = Call {
        id,
        producer: session.producer,
        title: session.title.clone(),
        artist: session.artist.clone(),
        times: (!session.remote).then(|| (session.at, session.at + TimeDelta::hours(3))),
        due_at: session.remote.then_some(session.at),
        zone,
        place: if session.remote { String::new() } else { shelf.studio(&player.place, zone) },
        brief: shelf.brief(kind, session.remote, dice).to_owned(),
        genre: session.genre.number(),
        created_at: session.asked_at,
    };
    world.calls.push(call);
    world.bookings.push(booking);
    tell(world, id, "requested", Some(session.producer), session.asked_at, "");
    id
}

fn tell(
    world: &mut World,
    booking: i64,
    status: &'static str,
    by: Option<i64>,
    at: DateTime<Utc>,
    word: &str,
) {
    world.booking_events.push(BookingEvent { booking, status, by, at, word: word.to_owned() });
}

fn notice(world: &mut World, account: i64, text: String, url: &str, at: DateTime<Utc>) {
    world.notices.push(Notice { account, text, url: url.to_owned(), at });
}
