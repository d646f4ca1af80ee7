use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    finder::Finder,
    model::{
        Asked, Condition, Counts, Cursor, Index, Mark, PAGE, RESERVED_EACH, Search, Standing, Time,
        seat,
    },
    preparing::{Prepared, ahead, prepare},
    store::{self, Asking, Plan, Statement},
};
use crate::{
    availability::{self, Calendar, SESSION},
    catalog::Catalog,
    values::{Currency, MusicianId, Slot, Zone},
};

/// What of the time ahead search surely knows: open time is extended each day, and a server that
/// rests for a week still knows this much.
const KNOWN_AHEAD: TimeDelta = TimeDelta::days(93);
/// Past what search knows, so many times a page's worth is asked about.
const ROUNDS: usize = 20;

/// A page of those who fit.
pub(in crate::discovery) struct Found {
    pub(in crate::discovery) hits: Vec<Standing>,
    pub(in crate::discovery) next: Option<Cursor>,
    pub(in crate::discovery) counts: Counts,
    /// Whether the time asked for is further ahead than search knows of. Then calendars are asked
    /// one after the other, how many fit is not known, and all counts leave the time out.
    pub(in crate::discovery) is_far: bool,
    /// When those hits are free about the day asked for, when next, and how they would play.
    pub(in crate::discovery) times: Vec<Free>,
    /// Each typed word in its readings, where they are not the word itself.
    pub(in crate::discovery) read_as: Vec<(String, String)>,
}

#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Free {
    pub(in crate::discovery) on_the_day: Vec<Slot>,
    /// The first stretch with room for what was asked, from now on.
    pub(in crate::discovery) next: Option<Slot>,
    /// Whether they would be asked to play remotely, for a song.
    pub(in crate::discovery) is_remote: bool,
}

/// Finds a page of those who fit `search`, after `cursor`, with the counts of everything else that
/// could be asked. Top rates are told in `currency`, and days are by the clock of `zone`.
pub(in crate::discovery) async fn find(
    db: &mut PgConnection,
    (finder, catalog): (&Finder, &Arc<Catalog>),
    search: &Search,
    cursor: Cursor,
    (currency, zone): (Currency, Zone),
    now: DateTime<Utc>,
) -> sqlx::Result<Found> {
    finder.catch_up(db).await?;
    let is_far = search.time.as_ref().is_some_and(|time| is_far(time, now));
    let known = match is_far {
        true => Search { time: None, ..search.clone() },
        false => search.clone(),
    };
    let (prepared, mut counts) = {
        let index = finder.index();
        let readings = index.readings(&known);
        let asked = Asked { search: &known, catalog, currency, zone, now };
        let kept = finder.counts(&asked);
        let sets = match kept {
            Some(_) => index.sets_to_meet(&known, &readings, now),
            None => index.sets(&known, &readings, now),
        };
        let counts = kept.unwrap_or_else(|| finder.keep(&asked, Counts::of(&index, &asked, &sets)));
        let most = if is_far { PAGE * ROUNDS } else { PAGE };
        (prepare(&index, &known, (&readings, &sets), (&cursor, most), now), counts)
    };
    if is_far {
        counts.leave_out_the_time();
    }
    let quest = Quest { search, known: &known, prepared: &prepared, now };
    let (hits, next) = match (prepared.is_vain, &prepared.order) {
        (true, _) => (Vec::new(), None),
        (_, Some(order)) => in_order(db, &quest, order, &cursor).await?,
        _ => in_rows(db, &quest, cursor).await?,
    };
    let mut times: Vec<Free> = {
        let index = finder.index();
        hits.iter().map(|hit| free_of(&index, hit, search, now)).collect()
    };
    if is_far {
        let calendars = calendars_of(db, &hits, search, now).await?;
        for (hit, free) in hits.iter().zip(&mut times) {
            let own = calendars.get(&hit.id).zip(search.time.as_ref());
            free.on_the_day =
                own.map(|(own, time)| own.free(around(time), None)).unwrap_or_default();
        }
    }
    Ok(Found { hits, next, counts, is_far, times, read_as: prepared.read_as })
}

/// The first of those who fit a search of the time that is known, and nothing else about it.
pub(in crate::discovery) async fn first_few(
    db: &mut PgConnection,
    finder: &Finder,
    search: &Search,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Standing, Free)>> {
    finder.catch_up(db).await?;
    let cursor = Cursor::first(search.sort, now);
    let prepared = {
        let index = finder.index();
        let readings = index.readings(search);
        prepare(
            &index,
            search,
            (&readings, &index.sets_to_meet(search, &readings, now)),
            (&cursor, PAGE),
            now,
        )
    };
    if prepared.is_vain {
        return Ok(Vec::new());
    }
    let quest = Quest { search, known: search, prepared: &prepared, now };
    let (hits, _) = in_rows(db, &quest, cursor).await?;
    let index = finder.index();
    let free = |hit: Standing| (free_of(&index, &hit, search, now), hit);
    Ok(hits.into_iter().map(free).map(|(free, hit)| (hit, free)).collect())
}

