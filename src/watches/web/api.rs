use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{actions, store},
    forms::{ChangeForm, KeepForm},
    lines::{Line, lines},
};
use crate::{
    accounts::{Actor, Verified},
    discovery,
    values::WatchId,
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// A search one keeps.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WatchJson {
    id: WatchId,
    name: String,
    /// What it asks for, in words.
    asks: String,
    /// As it stands in the address of the search, and as `GET /musicians` takes it.
    query: String,
    url: String,
    /// How many fit now.
    players: u64,
    /// How many of them one was not told of yet.
    new_players: u64,
    /// Whether the time it asks for has passed: then nobody is looked for any more.
    is_over: bool,
    mails: bool,
    mailed_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct WatchesJson {
    items: Vec<WatchJson>,
    next: Option<String>,
}

impl From<Line> for WatchJson {
    fn from(line: Line) -> WatchJson {
        WatchJson {
            url: line.watch.address(),
            players: line.players(),
            new_players: line.news(),
            id: line.watch.id,
            name: line.watch.name,
            asks: line.sought.told,
            query: line.watch.query,
            is_over: line.sought.is_over,
            mails: line.watch.mails,
            mailed_at: line.watch.mailed_at,
            created_at: line.watch.created_at,
        }
    }
}

async fn line(
    app: &App,
    db: &mut PgConnection,
    actor: &Actor,
    id: WatchId,
    now: DateTime<Utc>,
) -> Result<Json<WatchJson>, Error> {
    let found = store::find(db, actor.id, id).await?.ok_or(Error::NotFound)?;
    Ok(Json(lines(app, db, vec![found], now).await?.remove(0).into()))
}

/// The searches one keeps, the latest first: all of them, 50 at most.
#[utoipa::path(get, path = "/watches", tag = "watches",
    responses((status = 200, body = WatchesJson), (status = 401, body = Problem)))]
pub(crate) async fn list_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<WatchesJson>, Error> {
    let kept = store::list(&mut db, actor.id).await?;
    let lines = lines(&app, &mut db, kept, now).await?;
    let items = lines.into_iter().map(WatchJson::from).collect();
    Ok(Json(WatchesJson { items, next: None }))
}

/// Keeps a search: whoever is new in it from now on is told by mail, once a day at most.
#[utoipa::path(post, path = "/watches", tag = "watches", request_body = KeepForm,
    responses(
        (status = 201, description = "kept", body = WatchJson),
        (status = 200, description = "was kept already", body = WatchJson),
        (status = 403, description = "the address is not confirmed", body = Problem),
        (status = 409, description = "too many are kept, or too many fit it", body = Problem),
        (status = 422, description = "something it asks for makes no sense", body = Problem),
    ))]
pub(crate) async fn keep_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<KeepForm>,
) -> Result<(StatusCode, Json<WatchJson>), Error> {
    let name = form.name().map_err(Error::Invalid)?;
    let sought = discovery::seek(&app, &mut db, form.query(), actor.zone, now).await?;
    if !sought.ignored.is_empty() {
        return Err(Error::Invalid(sought.ignored));
    }
    let (id, is_new) = actions::keep(&mut db, &actor, &sought, name.as_ref(), now).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, line(&app, &mut db, &actor, id, now).await?))
}

/// Calls a search something else, or switches its mails on or off.
#[utoipa::path(patch, path = "/watches/{id}", tag = "watches", params(("id" = WatchId, Path)),
    request_body = ChangeForm, responses((status = 200, body = WatchJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn change_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
    Json(form): Json<ChangeForm>,
) -> Result<Json<WatchJson>, Error> {
    let name = form.name().map_err(Error::Invalid)?;
    actions::change(&mut db, &actor, id, name.as_ref(), form.mails, now).await?;
    line(&app, &mut db, &actor, id, now).await
}

/// Removes a search; for a day it can be put back.
#[utoipa::path(delete, path = "/watches/{id}", tag = "watches", params(("id" = WatchId, Path)),
    responses((status = 204, description = "removed"), (status = 404, body = Problem)))]
pub(crate) async fn remove_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
) -> Result<StatusCode, Error> {
    actions::remove(&mut db, &actor, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a search back as it was.
#[utoipa::path(post, path = "/watches/{id}/restore", tag = "watches", params(("id" = WatchId, Path)),
    responses((status = 200, body = WatchJson), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn put_back_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<WatchId>,
) -> Result<Json<WatchJson>, Error> {
    actions::put_back(&mut db, &actor, id, now).await?;
    line(&app, &mut db, &actor, id, now).await
}
