use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, query, query_scalar, types::Json};

use super::super::model::{Ask, Booking, Party, Status, Step};
use crate::{
    musicians::Profile,
    values::{AccountId, BookingId, CallId, Money, Slot},
};

/// A new call, unless this producer sent the same form before.
pub(in crate::bookings) async fn insert_call(
    db: &mut PgConnection,
    producer: AccountId,
    ask: &Ask,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<CallId>> {
    let session = ask.when.session();
    query_scalar!(
        r#"
        insert into calls (producer_id, title, artist, kind, starts_at, ends_at, due_at, zone,
                           place, brief, genre_id, form_key, created_at, town_id, music, asks)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
        on conflict (producer_id, form_key) do nothing
        returning id
        "#,
        producer as _,
        ask.title.as_str(),
        ask.artist.as_str(),
        ask.when.kind() as _,
        session.map(|slot| slot.starts_at()),
        session.map(|slot| slot.ends_at()),
        if session.is_none() { Some(ask.when.starts_at()) } else { None },
        ask.zone as _,
        ask.place.as_ref().map_or("", |place| place.as_str()),
        ask.brief.as_str(),
        ask.genre as _,
        ask.form_key.as_ref().map(|key| key.as_str()),
        now,
        ask.town,
        Json(&ask.music) as _,
        ask.asks as _,
    )
    .fetch_optional(db)
    .await
}

/// A request to a player for a call, and the first line of its history.
pub(in crate::bookings) async fn insert(
    db: &mut PgConnection,
    call: CallId,
    producer: AccountId,
    player: &Profile,
    ask: &Ask,
    now: DateTime<Utc>,
) -> sqlx::Result<BookingId> {
    let id = query_scalar!(
        r#"
        insert into bookings
            (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at, terms, part,
             form_key)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        returning id
        "#,
        call as _,
        player.id as _,
        ask.instrument as _,
        ask.fee.minor(),
        ask.fee.currency() as _,
        ask.reply_by(now),
        now,
        ask.terms.as_ref().map(Json) as _,
        Json(&ask.part) as _,
        // The first request's stands with its call.
        ask.call.and(ask.form_key.as_ref()).map(|key| key.as_str()),
    )
    .fetch_one(&mut *db)
    .await?;
    let (from, to) = (Status::Requested, Status::Requested);
    let asked = Step { booking: id, from, to, by: Some(producer), at: now, settles: None };
    insert_event(db, &asked, "").await?;
    Ok(id)
}

/// Writes a step and its line of history, and the time it takes, provided the booking still stands where the step starts.
pub(in crate::bookings) async fn record(
    db: &mut PgConnection,
    step: &Step,
    blocks: Option<Slot>,
    word: &str,
) -> sqlx::Result<()> {
    let changed = query!(
        r#"
        update bookings
        set status = $3, travel_before = case when blocks is distinct from $4 then 0 else travel_before end,
            blocks = $4
        where id = $1 and status = $2
        "#,
        step.booking as _,
        step.from as _,
        step.to as _,
        blocks.map(PgRange::from),
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(sqlx::Error::RowNotFound);
    }
    if let Some((offer, became)) = step.settles {
        query!(
            "update offers set status = $2 where id = $1 and status = 'open'",
            offer as _,
            became as _
        )
        .execute(&mut *db)
        .await?;
    }
    insert_event(db, step, word).await
}

/// What a booking is agreed on from here on.
pub(in crate::bookings) async fn put_terms(
    db: &mut PgConnection,
    booking: &Booking,
) -> sqlx::Result<()> {
    let session = booking.when.session();
    query!(
        r#"
        with retimed as (update calls set starts_at = $2, ends_at = $3, due_at = $4 where id = $1)
        update bookings set fee = $6, currency = $7 where id = $5
        "#,
        booking.call_id as _,
        session.map(|slot| slot.starts_at()),
        session.map(|slot| slot.ends_at()),
        if session.is_none() { Some(booking.when.starts_at()) } else { None },
        booking.id as _,
        booking.fee.minor(),
        booking.fee.currency() as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes down what was owed when a booking was cancelled.
pub(in crate::bookings) async fn put_owed(
    db: &mut PgConnection,
    id: BookingId,
    owed: Money,
) -> sqlx::Result<()> {
    query!("update bookings set owed = $2 where id = $1", id as _, owed.minor())
        .execute(db)
        .await?;
    Ok(())
}

/// Writes down which side broke a booking, which is cancelled by that.
pub(in crate::bookings) async fn put_broken(
    db: &mut PgConnection,
    id: BookingId,
    by: Party,
) -> sqlx::Result<()> {
    query!("update bookings set broken_by = $2 where id = $1", id as _, by as _)
        .execute(db)
        .await?;
    Ok(())
}

/// Notes whether one side says that the other did not come.
pub(crate) async fn put_disputed(
    db: &mut PgConnection,
    id: BookingId,
    is_disputed: bool,
) -> sqlx::Result<()> {
    query!("update bookings set is_disputed = $2 where id = $1", id as _, is_disputed)
        .execute(db)
        .await?;
    Ok(())
}

/// Lets a session's time begin with the way to it from the one before.
pub(in crate::bookings) async fn put_way(
    db: &mut PgConnection,
    id: BookingId,
    way: TimeDelta,
) -> sqlx::Result<()> {
    query!(
        r#"
        update bookings
        set blocks = tstzrange(lower(blocks) + make_interval(mins => travel_before - $2::smallint),
                               upper(blocks)),
            travel_before = $2
        where id = $1 and travel_before <> $2
        "#,
        id as _,
        i16::try_from(way.num_minutes()).unwrap_or(i16::MAX),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_event(
    db: &mut PgConnection,
    step: &Step,
    word: &str,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into booking_events
            (booking_id, status, by_account, at, word, offer_id, offer_became)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        step.booking as _,
        step.to as _,
        step.by as _,
        step.at,
        word,
        step.settles.map(|(offer, _)| offer) as _,
        step.settles.map(|(_, became)| became) as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
