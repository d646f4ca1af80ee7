use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{Connection, PgConnection};

use super::{
    model::{DayPlan, Hours, KEPT_AHEAD, OpenTime},
    store,
};
use crate::values::MusicianId;

/// Puts these weekly hours in the place of those there were.
pub(crate) async fn set_hours(
    db: &mut PgConnection,
    musician: MusicianId,
    hours: &Hours,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::replace_hours(&mut tx, musician, hours).await?;
    keep_open_time(&mut tx, &[musician], now).await?;
    tx.commit().await
}

/// Makes one day other than its weekday, or, without a plan, like it again.
pub(crate) async fn set_day(
    db: &mut PgConnection,
    musician: MusicianId,
    day: NaiveDate,
    plan: Option<&DayPlan>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::remove_day(&mut tx, musician, day).await?;
    if let Some(plan) = plan {
        store::insert_day(&mut tx, musician, day, plan).await?;
    }
    keep_open_time(&mut tx, &[musician], now).await?;
    tx.commit().await
}

/// Keeps what these players' calendars now say is free, for search. Part of every transaction that
/// changes hours, exceptions, zone, buffers, or what is booked.
pub(crate) async fn keep_open_time(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let calendars = store::calendars(db, musicians, OpenTime::window(now)).await?;
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
