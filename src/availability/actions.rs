use chrono::NaiveDate;
use sqlx::{Connection, PgConnection};

use super::{
    model::{DayPlan, Hours},
    store,
};
use crate::values::MusicianId;

/// Puts these weekly hours in the place of those there were.
pub(crate) async fn set_hours(
    db: &mut PgConnection,
    musician: MusicianId,
    hours: &Hours,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::replace_hours(&mut tx, musician, hours).await?;
    tx.commit().await
}

/// Makes one day other than its weekday, or, without a plan, like it again.
pub(crate) async fn set_day(
    db: &mut PgConnection,
    musician: MusicianId,
    day: NaiveDate,
    plan: Option<&DayPlan>,
) -> sqlx::Result<()> {
    let mut tx = db.begin().await?;
    store::lock(&mut tx, musician).await?;
    store::remove_day(&mut tx, musician, day).await?;
    if let Some(plan) = plan {
        store::insert_day(&mut tx, musician, day, plan).await?;
    }
    tx.commit().await
}
