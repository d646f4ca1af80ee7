use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{Hour, Letter, Reader, Stop, Topic, Way, Wish, Wishes};
use crate::values::{AccountId, Email, NoticeId, SecretHash, Zone};

/// Writes a letter's line in the app, where its reader wants one; who they are, and how they want to
/// be mailed. Nobody is written to who left.
pub(in crate::outbox) async fn note(
    db: &mut PgConnection,
    account: AccountId,
    letter: &Letter,
    now: DateTime<Utc>,
) -> sqlx::Result<Reader> {
    let path = letter.link.as_ref().map_or("/inbox", |link| &link.path);
    let row = query!(
        r#"
        with reader as (
            select a.id, a.email, a.name, a.zone, a.digest_hour, coalesce(w.mail, $6) as mail,
                   coalesce(w.in_app, $7) as in_app
            from accounts a
            left join wishes w on w.account_id = a.id and w.topic = $2
            where a.id = $1
        ),
        line as (
            insert into notices (account_id, topic, text, url, created_at)
            select id, $2, $3, $4, $5 from reader where in_app and email is not null
            returning id
        )
        select email as "email: Email", name, zone as "zone: Zone", digest_hour,
               mail as "mail!: Way", (select id from line) as "notice: NoticeId"
        from reader
        "#,
        account as _,
        letter.topic as _,
        letter.subject,
        path,
        now,
        Wish::USUAL.mail as _,
        Wish::USUAL.in_app,
    )
    .fetch_one(db)
    .await?;
    Ok(Reader {
        email: row.email,
        name: row.name,
        zone: row.zone,
        hour: hour(row.digest_hour)?,
        way: row.mail,
        notice: row.notice,
    })
}

fn hour(number: i16) -> sqlx::Result<Hour> {
    Hour::try_from(number).map_err(|fault| sqlx::Error::Decode(fault.into()))
}

/// How an account wants to be told.
pub(crate) async fn find_wishes(db: &mut PgConnection, account: AccountId) -> sqlx::Result<Wishes> {
    let account_of = query!(
        r#"select zone as "zone: Zone", digest_hour from accounts where id = $1"#,
        account as _
    );
    let row = account_of.fetch_one(&mut *db).await?;
    let chosen = query!(
        r#"
        select topic as "topic: Topic", mail as "mail: Way", in_app from wishes
        where account_id = $1 order by topic
        "#,
        account as _
    );
    let chosen = chosen.fetch_all(db).await?.into_iter();
    let chosen = chosen.map(|row| (row.topic, Wish { mail: row.mail, in_app: row.in_app }));
    Ok(Wishes { hour: hour(row.digest_hour)?, zone: row.zone, chosen: chosen.collect() })
}

/// Makes whoever else changes what this account wishes wait.
pub(in crate::outbox) async fn lock_wishes(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<()> {
    query!("select id from accounts where id = $1 for no key update", account as _)
        .fetch_one(db)
        .await?;
    Ok(())
}

pub(in crate::outbox) async fn set_hour(
    db: &mut PgConnection,
    account: AccountId,
    hour: Hour,
) -> sqlx::Result<()> {
    query!("update accounts set digest_hour = $2 where id = $1", account as _, hour.number())
        .execute(db)
        .await?;
    Ok(())
}

pub(in crate::outbox) async fn put_wishes(
    db: &mut PgConnection,
    account: AccountId,
    wishes: &[(Topic, Wish)],
) -> sqlx::Result<()> {
    let topics: Vec<Topic> = wishes.iter().map(|(topic, _)| *topic).collect();
    let ways: Vec<Way> = wishes.iter().map(|(_, wish)| wish.mail).collect();
    let in_app: Vec<bool> = wishes.iter().map(|(_, wish)| wish.in_app).collect();
    query!(
        r#"
        insert into wishes (account_id, topic, mail, in_app)
        select $1, topic, mail, in_app
        from unnest($2::topic[], $3::mail_way[], $4::boolean[]) as rows (topic, mail, in_app)
        on conflict (account_id, topic) do update
        set mail = excluded.mail, in_app = excluded.in_app
        "#,
        account as _,
        &topics as _,
        &ways as _,
        &in_app,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Changes how mails about these go; the app stays as it is.
pub(in crate::outbox) async fn put_mail_ways(
    db: &mut PgConnection,
    account: AccountId,
    topics: &[Topic],
    way: Way,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into wishes (account_id, topic, mail, in_app)
        select $1, topic, $3, $4 from unnest($2::topic[]) as rows (topic)
        on conflict (account_id, topic) do update set mail = excluded.mail
        "#,
        account as _,
        topics as _,
        way as _,
        Wish::USUAL.in_app,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::outbox) async fn insert_stop(
    db: &mut PgConnection,
    hash: SecretHash,
    stop: &Stop,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into mail_stops (token_hash, account_id, topics, way, created_at)
        values ($1, $2, $3, $4, $5)
        "#,
        hash.as_bytes(),
        stop.account as _,
        &stop.topics as _,
        stop.way as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What a link stops.
pub(in crate::outbox) async fn find_stop(
    db: &mut PgConnection,
    hash: SecretHash,
) -> sqlx::Result<Option<Stop>> {
    let stop = query_as!(
        Stop,
        r#"
        select account_id as "account: AccountId", topics as "topics: Vec<Topic>", way as "way: Way"
        from mail_stops where token_hash = $1
        "#,
        hash.as_bytes(),
    );
    stop.fetch_optional(db).await
}

/// Forgets links of mails written before `then`.
pub(in crate::outbox) async fn forget_stops(
    db: &mut PgConnection,
    then: DateTime<Utc>,
) -> sqlx::Result<u64> {
    let gone = query!("delete from mail_stops where created_at < $1", then).execute(db).await?;
    Ok(gone.rows_affected())
}
