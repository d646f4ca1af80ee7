use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{KEPT_FOR, MOST, Name, Refusal, Watch, again, may_be_kept, named_after, tomorrow},
    store::{self, New},
};
use crate::{
    accounts::Actor,
    discovery::{self, Sought},
    musicians::{self, Profile},
    outbox,
    values::{MusicianId, Secret, WatchId},
    web::App,
};

/// So many are looked through in one go; the next goes on where this one ends.
const AT_ONCE: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub(super) enum WatchError {
    #[error("You keep no such search.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps a search for the actor, who knows everybody whom it finds now; whether they did not keep
/// it already.
pub(super) async fn keep(
    db: &mut PgConnection,
    actor: &Actor,
    sought: &Sought,
    name: Option<&Name>,
    now: DateTime<Utc>,
) -> Result<(WatchId, bool), WatchError> {
    may_be_kept(&sought.query, sought.players.len())?;
    let mut tx = db.begin().await?;
    store::lock_owner(&mut tx, actor.id).await?;
    let kept = store::list(&mut tx, actor.id).await?;
    if let Some(there) = kept.iter().find(|one| one.query == sought.query) {
        return Ok((there.id, false));
    }
    if kept.len() >= MOST {
        return Err(Refusal::Full.into());
    }
    let after = named_after(&sought.told);
    let new = New {
        account: actor.id,
        name: name.map_or(&after, Name::as_str),
        query: &sought.query,
        zone: sought.zone,
        known: &sought.players,
    };
    let id = store::insert(&mut tx, new, now).await?;
    tx.commit().await?;
    Ok((id, true))
}

/// Calls one of the actor's searches something else, or switches its mails on or off.
pub(super) async fn change(
    db: &mut PgConnection,
    actor: &Actor,
    id: WatchId,
    name: Option<&Name>,
    mails: Option<bool>,
    now: DateTime<Utc>,
) -> Result<Watch, WatchError> {
    let mut tx = db.begin().await?;
    let watch = store::lock(&mut tx, actor.id, id, now).await?.ok_or(WatchError::NotFound)?;
    if let Some(name) = name {
        store::set_name(&mut tx, id, name.as_str()).await?;
    }
    if let Some(mails) = mails.filter(|mails| *mails != watch.mails) {
        store::set_mails(&mut tx, id, mails, watch.due(now)).await?;
    }
    tx.commit().await?;
    Ok(watch)
}

/// Removes one of the actor's searches. Doing it twice does nothing.
pub(super) async fn remove(
    db: &mut PgConnection,
    actor: &Actor,
    id: WatchId,
    now: DateTime<Utc>,
) -> Result<Watch, WatchError> {
    let mut tx = db.begin().await?;
    let watch = store::lock(&mut tx, actor.id, id, now - KEPT_FOR).await?;
    let watch = watch.ok_or(WatchError::NotFound)?;
    if watch.removed_at.is_none() {
        store::set_removed(&mut tx, id, Some(now), watch.due(now)).await?;
        store::forget_removed(&mut tx, actor.id, MOST as i64).await?;
    }
    tx.commit().await?;
    Ok(watch)
}

/// Puts one back that was removed, as it was.
pub(super) async fn put_back(
    db: &mut PgConnection,
    actor: &Actor,
    id: WatchId,
    now: DateTime<Utc>,
) -> Result<Watch, WatchError> {
    let mut tx = db.begin().await?;
    store::lock_owner(&mut tx, actor.id).await?;
    let watch = store::lock(&mut tx, actor.id, id, now - KEPT_FOR).await?;
    let watch = watch.ok_or(WatchError::NotFound)?;
    if watch.removed_at.is_some() {
        let kept = store::list(&mut tx, actor.id).await?;
        if kept.iter().any(|one| one.query == watch.query) {
            return Err(Refusal::KeptAgain.into());
        }
        if kept.len() >= MOST {
            return Err(Refusal::Full.into());
        }
        store::set_removed(&mut tx, id, None, watch.due(now)).await?;
    }
    tx.commit().await?;
    Ok(watch)
}

/// Stops the mails of the watch whose link this is. Doing it twice does nothing.
pub(super) async fn stop(db: &mut PgConnection, secret: &Secret) -> Result<Watch, WatchError> {
    let mut tx = db.begin().await?;
    let watch = store::find_by_stop(&mut tx, secret.hash()).await?;
    let watch = watch.ok_or(WatchError::NotFound)?;
    store::stop(&mut tx, watch.id).await?;
    tx.commit().await?;
    Ok(watch)
}

/// Looks through every watch that is due, each in a transaction of its own; how many mails were
/// written. Any number of servers may: each watch is looked through by one of them. One that fails
/// is tried again later, and keeps no other waiting.
pub async fn look_through(
    app: &App,
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let mut mails = 0;
    for _ in 0..AT_ONCE {
        let mut tx = db.begin().await?;
        let Some(id) = store::lock_due(&mut tx, now).await? else { break };
        let looked = match look(app, &mut tx, id, now).await {
            Ok(has_told) => tx.commit().await.map(|()| has_told),
            Err(error) => tx.rollback().await.and(Err(error)),
        };
        match looked {
            Ok(has_told) => mails += u64::from(has_told),
            Err(error) => {
                tracing::error!(watch = %id, %error, "a kept search could not be looked through");
                store::set_due(db, id, Some(again(now))).await?;
            }
        }
    }
    Ok(mails)
}

/// Looks for somebody new and tells the owner of them; whether there was anybody.
async fn look(
    app: &App,
    db: &mut PgConnection,
    id: WatchId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let watch = store::get(db, id).await?;
    let sought = discovery::seek(app, db, &watch.query, watch.zone, now).await?;
    if sought.is_over {
        store::set_due(db, watch.id, None).await?;
        return Ok(false);
    }
    // Who is hidden may be in memory for a moment longer; nobody is news to themselves.
    let found = musicians::list_published(db, &watch.news(&sought.players)).await?;
    let ids: Vec<MusicianId> = found.iter().map(|player| player.id).collect();
    store::learn(db, watch.id, &ids).await?;
    let news: Vec<Profile> =
        found.into_iter().filter(|player| player.account_id != watch.account).collect();
    if news.is_empty() {
        store::set_due(db, watch.id, Some(again(now))).await?;
        return Ok(false);
    }
    let secret = Secret::random();
    store::insert_stop(db, secret.hash(), watch.id, now).await?;
    let letter = watch.letter(news, sought.is_remote, &secret);
    outbox::tell(db, watch.account, &letter, now).await?;
    store::set_told(db, watch.id, now, tomorrow(now)).await?;
    Ok(true)
}
