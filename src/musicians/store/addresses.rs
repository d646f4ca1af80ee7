use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use crate::values::{MusicianId, Slug};

/// One at a time chooses an address, until the transaction ends.
pub(in crate::musicians) async fn lock_slugs(db: &mut PgConnection) -> sqlx::Result<()> {
    query!("select pg_advisory_xact_lock(1978) as locked").fetch_one(db).await?;
    Ok(())
}

/// Whether an address is, or ever was, that of somebody other than `whose`.
pub(in crate::musicians) async fn slug_taken(
    db: &mut PgConnection,
    slug: &str,
    whose: Option<MusicianId>,
) -> sqlx::Result<bool> {
    query_scalar!(
        r#"
        select exists (select 1 from musician_slugs
                       where slug = $1 and musician_id is distinct from $2) as "taken!"
        "#,
        slug,
        whose as _,
    )
    .fetch_one(db)
    .await
}

/// Writes down what a profile is reached by from now on, and that it was changed.
pub(in crate::musicians) async fn set_slug(
    db: &mut PgConnection,
    id: MusicianId,
    slug: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!("update musicians set slug = $2, changed_at = $3 where id = $1", id as _, slug, now,)
        .execute(db)
        .await?;
    Ok(())
}

/// Gives free every address of a profile but the one it has: nobody ever saw them.
pub(in crate::musicians) async fn forget_old_slugs(
    db: &mut PgConnection,
    id: MusicianId,
) -> sqlx::Result<()> {
    query!(
        r#"
        delete from musician_slugs s using musicians m
        where s.musician_id = $1 and m.id = $1 and s.slug <> m.slug
        "#,
        id as _,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The addresses a profile had before.
pub(crate) async fn old_slugs(db: &mut PgConnection, id: MusicianId) -> sqlx::Result<Vec<Slug>> {
    let slugs = query_scalar!(
        r#"
        select s.slug from musician_slugs s join musicians m on m.id = s.musician_id
        where m.id = $1 and s.slug <> m.slug order by s.slug
        "#,
        id as _,
    )
    .fetch_all(db)
    .await?;
    Ok(slugs.iter().filter_map(|slug| slug.parse().ok()).collect())
}