/// Whether what is kept of the time ahead does not reach as far.
pub(in crate::discovery) fn is_far(time: &Time, now: DateTime<Utc>) -> bool {
    time.window().ends_at() > now + KNOWN_AHEAD
}

/// A search on its way through the database.
struct Quest<'a> {
    search: &'a Search,
    /// The same without a time that search does not know of.
    known: &'a Search,
    prepared: &'a Prepared,
    now: DateTime<Utc>,
}

impl Quest<'_> {
    fn is_far(&self) -> bool {
        self.search.time.is_some() && self.known.time.is_none()
    }

    /// The next of them in the database.
    async fn hits(
        &self,
        db: &mut PgConnection,
        plan: &Plan,
        at: &Cursor,
        limits: (usize, usize),
    ) -> sqlx::Result<Vec<Standing>> {
        let asking = asking(self.known, plan, at, limits, self.prepared);
        store::hits(db, &Statement::of(&asking)).await
    }
}

/// A page in the two rows of the best match, or the one of most credits.
async fn in_rows(
    db: &mut PgConnection,
    quest: &Quest<'_>,
    cursor: Cursor,
) -> sqlx::Result<(Vec<Standing>, Option<Cursor>)> {
    let (mut main, mut new): (Vec<Standing>, Vec<Standing>) = (Vec::new(), Vec::new());
    let mut at = cursor;
    let mut limits = (PAGE + 1, PAGE / RESERVED_EACH + 1);
    let mut ended = false;
    for _ in 0..ROUNDS {
        let hits = quest.hits(db, &quest.prepared.plan, &at, limits).await?;
        let (mut newer, mut older): (Vec<_>, Vec<_>) = hits.into_iter().partition(|hit| hit.is_new);
        for row in [&mut newer, &mut older] {
            row.sort_by(|a, b| in_row(a.mark).partial_cmp(&in_row(b.mark)).expect("no key is NaN"));
        }
        let is_short = |more: bool| older.len() < limits.0 || more;
        let further = older
            .last()
            .zip(newer.last())
            .is_some_and(|(old, new)| old.mark.closeness > new.mark.closeness);
        if newer.len() == limits.1 && limits.1 < PAGE + 1 && is_short(further) {
            // Those who have credits do not fill the page: newcomers may.
            limits.1 = PAGE + 1;
            continue;
        }
        let main_ended = older.len() < limits.0;
        ended = main_ended && newer.len() < limits.1;
        at.main = older.last().map_or(at.main, |hit| hit.mark);
        at.new = newer.last().map_or(at.new, |hit| hit.mark);
        if !quest.is_far() {
            (main, new) = (older, newer);
            break;
        }
        main.extend(free_then(db, older, quest).await?);
        new.extend(free_then(db, newer, quest).await?);
        // Newcomers fill more than the places that are kept for them only where nobody else is left.
        let most_new = if main_ended { PAGE + 1 } else { PAGE / RESERVED_EACH };
        if ended || main.len() + new.len().min(most_new) > PAGE {
            break;
        }
    }
    let (page, more) = seat(main, new, PAGE, |hit| hit.mark.closeness);
    let last = |is_new: bool, before: Mark| {
        page.iter().rev().find(|hit| hit.is_new == is_new).map_or(before, |hit| hit.mark)
    };
    let next = if more {
        Some(Cursor { main: last(false, cursor.main), new: last(true, cursor.new), ..cursor })
    } else {
        // Past what search knows there may be more than was asked about.
        (quest.is_far() && !ended).then_some(at)
    };
    Ok((page, next))
}

/// The place of a mark in its row.
fn in_row(mark: Mark) -> (i32, f64, i64) {
    (mark.closeness, -mark.key, mark.id)
}

/// A page in an order that only the index knows.
async fn in_order(
    db: &mut PgConnection,
    quest: &Quest<'_>,
    order: &[(i64, i64)],
    cursor: &Cursor,
) -> sqlx::Result<(Vec<Standing>, Option<Cursor>)> {
    let rounds = if quest.is_far() { ROUNDS } else { 1 };
    let (asked, rest) = order.split_at(order.len().min(PAGE * rounds));
    let (mut found, mut last, mut left): (Vec<Standing>, _, _) = (Vec::new(), None, asked);
    while found.len() < PAGE && !left.is_empty() {
        let (page, others) = left.split_at(left.len().min(PAGE));
        let plan = Plan::Among(page.iter().map(|(_, id)| *id).collect());
        let mut hits = quest.hits(db, &plan, cursor, (PAGE, 0)).await?;
        let place = |hit: &Standing| page.iter().position(|(_, id)| *id == hit.id.number());
        hits.sort_by_key(place);
        if quest.is_far() {
            hits = free_then(db, hits, quest).await?;
        }
        found.extend(hits);
        (last, left) = (page.last(), others);
    }
    let mut more = !left.is_empty() || !rest.is_empty();
    if found.len() > PAGE {
        found.truncate(PAGE);
        let of_last =
            |(_, id): &&(i64, i64)| found.last().is_some_and(|hit| hit.id.number() == *id);
        (last, more) = (asked.iter().find(of_last), true);
    }
    let next = last.filter(|_| more).map(|(key, id)| Cursor {
        main: Mark { closeness: 0, key: *key as f64, id: *id },
        ..*cursor
    });
    Ok((found, next))
}

