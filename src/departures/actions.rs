use std::net::IpAddr;

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{model::Held, store};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    bookings, days, demos,
    files::Files,
    portraits, threads,
};

#[derive(Debug, thiserror::Error)]
pub(super) enum DepartureError {
    #[error(transparent)]
    Held(#[from] Held),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Deletes the actor's account, with everything that says who they are; their files go once that
/// is committed.
pub(super) async fn leave(
    db: &mut PgConnection,
    files: &Files,
    actor: &Actor,
    from: IpAddr,
    now: DateTime<Utc>,
) -> Result<(), DepartureError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, actor.id).await?;
    store::count_ties(&mut tx, actor.id, now).await?.part()?;
    let mut keys = demos::remove_all(&mut tx, actor.id).await?;
    keys.extend(portraits::remove_all(&mut tx, actor.id).await?);
    keys.extend(bookings::remove_files(&mut tx, actor.id).await?);
    keys.extend(threads::remove_all(&mut tx, actor.id).await?);
    keys.extend(days::remove_all(&mut tx, actor.id).await?);
    store::forget_reviews(&mut tx, actor.id).await?;
    store::empty_profile(&mut tx, actor.id, now).await?;
    store::empty_account(&mut tx, actor.id, now).await?;
    store::forget_mails(&mut tx, &actor.email).await?;
    let deed = Deed {
        actor: Some(actor.id),
        action: "account.deleted",
        subject: "accounts",
        subject_id: Some(actor.id.number()),
        detail: json!({}),
        address: Some(from),
    };
    audit::note(&mut tx, deed, now).await?;
    tx.commit().await?;
    files.remove(&keys).await;
    Ok(())
}
