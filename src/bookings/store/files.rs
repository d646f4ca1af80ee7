//! Charts and audio that go with calls.

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::CallFile;
use crate::{
    files::{FileKey, Taken},
    values::{AccountId, CallFileId, CallId},
};

/// How many files lie beside this form, and beside all of the producer's, who is locked: nobody puts
/// one more there until the transaction ends.
pub(in crate::bookings) async fn count_unsent(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
) -> sqlx::Result<(i64, i64)> {
    query!("select id from accounts where id = $1 for no key update", producer as _)
        .fetch_one(&mut *db)
        .await?;
    let counted = query!(
        r#"
        select count(*) filter (where form_key = $2) as "beside!", count(*) as "unsent!"
        from call_files where account_id = $1 and call_id is null
        "#,
        producer as _,
        form_key,
    );
    let counted = counted.fetch_one(db).await?;
    Ok((counted.beside, counted.unsent))
}

/// Whether the same lies beside a form, or went with it.
pub(in crate::bookings) async fn is_beside(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
    file: &Taken,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"
        select exists (select from call_files
                       where account_id = $1 and form_key = $2 and sha256 = $3) as "is!"
        "#,
        producer as _,
        form_key,
        &file.sha256,
    )
    .fetch_one(db)
    .await
}

/// Puts a file beside a form, unless the same lies there, or went with it.
pub(in crate::bookings) async fn insert_unsent(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
    file: &Taken,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let inserted = query!(
        r#"
        insert into call_files (account_id, form_key, key, name, kind, bytes, sha256, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        on conflict (account_id, form_key, sha256) do nothing
        "#,
        producer as _,
        form_key,
        file.key.as_str(),
        file.name,
        file.kind.name(),
        file.bytes.cast_signed(),
        &file.sha256,
        now,
    )
    .execute(db)
    .await?;
    Ok(inserted.rows_affected() == 1)
}

/// What lies beside a form that is not sent, the first first.
pub(in crate::bookings) async fn unsent(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
) -> sqlx::Result<Vec<CallFile>> {
    query_as!(
        CallFile,
        r#"
        select id, name, kind, bytes from call_files
        where account_id = $1 and form_key = $2 and call_id is null order by id
        "#,
        producer as _,
        form_key,
    )
    .fetch_all(db)
    .await
}

/// Takes files away that were not sent; answers where they lie.
pub(in crate::bookings) async fn delete_unsent(
    db: &mut PgConnection,
    producer: AccountId,
    files: &[CallFileId],
) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(
        r#"
        delete from call_files where account_id = $1 and id = any($2) and call_id is null
        returning key as "key: FileKey"
        "#,
        producer as _,
        files as &[CallFileId],
    )
    .fetch_all(db)
    .await
}

/// What lies beside a form goes with the call that it makes.
pub(in crate::bookings) async fn send_files(
    db: &mut PgConnection,
    producer: AccountId,
    form_key: &str,
    call: CallId,
) -> sqlx::Result<()> {
    query!(
        r#"
        update call_files set call_id = $3
        where account_id = $1 and form_key = $2 and call_id is null
        "#,
        producer as _,
        form_key,
        call as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What goes with a call, the first first.
pub(in crate::bookings) async fn files_of(
    db: &mut PgConnection,
    call: CallId,
) -> sqlx::Result<Vec<CallFile>> {
    query_as!(
        CallFile,
        "select id, name, kind, bytes from call_files where call_id = $1 order by id",
        call as _,
    )
    .fetch_all(db)
    .await
}

/// A file of a call, and where it lies.
pub(in crate::bookings) async fn find_file(
    db: &mut PgConnection,
    call: CallId,
    id: CallFileId,
) -> sqlx::Result<Option<(FileKey, CallFile)>> {
    let found = query!(
        r#"
        select id, key as "key: FileKey", name, kind, bytes
        from call_files where id = $1 and call_id = $2
        "#,
        id as _,
        call as _,
    );
    Ok(found.fetch_optional(db).await?.map(|row| {
        let file = CallFile { id: row.id.into(), name: row.name, kind: row.kind, bytes: row.bytes };
        (row.key, file)
    }))
}

/// Every file that a call has, or a form that may still be sent.
pub(in crate::bookings) async fn list_keys(db: &mut PgConnection) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(r#"select key as "key: FileKey" from call_files"#).fetch_all(db).await
}

/// Forgets files beside forms that were not sent since `then`.
pub(in crate::bookings) async fn delete_left(
    db: &mut PgConnection,
    then: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("delete from call_files where call_id is null and created_at < $1", then)
        .execute(db)
        .await?;
    Ok(())
}

/// Takes away the files of somebody who leaves; answers where they lie.
pub(in crate::bookings) async fn delete_files_of(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(
        r#"delete from call_files where account_id = $1 returning key as "key: FileKey""#,
        account as _,
    )
    .fetch_all(db)
    .await
}
