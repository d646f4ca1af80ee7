use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sqlx::{PgConnection, query, query_as};

use super::super::model::{
    Absence, Busy, Calendar, DayPlan, Hours, Opening, Room, Season, Shape, Town, Travel, What,
};
use crate::{
    accounts::Actor,
    values::{AbsenceId, BookingId, DaySpan, Minute, MusicianId, SeasonId, Slot, Zone},
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
pub(crate) struct Player {
    pub(crate) id: MusicianId,
    pub(crate) zone: Zone,
}

/// The player that `actor` is.
pub(crate) async fn find_own(db: &mut PgConnection, actor: &Actor) -> sqlx::Result<Option<Player>> {
    query_as!(
        Player,
        r#"select id as "id: _", zone as "zone: _" from musicians where account_id = $1"#,
        actor.id as _,
    )
    .fetch_optional(db)
    .await
}

/// What decides whether a musician is free within `window`, asked at `now`.
pub async fn calendar(
    db: &mut PgConnection,
    musician: MusicianId,
    window: Slot,
    now: DateTime<Utc>,
) -> sqlx::Result<Calendar> {
    let mut found = calendars(db, &[musician], window, now).await?;
    found.remove(&musician).ok_or(sqlx::Error::RowNotFound)
}

/// As [`calendar`], for several at once.
pub(crate) async fn calendars(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<MusicianId, Calendar>> {
    let mut calendars = taken(db, musicians, window, now).await?;
    read_seasons(db, musicians, &mut calendars).await?;
    read_hours(db, musicians, &mut calendars).await?;
    read_days(db, musicians, window, &mut calendars).await?;
    read_absences(db, musicians, window, &mut calendars).await?;
    Ok(calendars)
}

/// What of some musicians' time is taken: calendars that know no hours, for whoever asks about
/// clashes and the ways between sessions alone, with others waiting for the lock.
pub(crate) async fn taken(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    now: DateTime<Utc>,
) -> sqlx::Result<HashMap<MusicianId, Calendar>> {
    let rows = query!(
        r#"
        select m.id as "id!: MusicianId", m.zone as "zone!: Zone",
               coalesce(s.buffer_before, 0) as "buffer_before!",
               coalesce(s.buffer_after, 0) as "buffer_after!",
               coalesce(s.travel::text, 'none') as "travel!",
               coalesce(s.travel_minutes, 0) as "travel_minutes!",
               coalesce(s.rest, 0) as "rest!", coalesce(s.notice, 0) as "notice!",
               s.ahead as "ahead?", s.most_a_day as "most_a_day?", s.most_a_week as "most_a_week?",
               coalesce(s.starts, '{}') as "starts!"
        from musicians m
        left join day_shapes s on s.musician_id = m.id
        where m.id = any($1)
        "#,
        musicians as &[MusicianId],
    )
    .fetch_all(&mut *db)
    .await?;
    let mut calendars = Calendars::with_capacity(rows.len());
    for row in rows {
        let minutes = |number: i32| TimeDelta::minutes(number.into());
        let travel = match row.travel.as_str() {
            "fixed" => Travel::Fixed(minutes(row.travel_minutes)),
            "distance" => Travel::Distance { in_town: minutes(row.travel_minutes) },
            _ => Travel::None,
        };
        let shape = Shape {
            before: minutes(row.buffer_before),
            after: minutes(row.buffer_after),
            travel,
            rest: minutes(row.rest),
            notice: TimeDelta::minutes(row.notice.into()),
            ahead: row.ahead.map(|days| TimeDelta::days(days.into())),
            most_a_day: row.most_a_day,
            most_a_week: row.most_a_week,
            starts: row.starts.iter().map(|minute| start(*minute)).collect::<Result<_, _>>()?,
        };
        let (opening, busy) = (Opening::default(), Vec::new());
        let calendar = Calendar { zone: row.zone, window, now, opening, shape, busy };
        calendars.insert(row.id, calendar);
    }
    read_sessions(db, musicians, window, &mut calendars).await?;
    read_elsewhere(db, musicians, window, &mut calendars).await?;
    Ok(calendars)
}

type Calendars = HashMap<MusicianId, Calendar>;

fn span(from: i16, to: i16) -> sqlx::Result<DaySpan> {
    DaySpan::from_minutes(from, to).map_err(|error| sqlx::Error::Decode(error.into()))
}

fn start(minute: i16) -> sqlx::Result<Minute> {
    span(minute, 1440).map(DaySpan::from)
}

async fn read_seasons(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let rows = query!(
        r#"
        select musician_id as "musician: MusicianId", id as "id: SeasonId", name, first_day, last_day
        from seasons where musician_id = any($1)
        order by musician_id, first_day
        "#,
        musicians as &[MusicianId],
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Some(calendar) = calendars.get_mut(&row.musician) else { continue };
        calendar.opening.seasons.push(Season {
            id: row.id,
            name: row.name,
            first_day: row.first_day,
            last_day: row.last_day,
            hours: Hours::default(),
        });
    }
    Ok(())
}

async fn read_hours(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let rows = query!(
        r#"
        select musician_id as "musician: MusicianId", season_id as "season?: SeasonId", weekday,
               from_minute, to_minute
        from weekly_hours where musician_id = any($1)
        order by musician_id, weekday, from_minute
        "#,
        musicians as &[MusicianId],
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Some(calendar) = calendars.get_mut(&row.musician) else { continue };
        let Opening { hours, seasons, .. } = &mut calendar.opening;
        let hours = match row.season {
            None => Some(hours),
            Some(id) => seasons.iter_mut().find(|one| one.id == id).map(|one| &mut one.hours),
        };
        if let Some(hours) = hours {
            hours.0.push((row.weekday, span(row.from_minute, row.to_minute)?));
        }
    }
    Ok(())
}

/// The days that a window may touch, whatever zone it is read in, with the eve of the first and the
/// morrow of the last.
fn days(window: Slot) -> (NaiveDate, NaiveDate) {
    let margin = TimeDelta::days(3);
    (window.starts_at().date_naive() - margin, window.ends_at().date_naive() + margin)
}

async fn read_days(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let (first, last) = days(window);
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
        let plan = calendar.opening.days.entry(row.day).or_insert_with(DayPlan::default);
        plan.note = row.note;
        if let (Some(from), Some(to)) = (row.from_minute, row.to_minute) {
            plan.spans.push(span(from, to)?);
        }
    }
    Ok(())
}

async fn read_absences(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let (first, last) = days(window);
    let rows = query!(
        r#"
        select musician_id as "musician: MusicianId", id as "id: AbsenceId", first_day, back_on, note
        from absences
        where musician_id = any($1) and back_on > $2 and first_day <= $3
        order by musician_id, first_day
        "#,
        musicians as &[MusicianId],
        first,
        last,
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        if let Some(calendar) = calendars.get_mut(&row.musician) {
            let (first_day, back_on) = (row.first_day, row.back_on);
            let absence = Absence { id: row.id, first_day, back_on, note: row.note };
            calendar.opening.absences.push(absence);
        }
    }
    Ok(())
}

async fn read_sessions(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    // The weeks around count towards the most a week, and travel may take a day.
    let around = window.widened(TimeDelta::days(8), TimeDelta::days(8));
    let rows = query!(
        r#"
        select b.musician_id as "musician!: MusicianId", b.id as "booking!: BookingId",
               (c.starts_at, c.ends_at) as "session!: Slot",
               (extract(epoch from c.starts_at - lower(b.blocks)) / 60)::int - b.travel_before
                   as "before!",
               (extract(epoch from upper(b.blocks) - c.ends_at) / 60)::int as "after!",
               c.place, t.id as "town?", t.latitude as "latitude?", t.longitude as "longitude?"
        from unnest($1::bigint[]) as asked (musician_id)
        -- A look into the index of what is taken for each of them: `offset 0` keeps it so.
        cross join lateral (
            select b.* from bookings b
            where b.musician_id = asked.musician_id and b.status in ('confirmed', 'done')
              and b.blocks && tstzrange($2, $3)
            offset 0) b
        join calls c on c.id = b.call_id
        left join places t on t.id = c.town_id
        order by b.musician_id, lower(b.blocks)
        "#,
        musicians as &[MusicianId],
        around.starts_at(),
        around.ends_at(),
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Some(calendar) = calendars.get_mut(&row.musician) else { continue };
        let town = row.town.zip(row.latitude.zip(row.longitude));
        let town = town.map(|(id, (latitude, longitude))| Town { id, latitude, longitude });
        calendar.busy.push(Busy {
            what: What::Booking(row.booking),
            slot: row.session,
            before: TimeDelta::minutes(row.before.into()),
            after: TimeDelta::minutes(row.after.into()),
            room: Some(Room { name: row.place, town }),
        });
    }
    Ok(())
}

async fn read_elsewhere(
    db: &mut PgConnection,
    musicians: &[MusicianId],
    window: Slot,
    calendars: &mut Calendars,
) -> sqlx::Result<()> {
    let around = window.widened(TimeDelta::days(1), TimeDelta::days(1));
    let rows = query!(
        r#"
        select b.musician_id as "musician: MusicianId", i.name, b.summary,
               (lower(b.slot), upper(b.slot)) as "slot!: Slot"
        from imported_busy b
        join imports i on i.id = b.import_id
        where b.musician_id = any($1) and b.slot && tstzrange($2, $3)
        order by b.musician_id, lower(b.slot)
        "#,
        musicians as &[MusicianId],
        around.starts_at(),
        around.ends_at(),
    )
    .fetch_all(db)
    .await?;
    for row in rows {
        let Some(calendar) = calendars.get_mut(&row.musician) else { continue };
        calendar.busy.push(Busy {
            what: What::Elsewhere { calendar: row.name, summary: row.summary },
            slot: row.slot,
            before: TimeDelta::zero(),
            after: TimeDelta::zero(),
            room: None,
        });
    }
    calendars.values_mut().for_each(|calendar| calendar.busy.sort_by_key(|busy| busy.slot));
    Ok(())
}
