//! Calendars looked at again.

use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use futures_util::{StreamExt, future::join_all, stream};
use sqlx::{Connection, PgConnection, PgPool};
use tokio::{
    sync::Mutex,
    task::JoinError,
    time::{sleep, timeout},
};

use super::{
    super::{
        model::{
            Failure, Known, Player, Reading, Refusal, due_after_failing, due_after_reading,
            hash_of, is_to_be_told, letter_of_failure,
        },
        store::{self, Copy, Due},
    },
    Desk, Fetched, Fetcher, ImportError,
    fetcher::{Haste, OF_THE_JOB, Tags},
};
use crate::{
    availability, outbox,
    values::{ImportId, MusicianId},
    web::App,
};

/// How many calendars the job takes at once.
const TAKEN_AT_ONCE: i64 = 48;
/// How long one call of the job goes on; what is left is for the next.
const ONE_CALL: Duration = Duration::from_secs(50);
/// After each calendar the job rests so many times as long as it took to write that one down: nobody
/// waits for it, and somebody for a page.
const RESTS: u32 = 3;
/// How long somebody waits whose time is about to be promised.
const FRESHENED_WITHIN: Duration = Duration::from_secs(5);

/// What came of looking at some calendars.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Looked {
    /// They keep other time busy than before.
    pub changed: u64,
    pub same: u64,
    pub failed: u64,
}

impl Looked {
    pub fn all(self) -> u64 {
        self.changed + self.same + self.failed
    }
}

/// A calendar as it was found.
struct Look {
    due: Due,
    /// A copy that is new, or nothing where it is the same.
    fetched: Result<Option<Copy>, Failure>,
    /// How far it is written out now, where it was written out again.
    written: Option<(Known, Reading)>,
}

/// What came of one.
enum Outcome {
    Changed,
    Same,
    Failed(Failure),
    /// Somebody else was faster, or it is gone.
    Late,
}

/// One call at a time, on each server.
#[derive(Debug, Default)]
struct Running(Mutex<()>);

/// Looks at every calendar that is due, a dozen at a time; what is written goes one after the other,
/// at a pace that leaves the machine to those who wait for it.
/// Any number of servers may: each calendar is looked at by one of them. One that fails keeps no
/// other waiting.
pub async fn refresh_due(app: &App, db: &PgPool) -> sqlx::Result<Looked> {
    let mut looked = Looked::default();
    let running = app.kept.get_or(Running::default);
    // The call before is still at it.
    let Ok(_one) = running.0.try_lock() else { return Ok(looked) };
    let begun = Instant::now();
    while begun.elapsed() < ONE_CALL && !app.stopping.is_cancelled() {
        let due =
            store::take_due(&mut *db.acquire().await?, TAKEN_AT_ONCE, app.clock.now()).await?;
        if due.is_empty() {
            break;
        }
        // Tasks of their own: they go on while one of them is written down.
        let looks = due.into_iter().map(|due| {
            let (app, db) = (app.clone(), db.clone());
            tokio::spawn(async move { look(&app, &db, due, Haste::None).await })
        });
        let mut looks = stream::iter(looks).buffer_unordered(OF_THE_JOB);
        while let Some(look) = looks.next().await {
            let found = Instant::now();
            match write_down(db, look, app.clock.now()).await {
                Ok(Outcome::Changed) => looked.changed += 1,
                Ok(Outcome::Same | Outcome::Late) => looked.same += 1,
                Ok(Outcome::Failed(_)) => looked.failed += 1,
                Err(error) => {
                    looked.failed += 1;
                    tracing::error!(%error, "a calendar could not be written down");
                }
            }
            sleep(found.elapsed() * RESTS).await;
        }
    }
    Ok(looked)
}

async fn write_down(
    db: &PgPool,
    look: Result<Look, JoinError>,
    now: DateTime<Utc>,
) -> anyhow::Result<Outcome> {
    let mut db = db.acquire().await?;
    Ok(write(&mut db, look?, now).await?)
}

/// Looks again at those of a player's calendars that are not fresh, all at once, as far as they
/// answer in time: what comes later is written down all the same. Holds no connection to the
/// database while it waits for anybody.
pub(crate) async fn freshen(app: &App, musician: MusicianId) -> sqlx::Result<()> {
    let now = app.clock.now();
    let due = store::take_stale(&mut *app.writes.acquire().await?, musician, now).await?;
    let looks = due.into_iter().map(|due| {
        let app = app.clone();
        // A task of its own: one that is cut off in the middle would leave a transaction behind.
        tokio::spawn(async move {
            let id = due.id;
            let look = look(&app, &app.writes, due, Haste::SomebodyWaits).await;
            let written = async {
                let mut db = app.writes.acquire().await?;
                write(&mut db, look, app.clock.now()).await
            };
            if let Err(error) = written.await {
                tracing::error!(import = %id, %error, "a calendar could not be written down");
            }
        })
    });
    let _ = timeout(FRESHENED_WITHIN, join_all(looks)).await;
    Ok(())
}

