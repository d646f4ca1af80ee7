use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{Detail, Edition, Feed, Name, Source};
use crate::{
    accounts::Actor,
    values::{FeedId, MusicianId, SecretHash},
};

/// The player that `actor` is.
pub(super) async fn find_own(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<MusicianId>> {
    query_scalar!("select id from musicians where account_id = $1", actor.id as _)
        .fetch_optional(db)
        .await
}

/// As [`find_own`], and whoever else makes feeds of this player waits.
pub(super) async fn lock_own(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<MusicianId>> {
    query_scalar!("select id from musicians where account_id = $1 for no key update", actor.id as _)
        .fetch_optional(db)
        .await
}

/// A player's feeds, the latest first.
pub(super) async fn list(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<Vec<Feed>> {
    query_as!(
        Feed,
        r#"
        select id, name, detail as "detail: Detail", created_at, read_at
        from feeds where musician_id = $1 order by id desc
        "#,
        musician as _,
    )
    .fetch_all(db)
    .await
}

/// A feed that is about to be made.
pub(super) struct New<'a> {
    pub(super) musician: MusicianId,
    pub(super) hash: SecretHash,
    pub(super) name: &'a Name,
    pub(super) detail: Detail,
}

pub(super) async fn insert(
    db: &mut PgConnection,
    new: New<'_>,
    now: DateTime<Utc>,
) -> sqlx::Result<Feed> {
    query_as!(
        Feed,
        r#"
        insert into feeds (musician_id, secret_hash, name, detail, created_at)
        values ($1, $2, $3, $4, $5)
        returning id, name, detail as "detail: Detail", created_at, read_at
        "#,
        new.musician as _,
        new.hash.as_bytes(),
        new.name.as_str(),
        new.detail as _,
        now,
    )
    .fetch_one(db)
    .await
}

/// Forgets one of the actor's feeds; what it was called.
pub(super) async fn delete(
    db: &mut PgConnection,
    actor: &Actor,
    id: FeedId,
) -> sqlx::Result<Option<String>> {
    query_scalar!(
        r#"
        delete from feeds f using musicians m
        where f.id = $1 and m.id = f.musician_id and m.account_id = $2
        returning f.name
        "#,
        id as _,
        actor.id as _,
    )
    .fetch_optional(db)
    .await
}

/// The feed whose address has this secret.
pub(super) async fn find_by_secret(
    db: &mut PgConnection,
    hash: SecretHash,
) -> sqlx::Result<Option<Source>> {
    query_as!(
        Source,
        r#"
        select f.id, f.detail as "detail: Detail", f.musician_id, m.name as musician, m.zone,
               f.read_at, f.content, f.changed_at
        from feeds f join musicians m on m.id = f.musician_id
        where f.secret_hash = $1
        "#,
        hash.as_bytes(),
    )
    .fetch_optional(db)
    .await
}

/// Notes that this edition was read, unless somebody noted another meanwhile: theirs is as new.
pub(super) async fn note_reading(
    db: &mut PgConnection,
    source: &Source,
    edition: &Edition,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        update feeds set read_at = $2, content = $3, changed_at = $4
        where id = $1 and changed_at is not distinct from $5
        "#,
        source.id as _,
        now,
        edition.content.as_slice(),
        edition.changed_at,
        source.changed_at,
    )
    .execute(db)
    .await?;
    Ok(())
}
