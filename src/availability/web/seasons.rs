use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

pub(crate) use super::pages::add_season;
use super::{
    super::{actions, model::Season, store},
    api::SpanJson,
    forms::{DAYS, HoursForm, SeasonForm},
    pages::{own, weekdays},
};
use crate::{
    accounts::{Actor, Verified},
    values::{FieldErrors, SeasonId},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Path, Section},
};

const LABELS: [(&str, &str); 5] = [
    ("name", "Name"),
    ("first_day", "From"),
    ("last_day", "To"),
    ("hours", "Weekly hours"),
    ("copy", "The copy"),
];

/// A season with its hours, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WholeSeason {
    name: String,
    /// `2027-06-01`
    first_day: String,
    /// The last day it holds on.
    last_day: String,
    /// Rows, as those of the ordinary weeks: 1 for Monday to 7.
    weekday: Vec<String>,
    from: Vec<String>,
    to: Vec<String>,
    copy_from: String,
    copy_to: Vec<String>,
}

impl WholeSeason {
    fn apart(&self) -> (SeasonForm, HoursForm) {
        let WholeSeason { name, first_day, last_day, weekday, from, to, copy_from, copy_to } =
            self.clone();
        (
            SeasonForm { name, first_day, last_day },
            HoursForm { weekday, from, to, copy_from, copy_to },
        )
    }
}

#[derive(Template)]
#[template(path = "availability/season.html")]
struct SeasonPage {
    frame: Frame,
    id: SeasonId,
    form: SeasonForm,
    hours: HoursForm,
    errors: FieldErrors,
}

impl SeasonPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn day_name(&self, weekday: &usize) -> &'static str {
        DAYS[(weekday - 1) % 7]
    }

    fn weekdays(&self) -> [(usize, &'static str); 7] {
        weekdays()
    }
}

async fn find(
    db: &mut PgConnection,
    actor: &Actor,
    id: SeasonId,
    now: DateTime<Utc>,
) -> Result<Season, Error> {
    let player = store::find_own(db, actor).await?.ok_or(Error::NotFound)?;
    let seasons = store::opening(db, player.id, now).await?.seasons;
    seasons.into_iter().find(|season| season.id == id).ok_or(Error::NotFound)
}

pub(crate) async fn show_season(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<SeasonId>,
) -> Result<Response, Error> {
    let season = find(&mut db, &actor, id, now).await?;
    let form = SeasonForm {
        name: season.name,
        first_day: season.first_day.to_string(),
        last_day: season.last_day.to_string(),
    };
    let (hours, errors) = (HoursForm::of(&season.hours), FieldErrors::default());
    let frame = frame.at(Section::Calendar);
    Ok(Page::ok(SeasonPage { frame, id, form, hours, errors }).into_response())
}

async fn change(
    db: &mut PgConnection,
    actor: &Actor,
    id: SeasonId,
    form: &WholeSeason,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let player = own(db, actor).await?;
    let (season, hours) = form.apart();
    let (season, hours) = (season.read(), hours.read());
    let (season, hours) = match (season, hours) {
        (Ok(season), Ok(hours)) => (season, hours),
        (season, hours) => {
            let mut errors = season.err().unwrap_or_default();
            let more = hours.err().unwrap_or_default();
            for (field, problems) in more.iter() {
                problems.iter().for_each(|problem| errors.add(field, problem));
            }
            return Err(Error::Invalid(errors));
        }
    };
    Ok(actions::change_season(db, player.id, id, &season, &hours, now).await?)
}

pub(crate) async fn change_season(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<SeasonId>,
    Form(form): Form<WholeSeason>,
) -> Result<Response, Error> {
    match change(&mut db, &actor, id, &form, now).await {
        Ok(()) => Ok(Go::to(format!("/calendar/seasons/{id}")).saying("Kept.").into_response()),
        Err(Error::Invalid(errors)) => {
            let frame = frame.at(Section::Calendar);
            let (form, hours) = form.apart();
            Ok(Page::again(SeasonPage { frame, id, form, hours, errors }).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn remove_season(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<SeasonId>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    actions::remove_season(&mut db, player.id, id, now).await?;
    Ok(Go::to("/calendar/hours").saying("Removed: its days have your ordinary hours again."))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SeasonJson {
    id: SeasonId,
    name: String,
    first_day: NaiveDate,
    /// The last day it holds on.
    last_day: NaiveDate,
    hours: Vec<SpanJson>,
}

/// The caller's seasons, with their hours.
#[utoipa::path(get, path = "/calendar/seasons", tag = "calendar", responses((status = 200, body = Vec<SeasonJson>)))]
pub(crate) async fn seasons_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<Vec<SeasonJson>>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let seasons = store::opening(&mut db, player.id, now).await?.seasons;
    let json = |season: Season| SeasonJson {
        id: season.id,
        name: season.name,
        first_day: season.first_day,
        last_day: season.last_day,
        hours: SpanJson::list(&season.hours),
    };
    Ok(Json(seasons.into_iter().map(json).collect()))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewSeasonJson {
    id: SeasonId,
}

/// Adds a season, which begins with the hours of the ordinary weeks.
#[utoipa::path(post, path = "/calendar/seasons", tag = "calendar", request_body = SeasonForm,
    responses((status = 201, body = NewSeasonJson), (status = 422, description = "It is backwards, or overlaps another.")))]
pub(crate) async fn add_season_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<SeasonForm>,
) -> Result<(StatusCode, Json<NewSeasonJson>), Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let season = form.read().map_err(Error::Invalid)?;
    let id = actions::add_season(&mut db, player.id, &season, now).await?;
    Ok((StatusCode::CREATED, Json(NewSeasonJson { id })))
}

/// Changes a season's name, days and hours.
#[utoipa::path(put, path = "/calendar/seasons/{id}", tag = "calendar", params(("id" = i64, Path)), request_body = WholeSeason,
    responses((status = 204, description = "Kept."), (status = 404, description = "There is no such season."), (status = 422, description = "Some of it is backwards or overlaps.")))]
pub(crate) async fn change_season_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<SeasonId>,
    Json(form): Json<WholeSeason>,
) -> Result<StatusCode, Error> {
    store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    change(&mut db, &actor, id, &form, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Removes a season: its days have the ordinary hours again.
#[utoipa::path(delete, path = "/calendar/seasons/{id}", tag = "calendar", params(("id" = i64, Path)),
    responses((status = 204, description = "Removed."), (status = 404, description = "There is no such season.")))]
pub(crate) async fn remove_season_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<SeasonId>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    actions::remove_season(&mut db, player.id, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
