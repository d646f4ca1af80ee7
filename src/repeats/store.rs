use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::model::{Answer, Key, Known, RequestHash};
use crate::values::AccountId;

/// Lets one request at a time use an account's key, until the transaction ends. False when another
/// is at it.
pub(super) async fn lock_key(
    db: &mut PgConnection,
    account: AccountId,
    key: &Key,
) -> sqlx::Result<bool> {
    let locked = query_scalar!(
        r#"select pg_try_advisory_xact_lock(hashtextextended($1::bigint || ':' || $2::text, 17)) as "locked!""#,
        account.number(),
        key.as_str(),
    );
    locked.fetch_one(db).await
}

pub(super) async fn find(
    db: &mut PgConnection,
    account: AccountId,
    key: &Key,
    request: &RequestHash,
) -> sqlx::Result<Known> {
    let row = query!(
        r#"
        select request_hash, status, content_type, location, body
        from idempotency_keys where account_id = $1 and key = $2
        "#,
        account as _,
        key.as_str(),
    )
    .fetch_optional(db)
    .await?;
    Ok(match row {
        None => Known::New,
        Some(row) if row.request_hash != request.as_bytes() => Known::Misused,
        Some(row) => Known::Answered(Answer {
            status: row.status,
            content_type: row.content_type,
            location: row.location,
            body: row.body,
        }),
    })
}

pub(super) async fn insert(
    db: &mut PgConnection,
    account: AccountId,
    key: &Key,
    request: &RequestHash,
    answer: &Answer,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into idempotency_keys
            (account_id, key, request_hash, status, content_type, location, body, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        "#,
        account as _,
        key.as_str(),
        request.as_bytes(),
        answer.status,
        answer.content_type,
        answer.location,
        answer.body,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets answers given before `then`.
pub(super) async fn forget(db: &mut PgConnection, then: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = query!("delete from idempotency_keys where created_at < $1", then);
    Ok(gone.execute(db).await?.rows_affected())
}
