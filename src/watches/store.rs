use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{KEPT_FOR, STOPS_KEPT, Watch};
use crate::values::{AccountId, MusicianId, SecretHash, WatchId, Zone};

/// Makes whoever else keeps, or puts back, searches of this account wait.
pub(super) async fn lock_owner(db: &mut PgConnection, account: AccountId) -> sqlx::Result<()> {
    query!("select id from accounts where id = $1 for no key update", account as _)
        .fetch_one(db)
        .await?;
    Ok(())
}

/// Every read of watches is this one select with its own ending.
macro_rules! select_watches {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Watch,
            r#"
            select w.id as "id: WatchId", w.account_id as "account: AccountId", w.name, w.query,
                   w.zone as "zone: Zone", w.known as "known: Vec<MusicianId>", w.mails,
                   w.mailed_at, w.created_at, w.removed_at
            from watches w
            "# + $ending
            $(, $arg)*
        )
    };
}

/// What an account keeps, the latest first.
pub(super) async fn list(db: &mut PgConnection, account: AccountId) -> sqlx::Result<Vec<Watch>> {
    let list = select_watches!(
        "where w.account_id = $1 and w.removed_at is null order by w.id desc",
        account as _
    );
    list.fetch_all(db).await
}

/// What was removed since `then`, the last first.
pub(super) async fn list_removed(
    db: &mut PgConnection,
    account: AccountId,
    then: DateTime<Utc>,
) -> sqlx::Result<Vec<Watch>> {
    let list = select_watches!(
        "where w.account_id = $1 and w.removed_at > $2 order by w.removed_at desc, w.id",
        account as _,
        then
    );
    list.fetch_all(db).await
}

/// One of the account's own, also one that was removed since `then`; it waits for whoever changes
/// it or looks it through.
pub(super) async fn lock(
    db: &mut PgConnection,
    account: AccountId,
    id: WatchId,
    then: DateTime<Utc>,
) -> sqlx::Result<Option<Watch>> {
    let one = select_watches!(
        r#"where w.account_id = $1 and w.id = $2 and (w.removed_at is null or w.removed_at > $3)
           for update"#,
        account as _,
        id as _,
        then
    );
    one.fetch_optional(db).await
}

pub(super) async fn find(
    db: &mut PgConnection,
    account: AccountId,
    id: WatchId,
) -> sqlx::Result<Option<Watch>> {
    let one = select_watches!(
        "where w.account_id = $1 and w.id = $2 and w.removed_at is null",
        account as _,
        id as _
    );
    one.fetch_optional(db).await
}

/// The one that has waited longest of those that are due and that no other server looks through
/// just now. Whoever leaves with it waits until that is done.
pub(super) async fn lock_due(
    db: &mut PgConnection,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<WatchId>> {
    query_scalar!(
        r#"
        select w.id as "id: WatchId"
        from watches w join accounts a on a.id = w.account_id
        where w.due_at <= $1 and w.mails and w.removed_at is null
        order by w.due_at limit 1
        for update of w skip locked for key share of a skip locked
        "#,
        now,
    )
    .fetch_optional(db)
    .await
}

/// One that is locked.
pub(super) async fn get(db: &mut PgConnection, id: WatchId) -> sqlx::Result<Watch> {
    select_watches!("where w.id = $1", id as _).fetch_one(db).await
}

/// A search to be kept.
pub(super) struct New<'a> {
    pub(super) account: AccountId,
    pub(super) name: &'a str,
    pub(super) query: &'a str,
    pub(super) zone: Zone,
    pub(super) known: &'a [MusicianId],
}

pub(super) async fn insert(
    db: &mut PgConnection,
    new: New<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<WatchId> {
    query_scalar!(
        r#"
        insert into watches (account_id, name, query, zone, known, due_at, created_at)
        values ($1, $2, $3, $4, $5, $6, $6)
        returning id as "id: WatchId"
        "#,
        new.account as _,
        new.name,
        new.query,
        new.zone as _,
        new.known as &[MusicianId],
        now,
    )
    .fetch_one(db)
    .await
}

pub(super) async fn set_name(db: &mut PgConnection, id: WatchId, name: &str) -> sqlx::Result<()> {
    query!("update watches set name = $2 where id = $1", id as _, name).execute(db).await?;
    Ok(())
}

/// Switches its mails on, from `due_at`, or off.
pub(super) async fn set_mails(
    db: &mut PgConnection,
    id: WatchId,
    mails: bool,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("update watches set mails = $2, due_at = $3 where id = $1", id as _, mails, due_at)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn set_removed(
    db: &mut PgConnection,
    id: WatchId,
    removed_at: Option<DateTime<Utc>>,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update watches set removed_at = $2, due_at = $3 where id = $1",
        id as _,
        removed_at,
        due_at
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Forgets, for good, what this account removed, but for the last so many.
pub(super) async fn forget_removed(
    db: &mut PgConnection,
    account: AccountId,
    but: i64,
) -> sqlx::Result<()> {
    query!(
        r#"
        delete from watches where id in (
            select id from watches where account_id = $1 and removed_at is not null
            order by removed_at desc, id desc offset $2)
        "#,
        account as _,
        but,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// When it is looked through again: never, without a time.
pub(super) async fn set_due(
    db: &mut PgConnection,
    id: WatchId,
    due_at: Option<DateTime<Utc>>,
) -> sqlx::Result<()> {
    query!("update watches set due_at = $2 where id = $1", id as _, due_at).execute(db).await?;
    Ok(())
}

/// Adds to those it is known to have found.
pub(super) async fn learn(
    db: &mut PgConnection,
    id: WatchId,
    found: &[MusicianId],
) -> sqlx::Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    query!(
        "update watches set known = known || $2::bigint[] where id = $1",
        id as _,
        found as &[MusicianId],
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Notes that its owner was told, and when they may be told again.
pub(super) async fn set_told(
    db: &mut PgConnection,
    id: WatchId,
    now: DateTime<Utc>,
    due_at: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("update watches set mailed_at = $2, due_at = $3 where id = $1", id as _, now, due_at)
        .execute(db)
        .await?;
    Ok(())
}

pub(super) async fn insert_stop(
    db: &mut PgConnection,
    hash: SecretHash,
    id: WatchId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "insert into watch_stops (token_hash, watch_id, created_at) values ($1, $2, $3)",
        hash.as_bytes(),
        id as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Whose mails a link stops, whether it is removed or not.
pub(super) async fn find_by_stop(
    db: &mut PgConnection,
    hash: SecretHash,
) -> sqlx::Result<Option<Watch>> {
    let one = select_watches!(
        "join watch_stops s on s.watch_id = w.id where s.token_hash = $1",
        hash.as_bytes()
    );
    one.fetch_optional(db).await
}

/// Stops the mails of one; whether there were any to stop.
pub(super) async fn stop(db: &mut PgConnection, id: WatchId) -> sqlx::Result<bool> {
    let stopped = query!("update watches set mails = false where id = $1 and mails", id as _);
    Ok(stopped.execute(db).await?.rows_affected() > 0)
}

/// Forgets, for good, what was removed and not put back in time, and links of mails long past.
pub(crate) async fn prune(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let links = query!("delete from watch_stops where created_at <= $1", now - STOPS_KEPT)
        .execute(&mut *db)
        .await?;
    let gone =
        query!("delete from watches where removed_at <= $1", now - KEPT_FOR).execute(db).await?;
    Ok(links.rows_affected() + gone.rows_affected())
}
