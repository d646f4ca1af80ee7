use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar, types::Json};

use super::super::model::{Draft, Mail, Part, Topic};
use crate::{
    entries::Entry,
    values::{Email, MailId, Secret},
};

/// The job that sends a mail.
pub(crate) const SEND_MAIL: &str = "send_mail";

/// Puts a mail in the outbox: it is sent once the transaction commits, and never if it does not.
pub(in crate::outbox) async fn insert(
    db: &mut PgConnection,
    mail: &Draft<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<MailId> {
    let message_id = &Secret::random().reveal()[..32];
    let id = query_scalar!(
        r#"
        insert into mails
            (message_id, recipient, name, topic, subject, paragraphs, parts, link_label, link_path,
             stop_path, entry, created_at)
        values ($1, $2::text::citext, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        returning id as "id: MailId"
        "#,
        message_id,
        mail.to.as_str(),
        mail.name,
        mail.topic as _,
        mail.subject,
        mail.paragraphs,
        Some(mail.parts).filter(|parts| !parts.is_empty()).map(Json) as _,
        mail.link.map(|link| link.label.as_str()),
        mail.link.map(|link| link.path.as_str()),
        mail.stop,
        mail.entry.map(Json) as _,
        now,
    )
    .fetch_one(&mut *db)
    .await?;
    // Not a checked query: the library makes its schema itself, after our migrations.
    let job = "select graphile_worker.add_job($1, json_build_object('mail', $2::bigint))";
    sqlx::query(job).bind(SEND_MAIL).bind(id.number()).execute(db).await?;
    Ok(id)
}

/// Makes the job queue's own tables.
pub async fn prepare(db: &sqlx::PgPool) -> anyhow::Result<()> {
    graphile_worker::WorkerUtils::new(db, "graphile_worker").migrate().await?;
    Ok(())
}

/// A mail, unless it was sent.
pub(in crate::outbox) async fn find_unsent(
    db: &mut PgConnection,
    id: MailId,
) -> sqlx::Result<Option<Mail>> {
    let mail = query_as!(
        Mail,
        r#"
        select id as "id: MailId", message_id, recipient as "recipient: Email", name,
               topic as "topic: Topic", subject, coalesce(paragraphs, '{}') as "paragraphs!",
               parts as "parts: Json<Vec<Part>>", link_label, link_path, stop_path, entry as "entry: Json<Entry>", created_at
        from mails where id = $1 and sent_at is null
        "#,
        id as _,
    );
    mail.fetch_optional(db).await
}

/// Notes that a mail was sent, and forgets what it said: its links may be keys.
pub(in crate::outbox) async fn mark_sent(
    db: &mut PgConnection,
    id: MailId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        update mails
        set sent_at = $2, paragraphs = null, link_label = null, link_path = null, stop_path = null,
            entry = null, parts = null
        where id = $1 and sent_at is null
        "#,
        id as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many mails wait to be sent.
pub(crate) async fn waiting(db: &mut PgConnection) -> sqlx::Result<i64> {
    query_scalar!(r#"select count(*) as "n!" from mails where sent_at is null"#).fetch_one(db).await
}

/// Forgets mails written before `then`, sent or not.
pub(in crate::outbox) async fn forget_mails(
    db: &mut PgConnection,
    then: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let gone = query!("delete from mails where created_at < $1", then).execute(db).await?;
    Ok(gone.rows_affected())
}
