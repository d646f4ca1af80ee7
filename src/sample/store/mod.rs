mod terms;
mod work;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool, query, query_scalar};

use super::model::{OwnTerms, World};

use crate::values::{Minute, PasswordHash};
pub(super) use terms::pin_terms;
use terms::{insert_agreements, insert_own_terms};
pub(super) use work::insert_digest_lines;
use work::{
    insert_bookings, insert_calls, insert_credits, insert_messages, insert_notices, insert_reviews,
};

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
    own_terms: &[(i64, OwnTerms)],
    password: &PasswordHash,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    insert_accounts(db, world, password, now).await?;
    insert_musicians(db, world, now).await?;
    insert_parts(db, world).await?;
    insert_hours(db, world).await?;
    insert_shapes(db, world).await?;
    insert_own_terms(db, own_terms).await?;
    insert_agreements(db, world).await?;
    insert_calls(db, world).await?;
    insert_bookings(db, world).await?;
    insert_credits(db, world).await?;
    insert_notices(db, world).await?;
    insert_reviews(db, world).await?;
    insert_messages(db, world).await?;
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
        let place = crate::catalog::meant(db, &player.place).await?.map(|place| place.id);
        query!(
            r#"
            insert into musicians
                (id, account_id, slug, name, headline, about, place, zone, works_in_room,
                 works_remotely, currency, session_rate, song_rate, reads_notation, reads_numbers,
                 plays_by_ear, status, created_at, published_at,
                 place_id, rate_includes, remote_setup, room_setup, languages, unions)
            overriding system value
            values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,
                    $17::text::profile_status, $18,
                    case when $17 in ('published', 'hidden') then $18::timestamptz end, $19, $20, $21,
                    $22, $23, $24)
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
            place,
            player.rate_includes,
            player.remote_setup,
            player.room_setup,
            &player.languages,
            &player.unions,
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

/// Everybody sets up and packs for a quarter of an hour, and is half an hour from room to room.
async fn insert_shapes(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let ids: Vec<i64> = world.musicians.iter().map(|row| row.id).collect();
    query!(
        r#"
        insert into day_shapes (musician_id, buffer_before, buffer_after, travel, travel_minutes)
        select id, 15, 15, 'distance', 30 from unnest($1::bigint[]) id
        "#,
        &ids,
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
