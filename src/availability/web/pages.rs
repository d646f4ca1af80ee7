use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Calendar, DayPlan},
        store::{self, Player},
    },
    forms::{DAYS, DayForm, HoursForm, LABELS},
};
use crate::{
    accounts::{Actor, Verified},
    values::{FieldErrors, Slot, read_day},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, Strip, StripKind, filters},
};

/// How many days the page shows.
const SHOWN: usize = 14;

/// A day of the calendar.
struct Day {
    day: NaiveDate,
    strip: Strip,
    said: String,
    /// Its own plan, where it is not like its weekday.
    plan: Option<DayPlan>,
}

#[derive(Template)]
#[template(path = "availability/show.html")]
struct CalendarPage {
    frame: Frame,
    player: Player,
    form: HoursForm,
    day_form: DayForm,
    errors: FieldErrors,
    days: Vec<Day>,
    exceptions: Vec<(NaiveDate, DayPlan)>,
}

impl CalendarPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        player: Player,
        now: DateTime<Utc>,
    ) -> Result<CalendarPage, Error> {
        let window = Slot::new(now - TimeDelta::days(1), now + TimeDelta::days(400));
        let window = window.expect("four hundred days go forwards");
        let calendar = store::calendar(db, player.id, window).await?;
        let today = calendar.zone.date(now);
        let coming = calendar.exceptions.range(today..);
        Ok(CalendarPage {
            frame: frame.at(Section::Calendar),
            form: HoursForm::of(&calendar),
            day_form: DayForm::default(),
            errors: FieldErrors::default(),
            days: today.iter_days().take(SHOWN).map(|day| Day::of(&calendar, day)).collect(),
            exceptions: coming.map(|(day, plan)| (*day, plan.clone())).collect(),
            player,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn day_name(&self, weekday: &usize) -> &'static str {
        DAYS[(weekday - 1) % 7]
    }
}

impl Day {
    fn of(calendar: &Calendar, day: NaiveDate) -> Day {
        let zone = calendar.zone;
        let open = calendar.open_on(day);
        let on_day = |slot: &Slot| zone.date(slot.starts_at()) == day;
        let busy: Vec<_> = calendar.busy.iter().filter(|busy| on_day(&busy.session)).collect();
        let stretches = open
            .iter()
            .map(|slot| (StripKind::Open, *slot))
            .chain(busy.iter().map(|busy| (StripKind::Move, busy.blocks)))
            .chain(busy.iter().map(|busy| (StripKind::Book, busy.session)));
        let told = |slots: Vec<Slot>| {
            slots.iter().map(|slot| zone.hours(slot)).collect::<Vec<_>>().join(", ")
        };
        let hours = told(open.clone());
        let booked = told(busy.iter().map(|busy| busy.session).collect());
        let said = match (hours.is_empty(), booked.is_empty()) {
            (true, true) => "closed".to_owned(),
            (false, true) => hours,
            (true, false) => format!("booked {booked}"),
            (false, false) => format!("{hours}; booked {booked}"),
        };
        let label = format!("{}: {said}", day.format("%A %-d %B"));
        Day {
            day,
            strip: Strip::new(day, zone, stretches, label),
            said,
            plan: calendar.exceptions.get(&day).cloned(),
        }
    }
}

async fn own(db: &mut PgConnection, actor: &Actor) -> Result<Player, Error> {
    let player = store::find_own(db, actor).await?;
    player.ok_or_else(|| Error::Refused("Start a profile first: your hours belong to it.".into()))
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    let Some(player) = store::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    Ok(Page::ok(CalendarPage::of(&mut db, frame, player, now).await?).into_response())
}

pub(crate) async fn set_hours(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<HoursForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    match form.read() {
        Ok(hours) => {
            actions::set_hours(&mut db, player.id, &hours, now).await?;
            Ok(Go::to("/calendar").saying("Your hours are kept.").into_response())
        }
        Err(errors) => {
            let page = CalendarPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(CalendarPage { form, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn add_day(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<DayForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    match form.read() {
        Ok((day, plan)) => {
            actions::set_day(&mut db, player.id, day, Some(&plan), now).await?;
            let said = format!("{} is kept.", day.format("%A %-d %B %Y"));
            Ok(Go::to("/calendar").saying(said).into_response())
        }
        Err(errors) => {
            let page = CalendarPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(CalendarPage { day_form: form, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn remove_day(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(day): Path<String>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let day = read_day(&day).map_err(|_| Error::NotFound)?;
    actions::set_day(&mut db, player.id, day, None, now).await?;
    Ok(Go::to("/calendar")
        .saying(format!("{} is like its weekday again.", day.format("%-d %B %Y"))))
}
