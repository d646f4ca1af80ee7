mod places;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use places::*;

use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use sqlx::PgConnection;
use std::sync::Arc;

use super::{
    model::{Catalog, Genre, Instrument},
    store,
};
use crate::{
    values::{GenreId, InstrumentId},
    web::{App, Db, Error, Frame, Json, Page, Path, Section},
};

/// The catalog as this server keeps it: it changes with a migration only, and then servers start anew.
pub(crate) async fn kept(app: &App, db: &mut PgConnection) -> sqlx::Result<Arc<Catalog>> {
    if let Some(catalog) = app.kept.find::<Catalog>() {
        return Ok(catalog);
    }
    let catalog = store::load(db).await?;
    Ok(app.kept.get_or(|| catalog))
}

/// A family or a root with what is in it, for a list of links.
struct Group {
    name: String,
    /// Slugs and names.
    members: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "catalog/index.html")]
struct IndexPage {
    frame: Frame,
    families: Vec<Group>,
    roots: Vec<Group>,
}

pub(crate) async fn index(frame: Frame, mut db: Db) -> Result<Response, Error> {
    let catalog = store::load(&mut db).await?;
    let families = catalog.families().into_iter().map(|family| Group {
        members: family.instruments.iter().map(|i| (i.slug.clone(), i.name.clone())).collect(),
        name: family.name,
    });
    let roots = catalog.genre_tree().into_iter().map(|(root, children)| Group {
        name: root.name.clone(),
        members: std::iter::once(&root)
            .chain(&children)
            .map(|genre| (genre.slug.clone(), genre.name.clone()))
            .collect(),
    });
    let (families, roots) = (families.collect(), roots.collect());
    let frame = frame.at(Section::Musicians);
    Ok(Page::ok(IndexPage { frame, families, roots }).into_response())
}

#[derive(Template)]
#[template(path = "catalog/instrument.html")]
struct InstrumentPage {
    frame: Frame,
    instrument: Instrument,
    family: String,
    kin: Vec<Instrument>,
}

pub(crate) async fn instrument(
    frame: Frame,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let catalog = store::load(&mut db).await?;
    let found = catalog.instruments.iter().find(|instrument| instrument.slug == slug);
    let instrument = found.ok_or(Error::NotFound)?.clone();
    let kin =
        instrument.kin.iter().filter_map(|id| catalog.instrument_by_id(*id)).cloned().collect();
    let family = super::family_name(&instrument.family);
    let frame = frame.at(Section::Musicians);
    Ok(Page::ok(InstrumentPage { frame, instrument, family, kin }).into_response())
}

#[derive(Template)]
#[template(path = "catalog/genre.html")]
struct GenrePage {
    frame: Frame,
    genre: Genre,
    parent: Option<Genre>,
    children: Vec<Genre>,
}

pub(crate) async fn genre(
    frame: Frame,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let catalog = store::load(&mut db).await?;
    let found = catalog.genres.iter().find(|genre| genre.slug == slug);
    let genre = found.ok_or(Error::NotFound)?.clone();
    let parent = genre.parent_id.and_then(|id| catalog.genre_by_id(id)).cloned();
    let under = catalog.genres.iter().filter(|one| one.parent_id == Some(genre.id));
    let children = under.cloned().collect();
    let frame = frame.at(Section::Musicians);
    Ok(Page::ok(GenrePage { frame, genre, parent, children }).into_response())
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct InstrumentJson {
    id: InstrumentId,
    slug: String,
    name: String,
    family: String,
    aliases: Vec<String>,
    /// The exact name in MusicBrainz; voices have none there.
    musicbrainz_name: Option<String>,
    /// The exact DDEX InstrumentType.
    ddex_type: String,
    /// Slugs of those whose players may serve as well.
    kin: Vec<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct GenreJson {
    id: GenreId,
    slug: String,
    name: String,
    /// The slug of what it is a kind of.
    parent: Option<String>,
    aliases: Vec<String>,
}

impl InstrumentJson {
    fn of(instrument: &Instrument, catalog: &Catalog) -> InstrumentJson {
        let kin = instrument.kin.iter().filter_map(|id| catalog.instrument_by_id(*id));
        InstrumentJson {
            id: instrument.id,
            slug: instrument.slug.clone(),
            name: instrument.name.clone(),
            family: instrument.family.clone(),
            aliases: instrument.aliases.clone(),
            musicbrainz_name: instrument.musicbrainz_name.clone(),
            ddex_type: instrument.ddex_type.clone(),
            kin: kin.map(|kin| kin.slug.clone()).collect(),
        }
    }
}

/// Every instrument, in the catalog's order.
#[utoipa::path(get, path = "/instruments", tag = "catalog", responses((status = 200, body = Vec<InstrumentJson>)))]
pub(crate) async fn instruments_json(mut db: Db) -> Result<Json<Vec<InstrumentJson>>, Error> {
    let catalog = store::load(&mut db).await?;
    let json = catalog.instruments.iter().map(|one| InstrumentJson::of(one, &catalog));
    Ok(Json(json.collect()))
}

/// Every genre, roots before their children.
#[utoipa::path(get, path = "/genres", tag = "catalog", responses((status = 200, body = Vec<GenreJson>)))]
pub(crate) async fn genres_json(mut db: Db) -> Result<Json<Vec<GenreJson>>, Error> {
    let catalog = store::load(&mut db).await?;
    let json = catalog.genres.iter().map(|genre| GenreJson {
        id: genre.id,
        slug: genre.slug.clone(),
        name: genre.name.clone(),
        parent: genre.parent_id.and_then(|id| catalog.genre_by_id(id)).map(|p| p.slug.clone()),
        aliases: genre.aliases.clone(),
    });
    Ok(Json(json.collect()))
}
