use sqlx::{PgConnection, query_as};

use super::super::model::{Extras, Plays, Profile, Status, Union};
use crate::{
    accounts::Actor,
    catalog::in_public,
    values::{AccountId, Currency, GenreId, InstrumentId, Language, Money, MusicianId, Zone},
};
use chrono::{DateTime, Utc};

/// A row of `musicians`, before its instruments and genres are read.
struct Row {
    id: MusicianId,
    account_id: AccountId,
    slug: String,
    name: String,
    headline: String,
    about: String,
    place: String,
    zone: Zone,
    works_in_room: bool,
    works_remotely: bool,
    currency: Currency,
    session_rate: Option<Money>,
    song_rate: Option<Money>,
    rate_includes: String,
    remote_setup: String,
    room_setup: String,
    languages: Vec<String>,
    unions: Vec<String>,
    reads_notation: bool,
    reads_numbers: bool,
    plays_by_ear: bool,
    status: Status,
    version: i32,
    published_at: Option<DateTime<Utc>>,
    portrait: Option<String>,
}

/// Every read of profiles is this one select with its own ending.
macro_rules! select_profiles {
    ($ending:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"
            select m.id, m.account_id, m.slug, m.name, m.headline, m.about, m.place, m.zone,
                   m.works_in_room, m.works_remotely, m.currency,
                   case when m.session_rate is not null
                        then (m.session_rate, m.currency::text) end as "session_rate: Money",
                   case when m.song_rate is not null
                        then (m.song_rate, m.currency::text) end as "song_rate: Money",
                   m.rate_includes, m.remote_setup, m.room_setup, m.languages, m.unions,
                   m.reads_notation, m.reads_numbers, m.plays_by_ear,
                   m.status as "status: Status", m.version,
                   m.published_at,
                   (select p.hash from portraits p where p.musician_id = m.id) as portrait
            from musicians m
            "# + $ending
            $(, $arg)*
        )
    };
}

/// The player behind a public address, one they have or had, while their profile is public. A page
/// sends on to the address they have.
pub(crate) async fn find_published(
    db: &mut PgConnection,
    slug: &str,
) -> sqlx::Result<Option<Profile>> {
    let row = select_profiles!(
        "where m.id = (select s.musician_id from musician_slugs s where s.slug = $1)
           and m.status = 'published'",
        slug
    );
    let row = row.fetch_optional(&mut *db).await?;
    Ok(with_parts(db, row.into_iter().collect()).await?.pop())
}

