use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::{
    model::{Draft, Letter, Line, Stop, Topic, Way},
    store,
};
use crate::values::{AccountId, Email, MailId, Secret};

/// Tells the holder of an account, in the app and by mail, as they chose for its topic: nobody, once
/// it is deleted.
pub(crate) async fn tell(
    db: &mut PgConnection,
    account: AccountId,
    letter: &Letter,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let reader = store::note(db, account, letter, now).await?;
    let Some(email) = &reader.email else { return Ok(()) };
    if reader.way == Way::Off {
        return Ok(());
    }
    if let Some(due_at) = reader.waits_until(letter, now) {
        let line = Line::of(letter);
        return store::insert_line(db, account, reader.notice, &line, due_at, now).await;
    }
    let mut draft = Draft::of(letter, email, &reader.name);
    let stop = match letter.topic.may_go_unmailed() && draft.stop.is_none() {
        true => Some(stop_path(db, account, vec![letter.topic], reader.way, now).await?),
        false => None,
    };
    draft.stop = draft.stop.or(stop.as_deref());
    store::insert(db, &draft, now).await?;
    Ok(())
}

/// Puts a mail in the outbox that goes to this address, whatever anybody chose: it is sent once the
/// transaction commits, and never if it does not.
pub(crate) async fn post(
    db: &mut PgConnection,
    to: &Email,
    name: &str,
    letter: &Letter,
    now: DateTime<Utc>,
) -> sqlx::Result<MailId> {
    store::insert(db, &Draft::of(letter, to, name), now).await
}

/// A new address where one press stops mails about these.
pub(super) async fn stop_path(
    db: &mut PgConnection,
    account: AccountId,
    topics: Vec<Topic>,
    way: Way,
    now: DateTime<Utc>,
) -> sqlx::Result<String> {
    let secret = Secret::random();
    let stop = Stop { account, topics, way };
    store::insert_stop(db, secret.hash(), &stop, now).await?;
    Ok(format!("/mails/stop/{}", secret.reveal()))
}
