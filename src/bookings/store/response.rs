use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{PgConnection, query};

use super::super::model::{RESPONSE_OVER, Response};
use crate::values::MusicianId;

/// How a player answered what was asked of them of late.
pub async fn response(
    db: &mut PgConnection,
    musician: MusicianId,
    now: DateTime<Utc>,
) -> sqlx::Result<Response> {
    let row = query!(
        r#"
        with asked as (
            select b.id, b.created_at,
                   b.status in ('confirmed', 'declined', 'cancelled', 'done') as is_answered,
                   b.status = 'done' or b.status = 'confirmed' and b.ends_at <= $2 as is_kept,
                   b.broken_by is not distinct from 'musician' as is_broken
            from bookings b
            where b.musician_id = $1 and b.created_at > $3
              and (b.status not in ('requested', 'withdrawn')
                   or b.status = 'requested' and b.reply_by <= $2)
        ),
        answers as (
            select min(e.at) - a.created_at as took
            from asked a
            join booking_events e on e.booking_id = a.id and e.status in ('confirmed', 'declined')
            group by a.id, a.created_at
        )
        select count(*) as "asked!", count(*) filter (where is_answered) as "answered!",
               (select percentile_cont(0.5) within group (order by extract(epoch from took))
                from answers)::float8 as median,
               count(*) filter (where is_kept or is_broken) as "dates!",
               count(*) filter (where is_broken) as "broken!"
        from asked
        "#,
        musician as _,
        now,
        now - RESPONSE_OVER,
    )
    .fetch_one(db)
    .await?;
    let median = row.median.map(|seconds| TimeDelta::seconds(seconds as i64));
    let (dates, broken) = (row.dates, row.broken);
    Ok(Response { asked: row.asked, answered: row.answered, median, dates, broken })
}
