use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::{
    super::model::{Address, FRESH, Known, LEASE, TRIED_JUST_NOW},
    imports::{Copy, address},
};
use crate::values::{AccountId, ImportId, MusicianId, Slot, Zone};

/// A calendar that somebody has taken to look at: for some minutes, nobody else does.
#[derive(Clone, Debug)]
pub(in crate::imports) struct Due {
    pub(in crate::imports) id: ImportId,
    pub(in crate::imports) musician: MusicianId,
    pub(in crate::imports) account: AccountId,
    /// The player's clock, as it is now.
    pub(in crate::imports) zone: Zone,
    pub(in crate::imports) name: String,
    pub(in crate::imports) url: Option<Address>,
    pub(in crate::imports) etag: Option<String>,
    pub(in crate::imports) last_modified: Option<String>,
    pub(in crate::imports) body_hash: Vec<u8>,
    pub(in crate::imports) known: Known,
    pub(in crate::imports) busy_hash: Vec<u8>,
    pub(in crate::imports) read_at: DateTime<Utc>,
    pub(in crate::imports) failures: i16,
    pub(in crate::imports) failing_since: Option<DateTime<Utc>>,
    pub(in crate::imports) told_at: Option<DateTime<Utc>>,
    pub(in crate::imports) version: i64,
}

/// Takes calendars, in the ways that follow; $1 is now, $2 is until when they are whose took them.
macro_rules! take {
    ($which:literal $(, $arg:expr)*) => {
        query!(
            "with due as (" + $which + r#"
                for update of i skip locked
            )
            update imports i set tried_at = $1, next_at = $2
            from due, musicians m
            where i.id = due.id and m.id = i.musician_id
            returning i.id as "id: ImportId", i.musician_id as "musician: MusicianId",
                m.account_id as "account: AccountId", m.zone as "zone: Zone", i.name, i.url, i.etag,
                i.last_modified, i.body_hash, i.busy_hash, i.read_at, i.failures, i.failing_since,
                i.told_at, i.version, (lower(i.known), upper(i.known)) as "window!: Slot",
                i.zone as "known_by: Zone"
            "#
            $(, $arg)*
        )
        .try_map(|row| {
            Ok(Due {
                id: row.id,
                musician: row.musician,
                account: row.account,
                zone: row.zone,
                name: row.name,
                url: row.url.as_deref().map(address).transpose()?,
                etag: row.etag,
                last_modified: row.last_modified,
                body_hash: row.body_hash,
                known: Known { window: row.window, zone: row.known_by },
                busy_hash: row.busy_hash,
                read_at: row.read_at,
                failures: row.failures,
                failing_since: row.failing_since,
                told_at: row.told_at,
                version: row.version,
            })
        })
    };
}

/// Some that are due and that nobody else is at, those that have waited longest first.
pub(in crate::imports) async fn take_due(
    db: &mut PgConnection,
    limit: i64,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Due>> {
    let due = take!(
        r#"select i.id from imports i where i.next_at <= $1 and i.removed_at is null
           order by i.next_at limit $3"#,
        now,
        now + LEASE,
        limit
    );
    due.fetch_all(db).await
}

/// Those of a player whose copy is not fresh, and that were not tried just now.
pub(in crate::imports) async fn take_stale(
    db: &mut PgConnection,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Due>> {
    let due = take!(
        r#"select i.id from imports i
           where i.musician_id = $3 and i.url is not null and i.removed_at is null
             and i.read_at < $4 and i.tried_at < $5"#,
        now,
        now + LEASE,
        musician as _,
        now - FRESH,
        now - TRIED_JUST_NOW
    );
    due.fetch_all(db).await
}

/// Whether there is anything that [`take_stale`] would take.
pub(crate) async fn is_stale(
    db: &mut PgConnection,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"
        select exists (select from imports
                       where musician_id = $1 and url is not null and removed_at is null
                         and read_at < $2 and tried_at < $3) as "is!"
        "#,
        musician as _,
        now - FRESH,
        now - TRIED_JUST_NOW,
    )
    .fetch_one(db)
    .await
}

/// One of a player's own, whether it is due or not.
pub(in crate::imports) async fn take(
    db: &mut PgConnection,
    musician: MusicianId,
    id: ImportId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Due>> {
    let due = take!(
        "select i.id from imports i
         where i.musician_id = $3 and i.id = $4 and i.removed_at is null",
        now,
        now + LEASE,
        musician as _,
        id as _
    );
    due.fetch_optional(db).await
}

/// The last good copy of one.
pub(in crate::imports) async fn find_body(
    db: &mut PgConnection,
    id: ImportId,
) -> sqlx::Result<Option<Vec<u8>>> {
    query_scalar!("select body from imports where id = $1", id as _).fetch_optional(db).await
}

/// Notes that the copy of one is what its server had at that time. False where it came too late.
pub(in crate::imports) async fn set_read(
    db: &mut PgConnection,
    due: &Due,
    copy: Option<&Copy>,
    read_at: DateTime<Utc>,
    next_at: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let written = query!(
        r#"
        update imports
        set body = coalesce($3, body), body_hash = coalesce($4, body_hash),
            etag = case when $3::bytea is null then etag else $5 end,
            last_modified = case when $3::bytea is null then last_modified else $6 end,
            read_at = $7, next_at = $8, failures = 0, failing_since = null, error = '',
            told_at = null, version = version + 1
        where id = $1 and version = $2 and removed_at is null
        "#,
        due.id as _,
        due.version,
        copy.map(|copy| &copy.body[..]),
        copy.map(|copy| &copy.hash[..]),
        copy.and_then(|copy| copy.etag.as_deref()),
        copy.and_then(|copy| copy.last_modified.as_deref()),
        read_at,
        next_at,
    );
    Ok(written.execute(db).await?.rows_affected() > 0)
}

/// Notes that one could not be read, and why. False where it came too late.
pub(in crate::imports) async fn set_failed(
    db: &mut PgConnection,
    due: &Due,
    error: &str,
    told_at: Option<DateTime<Utc>>,
    next_at: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let written = query!(
        r#"
        update imports
        set failures = least(failures + 1, 30000)::smallint,
            failing_since = coalesce(failing_since, $3), error = $4, told_at = $5, next_at = $6,
            version = version + 1
        where id = $1 and version = $2 and removed_at is null
        "#,
        due.id as _,
        due.version,
        now,
        error,
        told_at,
        next_at,
    );
    Ok(written.execute(db).await?.rows_affected() > 0)
}

/// Notes how far one is written out, and what of it could not be read.
pub(in crate::imports) async fn set_known(
    db: &mut PgConnection,
    id: ImportId,
    known: Known,
    busy_hash: &[u8],
    note: &str,
) -> sqlx::Result<()> {
    query!(
        r#"
        update imports
        set known = tstzrange($2, $3), zone = $4, busy_hash = $5, note = $6 where id = $1
        "#,
        id as _,
        known.window.starts_at(),
        known.window.ends_at(),
        known.zone as _,
        busy_hash,
        note,
    )
    .execute(db)
    .await?;
    Ok(())
}
