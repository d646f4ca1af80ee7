use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;

use crate::{
    values::Zone,
    web::{App, Error, Form, Frame, Go, Now, Page, filters},
};

/// The furthest the demo's clock moves at once.
const FURTHEST: TimeDelta = TimeDelta::days(31);

/// Where the demo's clock is moved: a session cannot be marked done before it is over, and the
/// sample world is looked at today.
#[derive(Template)]
#[template(path = "sample/clock.html")]
struct ClockPage {
    frame: Frame,
    now: DateTime<Utc>,
    zone: Zone,
}

pub(crate) async fn clock(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
) -> Result<Response, Error> {
    app.clock.ahead().ok_or(Error::NotFound)?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    Ok(Page::ok(ClockPage { frame, now, zone }).into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Move {
    /// `hours`, or `tuesday` for the evening of the next one.
    to: String,
    hours: String,
}

pub(crate) async fn move_clock(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    Form(form): Form<Move>,
) -> Result<Go, Error> {
    app.clock.ahead().ok_or(Error::NotFound)?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    let by = match form.to.as_str() {
        "tuesday" => next_tuesday_evening(now),
        _ => form.hours.parse::<u32>().ok().map(|hours| TimeDelta::hours(hours.into())),
    };
    let by = by.filter(|by| *by > TimeDelta::zero() && *by <= FURTHEST);
    let by = by.ok_or(Error::Refused("The clock moves on by 1 to 744 hours.".into()))?;
    app.clock.advance(by);
    keep(&app)?;
    let local = zone.local(app.clock.now());
    Ok(Go::to("/dev/clock").saying(format!("It is now {}.", local.format("%A %-d %B %Y, %H:%M"))))
}

/// Late on the coming Tuesday, wherever on the globe the session is.
fn next_tuesday_evening(now: DateTime<Utc>) -> Option<TimeDelta> {
    use chrono::{Datelike, Weekday};
    let evening = NaiveTime::from_hms_opt(23, 0, 0)?;
    let days = now.date_naive().iter_days().take(9);
    let evenings =
        days.filter(|day| day.weekday() == Weekday::Tue).map(|day| day.and_time(evening));
    evenings.map(|evening| evening.and_utc() - now).find(|by| *by > TimeDelta::zero())
}

/// Writes down how far ahead the clock is, so that a demo started again is in the same week.
fn keep(app: &App) -> Result<(), Error> {
    if let (Some(file), Some(seconds)) = (&app.site.clock_file, app.clock.ahead()) {
        std::fs::write(file, seconds.to_string()).map_err(anyhow::Error::from)?;
    }
    Ok(())
}
