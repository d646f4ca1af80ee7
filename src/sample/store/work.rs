//! What people did: calls, bookings, credits, and the notices they left.

use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::{PgConnection, query};

use super::{super::model::World, column};
use crate::{outbox::Topic, values::AccountId};

pub(super) async fn insert_calls(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.calls;
    query!(
        r#"
        insert into calls
            (id, producer_id, title, artist, kind, starts_at, ends_at, due_at, zone, place, brief,
             genre_id, created_at, music)
        overriding system value
        select id, producer, title, artist,
               (case when due_at is null then 'room' else 'remote' end)::call_kind,
               starts_at, ends_at, due_at, zone, place, brief, genre, created_at, music
        from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[],
                    $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
                    $11::bigint[], $12::timestamptz[], $13::jsonb[])
             as rows (id, producer, title, artist, starts_at, ends_at, due_at, zone, place, brief,
                      genre, created_at, music)
        "#,
        &column(rows, |row| row.id),
        &column(rows, |row| row.producer),
        &column(rows, |row| row.title.clone()),
        &column(rows, |row| row.artist.clone()),
        &column(rows, |row| row.times.map(|times| times.0)) as &[Option<DateTime<Utc>>],
        &column(rows, |row| row.times.map(|times| times.1)) as &[Option<DateTime<Utc>>],
        &column(rows, |row| row.due_at) as &[Option<DateTime<Utc>>],
        &column(rows, |row| row.zone.name().to_owned()),
        &column(rows, |row| row.place.clone()),
        &column(rows, |row| row.brief.clone()),
        &column(rows, |row| row.genre),
        &column(rows, |row| row.created_at),
        &column(rows, |row| json!(row.music)),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_bookings(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.bookings;
    query!(
        r#"
        insert into bookings
            (id, call_id, musician_id, instrument_id, fee, currency, status, reply_by, blocks,
             created_at, part)
        overriding system value
        select rows.id, call, musician, instrument, fee, currency, status::booking_status, reply_by,
               case when blocks and status in ('confirmed', 'done') then
                   tstzrange(c.starts_at - interval '15 minutes', c.ends_at + interval '15 minutes')
               end,
               c.created_at, part
        from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                    $6::text[], $7::text[], $8::timestamptz[], $9::boolean[], $10::jsonb[])
             as rows (id, call, musician, instrument, fee, currency, status, reply_by, blocks, part)
        join calls c on c.id = rows.call
        "#,
        &column(rows, |row| row.id),
        &column(rows, |row| row.call),
        &column(rows, |row| row.musician),
        &column(rows, |row| row.instrument),
        &column(rows, |row| row.fee),
        &column(rows, |row| row.currency.clone()),
        &column(rows, |row| row.status.to_owned()),
        &column(rows, |row| row.reply_by),
        &column(rows, |row| row.blocks),
        &column(rows, |row| json!(row.part)),
    )
    .execute(&mut *db)
    .await?;
    let rows = &world.booking_events;
    query!(
        r#"
        insert into booking_events (booking_id, status, by_account, at, word)
        select booking, status::booking_status, by, at, word
        from unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[])
             with ordinality as rows (booking, status, by, at, word, place)
        order by place
        "#,
        &column(rows, |row| row.booking),
        &column(rows, |row| row.status.to_owned()),
        &column(rows, |row| row.by) as &[Option<i64>],
        &column(rows, |row| row.at),
        &column(rows, |row| row.word.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_credits(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.recordings;
    query!(
        r#"
        insert into recordings (id, title, artist, isrc, created_at) overriding system value
        select * from unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
        "#,
        &column(rows, |row| row.id),
        &column(rows, |row| row.title.clone()),
        &column(rows, |row| row.artist.clone()),
        &column(rows, |row| row.isrc.clone()) as &[Option<String>],
        &column(rows, |row| row.created_at),
    )
    .execute(&mut *db)
    .await?;
    let rows = &world.credits;
    query!(
        r#"
        insert into credits
            (id, recording_id, musician_id, credited_as, instrument_id, genre_id, booking_id,
             played_on, status, awaits, confirmed_at, created_at)
        overriding system value
        select id, recording, musician, name, instrument, genre, booking, played_on,
               (case when confirmed_at is null then 'drafted' else 'confirmed' end)::credit_status,
               awaits::credit_party, confirmed_at, created_at
        from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[],
                    $6::bigint[], $7::bigint[], $8::date[], $9::text[], $10::timestamptz[],
                    $11::timestamptz[])
             as rows (id, recording, musician, name, instrument, genre, booking, played_on, awaits,
                      confirmed_at, created_at)
        "#,
        &column(rows, |row| row.id),
        &column(rows, |row| row.recording),
        &column(rows, |row| row.musician),
        &column(rows, |row| row.name.clone()),
        &column(rows, |row| row.instrument),
        &column(rows, |row| row.genre),
        &column(rows, |row| row.booking),
        &column(rows, |row| row.played_on) as &[NaiveDate],
        &column(rows, |row| row.awaits.map(str::to_owned)) as &[Option<String>],
        &column(rows, |row| row.confirmed_at) as &[Option<DateTime<Utc>>],
        &column(rows, |row| row.created_at),
    )
    .execute(&mut *db)
    .await?;
    insert_credit_events(db, world).await
}

async fn insert_credit_events(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let says = |credit: &super::super::model::Credit| json!({ "credited_as": credit.name });
    let drafted = world.credits.iter().map(|c| (c.id, "drafted", c.by.0, c.created_at, says(c)));
    let confirmed = world.credits.iter().filter_map(|credit| {
        Some((credit.id, "confirmed", credit.by.1, credit.confirmed_at?, says(credit)))
    });
    let rows: Vec<_> = drafted.chain(confirmed).collect();
    query!(
        r#"
        insert into credit_events (credit_id, status, by_account, at, detail)
        select credit, status::credit_status, by, at, detail
        from unnest($1::bigint[], $2::text[], $3::bigint[], $4::timestamptz[], $5::jsonb[])
             as rows (credit, status, by, at, detail)
        "#,
        &column(&rows, |row| row.0),
        &column(&rows, |row| row.1.to_owned()),
        &column(&rows, |row| row.2),
        &column(&rows, |row| row.3),
        &column(&rows, |row| row.4.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_notices(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.notices;
    query!(
        r#"
        insert into notices (account_id, topic, text, url, created_at, read_at)
        select account, topic::topic, text, url, at,
               case when row_number() over (partition by account order by at desc) > 4 then at end
        from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[], $5::text[])
             as rows (account, text, url, at, topic)
        order by at
        "#,
        &column(rows, |row| row.account),
        &column(rows, |row| row.text.clone()),
        &column(rows, |row| row.url.clone()),
        &column(rows, |row| row.at),
        &column(rows, |row| row.topic.word().to_owned()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets what an account has not looked at wait for its mail of the day.
pub(in crate::sample) async fn insert_digest_lines(
    db: &mut PgConnection,
    account: AccountId,
    topics: &[Topic],
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into digest_lines
            (account_id, notice_id, topic, subject, says, link_label, link_path, due_at, created_at)
        select account_id, id, topic, text, '', 'Open it', url, $3, created_at
        from notices
        where account_id = $1 and topic = any($2) and read_at is null
        order by id
        "#,
        account as _,
        topics as _,
        due_at,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_reviews(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.reviews;
    query!(
        r#"
        insert into reviews
            (booking_id, by_side, by_account, musician_id, stars, words, written_at, published_at)
        select booking, by_side::credit_party, by, musician, stars, words, written_at, published_at
        from unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::smallint[],
                    $6::text[], $7::timestamptz[], $8::timestamptz[])
             as rows (booking, by_side, by, musician, stars, words, written_at, published_at)
        "#,
        &column(rows, |row| row.booking),
        &column(rows, |row| row.by_side.to_owned()),
        &column(rows, |row| row.by),
        &column(rows, |row| row.musician),
        &column(rows, |row| row.stars),
        &column(rows, |row| row.words.clone()),
        &column(rows, |row| row.written_at),
        &column(rows, |row| row.published_at) as &[Option<DateTime<Utc>>],
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_messages(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.messages;
    query!(
        r#"
        with said as (
            select * from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::text[],
                                 $5::timestamptz[], $6::boolean[])
                 with ordinality as rows (booking, by, reader, words, at, is_read, place)
        ),
        written as (
            insert into messages (booking_id, by_account, text, sent_at)
            select booking, by, words, at from said order by place
            returning id, booking_id, by_account, sent_at
        )
        insert into thread_readers
            (booking_id, account_id, last_message_id, unread, read_up_to, read_at)
        select w.booking_id, a.account, max(w.id),
               count(*) filter (where w.by_account <> a.account and not s.is_read),
               coalesce(max(w.id) filter (where s.is_read or w.by_account = a.account), 0),
               max(w.sent_at)
        from written w
        join said s on s.booking = w.booking_id and s.at = w.sent_at
        cross join lateral (values (s.by), (s.reader)) a (account)
        group by w.booking_id, a.account
        "#,
        &column(rows, |row| row.booking),
        &column(rows, |row| row.by),
        &column(rows, |row| row.to),
        &column(rows, |row| row.text.clone()),
        &column(rows, |row| row.at),
        &column(rows, |row| row.is_read),
    )
    .execute(db)
    .await?;
    Ok(())
}
