mod digests;
mod post_office;
mod telling;
mod wishes;

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, PgPool};

pub use digests::send_digests;
pub use post_office::PostOffice;
pub(crate) use telling::{post, tell};
pub(crate) use wishes::{Stopped, find_stopped, move_digest, restart, set_wishes, stop};

use super::store;
use crate::values::MailId;

/// Mails are kept this long, to answer whether one was sent.
const MAILS_KEPT: TimeDelta = TimeDelta::days(90);

/// Mails are found again after a year; later their links may be dead.
const STOPS_KEPT: TimeDelta = TimeDelta::days(400);

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

/// Forgets what nobody asks for any more.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mails = store::forget_mails(db, now - MAILS_KEPT).await?;
    Ok(mails + store::forget_stops(db, now - STOPS_KEPT).await?)
}
