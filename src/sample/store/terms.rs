use sqlx::{PgConnection, query, types::Json};

use super::{
    super::model::{OwnTerms, World},
    column,
};
use crate::{packs::Terms, values::BookingId};

pub(super) async fn insert_own_terms(
    db: &mut PgConnection,
    rows: &[(i64, OwnTerms)],
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into own_terms
            (musician_id, currency, session_minutes, overtime_minutes, overtime_fee, porterage,
             second_share, further_share, leader_share, overdub_share, cancellation)
        select m.id, m.currency, rows.session_minutes, rows.overtime_minutes, rows.overtime_fee,
               rows.porterage, rows.second, rows.further, rows.leader, rows.overdub,
               rows.cancellation::cancellation
        from unnest($1::bigint[], $2::smallint[], $3::smallint[], $4::bigint[], $5::bigint[],
                    $6::int[], $7::int[], $8::int[], $9::int[], $10::text[])
             as rows (musician_id, session_minutes, overtime_minutes, overtime_fee, porterage,
                      second, further, leader, overdub, cancellation)
        join musicians m on m.id = rows.musician_id
        "#,
        &column(rows, |row| row.0),
        &column(rows, |row| row.1.session_minutes) as &[Option<i16>],
        &column(rows, |row| row.1.overtime_minutes) as &[Option<i16>],
        &column(rows, |row| row.1.overtime_fee) as &[Option<i64>],
        &column(rows, |row| row.1.porterage) as &[Option<i64>],
        &column(rows, |row| row.1.second) as &[Option<i32>],
        &column(rows, |row| row.1.further) as &[Option<i32>],
        &column(rows, |row| row.1.leader) as &[Option<i32>],
        &column(rows, |row| row.1.overdub) as &[Option<i32>],
        &column(rows, |row| row.1.cancellation.clone()),
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_agreements(db: &mut PgConnection, world: &World) -> sqlx::Result<()> {
    let rows = world.agreements();
    query!(
        r#"
        insert into own_packs (musician_id, pack_id)
        select rows.musician_id, p.id
        from unnest($1::bigint[], $2::text[]) as rows (musician_id, pack)
        join packs p on p.slug = rows.pack
        "#,
        &column(&rows, |row| row.0),
        &column(&rows, |row| row.1.to_owned()),
    )
    .execute(db)
    .await?;
    Ok(())
}

/// By what a booking is counted, as if it had been asked for with it.
pub(in crate::sample) async fn pin_terms(
    db: &mut PgConnection,
    booking: BookingId,
    terms: Option<&Terms>,
) -> sqlx::Result<()> {
    query!("update bookings set terms = $2 where id = $1", booking as _, terms.map(Json) as _)
        .execute(db)
        .await?;
    Ok(())
}
