use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    super::{
        model::{LOOKED_AT_FOR, MAILED_AFTER, letter_of},
        store::{self, Due},
    },
    ThreadError,
};
use crate::{bookings, outbox, values::Clock};

/// How many sides are told in one transaction.
const AT_ONCE: i64 = 50;
/// How much of a conversation one mail is made of.
const MOST_MESSAGES: i64 = 200;

/// Tells by mail everybody whose unread messages are due and who has no page open. Answers how many
/// mails. Several servers may do it at once: each takes what no other holds.
pub async fn mail_due(db: &mut PgConnection, now: DateTime<Utc>) -> anyhow::Result<u64> {
    let mut mailed = 0;
    loop {
        let mut tx = db.begin().await?;
        let due = store::due(&mut tx, now, AT_ONCE).await?;
        for side in &due {
            mailed += u64::from(tell(&mut tx, *side, now).await?);
        }
        tx.commit().await?;
        if due.is_empty() {
            return Ok(mailed);
        }
    }
}

async fn tell(db: &mut PgConnection, due: Due, now: DateTime<Utc>) -> Result<bool, ThreadError> {
    // Whether a socket is open has nothing to do with what time it is on the site.
    let then = Clock::System.now() - LOOKED_AT_FOR;
    if store::is_looked_at(db, due.booking, due.account, then).await? {
        store::postpone(db, due, now + MAILED_AFTER).await?;
        return Ok(false);
    }
    let booking = bookings::find_any(db, due.booking).await?.ok_or(ThreadError::NotFound)?;
    let mut messages = store::since(db, due.booking, due.known, MOST_MESSAGES).await?;
    messages.retain(|message| message.by != due.account);
    let (Some(last), Some(reader)) = (messages.last(), booking.party(due.account)) else {
        store::mark_mailed(db, due, None, now).await?;
        return Ok(false);
    };
    let reads_all = booking.status.shows_contact_details();
    let letter = letter_of(&booking, reader, reads_all, &messages);
    outbox::tell(db, due.account, &letter, now).await?;
    store::mark_mailed(db, due, Some(last.id), now).await?;
    Ok(true)
}
