use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{actions, store},
    forms::{KeepForm, NoteForm, OrderForm},
    lines::{Line, Player, lines},
};
use crate::{
    accounts::Actor,
    musicians,
    values::{FavouriteId, Money, MusicianId},
    web::{Db, Error, Json, Now, Path, Problem},
};

/// A line of one's list.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FavouriteJson {
    id: FavouriteId,
    /// Null while the player is hidden, or for good once they are gone.
    musician: Option<KeptMusicianJson>,
    note: String,
    added_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct KeptMusicianJson {
    id: MusicianId,
    slug: String,
    url: String,
    name: String,
    headline: String,
    place: String,
    zone: &'static str,
    session_rate: Option<Money>,
    song_rate: Option<Money>,
    /// Slugs, the primary first.
    instruments: Vec<String>,
    /// The first stretch of at least three hours in the next sixty days.
    next_free: Option<NextFreeJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NextFreeJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FavouritesJson {
    /// Goes up with each change of who is on it and in what order.
    version: i32,
    items: Vec<FavouriteJson>,
    next: Option<String>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ListVersionJson {
    version: i32,
}

impl From<Line> for FavouriteJson {
    fn from(Line { favourite, player }: Line) -> FavouriteJson {
        FavouriteJson {
            id: favourite.id,
            musician: player.map(KeptMusicianJson::from),
            note: favourite.note,
            added_at: favourite.added_at,
        }
    }
}

impl From<Player> for KeptMusicianJson {
    fn from(Player { profile, next_free, .. }: Player) -> KeptMusicianJson {
        KeptMusicianJson {
            id: profile.id,
            url: format!("/musicians/{}", profile.slug),
            slug: profile.slug,
            name: profile.name,
            headline: profile.headline,
            place: profile.place,
            zone: profile.zone.name(),
            session_rate: profile.session_rate,
            song_rate: profile.song_rate,
            instruments: profile.instruments.into_iter().map(|plays| plays.slug).collect(),
            next_free: next_free
                .map(|slot| NextFreeJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() }),
        }
    }
}

async fn line(
    db: &mut PgConnection,
    actor: &Actor,
    id: FavouriteId,
    now: DateTime<Utc>,
) -> Result<Json<FavouriteJson>, Error> {
    let found = store::find(db, actor.id, id, now).await?.ok_or(Error::NotFound)?;
    Ok(Json(lines(db, vec![found], now).await?.remove(0).into()))
}

/// One's "first call" list, in its order. Nobody else sees it.
#[utoipa::path(get, path = "/favourites", tag = "favourites",
    responses((status = 200, body = FavouritesJson), (status = 401, body = Problem)))]
pub(crate) async fn list_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<FavouritesJson>, Error> {
    let version = store::find_version(&mut db, actor.id).await?;
    let kept = store::list(&mut db, actor.id).await?;
    let items = lines(&mut db, kept, now).await?.into_iter().map(FavouriteJson::from).collect();
    Ok(Json(FavouritesJson { version, items, next: None }))
}

/// Puts a player at the end of one's list.
#[utoipa::path(post, path = "/favourites", tag = "favourites", request_body = KeepForm,
    responses(
        (status = 201, description = "on the list", body = FavouriteJson),
        (status = 200, description = "was there already", body = FavouriteJson),
        (status = 404, description = "nobody public goes by that", body = Problem),
        (status = 409, description = "the list is full, or it is oneself", body = Problem),
    ))]
pub(crate) async fn keep_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<KeepForm>,
) -> Result<(StatusCode, Json<FavouriteJson>), Error> {
    let player = musicians::find_published(&mut db, form.musician()?.as_str()).await?;
    let player = player.ok_or(Error::NotFound)?;
    let (id, is_new) = actions::keep(&mut db, &actor, &player, now).await?;
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, line(&mut db, &actor, id, now).await?))
}

/// Writes the note of a line, in the place of what it said.
#[utoipa::path(put, path = "/favourites/{id}/note", tag = "favourites", params(("id" = FavouriteId, Path)),
    request_body = NoteForm, responses((status = 200, body = FavouriteJson), (status = 404, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn write_note_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<FavouriteId>,
    Json(form): Json<NoteForm>,
) -> Result<Json<FavouriteJson>, Error> {
    let note = form.read().map_err(Error::Invalid)?;
    actions::write_note(&mut db, &actor, id, note.as_ref(), now).await?;
    line(&mut db, &actor, id, now).await
}

/// Puts the whole list into another order.
#[utoipa::path(put, path = "/favourites/order", tag = "favourites", request_body = OrderForm,
    responses((status = 200, body = ListVersionJson), (status = 409, description = "the list was changed meanwhile", body = Problem)))]
pub(crate) async fn set_order_json(
    actor: Actor,
    mut db: Db,
    Json(form): Json<OrderForm>,
) -> Result<Json<ListVersionJson>, Error> {
    let version = actions::set_order(&mut db, &actor, &form.ids, form.version).await?;
    Ok(Json(ListVersionJson { version }))
}

/// Takes a line off the list; for a day it can be put back.
#[utoipa::path(delete, path = "/favourites/{id}", tag = "favourites", params(("id" = FavouriteId, Path)),
    responses((status = 204, description = "off the list"), (status = 404, body = Problem)))]
pub(crate) async fn take_off_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<FavouriteId>,
) -> Result<StatusCode, Error> {
    actions::take_off(&mut db, &actor, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Puts a line back where it was, with its note.
#[utoipa::path(post, path = "/favourites/{id}/restore", tag = "favourites", params(("id" = FavouriteId, Path)),
    responses((status = 200, body = FavouriteJson), (status = 404, body = Problem), (status = 409, body = Problem)))]
pub(crate) async fn put_back_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<FavouriteId>,
) -> Result<Json<FavouriteJson>, Error> {
    actions::put_back(&mut db, &actor, id, now).await?;
    line(&mut db, &actor, id, now).await
}