/// Looks at one, because its owner says so; why it was not read, if it was not. Holds no connection
/// while it does.
pub(in crate::imports) async fn look_now(
    app: &App,
    player: Player,
    id: ImportId,
) -> Result<Option<Failure>, ImportError> {
    let due =
        store::take(&mut *app.writes.acquire().await?, player.id, id, app.clock.now()).await?;
    let due = due.ok_or(ImportError::NotFound)?;
    if due.url.is_none() {
        return Err(Refusal::IsFile.into());
    }
    let look = look(app, &app.writes, due, Haste::SomebodyWaits).await;
    let mut db = app.writes.acquire().await?;
    match write(&mut db, look, app.clock.now()).await? {
        Outcome::Failed(why) => Ok(Some(why)),
        Outcome::Changed | Outcome::Same | Outcome::Late => Ok(None),
    }
}

/// Fetches a calendar and reads it, where there is anything to read.
async fn look(app: &App, db: &PgPool, due: Due, haste: Haste) -> Look {
    let fetched = fetch(app, &due, haste).await;
    let now = app.clock.now();
    let known = due.known.next(due.zone, now);
    // Nothing is busy of one that was put back.
    let is_written = due.known.is_enough(due.zone, now) && !due.busy_hash.is_empty();
    let desk = app.kept.get_or(Desk::default);
    let fetched = match fetched {
        // Byte for byte what it was.
        Ok(Some(copy)) if is_written && copy.hash[..] == due.body_hash[..] => Ok(Some(copy)),
        Ok(Some(copy)) => match desk.read(copy, known, haste).await {
            (copy, Ok(reading)) => {
                return Look { due, fetched: Ok(Some(copy)), written: Some((known, reading)) };
            }
            (_, Err(why)) => Err(why.into()),
        },
        fetched => fetched,
    };
    if is_written {
        return Look { due, fetched, written: None };
    }
    // Days have gone by, or its owner has moved: the last good copy, written out again.
    let (fetched, written) = match body(db, due.id).await {
        Ok(Some(body)) => match desk.read(Copy::of(body), known, haste).await {
            (_, Ok(reading)) => (fetched, Some((known, reading))),
            (_, Err(why)) => (fetched.and(Err(why.into())), None),
        },
        Ok(None) => (fetched, None),
        Err(error) => {
            tracing::error!(import = %due.id, %error, "the last copy of a calendar was not found");
            (fetched, None)
        }
    };
    Look { due, fetched, written }
}

async fn fetch(app: &App, due: &Due, haste: Haste) -> Result<Option<Copy>, Failure> {
    let Some(address) = &due.url else { return Ok(None) };
    let tags = Tags { etag: due.etag.as_deref(), last_modified: due.last_modified.as_deref() };
    match app.kept.get_or(Fetcher::strict).fetch(address, tags, haste).await? {
        Fetched::Same => Ok(None),
        Fetched::New { body, etag, last_modified } => {
            Ok(Some(Copy { etag, last_modified, ..Copy::of(body) }))
        }
    }
}

async fn body(db: &PgPool, id: ImportId) -> sqlx::Result<Option<Vec<u8>>> {
    store::find_body(&mut *db.acquire().await?, id).await
}

/// Writes down how a calendar was found: its time, where that changed, and when it is looked at
/// next. Its owner is told, once, when it has not been read for long.
async fn write(db: &mut PgConnection, look: Look, now: DateTime<Utc>) -> sqlx::Result<Outcome> {
    let Look { due, fetched, written } = look;
    let busy = written.map(|(known, reading)| (known, hash_of(&reading.stretches), reading));
    let is_other = busy
        .as_ref()
        .is_some_and(|(known, hash, _)| *known != due.known || hash[..] != due.busy_hash[..]);
    let mut tx = db.begin().await?;
    if is_other {
        // The player before the calendar, in every action that changes their time.
        availability::lock(&mut tx, due.musician).await?;
    }
    let is_in_time = match &fetched {
        Ok(copy) => {
            let known = busy.as_ref().map_or(due.known, |(known, ..)| *known);
            let next_at = due_after_reading(known, due.url.is_none(), now, fastrand::f64());
            // A file is as old as ever.
            let read_at = if due.url.is_none() { due.read_at } else { now };
            store::set_read(&mut tx, &due, copy.as_ref(), read_at, next_at).await?
        }
        Err(why) => fail(&mut tx, &due, *why, now).await?,
    };
    if !is_in_time {
        tx.rollback().await?;
        return Ok(Outcome::Late);
    }
    if let Some((known, hash, reading)) = &busy {
        store::set_known(&mut tx, due.id, *known, hash, &reading.note).await?;
        if is_other {
            store::replace_busy(&mut tx, due.musician, due.id, &reading.stretches).await?;
            availability::keep_open_time(&mut tx, &[due.musician], now).await?;
        }
    }
    tx.commit().await?;
    Ok(match fetched {
        Err(why) => Outcome::Failed(why),
        Ok(_) if is_other => Outcome::Changed,
        Ok(_) => Outcome::Same,
    })
}

/// Notes that one failed. False where it came too late.
async fn fail(
    db: &mut PgConnection,
    due: &Due,
    why: Failure,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let since = due.failing_since.unwrap_or(now);
    let is_told = is_to_be_told(since, due.told_at, now);
    let told_at = if is_told { Some(now) } else { due.told_at };
    let next_at = due_after_failing(due.failures, now, fastrand::f64());
    let is_in_time = store::set_failed(db, due, &why.to_string(), told_at, next_at, now).await?;
    if is_in_time && is_told {
        let letter = letter_of_failure(&due.name, why, due.read_at, due.zone);
        outbox::tell(db, due.account, &letter, now).await?;
    }
    Ok(is_in_time)
}
