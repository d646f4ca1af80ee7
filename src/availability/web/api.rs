use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::{actions, model::Hours, store},
    forms::{AbsenceForm, DayForm, HoursForm, StretchForm},
    pages::{Stretch, is_open, stretches},
};
use crate::{
    accounts::{Actor, Verified},
    values::{AbsenceId, DaySpan, FieldErrors, Slot, read_day},
    web::{Db, Error, Json, Now, Path, Query},
};

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct HoursJson {
    /// By whose clock.
    zone: &'static str,
    hours: Vec<SpanJson>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SpanJson {
    /// 1 for Monday to 7.
    weekday: i16,
    from: String,
    to: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SlotJson {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct Window {
    /// RFC 3339; now where nothing is said.
    from: String,
    /// RFC 3339; a week on where nothing is said; at most 60 days.
    to: String,
}

impl SpanJson {
    pub(super) fn list(hours: &Hours) -> Vec<SpanJson> {
        let span = |(weekday, span): &(i16, DaySpan)| SpanJson {
            weekday: *weekday,
            from: span.from().to_string(),
            to: span.to().to_string(),
        };
        hours.0.iter().map(span).collect()
    }
}

/// The caller's weekly hours, by the clock of their player: of the weeks that no season has.
#[utoipa::path(get, path = "/calendar/hours", tag = "calendar", responses((status = 200, body = HoursJson)))]
pub(crate) async fn hours_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<HoursJson>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let hours = store::opening(&mut db, player.id, now).await?.hours;
    Ok(Json(HoursJson { zone: player.zone.name(), hours: SpanJson::list(&hours) }))
}

/// Puts these weekly hours in the place of those there were.
#[utoipa::path(put, path = "/calendar/hours", tag = "calendar", request_body = HoursForm,
    responses((status = 204, description = "Kept."), (status = 422, description = "Some overlap, or are no times.")))]
pub(crate) async fn set_hours_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<HoursForm>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let hours = form.read().map_err(Error::Invalid)?;
    actions::set_hours(&mut db, player.id, None, &hours, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ExceptionJson {
    /// Days in a row that have the same plan, both included.
    first_day: NaiveDate,
    last_day: NaiveDate,
    /// Empty where they are closed.
    spans: Vec<DaySpanJson>,
    note: String,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct DaySpanJson {
    from: String,
    to: String,
}

/// The days from today on that are not like their weekdays.
#[utoipa::path(get, path = "/calendar/exceptions", tag = "calendar", responses((status = 200, body = Vec<ExceptionJson>)))]
pub(crate) async fn exceptions_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<Vec<ExceptionJson>>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let opening = store::opening(&mut db, player.id, now).await?;
    let span =
        |span: &DaySpan| DaySpanJson { from: span.from().to_string(), to: span.to().to_string() };
    let json = |stretch: Stretch| ExceptionJson {
        first_day: stretch.first,
        last_day: stretch.last,
        spans: stretch.plan.spans.iter().map(span).collect(),
        note: stretch.plan.note,
    };
    Ok(Json(stretches(&opening, player.zone.date(now)).into_iter().map(json).collect()))
}

/// Makes a day, or with `last_day` several, other than the weekday; without times they are closed.
#[utoipa::path(put, path = "/calendar/exceptions/{day}", tag = "calendar", params(("day" = String, Path)),
    request_body = DayForm, responses((status = 204, description = "Kept."), (status = 422, description = "Some overlap, or are no times.")))]
pub(crate) async fn set_day_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(day): Path<String>,
    Json(form): Json<DayForm>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let form = DayForm { day, ..form };
    let (days, plan) = form.read().map_err(Error::Invalid)?;
    actions::set_days(&mut db, player.id, &days, Some(&plan), now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a day like its weekday again.
#[utoipa::path(delete, path = "/calendar/exceptions/{day}", tag = "calendar", params(("day" = String, Path)),
    responses((status = 204, description = "As if nothing had been said of it.")))]
