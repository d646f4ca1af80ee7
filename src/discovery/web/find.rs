use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::super::{
    model::{Candidate, Found, Rank, Search},
    store,
};
use crate::{
    availability::{self, Calendar},
    musicians,
    values::{MusicianId, Slot},
    web::Error,
};

/// How many are on a page.
pub(super) const PAGE: usize = 20;
/// How many are asked about at once.
const BATCH: i64 = 100;
/// How many one request asks about; the next page goes on from there.
const MOST: usize = 2_000;
/// How far ahead the next free time is looked for.
pub(super) const AHEAD: TimeDelta = TimeDelta::days(60);

/// A page of those who fit, the first of them the best.
pub(super) struct Hits {
    pub(super) found: Vec<Found>,
    pub(super) calendars: HashMap<MusicianId, Calendar>,
    /// Where the next page begins, if there may be one.
    pub(super) next: Option<Rank>,
}

/// Walks those who fit in order, asks each one's calendar, and stops when a page is full.
pub(super) async fn find(
    db: &mut PgConnection,
    search: &Search,
    after: Rank,
    now: DateTime<Utc>,
) -> Result<Hits, Error> {
    let (chosen, next) = walk(db, search, after, PAGE, now).await?;
    let ids: Vec<MusicianId> = chosen.iter().map(|candidate| candidate.rank.id).collect();
    let mut profiles: HashMap<_, _> = musicians::list_published(db, &ids)
        .await?
        .into_iter()
        .map(|profile| (profile.id, profile))
        .collect();
    let calendars = availability::calendars(db, &ids, window(search, now)).await?;
    let found = chosen.into_iter().filter_map(|candidate| {
        Some(Found {
            profile: profiles.remove(&candidate.rank.id)?,
            credits: -candidate.rank.lacking,
            last_played_on: candidate.last_played_on,
        })
    });
    Ok(Hits { found: found.collect(), calendars, next })
}

/// How many fit, up to `most`.
pub(super) async fn count(
    db: &mut PgConnection,
    search: &Search,
    most: usize,
    now: DateTime<Utc>,
) -> Result<usize, Error> {
    Ok(walk(db, search, Rank::first(), most, now).await?.0.len())
}

async fn walk(
    db: &mut PgConnection,
    search: &Search,
    mut after: Rank,
    most: usize,
    now: DateTime<Utc>,
) -> Result<(Vec<Candidate>, Option<Rank>), Error> {
    let (mut chosen, mut asked) = (Vec::<Candidate>::new(), 0);
    loop {
        let batch = store::candidates(db, search, after, BATCH).await?;
        let free = free_among(db, search, &batch, now).await?;
        for candidate in &batch {
            if free.contains(&candidate.rank.id) {
                if chosen.len() == most {
                    // One more than fits on the page: there is a next.
                    return Ok((chosen, Some(after)));
                }
                chosen.push(*candidate);
            }
            after = candidate.rank;
        }
        asked += batch.len();
        if batch.len() < BATCH as usize {
            return Ok((chosen, None));
        }
        if asked >= MOST {
            return Ok((chosen, Some(after)));
        }
    }
}

/// Those of a batch who may be asked for the time searched: the very question a booking asks.
async fn free_among(
    db: &mut PgConnection,
    search: &Search,
    batch: &[Candidate],
    now: DateTime<Utc>,
) -> Result<Vec<MusicianId>, Error> {
    let ids: Vec<MusicianId> = batch.iter().map(|candidate| candidate.rank.id).collect();
    let Some((slot, _)) = search.time else { return Ok(ids) };
    let window =
        Slot::new(now, slot.ends_at() + TimeDelta::days(1)).map_err(anyhow::Error::from)?;
    let calendars = availability::calendars(db, &ids, window).await?;
    let free = |id: &MusicianId| calendars.get(id).is_some_and(|c| c.may_take(slot).is_ok());
    Ok(ids.into_iter().filter(free).collect())
}

/// As much of the calendars as a page tells of: the day searched, and the next free time.
fn window(search: &Search, now: DateTime<Utc>) -> Slot {
    let from = now - TimeDelta::days(1);
    let searched = search.time.map_or(now, |(slot, _)| slot.ends_at() + TimeDelta::days(2));
    Slot::new(from, searched.max(now + AHEAD)).expect("two days at least")
}
