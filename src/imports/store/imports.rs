use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::super::model::{Address, Import, KEPT_FOR, Known, Player, Stretch, hash_of};
use crate::{
    accounts::Actor,
    values::{ImportId, MusicianId},
};

/// The player that `actor` is.
pub(in crate::imports) async fn find_player(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    query_as!(
        Player,
        r#"select id as "id: _", zone as "zone: _" from musicians where account_id = $1"#,
        actor.id as _,
    )
    .fetch_optional(db)
    .await
}

/// As [`find_player`], and nothing else changes their time until the transaction ends. None where
/// the actor left while their calendar was on its way.
pub(in crate::imports) async fn lock_player(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    query!("select id from musicians where account_id = $1 for no key update", actor.id as _)
        .fetch_optional(&mut *db)
        .await?;
    let is_here = query_scalar!(
        r#"select deleted_at is null as "is_here!" from accounts where id = $1"#,
        actor.id as _,
    );
    match is_here.fetch_optional(&mut *db).await? {
        Some(true) => find_player(db, actor).await,
        _ => Ok(None),
    }
}

struct Row {
    id: ImportId,
    name: String,
    url: Option<String>,
    read_at: DateTime<Utc>,
    note: String,
    error: String,
    failing_since: Option<DateTime<Utc>>,
    coming: i64,
    removed_at: Option<DateTime<Utc>>,
}

impl TryFrom<Row> for Import {
    type Error = sqlx::Error;

    fn try_from(row: Row) -> sqlx::Result<Import> {
        Ok(Import {
            id: row.id,
            name: row.name,
            url: row.url.as_deref().map(address).transpose()?,
            read_at: row.read_at,
            note: row.note,
            error: row.error,
            failing_since: row.failing_since,
            coming: row.coming,
            removed_at: row.removed_at,
        })
    }
}

pub(super) fn address(text: &str) -> sqlx::Result<Address> {
    Address::parse(text).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Every read of what its owner sees is this one select with its own ending; $1 is whose, $2 is now.
macro_rules! select_imports {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Row,
            r#"
            select i.id as "id: ImportId", i.name, i.url, i.read_at, i.note, i.error,
                   i.failing_since, i.removed_at,
                   (select count(*) from imported_busy b where b.import_id = i.id
                      and b.slot && tstzrange($2, $2::timestamptz + interval '30 days')) as "coming!"
            from imports i
            where i.musician_id = $1
            "# + $ending
            $(, $arg)*
        )
    };
}

