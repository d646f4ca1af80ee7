use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar, types::Json};

use super::model::{Delay, Marks, Papers, Report, Seal, Signature, Version};
use crate::{
    accounts::Actor,
    bookings::{self, Booking, Party},
    values::{AccountId, BookingId},
};

/// The papers of a booking, if `viewer` may know of it: as one of its sides, or as an admin.
pub(crate) async fn find(
    db: &mut PgConnection,
    id: BookingId,
    viewer: &Actor,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Papers>> {
    match bookings::find(db, id, viewer, now).await? {
        Some(booking) => papers(db, booking).await.map(Some),
        None => Ok(None),
    }
}

/// All there is of the report of a booking.
pub(super) async fn papers(db: &mut PgConnection, booking: Booking) -> sqlx::Result<Papers> {
    let id = booking.id;
    let versions = query!(
        r#"
        select number, by_side as "by: Party", made_at, started_at, ended_at, rests, doubles, songs,
               overtime_fee, doubles_fee
        from report_versions where booking_id = $1 order by number
        "#,
        id as _,
    );
    let versions = versions.fetch_all(&mut *db).await?.into_iter().map(|row| Version {
        number: row.number,
        by: row.by,
        made_at: row.made_at,
        marks: Marks {
            started_at: row.started_at,
            ended_at: row.ended_at,
            rests: row.rests,
            doubles: row.doubles,
            songs: row.songs,
            overtime_fee: row.overtime_fee,
            doubles_fee: row.doubles_fee,
        },
    });
    let versions = versions.collect();
    let signatures = query_as!(
        Signature,
        r#"
        select by_side as "by: Party", sha256, signed_at from report_signatures
        where booking_id = $1 order by signed_at, by_side
        "#,
        id as _,
    );
    let signatures = signatures.fetch_all(&mut *db).await?;
    let seal = query!(
        r#"
        select text, sha256, report as "report: Json<Report>", sealed_at
        from report_seals where booking_id = $1
        "#,
        id as _,
    );
    let seal = seal.fetch_optional(&mut *db).await?.map(|row| Seal {
        text: row.text,
        sha256: row.sha256,
        report: row.report.0,
        sealed_at: row.sealed_at,
    });
    let delays = query_as!(
        Delay,
        r#"
        select by_side as "by: Party", said_at, minutes, words from delays
        where booking_id = $1 order by id
        "#,
        id as _,
    );
    let delays = delays.fetch_all(&mut *db).await?;
    let somebody_left = query_scalar!(
        r#"
        select exists (select from accounts where id in ($1, $2) and deleted_at is not null) as "it!"
        "#,
        booking.producer_id as _,
        booking.musician_account as _,
    );
    let somebody_left = somebody_left.fetch_one(db).await?;
    Ok(Papers { booking, versions, signatures, seal, delays, somebody_left })
}

/// The report of a booking, once both sides have signed it.
pub(crate) async fn sealed(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<Option<Report>> {
    let report = query_scalar!(
        r#"select report as "report: Json<Report>" from report_seals where booking_id = $1"#,
        booking as _,
    );
    Ok(report.fetch_optional(db).await?.map(|report| report.0))
}

/// A version after the last.
pub(super) async fn insert_version(
    db: &mut PgConnection,
    booking: &Booking,
    version: &Version,
) -> sqlx::Result<()> {
    let marks = &version.marks;
    query!(
        r#"
        insert into report_versions
            (booking_id, number, by_side, by_account, made_at, started_at, ended_at, rests, doubles,
             songs, overtime_fee, doubles_fee)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
        "#,
        booking.id as _,
        version.number,
        version.by as _,
        booking.account_of(version.by) as _,
        version.made_at,
        marks.started_at,
        marks.ended_at,
        marks.rests,
        marks.doubles,
        marks.songs,
        marks.overtime_fee,
        marks.doubles_fee,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_delay(
    db: &mut PgConnection,
    booking: &Booking,
    delay: &Delay,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into delays (booking_id, by_side, by_account, said_at, minutes, words)
        values ($1, $2, $3, $4, $5, $6)
        "#,
        booking.id as _,
        delay.by as _,
        booking.account_of(delay.by) as _,
        delay.said_at,
        delay.minutes,
        delay.words,
    )
    .execute(db)
    .await?;
    Ok(())
}

pub(super) async fn insert_signature(
    db: &mut PgConnection,
    (booking, by, account): (BookingId, Party, AccountId),
    sha256: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into report_signatures (booking_id, by_side, by_account, sha256, signed_at)
        values ($1, $2, $3, $4, $5)
        "#,
        booking as _,
        by as _,
        account as _,
        sha256,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// What is sealed stays: Postgres refuses a second, and another hash than its text has.
pub(super) async fn insert_seal(
    db: &mut PgConnection,
    booking: BookingId,
    seal: &Seal,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into report_seals (booking_id, text, sha256, report, sealed_at)
        values ($1, $2, $3, $4, $5)
        "#,
        booking as _,
        seal.text,
        seal.sha256,
        Json(&seal.report) as _,
        seal.sealed_at,
    )
    .execute(db)
    .await?;
    Ok(())
}
