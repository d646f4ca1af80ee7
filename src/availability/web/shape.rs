use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Shape, Travel},
        store,
    },
    pages::{around, own},
};
use crate::{
    accounts::{Actor, Verified},
    values::{DaySpan, FieldErrors, Minute},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Section},
};

/// The notice one may ask for, in hours. A choice, so that search can tell players apart by it.
const NOTICES: [i64; 11] = [0, 1, 2, 4, 8, 12, 24, 48, 72, 168, 336];
/// How far ahead one may be asked, in days; or as far as anybody.
const AHEADS: [i64; 8] = [14, 30, 60, 90, 120, 180, 270, 365];

/// The shape of a day as it was typed; empty fields are nothing.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ShapeForm {
    /// Minutes.
    buffer_before: String,
    buffer_after: String,
    /// `none`, `fixed` or `distance`.
    travel: String,
    /// From any room to any other, in minutes; with `distance` inside one town.
    travel_minutes: String,
    /// Minutes between the end of a session and the start of the next.
    rest: String,
    /// Hours: one of 0, 1, 2, 4, 8, 12, 24, 48, 72, 168, 336.
    notice: String,
    /// Days: one of 14, 30, 60, 90, 120, 180, 270, 365; empty is as far as anybody.
    ahead: String,
    most_a_day: String,
    most_a_week: String,
    /// Times of the day at which sessions start, `09:00, 12:00, 15:00`; empty is any.
    starts: String,
}

const LABELS: [(&str, &str); 8] = [
    ("buffer", "Time kept clear"),
    ("travel", "Travel"),
    ("rest", "Rest"),
    ("notice", "Notice"),
    ("ahead", "How far ahead"),
    ("most_a_day", "Sessions a day"),
    ("most_a_week", "Sessions a week"),
    ("starts", "Starts"),
];

/// A whole number that was typed; nothing is none.
fn number(
    field: &'static str,
    text: &str,
    range: (i64, i64),
    what: &str,
    errors: &mut FieldErrors,
) -> Option<i64> {
    let text = Some(text.trim()).filter(|text| !text.is_empty())?;
    errors.number(field, text, range, what)
}

impl ShapeForm {
    fn of(shape: &Shape) -> ShapeForm {
        let minutes = |time: TimeDelta| time.num_minutes().to_string();
        let maybe = |number: Option<i16>| number.map(|n| n.to_string()).unwrap_or_default();
        let (travel, travel_minutes) = match shape.travel {
            Travel::None => ("none", String::new()),
            Travel::Fixed(time) => ("fixed", minutes(time)),
            Travel::Distance { in_town } => ("distance", minutes(in_town)),
        };
        let starts: Vec<String> = shape.starts.iter().map(Minute::to_string).collect();
        ShapeForm {
            buffer_before: minutes(shape.before),
            buffer_after: minutes(shape.after),
            travel: travel.into(),
            travel_minutes,
            rest: minutes(shape.rest),
            notice: shape.notice.num_hours().to_string(),
            ahead: shape.ahead.map(|ahead| ahead.num_days().to_string()).unwrap_or_default(),
            most_a_day: maybe(shape.most_a_day),
            most_a_week: maybe(shape.most_a_week),
            starts: starts.join(", "),
        }
    }

