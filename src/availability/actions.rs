use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{DayPlan, Hours, KEPT_AHEAD, NewAbsence, NewSeason, OpenTime, Rule, Shape},
    store,
};
use crate::values::{AbsenceId, DaySpan, MusicianId, SeasonId};

/// Why a calendar stays as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum CalendarError {
    #[error("There is no such entry in your calendar.")]
    NotFound,
    #[error("overlap another season of yours: each day belongs to one at most")]
    SeasonsOverlap,
    #[error("overlap another time you are away: change or remove that one first")]
    AbsencesOverlap,
    #[error("You are away that day: say first that you are not.")]
    Away,
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for CalendarError {
    fn from(error: sqlx::Error) -> CalendarError {
        let constraint = error.as_database_error().and_then(|cause| cause.constraint());
        match constraint {
            Some("seasons_do_not_overlap") => CalendarError::SeasonsOverlap,
            Some("absences_do_not_overlap") => CalendarError::AbsencesOverlap,
            _ => CalendarError::Database(error),
        }
    }
}

/// Puts these weekly hours in the place of those there were: of a season, or of the ordinary weeks.
pub(crate) async fn set_hours(
    db: &mut PgConnection,
    musician: MusicianId,
    season: Option<SeasonId>,
    hours: &Hours,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::replace_hours(&mut tx, musician, season, hours).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Adds a season, which begins with the hours of the ordinary weeks.
pub(crate) async fn add_season(
    db: &mut PgConnection,
    musician: MusicianId,
    season: &NewSeason,
    now: DateTime<Utc>,
) -> Result<SeasonId, CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    let usual = store::opening(&mut tx, musician, now).await?.hours;
    let id = store::insert_season(&mut tx, musician, season).await?;
    store::replace_hours(&mut tx, musician, Some(id), &usual).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes a season's name, days and hours.
pub(crate) async fn change_season(
    db: &mut PgConnection,
    musician: MusicianId,
    id: SeasonId,
    season: &NewSeason,
    hours: &Hours,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    if !store::update_season(&mut tx, musician, id, season).await? {
        return Err(CalendarError::NotFound);
    }
    store::replace_hours(&mut tx, musician, Some(id), hours).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Removes a season: its days have the ordinary hours again.
pub(crate) async fn remove_season(
    db: &mut PgConnection,
    musician: MusicianId,
    id: SeasonId,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    if !store::remove_season(&mut tx, musician, id).await? {
        return Err(CalendarError::NotFound);
    }
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Makes some days other than their weekdays, or, without a plan, like them again.
pub(crate) async fn set_days(
    db: &mut PgConnection,
    musician: MusicianId,
    days: &[NaiveDate],
    plan: Option<&DayPlan>,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::remove_days(&mut tx, musician, days).await?;
    if let Some(plan) = plan {
        let plans: Vec<_> = days.iter().map(|day| (*day, plan)).collect();
        store::insert_days(&mut tx, musician, &plans).await?;
    }
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Opens or closes a stretch of a day, whatever was open around it.
pub(crate) async fn set_stretch(
    db: &mut PgConnection,
    musician: MusicianId,
    day: NaiveDate,
    span: DaySpan,
    is_open: bool,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    let long_before = now - TimeDelta::days(400);
    let mut opening = store::opening(&mut tx, musician, long_before).await?;
    if matches!(opening.rule(day), Rule::Away(_)) {
        return Err(CalendarError::Away);
    }
    let changed = opening.set(day, span, is_open);
    let plans: Vec<_> =
        changed.iter().filter_map(|day| Some((*day, opening.days.get(day)?))).collect();
    store::remove_days(&mut tx, musician, &changed).await?;
    store::insert_days(&mut tx, musician, &plans).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn add_absence(
    db: &mut PgConnection,
    musician: MusicianId,
    absence: &NewAbsence,
    now: DateTime<Utc>,
) -> Result<AbsenceId, CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    let id = store::insert_absence(&mut tx, musician, absence).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    tx.commit().await?;
    Ok(id)
}

pub(crate) async fn remove_absence(
    db: &mut PgConnection,
    musician: MusicianId,
    id: AbsenceId,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    if !store::remove_absence(&mut tx, musician, id).await? {
        return Err(CalendarError::NotFound);
    }
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Changes what a player keeps to around and between sessions. What is confirmed stays as it is.
pub(crate) async fn set_shape(
    db: &mut PgConnection,
    musician: MusicianId,
    shape: &Shape,
    now: DateTime<Utc>,
) -> Result<(), CalendarError> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::put_shape(&mut tx, musician, shape).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    Ok(tx.commit().await?)
}

/// Keeps what these players' calendars now say is free, for search. Part of every transaction that
/// changes hours, exceptions, zone, buffers, or what is booked.
pub async fn keep_open_time(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let calendars = store::calendars(db, musicians, OpenTime::window(now), now).await?;
    let times: Vec<_> =
        calendars.iter().map(|(id, calendar)| (*id, OpenTime::of(calendar, now))).collect();
    store::put_open_times(db, &times).await
}

/// Days go by, and what is kept reaches less far: twice a day it is kept anew for everybody, and the
/// points of their listings with it. Called each minute; several servers may be at it at once. One
/// call does so few of those who still have a season ahead that pages do not feel it, and so the
/// hundred thousand who once began together are spread over the hours after.
pub async fn extend_open_times(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut extended = 0;
    loop {
        let spare = if extended < EXTENDED_A_CALL { TimeDelta::hours(12) } else { SEASON_IS_SHORT };
        let mut tx = db.begin().await?;
        let ids = store::running_out(&mut tx, now + KEPT_AHEAD - spare, EXTENDED_AT_ONCE).await?;
        keep_open_time(&mut tx, &ids, now).await?;
        store::refresh_listings(&mut tx, &ids).await?;
        tx.commit().await?;
        extended += ids.len() as u64;
        if ids.is_empty() {
            return Ok(extended);
        }
    }
}

/// How many players' time is extended in one transaction.
const EXTENDED_AT_ONCE: i64 = 100;

/// How many are extended in one call, if it is not urgent: two seconds' work, and in twelve hours
/// of calls more than a million.
const EXTENDED_A_CALL: u64 = 2_000;

/// When so much of what is kept ahead is over, less than a season is left, and it is urgent.
const SEASON_IS_SHORT: TimeDelta = TimeDelta::days(7);
