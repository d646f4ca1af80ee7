use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    super::{
        model::{Digest, Draft, Link, Topic, Way},
        store,
    },
    telling::stop_path,
};

/// How many go in one run; what is left goes in the next.
const AT_ONCE: usize = 1_000;

/// Puts the mail of the day of everybody in the outbox whose hour has come, each in a transaction of
/// its own; answers how many. Where all was looked at in the app there is none. Any number of servers
/// may: each is written by one of them, once.
pub async fn send_digests(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut sent = 0;
    for _ in 0..AT_ONCE {
        let mut tx = db.begin().await?;
        let Some(due) = store::lock_due(&mut tx, now).await? else { break };
        let lines = store::take_lines(&mut tx, due.account).await?;
        if let (Some(email), Some(digest)) = (&due.email, Digest::of(&lines)) {
            let link = Link { label: "Open your inbox".into(), path: "/inbox?unread=yes".into() };
            let paragraphs =
                ["You have these mailed once a day. What you looked at in the app is left out."
                    .into()];
            let wishes = store::find_wishes(&mut tx, due.account).await?;
            let of_digest =
                |topic: &Topic| topic.may_go_unmailed() && wishes.about(*topic).mail == Way::Digest;
            let topics: Vec<Topic> = Topic::ALL.into_iter().filter(of_digest).collect();
            let stop = match topics.is_empty() {
                true => None,
                false => Some(stop_path(&mut tx, due.account, topics, Way::Digest, now).await?),
            };
            let draft = Draft {
                to: email,
                name: &due.name,
                topic: None,
                subject: &digest.subject,
                paragraphs: &paragraphs,
                parts: &digest.parts,
                link: Some(&link),
                stop: stop.as_deref(),
                entry: None,
            };
            store::insert(&mut tx, &draft, now).await?;
            sent += 1;
        }
        tx.commit().await?;
    }
    Ok(sent)
}
