use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{Line, Topic};
use crate::values::{AccountId, Email, NoticeId};

pub(in crate::outbox) async fn insert_line(
    db: &mut PgConnection,
    account: AccountId,
    notice: Option<NoticeId>,
    line: &Line,
    due_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into digest_lines
            (account_id, notice_id, topic, subject, says, link_label, link_path, due_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        "#,
        account as _,
        notice as _,
        line.topic as _,
        line.subject,
        line.says,
        line.link_label,
        line.link_path,
        due_at,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Where a mail of the day goes.
#[derive(Clone, Debug)]
pub(in crate::outbox) struct Due {
    pub(in crate::outbox) account: AccountId,
    pub(in crate::outbox) email: Option<Email>,
    pub(in crate::outbox) name: String,
}

/// Whoever has waited longest of those whose mail of the day is due, and whom no other server or
/// change holds just now.
pub(in crate::outbox) async fn lock_due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Due>> {
    let due = query_as!(
        Due,
        r#"
        select a.id as "account: AccountId", a.email as "email: Email", a.name
        from digest_lines l join accounts a on a.id = l.account_id
        where l.due_at <= $1
        order by l.due_at, l.id limit 1
        for no key update of a skip locked
        "#,
        now,
    );
    due.fetch_optional(db).await
}

/// Takes all that waits for an account out of the rows, due or not; answers what of it was not looked
/// at in the app, the first first.
pub(in crate::outbox) async fn take_lines(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<Line>> {
    let lines = query_as!(
        Line,
        r#"
        with taken as (delete from digest_lines where account_id = $1 returning *)
        select t.topic as "topic!: Topic", t.subject as "subject!", t.says as "says!",
               t.link_label as "link_label!", t.link_path as "link_path!"
        from taken t
        left join notices n on n.id = t.notice_id
        where n.read_at is null
        order by t.id
        "#,
        account as _,
    );
    lines.fetch_all(db).await
}

/// Forgets what waits about these.
pub(in crate::outbox) async fn drop_lines(
    db: &mut PgConnection,
    account: AccountId,
    topics: &[Topic],
) -> sqlx::Result<()> {
    query!(
        "delete from digest_lines where account_id = $1 and topic = any($2)",
        account as _,
        topics as _
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Moves the mail of the day of an account.
pub(in crate::outbox) async fn set_due(
    db: &mut PgConnection,
    account: AccountId,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("update digest_lines set due_at = $2 where account_id = $1", account as _, due_at)
        .execute(db)
        .await?;
    Ok(())
}
