//! Public pages, and their JSON, that are kept ready: made once, sent until something they tell of
//! changes.

use std::sync::{Mutex, MutexGuard, PoisonError};

use askama::Template;
use axum::{
    body::Bytes,
    http::{HeaderValue, Uri, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use quick_cache::{Weighter, sync::Cache};
use serde::Serialize;

use super::{
    actions::{Follower, Heard},
    model::{Ages, Subject},
};
use crate::web::{App, Error, Moved, Visit};

/// How much memory they may take, and how long an address may be to be one of them.
const MOST_BYTES: u64 = 128 * 1024 * 1024;
const LONGEST: usize = 500;

/// An answer as it was made.
#[derive(Clone)]
struct Ready {
    body: Bytes,
    subjects: Box<[Subject]>,
    /// The age of the world when it was made.
    made: u64,
    /// The minute in which it was made: it tells what is free from now on.
    minute: DateTime<Utc>,
}

#[derive(Clone)]
struct ByLength;

impl Weighter<String, Ready> for ByLength {
    fn weight(&self, address: &String, ready: &Ready) -> u64 {
        (address.len() + ready.body.len() + 200) as u64
    }
}

/// The pages of this server, and how far it has followed what they are made of.
struct ReadyPages {
    follower: Follower,
    ages: Mutex<Ages>,
    pages: Cache<String, Ready, ByLength>,
}

impl Default for ReadyPages {
    fn default() -> ReadyPages {
        let pages = Cache::with_weighter((MOST_BYTES / 16_384) as usize, MOST_BYTES, ByLength);
        ReadyPages { follower: Follower::default(), ages: Mutex::default(), pages }
    }
}

impl ReadyPages {
    fn ages(&self) -> MutexGuard<'_, Ages> {
        self.ages.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After this, whatever was committed before is known.
    async fn follow(&self, visit: &Visit) -> Result<(), Error> {
        let Some(turn) = self.follower.turn().await else { return Ok(()) };
        let look = turn.look(&mut *visit.db().await?).await?;
        match &look.heard {
            Heard::Nothing => {}
            Heard::These(subjects) => self.ages().change(subjects.iter().copied()),
            Heard::Everything => self.ages().change_all(),
        }
        look.done();
        Ok(())
    }
}

/// What a handler made for an address.
pub(crate) enum Made<T> {
    /// A page, and what it tells of: it is made again once one of these changed.
    Page(T, Vec<Subject>),
    /// What was at this address is at another.
    Elsewhere(Moved),
}

/// The page at `address`: for who is not signed in the one that was made before, while all of it is
/// true; else what `make` makes.
pub(crate) async fn ready<T: Template>(
    app: &App,
    visit: &Visit,
    address: &Uri,
    make: impl AsyncFnOnce() -> Result<Made<T>, Error>,
) -> Result<Response, Error> {
    let frame = visit.frame();
    let is_for_all = frame.viewer.is_none() && frame.flash.is_none();
    let body = |page: &T| Ok(page.render().map_err(anyhow::Error::from)?.into());
    let as_html = (HeaderValue::from_static("text/html; charset=utf-8"), body);
    kept(app, visit, address, is_for_all, as_html, make).await
}

/// The same of JSON that is alike for everybody, whoever asks.
pub(crate) async fn ready_json<T: Serialize>(
    app: &App,
    visit: &Visit,
    address: &Uri,
    make: impl AsyncFnOnce() -> Result<(T, Vec<Subject>), Error>,
) -> Result<Response, Error> {
    let body = |told: &T| Ok(serde_json::to_vec(told).map_err(anyhow::Error::from)?.into());
    let as_json = (HeaderValue::from_static("application/json"), body);
    let make = async || make().await.map(|(told, subjects)| Made::Page(told, subjects));
    kept(app, visit, address, true, as_json, make).await
}

async fn kept<T>(
    app: &App,
    visit: &Visit,
    address: &Uri,
    is_for_all: bool,
    (kind, body): (HeaderValue, impl Fn(&T) -> Result<Bytes, Error>),
    make: impl AsyncFnOnce() -> Result<Made<T>, Error>,
) -> Result<Response, Error> {
    let address = address.to_string();
    if !is_for_all || address.len() > LONGEST {
        return Ok(match make().await? {
            Made::Page(page, _) => answer(kind, body(&page)?),
            Made::Elsewhere(moved) => moved.into_response(),
        });
    }
    let all = app.kept.get_or(ReadyPages::default);
    all.follow(visit).await?;
    let minute = visit.now().duration_trunc(TimeDelta::minutes(1)).unwrap_or(visit.now());
    let made = all.ages().now();
    if let Some(ready) = all.pages.get(&address)
        && ready.minute == minute
        && all.ages().is_true(ready.made, &ready.subjects)
    {
        return Ok(answer(kind, ready.body));
    }
    let (page, subjects) = match make().await? {
        Made::Page(page, subjects) => (page, subjects),
        Made::Elsewhere(moved) => return Ok(moved.into_response()),
    };
    let body = body(&page)?;
    let ready = Ready { body: body.clone(), subjects: subjects.into(), made, minute };
    all.pages.insert(address, ready);
    Ok(answer(kind, body))
}

/// Browsers do not keep it: whether it is still true only the server knows.
fn answer(kind: HeaderValue, body: Bytes) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    ([(header::CACHE_CONTROL, no_store), (header::CONTENT_TYPE, kind)], body).into_response()
}
