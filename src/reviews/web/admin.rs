use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{actions, model::Case, store},
    forms::TakeDownForm,
};
use crate::{
    accounts::Admin,
    values::{FieldErrors, ReviewId, Zone},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Path, Problem, Section, filters},
};

/// A published review before an admin.
#[derive(Template)]
#[template(path = "reviews/judge.html")]
struct JudgePage {
    frame: Frame,
    case: Case,
    form: TakeDownForm,
    errors: FieldErrors,
}

impl JudgePage {
    fn labels(&self) -> [(&'static str, &'static str); 1] {
        [("reason", "The reason")]
    }

    /// Admins sit anywhere: what they read is told in one clock.
    fn utc(&self) -> &'static Zone {
        &Zone::UTC
    }
}

pub(crate) async fn judging(
    _: Admin,
    frame: Frame,
    mut db: Db,
    Path(id): Path<ReviewId>,
) -> Result<Response, Error> {
    let case = store::find_case(&mut db, id).await?.ok_or(Error::NotFound)?;
    let (form, errors) = (TakeDownForm::default(), FieldErrors::default());
    Ok(Page::ok(JudgePage { frame: frame.at(Section::Admin), case, form, errors }).into_response())
}

pub(crate) async fn take_down(
    admin: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<ReviewId>,
    Form(form): Form<TakeDownForm>,
) -> Result<Response, Error> {
    let case = store::find_case(&mut db, id).await?.ok_or(Error::NotFound)?;
    let reason = match form.read() {
        Ok(reason) => reason,
        Err(errors) => {
            let page = JudgePage { frame: frame.at(Section::Admin), case, form, errors };
            return Ok(Page::again(page).into_response());
        }
    };
    actions::take_down(&mut db, &admin, id, &reason, now).await?;
    let said = "The review is taken down, and its writer is told why.";
    Ok(Go::to(format!("/admin/reviews/{id}")).saying(said).into_response())
}

/// Takes a published review out of the public, for a reason that its writer reads. For admins.
#[utoipa::path(post, path = "/admin/reviews/{id}/take-down", tag = "admin",
    params(("id" = ReviewId, Path)), request_body = TakeDownForm,
    responses((status = 204, description = "taken down, now or before"),
        (status = 404, description = "no published review has this number", body = Problem),
        (status = 422, description = "the reason is missing, or will not do", body = Problem)))]
pub(crate) async fn take_down_json(
    admin: Admin,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<ReviewId>,
    Json(form): Json<TakeDownForm>,
) -> Result<StatusCode, Error> {
    let reason = form.read().map_err(Error::Invalid)?;
    actions::take_down(&mut db, &admin, id, &reason, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
