use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::{actions, store},
    forms::{DayForm, HoursForm},
};
use crate::{
    accounts::{Actor, Verified},
    values::{FieldErrors, Slot, read_day},
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

/// The caller's weekly hours, by the clock of their player.
#[utoipa::path(get, path = "/calendar/hours", tag = "calendar", responses((status = 200, body = HoursJson)))]
pub(crate) async fn hours_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<HoursJson>, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let window = Slot::new(now, now + TimeDelta::days(1)).map_err(anyhow::Error::from)?;
    let calendar = store::calendar(&mut db, player.id, window).await?;
    let span = |(weekday, span): &(i16, crate::values::DaySpan)| SpanJson {
        weekday: *weekday,
        from: span.from().to_string(),
        to: span.to().to_string(),
    };
    let hours = calendar.hours.0.iter().map(span).collect();
    Ok(Json(HoursJson { zone: calendar.zone.name(), hours }))
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
    actions::set_hours(&mut db, player.id, &hours, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Makes a day other than its weekday; without times it is closed.
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
    let (day, plan) = form.read().map_err(Error::Invalid)?;
    actions::set_day(&mut db, player.id, day, Some(&plan), now).await?;
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
    actions::set_day(&mut db, player.id, day, None, now).await?;
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
    let calendar = store::calendar(&mut db, player.id, window).await?;
    let free = calendar.free(window).into_iter();
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
