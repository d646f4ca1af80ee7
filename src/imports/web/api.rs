use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Import, Player},
        store,
    },
    forms::{AddressForm, RenameForm},
    lines::Line,
    pages::subscribed,
    upload,
};
use crate::{
    accounts::{Actor, Verified},
    values::ImportId,
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// A calendar elsewhere that is read in.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ImportJson {
    id: ImportId,
    name: String,
    /// The host of its address, which itself is never answered; null of a file.
    #[schema(example = "calendar.google.com")]
    host: Option<String>,
    /// When what is kept of it was last known to be what its server has.
    read_at: DateTime<Utc>,
    /// How many stretches of the coming 30 days it keeps busy.
    busy_stretches: i64,
    /// What of it could not be read, in sentences.
    note: String,
    /// Why it was not read when that was tried last; null where it was.
    error: Option<String>,
    failing_since: Option<DateTime<Utc>>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ImportsJson {
    items: Vec<ImportJson>,
    next: Option<String>,
}

/// A calendar as a file of at most 5 MiB.
#[derive(utoipa::ToSchema)]
#[expect(dead_code, reason = "it only describes what is read field by field")]
pub(crate) struct ImportUpload {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
    /// At most 100 characters; without one, it is called what it calls itself.
    file_name: String,
}

impl ImportJson {
    fn new(import: Import, now: DateTime<Utc>) -> ImportJson {
        let line = Line::new(import, now);
        ImportJson {
            host: line.host().map(str::to_owned),
            error: line.fault(),
            id: line.import.id,
            name: line.import.name,
            read_at: line.import.read_at,
            busy_stretches: line.import.coming,
            note: line.import.note,
            failing_since: line.import.failing_since,
        }
    }
}

async fn own(db: &mut PgConnection, actor: &Actor) -> Result<Player, Error> {
    store::find_player(db, actor).await?.ok_or(Error::NotFound)
}

async fn one(
    db: &mut PgConnection,
    player: Player,
    id: ImportId,
    now: DateTime<Utc>,
) -> Result<Json<ImportJson>, Error> {
    let import = store::find(db, player.id, id, now).await?.ok_or(Error::NotFound)?;
    Ok(Json(ImportJson::new(import, now)))
}

/// The calendars elsewhere that take one's time: all of them, ten at most.
#[utoipa::path(get, path = "/calendar/imports", tag = "calendar",
    responses((status = 200, body = ImportsJson),
    (status = 404, description = "The caller has no profile.", body = Problem)))]
pub(crate) async fn list_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<ImportsJson>, Error> {
    let player = own(&mut db, &actor).await?;
    let list = store::list(&mut db, player.id, now).await?;
    let items = list.into_iter().map(|import| ImportJson::new(import, now)).collect();
    Ok(Json(ImportsJson { items, next: None }))
}

/// Reads in the calendar at an address, at once and from now on twice an hour.
#[utoipa::path(post, path = "/calendar/imports", tag = "calendar", request_body = AddressForm,
    responses((status = 201, body = ImportJson),
    (status = 409, description = "Ten are read in already.", body = Problem),
    (status = 422, description = "There is no calendar that can be read at that address.", body = Problem)))]
pub(crate) async fn subscribe_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<AddressForm>,
) -> Result<(StatusCode, Json<ImportJson>), Error> {
    let player = own(&mut db, &actor).await?;
    let (mut db, added) = subscribed(&app, db, &actor, player, &form, now).await?;
    let id = added.map_err(Error::Invalid)?;
    Ok((StatusCode::CREATED, one(&mut db, player, id, now).await?))
}

/// Reads in a file.
#[utoipa::path(post, path = "/calendar/imports/file", tag = "calendar",
    request_body(content = ImportUpload, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportJson),
    (status = 409, description = "Ten are read in already.", body = Problem),
    (status = 422, description = "The file is no calendar that can be read.", body = Problem)))]
pub(crate) async fn upload_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(StatusCode, Json<ImportJson>), Error> {
    let player = own(&mut db, &actor).await?;
    let (mut db, taken) = upload::take(&app, &actor, player, db, body, now).await?;
    let id = taken.map_err(|untaken| Error::Invalid(untaken.errors))?;
    Ok((StatusCode::CREATED, one(&mut db, player, id, now).await?))
}

/// Reads a calendar again, now. Where that fails, `error` says why, and what it said before counts.
#[utoipa::path(post, path = "/calendar/imports/{id}/refresh", tag = "calendar",
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportJson), (status = 404, body = Problem),
    (status = 409, description = "It is a file.", body = Problem)))]
pub(crate) async fn refresh_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportJson>, Error> {
    let player = own(&mut db, &actor).await?;
    let (mut db, looked) = db.rest(actions::look_now(&app, player, id)).await?;
    looked?;
    one(&mut db, player, id, now).await
}

/// Calls a calendar something else.
#[utoipa::path(patch, path = "/calendar/imports/{id}", tag = "calendar",
    params(("id" = ImportId, Path)), request_body = RenameForm,
    responses((status = 200, body = ImportJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn rename_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
    Json(form): Json<RenameForm>,
) -> Result<Json<ImportJson>, Error> {
    let player = own(&mut db, &actor).await?;
    let name = form.read().map_err(Error::Invalid)?;
    actions::rename(&mut db, player, id, &name, now).await?;
    one(&mut db, player, id, now).await
}

/// Removes a calendar and frees what it kept busy; for a day it can be put back.
#[utoipa::path(delete, path = "/calendar/imports/{id}", tag = "calendar",
    params(("id" = ImportId, Path)),
    responses((status = 204, description = "It is removed."), (status = 404, body = Problem)))]
pub(crate) async fn remove_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<StatusCode, Error> {
    let player = own(&mut db, &actor).await?;
    actions::remove(&mut db, player, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a calendar back as it was.
#[utoipa::path(post, path = "/calendar/imports/{id}/restore", tag = "calendar",
    params(("id" = ImportId, Path)),
    responses((status = 200, body = ImportJson), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn put_back_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ImportId>,
) -> Result<Json<ImportJson>, Error> {
    let player = own(&mut db, &actor).await?;
    actions::put_back(&app, &mut db, player, id, now).await?;
    one(&mut db, player, id, now).await
}
