mod post_office;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

pub use post_office::PostOffice;

use super::store;
use crate::{
    accounts::Actor,
    values::{MailId, NoticeId},
};

/// Mails are kept this long, to answer whether one was sent.
const MAILS_KEPT: TimeDelta = TimeDelta::days(90);

/// Sends a mail that is not sent yet.
///
/// Should we end between its going and the note of that, it goes again, with the same Message-ID.
/// No connection is held while it goes.
pub(crate) async fn send(
    pool: &PgPool,
    id: MailId,
    office: &PostOffice,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let mail = store::find_unsent(&mut *pool.acquire().await?, id).await?;
    let Some(mail) = mail else { return Ok(()) };
    if let Err(error) = office.send(&mail).await {
        metrics::counter!("mails_failed_total").increment(1);
        tracing::warn!(mail = %id, %error, "a mail was not sent, and will be tried again");
        return Err(error.into());
    }
    store::mark_sent(&mut *pool.acquire().await?, id, now).await?;
    metrics::counter!("mails_sent_total").increment(1);
    Ok(())
}

/// Marks a line of the actor's inbox read; where it leads.
pub(super) async fn open(
    db: &mut PgConnection,
    actor: &Actor,
    id: NoticeId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<String>> {
    store::read_notice(db, actor.id, id, now).await
}

/// Marks all of the actor's inbox read; how many lines were not.
pub(super) async fn read_all(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<u64> {
    store::read_notices(db, actor.id, now).await
}

/// Forgets what nobody asks for any more.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    store::forget_mails(db, now - MAILS_KEPT).await
}
