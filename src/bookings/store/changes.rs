use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, postgres::types::PgRange, query, query_scalar};

use super::super::model::{Ask, Status, Step};
use crate::{
    musicians::Profile,
    values::{AccountId, BookingId, CallId, Slot},
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
                           place, brief, genre_id, form_key, created_at, town_id)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
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
            (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        returning id
        "#,
        call as _,
        player.id as _,
        ask.instrument as _,
        ask.fee.minor(),
        ask.fee.currency() as _,
        ask.reply_by(now),
        now,
    )
    .fetch_one(&mut *db)
    .await?;
    insert_event(db, id, Status::Requested, Some(producer), now, "").await?;
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
        update bookings set status = $3, blocks = $4
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
    insert_event(db, step.booking, step.to, step.by, step.at, word).await
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

async fn insert_event(
    db: &mut PgConnection,
    id: BookingId,
    status: Status,
    by: Option<AccountId>,
    at: DateTime<Utc>,
    word: &str,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into booking_events (booking_id, status, by_account, at, word)
        values ($1, $2, $3, $4, $5)
        "#,
        id as _,
        status as _,
        by as _,
        at,
        word,
    )
    .execute(db)
    .await?;
    Ok(())
}
