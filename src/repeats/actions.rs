use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::{
    model::{ANSWERS_KEPT, Answer, BETWEEN_LOOKS, Key, Known, LOOKS, RequestHash},
    store,
};
use crate::values::AccountId;

/// What stands against answering a request now.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("What was sent a moment ago is still being worked on. Ask again in a moment.")]
    StillRunning,
    #[error("came with another request before: use a fresh one for each change")]
    Misused,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What to do with a keyed request.
pub(super) enum Opened {
    /// Answer it inside this transaction, so that the change and the note of its answer are kept
    /// together or not at all.
    New(Transaction<'static, Postgres>),
    /// It was answered before.
    Answered(Answer),
}

pub(super) async fn open(
    pool: &PgPool,
    account: AccountId,
    key: &Key,
    request: &RequestHash,
) -> Result<Opened, KeyError> {
    let mut tx = pool.begin().await?;
    let known = match store::lock_key(&mut tx, account, key).await? {
        true => Ok(store::find(&mut tx, account, key, request).await?),
        false => Err(KeyError::StillRunning),
    };
    if let Ok(Known::New) = known {
        return Ok(Opened::New(tx));
    }
    tx.rollback().await?;
    match known? {
        Known::Answered(answer) => Ok(Opened::Answered(answer)),
        _ => Err(KeyError::Misused),
    }
}

/// As [`open`], once another at it is done. Whoever waits holds no connection meanwhile: however
/// often a button is pressed, the one that is worked on is not kept from the database.
pub(super) async fn open_in_turn(
    pool: &PgPool,
    account: AccountId,
    key: &Key,
    request: &RequestHash,
) -> Result<Opened, KeyError> {
    for _ in 0..LOOKS {
        match open(pool, account, key, request).await {
            Err(KeyError::StillRunning) => tokio::time::sleep(BETWEEN_LOOKS).await,
            opened => return opened,
        }
    }
    Err(KeyError::StillRunning)
}

/// Keeps the change and its answer.
pub(super) async fn keep(
    mut tx: Transaction<'static, Postgres>,
    account: AccountId,
    key: &Key,
    request: &RequestHash,
    answer: &Answer,
    now: DateTime<Utc>,
) -> Result<(), KeyError> {
    store::insert(&mut tx, account, key, request, answer, now).await?;
    Ok(tx.commit().await?)
}

/// Keeps what was changed, and no answer: the same may be sent again, and is tried again.
pub(super) async fn let_go(tx: Transaction<'static, Postgres>) -> sqlx::Result<()> {
    tx.commit().await
}

/// Forgets answers too old to be asked for again.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    store::forget(db, now - ANSWERS_KEPT).await
}
