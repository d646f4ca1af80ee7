use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, CalendarError},
        model::{Absence, DayPlan, Opening, Season},
        store::{self, Player},
    },
    forms::{AbsenceForm, DAYS, DayForm, HoursForm, LABELS, SeasonForm, StretchForm},
};
use crate::{
    accounts::{Actor, Verified},
    values::{AbsenceId, FieldErrors, Slot, read_day},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// Days in a row with the same plan.
pub(super) struct Stretch {
    pub(super) first: NaiveDate,
    pub(super) last: NaiveDate,
    pub(super) plan: DayPlan,
}

/// Plans from a day on, those of days in a row that are the same told once.
pub(super) fn stretches(opening: &Opening, from: NaiveDate) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (day, plan) in opening.days.range(from..) {
        match stretches.last_mut() {
            Some(last) if last.last.succ_opt() == Some(*day) && last.plan == *plan => {
                last.last = *day;
            }
            _ => stretches.push(Stretch { first: *day, last: *day, plan: plan.clone() }),
        }
    }
    stretches
}

#[derive(Template)]
#[template(path = "availability/hours.html")]
struct HoursPage {
    frame: Frame,
    player: Player,
    form: HoursForm,
    day_form: DayForm,
    absence_form: AbsenceForm,
    season_form: SeasonForm,
    errors: FieldErrors,
    /// Of the form for a new season, whose fields are called as those for days are.
    season_errors: FieldErrors,
    seasons: Vec<Season>,
    stretches: Vec<Stretch>,
    absences: Vec<Absence>,
}

/// A day around now: a window for whoever asks for rules alone.
pub(super) fn around(now: DateTime<Utc>) -> Slot {
    Slot::new(now - TimeDelta::days(1), now + TimeDelta::days(1)).expect("two days go forwards")
}

impl HoursPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        player: Player,
        now: DateTime<Utc>,
    ) -> Result<HoursPage, Error> {
        let opening = store::opening(db, player.id, now).await?;
        let today = player.zone.date(now);
        Ok(HoursPage {
            frame: frame.at(Section::Calendar),
            form: HoursForm::of(&opening.hours),
            day_form: DayForm::default(),
            absence_form: AbsenceForm::default(),
            season_form: SeasonForm::default(),
            errors: FieldErrors::default(),
            season_errors: FieldErrors::default(),
            stretches: stretches(&opening, today),
            seasons: opening.seasons.into_iter().filter(|one| one.last_day >= today).collect(),
            absences: opening.absences.into_iter().filter(|one| one.back_on > today).collect(),
            player,
        })
    }

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

/// 1 for Monday, with the names.
pub(super) fn weekdays() -> [(usize, &'static str); 7] {
    std::array::from_fn(|at| (at + 1, DAYS[at]))
}

pub(crate) async fn own(db: &mut PgConnection, actor: &Actor) -> Result<Player, Error> {
    let player = store::find_own(db, actor).await?;
    player.ok_or_else(|| Error::Refused("Start a profile first: your hours belong to it.".into()))
}

pub(crate) async fn show_hours(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    let Some(player) = store::find_own(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    Ok(Page::ok(HoursPage::of(&mut db, frame, player, now).await?).into_response())
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
            actions::set_hours(&mut db, player.id, None, &hours, now).await?;
            Ok(Go::to("/calendar/hours").saying("Your hours are kept.").into_response())
        }
        Err(errors) => {
            let page = HoursPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(HoursPage { form, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn add_season(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<SeasonForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let added = async {
        let season = form.read().map_err(Error::Invalid)?;
        Ok(actions::add_season(&mut db, player.id, &season, now).await?)
    };
    match added.await {
        Ok(id) => Ok(Go::to(format!("/calendar/seasons/{id}"))
            .saying("Added, with the hours of your ordinary weeks: change them here.")
            .into_response()),
        Err(Error::Invalid(season_errors)) => {
            let page = HoursPage::of(&mut db, frame, player, now).await?;
            let page = HoursPage { season_form: form, season_errors, ..page };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error),
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
        Ok((days, plan)) => {
            actions::set_days(&mut db, player.id, &days, Some(&plan), now).await?;
            let told = told(&days);
            let said = if days.len() == 1 { "is kept" } else { "are kept" };
            Ok(Go::to("/calendar/hours").saying(format!("{told} {said}.")).into_response())
        }
        Err(errors) => {
            let page = HoursPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(HoursPage { day_form: form, errors, ..page }).into_response())
        }
    }
}

/// `8 December 2026`, `8 December 2026 to 12 December 2026`.
fn told(days: &[NaiveDate]) -> String {
    let day = |day: &NaiveDate| day.format("%-d %B %Y").to_string();
    match days {
        [first, .., last] => format!("{} to {}", day(first), day(last)),
        [only] => day(only),
        [] => String::new(),
    }
}

pub(crate) async fn remove_day(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(day): Path<String>,
    Form(form): Form<DayForm>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    read_day(&day).map_err(|_| Error::NotFound)?;
    let mut errors = FieldErrors::default();
    let days = DayForm { day, ..form }.days(&mut errors).ok_or(Error::Invalid(errors))?;
    actions::set_days(&mut db, player.id, &days, None, now).await?;
    let said = if days.len() == 1 { "is like its weekday" } else { "are like their weekdays" };
    Ok(Go::to("/calendar/hours").saying(format!("{} {said} again.", told(&days))))
}

/// Opens or closes a stretch of a day: what dragging over the week does.
pub(crate) async fn set_stretch(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(verb): Path<String>,
    Form(form): Form<StretchForm>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    let is_open = is_open(&verb)?;
    let (day, span) = form.read().map_err(Error::Invalid)?;
    match actions::set_stretch(&mut db, player.id, day, span, is_open, now).await {
        Ok(()) => {
            let did = if is_open { "Opened" } else { "Closed" };
            let said = format!("{did} {}, {span}.", day.format("%A %-d %B"));
            Ok(Go::to(format!("/calendar?day={day}")).saying(said))
        }
        Err(error @ CalendarError::Away) => {
            Ok(Go::to(format!("/calendar?day={day}")).saying(error.to_string()))
        }
        Err(error) => Err(error.into()),
    }
}

/// What an address says is done to a stretch.
pub(super) fn is_open(verb: &str) -> Result<bool, Error> {
    match verb {
        "open" => Ok(true),
        "close" => Ok(false),
        _ => Err(Error::NotFound),
    }
}

pub(crate) async fn add_absence(
    actor: Verified,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<AbsenceForm>,
) -> Result<Response, Error> {
    let player = own(&mut db, &actor).await?;
    let added = async {
        let absence = form.read().map_err(Error::Invalid)?;
        actions::add_absence(&mut db, player.id, &absence, now).await?;
        Ok(absence.back_on)
    };
    match added.await {
        Ok(back_on) => {
            let said = format!("You are away until {}.", back_on.format("%A %-d %B %Y"));
            Ok(Go::to("/calendar/hours").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = HoursPage::of(&mut db, frame, player, now).await?;
            Ok(Page::again(HoursPage { absence_form: form, errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn end_absence(
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<AbsenceId>,
) -> Result<Go, Error> {
    let player = own(&mut db, &actor).await?;
    actions::remove_absence(&mut db, player.id, id, now).await?;
    Ok(Go::to("/calendar/hours").saying("You are not away then any more: your hours hold again."))
}
