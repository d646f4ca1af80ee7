use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Datelike, Utc};
use image::{RgbImage, codecs::png::PngEncoder};
use sqlx::PgConnection;
use tokio::{sync::Semaphore, time::timeout};

use super::super::model::{Bars, Fonts, Sleeve};
use crate::{
    credits, discovery,
    files::{self, Files},
    musicians::{self, Profile},
    portraits,
    values::RecordingId,
    web::{App, Db, Error, Now, Path},
};

/// How many are drawn at once, on however many cores.
const AT_ONCE: usize = 2;
/// How long somebody waits for their turn.
const PATIENCE: Duration = Duration::from_secs(5);
/// How many pictures are kept: each is some tens of kilobytes.
const KEPT: usize = 128;
/// How many years a track record shows, as on the page.
const YEARS: i32 = 10;

/// Where pictures are drawn, and those drawn last.
#[derive(Debug)]
struct Studio {
    fonts: Fonts,
    turns: Arc<Semaphore>,
    drawn: Mutex<VecDeque<(String, Bytes)>>,
}

impl Studio {
    fn open() -> Studio {
        Studio {
            fonts: Fonts::load(),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
            drawn: Mutex::default(),
        }
    }

    fn find(&self, version: &str) -> Option<Bytes> {
        let drawn = self.drawn.lock().expect("no holder panics");
        drawn.iter().find(|(known, _)| known == version).map(|(_, png)| png.clone())
    }

    fn keep(&self, version: String, png: Bytes) {
        let mut drawn = self.drawn.lock().expect("no holder panics");
        drawn.push_front((version, png));
        drawn.truncate(KEPT);
    }
}

/// The picture of a public profile.
pub(crate) async fn of_musician(
    State(app): State<App>,
    Now(now): Now,
    headers: HeaderMap,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    let sleeve = sleeve_of(&mut db, &app, profile, now).await?;
    drop(db);
    answer(&app, &headers, sleeve).await
}

async fn sleeve_of(
    db: &mut PgConnection,
    app: &App,
    profile: Profile,
    now: DateTime<Utc>,
) -> Result<Sleeve, Error> {
    let first = now.year() - YEARS + 1;
    let mut record: Vec<Bars> = Vec::new();
    let rows = discovery::track_record(db, profile.id).await?;
    for row in rows.into_iter().filter(|row| row.n > 0) {
        let at = record.iter().position(|bars| bars.genre == row.genre).unwrap_or_else(|| {
            let years = vec![0; YEARS as usize];
            record.push(Bars { genre: row.genre.clone(), credits: 0, years });
            record.len() - 1
        });
        let bars = &mut record[at];
        bars.credits += row.n;
        let year = usize::try_from(row.year - first).ok().and_then(|at| bars.years.get_mut(at));
        if let Some(year) = year {
            *year += row.n;
        }
    }
    record.sort_by_key(|bars| std::cmp::Reverse(bars.credits));
    let place = Some(profile.place.as_str()).filter(|place| !place.is_empty());
    let below = [Some(profile.instruments_line()), place.map(|place| format!("in {place}"))];
    Ok(Sleeve {
        portrait: portraits::find_file(db, profile.id, 320).await?,
        below: below.into_iter().flatten().collect::<Vec<_>>().join(" "),
        credits: record.iter().map(|bars| bars.credits).sum(),
        record,
        players: Vec::new(),
        is_work: false,
        address: address(app, &format!("/musicians/{}", profile.slug)),
        heading: profile.name,
    })
}

/// The picture of a recording: who is confirmed to have played on it.
pub(crate) async fn of_recording(
    State(app): State<App>,
    headers: HeaderMap,
    mut db: Db,
    Path(place): Path<String>,
) -> Result<Response, Error> {
    let number = place.split('-').next().and_then(|number| number.parse::<RecordingId>().ok());
    let id = number.ok_or(Error::NotFound)?;
    let credits = credits::list_of_recording(&mut db, id, None).await?;
    drop(db);
    let recording = credits.first().ok_or(Error::NotFound)?.recording.clone();
    let player = |credit: &credits::Credit| (credit.credited_as.clone(), credit.instrument.clone());
    let sleeve = Sleeve {
        portrait: None,
        credits: credits.len() as i64,
        players: credits.iter().map(player).collect(),
        record: Vec::new(),
        is_work: true,
        address: address(&app, &format!("/recordings/{}", recording.address())),
        heading: recording.title,
        below: recording.artist,
    };
    answer(&app, &headers, sleeve).await
}

/// As people read it; nothing where it is too long for a corner.
fn address(app: &App, path: &str) -> String {
    let site = app.site.public_url.split("://").last().unwrap_or_default();
    let whole = format!("{site}{path}");
    if whole.len() <= 80 { whole } else { site.to_owned() }
}

async fn answer(app: &App, headers: &HeaderMap, sleeve: Sleeve) -> Result<Response, Error> {
    let version = sleeve.version();
    let tag = format!("\"{version}\"");
    let shown = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, "public, max-age=600".to_owned()),
        (header::CONTENT_TYPE, "image/png".to_owned()),
    ];
    let seen = headers.get(header::IF_NONE_MATCH).and_then(|seen| seen.to_str().ok());
    let is_seen =
        |seen: &str| seen.split(',').any(|one| one.trim().trim_start_matches("W/") == tag);
    if seen.is_some_and(is_seen) {
        return Ok((StatusCode::NOT_MODIFIED, shown).into_response());
    }
    let studio = app.kept.get_or(Studio::open);
    let png = match studio.find(&version) {
        Some(png) => png,
        None => draw(&files::of(app), studio, sleeve, version).await?,
    };
    Ok((shown, png).into_response())
}

/// Draws in a thread of its own, when it is its turn.
async fn draw(
    files: &Files,
    studio: Arc<Studio>,
    sleeve: Sleeve,
    version: String,
) -> Result<Bytes, Error> {
    let turn = Arc::clone(&studio.turns).acquire_owned();
    let turn = timeout(PATIENCE, turn).await.map_err(|_| Error::Busy)?;
    let turn = turn.map_err(anyhow::Error::from)?;
    if let Some(png) = studio.find(&version) {
        return Ok(png);
    }
    let portrait = match &sleeve.portrait {
        // One that was just taken away is not missed.
        Some(key) => files.get(key).await.ok(),
        None => None,
    };
    let task = tokio::task::spawn_blocking(move || {
        // Kept until it is done, whether or not somebody still waits for it.
        let _turn = turn;
        let png = Bytes::from(encode(&sleeve.draw(&studio.fonts, portrait.as_deref())?)?);
        studio.keep(version, png.clone());
        anyhow::Ok(png)
    });
    Ok(task.await.map_err(anyhow::Error::from)??)
}

fn encode(picture: &RgbImage) -> image::ImageResult<Vec<u8>> {
    let mut png = Vec::new();
    picture.write_with_encoder(PngEncoder::new(&mut png))?;
    Ok(png)
}

/// The icon, where browsers ask for one unasked; pages name it by its own address.
pub(crate) async fn icon() -> impl IntoResponse {
    let kept =
        [(header::CONTENT_TYPE, "image/svg+xml"), (header::CACHE_CONTROL, "public, max-age=86400")];
    (kept, include_str!("../../../static/icon.svg"))
}
