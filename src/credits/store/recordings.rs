use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::{Detail, Part, Recording};
use crate::values::{AccountId, Isrc, RecordingId};

/// A public recording in a list, with how many are credited on it.
pub(in crate::credits) struct Listed {
    pub(in crate::credits) id: RecordingId,
    pub(in crate::credits) title: String,
    pub(in crate::credits) artist: String,
    pub(in crate::credits) isrc: Option<String>,
    pub(in crate::credits) created_at: DateTime<Utc>,
    pub(in crate::credits) credits: i64,
    pub(in crate::credits) players: String,
    pub(in crate::credits) last_played_on: NaiveDate,
}

/// Every list of recordings is this one select: those with a confirmed credit, newest first, below
/// `$2`; `$1` is looked for in title, artist and the names credited.
macro_rules! select_listed {
    ($whose:literal, $($arg:expr),*) => {
        sqlx::query_as!(
            Listed,
            r#"
            select r.id, r.title, r.artist, r.isrc::text as "isrc: _", r.created_at,
                   count(*) as "credits!",
                   string_agg(distinct c.credited_as, ', ') as "players!",
                   max(c.played_on) as "last_played_on!"
            from recordings r
            join credits c on c.recording_id = r.id and c.status = 'confirmed'
            where r.id < $2 "# + $whose + r#"
            group by r.id
            having $1 = '' or plain(r.title || ' ' || r.artist || ' ' || string_agg(c.credited_as, ' '))
                              like '%' || replace(replace(plain($1), '%', '\%'), '_', '\_') || '%'
            order by r.id desc
            limit $3
            "#,
            $($arg),*
        )
    };
}

pub(in crate::credits) async fn list_recordings(
    db: &mut PgConnection,
    words: &str,
    before: RecordingId,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    select_listed!("", words, before as _, limit).fetch_all(db).await
}

/// Those of them that `part` is counted of.
pub(in crate::credits) async fn list_recordings_with(
    db: &mut PgConnection,
    part: &Part,
    words: &str,
    before: RecordingId,
    limit: i64,
) -> sqlx::Result<Vec<Listed>> {
    let genres: Option<Vec<i64>> =
        part.genres.as_ref().map(|genres| genres.iter().map(|id| id.number()).collect());
    select_listed!(
        "and r.id = any(select p.recording_id from credits p
                        where p.musician_id = $4 and p.status = 'confirmed'
                          and ($5::bigint is null or p.instrument_id = $5)
                          and ($6::bigint[] is null or p.genre_id = any($6)))",
        words,
        before as _,
        limit,
        part.musician as _,
        part.instrument as _,
        genres.as_deref() as _
    )
    .fetch_all(db)
    .await
}

/// The recording that `detail` means: the one with its ISRC, or one of the same title and artist
/// that came from the same producer's bookings.
pub(in crate::credits) async fn find_recording(
    db: &mut PgConnection,
    detail: &Detail,
    producer: AccountId,
) -> sqlx::Result<Option<Recording>> {
    let row = query!(
        r#"
        select r.id, r.title, r.artist, r.isrc::text as "isrc: String", r.created_at
        from recordings r
        where r.isrc = $1
           or (plain(r.title) = plain($2) and plain(r.artist) = plain($3)
               and (r.isrc is null or $1::text is null)
               and exists (select 1 from credits c
                           join bookings b on b.id = c.booking_id
                           join calls k on k.id = b.call_id
                           where c.recording_id = r.id and k.producer_id = $4))
        order by r.isrc is not distinct from $1 desc, r.id
        limit 1
        "#,
        detail.isrc.as_ref().map(Isrc::as_str),
        detail.title.as_str(),
        detail.artist.as_str(),
        producer as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Recording {
        id: row.id,
        title: row.title,
        artist: row.artist,
        isrc: row.isrc.and_then(|isrc| isrc.parse().ok()),
        created_at: row.created_at,
    }))
}

pub(in crate::credits) async fn insert_recording(
    db: &mut PgConnection,
    detail: &Detail,
    now: DateTime<Utc>,
) -> sqlx::Result<RecordingId> {
    query_scalar!(
        r#"
        insert into recordings (title, artist, isrc, created_at) values ($1, $2, $3, $4)
        returning id
        "#,
        detail.title.as_str(),
        detail.artist.as_str(),
        detail.isrc.as_ref().map(Isrc::as_str),
        now,
    )
    .fetch_one(db)
    .await
}

/// Gives a recording the ISRC it did not have.
pub(in crate::credits) async fn set_isrc(
    db: &mut PgConnection,
    recording: RecordingId,
    isrc: &Isrc,
) -> sqlx::Result<()> {
    query!(
        "update recordings set isrc = $2 where id = $1 and isrc is null",
        recording as _,
        isrc.as_str(),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a recording that no credit is left on.
pub(in crate::credits) async fn remove_if_bare(
    db: &mut PgConnection,
    recording: RecordingId,
) -> sqlx::Result<()> {
    query!(
        r#"
        delete from recordings r
        where r.id = $1 and not exists (select 1 from credits c where c.recording_id = r.id)
        "#,
        recording as _,
    )
    .execute(db)
    .await?;
    Ok(())
}