/// The actor's own profile, whatever its status.
pub(crate) async fn find_owned(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Profile>> {
    let row = select_profiles!("where m.account_id = $1", actor.id as _);
    let row = row.fetch_optional(&mut *db).await?;
    Ok(with_parts(db, row.into_iter().collect()).await?.pop())
}

/// Any profile, whatever its status: for admins.
pub(crate) async fn find_any(
    db: &mut PgConnection,
    id: MusicianId,
) -> sqlx::Result<Option<Profile>> {
    let row = select_profiles!("where m.id = $1", id as _);
    let row = row.fetch_optional(&mut *db).await?;
    Ok(with_parts(db, row.into_iter().collect()).await?.pop())
}

/// As [`find_any`], and nobody else changes it until the transaction ends.
pub(in crate::musicians) async fn lock(
    db: &mut PgConnection,
    id: MusicianId,
) -> sqlx::Result<Option<Profile>> {
    let row = select_profiles!("where m.id = $1 for no key update of m", id as _);
    let row = row.fetch_optional(&mut *db).await?;
    Ok(with_parts(db, row.into_iter().collect()).await?.pop())
}

/// Profiles of a status whose name holds `words`, the longest waiting first, above `after`.
pub(crate) async fn list_by_status(
    db: &mut PgConnection,
    status: Status,
    words: &str,
    after: MusicianId,
    limit: i64,
) -> sqlx::Result<Vec<Profile>> {
    let rows = select_profiles!(
        "where m.status = $1 and m.id > $3 and strpos(plain(m.name), plain($2)) > 0
         order by m.id limit $4",
        status as _,
        words,
        after as _,
        limit
    );
    let rows = rows.fetch_all(&mut *db).await?;
    with_parts(db, rows).await
}

/// The published ones among `ids`, in no order.
pub(crate) async fn list_published(
    db: &mut PgConnection,
    ids: &[MusicianId],
) -> sqlx::Result<Vec<Profile>> {
    let rows =
        select_profiles!("where m.id = any($1) and m.status = 'published'", ids as &[MusicianId]);
    let rows = rows.fetch_all(&mut *db).await?;
    with_parts(db, rows).await
}

/// What there is of a player beside their profile.
pub(in crate::musicians) async fn extras(
    db: &mut PgConnection,
    id: MusicianId,
) -> sqlx::Result<Extras> {
    query_as!(
        Extras,
        r#"
        select exists (select 1 from weekly_hours h where h.musician_id = m.id) as "hours!",
               exists (select 1 from demos d where d.musician_id = m.id) as "demos!",
               m.place_id is not null as "on_the_map!"
        from musicians m where m.id = $1
        "#,
        id as _,
    )
    .fetch_one(db)
    .await
}

/// Reads instruments and genres of several profiles at once.
async fn with_parts(db: &mut PgConnection, rows: Vec<Row>) -> sqlx::Result<Vec<Profile>> {
    struct PlaysRow {
        musician_id: MusicianId,
        plays: Plays,
    }
    let ids: Vec<MusicianId> = rows.iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let plays: Vec<PlaysRow> = sqlx::query!(
        r#"
        select p.musician_id as "musician_id: MusicianId", p.instrument_id as "instrument: InstrumentId",
               i.slug, i.name, p.gear, p.is_primary
        from musician_instruments p
        join instruments i on i.id = p.instrument_id
        where p.musician_id = any($1)
        order by p.musician_id, p.is_primary desc, p.position, i.position
        "#,
        &ids as &[MusicianId],
    )
    .map(|row| PlaysRow {
        musician_id: row.musician_id,
        plays: Plays {
            instrument: row.instrument,
            slug: row.slug,
            name: row.name,
            gear: row.gear,
            is_primary: row.is_primary,
        },
    })
    .fetch_all(&mut *db)
    .await?;
    struct GenreRow {
        musician_id: MusicianId,
        genre_id: GenreId,
    }
    let genres = query_as!(
        GenreRow,
        r#"
        select m.musician_id as "musician_id: _", m.genre_id as "genre_id: _"
        from musician_genres m
        join genres g on g.id = m.genre_id
        where m.musician_id = any($1)
        order by m.musician_id, g.position
        "#,
        &ids as &[MusicianId],
    )
    .fetch_all(db)
    .await?;
    let profile = |row: Row| Profile {
        instruments: plays
            .iter()
            .filter(|plays| plays.musician_id == row.id)
            .map(|row| row.plays.clone())
            .collect(),
        genres: genres
            .iter()
            .filter(|genre| genre.musician_id == row.id)
            .map(|genre| genre.genre_id)
            .collect(),
        id: row.id,
        account_id: row.account_id,
        slug: row.slug,
        name: row.name,
        headline: row.headline,
        about: row.about,
        place: in_public(&row.place),
        place_typed: row.place,
        zone: row.zone,
        works_in_room: row.works_in_room,
        works_remotely: row.works_remotely,
        currency: row.currency,
        session_rate: row.session_rate,
        song_rate: row.song_rate,
        rate_includes: row.rate_includes,
        remote_setup: row.remote_setup,
        room_setup: row.room_setup,
        languages: row.languages.iter().filter_map(|code| Language::of_code(code)).collect(),
        unions: row.unions.iter().filter_map(|code| Union::of_code(code)).collect(),
        reads_notation: row.reads_notation,
        reads_numbers: row.reads_numbers,
        plays_by_ear: row.plays_by_ear,
        status: row.status,
        version: row.version,
        published_at: row.published_at,
        portrait: row.portrait,
    };
    Ok(rows.into_iter().map(profile).collect())
}
