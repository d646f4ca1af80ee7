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

/// Days go by, and what is kept reaches less far: once a day it is kept anew for everybody, and
/// the points of their listings with it. Several servers may do it at once.
pub async fn extend_open_times(db: &mut PgConnection, now: DateTime<Utc>) -> sqlx::Result<u64> {
    let mut extended = 0;
    loop {
        let mut tx = db.begin().await?;
        let until = now + KEPT_AHEAD - TimeDelta::hours(12);
        let ids = store::running_out(&mut tx, until, EXTENDED_AT_ONCE).await?;
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
const EXTENDED_AT_ONCE: i64 = 200;
