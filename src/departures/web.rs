use askama::Template;
use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    actions::{self, DepartureError},
    model::{Held, Ties},
    store,
};
use crate::{
    accounts::{self, Actor, Origin},
    files,
    values::FieldErrors,
    web::{App, Client, Db, Error, Form, Frame, Go, Json, Now, Page, Problem, Section, filters},
};

impl From<DepartureError> for Error {
    fn from(error: DepartureError) -> Error {
        match error {
            DepartureError::Held(held) => Error::Refused(held.to_string()),
            DepartureError::Database(error) => error.into(),
        }
    }
}

#[derive(Template)]
#[template(path = "departures/leave.html")]
struct LeavePage {
    frame: Frame,
    actor: Actor,
    ties: Ties,
    /// Why not yet.
    held: Option<Held>,
    errors: FieldErrors,
}

impl LeavePage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        actor: Actor,
        now: DateTime<Utc>,
    ) -> Result<LeavePage, Error> {
        let ties = store::count_ties(db, actor.id, now).await?;
        let (frame, errors) = (frame.at(Section::Account), FieldErrors::default());
        Ok(LeavePage { frame, actor, ties, held: ties.part().err(), errors })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &[("current", "Current password")]
    }
}

/// The current password, once more.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct LeaveForm {
    current: String,
}

pub(crate) async fn leaving(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
) -> Result<Response, Error> {
    Ok(Page::ok(LeavePage::of(&mut db, frame, actor, now).await?).into_response())
}

pub(crate) async fn leave(
    State(app): State<App>,
    actor: Actor,
    client: Client,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Form(form): Form<LeaveForm>,
) -> Result<Response, Error> {
    let page = LeavePage::of(&mut db, frame, actor.clone(), now).await?;
    match delete(&app, db, &actor, &form, client, now).await {
        Ok(()) => {
            let go = Go::to("/").saying("Your account is deleted.");
            Ok(accounts::signed_out(&app, go))
        }
        Err(Error::Invalid(errors)) => {
            Ok(Page::again(LeavePage { errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

async fn delete(
    app: &App,
    db: Db,
    actor: &Actor,
    form: &LeaveForm,
    client: Client,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let from = Origin::from(client);
    let (mut db, _) = accounts::prove(app, db, actor, &form.current, &from, now).await?;
    Ok(actions::leave(&mut db, &files::of(app), actor, from.address, now).await?)
}

/// Deletes the caller's account. Bookings stay for their other side, without a name; credits stay
/// under the name they were given.
#[utoipa::path(
    delete, path = "/account", tag = "accounts", request_body = LeaveForm,
    responses(
        (status = 204, description = "deleted"),
        (status = 409, description = "bookings or requests are not settled", body = Problem),
        (status = 422, description = "the password is another", body = Problem),
    )
)]
pub(crate) async fn leave_json(
    State(app): State<App>,
    actor: Actor,
    client: Client,
    Now(now): Now,
    db: Db,
    Json(form): Json<LeaveForm>,
) -> Result<StatusCode, Error> {
    delete(&app, db, &actor, &form, client, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
