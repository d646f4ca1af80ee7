//! The links that stop mails, for whoever has the mail: no sign-in, and no cookie.

use askama::Template;
use axum::response::{IntoResponse, Response};

use super::super::{actions, store};
use crate::{
    values::Secret,
    web::{Db, Error, Frame, Page, Path},
};

#[derive(Template)]
#[template(path = "watches/stop.html")]
struct StopPage {
    frame: Frame,
    secret: Secret,
    /// What the search is called.
    name: String,
    is_stopped: bool,
}

/// Asks first: programs that look at every link of a mail stop nothing.
pub(crate) async fn stopping(
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let watch = store::find_by_stop(&mut db, secret.hash()).await?.ok_or(Error::NotFound)?;
    let is_stopped = !watch.mails;
    Ok(Page::ok(StopPage { frame, secret, name: watch.name, is_stopped }).into_response())
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
    let watch = actions::stop(&mut db, &secret).await?;
    Ok(Page::ok(StopPage { frame, secret, name: watch.name, is_stopped: true }).into_response())
}
