use anyhow::Context;
use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use fastrand::Rng;

use super::{
    Credit, Recording, World,
    records::{Shelf, root},
    sessions::{Session, add, notice, tell},
};
use crate::{catalog::Catalog, outbox::Topic, values::GenreId};

/// The producer whose sign-in is shown.
const INES: i64 = 1;

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
    // One of which both sides tell another story.
    let others = world.musicians.iter().enumerate().skip(1);
    let mut in_rooms = others.filter(|(_, it)| it.status == "published" && it.player.in_room);
    if let Some((musician, _)) = in_rooms.next() {
        plans.push(Plan { musician, status: "confirmed", days: -2, hour: 10 });
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
                (Topic::Request, format!("You are asked for “{}”", session.title)),
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
                (Topic::Answer, format!("{name} accepted: “{}”", session.title)),
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
                (Topic::Answer, format!("{name} declined: “{}”", session.title)),
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
        let told = (Topic::Cancellation, format!("Cancelled: “{}”", session.title));
        notice(world, account, told, &url, later.min(now));
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
    notice(world, account, (Topic::Credit, text), "/credits", done);
}

/// The day itself, or the next (the last, looking back) that is neither weekend nor Tuesday: on
/// Tuesdays the sample leaves fiddle players free to be found.
fn working_day(day: NaiveDate, forward: bool) -> NaiveDate {
    let busy =
        |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun | Weekday::Tue);
    let step = TimeDelta::days(if forward { 1 } else { -1 });
    (0..7).map(|n| day + step * n).find(busy).unwrap_or(day)
}
