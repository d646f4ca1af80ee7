use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::{Attachment, Message};
use crate::{
    bookings::Status,
    files::FileKey,
    values::{AccountId, AttachmentId, BookingId, MessageId},
};

/// Lets one at a time write under a booking, so that the numbers of its messages rise in the order
/// in which others can read them.
pub(in crate::threads) async fn lock_booking(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<()> {
    query!("select id from bookings where id = $1 for no key update", booking as _)
        .fetch_optional(db)
        .await?;
    Ok(())
}

/// Whether the holder of an account has left.
pub(in crate::threads) async fn is_gone(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"select deleted_at is not null as "gone!" from accounts where id = $1"#,
        account as _
    )
    .fetch_one(db)
    .await
}

/// A new message, unless the same form was sent before.
pub(in crate::threads) async fn insert(
    db: &mut PgConnection,
    booking: BookingId,
    by: AccountId,
    text: &str,
    form_key: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<MessageId>> {
    query_scalar!(
        r#"
        insert into messages (booking_id, by_account, text, form_key, sent_at)
        values ($1, $2, $3, $4, $5)
        on conflict (booking_id, by_account, form_key) do nothing
        returning id as "id: MessageId"
        "#,
        booking as _,
        by as _,
        text,
        form_key,
        now,
    )
    .fetch_optional(db)
    .await
}

/// The message that a form made when it was sent before.
pub(in crate::threads) async fn find_sent(
    db: &mut PgConnection,
    booking: BookingId,
    by: AccountId,
    form_key: &str,
) -> sqlx::Result<Option<MessageId>> {
    query_scalar!(
        r#"
        select id as "id: MessageId" from messages
        where booking_id = $1 and by_account = $2 and form_key = $3
        "#,
        booking as _,
        by as _,
        form_key,
    )
    .fetch_optional(db)
    .await
}

/// How many messages somebody wrote under a booking after `then`; of the latest hundred.
pub(in crate::threads) async fn count_since(
    db: &mut PgConnection,
    booking: BookingId,
    by: AccountId,
    then: DateTime<Utc>,
) -> sqlx::Result<i64> {
    query_scalar!(
        r#"
        select count(*) as "n!"
        from (select by_account, sent_at from messages
              where booking_id = $1 order by id desc limit 100) latest
        where by_account = $2 and sent_at > $3
        "#,
        booking as _,
        by as _,
        then,
    )
    .fetch_one(db)
    .await
}

/// Every read of messages is this one select with its own ending; `id` is a message's number.
macro_rules! select_messages {
    ($db:expr, $ending:literal $(, $arg:expr)* $(,)?) => {{
        let rows = query!(
            r#"
            select id as "id: MessageId", by_account as "by: AccountId", text, sent_at
            from messages
            "# + $ending
            $(, $arg)*
        );
        let rows = rows.fetch_all(&mut *$db).await?;
        let read = rows.into_iter().map(|row| Message::new(row.id, row.by, row.text, row.sent_at));
        with_files($db, read.collect()).await
    }};
}

/// The latest messages under a booking, the latest first, before the one named.
pub(in crate::threads) async fn list(
    db: &mut PgConnection,
    booking: BookingId,
    before: Option<MessageId>,
    most: i64,
) -> sqlx::Result<Vec<Message>> {
    select_messages!(
        db,
        "where booking_id = $1 and id < coalesce($2::bigint, 9223372036854775807)
         order by id desc limit $3",
        booking as _,
        before.map(MessageId::number),
        most,
    )
}

/// What was written under a booking after a message, the first first.
pub(in crate::threads) async fn since(
    db: &mut PgConnection,
    booking: BookingId,
    after: MessageId,
    most: i64,
) -> sqlx::Result<Vec<Message>> {
    select_messages!(
        db,
        "where booking_id = $1 and id > $2 order by id limit $3",
        booking as _,
        after as _,
        most,
    )
}

pub(in crate::threads) async fn find(
    db: &mut PgConnection,
    booking: BookingId,
    id: MessageId,
) -> sqlx::Result<Option<Message>> {
    let found: sqlx::Result<Vec<Message>> =
        select_messages!(db, "where booking_id = $1 and id = $2", booking as _, id as _);
    Ok(found?.pop())
}

async fn with_files(
    db: &mut PgConnection,
    mut messages: Vec<Message>,
) -> sqlx::Result<Vec<Message>> {
    if messages.is_empty() {
        return Ok(messages);
    }
    let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
    let rows = query!(
        r#"
        select id as "id: AttachmentId", message_id as "message: MessageId", name, kind, bytes
        from attachments where message_id = any($1) order by message_id, position
        "#,
        &ids as &[MessageId],
    )
    .fetch_all(db)
    .await?;
    let mut files: HashMap<MessageId, Vec<Attachment>> = HashMap::new();
    for row in rows {
        let file = Attachment::new(row.id, row.name, row.kind, row.bytes);
        files.entry(row.message).or_default().push(file);
    }
    for message in &mut messages {
        message.files = files.remove(&message.id).unwrap_or_default();
    }
    Ok(messages)
}

/// Deletes all that somebody wrote who leaves, and how they stood; answers the files that came with
/// it. What is unread of it is read.
pub(in crate::threads) async fn delete_of(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    let keys = query_scalar!(
        r#"
        select a.key as "key: FileKey"
        from messages m
        join attachments a on a.message_id = m.id
        where m.by_account = $1
        "#,
        account as _,
    )
    .fetch_all(&mut *db)
    .await?;
    query!("delete from messages where by_account = $1", account as _).execute(&mut *db).await?;
    query!(
        r#"
        update thread_readers o
        set unread = 0, mail_due_at = null,
            last_message_id = coalesce(
                (select max(id) from messages m where m.booking_id = o.booking_id), 0)
        from thread_readers own
        where own.account_id = $1 and o.booking_id = own.booking_id and o.account_id <> $1
        "#,
        account as _,
    )
    .execute(&mut *db)
    .await?;
    query!("delete from thread_readers where account_id = $1", account as _).execute(db).await?;
    Ok(keys)
}

/// Where a booking stands, as it is written down.
pub(in crate::threads) async fn status(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Status> {
    query_scalar!(r#"select status as "status: Status" from bookings where id = $1"#, booking as _)
        .fetch_one(db)
        .await
}
