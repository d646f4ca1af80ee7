use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{
    super::{
        actions,
        model::{Detail, Feed},
        store,
    },
    addresses,
    forms::FeedForm,
};
use crate::{
    accounts::{Actor, Verified},
    values::FeedId,
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// An address at which one's bookings are read.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FeedJson {
    id: FeedId,
    name: String,
    detail: Detail,
    created_at: DateTime<Utc>,
    /// When it was read last, to the hour.
    read_at: Option<DateTime<Utc>>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct FeedsJson {
    items: Vec<FeedJson>,
    next: Option<String>,
}

/// A feed that was made just now.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MadeFeedJson {
    #[serde(flatten)]
    feed: FeedJson,
    /// Its address, a secret: told here and never again.
    #[schema(example = "https://firstcall.example/feeds/5e….ics")]
    url: String,
    /// The same as calendar programs open it.
    webcal: String,
}

impl From<Feed> for FeedJson {
    fn from(feed: Feed) -> FeedJson {
        FeedJson {
            id: feed.id,
            name: feed.name,
            detail: feed.detail,
            created_at: feed.created_at,
            read_at: feed.read_at,
        }
    }
}

/// The feeds of the caller's calendar, the latest first: all of them, 10 at most. Their addresses
/// are not told again.
#[utoipa::path(get, path = "/calendar/feeds", tag = "calendar",
    responses((status = 200, body = FeedsJson), (status = 404, description = "no profile", body = Problem)))]
pub(crate) async fn list_json(actor: Actor, mut db: Db) -> Result<Json<FeedsJson>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let feeds = store::list(&mut db, player).await?;
    Ok(Json(FeedsJson { items: feeds.into_iter().map(FeedJson::from).collect(), next: None }))
}

/// Makes a secret address at which calendar programs read the caller's bookings, as RFC 5545.
#[utoipa::path(post, path = "/calendar/feeds", tag = "calendar", request_body = FeedForm,
    responses(
        (status = 201, description = "made; only this answer has its address", body = MadeFeedJson),
        (status = 404, description = "no profile", body = Problem),
        (status = 409, description = "there are 10 already", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem),
    ))]
pub(crate) async fn make_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<FeedForm>,
) -> Result<(StatusCode, Json<MadeFeedJson>), Error> {
    store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let (name, detail) = form.read().map_err(Error::Invalid)?;
    let (feed, secret) = actions::make(&mut db, &actor, &name, detail, now).await?;
    let (url, webcal) = addresses(&app.site, &secret);
    Ok((StatusCode::CREATED, Json(MadeFeedJson { feed: feed.into(), url, webcal })))
}

/// Revokes a feed: nothing is read at its address any more.
#[utoipa::path(delete, path = "/calendar/feeds/{id}", tag = "calendar", params(("id" = FeedId, Path)),
    responses((status = 204, description = "revoked"), (status = 404, body = Problem)))]
pub(crate) async fn revoke_json(
    actor: Verified,
    mut db: Db,
    Path(id): Path<FeedId>,
) -> Result<StatusCode, Error> {
    actions::revoke(&mut db, &actor, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
