use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{Credit, Detail, Refusal, Side},
    store,
};
use crate::{
    accounts::Actor,
    bookings::{self, Booking, BookingError, Party, Verb},
    outbox::{self, Letter, Topic},
    values::{AccountId, BookingId, CreditId, Isrc, RecordingId},
};

#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    #[error("There is no such credit.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Booking(#[from] BookingError),
    /// The ISRC names a recording of another title.
    #[error("already belongs to “{title}” by {artist}: check it, or take that title")]
    IsrcTaken { title: String, artist: String },
    #[error("is not an instrument of this player")]
    NotTheirs,
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for CreditError {
    fn from(error: sqlx::Error) -> CreditError {
        match error.as_database_error().and_then(|error| error.constraint()) {
            Some("recordings_isrc_key") => CreditError::IsrcTaken {
                title: "another recording".into(),
                artist: "somebody who wrote it down just now".into(),
            },
            _ => CreditError::Database(error),
        }
    }
}

/// Marks a booking done and drafts the credit it leaves, for the other side to confirm.
pub async fn finish(
    db: &mut PgConnection,
    actor: &Actor,
    booking: BookingId,
    detail: &Detail,
    now: DateTime<Utc>,
) -> Result<CreditId, CreditError> {
    let mut tx = db.begin().await?;
    let booking = bookings::take_step(&mut tx, actor, booking, Verb::Done, None, now).await?;
    let side = match booking.party(actor.id) {
        Some(Party::Producer) => Side::Producer,
        Some(Party::Musician) => Side::Musician,
        None => return Err(CreditError::NotFound),
    };
    let recording = settle_recording(&mut tx, detail, booking.producer_id, now).await?;
    let draft = store::Draft {
        recording,
        musician: booking.musician_id,
        genre: booking.genre_id,
        booking: booking.id,
        played_on: booking.played_on(now),
        awaits: side.other(),
        detail,
        by: actor.id,
        at: now,
    };
    let id = store::insert(&mut tx, &draft).await?;
    let reader = account_of(&booking, side.other());
    let letter = Letter::about(
        Topic::Credit,
        format!("{} wrote down the credit for “{}”", actor.name, detail.title),
    )
    .saying(format!(
        "The session is marked done. The credit reads: {}, on “{}” by {}.",
        detail.credited_as, detail.title, detail.artist
    ))
    .saying("Confirm it, or correct it and hand it back. It is public once you both agree.")
    .opening("Read the credit", "/credits");
    outbox::tell(&mut tx, reader, &letter, now).await?;
    tx.commit().await?;
    Ok(id)
}

fn account_of(booking: &Booking, side: Side) -> AccountId {
    match side {
        Side::Producer => booking.producer_id,
        Side::Musician => booking.musician_account,
    }
}

/// Agrees to a credit as it stands: it is final, and public, from here on.
pub async fn confirm(
    db: &mut PgConnection,
    actor: &Actor,
    id: CreditId,
    now: DateTime<Utc>,
) -> Result<Credit, CreditError> {
    let mut tx = db.begin().await?;
    let credit = store::lock(&mut tx, id, actor.id).await?.ok_or(CreditError::NotFound)?;
    let side = credit.side(actor.id).ok_or(CreditError::NotFound)?;
    let step = credit.confirm(side, actor.id, now)?;
    store::record(&mut tx, &step, credit.recording.id, &credit.detail()).await?;
    if let Some(reader) = credit.account(side.other()) {
        let letter = Letter::about(
            Topic::Credit,
            format!("Credit confirmed: {} on “{}”", credit.credited_as, credit.recording.title),
        )
        .saying(format!("{} agreed. The credit stands on the recording’s page.", actor.name))
        .opening("Who played on it", format!("/recordings/{}", credit.recording.address()));
        outbox::tell(&mut tx, reader, &letter, now).await?;
    }
    tx.commit().await?;
    let credit = store::find(db, id, actor.id).await?;
    credit.ok_or(CreditError::NotFound)
}

/// Writes a credit down otherwise and hands it to the other side.
pub async fn correct(
    db: &mut PgConnection,
    actor: &Actor,
    id: CreditId,
    detail: &Detail,
    now: DateTime<Utc>,
) -> Result<Credit, CreditError> {
    let mut tx = db.begin().await?;
    let credit = store::lock(&mut tx, id, actor.id).await?.ok_or(CreditError::NotFound)?;
    let side = credit.side(actor.id).ok_or(CreditError::NotFound)?;
    let step = credit.correct(side, detail, actor.id, now)?;
    let producer = credit.producer_id.ok_or(CreditError::NotFound)?;
    let recording = settle_recording(&mut tx, detail, producer, now).await?;
    store::record(&mut tx, &step, recording, detail).await?;
    if recording != credit.recording.id {
        store::remove_if_bare(&mut tx, credit.recording.id).await?;
    }
    if let Some(reader) = credit.account(side.other()) {
        let letter = Letter::about(
            Topic::Credit,
            format!("{} corrected the credit for “{}”", actor.name, credit.recording.title),
        )
        .saying(format!(
            "It now reads: {}, on “{}” by {}.",
            detail.credited_as, detail.title, detail.artist
        ))
        .saying("Confirm it, or correct it and hand it back.")
        .opening("Read the credit", "/credits");
        outbox::tell(&mut tx, reader, &letter, now).await?;
    }
    tx.commit().await?;
    let credit = store::find(db, id, actor.id).await?;
    credit.ok_or(CreditError::NotFound)
}

/// The recording that `detail` means, made when it is new. Several players of one producer's
/// sessions end up on one recording, whatever the order in which they are written down.
async fn settle_recording(
    db: &mut PgConnection,
    detail: &Detail,
    producer: AccountId,
    now: DateTime<Utc>,
) -> Result<RecordingId, CreditError> {
    let Some(found) = store::find_recording(db, detail, producer).await? else {
        return Ok(store::insert_recording(db, detail, now).await?);
    };
    let same = found.is_called(detail.title.as_str(), detail.artist.as_str());
    match (&found.isrc, &detail.isrc) {
        (Some(_), Some(_)) if !same => {
            Err(CreditError::IsrcTaken { title: found.title, artist: found.artist })
        }
        (None, Some(isrc)) => give_isrc(db, found.id, isrc).await,
        _ => Ok(found.id),
    }
}

async fn give_isrc(
    db: &mut PgConnection,
    recording: RecordingId,
    isrc: &Isrc,
) -> Result<RecordingId, CreditError> {
    store::set_isrc(db, recording, isrc).await?;
    Ok(recording)
}
