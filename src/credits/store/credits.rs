use chrono::{DateTime, NaiveDate, Utc};
use serde_json::json;
use sqlx::{PgConnection, query, query_scalar};

use super::super::model::{Credit, Detail, Recording, Side, Status, Step};
use crate::values::{
    AccountId, BookingId, CreditId, GenreId, InstrumentId, Isrc, MusicianId, RecordingId,
};

struct Row {
    id: CreditId,
    recording_id: RecordingId,
    title: String,
    artist: String,
    isrc: Option<String>,
    recorded_at: DateTime<Utc>,
    musician_id: Option<MusicianId>,
    musician_slug: Option<String>,
    credited_as: String,
    instrument_id: InstrumentId,
    instrument: String,
    family: String,
    genre_id: GenreId,
    genre: String,
    booking_id: Option<BookingId>,
    producer_id: Option<AccountId>,
    producer: Option<String>,
    musician_account: Option<AccountId>,
    played_on: NaiveDate,
    status: Status,
    awaits: Option<Side>,
}

impl From<Row> for Credit {
    fn from(row: Row) -> Credit {
        Credit {
            id: row.id,
            recording: Recording {
                id: row.recording_id,
                title: row.title,
                artist: row.artist,
                isrc: row.isrc.and_then(|isrc| isrc.parse().ok()),
                created_at: row.recorded_at,
            },
            musician_id: row.musician_id,
            musician_slug: row.musician_slug,
            credited_as: row.credited_as,
            instrument_id: row.instrument_id,
            instrument: row.instrument,
            family: row.family,
            genre_id: row.genre_id,
            genre: row.genre,
            booking_id: row.booking_id,
            producer_id: row.producer_id,
            producer: row.producer,
            musician_account: row.musician_account,
            played_on: row.played_on,
            status: row.status,
            awaits: row.awaits,
        }
    }
}

/// Every read of credits is this one select with its own ending.
macro_rules! select_credits {
    ($ending:literal $(, $arg:expr)*) => {
        sqlx::query_as!(
            Row,
            r#"
            select c.id, c.recording_id, r.title, r.artist, r.isrc::text as "isrc: _",
                   r.created_at as recorded_at, c.musician_id as "musician_id: MusicianId",
                   case when m.status = 'published' then m.slug end as musician_slug,
                   c.credited_as, c.instrument_id, i.name as instrument, i.family,
                   c.genre_id, g.name as genre, c.booking_id as "booking_id: BookingId",
                   k.producer_id as "producer_id?: AccountId", p.name as "producer?",
                   m.account_id as "musician_account?: AccountId", c.played_on,
                   c.status as "status: Status", c.awaits as "awaits: Side"
            from credits c
            join recordings r on r.id = c.recording_id
            join instruments i on i.id = c.instrument_id
            join genres g on g.id = c.genre_id
            left join musicians m on m.id = c.musician_id
            left join bookings b on b.id = c.booking_id
            left join calls k on k.id = b.call_id
            left join accounts p on p.id = k.producer_id
            "# + $ending
            $(, $arg)*
        )
    };
}

fn credits(rows: Vec<Row>) -> Vec<Credit> {
    rows.into_iter().map(Credit::from).collect()
}

/// The credit, if `viewer` is one of its two sides; nobody else changes it until the transaction
/// ends.
pub(in crate::credits) async fn lock(
    db: &mut PgConnection,
    id: CreditId,
    viewer: AccountId,
) -> sqlx::Result<Option<Credit>> {
    let row = select_credits!(
        "where c.id = $1 and $2 in (k.producer_id, m.account_id) for update of c",
        id as _,
        viewer as _
    );
    Ok(row.fetch_optional(db).await?.map(Credit::from))
}

/// The credit, if `viewer` is one of its two sides.
pub(in crate::credits) async fn find(
    db: &mut PgConnection,
    id: CreditId,
    viewer: AccountId,
) -> sqlx::Result<Option<Credit>> {
    let row = select_credits!(
        "where c.id = $1 and $2 in (k.producer_id, m.account_id)",
        id as _,
        viewer as _
    );
    Ok(row.fetch_optional(db).await?.map(Credit::from))
}

/// The credit that a booking left, if `viewer` is one of its two sides.
pub(in crate::credits) async fn find_of_booking(
    db: &mut PgConnection,
    booking: BookingId,
    viewer: AccountId,
) -> sqlx::Result<Option<Credit>> {
    let row = select_credits!(
        "where c.booking_id = $1 and $2 in (k.producer_id, m.account_id)",
        booking as _,
        viewer as _
    );
    Ok(row.fetch_optional(db).await?.map(Credit::from))
}

