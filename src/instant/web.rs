//! Where a player says what may be booked at once.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

use super::{
    actions::{self, RulesError},
    model::Rules,
    store,
};
use crate::{
    accounts::{Actor, Verified},
    musicians::{self, Profile},
    values::{BadDaySpan, Currency, DaySpan, FieldErrors, Minute, Money},
    web::{Db, Error, Form, Frame, Go, Json, Page, Problem, Section},
};

/// What may be booked at once, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct RulesForm {
    /// The version that the form was made from.
    version: String,
    /// `yes`, or nothing.
    on: String,
    /// `room`, `remote`.
    works: Vec<String>,
    /// `1` is Monday.
    weekday: Vec<String>,
    /// Between which times of the day sessions are, by the caller's clock: `09:00`, `18:00`.
    from: String,
    to: String,
    /// Hours ahead.
    notice: String,
    /// An amount in the profile's currency; empty is what the terms come to.
    least: String,
}

const LABELS: [(&str, &str); 7] = [
    ("version", "These rules"),
    ("works", "Kind of work"),
    ("weekday", "Days"),
    ("from", "From"),
    ("to", "To"),
    ("notice", "Notice"),
    ("least", "Least fee"),
];

const WEEKDAYS: [(&str, &str); 7] = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
];

impl RulesForm {
    fn of(rules: &Rules) -> RulesForm {
        let works = [(rules.in_rooms, "room"), (rules.remotely, "remote")];
        let works = works.iter().filter(|(is, _)| *is).map(|(_, word)| (*word).to_owned());
        RulesForm {
            version: rules.version.to_string(),
            on: if rules.is_on { "yes".into() } else { String::new() },
            works: works.collect(),
            weekday: rules.weekdays.iter().map(i16::to_string).collect(),
            from: rules.hours.from().to_string(),
            to: rules.hours.to().to_string(),
            notice: rules.notice.num_hours().to_string(),
            least: rules.least_fee.map(Money::typed).unwrap_or_default(),
        }
    }

    fn is_on(&self) -> bool {
        self.on == "yes"
    }

    fn works(&self, word: &str) -> bool {
        self.works.iter().any(|one| one == word)
    }

    fn has_day(&self, day: &str) -> bool {
        self.weekday.iter().any(|one| one == day)
    }

    fn read(&self, currency: Currency) -> Result<Rules, FieldErrors> {
        let mut errors = FieldErrors::default();
        let (in_rooms, remotely) = (self.works("room"), self.works("remote"));
        if self.is_on() && !in_rooms && !remotely {
            errors.add("works", "has to be one of the two, or both");
        }
        let day = |day: &String| day.trim().parse().ok().filter(|day| (1..=7).contains(day));
        let mut weekdays: Vec<i16> = self.weekday.iter().filter_map(day).collect();
        weekdays.sort_unstable();
        weekdays.dedup();
        if self.is_on() && in_rooms && weekdays.is_empty() {
            errors.add("weekday", "are missing: choose one or more");
        }
        let from = errors.take("from", self.from.parse::<Minute>());
        let to = if self.to.trim() == "00:00" { "24:00" } else { &self.to };
        let to = errors.take("to", to.parse::<Minute>());
        let hours = from.zip(to).and_then(|(from, to)| {
            let hours = DaySpan::from_minutes(from.number(), to.number());
            // A night is not a day's work here.
            let hours = hours.and_then(|hours| match hours.to().number() <= 1440 {
                true => Ok(hours),
                false => Err(BadDaySpan::Backwards),
            });
            errors.take("to", hours)
        });
        let notice = errors.number("notice", &self.notice, (0, 720), "hours");
        let least = match self.least.trim() {
            "" => Some(None),
            typed => errors.take("least", Money::parse(typed, currency)).map(Some),
        };
        let least = least.map(|least| least.filter(|least| least.minor() > 0));
        let rules = || {
            Some(Rules {
                version: self.version.trim().parse().unwrap_or(0),
                is_on: self.is_on(),
                in_rooms,
                remotely,
                weekdays,
                hours: hours?,
                notice: TimeDelta::hours(notice?),
                least_fee: least?,
            })
        };
        rules().filter(|_| errors.is_empty()).ok_or(errors)
    }
}

