use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::{
    super::model::{Became, Booking, Offer, OfferTerms, Party, Step, When},
    changes::insert_event,
};
use crate::values::{BookingId, Money, OfferId};

/// Every offer of a booking, in order: the first are the terms it was asked for.
pub(in crate::bookings) async fn offers(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Vec<Offer>> {
    query_as!(
        Offer,
        r#"
        select id, side as "by: Party", (fee, currency::text) as "fee!: Money",
               (starts_at, ends_at, due_at) as "when!: When", terms, made_at, expires_at,
               status as "became: Became"
        from offers where booking_id = $1 order by id
        "#,
        booking as _,
    )
    .fetch_all(db)
    .await
}

/// Whether a form was sent before.
pub(in crate::bookings) async fn is_offered(
    db: &mut PgConnection,
    booking: BookingId,
    form_key: &str,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select exists (select from offers where booking_id = $1 and form_key = $2) as "it!""#,
        booking as _,
        form_key,
    )
    .fetch_one(db)
    .await
}

/// Writes down the terms a booking stands on, where nobody has talked about any yet.
pub(in crate::bookings) async fn insert_first_offer(
    db: &mut PgConnection,
    booking: &Booking,
    became: Became,
) -> sqlx::Result<()> {
    let session = booking.when.session();
    query!(
        r#"
        insert into offers (booking_id, side, fee, currency, starts_at, ends_at, due_at, made_at,
                            expires_at, status)
        select $1, 'producer', $2, $3, $4, $5, $6, $7, $8, $9
        where not exists (select from offers where booking_id = $1)
        "#,
        booking.id as _,
        booking.fee.minor(),
        booking.fee.currency() as _,
        session.map(|slot| slot.starts_at()),
        session.map(|slot| slot.ends_at()),
        if session.is_none() { Some(booking.when.starts_at()) } else { None },
        booking.created_at,
        booking.reply_by,
        became as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts terms to the other side, with the line of history that says so.
pub(in crate::bookings) async fn insert_offer(
    db: &mut PgConnection,
    (booking, side): (&Booking, Party),
    terms: &OfferTerms,
    expires_at: DateTime<Utc>,
    step: &Step,
) -> sqlx::Result<OfferId> {
    let session = terms.when.session();
    let id = query_scalar!(
        r#"
        insert into offers (booking_id, side, fee, currency, starts_at, ends_at, due_at, terms,
                            made_at, expires_at, form_key)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
        returning id as "id: OfferId"
        "#,
        booking.id as _,
        side as _,
        terms.fee.minor(),
        terms.fee.currency() as _,
        session.map(|slot| slot.starts_at()),
        session.map(|slot| slot.ends_at()),
        if session.is_none() { Some(terms.when.starts_at()) } else { None },
        terms.terms.as_ref().map_or("", |terms| terms.as_str()),
        step.at,
        expires_at,
        terms.form_key.as_ref().map(|key| key.as_str()),
    )
    .fetch_one(&mut *db)
    .await?;
    // How long a request waits is how long what was last said of it does.
    query!(
        "update bookings set reply_by = $2 where id = $1 and status = 'requested'",
        booking.id as _,
        expires_at,
    )
    .execute(&mut *db)
    .await?;
    insert_event(db, &Step { settles: Some((id, Became::Open)), ..*step }, "").await?;
    Ok(id)
}

/// Ends an offer that is open, whatever becomes of it.
pub(in crate::bookings) async fn settle_offer(
    db: &mut PgConnection,
    offer: OfferId,
    became: Became,
) -> sqlx::Result<()> {
    query!(
        "update offers set status = $2 where id = $1 and status = 'open'",
        offer as _,
        became as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
