use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::{HeaderMap, StatusCode},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use super::{
    super::{
        actions,
        model::{Credited, Demo, Way},
        store,
    },
    forms::DemoForm,
    upload::{self, own},
};
use crate::{
    accounts::{Actor, Verified},
    catalog, files, musicians,
    values::{CreditId, DemoId, RecordingId},
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// Audio on a profile.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DemoJson {
    id: DemoId,
    title: String,
    part: String,
    /// Slugs.
    instrument: String,
    genre: String,
    credit: Option<DemoCreditJson>,
    /// Answers byte ranges.
    audio: String,
    /// What was sent.
    #[schema(example = "FLAC")]
    format: String,
    duration_ms: i32,
    /// Integrated loudness by EBU R128, heard from two speakers.
    #[schema(example = -18.2)]
    loudness_lufs: f32,
    /// The loudest in each stretch of equal length, 0 to 255.
    peaks: Vec<u8>,
    created_at: DateTime<Utc>,
}

/// The player's own confirmed credit that a demo is a part of.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DemoCreditJson {
    id: CreditId,
    recording: RecordingId,
    title: String,
    artist: String,
    played_on: NaiveDate,
}

/// A player's demos in their own order: all of them, as there are twelve at most.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DemosJson {
    items: Vec<DemoJson>,
    /// Always null: there are no more.
    next: Option<String>,
}

/// What is said of a demo, and its file.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct DemoUpload {
    title: String,
    /// A slug or name of an instrument on the profile.
    instrument: String,
    genre: String,
    /// The number of one of the caller's own confirmed credits.
    credit: Option<String>,
    part: Option<String>,
    /// WAV, AIFF, FLAC, MP3, M4A, AAC or Ogg; Opus and WebM where the server has ffmpeg. At most
    /// 50 MiB and 10 minutes.
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl From<Demo> for DemoJson {
    fn from(demo: Demo) -> DemoJson {
        DemoJson {
            audio: demo.audio(),
            id: demo.id,
            title: demo.title,
            part: demo.part,
            instrument: demo.instrument_slug,
            genre: demo.genre_slug,
            credit: demo.credit.map(DemoCreditJson::from),
            format: demo.format,
            duration_ms: demo.duration_ms,
            loudness_lufs: demo.lufs,
            peaks: demo.peaks,
            created_at: demo.created_at,
        }
    }
}

impl From<Credited> for DemoCreditJson {
    fn from(credit: Credited) -> DemoCreditJson {
        let Credited { id, recording, title, artist, played_on } = credit;
        DemoCreditJson { id, recording, title, artist, played_on }
    }
}

impl From<Vec<Demo>> for DemosJson {
    fn from(demos: Vec<Demo>) -> DemosJson {
        DemosJson { items: demos.into_iter().map(DemoJson::from).collect(), next: None }
    }
}

/// The demos of a player whose profile is public.
#[utoipa::path(get, path = "/musicians/{slug}/demos", tag = "musicians", params(("slug" = String, Path)),
    responses((status = 200, body = DemosJson), (status = 404, description = "There is no such public profile.")))]
pub(crate) async fn shown_json(
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Json<DemosJson>, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    Ok(Json(store::list(&mut db, profile.id).await?.into()))
}

/// The caller's own demos.
#[utoipa::path(get, path = "/profile/demos", tag = "profile",
    responses((status = 200, body = DemosJson), (status = 404, description = "The caller has no profile.")))]
pub(crate) async fn list_json(actor: Actor, mut db: Db) -> Result<Json<DemosJson>, Error> {
    let player = own(&mut db, &actor).await?;
    Ok(Json(store::list(&mut db, player.id).await?.into()))
}

/// Adds a demo. An `Idempotency-Key` sent again with the same file makes no second one; with
/// another file it is refused.
#[utoipa::path(post, path = "/profile/demos", tag = "profile",
    request_body(content = DemoUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = DemoJson),
    (status = 409, description = "Twelve are there, or two are on their way.", body = Problem),
    (status = 413, description = "The file is more than 50 MiB.", body = Problem),
    (status = 422, description = "Fields are wrong, or the file is not what it says.", body = Problem)))]
pub(crate) async fn create_json(
    State(app): State<App>,
    actor: Verified,
    now: Now,
    db: Db,
    headers: HeaderMap,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<DemoJson>), Error> {
    let key = headers.get("idempotency-key").and_then(|key| key.to_str().ok()).map(str::to_owned);
    let (mut db, taken) = upload::take(&app, &actor, db, body, key, now).await?;
    let id = taken.map_err(|untaken| match untaken.too_large {
        true => Error::TooLarge("a demo is at most 50 MiB.".into()),
        false => Error::Invalid(untaken.errors),
    })?;
    Ok((StatusCode::CREATED, find(&mut db, &actor, id).await?))
}

/// Says something else of a demo; its file stays.
#[utoipa::path(put, path = "/profile/demos/{id}", tag = "profile", params(("id" = DemoId, Path)),
    request_body = DemoForm, responses((status = 200, body = DemoJson),
    (status = 404, description = "It is none of the caller's."),
    (status = 422, description = "Some fields are wrong.", body = Problem)))]
pub(crate) async fn change_json(
    actor: Verified,
    mut db: Db,
    Path(id): Path<DemoId>,
    Json(form): Json<DemoForm>,
) -> Result<Json<DemoJson>, Error> {
    let player = own(&mut db, &actor).await?;
    store::find(&mut db, player.id, id).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let detail = form.read(&player, &catalog).map_err(Error::Invalid)?;
    actions::change(&mut db, &player, id, &detail).await?;
    find(&mut db, &actor, id).await
}

/// Moves a demo by one place.
#[utoipa::path(post, path = "/profile/demos/{id}/{way}", tag = "profile",
    params(("id" = DemoId, Path), ("way" = Way, Path)), responses((status = 200, body = DemosJson),
    (status = 404, description = "It is none of the caller's.")))]
pub(crate) async fn shift_json(
    actor: Verified,
    mut db: Db,
    Path((id, way)): Path<(DemoId, Way)>,
) -> Result<Json<DemosJson>, Error> {
    let player = own(&mut db, &actor).await?;
    actions::shift(&mut db, &player, id, way).await?;
    Ok(Json(store::list(&mut db, player.id).await?.into()))
}

/// Removes a demo and its file, for good.
#[utoipa::path(delete, path = "/profile/demos/{id}", tag = "profile", params(("id" = DemoId, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "It is none of the caller's.")))]
pub(crate) async fn remove_json(
    State(app): State<App>,
    actor: Verified,
    mut db: Db,
    Path(id): Path<DemoId>,
) -> Result<StatusCode, Error> {
    let player = own(&mut db, &actor).await?;
    actions::remove(&mut db, &files::of(&app), &player, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn find(
    db: &mut sqlx::PgConnection,
    actor: &Actor,
    id: DemoId,
) -> Result<Json<DemoJson>, Error> {
    let player = own(db, actor).await?;
    let demo = store::find(db, player.id, id).await?.ok_or(Error::NotFound)?;
    Ok(Json(demo.into()))
}
