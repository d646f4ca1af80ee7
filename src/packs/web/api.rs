use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{
    super::model::{Rates, Standing, Version},
    pages::Shelf,
};
use crate::{
    values::{Currency, PackId},
    web::{Db, Error, Json, Now, Path, Problem},
};

/// Rules by which a fee is counted.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PackJson {
    id: PackId,
    #[schema(example = "mu-bpi")]
    slug: String,
    name: String,
    /// Where and for what it holds.
    scope: String,
    /// Of all amounts; null for the open pack, whose amounts are each player's own.
    #[schema(value_type = Option<String>, example = "GBP")]
    currency: Option<Currency>,
    /// The version in force today, where one is.
    in_force: Option<VersionJson>,
}

/// Figures that hold from a day on.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct VersionJson {
    number: i32,
    valid_from: NaiveDate,
    /// The last day, where it was said when it was made.
    valid_to: Option<NaiveDate>,
    /// `in_force`, `coming` or `over`.
    #[schema(example = "in_force")]
    standing: &'static str,
    /// Where the figures are from.
    source: String,
    /// Amounts in minor units of the pack's currency; shares in hundredths of a per cent.
    figures: Rates,
    made_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct PacksJson {
    items: Vec<PackJson>,
    next: Option<String>,
}

/// A pack with all its versions.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WholePackJson {
    #[serde(flatten)]
    pack: PackJson,
    /// The last made first.
    versions: Vec<VersionJson>,
}

impl VersionJson {
    pub(super) fn of(version: &Version, among: &[Version], now: DateTime<Utc>) -> VersionJson {
        VersionJson {
            number: version.number,
            valid_from: version.valid_from,
            valid_to: version.valid_to,
            standing: match version.standing(among, now.date_naive()) {
                Standing::InForce => "in_force",
                Standing::Coming => "coming",
                Standing::Over => "over",
            },
            source: version.source.clone(),
            figures: version.rates.clone(),
            made_at: version.made_at,
        }
    }
}

impl PackJson {
    fn of(shelf: &Shelf, now: DateTime<Utc>) -> PackJson {
        let in_force = shelf.in_force(now.date_naive());
        PackJson {
            id: shelf.pack.id,
            slug: shelf.pack.slug.clone(),
            name: shelf.pack.name.clone(),
            scope: shelf.pack.scope.clone(),
            currency: shelf.pack.currency,
            in_force: in_force.map(|version| VersionJson::of(version, &shelf.versions, now)),
        }
    }
}

/// All packs, the open one first, each with the figures in force.
#[utoipa::path(get, path = "/packs", tag = "packs", responses((status = 200, body = PacksJson)))]
pub(crate) async fn index_json(Now(now): Now, mut db: Db) -> Result<Json<PacksJson>, Error> {
    let shelves = Shelf::all(&mut db).await?;
    let items = shelves.iter().map(|shelf| PackJson::of(shelf, now)).collect();
    Ok(Json(PacksJson { items, next: None }))
}

/// A pack with every version there was or will be.
#[utoipa::path(get, path = "/packs/{slug}", tag = "packs", params(("slug" = String, Path)),
    responses((status = 200, body = WholePackJson),
        (status = 404, description = "there is no such pack", body = Problem)))]
pub(crate) async fn show_json(
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Json<WholePackJson>, Error> {
    let shelf = Shelf::find(&mut db, &slug).await?;
    let version = |version| VersionJson::of(version, &shelf.versions, now);
    let versions = shelf.versions.iter().map(version).collect();
    Ok(Json(WholePackJson { pack: PackJson::of(&shelf, now), versions }))
}
