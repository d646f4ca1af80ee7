use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::{Connection, PgConnection};

use super::{
    model::{BLIND_FOR, Draft, Outcome, Pair, Refusal, WRITTEN_WITHIN, Written},
    store,
};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    bookings::{self, Booking, Party},
    credits::Side,
    outbox::{self, Letter, Topic},
    values::{BookingId, Prose, ReviewId, Zone},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum ReviewError {
    #[error("There is no such booking.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Writes the actor's review of a booking's other side, or changes it while nobody reads it.
pub(super) async fn write(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> Result<Outcome, ReviewError> {
    let mut tx = db.begin().await?;
    bookings::lock_with_sides(&mut tx, id).await?;
    let booking = bookings::find(&mut tx, id, actor, now).await?.ok_or(ReviewError::NotFound)?;
    let party = booking.party(actor.id).ok_or(Refusal::NotASide)?;
    let side = side_of(party);
    let pair = store::pair(&mut tx, &booking, side).await?;
    let outcome = pair.write(draft, now)?;
    match outcome {
        Outcome::Same => return Ok(outcome),
        Outcome::Changed => {
            let mine = pair.mine.as_ref().ok_or(ReviewError::NotFound)?;
            store::change(&mut tx, mine.id, draft).await?;
        }
        Outcome::Waits | Outcome::PublishesBoth | Outcome::Published => {
            store::insert(&mut tx, &booking, side, actor.id, draft, now).await?;
            if outcome != Outcome::Waits {
                store::publish(&mut tx, id, now).await?;
            }
            let letter = letter_of(&booking, party, &pair, outcome, now);
            outbox::tell(&mut tx, booking.account_of(party.other()), &letter, now).await?;
        }
    }
    tx.commit().await?;
    Ok(outcome)
}

pub(super) fn side_of(party: Party) -> Side {
    match party {
        Party::Producer => Side::Producer,
        Party::Musician => Side::Musician,
    }
}

/// What the other side is told when `by` wrote.
fn letter_of(
    booking: &Booking,
    by: Party,
    pair: &Pair,
    outcome: Outcome,
    now: DateTime<Utc>,
) -> Letter {
    let (who, told) = (booking.name_of(by), booking.told());
    let zone = zone_of(booking, by.other());
    let address = format!("/bookings/{}/review", booking.id);
    match outcome {
        Outcome::Waits => {
            let letter = Letter::about(Topic::Review, format!("{who} wrote a review: {told}"));
            let date = zone.moment(now + BLIND_FOR);
            let until = pair.until().unwrap_or(now + WRITTEN_WITHIN);
            letter
                .saying(format!(
                    "You can read it once you have written yours, or on {date}. Neither of you reads the other’s before."
                ))
                .saying(format!("You can write yours until {}.", zone.moment(until)))
                .opening("Write your review", address)
        }
        Outcome::PublishesBoth => {
            Letter::about(Topic::Review, format!("Both reviews can be read: {told}"))
                .saying(format!("{who} has written too, so both reviews are published."))
                .opening("Read the reviews", address)
        }
        _ => Letter::about(Topic::Review, format!("{who} wrote a review: {told}"))
            .saying("Yours was published before, so this one can be read at once.")
            .opening("Read the reviews", address),
    }
}

/// The clock that a side lives by.
fn zone_of(booking: &Booking, party: Party) -> Zone {
    match party {
        Party::Producer => booking.producer_zone,
        Party::Musician => booking.musician_zone,
    }
}

/// How many bookings are looked up at once.
const AT_ONCE: i64 = 50;

/// Publishes every review whose week is over, and tells both sides. Answers how many. Several
/// servers may do it at once: each booking is locked, and looked at again.
pub async fn publish_due(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let (mut published, mut after) = (0, BookingId::from(0));
    loop {
        let waiting = store::list_waiting(db, now - BLIND_FOR, after, AT_ONCE).await?;
        for id in &waiting {
            published += publish_one(db, *id, now).await?;
        }
        match waiting.last() {
            Some(last) => after = *last,
            None => return Ok(published),
        }
    }
}

async fn publish_one(
    db: &mut PgConnection,
    id: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let mut tx = db.begin().await?;
    bookings::lock_with_sides(&mut tx, id).await?;
    let Some(booking) = bookings::find_any(&mut tx, id).await? else { return Ok(0) };
    let waiting = store::both(&mut tx, id).await?.into_iter().flatten();
    let waiting: Vec<Written> = waiting.filter(|it| it.published_at.is_none()).collect();
    store::publish(&mut tx, id, now).await?;
    for written in &waiting {
        let by = match written.by {
            Side::Producer => Party::Producer,
            Side::Musician => Party::Musician,
        };
        for reader in [Party::Producer, Party::Musician] {
            let letter = letter_of_week(&booking, by, reader);
            outbox::tell(&mut tx, booking.account_of(reader), &letter, now).await?;
        }
    }
    tx.commit().await?;
    Ok(waiting.len() as u64)
}

/// What a side is told when the week of what `by` wrote is over.
fn letter_of_week(booking: &Booking, by: Party, reader: Party) -> Letter {
    let (told, days) = (booking.told(), BLIND_FOR.num_days());
    let letter = if by == reader {
        Letter::about(Topic::Review, format!("Your review is published: {told}"))
            .saying(format!("{days} days are over, and the other side has not written."))
    } else {
        Letter::about(
            Topic::Review,
            format!("{}’s review can be read: {told}", booking.name_of(by)),
        )
        .saying(format!("{days} days are over, so it is published without yours."))
    };
    letter.opening("Read the review", format!("/bookings/{}/review", booking.id))
}

/// Takes a published review out of the public and tells its writer why. Doing it twice does nothing.
pub(super) async fn take_down(
    db: &mut PgConnection,
    admin: &Actor,
    id: ReviewId,
    reason: &Prose<500>,
    now: DateTime<Utc>,
) -> Result<(), ReviewError> {
    let mut tx = db.begin().await?;
    let case = store::find_case(&mut tx, id).await?.ok_or(ReviewError::NotFound)?;
    bookings::lock_with_sides(&mut tx, case.booking_id).await?;
    if !store::take_down(&mut tx, id, reason.as_str(), now).await? {
        return Ok(());
    }
    let deed = Deed {
        actor: Some(admin.id),
        action: "review.taken_down",
        subject: "reviews",
        subject_id: Some(id.number()),
        detail: json!({ "reason": reason.as_str() }),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    let letter = Letter::about(
        Topic::Review,
        format!("Your review was taken down: {}", case.title),
    )
    .saying(
        "An admin took it out of the public. Nobody reads it any more, and it counts for nothing.",
    )
    .saying(format!("The reason: {reason}"))
    .opening("Open the review", format!("/bookings/{}/review", case.booking_id));
    outbox::tell(&mut tx, case.by_account, &letter, now).await?;
    tx.commit().await?;
    Ok(())
}
