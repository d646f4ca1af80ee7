use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query_as};

use super::model::Work;
use crate::{
    bookings::Status,
    values::{MusicianId, Slot},
};

/// What a player is asked for or has agreed to within `window`, and what is due in it. What nobody
/// answered in time is not asked any more.
pub(super) async fn work(
    db: &mut PgConnection,
    musician: MusicianId,
    window: Slot,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<Work>> {
    query_as!(
        Work,
        r#"
        select b.id as "id!", c.title as "title!", c.artist as "artist!", i.name as "instrument!",
               coalesce((select p.gear from musician_instruments p
                         where p.musician_id = b.musician_id
                           and p.instrument_id = b.instrument_id), '') as "gear!",
               a.name as "producer!", (c.starts_at, c.ends_at, c.due_at) as "when!: _",
               c.zone as "zone!", c.place as "place!", t.name as "town?", c.brief as "brief!",
               b.status as "status!: Status"
        from bookings b
        join calls c on c.id = b.call_id
        join accounts a on a.id = c.producer_id
        join instruments i on i.id = b.instrument_id
        left join places t on t.id = c.town_id
        where b.musician_id = $1
          and (b.status in ('confirmed', 'done') or b.status = 'requested' and b.reply_by > $4)
          and (c.starts_at < $3 and c.ends_at > $2 or c.due_at >= $2 and c.due_at < $3)
        order by coalesce(c.starts_at, c.due_at), b.id
        "#,
        musician as _,
        window.starts_at(),
        window.ends_at(),
        now,
    )
    .fetch_all(db)
    .await
}
