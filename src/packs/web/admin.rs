use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};

use super::{
    super::{actions, model::Pack},
    api::VersionJson,
    pages::Shelf,
    version_form::{LABELS, VersionForm},
};
use crate::{
    accounts::Admin,
    values::FieldErrors,
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Path, Problem, Section},
};

/// Rows that wait to be filled in, beside those that are.
const SPARE: usize = 2;

/// The figures of a pack before an admin who makes a version of it.
#[derive(Template)]
#[template(path = "packs/edit.html")]
struct EditPage {
    frame: Frame,
    pack: Pack,
    form: VersionForm,
    errors: FieldErrors,
}

impl EditPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn rows(&self, column: &[String]) -> std::ops::Range<usize> {
        0..column.len() + SPARE
    }

    fn at<'a>(&self, column: &'a [String], row: &usize) -> &'a str {
        column.get(*row).map_or("", String::as_str)
    }
}

pub(crate) async fn editing(
    _: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let shelf = Shelf::find(&mut db, &slug).await?;
    let newest = shelf.versions.first();
    let form = newest.map(|version| VersionForm::of(version, shelf.pack.currency, now));
    let page = EditPage {
        frame: frame.at(Section::Admin),
        pack: shelf.pack,
        form: form.unwrap_or_default(),
        errors: FieldErrors::default(),
    };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn make_version(
    admin: Admin,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(slug): Path<String>,
    Form(form): Form<VersionForm>,
) -> Result<Response, Error> {
    let shelf = Shelf::find(&mut db, &slug).await?;
    let made = async {
        let draft = form.read(&shelf.pack, now).map_err(Error::Invalid)?;
        let made = actions::make_version(&mut db, &admin, shelf.pack.id, form.last(), &draft, now);
        made.await.map_err(|error| error.at("last"))
    };
    match made.await {
        Ok(number) => {
            let to = format!("/packs/{}?version={number}", shelf.pack.slug);
            let said = format!("Version {number} is made. What was booked before keeps its own.");
            Ok(Go::to(to).saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = EditPage { frame: frame.at(Section::Admin), pack: shelf.pack, form, errors };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error),
    }
}

/// Makes a version of a pack, which holds from a day on; none that there is changes. For admins.
#[utoipa::path(post, path = "/admin/packs/{slug}/versions", tag = "admin", params(("slug" = String, Path)),
    request_body = VersionForm,
    responses((status = 201, description = "made, now or by the same request before", body = VersionJson),
        (status = 404, description = "there is no such pack", body = Problem),
        (status = 422, description = "some fields are wrong, or another version came meanwhile", body = Problem)))]
pub(crate) async fn make_version_json(
    admin: Admin,
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
    Json(form): Json<VersionForm>,
) -> Result<(StatusCode, Json<VersionJson>), Error> {
    let shelf = Shelf::find(&mut db, &slug).await?;
    let draft = form.read(&shelf.pack, now).map_err(Error::Invalid)?;
    let number =
        actions::make_version(&mut db, &admin, shelf.pack.id, form.last(), &draft, now).await;
    let number = number.map_err(|error| error.at("last"))?;
    let shelf = Shelf::find(&mut db, &slug).await?;
    let made = shelf.versions.iter().find(|version| version.number == number);
    let made = made.ok_or(Error::NotFound)?;
    Ok((StatusCode::CREATED, Json(VersionJson::of(made, &shelf.versions, now))))
}
