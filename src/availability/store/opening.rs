use chrono::{DateTime, NaiveDate, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::{DayPlan, Hours, NewAbsence, NewSeason, Opening, Shape, Travel};
use crate::values::{AbsenceId, DaySpan, Minute, MusicianId, SeasonId, Slot};

/// Everything that says which hours of a player are open, from the days around `from` on.
pub(in crate::availability) async fn opening(
    db: &mut PgConnection,
    musician: MusicianId,
    from: DateTime<Utc>,
) -> sqlx::Result<Opening> {
    let ever =
        Slot::new(from, from + chrono::TimeDelta::days(36_500)).expect("a century goes forwards");
    Ok(super::calendar(db, musician, ever, from).await?.opening)
}

/// Puts the weekly hours of a season, or of the ordinary weeks, in the place of those there were.
pub(in crate::availability) async fn replace_hours(
    db: &mut PgConnection,
    musician: MusicianId,
    season: Option<SeasonId>,
    hours: &Hours,
) -> sqlx::Result<()> {
    query!(
        "delete from weekly_hours where musician_id = $1 and season_id is not distinct from $2",
        musician as _,
        season as _,
    )
    .execute(&mut *db)
    .await?;
    let column =
        |value: fn(&(i16, DaySpan)) -> i16| hours.0.iter().map(value).collect::<Vec<i16>>();
    query!(
        r#"
        insert into weekly_hours (musician_id, season_id, weekday, from_minute, to_minute)
        select $1, $2, * from unnest($3::smallint[], $4::smallint[], $5::smallint[])
        "#,
        musician as _,
        season as _,
        &column(|(weekday, _)| *weekday),
        &column(|(_, span)| span.from().number()),
        &column(|(_, span)| span.to().number()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::availability) async fn insert_season(
    db: &mut PgConnection,
    musician: MusicianId,
    season: &NewSeason,
) -> sqlx::Result<SeasonId> {
    query_scalar!(
        r#"
        insert into seasons (musician_id, name, first_day, last_day) values ($1, $2, $3, $4)
        returning id as "id: SeasonId"
        "#,
        musician as _,
        season.name.as_str(),
        season.first_day,
        season.last_day,
    )
    .fetch_one(db)
    .await
}

/// Whether there was such a season.
pub(in crate::availability) async fn update_season(
    db: &mut PgConnection,
    musician: MusicianId,
    id: SeasonId,
    season: &NewSeason,
) -> sqlx::Result<bool> {
    let changed = query!(
        r#"
        update seasons set name = $3, first_day = $4, last_day = $5
        where id = $1 and musician_id = $2
        "#,
        id as _,
        musician as _,
        season.name.as_str(),
        season.first_day,
        season.last_day,
    )
    .execute(db)
    .await?;
    Ok(changed.rows_affected() == 1)
}

/// Whether there was such a season.
pub(in crate::availability) async fn remove_season(
    db: &mut PgConnection,
    musician: MusicianId,
    id: SeasonId,
) -> sqlx::Result<bool> {
    let gone =
        query!("delete from seasons where id = $1 and musician_id = $2", id as _, musician as _)
            .execute(db)
            .await?;
    Ok(gone.rows_affected() == 1)
}

/// Makes these days like their weekdays again.
pub(in crate::availability) async fn remove_days(
    db: &mut PgConnection,
    musician: MusicianId,
    days: &[NaiveDate],
) -> sqlx::Result<()> {
    query!(
        "delete from day_exceptions where musician_id = $1 and day = any($2)",
        musician as _,
        days,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Gives each of these days a plan of its own. None has one.
pub(in crate::availability) async fn insert_days(
    db: &mut PgConnection,
    musician: MusicianId,
    plans: &[(NaiveDate, &DayPlan)],
) -> sqlx::Result<()> {
    let days: Vec<NaiveDate> = plans.iter().map(|(day, _)| *day).collect();
    let notes: Vec<String> = plans.iter().map(|(_, plan)| plan.note.clone()).collect();
    query!(
        r#"
        insert into day_exceptions (musician_id, day, note)
        select $1, * from unnest($2::date[], $3::text[])
        "#,
        musician as _,
        &days,
        &notes,
    )
    .execute(&mut *db)
    .await?;
    let spans: Vec<(NaiveDate, DaySpan)> = plans
        .iter()
        .flat_map(|(day, plan)| plan.spans.iter().map(move |span| (*day, *span)))
        .collect();
    query!(
        r#"
        insert into day_exception_spans (musician_id, day, from_minute, to_minute)
        select $1, * from unnest($2::date[], $3::smallint[], $4::smallint[])
        "#,
        musician as _,
        &spans.iter().map(|(day, _)| *day).collect::<Vec<_>>(),
        &spans.iter().map(|(_, span)| span.from().number()).collect::<Vec<_>>(),
        &spans.iter().map(|(_, span)| span.to().number()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::availability) async fn insert_absence(
    db: &mut PgConnection,
    musician: MusicianId,
    absence: &NewAbsence,
) -> sqlx::Result<AbsenceId> {
    query_scalar!(
        r#"
        insert into absences (musician_id, first_day, back_on, note) values ($1, $2, $3, $4)
        returning id as "id: AbsenceId"
        "#,
        musician as _,
        absence.first_day,
        absence.back_on,
        absence.note,
    )
    .fetch_one(db)
    .await
}

/// Whether there was such an absence.
pub(in crate::availability) async fn remove_absence(
    db: &mut PgConnection,
    musician: MusicianId,
    id: AbsenceId,
) -> sqlx::Result<bool> {
    let gone =
        query!("delete from absences where id = $1 and musician_id = $2", id as _, musician as _)
            .execute(db)
            .await?;
    Ok(gone.rows_affected() == 1)
}

pub(in crate::availability) async fn put_shape(
    db: &mut PgConnection,
    musician: MusicianId,
    shape: &Shape,
) -> sqlx::Result<()> {
    let minutes = |time: chrono::TimeDelta| i16::try_from(time.num_minutes()).unwrap_or(i16::MAX);
    let (travel, travel_minutes) = match shape.travel {
        Travel::None => ("none", 0),
        Travel::Fixed(time) => ("fixed", minutes(time)),
        Travel::Distance { in_town } => ("distance", minutes(in_town)),
    };
    query!(
        r#"
        insert into day_shapes (musician_id, buffer_before, buffer_after, travel, travel_minutes,
                                rest, notice, ahead, most_a_day, most_a_week, starts)
        values ($1, $2, $3, $4::text::travel_rule, $5, $6, $7, $8, $9, $10, $11)
        on conflict (musician_id) do update
        set buffer_before = excluded.buffer_before, buffer_after = excluded.buffer_after,
            travel = excluded.travel, travel_minutes = excluded.travel_minutes,
            rest = excluded.rest, notice = excluded.notice, ahead = excluded.ahead,
            most_a_day = excluded.most_a_day, most_a_week = excluded.most_a_week,
            starts = excluded.starts
        "#,
        musician as _,
        minutes(shape.before),
        minutes(shape.after),
        travel,
        travel_minutes,
        minutes(shape.rest),
        i32::try_from(shape.notice.num_minutes()).unwrap_or(i32::MAX),
        shape.ahead.map(|ahead| i16::try_from(ahead.num_days()).unwrap_or(i16::MAX)),
        shape.most_a_day,
        shape.most_a_week,
        &shape.starts.iter().map(|minute: &Minute| minute.number()).collect::<Vec<_>>(),
    )
    .execute(db)
    .await?;
    Ok(())
}
