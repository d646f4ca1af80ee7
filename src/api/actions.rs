use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, Postgres, Transaction};

use super::{
    model::{ANSWERS_KEPT, Answer, Key, Known, RequestHash},
    store,
};
use crate::values::AccountId;

/// What stands against answering a request now.
#[derive(Debug, thiserror::Error)]
pub(super) enum KeyError {
    #[error("A request with this Idempotency-Key is still being answered. Ask again in a moment.")]
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
    if !store::lock_key(&mut tx, account, key).await? {
        return Err(KeyError::StillRunning);
    }
    match store::find(&mut tx, account, key, request).await? {
        Known::New => Ok(Opened::New(tx)),
        Known::Answered(answer) => Ok(Opened::Answered(answer)),
        Known::Misused => Err(KeyError::Misused),
    }
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

/// Forgets answers too old to be asked for again.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    store::forget(db, now - ANSWERS_KEPT).await
}
