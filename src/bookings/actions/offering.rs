//! Other terms, put to the other side.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    super::{
        model::{Became, Booking, OfferTerms, Refusal, Status, Verb, letter_of_offer},
        store,
    },
    BookingError,
};
use crate::{accounts::Actor, outbox, values::BookingId};

/// What came of offering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Offered {
    Now,
    /// The same form was sent before.
    Before,
}

/// Puts other terms to the other side of a booking: a counter-offer takes the place of what was asked;
/// of a confirmed booking everything stays as agreed until they accept.
pub async fn offer(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    terms: &OfferTerms,
    now: DateTime<Utc>,
) -> Result<Offered, BookingError> {
    let mut tx = db.begin().await?;
    let booking = store::lock(&mut tx, id, actor).await?.ok_or(BookingError::NotFound)?;
    let party = booking.party(actor.id).ok_or(Refusal::NotASide)?;
    if let Some(key) = &terms.form_key
        && store::is_offered(&mut tx, id, key.as_str()).await?
    {
        return Ok(Offered::Before);
    }
    let step = booking.step(Verb::Offer, Some(party), now)?;
    if (terms.when, terms.fee) == booking.terms(now) && terms.terms.is_none() {
        return Err(Refusal::NothingChanged.into());
    }
    let first = match booking.status {
        Status::Confirmed => Became::Accepted,
        _ => Became::Replaced,
    };
    store::insert_first_offer(&mut tx, &booking, first).await?;
    if let Some((open, became)) = step.settles {
        store::settle_offer(&mut tx, open, became).await?;
    }
    let expires_at = terms.expire_at(&booking, now);
    store::insert_offer(&mut tx, (&booking, party), terms, expires_at, &step).await?;
    let entry = store::sheet(&mut tx, id).await?.entry(now);
    let offered = Booking { offer: store::offers(&mut tx, id).await?.pop(), ..booking };
    let letter = letter_of_offer(&offered, now).for_calendars(entry);
    outbox::tell(&mut tx, offered.account_of(party.other()), &letter, now).await?;
    tx.commit().await?;
    Ok(Offered::Now)
}
