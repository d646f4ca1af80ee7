use sqlx::{PgConnection, query, query_as, query_scalar};

use crate::{
    files::{FileKey, Taken},
    values::{AccountId, AttachmentId, BookingId, MessageId},
};

/// A file as it is served.
#[derive(Clone, Debug)]
pub(in crate::threads) struct Found {
    pub(in crate::threads) key: FileKey,
    pub(in crate::threads) by: AccountId,
    pub(in crate::threads) name: String,
    pub(in crate::threads) kind: String,
    pub(in crate::threads) bytes: i64,
}

pub(in crate::threads) async fn insert_files(
    db: &mut PgConnection,
    message: MessageId,
    files: &[Taken],
) -> sqlx::Result<()> {
    for (position, file) in (0_i16..).zip(files) {
        query!(
            r#"
            insert into attachments (message_id, position, key, name, kind, bytes, sha256)
            values ($1, $2, $3, $4, $5, $6, $7)
            "#,
            message as _,
            position,
            file.key.as_str(),
            file.name,
            file.kind.name(),
            file.bytes.cast_signed(),
            &file.sha256,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// How many files came under a booking.
pub(in crate::threads) async fn count_files(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<i64> {
    query_scalar!(
        r#"
        select count(*) as "n!"
        from messages m
        join attachments a on a.message_id = m.id
        where m.booking_id = $1
        "#,
        booking as _,
    )
    .fetch_one(db)
    .await
}

pub(in crate::threads) async fn find_file(
    db: &mut PgConnection,
    booking: BookingId,
    id: AttachmentId,
) -> sqlx::Result<Option<Found>> {
    query_as!(
        Found,
        r#"
        select a.key as "key: _", m.by_account as "by", a.name, a.kind, a.bytes
        from attachments a
        join messages m on m.id = a.message_id
        where a.id = $2 and m.booking_id = $1
        "#,
        booking as _,
        id as _,
    )
    .fetch_optional(db)
    .await
}

/// Every file that a message names.
pub(in crate::threads) async fn list_keys(db: &mut PgConnection) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(r#"select key as "key: FileKey" from attachments"#).fetch_all(db).await
}
