use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    actions,
    model::{Lines, Notice},
    store,
};
use crate::{
    accounts::Actor,
    values::{NoticeId, Zone},
    web::{Db, Error, Frame, Go, Json, Now, Page, Path, Query, Section, filters},
};

/// Which stretch of the inbox: the lines below this one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stretch {
    after: Option<NoticeId>,
}

async fn lines(db: &mut Db, actor: &Actor, stretch: &Stretch) -> Result<Lines, Error> {
    Ok(Lines::of(store::list_notices(db, actor.id, stretch.after).await?))
}

// ----- pages -----

#[derive(Template)]
#[template(path = "inbox/list.html")]
struct ListPage {
    frame: Frame,
    lines: Lines,
    zone: Zone,
    unread: i64,
    /// Messages of bookings that are not read.
    messages: i64,
}

pub(crate) async fn list(
    actor: Actor,
    mut db: Db,
    frame: Frame,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Error> {
    let lines = lines(&mut db, &actor, &stretch).await?;
    let messages = store::count_messages(&mut db, actor.id).await?;
    let frame = frame.at(Section::Inbox);
    let page = ListPage { frame, lines, zone: actor.zone, unread: actor.unread, messages };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn open(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<NoticeId>,
) -> Result<Go, Error> {
    let url = actions::open(&mut db, &actor, id, now).await?.ok_or(Error::NotFound)?;
    Ok(Go::to(url))
}

pub(crate) async fn read_all(actor: Actor, Now(now): Now, mut db: Db) -> Result<Go, Error> {
    actions::read_all(&mut db, &actor, now).await?;
    Ok(Go::to("/inbox").saying("All is marked read."))
}

// ----- JSON -----

#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeJson {
    id: NoticeId,
    #[schema(example = "Maren Oakley accepted: Dust on the Piano, Tue 8 Dec")]
    text: String,
    /// The page it is about.
    #[schema(example = "/bookings/17")]
    url: String,
    created_at: DateTime<Utc>,
    read_at: Option<DateTime<Utc>>,
}

impl From<Notice> for NoticeJson {
    fn from(notice: Notice) -> NoticeJson {
        let Notice { id, text, url, created_at, read_at } = notice;
        NoticeJson { id, text, url, created_at, read_at }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct NoticesJson {
    items: Vec<NoticeJson>,
    /// What to pass as `after` for those before these.
    next: Option<String>,
}

/// What one was told, newest first.
#[utoipa::path(get, path = "/notices", tag = "inbox",
    params(("after" = Option<String>, Query, description = "What `next` held")),
    responses((status = 200, body = NoticesJson), (status = 401, body = crate::web::Problem)))]
pub(crate) async fn list_json(
    actor: Actor,
    mut db: Db,
    Query(stretch): Query<Stretch>,
) -> Result<Json<NoticesJson>, Error> {
    let lines = lines(&mut db, &actor, &stretch).await?;
    let next = lines.next.map(|next| next.to_string());
    Ok(Json(NoticesJson { items: lines.items.into_iter().map(NoticeJson::from).collect(), next }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ReadJson {
    /// How many lines were unread.
    read: u64,
}

/// Marks all of one's lines read.
#[utoipa::path(post, path = "/notices/read", tag = "inbox",
    responses((status = 200, body = ReadJson), (status = 401, body = crate::web::Problem)))]
pub(crate) async fn read_all_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<ReadJson>, Error> {
    let read = actions::read_all(&mut db, &actor, now).await?;
    Ok(Json(ReadJson { read }))
}
