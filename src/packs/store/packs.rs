use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar, types::Json};

use super::super::model::{Draft, Pack, Rates, Version};
use crate::values::{AccountId, Currency, PackId, PackVersionId};

/// Every read of packs is this one select with its own ending.
macro_rules! select_packs {
    ($ending:literal $(, $arg:expr)*) => {
        query_as!(
            Pack,
            r#"
            select id, slug, name, scope, currency as "currency: Currency" from packs
            "# + $ending
            $(, $arg)*
        )
    };
}

/// All of them, in their order: a handful.
pub(in crate::packs) async fn list_packs(db: &mut PgConnection) -> sqlx::Result<Vec<Pack>> {
    select_packs!("order by position").fetch_all(db).await
}

pub(in crate::packs) async fn find_pack(
    db: &mut PgConnection,
    slug: &str,
) -> sqlx::Result<Option<Pack>> {
    select_packs!("where slug = $1", slug).fetch_optional(db).await
}

/// As [`find_pack`], and whoever else makes a version of it waits.
pub(in crate::packs) async fn lock_pack(
    db: &mut PgConnection,
    id: PackId,
) -> sqlx::Result<Option<Pack>> {
    select_packs!("where id = $1 for no key update", id as _).fetch_optional(db).await
}

/// The versions of some packs, the last made of each first.
pub(in crate::packs) async fn versions(
    db: &mut PgConnection,
    packs: &[PackId],
) -> sqlx::Result<Vec<Version>> {
    let rows = query!(
        r#"
        select v.id as "id: PackVersionId", v.pack_id as "pack_id: PackId", v.number, v.valid_from,
               v.valid_to, v.figures as "figures: Json<Rates>", v.source, a.name as "made_by?",
               v.made_at
        from pack_versions v left join accounts a on a.id = v.made_by
        where v.pack_id = any($1) order by v.pack_id, v.number desc
        "#,
        packs as &[PackId],
    )
    .fetch_all(db)
    .await?;
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        versions.push(Version {
            id: row.id,
            pack_id: row.pack_id,
            number: row.number,
            valid_from: row.valid_from,
            valid_to: row.valid_to,
            rates: row.figures.0,
            source: row.source,
            made_by: row.made_by,
            made_at: row.made_at,
        });
    }
    Ok(versions)
}

/// Writes a version; answers which it is.
pub(in crate::packs) async fn insert_version(
    db: &mut PgConnection,
    pack: PackId,
    number: i32,
    draft: &Draft,
    by: AccountId,
    now: DateTime<Utc>,
) -> sqlx::Result<PackVersionId> {
    query_scalar!(
        r#"
        insert into pack_versions
            (pack_id, number, valid_from, valid_to, figures, source, made_by, made_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8)
        returning id as "id: _"
        "#,
        pack as _,
        number,
        draft.valid_from,
        draft.valid_to,
        Json(&draft.rates) as _,
        draft.source.as_str(),
        by as _,
        now,
    )
    .fetch_one(db)
    .await
}