#[derive(Template)]
#[template(path = "instant/rules.html")]
struct RulesPage {
    frame: Frame,
    player: Profile,
    form: RulesForm,
    /// What producers are told, while it is on.
    told: Option<String>,
    errors: FieldErrors,
}

impl RulesPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn weekdays(&self) -> &'static [(&'static str, &'static str)] {
        &WEEKDAYS
    }

    fn least_hint(&self) -> String {
        format!("In {}. Empty is what your terms come to.", self.player.currency)
    }
}

pub(crate) async fn show(actor: Actor, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let Some(player) = musicians::find_owned(&mut db, &actor).await? else {
        return Ok(Go::to("/profile").into_response());
    };
    let rules = store::find(&mut db, player.id).await?;
    let page = RulesPage {
        frame: frame.at(Section::Calendar),
        form: RulesForm::of(&rules),
        told: rules.is_on.then(|| rules.told()),
        errors: FieldErrors::default(),
        player,
    };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn set(
    actor: Verified,
    frame: Frame,
    mut db: Db,
    Form(form): Form<RulesForm>,
) -> Result<Response, Error> {
    let player = musicians::find_owned(&mut db, &actor).await?;
    let player = player.ok_or_else(|| Error::Refused(NO_PROFILE.into()))?;
    let kept = match form.read(player.currency) {
        Ok(rules) => keep(&mut db, &player, &rules).await?,
        Err(errors) => Err(errors),
    };
    Ok(match kept {
        Ok(()) => Go::to("/calendar/instant").saying("Kept.").into_response(),
        Err(errors) => {
            let frame = frame.at(Section::Calendar);
            Page::again(RulesPage { frame, player, form, told: None, errors }).into_response()
        }
    })
}

const NO_PROFILE: &str = "You have no profile that could be booked: write one first.";

async fn keep(
    db: &mut Db,
    player: &Profile,
    rules: &Rules,
) -> Result<Result<(), FieldErrors>, Error> {
    match actions::set(db, player.id, rules, player.currency).await {
        Ok(()) => Ok(Ok(())),
        Err(stale @ RulesError::Stale) => {
            let mut errors = FieldErrors::default();
            errors.add("version", stale);
            Ok(Err(errors))
        }
        Err(RulesError::Database(error)) => Err(error.into()),
    }
}

/// What of the caller's time may be booked at once, as the form has it.
#[utoipa::path(get, path = "/calendar/instant", tag = "calendar", responses((status = 200, body = RulesForm),
    (status = 404, description = "the caller has no profile", body = Problem)))]
pub(crate) async fn show_json(actor: Actor, mut db: Db) -> Result<Json<RulesForm>, Error> {
    let player = musicians::find_owned(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    Ok(Json(RulesForm::of(&store::find(&mut db, player.id).await?)))
}

/// Says what of the caller's time may be booked at once. What is booked stays.
#[utoipa::path(put, path = "/calendar/instant", tag = "calendar", request_body = RulesForm,
    responses((status = 204, description = "kept"),
        (status = 404, description = "the caller has no profile", body = Problem),
        (status = 422, description = "some of it will not do, or it changed meanwhile", body = Problem)))]
pub(crate) async fn set_json(
    actor: Verified,
    mut db: Db,
    Json(form): Json<RulesForm>,
) -> Result<StatusCode, Error> {
    let player = musicians::find_owned(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    let rules = form.read(player.currency).map_err(Error::Invalid)?;
    keep(&mut db, &player, &rules).await?.map_err(Error::Invalid)?;
    Ok(StatusCode::NO_CONTENT)
}
