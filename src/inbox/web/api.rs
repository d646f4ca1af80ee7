use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{actions, model::Notice, store},
    forms::{InboxQuery, WishesBody},
    pages::lines,
};
use crate::{
    accounts::Actor,
    outbox::{self, Topic, Way},
    values::{NoticeId, Zone},
    web::{Db, Error, Json, Now, Problem, Query},
};

#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeJson {
    id: NoticeId,
    topic: Topic,
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
        let Notice { id, topic, text, url, created_at, read_at } = notice;
        NoticeJson { id, topic, text, url, created_at, read_at }
    }
}

#[derive(Serialize, ToSchema)]
pub(crate) struct NoticesJson {
    items: Vec<NoticeJson>,
    /// What to pass as `after` for those before these.
    next: Option<String>,
    /// How many of all one's lines are not read, topic by topic: only where there are any.
    unread: Vec<UnreadJson>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct UnreadJson {
    topic: Topic,
    lines: i64,
}

/// What one was told, newest first.
#[utoipa::path(get, path = "/notices", tag = "inbox", params(InboxQuery),
    responses((status = 200, body = NoticesJson), (status = 400, body = Problem), (status = 401, body = Problem)))]
pub(crate) async fn list_json(
    actor: Actor,
    mut db: Db,
    Query(query): Query<InboxQuery>,
) -> Result<Json<NoticesJson>, Error> {
    let lines = lines(&mut db, &actor, &query).await?;
    let unread = store::count_unread(&mut db, actor.id).await?.into_iter();
    Ok(Json(NoticesJson {
        next: lines.next.map(|next| next.to_string()),
        items: lines.items.into_iter().map(NoticeJson::from).collect(),
        unread: unread.map(|(topic, lines)| UnreadJson { topic, lines }).collect(),
    }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct ReadJson {
    /// How many lines were unread.
    read: u64,
}

/// Marks all of one's lines read.
#[utoipa::path(post, path = "/notices/read", tag = "inbox",
    responses((status = 200, body = ReadJson), (status = 401, body = Problem)))]
pub(crate) async fn read_all_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<ReadJson>, Error> {
    let read = actions::read_all(&mut db, &actor, now).await?;
    Ok(Json(ReadJson { read }))
}

#[derive(Serialize, ToSchema)]
pub(crate) struct WishesJson {
    /// When the mail of the day goes.
    #[schema(example = "08:00")]
    digest_at: String,
    /// The clock that is read by: the account's.
    #[schema(value_type = String, example = "Europe/London")]
    zone: Zone,
    topics: Vec<WishJson>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct WishJson {
    topic: Topic,
    name: &'static str,
    /// What comes under it.
    told: &'static str,
    mail: Way,
    /// What `mail` may be.
    ways: &'static [Way],
    in_app: bool,
    /// Whether `in_app` may be false.
    may_go_unlisted: bool,
    /// Why not everything can be chosen, where it cannot.
    why_not_all: Option<&'static str>,
}

async fn wishes(db: &mut PgConnection, actor: &Actor) -> Result<Json<WishesJson>, Error> {
    let wishes = outbox::find_wishes(db, actor.id).await?;
    let topics = Topic::ALL.into_iter().map(|topic| WishJson {
        topic,
        name: topic.name(),
        told: topic.told(),
        mail: wishes.about(topic).mail,
        ways: topic.ways(),
        in_app: wishes.about(topic).in_app,
        may_go_unlisted: topic.may_go_unlisted(),
        why_not_all: topic.why_not_all(),
    });
    let (digest_at, zone) = (wishes.hour.to_string(), wishes.zone);
    Ok(Json(WishesJson { digest_at, zone, topics: topics.collect() }))
}

/// How the caller is told about what.
#[utoipa::path(get, path = "/account/notifications", tag = "inbox",
    responses((status = 200, body = WishesJson), (status = 401, body = Problem)))]
pub(crate) async fn wishes_json(actor: Actor, mut db: Db) -> Result<Json<WishesJson>, Error> {
    wishes(&mut db, &actor).await
}

/// Chooses how the caller is told: at once, in one mail a day, or not by mail; in the app, or not.
#[utoipa::path(put, path = "/account/notifications", tag = "inbox", request_body = WishesBody,
    responses((status = 200, body = WishesJson), (status = 401, body = Problem), (status = 422, body = Problem)))]
pub(crate) async fn set_wishes_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Json(body): Json<WishesBody>,
) -> Result<Json<WishesJson>, Error> {
    let chosen = body.read().map_err(Error::Invalid)?;
    outbox::set_wishes(&mut db, actor.id, chosen.hour, &chosen.wishes, now).await?;
    wishes(&mut db, &actor).await
}
