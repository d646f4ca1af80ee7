use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{Favourite, KEPT_FOR, MOST, Move, Note, Refusal, is_an_order_of},
    store,
};
use crate::{accounts::Actor, musicians::Profile, values::FavouriteId};

#[derive(Debug, thiserror::Error)]
pub(super) enum FavouriteError {
    #[error("There is no such line on your list.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Puts a player at the end of the actor's list; whether they were not there already.
pub(super) async fn keep(
    db: &mut PgConnection,
    actor: &Actor,
    player: &Profile,
    now: DateTime<Utc>,
) -> Result<(FavouriteId, bool), FavouriteError> {
    if player.account_id == actor.id {
        return Err(Refusal::Oneself.into());
    }
    let mut tx = db.begin().await?;
    store::lock_list(&mut tx, actor.id).await?;
    let list = store::list(&mut tx, actor.id).await?;
    if let Some(there) = list.iter().find(|one| one.musician == player.id) {
        return Ok((there.id, false));
    }
    if list.len() >= MOST {
        return Err(Refusal::Full.into());
    }
    let id = store::insert(&mut tx, actor.id, player.id, now).await?;
    store::turn(&mut tx, actor.id).await?;
    tx.commit().await?;
    Ok((id, true))
}

/// Writes the actor's note on a line, in the place of what it said.
pub(super) async fn write_note(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    note: Option<&Note>,
    now: DateTime<Utc>,
) -> Result<(), FavouriteError> {
    let mut tx = db.begin().await?;
    store::lock_list(&mut tx, actor.id).await?;
    let line = on_list(&mut tx, actor, id, now).await?;
    store::set_note(&mut tx, line.id, note.map_or("", Note::as_str)).await?;
    Ok(tx.commit().await?)
}

/// Takes a line off the actor's list. Doing it twice does nothing.
pub(super) async fn take_off(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    now: DateTime<Utc>,
) -> Result<Favourite, FavouriteError> {
    let mut tx = db.begin().await?;
    store::lock_list(&mut tx, actor.id).await?;
    let found = store::find(&mut tx, actor.id, id, now - KEPT_FOR).await?;
    let line = found.ok_or(FavouriteError::NotFound)?;
    if line.removed_at.is_none() {
        store::set_removed(&mut tx, id, Some(now)).await?;
        store::turn(&mut tx, actor.id).await?;
    }
    tx.commit().await?;
    Ok(line)
}

/// Puts a line back where it was, with its note.
pub(super) async fn put_back(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    now: DateTime<Utc>,
) -> Result<Favourite, FavouriteError> {
    let mut tx = db.begin().await?;
    store::lock_list(&mut tx, actor.id).await?;
    let found = store::find(&mut tx, actor.id, id, now - KEPT_FOR).await?;
    let line = found.ok_or(FavouriteError::NotFound)?;
    if line.removed_at.is_some() {
        if store::list(&mut tx, actor.id).await?.len() >= MOST {
            return Err(Refusal::Full.into());
        }
        store::set_removed(&mut tx, id, None).await?;
        store::turn(&mut tx, actor.id).await?;
    }
    tx.commit().await?;
    Ok(line)
}

/// Moves a line of the list as it was seen at `version`.
pub(super) async fn move_line(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    to: Move,
    version: i32,
    now: DateTime<Utc>,
) -> Result<i32, FavouriteError> {
    let mut tx = db.begin().await?;
    let stands_at = store::lock_list(&mut tx, actor.id).await?;
    on_list(&mut tx, actor, id, now).await?;
    if stands_at != version {
        return Err(Refusal::Stale.into());
    }
    let order = store::list(&mut tx, actor.id).await?.into_iter().map(|one| one.id).collect();
    store::set_order(&mut tx, actor.id, &to.of(id, order)).await?;
    let version = store::turn(&mut tx, actor.id).await?;
    tx.commit().await?;
    Ok(version)
}

/// Puts the whole list, as it was seen at `version`, into another order.
pub(super) async fn set_order(
    db: &mut PgConnection,
    actor: &Actor,
    order: &[FavouriteId],
    version: i32,
) -> Result<i32, FavouriteError> {
    let mut tx = db.begin().await?;
    let stands_at = store::lock_list(&mut tx, actor.id).await?;
    let list: Vec<FavouriteId> =
        store::list(&mut tx, actor.id).await?.into_iter().map(|one| one.id).collect();
    if stands_at != version || !is_an_order_of(&list, order) {
        return Err(Refusal::Stale.into());
    }
    store::set_order(&mut tx, actor.id, order).await?;
    let version = store::turn(&mut tx, actor.id).await?;
    tx.commit().await?;
    Ok(version)
}

/// A line that is on the actor's list.
async fn on_list(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    now: DateTime<Utc>,
) -> Result<Favourite, FavouriteError> {
    let found = store::find(db, actor.id, id, now).await?;
    found.filter(|line| line.removed_at.is_none()).ok_or(FavouriteError::NotFound)
}
