mod fetcher;
mod looking;
mod reading;

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

pub use fetcher::{Fetcher, LookedUp, Names};
pub(crate) use looking::freshen;
pub(super) use looking::look_now;
pub use looking::{Looked, refresh_due};

use self::{
    fetcher::{Fetched, Haste, Tags},
    reading::Desk,
};
use super::{
    model::{
        Address, Failure, Import, Known, MOST, Name, Player, Reading, Refusal, Unfetched,
        due_after_reading, hash_of,
    },
    store::{self, Copy, New},
};
use crate::{accounts::Actor, availability, values::ImportId, web::App};

#[derive(Debug, thiserror::Error)]
pub(super) enum ImportError {
    #[error("You read in no such calendar.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// A calendar that was read, and is kept nowhere yet.
#[derive(Debug)]
pub(super) struct Found {
    copy: Copy,
    known: Known,
    reading: Reading,
}

/// Fetches an address and reads what is there. Needs no connection to the database.
pub(super) async fn look_up(
    app: &App,
    address: &Address,
    player: Player,
    now: DateTime<Utc>,
) -> Result<Found, Failure> {
    let fetcher = app.kept.get_or(Fetcher::strict);
    match fetcher.fetch(address, Tags::default(), Haste::SomebodyWaits).await? {
        Fetched::New { body, etag, last_modified } => {
            find(app, Copy { etag, last_modified, ..Copy::of(body) }, player, now).await
        }
        // Nobody asked whether it is the same.
        Fetched::Same => Err(Unfetched::Unreachable.into()),
    }
}

/// Reads a file that somebody brought.
pub(super) async fn look_into(
    app: &App,
    body: Vec<u8>,
    player: Player,
    now: DateTime<Utc>,
) -> Result<Found, Failure> {
    find(app, Copy::of(body), player, now).await
}

async fn find(app: &App, copy: Copy, player: Player, now: DateTime<Utc>) -> Result<Found, Failure> {
    let known = Known::first(player.zone, now);
    let (copy, read) = app.kept.get_or(Desk::default).read(copy, known, Haste::SomebodyWaits).await;
    Ok(Found { copy, known, reading: read? })
}

/// Whether a player may have one more, of this address.
pub(super) fn may_be_added(kept: &[Import], address: Option<&Address>) -> Result<(), NotAdded> {
    let same = kept.iter().find(|one| one.url.is_some() && one.url.as_ref() == address);
    match same {
        Some(one) => Err(NotAdded::ReadAlready(one.name.clone())),
        None if kept.len() >= MOST => Err(NotAdded::Refused(Refusal::Full)),
        None => Ok(()),
    }
}

/// Why a calendar is not added.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotAdded {
    /// As a predicate of the address.
    #[error("is read in already, as “{0}”")]
    ReadAlready(String),
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("There is no such profile.")]
    NotFound,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Reads a calendar in from now on.
pub(super) async fn add(
    db: &mut PgConnection,
    actor: &Actor,
    name: Option<&Name>,
    address: Option<&Address>,
    found: &Found,
    now: DateTime<Utc>,
) -> Result<ImportId, NotAdded> {
    let mut tx = db.begin().await?;
    let player = store::lock_player(&mut tx, actor).await?.ok_or(NotAdded::NotFound)?;
    may_be_added(&store::list(&mut tx, player.id, now).await?, address)?;
    let called = found.reading.name.as_deref().or(address.map(Address::host));
    let next_at = due_after_reading(found.known, address.is_none(), now, fastrand::f64());
    let new = New {
        musician: player.id,
        name: name.map_or(called.unwrap_or("A file"), Name::as_str),
        url: address,
        copy: &found.copy,
        note: &found.reading.note,
        known: found.known,
        stretches: &found.reading.stretches,
        next_at,
    };
    let id = store::insert(&mut tx, new, now).await?;
    availability::keep_open_time(&mut tx, &[player.id], now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Calls one of the player's calendars something else.
pub(super) async fn rename(
    db: &mut PgConnection,
    player: Player,
    id: ImportId,
    name: &Name,
    now: DateTime<Utc>,
) -> Result<(), ImportError> {
    let mut tx = db.begin().await?;
    let import = store::lock(&mut tx, player.id, id, now).await?.ok_or(ImportError::NotFound)?;
    if import.removed_at.is_some() {
        return Err(ImportError::NotFound);
    }
    store::set_name(&mut tx, id, name.as_str()).await?;
    tx.commit().await?;
    Ok(())
}

/// Removes one, and gives its time free. Doing it twice does nothing.
pub(super) async fn remove(
    db: &mut PgConnection,
    player: Player,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<Import, ImportError> {
    let mut tx = db.begin().await?;
    availability::lock(&mut tx, player.id).await?;
    let import = store::lock(&mut tx, player.id, id, now).await?.ok_or(ImportError::NotFound)?;
    if import.removed_at.is_none() {
        store::remove(&mut tx, id, now).await?;
        store::forget_removed(&mut tx, player.id, MOST as i64).await?;
        availability::keep_open_time(&mut tx, &[player.id], now).await?;
    }
    tx.commit().await?;
    Ok(import)
}

/// Puts one back that was removed, with what it kept busy; it is due to be looked at again.
pub(super) async fn put_back(
    app: &App,
    db: &mut PgConnection,
    player: Player,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<Import, ImportError> {
    let mut tx = db.begin().await?;
    availability::lock(&mut tx, player.id).await?;
    let import = store::lock(&mut tx, player.id, id, now).await?.ok_or(ImportError::NotFound)?;
    if import.removed_at.is_some() {
        let kept = store::list(&mut tx, player.id, now).await?;
        may_be_added(&kept, import.url.as_ref()).map_err(|why| match why {
            NotAdded::ReadAlready(_) => Refusal::ReadAgain,
            _ => Refusal::Full,
        })?;
        store::put_back(&mut tx, id, now).await?;
        let body = store::find_body(&mut tx, id).await?.ok_or(ImportError::NotFound)?;
        let known = Known::first(player.zone, now);
        let (_, read) =
            app.kept.get_or(Desk::default).read(Copy::of(body), known, Haste::SomebodyWaits).await;
        // It was read before; were it otherwise now, the job would say why.
        if let Ok(reading) = read {
            let hash = hash_of(&reading.stretches);
            store::set_known(&mut tx, id, known, &hash, &reading.note).await?;
            store::replace_busy(&mut tx, player.id, id, &reading.stretches).await?;
            availability::keep_open_time(&mut tx, &[player.id], now).await?;
        }
    }
    tx.commit().await?;
    Ok(import)
}