    fn read(&self) -> Result<Shape, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut minutes = |field, text: &str, most| {
            let number = number(field, text, (0, most), "minutes", &mut errors);
            TimeDelta::minutes(number.unwrap_or(0))
        };
        let (before, after) = (
            minutes("buffer", &self.buffer_before, 240),
            minutes("buffer", &self.buffer_after, 240),
        );
        let rest = minutes("rest", &self.rest, 720);
        let way = minutes("travel", &self.travel_minutes, 600);
        let travel = match self.travel.trim() {
            "" | "none" => Travel::None,
            "fixed" => Travel::Fixed(way),
            "distance" => Travel::Distance { in_town: way },
            _ => {
                errors.add("travel", "is reckoned in none of the three ways there are");
                Travel::None
            }
        };
        let chosen = |field, text: &str, from: &[i64], errors: &mut FieldErrors| {
            let text = Some(text.trim()).filter(|text| !text.is_empty())?;
            let known = text.parse().ok().filter(|number| from.contains(number));
            errors.take(field, known.ok_or("is not one of those in the list"))
        };
        let notice = chosen("notice", &self.notice, &NOTICES, &mut errors);
        let ahead = chosen("ahead", &self.ahead, &AHEADS, &mut errors);
        let mut sessions = |field, text: &str, most| {
            let number = number(field, text, (1, most), "sessions", &mut errors);
            number.and_then(|number| i16::try_from(number).ok())
        };
        let most_a_day = sessions("most_a_day", &self.most_a_day, 20);
        let most_a_week = sessions("most_a_week", &self.most_a_week, 100);
        let starts = self.read_starts(&mut errors);
        let shape = Shape {
            before,
            after,
            travel,
            rest,
            notice: TimeDelta::hours(notice.unwrap_or(0)),
            ahead: ahead.map(TimeDelta::days),
            most_a_day,
            most_a_week,
            starts,
        };
        if errors.is_empty() { Ok(shape) } else { Err(errors) }
    }

    fn read_starts(&self, errors: &mut FieldErrors) -> Vec<Minute> {
        let words = self.starts.split([',', ';', ' ']).filter(|word| !word.is_empty());
        let start = |word: &str| {
            let minute = word.parse::<Minute>()?;
            DaySpan::from_minutes(minute.number(), 1440).map(DaySpan::from)
        };
        let mut starts: Vec<Minute> =
            words.filter_map(|word| errors.take("starts", start(word))).collect();
        starts.sort();
        starts.dedup();
        if starts.len() > 48 {
            errors.add("starts", "are more than 48 times of the day");
        }
        starts
    }
}

#[derive(Template)]
#[template(path = "availability/shape.html")]
struct ShapePage {
    frame: Frame,
    form: ShapeForm,
    errors: FieldErrors,
    notices: Vec<(String, String)>,
    aheads: Vec<(String, String)>,
}

impl ShapePage {
    fn new(frame: Frame, form: ShapeForm, errors: FieldErrors) -> ShapePage {
        let notice = |hours: &i64| {
            let told = match hours {
                0 => "none".to_owned(),
                hours => super::super::model::lasting(TimeDelta::hours(*hours)),
            };
            (hours.to_string(), told)
        };
        let ahead = |days: &i64| (days.to_string(), format!("{days} days"));
        let as_far = (String::new(), "as far as anybody, 18 months".to_owned());
        ShapePage {
            frame: frame.at(Section::Calendar),
            form,
            errors,
            notices: NOTICES.iter().map(notice).collect(),
            aheads: std::iter::once(as_far).chain(AHEADS.iter().map(ahead)).collect(),
        }
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

async fn shape(db: &mut PgConnection, actor: &Actor, now: DateTime<Utc>) -> Result<Shape, Error> {
    let player = own(db, actor).await?;
    Ok(store::calendar(db, player.id, around(now), now).await?.shape)
}

pub(crate) async fn show_shape(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    if store::find_own(&mut db, &actor).await?.is_none() {
        return Ok(Go::to("/profile").into_response());
    }
    let form = ShapeForm::of(&shape(&mut db, &actor, now).await?);
    Ok(Page::ok(ShapePage::new(frame, form, FieldErrors::default())).into_response())
}

pub(crate) async fn set_shape(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<ShapeForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    match form.read() {
        Ok(shape) => {
            actions::set_shape(&mut db, player.id, &shape, now).await?;
            Ok(Go::to("/calendar/shape").saying("Kept.").into_response())
        }
        Err(errors) => Ok(Page::again(ShapePage::new(frame, form, errors)).into_response()),
    }
}

/// What the caller keeps to around and between sessions, as the form has it.
#[utoipa::path(get, path = "/calendar/shape", tag = "calendar", responses((status = 200, body = ShapeForm)))]
pub(crate) async fn shape_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<ShapeForm>, Error> {
    store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    Ok(Json(ShapeForm::of(&shape(&mut db, &actor, now).await?)))
}

/// Changes what the caller keeps to. What is confirmed stays as it is.
#[utoipa::path(put, path = "/calendar/shape", tag = "calendar", request_body = ShapeForm,
    responses((status = 204, description = "Kept."), (status = 422, description = "Some of it is out of bounds.")))]
pub(crate) async fn set_shape_json(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<ShapeForm>,
) -> Result<StatusCode, Error> {
    let player = store::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let shape = form.read().map_err(Error::Invalid)?;
    actions::set_shape(&mut db, player.id, &shape, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