/// What a player reads in, the first first.
pub(in crate::imports) async fn list(
    db: &mut PgConnection,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Import>> {
    let list = select_imports!("and i.removed_at is null order by i.id", musician as _, now);
    list.fetch_all(db).await?.into_iter().map(Import::try_from).collect()
}

/// What was removed and can be put back, the last first.
pub(in crate::imports) async fn list_removed(
    db: &mut PgConnection,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Import>> {
    let list = select_imports!(
        "and i.removed_at > $3 order by i.removed_at desc, i.id",
        musician as _,
        now,
        now - KEPT_FOR
    );
    list.fetch_all(db).await?.into_iter().map(Import::try_from).collect()
}

/// One of a player's own, also one that can still be put back.
pub(in crate::imports) async fn find(
    db: &mut PgConnection,
    musician: MusicianId,
    id: ImportId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Import>> {
    let one = select_imports!(
        "and i.id = $3 and (i.removed_at is null or i.removed_at > $4)",
        musician as _,
        now,
        id as _,
        now - KEPT_FOR
    );
    one.fetch_optional(db).await?.map(Import::try_from).transpose()
}

/// As [`find`], and nobody else changes it until the transaction ends.
pub(in crate::imports) async fn lock(
    db: &mut PgConnection,
    musician: MusicianId,
    id: ImportId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Import>> {
    query!(
        "select id from imports where id = $1 and musician_id = $2 for update",
        id as _,
        musician as _
    )
    .fetch_optional(&mut *db)
    .await?;
    find(db, musician, id, now).await
}

/// A copy as it came, and what its server said of it.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Copy {
    pub(in crate::imports) body: Vec<u8>,
    pub(in crate::imports) hash: [u8; 32],
    pub(in crate::imports) etag: Option<String>,
    pub(in crate::imports) last_modified: Option<String>,
}

impl Copy {
    /// One of which no server said anything.
    pub(in crate::imports) fn of(body: Vec<u8>) -> Copy {
        Copy { hash: Sha256::digest(&body).into(), body, etag: None, last_modified: None }
    }
}

/// A calendar to be read in from now on.
pub(in crate::imports) struct New<'a> {
    pub(in crate::imports) musician: MusicianId,
    pub(in crate::imports) name: &'a str,
    pub(in crate::imports) url: Option<&'a Address>,
    pub(in crate::imports) copy: &'a Copy,
    pub(in crate::imports) note: &'a str,
    pub(in crate::imports) known: Known,
    pub(in crate::imports) stretches: &'a [Stretch],
    pub(in crate::imports) next_at: DateTime<Utc>,
}

/// Keeps it, with the time it takes.
pub(in crate::imports) async fn insert(
    db: &mut PgConnection,
    new: New<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<ImportId> {
    let id = query_scalar!(
        r#"
        insert into imports
            (musician_id, name, url, body, body_hash, etag, last_modified, read_at, note, known,
             zone, busy_hash, tried_at, next_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, tstzrange($10, $11), $12, $13, $8, $14, $8)
        returning id as "id: ImportId"
        "#,
        new.musician as _,
        new.name,
        new.url.map(|url| url.reveal().as_str()),
        new.copy.body,
        &new.copy.hash,
        new.copy.etag,
        new.copy.last_modified,
        now,
        new.note,
        new.known.window.starts_at(),
        new.known.window.ends_at(),
        new.known.zone as _,
        &hash_of(new.stretches),
        new.next_at,
    )
    .fetch_one(&mut *db)
    .await?;
    replace_busy(db, new.musician, id, new.stretches).await?;
    Ok(id)
}

/// Puts these stretches in the place of those it kept busy. Whoever calls holds the player.
pub(in crate::imports) async fn replace_busy(
    db: &mut PgConnection,
    musician: MusicianId,
    id: ImportId,
    stretches: &[Stretch],
) -> sqlx::Result<()> {
    query!("delete from imported_busy where import_id = $1", id as _).execute(&mut *db).await?;
    let from: Vec<DateTime<Utc>> = stretches.iter().map(|it| it.slot.starts_at()).collect();
    let to: Vec<DateTime<Utc>> = stretches.iter().map(|it| it.slot.ends_at()).collect();
    let summaries: Vec<&str> = stretches.iter().map(|it| it.summary.as_str()).collect();
    let all_day: Vec<bool> = stretches.iter().map(|it| it.is_all_day).collect();
    query!(
        r#"
        insert into imported_busy (import_id, musician_id, slot, summary, is_all_day)
        select $1, $2, tstzrange(from_at, to_at), summary, is_all_day
        from unnest($3::timestamptz[], $4::timestamptz[], $5::text[], $6::boolean[])
             as rows (from_at, to_at, summary, is_all_day)
        "#,
        id as _,
        musician as _,
        &from,
        &to,
        &summaries as &[&str],
        &all_day,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::imports) async fn set_name(
    db: &mut PgConnection,
    id: ImportId,
    name: &str,
) -> sqlx::Result<()> {
    query!("update imports set name = $2 where id = $1", id as _, name).execute(db).await?;
    Ok(())
}

/// Removes one, and what it kept busy. What was begun for it comes too late.
pub(in crate::imports) async fn remove(
    db: &mut PgConnection,
    id: ImportId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        with busy as (delete from imported_busy where import_id = $1)
        update imports set removed_at = $2, version = version + 1 where id = $1
        "#,
        id as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Puts one back, due at once, without what it kept busy: that is written out again.
pub(in crate::imports) async fn put_back(
    db: &mut PgConnection,
    id: ImportId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update imports set removed_at = null, next_at = $2, busy_hash = '' where id = $1",
        id as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets, for good, what this player removed, but for the last so many.
pub(in crate::imports) async fn forget_removed(
    db: &mut PgConnection,
    musician: MusicianId,
    but: i64,
) -> sqlx::Result<()> {
    query!(
        r#"
        delete from imports where id in (
            select id from imports where musician_id = $1 and removed_at is not null
            order by removed_at desc, id desc offset $2)
        "#,
        musician as _,
        but,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets, for good, what was removed and not put back in time.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = query!("delete from imports where removed_at <= $1", now - KEPT_FOR);
    Ok(gone.execute(db).await?.rows_affected())
}
