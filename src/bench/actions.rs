use std::{
    ops::RangeInclusive,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Instant,
};

use anyhow::Context;
use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection, PgPool};

use super::{
    model::World,
    store::{self, Sheets},
};
use crate::{availability, catalog, discovery, values::MusicianId};

/// Somebody is in the database, and might be dear to somebody.
#[derive(Debug, thiserror::Error)]
#[error("bench-data fills an empty database, and this one has people or recordings in it")]
pub struct NotEmpty;

/// How many players are drawn and written in one transaction.
const WRITTEN_AT_ONCE: i64 = 1_000;
/// How many players' open time and listings are made in one.
const LISTED_AT_ONCE: i64 = 200;
/// How many do that at the same time.
const HANDS: usize = 2;

/// Fills an empty database with a world of so many musicians, and tells how it goes on.
pub async fn fill(
    db: &PgPool,
    musicians: i64,
    now: DateTime<Utc>,
    progress: impl Fn(&str),
) -> anyhow::Result<()> {
    let mut hands = Vec::new();
    for _ in 0..HANDS {
        // Never given back: whoever came next would work past all triggers.
        let mut hand = db.acquire().await?.detach();
        store::make_quiet(&mut hand).await?;
        hands.push(hand);
    }
    let [first, second] = hands.try_into().expect("as many as there are hands");
    let (mut first, mut second) = (first, second);
    if !store::is_empty(&mut first).await? {
        return Err(NotEmpty.into());
    }
    let catalog = catalog::load(&mut first).await?;
    let cities = store::cities(&mut first).await?;
    let rates = store::rates(&mut first).await?;
    let world = Arc::new(World::new(musicians, &catalog, cities, &rates, now));

    let begun = Instant::now();
    let told = |what: &str, done: i64| {
        let (done, all) = (grouped(done), grouped(musicians));
        progress(&format!("{done} of {all} musicians {what}, {} s", begun.elapsed().as_secs()));
    };
    others(&mut first, &world).await.context("writing producers and recordings")?;
    progress(&format!("everybody else is there, {} s", begun.elapsed().as_secs()));
    let written = Work::new(musicians, WRITTEN_AT_ONCE, |done| told("written", done));
    tokio::try_join!(write(&mut first, &world, &written), write(&mut second, &world, &written))?;
    store::count_on(&mut first).await?;
    // Before listings are made of these: the first plans would be for empty tables.
    store::analyze(&mut first, false).await?;
    let listed = Work::new(musicians, LISTED_AT_ONCE, |done| told("listed", done));
    tokio::try_join!(list(&mut first, &listed, now), list(&mut second, &listed, now))?;
    store::analyze(&mut first, true).await?;
    progress(&format!("the world is there, {} s", begun.elapsed().as_secs()));
    first.close().await?;
    second.close().await?;
    Ok(())
}

/// Batches of musicians, given out one by one.
struct Work<F> {
    musicians: i64,
    at_once: i64,
    next: AtomicI64,
    done: AtomicI64,
    tell: F,
}

impl<F: Fn(i64)> Work<F> {
    fn new(musicians: i64, at_once: i64, tell: F) -> Work<F> {
        Work { musicians, at_once, next: AtomicI64::new(1), done: AtomicI64::new(0), tell }
    }

    fn take(&self) -> Option<RangeInclusive<i64>> {
        let from = self.next.fetch_add(self.at_once, Ordering::Relaxed);
        let to = (from + self.at_once - 1).min(self.musicians);
        (from <= self.musicians).then_some(from..=to)
    }

    /// Tells of every twentieth part.
    fn finish(&self, batch: &RangeInclusive<i64>) {
        let count = batch.end() - batch.start() + 1;
        let before = self.done.fetch_add(count, Ordering::Relaxed);
        let part = |done: i64| 20 * done / self.musicians;
        if part(before) != part(before + count) {
            (self.tell)(before + count);
        }
    }
}

/// The admin, the producers and the recordings: what players' rows refer to.
async fn others(db: &mut PgConnection, world: &World) -> anyhow::Result<()> {
    let mut sheets = Sheets::default();
    sheets.admin(world);
    for number in 1..=world.producers() {
        sheets.producer(&world.producer(number), world);
    }
    store::write(db, &sheets).await?;
    let mut from = 1;
    while from <= world.recordings() {
        let to = (from + 20 * WRITTEN_AT_ONCE).min(world.recordings());
        let mut sheets = Sheets::default();
        (from..=to).for_each(|id| sheets.recording(&world.recording(id)));
        store::write(db, &sheets).await?;
        from = to + 1;
    }
    Ok(())
}

async fn write<F: Fn(i64)>(
    db: &mut PgConnection,
    world: &Arc<World>,
    work: &Work<F>,
) -> anyhow::Result<()> {
    while let Some(batch) = work.take() {
        let (from, to) = (*batch.start(), *batch.end());
        let drawn = world.clone();
        let sheets = tokio::task::spawn_blocking(move || {
            let mut sheets = Sheets::default();
            (from..=to).for_each(|id| sheets.player(&drawn.player(id), &drawn));
            sheets
        })
        .await?;
        let mut tx = db.begin().await?;
        store::write(&mut tx, &sheets).await.context("writing players")?;
        store::write_derived(&mut tx, from, to).await?;
        tx.commit().await?;
        work.finish(&batch);
    }
    Ok(())
}

/// Open time and listings, by the code that keeps them in everyday use.
async fn list<F: Fn(i64)>(
    db: &mut PgConnection,
    work: &Work<F>,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    while let Some(batch) = work.take() {
        let ids: Vec<MusicianId> = batch.clone().map(Into::into).collect();
        let mut tx = db.begin().await?;
        availability::keep_open_time(&mut tx, &ids, now).await?;
        store::refresh_listings(&mut tx, &ids).await?;
        tx.commit().await?;
        work.finish(&batch);
    }
    Ok(())
}

/// For each search address what it asks Postgres, as a line of JSON.
pub async fn statements(
    db: &PgPool,
    addresses: &[String],
    now: DateTime<Utc>,
) -> anyhow::Result<Vec<String>> {
    let mut db = db.acquire().await?;
    let asked = discovery::statements(&mut db, addresses, now).await?;
    let line = |(sql, arguments): (String, Vec<String>)| {
        serde_json::json!({ "sql": sql, "arguments": arguments }).to_string()
    };
    Ok(asked.into_iter().map(line).collect())
}

/// `12 000`.
fn grouped(number: i64) -> String {
    let digits = number.to_string();
    let grouped: Vec<&[u8]> = digits.as_bytes().rchunks(3).rev().collect();
    grouped.iter().map(|group| String::from_utf8_lossy(group)).collect::<Vec<_>>().join(" ")
}
