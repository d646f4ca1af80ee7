use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::NaiveDate;
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        model::{Pack, Standing, Version, in_force},
        store,
    },
    figures::Figures,
};
use crate::{
    values::PackId,
    web::{Card, Db, Error, Frame, Now, Page, Path, Query, filters},
};

/// A pack with its versions, the last made first.
pub(super) struct Shelf {
    pub(super) pack: Pack,
    pub(super) versions: Vec<Version>,
}

impl Shelf {
    pub(super) async fn all(db: &mut PgConnection) -> sqlx::Result<Vec<Shelf>> {
        let packs = store::list_packs(db).await?;
        let ids: Vec<PackId> = packs.iter().map(|pack| pack.id).collect();
        let versions = store::versions(db, &ids).await?;
        let shelf = |pack: Pack| Shelf {
            versions: versions.iter().filter(|it| it.pack_id == pack.id).cloned().collect(),
            pack,
        };
        Ok(packs.into_iter().map(shelf).collect())
    }

    pub(super) async fn find(db: &mut PgConnection, slug: &str) -> Result<Shelf, Error> {
        let pack = store::find_pack(db, slug).await?.ok_or(Error::NotFound)?;
        let versions = store::versions(db, &[pack.id]).await?;
        Ok(Shelf { pack, versions })
    }

    pub(super) fn in_force(&self, day: NaiveDate) -> Option<&Version> {
        in_force(&self.versions, day)
    }
}

/// A line of the list.
struct Listed {
    pack: Pack,
    /// Since when its figures hold; none where none do.
    since: Option<NaiveDate>,
    /// `From £97.20 for 2 h.`, or what a song costs.
    least: String,
}

#[derive(Template)]
#[template(path = "packs/list.html")]
struct ListPage {
    frame: Frame,
    card: Card,
    packs: Vec<Listed>,
}

pub(crate) async fn index(Now(now): Now, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let listed = |shelf: Shelf| {
        let version = shelf.in_force(now.date_naive());
        let figures = version.map(|it| Figures::of(&it.rates, shelf.pack.currency, false));
        let session = figures.as_ref().and_then(|it| it.sessions.first());
        let session = session.map(|it| format!("From {} for {}.", it.fee, it.length));
        let songs = figures.as_ref().and_then(|it| it.facts.first());
        let songs =
            songs.filter(|(what, _)| what.starts_with("Songs")).map(|(_, told)| told.clone());
        Listed {
            since: version.map(|version| version.valid_from),
            least: session.or(songs).unwrap_or_default(),
            pack: shelf.pack,
        }
    };
    let title = "Session rules".to_owned();
    let said = "What a recording session costs: the rules of agreements and of no agreement, with sources.";
    let page = ListPage {
        card: Card::new(&frame, "/packs", title, said),
        frame,
        packs: Shelf::all(&mut db).await?.into_iter().map(listed).collect(),
    };
    Ok(Page::ok(page).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Which {
    /// The number of a version; left out, the one in force.
    version: String,
}

/// A line of the versions.
struct Edition {
    version: Version,
    standing: Standing,
    /// Admins sit anywhere: told in one clock.
    made_on: NaiveDate,
    is_shown: bool,
}

#[derive(Template)]
#[template(path = "packs/show.html")]
struct ShowPage {
    frame: Frame,
    card: Card,
    pack: Pack,
    /// The one that is read; none where none is in force.
    version: Option<Version>,
    standing: Option<Standing>,
    figures: Option<Figures>,
    editions: Vec<Edition>,
    is_admin: bool,
}

pub(crate) async fn show(
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(slug): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, Error> {
    let shelf = Shelf::find(&mut db, &slug).await?;
    let today = now.date_naive();
    let version = match which.version.trim() {
        "" => shelf.in_force(today).cloned(),
        number => Some(numbered(&shelf, number).ok_or(Error::NotFound)?),
    };
    let edition = |it: &Version| Edition {
        standing: it.standing(&shelf.versions, today),
        made_on: it.made_at.date_naive(),
        is_shown: version.as_ref().is_some_and(|shown| shown.id == it.id),
        version: it.clone(),
    };
    let path = format!("/packs/{}", shelf.pack.slug);
    let page = ShowPage {
        card: Card::new(&frame, &path, shelf.pack.name.clone(), &shelf.pack.scope),
        is_admin: frame.viewer.as_ref().is_some_and(|viewer| viewer.is_admin),
        frame,
        figures: version.as_ref().map(|it| Figures::of(&it.rates, shelf.pack.currency, false)),
        standing: version.as_ref().map(|it| it.standing(&shelf.versions, today)),
        editions: shelf.versions.iter().map(edition).collect(),
        version,
        pack: shelf.pack,
    };
    Ok(Page::ok(page).into_response())
}

fn numbered(shelf: &Shelf, number: &str) -> Option<Version> {
    let number: i32 = number.parse().ok()?;
    shelf.versions.iter().find(|version| version.number == number).cloned()
}
