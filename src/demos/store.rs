use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{Bytes, Credited, Demo, Detail};
use crate::{
    accounts::Actor,
    files::FileKey,
    values::{AccountId, CreditId, DemoId, GenreId, InstrumentId, Line, MusicianId, RecordingId},
};

/// A player as their demos see them.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) id: MusicianId,
    pub(super) slug: String,
    pub(super) is_public: bool,
    /// Of which a demo may be; the primary first.
    pub(super) instruments: Vec<Plays>,
    pub(super) genres: Vec<GenreId>,
    /// That a demo may be a part of, newest first.
    pub(super) credits: Vec<Credited>,
}

#[derive(Clone, Debug)]
pub(super) struct Plays {
    pub(super) id: InstrumentId,
    pub(super) slug: String,
    pub(super) name: String,
}

pub(super) async fn find_player(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    let row = query!(
        r#"
        select id as "id: MusicianId", slug, status = 'published' as "is_public!"
        from musicians where account_id = $1
        "#,
        actor.id as _,
    );
    let Some(row) = row.fetch_optional(&mut *db).await? else { return Ok(None) };
    let instruments = query_as!(
        Plays,
        r#"
        select i.id as "id: _", i.slug, i.name
        from musician_instruments p
        join instruments i on i.id = p.instrument_id
        where p.musician_id = $1
        order by p.is_primary desc, p.position
        "#,
        row.id as _,
    );
    let instruments = instruments.fetch_all(&mut *db).await?;
    let genres = query_scalar!(
        r#"
        select g.id as "id: GenreId"
        from musician_genres m
        join genres g on g.id = m.genre_id
        where m.musician_id = $1
        order by g.position
        "#,
        row.id as _,
    );
    let genres = genres.fetch_all(&mut *db).await?;
    let credits = credits(db, row.id).await?;
    let (id, slug, is_public) = (row.id, row.slug, row.is_public);
    Ok(Some(Player { id, slug, is_public, instruments, genres, credits }))
}

/// A player's confirmed credits, newest first.
async fn credits(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<Vec<Credited>> {
    query_as!(
        Credited,
        r#"
        select c.id as "id: _", r.id as "recording: _", r.title, r.artist, c.played_on
        from credits c
        join recordings r on r.id = c.recording_id
        where c.musician_id = $1 and c.status = 'confirmed'
        order by c.played_on desc, c.id desc
        limit 200
        "#,
        musician as _,
    )
    .fetch_all(db)
    .await
}

/// One who adds, moves or removes demos waits for who does it at the same time; whether the player
/// is still with us: a file is long on its way, and its sender may leave meanwhile.
pub(super) async fn lock(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<bool> {
    query!("select id from musicians where id = $1 for no key update", musician as _)
        .fetch_one(&mut *db)
        .await?;
    // Another statement, because this one sees what was committed while the first waited.
    query_scalar!(
        r#"
        select a.deleted_at is null as "is_here!"
        from musicians m join accounts a on a.id = m.account_id
        where m.id = $1
        "#,
        musician as _,
    )
    .fetch_one(db)
    .await
}

struct Row {
    id: DemoId,
    title: String,
    part: String,
    instrument: String,
    instrument_slug: String,
    genre: String,
    genre_slug: String,
    format: String,
    duration_ms: i32,
    lufs: f32,
    peaks: Vec<u8>,
    created_at: DateTime<Utc>,
    credit: Option<CreditId>,
    recording: Option<RecordingId>,
    recording_title: Option<String>,
    artist: Option<String>,
    played_on: Option<NaiveDate>,
}

impl From<Row> for Demo {
    fn from(row: Row) -> Demo {
        let credit = || {
            Some(Credited {
                id: row.credit?,
                recording: row.recording?,
                title: row.recording_title?,
                artist: row.artist?,
                played_on: row.played_on?,
            })
        };
        Demo {
            credit: credit(),
            id: row.id,
            title: row.title,
            part: row.part,
            instrument: row.instrument,
            instrument_slug: row.instrument_slug,
            genre: row.genre,
            genre_slug: row.genre_slug,
            format: row.format,
            duration_ms: row.duration_ms,
            lufs: row.lufs,
            peaks: row.peaks,
            created_at: row.created_at,
        }
    }
}

/// A credit that is no longer theirs or no longer confirmed is not told of.
macro_rules! select_demos {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Row,
            r#"
            select d.id as "id: _", d.title, d.part, i.name as instrument, i.slug as instrument_slug, g.name as genre,
                   g.slug as genre_slug, d.format, d.duration_ms, d.lufs, d.peaks, d.created_at,
                   c.id as "credit?: _", r.id as "recording?: _",
                   r.title as "recording_title?", r.artist as "artist?", c.played_on as "played_on?"
            from demos d
            join instruments i on i.id = d.instrument_id
            join genres g on g.id = d.genre_id
            left join credits c on c.id = d.credit_id and c.musician_id = d.musician_id
                               and c.status = 'confirmed'
            left join recordings r on r.id = c.recording_id
            "# + $ending
            $(, $arg)*
        )
    };
}

