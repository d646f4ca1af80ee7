use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query};

use super::super::model::Try;

/// Makes tries of the same at the same time count one after the other, until the transaction ends.
pub(in crate::accounts) async fn lock_attempts(
    db: &mut PgConnection,
    tried: &Try,
) -> sqlx::Result<()> {
    query!(
        "select pg_advisory_xact_lock(hashtextextended($1 || ' ' || $2, 0)) as locked",
        tried.limit.what,
        tried.key,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}

/// How many tries count now, and when the first of them was; those that do not are forgotten.
pub(in crate::accounts) async fn count_attempts(
    db: &mut PgConnection,
    tried: &Try,
    now: DateTime<Utc>,
) -> sqlx::Result<(i64, Option<DateTime<Utc>>)> {
    let counted = query!(
        r#"
        with old as (delete from attempts where what = $1 and key = $2 and at <= $3)
        select count(*) as "n!", min(at) as first from attempts
        where what = $1 and key = $2 and at > $3
        "#,
        tried.limit.what,
        tried.key,
        tried.counts_from(now),
    )
    .fetch_one(db)
    .await?;
    Ok((counted.n, counted.first))
}

pub(in crate::accounts) async fn insert_attempt(
    db: &mut PgConnection,
    tried: &Try,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "insert into attempts (what, key, at) values ($1, $2, $3)",
        tried.limit.what,
        tried.key,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}
