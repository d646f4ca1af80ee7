use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{Cursor, Mark, PAGE, Standing, ThreadLine};
use crate::values::{AccountId, BookingId, MessageId};

/// How a side of a conversation stands; as at its beginning where nothing was written.
pub(in crate::threads) async fn standing(
    db: &mut PgConnection,
    booking: BookingId,
    account: AccountId,
) -> sqlx::Result<Standing> {
    let standing = query_as!(
        Standing,
        r#"
        select unread, read_up_to, mailed_at, mail_due_at from thread_readers
        where booking_id = $1 and account_id = $2
        "#,
        booking as _,
        account as _,
    );
    Ok(standing.fetch_optional(db).await?.unwrap_or_default())
}

/// Notes a message: its writer has it, the other side has it to read.
pub(in crate::threads) async fn note_message(
    db: &mut PgConnection,
    booking: BookingId,
    (writer, other): (AccountId, AccountId),
    message: MessageId,
    mail_due: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into thread_readers as r (booking_id, account_id, last_message_id, unread, mail_due_at)
        values ($1, $2, $4, 0, null), ($1, $3, $4, 1, $5)
        on conflict (booking_id, account_id) do update
        set last_message_id = excluded.last_message_id, unread = r.unread + excluded.unread,
            mail_due_at = coalesce(r.mail_due_at, excluded.mail_due_at)
        "#,
        booking as _,
        writer as _,
        other as _,
        message as _,
        mail_due,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that somebody has read up to a message, if they had not; whether that is new.
pub(in crate::threads) async fn mark_read(
    db: &mut PgConnection,
    booking: BookingId,
    account: AccountId,
    up_to: MessageId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let read = query!(
        r#"
        with upto as (
            select least($3::bigint, last_message_id) as id,
                   (select count(*)::integer from messages m
                    where m.booking_id = $1 and m.id > $3 and m.by_account <> $2) as unread
            from thread_readers where booking_id = $1 and account_id = $2
        )
        update thread_readers r
        set read_up_to = upto.id, read_at = $4, unread = upto.unread,
            mail_due_at = case when upto.unread > 0 then r.mail_due_at end
        from upto
        where r.booking_id = $1 and r.account_id = $2 and r.read_up_to < upto.id
        "#,
        booking as _,
        account as _,
        up_to as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(read.rows_affected() == 1)
}

/// The last message of a side that the other has read, and when.
pub(in crate::threads) async fn mark(
    db: &mut PgConnection,
    booking: BookingId,
    account: AccountId,
) -> sqlx::Result<Option<Mark>> {
    query_as!(
        Mark,
        r#"
        select m.id as "message", o.read_at as "at!"
        from thread_readers o
        cross join lateral (
            select id from messages
            where booking_id = $1 and by_account = $2 and id <= o.read_up_to
            order by id desc limit 1) m
        where o.booking_id = $1 and o.account_id <> $2 and o.read_at is not null
        "#,
        booking as _,
        account as _,
    )
    .fetch_optional(db)
    .await
}

/// A page of somebody's conversations, the one written in last first; one more than is shown.
pub(in crate::threads) async fn list_threads(
    db: &mut PgConnection,
    account: AccountId,
    before: Option<Cursor>,
) -> sqlx::Result<Vec<ThreadLine>> {
    query_as!(
        ThreadLine,
        r#"
        select r.booking_id as "booking", c.title, c.artist,
               case when c.producer_id = $1 then m.name else p.name end as "other!",
               r.unread, r.last_message_id as "last_message", w.sent_at as "last_at"
        from thread_readers r
        join bookings b on b.id = r.booking_id
        join calls c on c.id = b.call_id
        join accounts p on p.id = c.producer_id
        join musicians m on m.id = b.musician_id
        join messages w on w.id = r.last_message_id
        where r.account_id = $1 and r.last_message_id < coalesce($2::bigint, 9223372036854775807)
        order by r.last_message_id desc limit $3
        "#,
        account as _,
        before.map(Cursor::number),
        PAGE as i64 + 1,
    )
    .fetch_all(db)
    .await
}

/// A side that is to be told by mail.
#[derive(Clone, Copy, Debug)]
pub(in crate::threads) struct Due {
    pub(in crate::threads) booking: BookingId,
    pub(in crate::threads) account: AccountId,
    /// The last message they read, or were told of.
    pub(in crate::threads) known: MessageId,
}

/// Some of the sides that are to be told by mail, each locked; those that somebody else holds are
/// left to them.
pub(in crate::threads) async fn due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
    most: i64,
) -> sqlx::Result<Vec<Due>> {
    query_as!(
        Due,
        r#"
        select booking_id as "booking", account_id as "account",
               greatest(read_up_to, mailed_up_to) as "known!"
        from thread_readers where mail_due_at <= $1
        order by mail_due_at limit $2
        for update skip locked
        "#,
        now,
        most,
    )
    .fetch_all(db)
    .await
}

/// Notes up to where a side was told by mail; without a message, that there was nothing to tell.
pub(in crate::threads) async fn mark_mailed(
    db: &mut PgConnection,
    due: Due,
    up_to: Option<MessageId>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        update thread_readers
        set mail_due_at = null, mailed_up_to = coalesce($3::bigint, mailed_up_to),
            mailed_at = case when $3::bigint is null then mailed_at else $4 end
        where booking_id = $1 and account_id = $2
        "#,
        due.booking as _,
        due.account as _,
        up_to.map(MessageId::number),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Looks again later: somebody has the page open just now.
pub(in crate::threads) async fn postpone(
    db: &mut PgConnection,
    due: Due,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update thread_readers set mail_due_at = $3 where booking_id = $1 and account_id = $2",
        due.booking as _,
        due.account as _,
        until,
    )
    .execute(db)
    .await?;
    Ok(())
}
