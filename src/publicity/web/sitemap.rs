use std::sync::Mutex;

use askama::Template;
use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use sqlx::PgConnection;

use super::super::{
    model::{Kind, Part},
    store,
};
use crate::{
    catalog, credits,
    web::{App, Db, Error, Now, Path},
};

/// How long others may go on with what they read.
const KEPT: &str = "public, max-age=3600";

/// An address with when what it shows last changed, where that is known.
struct Entry {
    url: String,
    at: Option<String>,
}

impl Entry {
    fn new(app: &App, path: &str, at: Option<DateTime<Utc>>) -> Entry {
        let at = at.map(|at| at.to_rfc3339_opts(SecondsFormat::Secs, true));
        Entry { url: format!("{}{path}", app.site.public_url), at }
    }
}

#[derive(Template)]
#[template(path = "publicity/sitemap_index.xml", escape = "html")]
struct IndexXml {
    parts: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "publicity/sitemap.xml", escape = "html")]
struct PartXml {
    entries: Vec<Entry>,
}

/// The index reads every profile and credit, so it is made at most so often.
const INDEX_KEPT: TimeDelta = TimeDelta::minutes(10);

/// The index as it was made last, and when.
#[derive(Debug, Default)]
struct LastIndex(Mutex<Option<(DateTime<Utc>, String)>>);

fn xml(body: String) -> Response {
    let headers =
        [(header::CONTENT_TYPE, "application/xml; charset=utf-8"), (header::CACHE_CONTROL, KEPT)];
    (headers, body).into_response()
}

/// What robots may read: everything public, and nothing that asks for a sign-in.
pub(crate) async fn robots(State(app): State<App>) -> Response {
    const PRIVATE: [&str; 20] = [
        "/account",
        "/admin",
        "/api/",
        "/bookings",
        "/calendar",
        "/credits",
        "/dev/",
        "/earnings",
        "/favourites",
        "/inbox",
        "/invoices",
        "/messages",
        "/mailed",
        "/mails/",
        "/profile",
        "/reset/",
        "/spending",
        "/verify/",
        "/watches",
        "/musicians/*/calls",
    ];
    let mut text = String::from("User-agent: *\n");
    for path in PRIVATE {
        text += &format!("Disallow: {path}\n");
    }
    text += &format!("Allow: /api/docs\n\nSitemap: {}/sitemap.xml\n", app.site.public_url);
    let headers =
        [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, KEPT)];
    (headers, text).into_response()
}

pub(crate) async fn sitemap(
    State(app): State<App>,
    Now(now): Now,
    mut db: Db,
) -> Result<Response, Error> {
    let last = app.kept.get_or(LastIndex::default);
    let kept = last.0.lock().expect("no holder panics").clone();
    if let Some((_, body)) = kept.filter(|(at, _)| (*at..*at + INDEX_KEPT).contains(&now)) {
        return Ok(xml(body));
    }
    let mut parts = vec![Entry::new(&app, "/sitemap-pages-0.xml", None)];
    for kind in [Kind::Musicians, Kind::Recordings] {
        for row in store::list_parts(&mut db, kind).await? {
            let part = Part { kind, number: row.number };
            parts.push(Entry::new(&app, &format!("/sitemap-{part}"), Some(row.changed_at)));
        }
    }
    let body = IndexXml { parts }.render().map_err(anyhow::Error::from)?;
    *last.0.lock().expect("no holder panics") = Some((now, body.clone()));
    Ok(xml(body))
}

pub(crate) async fn sitemap_part(
    State(app): State<App>,
    mut db: Db,
    Path(part): Path<String>,
) -> Result<Response, Error> {
    let part: Part = part.parse().map_err(|_| Error::NotFound)?;
    let entries = match part.kind {
        Kind::Pages if part.number == 0 => pages(&app, &mut db).await?,
        Kind::Pages => Vec::new(),
        Kind::Musicians => {
            let rows = store::list_musicians(&mut db, part).await?;
            let entry = |(slug, at)| Entry::new(&app, &format!("/musicians/{slug}"), Some(at));
            rows.into_iter().map(entry).collect()
        }
        Kind::Recordings => {
            let rows = store::list_recordings(&mut db, part).await?;
            let path =
                |id, title: &str| format!("/recordings/{}", credits::recording_address(id, title));
            rows.into_iter()
                .map(|(id, title, at)| Entry::new(&app, &path(id, &title), Some(at)))
                .collect()
        }
    };
    // A list of nothing is no sitemap.
    if entries.is_empty() {
        return Err(Error::NotFound);
    }
    Ok(xml(PartXml { entries }.render().map_err(anyhow::Error::from)?))
}

async fn pages(app: &App, db: &mut PgConnection) -> Result<Vec<Entry>, Error> {
    let catalog = catalog::load(db).await?;
    let first = ["/", "/musicians", "/recordings", "/instruments", "/about/ranking", "/packs"]
        .map(str::to_owned);
    let instruments = catalog.instruments.iter().map(|one| format!("/instruments/{}", one.slug));
    let genres = catalog.genres.iter().map(|one| format!("/genres/{}", one.slug));
    let all = first.into_iter().chain(instruments).chain(genres);
    Ok(all.map(|path| Entry::new(app, &path, None)).collect())
}