/// What still wants somebody's agreement, on either side of `viewer`, oldest first.
pub(in crate::credits) async fn list_open(
    db: &mut PgConnection,
    viewer: AccountId,
) -> sqlx::Result<Vec<Credit>> {
    let rows = select_credits!(
        "where c.status = 'drafted' and $1 in (k.producer_id, m.account_id) order by c.id limit 200",
        viewer as _
    );
    Ok(credits(rows.fetch_all(db).await?))
}

/// Confirmed credits on either side of `viewer`, newest first, below `before`.
pub(in crate::credits) async fn list_confirmed(
    db: &mut PgConnection,
    viewer: AccountId,
    before: CreditId,
    limit: i64,
) -> sqlx::Result<Vec<Credit>> {
    let rows = select_credits!(
        "where c.status = 'confirmed' and $1 in (k.producer_id, m.account_id) and c.id < $2
         order by c.id desc limit $3",
        viewer as _,
        before as _,
        limit
    );
    Ok(credits(rows.fetch_all(db).await?))
}

/// Who is known to have played on a recording: what is confirmed, and what `viewer` is a side of.
pub(crate) async fn list_of_recording(
    db: &mut PgConnection,
    recording: RecordingId,
    viewer: Option<AccountId>,
) -> sqlx::Result<Vec<Credit>> {
    let rows = select_credits!(
        "where c.recording_id = $1
           and (c.status = 'confirmed' or $2 in (k.producer_id, m.account_id))
         order by i.position, c.played_on, c.id",
        recording as _,
        viewer as _
    );
    Ok(credits(rows.fetch_all(db).await?))
}

/// A credit to be drafted.
pub(in crate::credits) struct Draft<'a> {
    pub(in crate::credits) recording: RecordingId,
    pub(in crate::credits) musician: MusicianId,
    pub(in crate::credits) genre: GenreId,
    pub(in crate::credits) booking: BookingId,
    pub(in crate::credits) played_on: NaiveDate,
    pub(in crate::credits) awaits: Side,
    pub(in crate::credits) detail: &'a Detail,
    pub(in crate::credits) by: AccountId,
    pub(in crate::credits) at: DateTime<Utc>,
}

pub(in crate::credits) async fn insert(
    db: &mut PgConnection,
    draft: &Draft<'_>,
) -> sqlx::Result<CreditId> {
    let id = query_scalar!(
        r#"
        insert into credits
            (recording_id, musician_id, credited_as, instrument_id, genre_id, booking_id,
             played_on, awaits, created_at)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        returning id
        "#,
        draft.recording as _,
        draft.musician as _,
        draft.detail.credited_as.as_str(),
        draft.detail.instrument as _,
        draft.genre as _,
        draft.booking as _,
        draft.played_on,
        draft.awaits as _,
        draft.at,
    )
    .fetch_one(&mut *db)
    .await?;
    let step = Step {
        credit: id,
        from: Status::Drafted,
        to: Status::Drafted,
        awaits: Some(draft.awaits),
        by: draft.by,
        at: draft.at,
    };
    insert_event(db, &step, draft.detail).await?;
    Ok(id)
}

/// Writes a step down, provided the credit still stands where the step starts, with what the
/// credit says from here on.
pub(in crate::credits) async fn record(
    db: &mut PgConnection,
    step: &Step,
    recording: RecordingId,
    detail: &Detail,
) -> sqlx::Result<()> {
    let changed = query!(
        r#"
        update credits
        set status = $3, awaits = $4, recording_id = $5, credited_as = $6, instrument_id = $7,
            confirmed_at = case when $3 = 'confirmed'::credit_status then $8::timestamptz end
        where id = $1 and status = $2
        "#,
        step.credit as _,
        step.from as _,
        step.to as _,
        step.awaits as _,
        recording as _,
        detail.credited_as.as_str(),
        detail.instrument as _,
        step.at,
    )
    .execute(&mut *db)
    .await?;
    if changed.rows_affected() != 1 {
        return Err(sqlx::Error::RowNotFound);
    }
    insert_event(db, step, detail).await
}

async fn insert_event(db: &mut PgConnection, step: &Step, detail: &Detail) -> sqlx::Result<()> {
    let says = json!({
        "title": detail.title.as_str(),
        "artist": detail.artist.as_str(),
        "isrc": detail.isrc.as_ref().map(Isrc::as_str),
        "credited_as": detail.credited_as.as_str(),
        "instrument": detail.instrument,
        "awaits": step.awaits,
    });
    query!(
        r#"
        insert into credit_events (credit_id, status, by_account, at, detail)
        values ($1, $2, $3, $4, $5)
        "#,
        step.credit as _,
        step.to as _,
        step.by as _,
        step.at,
        says,
    )
    .execute(db)
    .await?;
    Ok(())
}
