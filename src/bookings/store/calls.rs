//! A call that several players are asked for.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Asked, OpenCall, Status};
use crate::values::{AccountId, BookingId, CallId};

macro_rules! select_calls {
    ($ending:literal $(, $arg:expr)* $(,)?) => {
        query_as!(
            OpenCall,
            r#"
            select c.id as "id: CallId", c.title, c.artist,
                   (c.starts_at, c.ends_at, c.due_at) as "when!: _", c.zone as "zone: _", c.place,
                   case when t.id is not null then (t.id, t.latitude, t.longitude) end as "town: _",
                   c.brief, c.music as "music: _", c.genre_id as "genre: _"
            from calls c
            left join places t on t.id = c.town_id
            "# + $ending
            $(, $arg)*
        )
    };
}

/// A call of this producer's that asks several players.
pub(in crate::bookings) async fn find_call(
    db: &mut PgConnection,
    id: CallId,
    producer: AccountId,
) -> sqlx::Result<Option<OpenCall>> {
    let call = select_calls!(
        "where c.id = $1 and c.producer_id = $2 and c.asks = 'several'",
        id as _,
        producer as _,
    );
    call.fetch_optional(db).await
}

/// The calls of a producer that several players are asked for, that nobody has said yes to, and whose
/// time is still to come; the first first.
pub(in crate::bookings) async fn open_calls(
    db: &mut PgConnection,
    producer: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<OpenCall>> {
    let calls = select_calls!(
        r#"
        where c.producer_id = $1 and c.asks = 'several' and coalesce(c.starts_at, c.due_at) > $2
          and not exists (select from bookings b
                          where b.call_id = c.id and b.status in ('confirmed', 'done'))
        order by coalesce(c.starts_at, c.due_at), c.id limit 20
        "#,
        producer as _,
        now,
    );
    calls.fetch_all(db).await
}

/// Nobody else asks for this call, or says yes to it, until the transaction ends.
pub(in crate::bookings) async fn lock_call(db: &mut PgConnection, id: CallId) -> sqlx::Result<()> {
    query!("select id from calls where id = $1 for no key update", id as _).fetch_one(db).await?;
    Ok(())
}

/// Who was asked for a call, the first first.
pub(in crate::bookings) async fn asked(
    db: &mut PgConnection,
    call: CallId,
) -> sqlx::Result<Vec<Asked>> {
    let asked = query_as!(
        Asked,
        r#"
        select b.id as "booking: BookingId", b.musician_id as "musician: _", m.name,
               b.status as "status: Status", b.reply_by, b.form_key
        from bookings b
        join musicians m on m.id = b.musician_id
        where b.call_id = $1
        order by b.id
        "#,
        call as _,
    );
    asked.fetch_all(db).await
}

/// The other requests for a call that wait for an answer, each locked, in the order of their numbers.
pub(in crate::bookings) async fn lock_others(
    db: &mut PgConnection,
    call: CallId,
    accepted: BookingId,
) -> sqlx::Result<Vec<BookingId>> {
    let others = query_scalar!(
        r#"
        select id as "id: BookingId" from bookings
        where call_id = $1 and id <> $2 and status = 'requested'
        order by id for update
        "#,
        call as _,
        accepted as _,
    );
    others.fetch_all(db).await
}
