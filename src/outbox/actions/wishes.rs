use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{Hour, Topic, Way, Wish},
    store,
};
use crate::values::{AccountId, Secret};

/// Changes how an account is told; topics that are not named stay as they are. What waits for the
/// mail of the day goes at its new hour, and what is not mailed any more does not go.
pub(crate) async fn set_wishes(
    db: &mut PgConnection,
    account: AccountId,
    hour: Hour,
    wishes: &[(Topic, Wish)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::lock_wishes(&mut tx, account).await?;
    store::set_hour(&mut tx, account, hour).await?;
    store::put_wishes(&mut tx, account, wishes).await?;
    let off = wishes.iter().filter(|(_, wish)| wish.mail == Way::Off);
    let off: Vec<Topic> = off.map(|(topic, _)| *topic).collect();
    store::drop_lines(&mut tx, account, &off).await?;
    move_digest(&mut tx, account, now).await?;
    tx.commit().await
}

/// Sets anew when the mail of the day goes, after the account's hour or zone changed.
pub(crate) async fn move_digest(
    db: &mut PgConnection,
    account: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let wishes = store::find_wishes(db, account).await?;
    store::set_due(db, account, wishes.hour.next(wishes.zone, now)).await
}

/// What a link in a mail stops, and how it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Stopped {
    pub(crate) topics: Vec<Topic>,
    /// How they were mailed, and are again if they are brought back.
    pub(crate) way: Way,
    /// Nothing of it is mailed.
    pub(crate) is_stopped: bool,
}

/// None where the secret is of no link, or of one long past.
pub(crate) async fn find_stopped(
    db: &mut PgConnection,
    secret: &Secret,
) -> sqlx::Result<Option<Stopped>> {
    let Some(stop) = store::find_stop(db, secret.hash()).await? else { return Ok(None) };
    let wishes = store::find_wishes(db, stop.account).await?;
    let is_stopped = stop.topics.iter().all(|topic| wishes.about(*topic).mail == Way::Off);
    Ok(Some(Stopped { topics: stop.topics, way: stop.way, is_stopped }))
}

/// Stops mails about what this link is for. Doing it twice does nothing.
pub(crate) async fn stop(db: &mut PgConnection, secret: &Secret) -> sqlx::Result<Option<Stopped>> {
    put_ways(db, secret, |_| Way::Off).await
}

/// Brings the mails back that a link stopped, as they came then.
pub(crate) async fn restart(
    db: &mut PgConnection,
    secret: &Secret,
) -> sqlx::Result<Option<Stopped>> {
    put_ways(db, secret, |was| was).await
}

async fn put_ways(
    db: &mut PgConnection,
    secret: &Secret,
    way: impl Fn(Way) -> Way,
) -> sqlx::Result<Option<Stopped>> {
    let mut tx = db.begin().await?;
    let Some(stop) = store::find_stop(&mut tx, secret.hash()).await? else { return Ok(None) };
    store::lock_wishes(&mut tx, stop.account).await?;
    let way = way(stop.way);
    store::put_mail_ways(&mut tx, stop.account, &stop.topics, way).await?;
    if way == Way::Off {
        store::drop_lines(&mut tx, stop.account, &stop.topics).await?;
    }
    tx.commit().await?;
    let is_stopped = way == Way::Off;
    Ok(Some(Stopped { topics: stop.topics, way: stop.way, is_stopped }))
}