fn asking<'a>(
    search: &'a Search,
    plan: &'a Plan,
    cursor: &'a Cursor,
    limits: (usize, usize),
    prepared: &'a Prepared,
) -> Asking<'a> {
    Asking {
        search,
        plan,
        cursor,
        limits,
        kin: prepared.kin,
        now: prepared.now,
        timed: search.time.is_some(),
        words: &prepared.words,
        called: &prepared.called,
        top_rate: prepared.top_rate,
    }
}

/// Those who may be asked for a time that search does not know of: their calendars are asked.
async fn free_then(
    db: &mut PgConnection,
    hits: Vec<Standing>,
    quest: &Quest<'_>,
) -> sqlx::Result<Vec<Standing>> {
    let Some(time) = &quest.search.time else { return Ok(hits) };
    let calendars = calendars_of(db, &hits, quest.search, quest.now).await?;
    let free = |hit: &Standing| calendars.get(&hit.id).is_some_and(|own| has_room(own, time));
    Ok(hits.into_iter().filter(free).collect())
}

async fn calendars_of(
    db: &mut PgConnection,
    hits: &[Standing],
    search: &Search,
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<MusicianId, Calendar>> {
    let Some(time) = &search.time else { return Ok(HashMap::new()) };
    let ids: Vec<MusicianId> = hits.iter().map(|hit| hit.id).collect();
    let until = around(time).ends_at() + TimeDelta::days(1);
    let window = Slot::new(now, until).expect("what is far is ahead");
    availability::calendars(db, &ids, window, now).await
}

/// The days about a time, as a result draws them.
fn around(time: &Time) -> Slot {
    match time {
        Time::Slot(slot, _) => slot.widened(TimeDelta::days(1), TimeDelta::days(1)),
        Time::Within { window, .. } => *window,
    }
}

/// Whether somebody may be asked for all of that time, or for as long within it.
pub(super) fn has_room(calendar: &Calendar, time: &Time) -> bool {
    match time {
        Time::Slot(slot, _) => calendar.may_take(*slot, None).is_ok(),
        Time::Within { window, length, .. } => {
            let mut free = calendar.free(*window, None).into_iter();
            free.any(|stretch| calendar.begun(stretch, *length).is_some())
        }
    }
}

fn free_of(index: &Index, hit: &Standing, search: &Search, now: DateTime<Utc>) -> Free {
    let length = search.time.as_ref().map_or(SESSION, Time::length);
    let around = search.time.as_ref().map(around);
    Free {
        on_the_day: around.map(|window| index.free(hit.id, window, now)).unwrap_or_default(),
        next: index.next_free(hit.id, ahead(now), length, now),
        is_remote: index.is_remote(hit.id, search),
    }
}

/// How many a search would find without one of its conditions, the easiest to give up first.
pub(in crate::discovery) fn looser(counts: &Counts) -> Vec<(Condition, u64)> {
    let found = |one: Condition| {
        let mut all = counts.without.iter().copied();
        all.find(|(condition, players)| *condition == one && *players > 0)
    };
    Condition::ALL.into_iter().filter_map(found).collect()
}

/// What [`find`] asks the database first, for a page whose time search knows of.
pub(in crate::discovery) async fn statement(
    db: &mut PgConnection,
    finder: &Finder,
    search: &Search,
    cursor: Cursor,
    now: DateTime<Utc>,
) -> sqlx::Result<Statement> {
    finder.catch_up(db).await?;
    let prepared = {
        let index = finder.index();
        let readings = index.readings(search);
        prepare(
            &index,
            search,
            (&readings, &index.sets_to_meet(search, &readings, now)),
            (&cursor, PAGE),
            now,
        )
    };
    let (plan, limits) = match &prepared.order {
        Some(order) => {
            let page = order.iter().take(PAGE).map(|(_, id)| *id);
            (Plan::Among(page.collect()), (PAGE, 0))
        }
        None => (prepared.plan.clone(), (PAGE + 1, PAGE / RESERVED_EACH + 1)),
    };
    Ok(Statement::of(&asking(search, &plan, &cursor, limits, &prepared)))
}
