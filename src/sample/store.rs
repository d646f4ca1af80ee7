use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::model::World;
use crate::values::{Minute, PasswordHash};

/// One server fills at a time.
pub(super) async fn lock(db: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(1977) as locked").fetch_one(db).await?;
    Ok(())
}

pub(super) async fn anyone_here(db: &mut PgConnection) -> sqlx::Result<bool> {
    query_scalar!(r#"select exists (select 1 from accounts) as "here!""#).fetch_one(db).await
}

/// Tells the planner what is there: without it, its first plans are for empty tables.
pub(super) async fn analyze(db: &PgPool) -> sqlx::Result<()> {
    sqlx::query("analyze").execute(db).await?;
    Ok(())
}

pub(super) async fn insert(
    db: &mut PgConnection,
    world: &World,
    password: &PasswordHash,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    insert_accounts(db, world, password, now).await?;
    insert_musicians(db, world, now).await?;
    insert_parts(db, world).await?;
    insert_hours(db, world).await?;
    insert_calls(db, world).await?;
    insert_bookings(db, world).await?;
    insert_credits(db, world).await?;
    insert_notices(db, world).await?;
    count_on(db).await
}

/// A column of the rows to insert.
fn column<T, C>(rows: &[T], value: impl Fn(&T) -> C) -> Vec<C> {
    rows.iter().map(value).collect()
}

async fn insert_accounts(
    db: &mut PgConnection,
    world: &World,
    password: &PasswordHash,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let rows = &world.accounts;
    query!(
        r#"
        insert into accounts
            (id, email, name, password_hash, is_admin, plays, books, zone, verified_at, created_at)
        overriding system value
        select id, email::citext, name, $7, is_admin, plays, not plays, zone, $8, $8
        from unnest($1::bigint[], $2::text[], $3::text[], $4::boolean[], $5::boolean[], $6::text[])
             as rows (id, email, name, is_admin, plays, zone)
        "#,
        &column(rows, |row| row.id),
        &column(rows, |row| row.email.clone()),
        &column(rows, |row| row.name.clone()),
        &column(rows, |row| row.is_admin),
        &column(rows, |row| row.plays),
        &column(rows, |row| row.zone.name().to_owned()),
        password.0,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_musicians(
    db: &mut PgConnection,
    world: &World,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for row in &world.musicians {
        let player = &row.player;
        query!(
            r#"
            insert into musicians
                (id, account_id, slug, name, headline, about, place, zone, works_in_room,
                 works_remotely, currency, session_rate, song_rate, reads_notation, reads_numbers,
                 plays_by_ear, buffer_before, buffer_after, status, created_at, published_at)
            overriding system value
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, 15, 15,
                    $17::text::profile_status, $18,
                    case when $17 in ('published', 'hidden') then $18::timestamptz end)
            "#,
            row.id,
            row.account,
            player.slug,
            player.name,
            player.headline,
            player.about,
            player.place,
            row.zone as _,
            player.in_room,
            player.remote,
            player.currency,
            player.session_rate_minor,
            player.song_rate_minor,
            player.reads_notation,
            player.reads_numbers,
            player.by_ear,
            row.status,
            now,
        )
        .execute(&mut *db)
        .await?;
        insert_profile_events(db, row, now).await?;
    }
    Ok(())
}

/// How each profile came to stand where it does: the admin is the third account.
async fn insert_profile_events(
    db: &mut PgConnection,
    row: &super::model::Musician,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let steps: &[(&str, bool)] = match row.status {
        "draft" => &[("draft", false)],
        "submitted" => &[("draft", false), ("submitted", false)],
        "hidden" => {
            &[("draft", false), ("submitted", false), ("published", true), ("hidden", true)]
        }
        status => &[("draft", false), ("submitted", false), (status, true)],
    };
    for (status, by_admin) in steps {
        query!(
            r#"
            insert into profile_events (musician_id, status, by_account, at)
            values ($1, $2::text::profile_status, $3, $4)
            "#,
            row.id,
            *status,
            if *by_admin { 3 } else { row.account },
            now,
        )
        .execute(&mut *db)
        .await?;
    }
    if let Some((field, remark)) = row.remark {
        query!(
            "insert into profile_remarks (musician_id, field, remark) values ($1, $2, $3)",
            row.id,
            field,
            remark,
        )
        .execute(db)
        .await?;
    }
    Ok(())
}

async fn insert_parts(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    for row in &world.musicians {
        let plays = &row.instruments;
        query!(
            r#"
            insert into musician_instruments (musician_id, instrument_id, gear, is_primary, position)
            select $1, instrument, gear, is_primary, position::smallint
            from unnest($2::bigint[], $3::text[], $4::boolean[])
                 with ordinality as rows (instrument, gear, is_primary, position)
            "#,
            row.id,
            &column(plays, |(instrument, ..)| *instrument),
            &column(plays, |(_, gear, _)| gear.clone()),
            &column(plays, |(.., primary)| *primary),
        )
        .execute(&mut *db)
        .await?;
        query!(
            "insert into musician_genres (musician_id, genre_id) select $1, unnest($2::bigint[])",
            row.id,
            &row.genres,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

async fn insert_hours(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let minute = |text: &str| text.parse::<Minute>().map_or(0, Minute::number);
    let open = world.musicians.iter().flat_map(|row| {
        row.player
            .hours
            .iter()
            .map(move |open| (row.id, open.weekday, minute(&open.from), minute(&open.to)))
    });
    let open: Vec<_> = open.collect();
    query!(
        r#"
        insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
        select * from unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::smallint[])
        "#,
        &column(&open, |row| row.0),
        &column(&open, |row| row.1),
        &column(&open, |row| row.2),
        &column(&open, |row| row.3),
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_calls(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.calls;
    query!(
        r#"
        insert into calls
            (id, producer_id, title, artist, kind, starts_at, ends_at, due_at, zone, place, brief,
             genre_id, created_at)
        overriding system value
        select id, producer, title, artist,
               (case when due_at is null then 'room' else 'remote' end)::call_kind,
               starts_at, ends_at, due_at, zone, place, brief, genre, created_at
        from unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::timestamptz[],
                    $6::timestamptz[], $7::timestamptz[], $8::text[], $9::text[], $10::text[],
                    $11::bigint[], $12::timestamptz[])
             as rows (id, producer, title, artist, starts_at, ends_at, due_at, zone, place, brief,
                      genre, created_at)
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
    )
    .execute(db)
    .await?;
    Ok(())
}

async fn insert_bookings(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.bookings;
    query!(
        r#"
        insert into bookings
            (id, call_id, musician_id, instrument_id, fee, currency, status, reply_by, blocks,
             created_at)
        overriding system value
        select rows.id, call, musician, instrument, fee, currency, status::booking_status, reply_by,
               case when blocks and status in ('confirmed', 'done') then
                   tstzrange(c.starts_at - interval '15 minutes', c.ends_at + interval '15 minutes')
               end,
               c.created_at
        from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                    $6::text[], $7::text[], $8::timestamptz[], $9::boolean[])
             as rows (id, call, musician, instrument, fee, currency, status, reply_by, blocks)
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

async fn insert_credits(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
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
    let says = |credit: &super::model::Credit| json!({ "credited_as": credit.name });
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

async fn insert_notices(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = &world.notices;
    query!(
        r#"
        insert into notices (account_id, text, url, created_at)
        select account, text, url, at
        from unnest($1::bigint[], $2::text[], $3::text[], $4::timestamptz[])
             as rows (account, text, url, at)
        order by at
        "#,
        &column(rows, |row| row.account),
        &column(rows, |row| row.text.clone()),
        &column(rows, |row| row.url.clone()),
        &column(rows, |row| row.at),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Lets the tables count on from the ids that were given here.
async fn count_on(db: &mut PgConnection) -> sqlx::Result<()> {
    query!(
        r#"
        select setval(pg_get_serial_sequence('accounts', 'id'), (select max(id) from accounts))
             + setval(pg_get_serial_sequence('musicians', 'id'), (select max(id) from musicians))
             + setval(pg_get_serial_sequence('calls', 'id'), (select max(id) from calls))
             + setval(pg_get_serial_sequence('bookings', 'id'), (select max(id) from bookings))
             + setval(pg_get_serial_sequence('recordings', 'id'), (select max(id) from recordings))
             + setval(pg_get_serial_sequence('credits', 'id'), (select max(id) from credits)) as done
        "#,
    )
    .fetch_one(db)
    .await?;
    Ok(())
}
