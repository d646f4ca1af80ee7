use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{Detail, Edition, Feed, KEPT, MOST, Name, Refusal},
    store::{self, New},
};
use crate::{
    accounts::Actor,
    bookings,
    values::{FeedId, Secret},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum FeedError {
    #[error("There is no such address of yours.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("a feed was not written to its end")]
    Unwritten(#[from] tokio::task::JoinError),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Makes an address for the actor's bookings. Its secret is told here and never again.
pub(super) async fn make(
    db: &mut PgConnection,
    actor: &Actor,
    name: &Name,
    detail: Detail,
    now: DateTime<Utc>,
) -> Result<(Feed, Secret), FeedError> {
    let mut tx = db.begin().await?;
    let musician = store::lock_own(&mut tx, actor).await?.ok_or(FeedError::NotFound)?;
    if store::list(&mut tx, musician).await?.len() >= MOST {
        return Err(Refusal::Full.into());
    }
    let secret = Secret::random();
    let new = New { musician, hash: secret.hash(), name, detail };
    let feed = store::insert(&mut tx, new, now).await?;
    tx.commit().await?;
    Ok((feed, secret))
}

/// Takes one of the actor's addresses away for good; what it was called.
pub(super) async fn revoke(
    db: &mut PgConnection,
    actor: &Actor,
    id: FeedId,
) -> Result<String, FeedError> {
    store::delete(db, actor, id).await?.ok_or(FeedError::NotFound)
}

/// What is read at the address with this secret, whatever became of its player's profile: the
/// calendar is theirs.
pub(super) async fn read(
    db: &mut PgConnection,
    secret: &Secret,
    public_url: &str,
    now: DateTime<Utc>,
) -> Result<Edition, FeedError> {
    let source = store::find_by_secret(db, secret.hash()).await?.ok_or(FeedError::NotFound)?;
    let entries = bookings::entries_of(db, source.musician_id, now - KEPT, now).await?;
    // A long one would keep others waiting here.
    let (from, url) = (source.clone(), public_url.to_owned());
    let write = move || from.edition(entries, &url, now);
    let edition = tokio::task::spawn_blocking(write).await?;
    if edition.is_news {
        store::note_reading(db, &source, &edition, now).await?;
    }
    Ok(edition)
}
