use askama::Template;
use axum::{
    extract::{OriginalUri, State},
    response::Response,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        model::{Credit, Recording, Status},
        store,
    },
    api::{CreditJson, RecordingJson},
    card,
};
use crate::{
    accounts::Actor,
    availability::{self, Calendar, SESSION},
    catalog::family_name,
    changes::{
        Subject,
        web::{Made, ready},
    },
    values::{MusicianId, RecordingId, Slot},
    web::{App, Card, Db, Error, Frame, Json, Moved, Path, Section, Visit, filters},
};

/// The first number of `17-dust-on-the-piano`.
fn id_of(address: &str) -> Result<RecordingId, Error> {
    let number = address.split('-').next().unwrap_or_default();
    number.parse().map_err(|_| Error::NotFound)
}

/// A line of the liner notes.
struct Line {
    credit: Credit,
    /// The coming seven days of a player who can be booked: whether there is no time, some, or a
    /// whole day.
    week: Option<Vec<Day>>,
    /// The first of them with room for a session.
    free_on: Option<NaiveDate>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Free {
    None,
    Part,
    Whole,
}

struct Day {
    x: usize,
    free: Free,
}

impl Line {
    fn is_confirmed(&self) -> bool {
        self.credit.status == Status::Confirmed
    }
}

/// Lines of one family of instruments, as a sleeve groups them.
struct Group {
    name: String,
    lines: Vec<Line>,
}

#[derive(Template)]
#[template(path = "credits/recording.html")]
struct RecordingPage {
    frame: Frame,
    card: Card,
    recording: Recording,
    groups: Vec<Group>,
    played: String,
    from: NaiveDate,
    until: NaiveDate,
    confirmed: i64,
}

async fn read(
    db: &mut PgConnection,
    id: RecordingId,
    actor: Option<&Actor>,
) -> Result<(Recording, Vec<Credit>), Error> {
    let credits = store::list_of_recording(db, id, actor.map(|actor| actor.id)).await?;
    let recording = credits.first().ok_or(Error::NotFound)?.recording.clone();
    Ok((recording, credits))
}

pub(crate) async fn show_recording(
    State(app): State<App>,
    visit: Visit,
    actor: Option<Actor>,
    OriginalUri(uri): OriginalUri,
    Path(address): Path<String>,
) -> Result<Response, Error> {
    let make = async || {
        let (mut db, now) = (visit.db().await?, visit.now());
        let (recording, credits) = read(&mut db, id_of(&address)?, actor.as_ref()).await?;
        if recording.address() != address {
            return Ok(Made::Elsewhere(Moved::from(&uri, &recording.address())));
        }
        let players = credits.iter().filter_map(|credit| credit.musician_id);
        let mut subjects: Vec<Subject> = players.map(Subject::Musician).collect();
        subjects.push(Subject::Recording(recording.id));
        let frame = visit.frame();
        let page = RecordingPage {
            card: card::of_recording(&frame, &recording, &credits),
            frame: frame.at(Section::Recordings),
            played: played(&credits),
            confirmed: credits.iter().filter(|c| c.status == Status::Confirmed).count() as i64,
            groups: groups(&mut db, credits, now).await?,
            recording,
            from: now.date_naive(),
            until: (now + TimeDelta::days(6)).date_naive(),
        };
        Ok(Made::Page(page, subjects))
    };
    ready(&app, &visit, &uri, make).await
}

/// Who played on a recording: what is confirmed, and what the caller is a side of.
#[utoipa::path(get, path = "/recordings/{id}", tag = "recordings",
    params(("id" = i64, Path)), responses((status = 200, body = RecordingWithCredits), (status = 404, description = "Nothing confirmed is known of it.")))]
pub(crate) async fn show_recording_json(
    actor: Option<Actor>,
    mut db: Db,
    Path(id): Path<RecordingId>,
) -> Result<Json<RecordingWithCredits>, Error> {
    let (recording, credits) = read(&mut db, id, actor.as_ref()).await?;
    let credits = credits.iter().map(|credit| CreditJson::of(credit, actor.as_ref())).collect();
    Ok(Json(RecordingWithCredits { recording: RecordingJson::of(&recording), credits }))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct RecordingWithCredits {
    recording: RecordingJson,
    credits: Vec<CreditJson>,
}

/// `4 June 2025`, or `June 2025 to March 2026`.
fn played(credits: &[Credit]) -> String {
    let first = credits.iter().map(|credit| credit.played_on).min().unwrap_or_default();
    let last = credits.iter().map(|credit| credit.played_on).max().unwrap_or_default();
    if first == last {
        first.format("%-d %B %Y").to_string()
    } else {
        format!("{} to {}", first.format("%-d %B %Y"), last.format("%-d %B %Y"))
    }
}

async fn groups(
    db: &mut PgConnection,
    credits: Vec<Credit>,
    now: DateTime<Utc>,
) -> Result<Vec<Group>, Error> {
    let ids: Vec<MusicianId> = credits
        .iter()
        .filter(|c| c.musician_slug.is_some())
        .filter_map(|c| c.musician_id)
        .collect();
    let week = Slot::new(now, now + TimeDelta::days(8)).expect("eight days go forwards");
    let calendars = availability::calendars(db, &ids, week, now).await?;
    let mut groups: Vec<Group> = Vec::new();
    for credit in credits {
        let calendar = credit.musician_id.and_then(|id| calendars.get(&id));
        let name = family_name(&credit.family);
        let line = Line {
            week: calendar.map(|calendar| seven(calendar, now)),
            free_on: calendar.and_then(|calendar| free_on(calendar, now)),
            credit,
        };
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.lines.push(line),
            None => groups.push(Group { name, lines: vec![line] }),
        }
    }
    Ok(groups)
}

fn free_on(calendar: &Calendar, now: DateTime<Utc>) -> Option<NaiveDate> {
    let free = calendar.next_free(now, SESSION, None)?;
    Some(calendar.zone.date(free.starts_at()))
}

/// The player's next seven days, today first: tall is a whole day, low is part of one.
fn seven(calendar: &Calendar, now: DateTime<Utc>) -> Vec<Day> {
    let free = calendar.free(calendar.window, None);
    let today = calendar.zone.date(now);
    let day = |(at, date): (usize, NaiveDate)| {
        let open = calendar.open_on(date);
        let length = |slots: &[Slot]| slots.iter().map(Slot::length).sum::<TimeDelta>();
        let left: Vec<Slot> =
            open.iter().flat_map(|open| free.iter().filter_map(|free| free.within(open))).collect();
        let free = match length(&left) {
            none if none < TimeDelta::hours(1) => Free::None,
            all if all == length(&open) => Free::Whole,
            _ => Free::Part,
        };
        Day { x: 1 + 12 * at, free }
    };
    today.iter_days().take(7).enumerate().map(day).collect()
}
