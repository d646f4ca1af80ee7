//! Charts and audio that lie beside a form while it is written.

use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::super::{
        actions::{self, FOLDER},
        model::{CallFile, Unkept},
        store,
    },
    CallForm, Desk,
};
use crate::{
    accounts::{Actor, Verified},
    files::{self, Received, Unusable, receive, unreadable},
    values::{CallFileId, FieldErrors, Line},
    web::{App, Db, Error, Frame, Now, Page, Path},
};

/// What lies beside a form, but what it says is left out, and what is wrong there.
pub(super) async fn lying(
    db: &mut PgConnection,
    app: &App,
    actor: &Actor,
    form: &CallForm,
) -> Result<(Vec<CallFile>, FieldErrors), Error> {
    leave_out(db, app, actor, form).await?;
    let mut faults = FieldErrors::default();
    if form.file.iter().any(|name| !name.is_empty()) {
        // A form without files sends their names.
        faults.add("file", Unkept::NotAdded);
    }
    Ok((store::unsent(db, actor.id, &key(&form.form_key)).await?, faults))
}

async fn leave_out(
    db: &mut PgConnection,
    app: &App,
    actor: &Actor,
    form: &CallForm,
) -> Result<(), Error> {
    let ticked = form.leave_out.iter().filter_map(|id| id.parse().ok());
    let ticked: Vec<CallFileId> = ticked.collect();
    if !ticked.is_empty() {
        actions::take_away(db, &files::of(app), actor.id, &ticked).await?;
    }
    Ok(())
}

/// The key that a form is sent with, where it may be; else nothing lies under it.
fn key(typed: &str) -> String {
    let read: Option<Line<64>> = Line::optional(typed).ok().flatten();
    read.map(|key| key.to_string()).unwrap_or_default()
}

/// Takes files in as they come, and shows the form again with them beside it. No connection to the
/// database is held meanwhile.
pub(crate) async fn put_files(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(slug): Path<String>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    let mut desk = Desk::load(&mut db, &actor, &slug, now).await?;
    let (mut db, received) = take(&app, &actor, db, body).await?;
    let Some(form) = typed(&received) else {
        received.let_go(&files::of(&app)).await;
        return Err(unreadable());
    };
    // What is left out makes room.
    leave_out(&mut db, &app, &actor, &form).await?;
    let (files, faults) = keep(&mut db, &app, (&actor, &form.form_key), &received, now).await?;
    desk.take_up(&mut db, actor.id, &form.call).await?;
    let is_fine = faults.is_empty();
    let page = desk.page(frame, form, files, faults);
    Ok(if is_fine { Page::ok(page) } else { Page::again(page) }.into_response())
}

/// What was typed, of what came.
fn typed(received: &Received) -> Option<CallForm> {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    let pairs = pairs.extend_pairs(&received.fields).finish();
    serde_html_form::from_str(&pairs).ok()
}

/// Takes in what comes with a form; whoever asks has two places for that at once.
pub(in crate::bookings::web) async fn take(
    app: &App,
    actor: &Actor,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
) -> Result<(Db, Received), Error> {
    let two_at_once = "Two files of yours are on their way already. Wait for one of them.";
    let two_at_once = || Error::Refused(two_at_once.into());
    let _place = files::enter(app, actor.id).ok_or_else(two_at_once)?;
    let body = body.map_err(|_| unreadable())?;
    let store_of_files = files::of(app);
    let (db, received) = db.rest(receive(&store_of_files, FOLDER, body)).await?;
    Ok((db, received?))
}

/// Keeps beside a form what will do of what came: all that lies there then, and what is wrong with the
/// rest.
pub(in crate::bookings::web) async fn keep(
    db: &mut PgConnection,
    app: &App,
    (actor, form_key): (&Actor, &str),
    received: &Received,
    now: DateTime<Utc>,
) -> Result<(Vec<CallFile>, FieldErrors), Error> {
    let mut faults = FieldErrors::default();
    received.faults.iter().for_each(|why| faults.add("file", why));
    if faults.is_empty() && received.files.is_empty() {
        faults.add("file", Unusable::Missing);
    }
    let key = key(form_key);
    let beside = (actor.id, key.as_str());
    let kept = actions::put_beside(db, &files::of(app), beside, &received.files, now).await?;
    faults.take("file", kept);
    Ok((store::unsent(db, actor.id, &key).await?, faults))
}
