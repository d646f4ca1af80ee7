//! The page of one's bookings: calls with everybody who was asked, what waits and until when, and of a
//! player the days ahead and the month's fees.

use std::collections::HashMap;

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{
            Booking, Choices, Cursor, Earned, Filter, PAGE, Party, Planned, Status, Tab, Tallies,
            Turn, Unit, month,
        },
        store::{self, Asked},
    },
    choices::{Choice, Chooser, told_turn},
    list::{ListQuery, Read, notes},
    views::{Badge, Clock},
};
use crate::{
    accounts::Actor,
    catalog::{self, Catalog},
    values::{BookingId, CallId, FieldErrors, Zone},
    web::{App, Db, Error, Frame, Now, Page, Query, Section, filters},
};

#[derive(Template)]
#[template(path = "bookings/list.html")]
struct ListPage {
    frame: Frame,
    notes: Vec<String>,
    days: Option<DaysAhead>,
    /// Sessions that are over and not marked done, and where they are listed.
    over: i64,
    over_at: String,
    tabs: Vec<TabLink>,
    tab: Tab,
    query: ListQuery,
    /// None where one is on one side only.
    roles: Option<Vec<Choice>>,
    turns: Vec<Choice>,
    statuses: Vec<Choice>,
    kinds: Vec<Choice>,
    instruments: Vec<Choice>,
    /// Whether more than words and the side is asked for.
    is_open: bool,
    stretches: Vec<Stretch>,
    next: Option<String>,
    /// Whether anything was looked for, so that an empty page says the right thing.
    is_narrow: bool,
    first_page: String,
}

struct TabLink {
    address: String,
    text: &'static str,
    count: i64,
    is_here: bool,
}

/// Calls under one heading.
struct Stretch {
    heading: Option<&'static str>,
    count: i64,
    calls: Vec<CallRow>,
}

/// A call, and everybody who was asked for it.
struct CallRow {
    title: String,
    artist: String,
    told: String,
    yours: Option<String>,
    /// What came of asking several; of one, it stands with them.
    summary: Option<String>,
    asked: Vec<Row>,
}

struct Row {
    booking: Booking,
    badge: Badge,
    other: String,
    role: &'static str,
    clock: Option<Clock>,
    /// Messages the reader has not read.
    unread: i32,
}

/// What a player has in the next seven days, and what this month comes to.
struct DaysAhead {
    plans: Vec<Plan>,
    /// How many more there are in these days.
    more: usize,
    month: NaiveDate,
    earned: Vec<Earned>,
}

struct Plan {
    id: BookingId,
    title: String,
    day: NaiveDate,
    hours: String,
    is_asked: bool,
}

/// How many plans the page tells; the rest is in the calendar.
const PLANS: usize = 6;

