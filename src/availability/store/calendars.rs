use std::collections::{BTreeMap, HashMap};

use chrono::{NaiveDate, TimeDelta};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{Busy, Calendar, DayPlan, Hours};
use crate::{
    accounts::Actor,
    values::{BookingId, DaySpan, MusicianId, Slot, Zone},
};

/// Makes everything else that would change a musician's time wait until the transaction ends.
/// First thing in every action that confirms: the constraint alone is right, but stalls in a race.
pub(crate) async fn lock(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<()> {
    query!("select id from musicians where id = $1 for no key update", musician as _)
        .fetch_one(db)
        .await?;
    Ok(())
}

/// Somebody who has a calendar, as far as time goes.
#[derive(Clone, Copy, Debug)]
pub(in crate::availability) struct Player {
    pub(in crate::availability) id: MusicianId,
    pub(in crate::availability) zone: Zone,
}

/// The player that `actor` is.
pub(in crate::availability) async fn find_own(
    db: &mut PgConnection,
    actor: &Actor,
) -> sqlx::Result<Option<Player>> {
    query_as!(
        Player,
        r#"select id as "id: _", zone as "zone: _" from musicians where account_id = $1"#,
        actor.id as _,
    )
    .fetch_optional(db)
    .await
}

/// What decides whether a musician is free within `window`.
pub(crate) async fn calendar(
    db: &mut PgConnection,
    musician: MusicianId,
    window: Slot,
) -> sqlx::Result<Calendar> {
    let mut found = calendars(db, &[musician], window).await?;
    found.remove(&musician).ok_or(sqlx::Error::RowNotFound)
}

/// As [`calendar`], for several at once.
pub(crate) async fn calendars(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
) -> sqlx::Result<HashMap<MusicianId, Calendar>> {
    let mut calendars: HashMap<MusicianId, Calendar> = query!(
        r#"
        select id as "id: MusicianId", zone as "zone: Zone", buffer_before, buffer_after
        from musicians where id = any($1)
        "#,
        musicians as &[MusicianId],
    )
    .map(|row| {
        let calendar = Calendar {
            zone: row.zone,
            window,
            hours: Hours::default(),
            exceptions: BTreeMap::new(),
            busy: Vec::new(),
            before: TimeDelta::minutes(row.buffer_before.into()),
            after: TimeDelta::minutes(row.buffer_after.into()),
        };
        (row.id, calendar)
    })
    .fetch_all(&mut *db)
    .await?
    .into_iter()
    .collect();
    read_hours(db, musicians, &mut calendars).await?;
    read_exceptions(db, musicians, window, &mut calendars).await?;
    read_busy(db, musicians, window, &mut calendars).await?;
    Ok(calendars)
}

type Calendars = HashMap<MusicianId, Calendar>;

async fn read_hours(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let rows = query!(
        r#"
        select musician_id as "musician: MusicianId", weekday, from_minute, to_minute
        from weekly_hours where musician_id = any($1)
        order by musician_id, weekday, from_minute
        "#,
        musicians as &[MusicianId],
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let span = span(row.from_minute, row.to_minute)?;
        if let Some(calendar) = calendars.get_mut(&row.musician) {
            calendar.hours.0.push((row.weekday, span));
        }
    }
    Ok(())
}

async fn read_exceptions(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    // A day more on either side: the window's days depend on each player's zone.
    let first = window.starts_at().date_naive() - TimeDelta::days(2);
    let last = window.ends_at().date_naive() + TimeDelta::days(2);
    let rows = query!(
        r#"
        select e.musician_id as "musician: MusicianId", e.day as "day: NaiveDate", e.note,
               s.from_minute as "from_minute?", s.to_minute as "to_minute?"
        from day_exceptions e
        left join day_exception_spans s on s.musician_id = e.musician_id and s.day = e.day
        where e.musician_id = any($1) and e.day between $2 and $3
        order by e.musician_id, e.day, s.from_minute
        "#,
        musicians as &[MusicianId],
        first,
        last,
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Some(calendar) = calendars.get_mut(&row.musician) else { continue };
        let plan = calendar.exceptions.entry(row.day).or_insert_with(DayPlan::default);
        plan.note = row.note;
        if let (Some(from), Some(to)) = (row.from_minute, row.to_minute) {
            plan.spans.push(span(from, to)?);
        }
    }
    Ok(())
}

async fn read_busy(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    // Four hours more on either side: the longest time anyone keeps clear.
    let reach = window.widened(TimeDelta::hours(4), TimeDelta::hours(4));
    let rows = query!(
        r#"
        select b.musician_id as "musician: MusicianId", b.id as "booking: BookingId",
               (c.starts_at, c.ends_at) as "session!: Slot",
               (lower(b.blocks), upper(b.blocks)) as "blocks!: Slot"
        from bookings b
        join calls c on c.id = b.call_id
        where b.musician_id = any($1) and b.status in ('confirmed', 'done')
          and b.blocks && tstzrange($2, $3)
        order by b.musician_id, lower(b.blocks)
        "#,
        musicians as &[MusicianId],
        reach.starts_at(),
        reach.ends_at(),
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        if let Some(calendar) = calendars.get_mut(&row.musician) {
            calendar.busy.push(Busy {
                booking: row.booking,
                session: row.session,
                blocks: row.blocks,
            });
        }
    }
    Ok(())
}

fn span(from: i16, to: i16) -> sqlx::Result<DaySpan> {
    DaySpan::from_minutes(from, to).map_err(|error| sqlx::Error::Decode(error.into()))
}

/// Puts weekly hours in the place of those there were.
pub(in crate::availability) async fn replace_hours(
    db: &mut PgConnection,
    musician: MusicianId,
    hours: &Hours,
) -> sqlx::Result<()> {
    query!("delete from weekly_hours where musician_id = $1", musician as _)
        .execute(&mut *db)
        .await?;
    let column =
        |value: fn(&(i16, DaySpan)) -> i16| hours.0.iter().map(value).collect::<Vec<i16>>();
    query!(
        r#"
        insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
        select $1, * from unnest($2::smallint[], $3::smallint[], $4::smallint[])
        "#,
        musician as _,
        &column(|(weekday, _)| *weekday),
        &column(|(_, span)| span.from().number()),
        &column(|(_, span)| span.to().number()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(in crate::availability) async fn remove_day(
    db: &mut PgConnection,
    musician: MusicianId,
    day: NaiveDate,
) -> sqlx::Result<()> {
    query!("delete from day_exceptions where musician_id = $1 and day = $2", musician as _, day)
        .execute(db)
        .await?;
    Ok(())
}

pub(in crate::availability) async fn insert_day(
    db: &mut PgConnection,
    musician: MusicianId,
    day: NaiveDate,
    plan: &DayPlan,
) -> sqlx::Result<()> {
    query!(
        "insert into day_exceptions (musician_id, day, note) values ($1, $2, $3)",
        musician as _,
        day,
        plan.note,
    )
    .execute(&mut *db)
    .await?;
    for span in &plan.spans {
        query!(
            r#"
            insert into day_exception_spans (musician_id, day, from_minute, to_minute)
            values ($1, $2, $3, $4)
            "#,
            musician as _,
            day,
            span.from().number(),
            span.to().number(),
        )
        .execute(&mut *db)
        .await?;
    }
    Ok(())
}
