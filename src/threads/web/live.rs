//! A conversation as it goes on: server-sent events.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use askama::Template;
use axum::{
    extract::State,
    http::HeaderMap,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use futures_util::stream;
use serde::Deserialize;
use serde_json::json;

use super::{
    super::{
        actions::{Page, Pages},
        model::{Mark, Message, PAGE},
        store,
    },
    Conversation,
    api::MessageJson,
    views::{MessageView, mark_told},
};
use crate::{
    accounts::{self, Actor},
    values::{BookingId, MessageId},
    web::{App, Db, Error, Now, Path, Problem, Query, filters},
};

/// How soon a browser comes again when a stream ended.
const COMES_AGAIN: Duration = Duration::from_secs(2);
/// How often a line says that the stream is still there: what stands between may cut silent ones.
const BEATS: Duration = Duration::from_secs(15);

/// Where a stream goes on.
#[derive(Clone, Copy, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// The last message the caller has; without it, or `Last-Event-ID`, from now on.
    since: Option<MessageId>,
}

/// Whether messages are sent as a page shows them, or as JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Face {
    Page,
    Json,
}

/// A message as it goes into a page that is open.
#[derive(Template)]
#[template(path = "threads/live.html")]
struct Part<'a> {
    message: &'a MessageView,
}

pub(crate) async fn live(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    db: Db,
    Path(id): Path<BookingId>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    follow(app, actor, now, db, id, last_known(since, &headers), Face::Page).await
}

/// What is written under a booking, as it is written: server-sent events, for its two sides.
///
/// An event `message` has a message as its data, and its number as its id: sent back as
/// `Last-Event-ID`, the stream goes on behind it and leaves nothing out. An event `read` tells up to
/// which of the caller's messages the other side has read, and when. An event `shown` tells that
/// contact details are shown from now on: what was read before reads otherwise now.
#[utoipa::path(
    get, path = "/bookings/{id}/messages/live", tag = "messages",
    params(("id" = BookingId, Path), Since),
    responses(
        (status = 200, description = "a stream that ends when the caller is signed in no more", content_type = "text/event-stream", body = String),
        (status = 404, description = "none that the caller is a side of", body = Problem),
        (status = 429, description = "the caller has six open on this server", body = Problem),
    )
)]
pub(crate) async fn live_json(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    db: Db,
    Path(id): Path<BookingId>,
    Query(since): Query<Since>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    follow(app, actor, now, db, id, last_known(since, &headers), Face::Json).await
}

/// The later of both: a browser that comes again sends the address it had at first.
fn last_known(since: Since, headers: &HeaderMap) -> Option<MessageId> {
    let header = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    header.and_then(|id| id.parse().ok()).max(since.since)
}

async fn follow(
    app: App,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    id: BookingId,
    known: Option<MessageId>,
    face: Face,
) -> Result<Response, Error> {
    let seen = Conversation::find(&mut db, &actor, id, now).await?;
    // An admin reads it as a page.
    seen.party.ok_or(Error::NotFound)?;
    // Before the first look, so that nothing falls between.
    let page = Pages::open(&app, &actor, id).await?;
    let last = match known {
        Some(known) => known,
        None => store::list(&mut db, id, None, 1).await?.first().map_or(0.into(), |last| last.id),
    };
    drop(db);
    let begun = Event::default().retry(COMES_AGAIN).comment("open");
    let live = Live {
        app,
        actor,
        page,
        seen,
        face,
        last,
        mark: None,
        is_behind: true,
        ready: VecDeque::from([begun]),
    };
    let events = Sse::new(stream::unfold(live, Live::next));
    let events = events.keep_alive(KeepAlive::new().interval(BEATS));
    // Proxies that collect what they pass on must not.
    Ok(([("x-accel-buffering", "no")], events).into_response())
}

/// One stream, and how far it has come.
struct Live {
    app: App,
    actor: Actor,
    page: Page,
    seen: Conversation,
    face: Face,
    last: MessageId,
    mark: Option<Mark>,
    /// Whether there may be something that was not sent yet.
    is_behind: bool,
    ready: VecDeque<Event>,
}

impl Live {
    async fn next(mut self) -> Option<(Result<Event, Infallible>, Live)> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some((Ok(event), self));
            }
            if !self.is_behind && !self.page.news().await {
                return None;
            }
            self.is_behind = true;
            match self.look().await {
                Ok(true) => {}
                Ok(false) => return None,
                Err(error) => {
                    tracing::warn!(%error, "an open page waits to read on");
                    if !self.page.pause().await {
                        return None;
                    }
                }
            }
        }
    }

    /// Makes ready what is new. False where the reader is signed in no more.
    async fn look(&mut self) -> Result<bool, Error> {
        let now = self.app.clock.now();
        let booking = self.seen.booking.id;
        let mut db = self.app.reads.acquire().await?;
        if accounts::still_open(&mut db, &[self.actor.sign_in], now).await?.is_empty() {
            return Ok(false);
        }
        let is_shown = store::status(&mut db, booking).await?.shows_contact_details();
        if is_shown && !self.seen.shows_contact_details {
            self.seen.shows_contact_details = true;
            self.seen.reader.reads_all = true;
            self.ready.push_back(Event::default().event("shown").data("{}"));
        }
        let messages = store::since(&mut db, booking, self.last, PAGE as i64).await?;
        let mark = store::mark(&mut db, booking, self.actor.id).await?;
        drop(db);
        self.is_behind = messages.len() == PAGE;
        for message in &messages {
            let event = self.event(message)?;
            self.ready.push_back(event);
            self.last = message.id;
        }
        if mark != self.mark && !self.is_behind {
            self.mark = mark;
            self.ready.extend(mark.map(|mark| self.read(mark)));
        }
        Ok(true)
    }

    fn event(&self, message: &Message) -> Result<Event, Error> {
        let event = Event::default().id(message.id.to_string());
        Ok(match self.face {
            Face::Page => {
                let (zone, now) = (self.actor.zone, self.app.clock.now());
                let message = &MessageView::of(message, &self.seen, zone, now);
                event.data(Part { message }.render().map_err(anyhow::Error::from)?)
            }
            Face::Json => {
                let json = serde_json::to_string(&MessageJson::of(message, &self.seen));
                event.event("message").data(json.map_err(anyhow::Error::from)?)
            }
        })
    }

    fn read(&self, mark: Mark) -> Event {
        let data = match self.face {
            Face::Page => {
                let told = mark_told(mark, &self.seen, self.actor.zone, self.app.clock.now());
                json!({ "message": mark.message, "told": told })
            }
            Face::Json => json!({ "message": mark.message, "at": mark.at }),
        };
        Event::default().event("read").data(data.to_string())
    }
}
