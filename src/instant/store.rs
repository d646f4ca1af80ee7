use chrono::TimeDelta;
use sqlx::{PgConnection, query};

use super::model::Rules;
use crate::values::{Currency, DaySpan, Money, MusicianId};

/// What a player lets be booked at once; nothing, where they never said.
pub(crate) async fn find(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<Rules> {
    let row = query!(
        r#"
        select version, is_on, in_rooms, remotely, weekdays, from_minute, to_minute, notice_hours,
               case when least_fee is not null then (least_fee, currency::text) end
                   as "least_fee: Money"
        from instant_rules where musician_id = $1
        "#,
        musician as _,
    )
    .fetch_optional(db)
    .await?;
    let rules = row.map(|row| Rules {
        version: row.version,
        is_on: row.is_on,
        in_rooms: row.in_rooms,
        remotely: row.remotely,
        weekdays: row.weekdays,
        hours: DaySpan::from_minutes(row.from_minute, row.to_minute)
            .unwrap_or(Rules::default().hours),
        notice: TimeDelta::hours(row.notice_hours.into()),
        least_fee: row.least_fee,
    });
    Ok(rules.unwrap_or_default())
}

/// Puts these in the place of those of `version`; false where others are there.
pub(super) async fn put(
    db: &mut PgConnection,
    musician: MusicianId,
    rules: &Rules,
    currency: Currency,
) -> sqlx::Result<bool> {
    let put = query!(
        r#"
        insert into instant_rules (musician_id, version, is_on, in_rooms, remotely, weekdays,
                                   from_minute, to_minute, notice_hours, least_fee, currency)
        select $1, 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
        where $2 = 0 or exists (select from instant_rules where musician_id = $1)
        on conflict (musician_id) do update
        set version = instant_rules.version + 1, is_on = $3, in_rooms = $4, remotely = $5,
            weekdays = $6, from_minute = $7, to_minute = $8, notice_hours = $9, least_fee = $10,
            currency = $11
        where instant_rules.version = $2
        "#,
        musician as _,
        rules.version,
        rules.is_on,
        rules.in_rooms,
        rules.remotely,
        &rules.weekdays,
        rules.hours.from().number(),
        rules.hours.to().number(),
        i16::try_from(rules.notice.num_hours()).unwrap_or(i16::MAX),
        rules.least_fee.map(Money::minor),
        currency as _,
    );
    Ok(put.execute(db).await?.rows_affected() == 1)
}