impl CallRow {
    fn new(
        asked: Vec<Booking>,
        unread: &HashMap<BookingId, i32>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Option<CallRow> {
        let first = asked.first()?;
        let zone: Zone = actor.zone;
        let differs = !first.zone.agrees_with(zone, first.when.starts_at());
        Some(CallRow {
            title: first.title.clone(),
            artist: first.artist.clone(),
            told: first.when.told(first.zone),
            yours: differs.then(|| first.when.told(zone)),
            summary: (asked.len() > 1).then(|| summary(&asked, now)),
            asked: asked.into_iter().map(|one| Row::new(one, unread, actor, now)).collect(),
        })
    }
}

/// `3 asked: 1 said yes, 2 said no`.
fn summary(asked: &[Booking], now: DateTime<Utc>) -> String {
    let came = |booking: &Booking| match booking.stands(now) {
        Status::Confirmed | Status::Done => "said yes",
        Status::Requested => "to answer",
        Status::Declined => "said no",
        Status::Lapsed => "did not answer",
        Status::Withdrawn => "withdrawn",
        Status::Cancelled => "cancelled",
    };
    let words = ["said yes", "to answer", "said no", "did not answer", "withdrawn", "cancelled"];
    let told = words.into_iter().filter_map(|word| {
        let count = asked.iter().filter(|booking| came(booking) == word).count();
        (count > 0).then(|| format!("{count} {word}"))
    });
    format!("{} asked: {}", asked.len(), told.collect::<Vec<_>>().join(", "))
}

impl Row {
    fn new(
        booking: Booking,
        unread: &HashMap<BookingId, i32>,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Row {
        let side = booking.party(actor.id);
        let waits = booking.awaits(now).is_some();
        Row {
            badge: Badge::of(&booking, side, now),
            other: side.map_or("", |side| booking.name_of(side.other())).to_owned(),
            role: match side {
                Some(Party::Musician) => "you play",
                _ => "plays",
            },
            clock: waits.then(|| Clock::of(booking.answer_by(now), actor.zone, now)),
            unread: unread.get(&booking.id).copied().unwrap_or(0),
            booking,
        }
    }
}

fn tabs(query: &ListQuery, here: Tab, tallies: &Tallies, choices: &Choices) -> Vec<TabLink> {
    let link = |tab: Tab| TabLink {
        address: query.address(&[("tab", tab.word())]),
        text: match tab {
            Tab::Waiting => "Waiting for an answer",
            Tab::Ahead => "Ahead",
            Tab::Past => "Past",
            Tab::All => "All",
        },
        count: tallies.of(tab, choices),
        is_here: tab == here,
    };
    Tab::ALL.map(link).into()
}

/// The calls of a page, in its order, each with everybody who was asked.
async fn calls(
    db: &mut PgConnection,
    lines: &[Cursor],
    actor: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Cursor, CallRow)>> {
    let ids: Vec<CallId> = lines.iter().map(|line| line.call_id).collect();
    let asked = store::find_asked(db, &ids, actor.id, now).await?;
    let ids: Vec<BookingId> = asked.iter().map(|booking| booking.id).collect();
    let unread = store::unread(db, actor.id, &ids).await?;
    let mut by_call: HashMap<CallId, Vec<Booking>> = HashMap::new();
    for booking in asked {
        by_call.entry(booking.call_id).or_default().push(booking);
    }
    let row = |line: &Cursor| {
        let asked = by_call.remove(&line.call_id)?;
        Some((*line, CallRow::new(asked, &unread, actor, now)?))
    };
    Ok(lines.iter().filter_map(row).collect())
}

/// Of what waits, one's own first, under a heading each.
fn stretches(
    rows: Vec<(Cursor, CallRow)>,
    tab: Tab,
    (tallies, choices): (&Tallies, &Choices),
) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (line, call) in rows {
        let turn = if line.theirs { Turn::Theirs } else { Turn::Mine };
        let heading = (tab == Tab::Waiting).then(|| told_turn(turn));
        match stretches.last_mut() {
            Some(last) if last.heading == heading => last.calls.push(call),
            _ => {
                let count = tallies.of(tab, &Choices { turn: Some(turn), ..*choices });
                stretches.push(Stretch { heading, count, calls: vec![call] });
            }
        }
    }
    stretches
}

/// From today on, by the player's own clock.
async fn days_ahead(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<DaysAhead> {
    let zone = actor.zone;
    let begins = |day: NaiveDate| zone.start(day.and_time(NaiveTime::MIN));
    let today = zone.date(now);
    let week = (begins(today), begins(today + Days::new(7)));
    let planned = store::planned(db, actor.id, week, now).await?;
    let (month, from, until) = month(zone, now);
    let earned = store::earned(db, actor.id, (from, until)).await?;
    let plan = |it: &Planned| Plan {
        id: it.id,
        title: it.title.clone(),
        day: it.when.day(zone),
        hours: match it.when.session() {
            Some(slot) => zone.hours(&slot),
            None => format!("due {}", zone.local(it.when.starts_at()).format("%H:%M")),
        },
        is_asked: it.status == Status::Requested,
    };
    Ok(DaysAhead {
        plans: planned.iter().take(PLANS).map(plan).collect(),
        more: planned.len().saturating_sub(PLANS),
        month,
        earned,
    })
}

pub(crate) async fn list(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Query(query): Query<ListQuery>,
) -> Result<Response, Error> {
    let catalog = catalog::kept(&app, &mut db).await?;
    let Read { tab, filter, after, ignored } = query.read(&catalog, actor.zone);
    let known = store::look_up(&mut db, actor.id, &filter).await?;
    let asked = Asked { viewer: actor.id, filter: &filter, known: &known, now };
    let tallies = store::tally(&mut db, asked).await?;
    let waits = tallies.of(Tab::Waiting, &filter.choices) > 0;
    let tab = tab.unwrap_or(if waits { Tab::Waiting } else { Tab::Ahead });
    let query = ListQuery { tab: tab.word().into(), ..query };
    let mut lines = store::list(&mut db, asked, (tab, Unit::Call), after).await?;
    let next = (lines.len() > PAGE).then(|| lines[PAGE - 1].to_string());
    lines.truncate(PAGE);
    let rows = calls(&mut db, &lines, &actor, now).await?;
    let is_first = !filter.is_narrow() && after.is_none();
    let days = match actor.plays && is_first {
        true => Some(days_ahead(&mut db, &actor, now).await?),
        false => None,
    };
    let stretches = stretches(rows, tab, (&tallies, &filter.choices));
    let frame = frame.at(Section::Bookings);
    let page = page(frame, (query, filter, tab), (&tallies, &catalog), &ignored);
    let next = next.map(|next| page.query.address(&[("after", &next)]));
    Ok(Page::ok(ListPage { days, next, stretches, ..page }).into_response())
}

/// Everything but what is listed.
fn page(
    frame: Frame,
    (query, filter, tab): (ListQuery, Filter, Tab),
    (tallies, catalog): (&Tallies, &Catalog),
    ignored: &FieldErrors,
) -> ListPage {
    let choices = &filter.choices;
    let chooser = Chooser { tallies, tab, choices };
    let both = tallies.has_side(Party::Producer) && tallies.has_side(Party::Musician);
    let words_only = Filter {
        choices: Choices { role: choices.role, ..Choices::default() },
        words: filter.words.clone(),
        ..Filter::default()
    };
    let nothing = ListQuery { tab: tab.word().into(), ..ListQuery::default() };
    let over = [("tab", Tab::Past.word()), ("status", Status::Confirmed.word())];
    ListPage {
        frame,
        notes: notes(ignored),
        days: None,
        over: tallies.over(),
        over_at: ListQuery::default().address(&over),
        tabs: tabs(&query, tab, tallies, choices),
        tab,
        roles: (both || choices.role.is_some()).then(|| chooser.roles()),
        turns: chooser.turns(),
        statuses: chooser.statuses(),
        kinds: chooser.kinds(),
        instruments: chooser.instruments(catalog),
        is_open: filter != words_only,
        stretches: Vec::new(),
        next: None,
        is_narrow: filter.is_narrow(),
        first_page: nothing.address(&[]),
        query,
    }
}
