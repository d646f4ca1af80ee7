//! Asking a player for their time: the form, what it comes to as it is typed, and the sending.

mod beside;
mod desk;
mod page;

use axum::{
    extract::{OriginalUri, State},
    response::{IntoResponse, Response},
};
pub(crate) use beside::put_files;
pub(super) use beside::{keep, take};
pub(super) use desk::Desk;
use serde::Deserialize;

use super::{
    super::actions::{self, Sent},
    forms::CallForm,
};
use crate::{
    accounts::Verified,
    values::FieldErrors,
    web::{App, Db, Error, Form, Frame, Go, Moved, Now, Page, Path, Query},
};

/// What an address may say about a call that is still to be written.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Prefill {
    instrument: String,
    genre: String,
    date: String,
    from: String,
    to: String,
    zone: String,
    remote: String,
    /// The number of a call that is out.
    call: String,
}

pub(crate) async fn new(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    Query(prefill): Query<Prefill>,
) -> Result<Response, Error> {
    let mut desk = Desk::load(&mut db, &actor, &slug, now).await?;
    if desk.player.slug != slug {
        return Ok(Moved::from(&uri, &desk.player.slug).into_response());
    }
    desk.take_up(&mut db, actor.id, &prefill.call).await?;
    let form = desk.prefilled(prefill);
    Ok(Page::ok(desk.page(frame, form, Vec::new(), FieldErrors::default())).into_response())
}

pub(crate) async fn create(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(slug): Path<String>,
    Form(form): Form<CallForm>,
) -> Result<Response, Error> {
    let mut desk = Desk::load(&mut db, &actor, &slug, now).await?;
    let (files, faults) = beside::lying(&mut db, &app, &actor, &form).await?;
    if !form.count.is_empty() {
        desk.take_up(&mut db, actor.id, &form.call).await?;
        let form = desk.counted(form);
        return Ok(Page::ok(desk.page(frame, form, files, faults)).into_response());
    }
    let ask = match desk.read(&mut db, actor.id, &form).await? {
        Ok(ask) if faults.is_empty() => ask,
        read => {
            let errors = faults.and(read.err().unwrap_or_default());
            return Ok(Page::again(desk.page(frame, form, files, errors)).into_response());
        }
    };
    let mut db = desk.freshened(&app, db, &ask).await?;
    let sent = actions::request(&mut db, &actor, &desk.player, &ask, now).await?;
    let sentence = match sent {
        Sent::Now(_) if ask.at_once => {
            format!("Booked and confirmed. {} has been told.", desk.player.name)
        }
        Sent::Now(_) => format!("Sent. {} has been told.", desk.player.name),
        Sent::Before(_) => "This form was sent before, and made this booking.".into(),
    };
    Ok(Go::to(format!("/bookings/{}", sent.id())).saying(sentence).into_response())
}
