use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::model::{Sheet, Status};
use crate::values::{BookingId, MusicianId};

macro_rules! select_sheets {
    ($ending:literal $(, $arg:expr)* $(,)?) => {
        sqlx::query_as!(
            Sheet,
            r#"
            select b.id, c.title, c.artist, case when o.id is not null then (o.starts_at, o.ends_at, o.due_at)
                        else (c.starts_at, c.ends_at, c.due_at) end as "when!: _",
                   c.zone, c.place, p.name as producer, m.name as musician, i.name as instrument,
                   (coalesce(o.fee, b.fee), b.currency::text) as "fee!: _", b.status as "status: Status",
                   b.reply_by, e.steps as "steps!", e.changed_at as "changed_at!"
            from bookings b
            join calls c on c.id = b.call_id
            join accounts p on p.id = c.producer_id
            join musicians m on m.id = b.musician_id
            join instruments i on i.id = b.instrument_id
            left join lateral (
                select * from offers o
                where o.booking_id = b.id and o.status = 'open' and b.status = 'requested' limit 1) o
              on true
            cross join lateral (
                select count(*) as steps, max(at) as changed_at
                from booking_events where booking_id = b.id) e
            "# + $ending
            $(, $arg)*
        )
    };
}

/// What a calendar is told of a booking, for whoever may know of it.
pub(in crate::bookings) async fn sheet(
    db: &mut PgConnection,
    id: BookingId,
) -> sqlx::Result<Sheet> {
    select_sheets!("where b.id = $1", id as _).fetch_one(db).await
}

/// What a player's calendar is told: what is asked and booked and was not over at `since`, and what
/// was booked and cancelled; the first first.
pub(in crate::bookings) async fn sheets(
    db: &mut PgConnection,
    musician: MusicianId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Sheet>> {
    let sheets = select_sheets!(
        r#"
        where b.musician_id = $1 and coalesce(c.ends_at, c.due_at) > $2
          and (b.status in ('confirmed', 'done', 'cancelled')
               or b.status = 'requested' and b.reply_by > $3)
        order by coalesce(c.starts_at, c.due_at), b.id
        "#,
        musician as _,
        since,
        now,
    );
    sheets.fetch_all(db).await
}
