use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{Favourite, KEPT_FOR, MOST};
use crate::values::{AccountId, FavouriteId, MusicianId};

/// Makes whoever else changes this list wait; its version.
pub(super) async fn lock_list(db: &mut PgConnection, account: AccountId) -> sqlx::Result<i32> {
    query_scalar!(
        r#"
        insert into favourite_lists (account_id) values ($1)
        on conflict (account_id) do update set version = favourite_lists.version
        returning version
        "#,
        account as _,
    )
    .fetch_one(db)
    .await
}

/// Tells every older look at the list from now on; its version.
pub(super) async fn turn(db: &mut PgConnection, account: AccountId) -> sqlx::Result<i32> {
    query_scalar!(
        "update favourite_lists set version = version + 1 where account_id = $1 returning version",
        account as _,
    )
    .fetch_one(db)
    .await
}

pub(super) async fn find_version(db: &mut PgConnection, account: AccountId) -> sqlx::Result<i32> {
    let version =
        query_scalar!("select version from favourite_lists where account_id = $1", account as _);
    Ok(version.fetch_optional(db).await?.unwrap_or(0))
}

/// Every read of lines is this one select with its own ending.
macro_rules! select_favourites {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Favourite,
            r#"
            select id as "id: FavouriteId", musician_id as "musician: MusicianId", note, added_at,
                   removed_at
            from favourites
            "# + $ending
            $(, $arg)*
        )
    };
}

/// Who is on the list, in its order.
pub(super) async fn list(
    db: &mut PgConnection,
    account: AccountId,
) -> sqlx::Result<Vec<Favourite>> {
    let list = select_favourites!(
        "where account_id = $1 and removed_at is null order by position, id",
        account as _
    );
    list.fetch_all(db).await
}

/// Who was taken off since `then`, the last first: as many as fit on a list.
pub(super) async fn list_removed(
    db: &mut PgConnection,
    account: AccountId,
    then: DateTime<Utc>,
) -> sqlx::Result<Vec<Favourite>> {
    let list = select_favourites!(
        "where account_id = $1 and removed_at > $2 order by removed_at desc, id limit $3",
        account as _,
        then,
        MOST as i64
    );
    list.fetch_all(db).await
}

/// A line of the account's own list, also of one who was taken off since `then`.
pub(super) async fn find(
    db: &mut PgConnection,
    account: AccountId,
    id: FavouriteId,
    then: DateTime<Utc>,
) -> sqlx::Result<Option<Favourite>> {
    let one = select_favourites!(
        "where account_id = $1 and id = $2 and (removed_at is null or removed_at > $3)",
        account as _,
        id as _,
        then
    );
    one.fetch_optional(db).await
}

/// Puts somebody at the end of the list. Who was there before has their note again, unless that is
/// longer ago than it is kept.
pub(super) async fn insert(
    db: &mut PgConnection,
    account: AccountId,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<FavouriteId> {
    query_scalar!(
        r#"
        insert into favourites as f (account_id, musician_id, position, added_at)
        select $1, $2, coalesce(max(position), 0) + 1, $3 from favourites where account_id = $1
        on conflict (account_id, musician_id) do update
        set position = excluded.position, added_at = excluded.added_at, removed_at = null,
            note = case when f.removed_at > $4 then f.note else '' end
        returning id as "id: FavouriteId"
        "#,
        account as _,
        musician as _,
        now,
        now - KEPT_FOR,
    )
    .fetch_one(db)
    .await
}

pub(super) async fn set_note(
    db: &mut PgConnection,
    id: FavouriteId,
    note: &str,
) -> sqlx::Result<()> {
    query!("update favourites set note = $2 where id = $1", id as _, note).execute(db).await?;
    Ok(())
}

/// Takes a line off the list, or puts it back.
pub(super) async fn set_removed(
    db: &mut PgConnection,
    id: FavouriteId,
    removed_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    query!("update favourites set removed_at = $2 where id = $1", id as _, removed_at)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn set_order(
    db: &mut PgConnection,
    account: AccountId,
    order: &[FavouriteId],
) -> sqlx::Result<()> {
    query!(
        r#"
        update favourites f set position = o.place
        from unnest($2::bigint[]) with ordinality o (id, place)
        where f.id = o.id and f.account_id = $1
        "#,
        account as _,
        order as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Who of these is on the account's list, by the number of their line.
pub(crate) async fn kept_among(
    db: &mut PgConnection,
    account: AccountId,
    musicians: &[MusicianId],
) -> sqlx::Result<HashMap<MusicianId, FavouriteId>> {
    query!(
        r#"
        select musician_id as "musician: MusicianId", id as "id: FavouriteId" from favourites
        where account_id = $1 and musician_id = any($2) and removed_at is null
        "#,
        account as _,
        musicians as &[MusicianId],
    )
    .map(|row| (row.musician, row.id))
    .fetch_all(db)
    .await
    .map(|rows| rows.into_iter().collect())
}

/// Forgets, for good, whoever was taken off and not put back in time.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let gone = query!("delete from favourites where removed_at <= $1", now - KEPT_FOR);
    Ok(gone.execute(db).await?.rows_affected())
}
