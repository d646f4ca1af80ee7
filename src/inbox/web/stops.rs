//! The links that stop mails, for whoever has the mail: no sign-in, and no cookie.

use askama::Template;
use axum::response::{IntoResponse, Response};

use crate::{
    outbox::{self, Stopped, Topic, Way},
    values::Secret,
    web::{Db, Error, Frame, Page, Path},
};

#[derive(Template)]
#[template(path = "inbox/stop.html")]
struct StopPage {
    frame: Frame,
    secret: Secret,
    stopped: Stopped,
    /// They were brought back just now.
    is_restarted: bool,
}

impl StopPage {
    /// `Credits, Reviews`.
    fn names(&self) -> String {
        self.stopped.topics.iter().map(|topic| topic.name()).collect::<Vec<_>>().join(", ")
    }

    fn is_digest(&self) -> bool {
        self.stopped.way == Way::Digest
    }

    fn only_topic(&self) -> Option<Topic> {
        match self.stopped.topics[..] {
            [topic] => Some(topic),
            _ => None,
        }
    }
}

/// Asks first: programs that look at every link of a mail stop nothing.
pub(crate) async fn stopping(
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let stopped = outbox::find_stopped(&mut db, &secret).await?.ok_or(Error::NotFound)?;
    Ok(Page::ok(StopPage { frame, secret, stopped, is_restarted: false }).into_response())
}

/// Stops them, at the press of the button or of one in a mail program: RFC 8058 has it post
/// `List-Unsubscribe=One-Click` in either form of body, which says nothing more than the address
/// does, and wants an answer that is no redirect.
pub(crate) async fn stop(
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let stopped = outbox::stop(&mut db, &secret).await?.ok_or(Error::NotFound)?;
    Ok(Page::ok(StopPage { frame, secret, stopped, is_restarted: false }).into_response())
}

/// The way back.
pub(crate) async fn restart(
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let stopped = outbox::restart(&mut db, &secret).await?.ok_or(Error::NotFound)?;
    Ok(Page::ok(StopPage { frame, secret, stopped, is_restarted: true }).into_response())
}
