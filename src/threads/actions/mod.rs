mod mails;
mod pages;

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

pub use mails::mail_due;
pub(super) use pages::Page;
pub use pages::Pages;

use super::{
    model::{Draft, MOST_A_MINUTE, MOST_IN_ALL, Refusal, address_of, may_write},
    store,
};
use crate::{
    accounts::Actor,
    bookings,
    files::{FileKey, Files},
    inbox,
    values::{AccountId, BookingId, MessageId},
};

/// Where this room's files lie.
pub(super) const FOLDER: &str = "threads";

#[derive(Debug, thiserror::Error)]
pub(super) enum ThreadError {
    #[error("There is no such booking.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error("That is a lot at once. Wait a minute, then write on.")]
    TooFast,
    #[error("You have this open in too many places. Close one of them.")]
    TooManyPages,
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// What came of sending a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Posted {
    Now(MessageId),
    /// The same form was sent before, and this is what it made.
    Before(MessageId),
}

/// Writes to the other side of a booking, and tells every page that is open there. Files that come
/// to nothing are the caller's to remove.
pub(super) async fn post(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Posted, ThreadError> {
    let mut tx = db.begin().await?;
    store::lock_booking(&mut tx, id).await?;
    let booking = bookings::find(&mut tx, id, actor, now).await?.ok_or(ThreadError::NotFound)?;
    let key = draft.form_key.as_ref().map(|key| key.as_str());
    if let Some(key) = key
        && let Some(before) = store::find_sent(&mut tx, id, actor.id, key).await?
    {
        return Ok(Posted::Before(before));
    }
    let party = may_write(&booking, actor.id, now)?;
    let other = booking.account_of(party.other());
    if store::is_gone(&mut tx, other).await? {
        return Err(Refusal::Gone.into());
    }
    let lately = now - TimeDelta::minutes(1);
    if store::count_since(&mut tx, id, actor.id, lately).await? >= MOST_A_MINUTE {
        return Err(ThreadError::TooFast);
    }
    let files = draft.files.len() as i64;
    if files > 0 && store::count_files(&mut tx, id).await? + files > MOST_IN_ALL {
        return Err(Refusal::Full.into());
    }
    let due = store::standing(&mut tx, id, other).await?.mail_due(now);
    let text = draft.text.as_ref().map_or("", |text| text.as_str());
    let message = store::insert(&mut tx, id, actor.id, text, key, now).await?;
    let message = message.ok_or(ThreadError::NotFound)?;
    store::insert_files(&mut tx, message, &draft.files).await?;
    if let Some(seen) = draft.seen {
        store::mark_read(&mut tx, id, actor.id, seen, now).await?;
    }
    store::note_message(&mut tx, id, (actor.id, other), message, due).await?;
    store::tell_pages(&mut tx, id).await?;
    tx.commit().await?;
    metrics::counter!("messages_written_total").increment(1);
    Ok(Posted::Now(message))
}

/// Notes that the actor has read up to a message, and shows it to the other side.
pub(super) async fn mark_read(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    up_to: MessageId,
    now: DateTime<Utc>,
) -> Result<(), ThreadError> {
    let mut tx = db.begin().await?;
    let booking = bookings::find(&mut tx, id, actor, now).await?.ok_or(ThreadError::NotFound)?;
    booking.party(actor.id).ok_or(Refusal::NotASide)?;
    if store::mark_read(&mut tx, id, actor.id, up_to, now).await? {
        inbox::read_of(&mut tx, actor.id, &address_of(id), now).await?;
        store::tell_pages(&mut tx, id).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes away what somebody wrote who leaves, within the transaction of that; the caller removes the
/// files once it is committed.
pub(crate) async fn remove_all(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    store::delete_of(db, account).await
}

/// Removes files that no message names and that are a day old: what a crash left behind. Answers how
/// many.
pub async fn sweep(
    db: &mut PgConnection,
    files: &Files,
    now: DateTime<Utc>,
) -> anyhow::Result<usize> {
    let named: HashSet<FileKey> = store::list_keys(db).await?.into_iter().collect();
    Ok(files.sweep(FOLDER, &named, now).await?)
}