pub(crate) async fn remove_day_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(day): Path<String>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let day = read_day(&day).map_err(|_| Error::NotFound)?;
    actions::set_days(&mut db, player.id, &[day], None, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Opens or closes a stretch of a day (`open`, `close`), whatever was open around it.
#[utoipa::path(post, path = "/calendar/stretches/{verb}", tag = "calendar", params(("verb" = String, Path)),
    request_body = StretchForm, responses((status = 204, description = "Kept."), (status = 409, description = "The caller is away that day."),
    (status = 422, description = "It is backwards, or no time.")))]
pub(crate) async fn set_stretch_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(verb): Path<String>,
    Json(form): Json<StretchForm>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let is_open = is_open(&verb)?;
    let (day, span) = form.read().map_err(Error::Invalid)?;
    actions::set_stretch(&mut db, player.id, day, span, is_open, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AbsenceJson {
    id: AbsenceId,
    first_day: NaiveDate,
    back_on: NaiveDate,
    note: String,
}

/// When the caller is away, from today on.
#[utoipa::path(get, path = "/calendar/absences", tag = "calendar", responses((status = 200, body = Vec<AbsenceJson>)))]
pub(crate) async fn absences_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<Vec<AbsenceJson>>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let absences = store::opening(&mut db, player.id, now).await?.absences.into_iter();
    let today = player.zone.date(now);
    let json = absences.filter(|one| one.back_on > today).map(|one| AbsenceJson {
        id: one.id,
        first_day: one.first_day,
        back_on: one.back_on,
        note: one.note,
    });
    Ok(Json(json.collect()))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct NewAbsenceJson {
    id: AbsenceId,
}

/// Says that the caller is away, until the day they are back.
#[utoipa::path(post, path = "/calendar/absences", tag = "calendar", request_body = AbsenceForm,
    responses((status = 201, body = NewAbsenceJson), (status = 422, description = "It is backwards, or overlaps another.")))]
pub(crate) async fn add_absence_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<AbsenceForm>,
) -> Result<(StatusCode, Json<NewAbsenceJson>), Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let absence = form.read().map_err(Error::Invalid)?;
    let id = actions::add_absence(&mut db, player.id, &absence, now).await?;
    Ok((StatusCode::CREATED, Json(NewAbsenceJson { id })))
}

/// Says that the caller is not away then any more.
#[utoipa::path(delete, path = "/calendar/absences/{id}", tag = "calendar", params(("id" = i64, Path)),
    responses((status = 204, description = "The hours hold again."), (status = 404, description = "There is no such absence.")))]
pub(crate) async fn end_absence_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<AbsenceId>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    actions::remove_absence(&mut db, player.id, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where a session may be put into the caller's time.
#[utoipa::path(get, path = "/calendar/free", tag = "calendar", params(Window), responses((status = 200, body = Vec<SlotJson>)))]
pub(crate) async fn free_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(asked): Query<Window>,
) -> Result<Json<Vec<SlotJson>>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let window = asked.read(now).map_err(Error::Invalid)?;
    let calendar = store::calendar(&mut db, player.id, window, now).await?;
    let free = calendar.free(window, None).into_iter();
    let json = free.map(|slot| SlotJson { starts_at: slot.starts_at(), ends_at: slot.ends_at() });
    Ok(Json(json.collect()))
}

impl Window {
    fn read(&self, now: DateTime<Utc>) -> Result<Slot, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut instant = |field: &'static str, text: &str, usual: DateTime<Utc>| match text.trim()
        {
            "" => Some(usual),
            text => {
                let read = text.parse::<DateTime<Utc>>();
                errors.take(field, read.map_err(|_| "is not a time like 2026-12-08T16:00:00Z"))
            }
        };
        let from = instant("from", &self.from, now);
        let to = from.and_then(|from| instant("to", &self.to, from + TimeDelta::days(7)));
        let slot = from.zip(to).and_then(|(from, to)| errors.take("to", Slot::new(from, to)));
        match slot.filter(|slot| slot.length() <= TimeDelta::days(60)) {
            Some(slot) => Ok(slot),
            None => {
                if errors.is_empty() {
                    errors.add("to", "is more than 60 days after the start");
                }
                Err(errors)
            }
        }
    }
}
