use std::collections::HashSet;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    model::{Refusal, Squares, may_change},
    store::{self, Player},
};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    files::{FileKey, Files, FilesError, Stored},
    values::AccountId,
};

/// Where the files lie in the store.
const FOLDER: &str = "portraits";

#[derive(Debug, thiserror::Error)]
pub(super) enum PortraitError {
    #[error("There is no such profile.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Gives the actor's profile this portrait in the place of the one it had. The same one sent again
/// changes nothing.
pub(super) async fn set(
    db: &mut PgConnection,
    files: &Files,
    actor: &Actor,
    squares: Squares,
    now: DateTime<Utc>,
) -> Result<(), PortraitError> {
    let (hash, stored) = keep(files, squares).await?;
    let replaced = replace(db, actor, &hash, &stored, now).await;
    let needless = match &replaced {
        Ok(Some(old)) => old.clone(),
        // What was just written stands in no row.
        Ok(None) | Err(_) => stored.into_iter().map(|(_, file)| file.key).collect(),
    };
    files.remove(&needless).await;
    replaced.map(|_| ())
}

/// Writes every square, or none.
async fn keep(
    files: &Files,
    squares: Squares,
) -> Result<(String, Vec<(u16, Stored)>), PortraitError> {
    let mut stored: Vec<(u16, Stored)> = Vec::new();
    for (side, jpeg) in squares.files {
        match files.put(FOLDER, jpeg.into()).await {
            Ok(file) => stored.push((side, file)),
            Err(error) => {
                let keys: Vec<FileKey> = stored.into_iter().map(|(_, file)| file.key).collect();
                files.remove(&keys).await;
                return Err(error.into());
            }
        }
    }
    Ok((squares.hash, stored))
}

/// Answers the files of the portrait that was; none where it is the same.
async fn replace(
    db: &mut PgConnection,
    actor: &Actor,
    hash: &str,
    stored: &[(u16, Stored)],
    now: DateTime<Utc>,
) -> Result<Option<Vec<FileKey>>, PortraitError> {
    let mut tx = db.begin().await?;
    let player = store::lock_player(&mut tx, actor).await?.ok_or(PortraitError::NotFound)?;
    may_change(player.status)?;
    if player.portrait.as_deref() == Some(hash) {
        return Ok(None);
    }
    let old = store::delete(&mut tx, actor.id).await?;
    store::insert(&mut tx, player.id, hash, stored, now).await?;
    note(&mut tx, actor, "portrait.set", &player, now).await?;
    tx.commit().await?;
    Ok(Some(old))
}

/// Takes the actor's portrait away; a monogram stands for it again.
pub(super) async fn remove(
    db: &mut PgConnection,
    files: &Files,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), PortraitError> {
    let mut tx = db.begin().await?;
    let player = store::lock_player(&mut tx, actor).await?.ok_or(PortraitError::NotFound)?;
    may_change(player.status)?;
    let old = store::delete(&mut tx, actor.id).await?;
    if player.portrait.is_some() {
        note(&mut tx, actor, "portrait.removed", &player, now).await?;
    }
    tx.commit().await?;
    files.remove(&old).await;
    Ok(())
}

/// Takes the portrait of somebody away who leaves; answers the files that are to be deleted after
/// the commit.
pub(crate) async fn remove_all(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    store::delete(db, account).await
}

/// Deletes files that no portrait names; answers how many.
pub(crate) async fn sweep(
    db: &mut PgConnection,
    files: &Files,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let named: HashSet<FileKey> = store::list_keys(db).await?.into_iter().collect();
    Ok(files.sweep(FOLDER, &named, now).await?)
}

async fn note(
    db: &mut PgConnection,
    actor: &Actor,
    action: &str,
    player: &Player,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor: Some(actor.id),
        action,
        subject: "musicians",
        subject_id: Some(player.id.number()),
        detail: json!({}),
        address: None,
    };
    audit::note(db, deed, now).await
}
