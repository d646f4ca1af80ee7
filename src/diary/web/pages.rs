use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        model::{Day, against, days, monday, window},
        store,
    },
    views::{DayView, Line, Sheet},
};
use crate::{
    accounts::Actor,
    availability::{self, Calendar, Player, web::StretchForm},
    values::{DaySpan, FieldErrors, Minute, Slot, read_day},
    web::{Db, Error, Frame, Go, Now, Page, Path, Query, Section, filters},
};

/// The days from `first` to `last`, with the calendar they are read from.
pub(super) async fn read(
    db: &mut PgConnection,
    player: Player,
    (first, last): (NaiveDate, NaiveDate),
    now: DateTime<Utc>,
) -> Result<(Calendar, Vec<Day>), Error> {
    let window = window(first, last, player.zone).ok_or(Error::NotFound)?;
    let calendar = availability::calendar(db, player.id, window, now).await?;
    let work = store::work(db, player.id, window, now).await?;
    let days = days(&calendar, &work, first.iter_days().take_while(|day| *day <= last));
    Ok((calendar, days))
}

/// A date in an address: one that makes no sense is today.
fn day_or_today(text: &str, today: NaiveDate) -> NaiveDate {
    read_day(text).unwrap_or(today)
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct WeekQuery {
    /// Any day of the week.
    day: String,
}

#[derive(Template)]
#[template(path = "diary/week.html")]
struct WeekPage {
    frame: Frame,
    player: Player,
    days: Vec<DayView>,
    monday: NaiveDate,
    before: NaiveDate,
    after: NaiveDate,
    sessions: usize,
    stretch: StretchForm,
    errors: FieldErrors,
}

pub(crate) async fn week(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(asked): Query<WeekQuery>,
) -> Result<Response, Error> {
    let Some(player) = availability::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    let today = player.zone.date(now);
    let asked = day_or_today(&asked.day, today);
    let monday = monday(asked);
    let (_, days) = read(&mut db, player, (monday, monday + TimeDelta::days(6)), now).await?;
    let days: Vec<_> = days.into_iter().map(|day| DayView::of(day, player.zone, today)).collect();
    Ok(Page::ok(WeekPage {
        frame: frame.at(Section::Calendar),
        sessions: days.iter().map(|day| day.sessions).sum(),
        stretch: StretchForm { day: asked.max(today).to_string(), ..StretchForm::default() },
        errors: FieldErrors::default(),
        player,
        days,
        before: monday - TimeDelta::days(7),
        after: monday + TimeDelta::days(7),
        monday,
    })
    .into_response())
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MonthQuery {
    /// Any day of the month, or `2026-12`.
    month: String,
}

#[derive(Template)]
#[template(path = "diary/month.html")]
struct MonthPage {
    frame: Frame,
    player: Player,
    first: NaiveDate,
    weeks: Vec<Vec<DayView>>,
    before: String,
    after: String,
}

pub(crate) async fn month(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(asked): Query<MonthQuery>,
) -> Result<Response, Error> {
    let Some(player) = availability::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    let today = player.zone.date(now);
    let typed = asked.month.trim();
    let asked = read_day(typed).or_else(|_| read_day(&format!("{typed}-01")));
    let first = asked.unwrap_or(today).with_day(1).unwrap_or(today);
    let next = first.checked_add_months(Months::new(1)).ok_or(Error::NotFound)?;
    let before = first.checked_sub_months(Months::new(1)).ok_or(Error::NotFound)?;
    let (from, to) = (monday(first), monday(next - TimeDelta::days(1)) + TimeDelta::days(6));
    let (_, days) = read(&mut db, player, (from, to), now).await?;
    let mut views = days.into_iter().map(|day| DayView::of(day, player.zone, today)).peekable();
    let mut weeks = Vec::new();
    while views.peek().is_some() {
        weeks.push(views.by_ref().take(7).collect());
    }
    Ok(Page::ok(MonthPage {
        frame: frame.at(Section::Calendar),
        player,
        first,
        weeks,
        before: before.format("%Y-%m").to_string(),
        after: next.format("%Y-%m").to_string(),
    })
    .into_response())
}

#[derive(Template)]
#[template(path = "diary/day.html")]
struct DayPage {
    frame: Frame,
    player: Player,
    day: DayView,
    sheets: Vec<Sheet>,
    elsewhere: Vec<Line>,
    before: NaiveDate,
    after: NaiveDate,
}

pub(crate) async fn day(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(day): Path<String>,
) -> Result<Response, Error> {
    let player = availability::find_own(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let today = player.zone.date(now);
    let day = match day.as_str() {
        "today" => today,
        text => read_day(text).map_err(|_| Error::NotFound)?,
    };
    let (before, after) = (day - TimeDelta::days(1), day + TimeDelta::days(1));
    let (calendar, mut days) = read(&mut db, player, (day, day), now).await?;
    let day = days.pop().ok_or(Error::NotFound)?;
    let sheets = day.work.iter().map(|work| Sheet::of(work.clone(), &calendar)).collect();
    let view = DayView::of(day, player.zone, today);
    let DayView { lines, .. } = view;
    let elsewhere: Vec<Line>;
    let day = DayView {
        lines: {
            elsewhere = lines.into_iter().filter(|line| line.booking.is_none()).collect();
            Vec::new()
        },
        ..view
    };
    let frame = frame.at(Section::Calendar);
    Ok(Page::ok(DayPage { frame, player, day, sheets, elsewhere, before, after }).into_response())
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct WhyQuery {
    /// `2026-12-08`, by the caller's own clock.
    pub(super) day: String,
    /// `14:00`
    pub(super) from: String,
    /// `17:00`; left out, the minute that begins then.
    pub(super) to: String,
}

impl WhyQuery {
    /// The stretch that is asked about.
    pub(super) fn read(&self, player: Player) -> Result<Slot, FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = errors.take("day", read_day(&self.day));
        let from = errors.take("from", self.from.parse::<Minute>());
        let to = match self.to.trim() {
            "" => None,
            text => errors.take("to", text.parse::<Minute>()),
        };
        let span = from.map(|from| match to {
            Some(to) => DaySpan::through_midnight(from, to),
            None => DaySpan::from_minutes(from.number(), from.number() + 1),
        });
        let span = span.and_then(|span| errors.take("to", span));
        let slot = day.zip(span).and_then(|(day, span)| {
            let slot = span.on(day, player.zone);
            errors.take("from", slot.ok_or("does not exist that day: the clocks go forward then"))
        });
        slot.filter(|_| errors.is_empty()).ok_or(errors)
    }
}

#[derive(Template)]
#[template(path = "diary/why.html")]
struct WhyPage {
    frame: Frame,
    player: Player,
    asked: WhyQuery,
    errors: FieldErrors,
    /// What was asked about, as it is told.
    told: Option<String>,
    reasons: Vec<String>,
}

impl WhyPage {
    fn labels(&self) -> [(&'static str, &'static str); 3] {
        [("day", "Day"), ("from", "From"), ("to", "To")]
    }
}

/// What stands against a stretch of the player's time.
pub(super) async fn reasons(
    db: &mut PgConnection,
    player: Player,
    slot: Slot,
    now: DateTime<Utc>,
) -> Result<Vec<String>, Error> {
    let calendar = availability::calendar(db, player.id, slot, now).await?;
    Ok(against(&calendar, slot))
}

pub(crate) async fn why(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(asked): Query<WhyQuery>,
) -> Result<Response, Error> {
    let Some(player) = availability::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    let frame = frame.at(Section::Calendar);
    let is_asked = !asked.day.trim().is_empty() || !asked.from.trim().is_empty();
    let page = WhyPage {
        frame,
        player,
        asked,
        errors: FieldErrors::default(),
        told: None,
        reasons: Vec::new(),
    };
    if !is_asked {
        return Ok(Page::ok(page).into_response());
    }
    match page.asked.read(player) {
        Ok(slot) => {
            let reasons = reasons(&mut db, player, slot, now).await?;
            let told = if page.asked.to.trim().is_empty() {
                player.zone.moment(slot.starts_at())
            } else {
                player.zone.span(&slot)
            };
            Ok(Page::ok(WhyPage { told: Some(told), reasons, ..page }).into_response())
        }
        Err(errors) => Ok(Page::again(WhyPage { errors, ..page }).into_response()),
    }
}
