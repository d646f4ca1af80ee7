use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Detail, Status};
use crate::{
    accounts::Actor,
    values::{AccountId, Line, MusicianId, Prose, Slug, Zone},
};

/// Starts a draft. None when the account has a profile, or somebody just took the slug.
pub(in crate::musicians) async fn insert(
    db: &mut PgConnection,
    actor: &Actor,
    slug: &Slug,
    zone: Zone,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<MusicianId>> {
    let id = query_scalar!(
        r#"
        insert into musicians (account_id, slug, name, zone, created_at) values ($1, $2, $3, $4, $5)
        on conflict do nothing
        returning id
        "#,
        actor.id as _,
        slug.as_str(),
        actor.name,
        zone as _,
        now,
    )
    .fetch_optional(&mut *db)
    .await?;
    if let Some(id) = id {
        insert_event(db, id, Status::Draft, actor.id, "", now).await?;
    }
    Ok(id)
}

/// Writes what the owner wrote, `place` being the city they mean, provided they saw the newest
/// version. False when they had not.
pub(in crate::musicians) async fn update(
    db: &mut PgConnection,
    id: MusicianId,
    version: i32,
    detail: &Detail,
    place: Option<i64>,
) -> sqlx::Result<bool> {
    let languages: Vec<_> = detail.languages.iter().map(|one| one.code().to_owned()).collect();
    let unions: Vec<_> = detail.unions.iter().map(|one| one.code().to_owned()).collect();
    let changed = query!(
        r#"
        update musicians
        set name = $3, headline = $4, about = $5, place = $6, zone = $7, works_in_room = $8,
            works_remotely = $9, currency = $10, session_rate = $11, song_rate = $12,
            reads_notation = $13, reads_numbers = $14, plays_by_ear = $15, place_id = $16,
            rate_includes = $17, remote_setup = $18, room_setup = $19, languages = $20,
            unions = $21, version = version + 1
        where id = $1 and version = $2
        "#,
        id as _,
        version,
        detail.name.as_str(),
        detail.headline.as_ref().map_or("", Line::as_str),
        detail.about.as_ref().map_or("", Prose::as_str),
        detail.place.as_ref().map_or("", Line::as_str),
        detail.zone as _,
        detail.works_in_room,
        detail.works_remotely,
        detail.currency as _,
        detail.session_rate.map(|rate| rate.minor()),
        detail.song_rate.map(|rate| rate.minor()),
        detail.reads_notation,
        detail.reads_numbers,
        detail.plays_by_ear,
        place,
        detail.rate_includes.as_ref().map_or("", Prose::as_str),
        detail.remote_setup.as_ref().map_or("", Prose::as_str),
        detail.room_setup.as_ref().map_or("", Prose::as_str),
        &languages,
        &unions,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Puts the instruments and genres of `detail` in the place of what was there.
pub(in crate::musicians) async fn replace_parts(
    db: &mut PgConnection,
    id: MusicianId,
    detail: &Detail,
) -> sqlx::Result<()> {
    query!("delete from musician_instruments where musician_id = $1", id as _)
        .execute(&mut *db)
        .await?;
    query!("delete from musician_genres where musician_id = $1", id as _).execute(&mut *db).await?;
    let ids: Vec<i64> = detail.instruments.iter().map(|(id, _)| id.number()).collect();
    let gear: Vec<String> = detail
        .instruments
        .iter()
        .map(|(_, gear)| gear.as_ref().map_or("", Line::as_str).to_owned())
        .collect();
    query!(
        r#"
        insert into musician_instruments (musician_id, instrument_id, gear, is_primary, position)
        select $1, instrument, gear, place = 1, place::smallint
        from unnest($2::bigint[], $3::text[]) with ordinality as rows (instrument, gear, place)
        "#,
        id as _,
        &ids,
        &gear,
    )
    .execute(&mut *db)
    .await?;
    let genres: Vec<i64> = detail.genres.iter().map(|id| id.number()).collect();
    query!(
        "insert into musician_genres (musician_id, genre_id) select $1, unnest($2::bigint[])",
        id as _,
        &genres,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Writes a change of status down with its event, provided the profile still stands at `from`.
pub(in crate::musicians) async fn record(
    db: &mut PgConnection,
    id: MusicianId,
    (from, to): (Status, Status),
    by: AccountId,
    word: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let changed = query!(
        r#"
        update musicians
        set status = $3, version = version + 1,
            published_at = case when $3 = 'published'::profile_status
                                then coalesce(published_at, $4) else published_at end
        where id = $1 and status = $2
        "#,
        id as _,
        from as _,
        to as _,
        now,
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(sqlx::Error::RowNotFound);
    }
    insert_event(db, id, to, by, word, now).await
}

async fn insert_event(
    db: &mut PgConnection,
    id: MusicianId,
    status: Status,
    by: AccountId,
    word: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into profile_events (musician_id, status, by_account, at, word)
        values ($1, $2, $3, $4, $5)
        "#,
        id as _,
        status as _,
        by as _,
        now,
        word,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts what an admin asks to have changed in the place of what was asked before.
pub(in crate::musicians) async fn set_remarks(
    db: &mut PgConnection,
    id: MusicianId,
    remarks: &[(String, String)],
) -> sqlx::Result<()> {
    query!("delete from profile_remarks where musician_id = $1", id as _).execute(&mut *db).await?;
    for (field, remark) in remarks {
        query!(
            "insert into profile_remarks (musician_id, field, remark) values ($1, $2, $3)",
            id as _,
            field,
            remark,
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}

/// What an admin asked to have changed at one field.
#[derive(Clone, Debug)]
pub(crate) struct Remark {
    pub(crate) field: String,
    pub(crate) remark: String,
}

pub(crate) async fn remarks(db: &mut PgConnection, id: MusicianId) -> sqlx::Result<Vec<Remark>> {
    query_as!(
        Remark,
        "select field, remark from profile_remarks where musician_id = $1 order by field",
        id as _,
    )
    .fetch_all(db)
    .await
}

/// A change of a profile's status, as its history tells it.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub(crate) status: Status,
    pub(crate) by: String,
    pub(crate) at: DateTime<Utc>,
    pub(crate) word: String,
}

pub(crate) async fn events(db: &mut PgConnection, id: MusicianId) -> sqlx::Result<Vec<Event>> {
    query_as!(
        Event,
        r#"
        select e.status as "status: Status", a.name as by, e.at, e.word
        from profile_events e join accounts a on a.id = e.by_account
        where e.musician_id = $1 order by e.id
        "#,
        id as _,
    )
    .fetch_all(db)
    .await
}