/// A player's demos in the order they gave them. Whether the profile is public is asked before.
pub(crate) async fn list(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<Vec<Demo>> {
    let rows = select_demos!("where d.musician_id = $1 order by d.position, d.id", musician as _);
    Ok(rows.fetch_all(db).await?.into_iter().map(Demo::from).collect())
}

pub(super) async fn find(
    db: &mut PgConnection,
    musician: MusicianId,
    id: DemoId,
) -> sqlx::Result<Option<Demo>> {
    let row = select_demos!("where d.musician_id = $1 and d.id = $2", musician as _, id as _);
    Ok(row.fetch_optional(db).await?.map(Demo::from))
}

/// Where a demo's bytes are, for one who may hear it.
pub(super) async fn find_bytes(
    db: &mut PgConnection,
    id: DemoId,
    viewer: Option<&Actor>,
) -> sqlx::Result<Option<Bytes>> {
    query_as!(
        Bytes,
        r#"
        select d.file_key as "original: _", d.format, d.file_bytes as original_bytes,
               d.playable_key as "playable: _", d.playable_bytes
        from demos d
        join musicians m on m.id = d.musician_id
        where d.id = $1 and (m.status = 'published' or m.account_id = $2 or $3)
        "#,
        id as _,
        viewer.map(|actor| actor.id) as Option<AccountId>,
        viewer.is_some_and(|actor| actor.is_admin),
    )
    .fetch_optional(db)
    .await
}

/// The demo that this form made before, with the hash of its file.
pub(super) async fn find_sent(
    db: &mut PgConnection,
    musician: MusicianId,
    form_key: &str,
) -> sqlx::Result<Option<(DemoId, Vec<u8>)>> {
    let row = query!(
        r#"select id as "id: DemoId", sha256 from demos where musician_id = $1 and form_key = $2"#,
        musician as _,
        form_key,
    );
    Ok(row.fetch_optional(db).await?.map(|row| (row.id, row.sha256)))
}

pub(super) async fn count(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<i64> {
    let n = query_scalar!(
        r#"select count(*) as "n!" from demos where musician_id = $1"#,
        musician as _
    );
    n.fetch_one(db).await
}

/// What is written of a file, once it was heard.
#[derive(Clone, Debug)]
pub(super) struct File<'a> {
    pub(super) key: &'a FileKey,
    pub(super) format: &'static str,
    pub(super) bytes: i64,
    pub(super) sha256: &'a [u8],
    pub(super) playable: Option<(&'a FileKey, i64)>,
    pub(super) duration_ms: i32,
    pub(super) lufs: f32,
    pub(super) peaks: &'a [u8],
}

/// Puts a demo at the end of the list. None when this form made one before. A credit that is not
/// theirs, or no longer confirmed, is left out.
pub(super) async fn insert(
    db: &mut PgConnection,
    musician: MusicianId,
    detail: &Detail,
    file: &File<'_>,
    form_key: Option<&str>,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<DemoId>> {
    query_scalar!(
        r#"
        insert into demos (musician_id, instrument_id, genre_id, credit_id, title, part, position,
                           file_key, format, file_bytes, sha256, playable_key, playable_bytes,
                           duration_ms, lufs, peaks, form_key, created_at)
        select $1, $2, $3,
               (select id from credits where id = $4 and musician_id = $1 and status = 'confirmed'),
               $5, $6,
               (select coalesce(max(position), 0) + 1 from demos where musician_id = $1)::smallint,
               $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17
        on conflict (musician_id, form_key) do nothing
        returning id as "id: DemoId"
        "#,
        musician as _,
        detail.instrument as _,
        detail.genre as _,
        detail.credit as Option<CreditId>,
        detail.title.as_str(),
        detail.part.as_ref().map_or("", Line::as_str),
        file.key as _,
        file.format,
        file.bytes,
        file.sha256,
        file.playable.map(|(key, _)| key) as Option<&FileKey>,
        file.playable.map(|(_, bytes)| bytes),
        file.duration_ms,
        file.lufs,
        file.peaks,
        form_key,
        now,
    )
    .fetch_optional(db)
    .await
}

pub(super) async fn update(
    db: &mut PgConnection,
    musician: MusicianId,
    id: DemoId,
    detail: &Detail,
) -> sqlx::Result<bool> {
    let changed = query!(
        r#"
        update demos
        set instrument_id = $3, genre_id = $4, title = $6, part = $7,
            credit_id = (select id from credits
                         where id = $5 and musician_id = $1 and status = 'confirmed')
        where musician_id = $1 and id = $2
        "#,
        musician as _,
        id as _,
        detail.instrument as _,
        detail.genre as _,
        detail.credit as Option<CreditId>,
        detail.title.as_str(),
        detail.part.as_ref().map_or("", Line::as_str),
    );
    Ok(changed.execute(db).await?.rows_affected() == 1)
}

/// Puts a player's demos into this order.
pub(super) async fn arrange(
    db: &mut PgConnection,
    musician: MusicianId,
    order: &[DemoId],
) -> sqlx::Result<()> {
    query!(
        r#"
        update demos set position = place::smallint
        from unnest($2::bigint[]) with ordinality as list (demo, place)
        where musician_id = $1 and id = demo
        "#,
        musician as _,
        order as &[DemoId],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Deletes a demo; answers which files are named no longer, or None where there was none.
pub(super) async fn delete(
    db: &mut PgConnection,
    musician: MusicianId,
    id: DemoId,
) -> sqlx::Result<Option<Vec<FileKey>>> {
    let row = query!(
        r#"
        delete from demos where musician_id = $1 and id = $2
        returning file_key as "file: FileKey", playable_key as "playable: FileKey"
        "#,
        musician as _,
        id as _,
    );
    let row = row.fetch_optional(db).await?;
    Ok(row.map(|row| std::iter::once(row.file).chain(row.playable).collect()))
}

/// Deletes all of an account's demos; answers which files are named no longer.
pub(super) async fn delete_all(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    let rows = query!(
        r#"
        delete from demos d using musicians m
        where m.id = d.musician_id and m.account_id = $1
        returning file_key as "file: FileKey", playable_key as "playable: FileKey"
        "#,
        account as _,
    );
    let rows = rows.fetch_all(db).await?;
    Ok(rows.into_iter().flat_map(|row| std::iter::once(row.file).chain(row.playable)).collect())
}

/// Every file that a row names.
pub(super) async fn named(db: &mut PgConnection) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(
        r#"
        select file_key as "key!: FileKey" from demos
        union all
        select playable_key from demos where playable_key is not null
        "#,
    )
    .fetch_all(db)
    .await
}
