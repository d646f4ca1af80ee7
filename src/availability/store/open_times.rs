use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::OpenTime;
use crate::values::{MusicianId, Slot};

/// Keeps what is free beside what makes it so.
pub(in crate::availability) async fn put_open_times(
    db: &mut PgConnection,
    times: &[(MusicianId, OpenTime)],
) -> sqlx::Result<()> {
    let column = |value: fn(&OpenTime) -> i16| -> Vec<i16> {
        times.iter().map(|(_, time)| value(time)).collect()
    };
    let ids: Vec<MusicianId> = times.iter().map(|(id, _)| *id).collect();
    let free: Vec<String> = times.iter().map(|(_, time)| multirange(&time.free)).collect();
    let until: Vec<DateTime<Utc>> = times.iter().map(|(_, time)| time.known_until).collect();
    let zones: Vec<String> = times.iter().map(|(_, time)| time.zone.name().to_owned()).collect();
    let minutes = |value: fn(&OpenTime) -> i64| -> Vec<i32> {
        times.iter().map(|(_, time)| i32::try_from(value(time)).unwrap_or(i32::MAX)).collect()
    };
    let listed = |time: &OpenTime| {
        let starts = time.starts.iter().map(|minute| minute.number().to_string());
        starts.collect::<Vec<_>>().join(",")
    };
    let starts: Vec<String> = times.iter().map(|(_, time)| listed(time)).collect();
    query!(
        r#"
        insert into open_times as o
            (musician_id, free, known_until, open_days, zone, notice, ahead, starts)
        select id, free::tstzmultirange, until, days, zone, notice, nullif(ahead, 0),
               case when starts <> '' then string_to_array(starts, ',')::smallint[] end
        from unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::smallint[], $5::text[],
                    $6::int[], $7::int[], $8::text[])
             as rows (id, free, until, days, zone, notice, ahead, starts)
        order by id
        on conflict (musician_id) do update
        set free = excluded.free, known_until = excluded.known_until,
            open_days = excluded.open_days, zone = excluded.zone, notice = excluded.notice,
            ahead = excluded.ahead, starts = excluded.starts
        where (o.free, o.known_until, o.open_days, o.zone, o.notice, o.ahead, o.starts)
           is distinct from (excluded.free, excluded.known_until, excluded.open_days,
                             excluded.zone, excluded.notice, excluded.ahead, excluded.starts)
        "#,
        &ids as &[MusicianId],
        &free,
        &until,
        &column(|time| time.open_days),
        &zones,
        &minutes(|time| time.notice.num_minutes()),
        &minutes(|time| time.ahead.map_or(0, |ahead| ahead.num_minutes())),
        &starts,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// `{[a,b),[c,d)}`, as Postgres reads a multirange.
fn multirange(slots: &[Slot]) -> String {
    let each = |slot: &Slot| {
        format!("[{},{})", slot.starts_at().to_rfc3339(), slot.ends_at().to_rfc3339())
    };
    format!("{{{}}}", slots.iter().map(each).collect::<Vec<_>>().join(","))
}

/// Some players whose open time is not known until `until`, locked; those whom another server is at
/// are left to it.
pub(in crate::availability) async fn running_out(
    db: &mut PgConnection,
    until: DateTime<Utc>,
    limit: i64,
) -> sqlx::Result<Vec<MusicianId>> {
    query_scalar!(
        r#"
        select m.id as "id: MusicianId"
        from open_times o join musicians m on m.id = o.musician_id
        where o.known_until < $1
        order by o.known_until
        limit $2
        for no key update of m skip locked
        "#,
        until,
        limit,
    )
    .fetch_all(db)
    .await
}

/// Writes the listings of these anew: their points also count how much time they have.
pub(in crate::availability) async fn refresh_listings(
    db: &mut PgConnection,
    ids: &[MusicianId],
) -> sqlx::Result<()> {
    query!("select refresh_listings($1) as done", ids as &[MusicianId]).execute(db).await?;
    Ok(())
}
