use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{Filter, LINES, Notice};
use crate::{
    outbox::Topic,
    values::{AccountId, NoticeId},
};

/// The lines of an inbox that go by a filter, newest first; one more than is shown.
pub(super) async fn list_notices(
    db: &mut PgConnection,
    account: AccountId,
    filter: &Filter,
) -> sqlx::Result<Vec<Notice>> {
    let notices = query_as!(
        Notice,
        r#"
        select id, topic as "topic: Topic", text, url, created_at, read_at from notices
        where account_id = $1 and id < coalesce($2::bigint, 9223372036854775807)
          and ($4::topic is null or topic = $4)
          and (not $5 or read_at is null)
          and ($6::text is null or strpos(plain(text), plain($6)) > 0)
        order by id desc limit $3
        "#,
        account as _,
        filter.after.map(NoticeId::number),
        LINES as i64 + 1,
        filter.topic as _,
        filter.unread,
        filter.words,
    );
    notices.fetch_all(db).await
}

/// How many lines of an inbox are not read, by what they are about: only where there are any.
pub(super) async fn count_unread(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<(Topic, i64)>> {
    let counts = query!(
        r#"
        select topic as "topic: Topic", count(*) as "n!" from notices
        where account_id = $1 and read_at is null
        group by topic order by topic
        "#,
        account as _
    );
    let counts = counts.fetch_all(db).await?;
    Ok(counts.into_iter().map(|row| (row.topic, row.n)).collect())
}

/// Marks a line read; where it leads, if it is this account's.
pub(super) async fn read_notice(
    db: &mut PgConnection,
    account: AccountId,
    id: NoticeId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    let url = query_scalar!(
        r#"
        update notices set read_at = coalesce(read_at, $3) where id = $1 and account_id = $2
        returning url
        "#,
        id as _,
        account as _,
        now,
    );
    url.fetch_optional(db).await
}

pub(super) async fn read_notices(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let read = query!(
        "update notices set read_at = $2 where account_id = $1 and read_at is null",
        account as _,
        now,
    );
    Ok(read.execute(db).await?.rows_affected())
}

/// Marks lines read that lead to `url`: it was looked at.
pub(super) async fn read_notices_of(
    db: &mut PgConnection,
    account: AccountId,
    url: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update notices set read_at = $3 where account_id = $1 and url = $2 and read_at is null",
        account as _,
        url,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many messages of bookings an account has not read.
pub(super) async fn count_messages(db: &mut PgConnection, account: AccountId) -> sqlx::Result<i64> {
    query_scalar!(
        r#"
        select coalesce(sum(unread), 0)::bigint as "n!" from thread_readers
        where account_id = $1 and unread > 0
        "#,
        account as _,
    )
    .fetch_one(db)
    .await
}
