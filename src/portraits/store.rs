use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use crate::{
    accounts::Actor,
    files::{FileKey, Stored},
    musicians::Status,
    values::{AccountId, MusicianId},
};

/// A player as the owner of their portrait.
#[derive(Clone, Debug)]
pub(super) struct Player {
    pub(super) id: MusicianId,
    pub(super) name: String,
    pub(super) status: Status,
    /// The hash of the portrait they have.
    pub(super) portrait: Option<String>,
}

/// The actor's own profile.
pub(super) async fn find_player(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    sqlx::query_as!(
        Player,
        r#"
        select m.id, m.name, m.status as "status: Status", p.hash as "portrait?"
        from musicians m left join portraits p on p.musician_id = m.id
        where m.account_id = $1
        "#,
        actor.id as _,
    )
    .fetch_optional(db)
    .await
}

/// As [`find_player`], and nobody else changes their profile until the transaction ends. None where
/// the actor left while their picture was on its way.
pub(super) async fn lock_player(
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

pub(super) async fn insert(
    db: &mut PgConnection,
    musician: MusicianId,
    hash: &str,
    files: &[(u16, Stored)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let sides: Vec<i16> = files.iter().map(|(side, _)| side.cast_signed()).collect();
    let keys: Vec<String> = files.iter().map(|(_, file)| file.key.to_string()).collect();
    let bytes: Vec<i64> = files.iter().map(|(_, file)| file.bytes.cast_signed()).collect();
    query!(
        "insert into portraits (musician_id, hash, created_at) values ($1, $2, $3)",
        musician as _,
        hash,
        now,
    )
    .execute(&mut *db)
    .await?;
    query!(
        r#"
        insert into portrait_files (musician_id, side, key, bytes)
        select $1, side, key, bytes
        from unnest($2::smallint[], $3::text[], $4::bigint[]) as files (side, key, bytes)
        "#,
        musician as _,
        &sides,
        &keys,
        &bytes,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Takes somebody's portrait away; answers the files that are to be deleted after the commit.
pub(super) async fn delete(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<FileKey>> {
    let keys = query_scalar!(
        r#"
        with f as (
            delete from portrait_files f using musicians m
            where m.id = f.musician_id and m.account_id = $1
            returning f.key
        ),
        p as (
            delete from portraits p using musicians m
            where m.id = p.musician_id and m.account_id = $1
        )
        select key as "key: FileKey" from f
        "#,
        account as _,
    )
    .fetch_all(db)
    .await?;
    Ok(keys)
}

/// Every file that a row names.
pub(super) async fn list_keys(db: &mut PgConnection) -> sqlx::Result<Vec<FileKey>> {
    query_scalar!(r#"select key as "key: FileKey" from portrait_files"#).fetch_all(db).await
}

/// A square that may be shown.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) key: FileKey,
    pub(super) bytes: i64,
    pub(super) is_public: bool,
}

/// A square of a portrait, where `viewer` may see it: of a public profile, or as its owner or an
/// admin.
pub(super) async fn find(
    db: &mut PgConnection,
    hash: &str,
    side: i16,
    viewer: Option<&Actor>,
) -> sqlx::Result<Option<Found>> {
    sqlx::query_as!(
        Found,
        r#"
        select f.key as "key: FileKey", f.bytes, m.status = 'published' as "is_public!"
        from portraits p
        join portrait_files f on f.musician_id = p.musician_id
        join musicians m on m.id = p.musician_id
        where p.hash = $1 and f.side = $2 and (m.status = 'published' or m.account_id = $3 or $4)
        order by m.status = 'published' desc
        limit 1
        "#,
        hash,
        side,
        viewer.map(|viewer| viewer.id) as _,
        viewer.is_some_and(|viewer| viewer.is_admin),
    )
    .fetch_optional(db)
    .await
}

/// The file of a player's portrait with this side.
pub(crate) async fn find_file(
    db: &mut PgConnection,
    musician: MusicianId,
    side: i16,
) -> sqlx::Result<Option<FileKey>> {
    query_scalar!(
        r#"select key as "key: FileKey" from portrait_files where musician_id = $1 and side = $2"#,
        musician as _,
        side,
    )
    .fetch_optional(db)
    .await
}
