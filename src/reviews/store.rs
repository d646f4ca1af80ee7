use chrono::{DateTime, Utc};
use sqlx::{PgConnection, query, query_as, query_scalar};

use super::model::{Case, Cursor, Draft, Pair, Review, Summary, Written};
use crate::{
    bookings::{Booking, Party},
    credits::Side,
    values::{AccountId, BookingId, MusicianId, ReviewId},
};

/// The reviews of a booking as one of its sides has to do with them.
pub(super) async fn pair(
    db: &mut PgConnection,
    booking: &Booking,
    side: Side,
) -> sqlx::Result<Pair> {
    let [producer, musician] = both(db, booking.id).await?;
    let (mine, theirs, other) = match side {
        Side::Producer => (producer, musician, Party::Musician),
        Side::Musician => (musician, producer, Party::Producer),
    };
    let known = query!(
        r#"
        select (select max(at) from booking_events
                where booking_id = $1 and status = 'done') as done_at,
               (select deleted_at is not null from accounts where id = $2) as "other_is_gone!"
        "#,
        booking.id as _,
        booking.account_of(other) as _,
    )
    .fetch_one(db)
    .await?;
    Ok(Pair { done_at: known.done_at, mine, theirs, other_is_gone: known.other_is_gone })
}

/// What the producer of a booking wrote, and what the musician did.
pub(super) async fn both(
    db: &mut PgConnection,
    booking: BookingId,
) -> sqlx::Result<[Option<Written>; 2]> {
    let found = query_as!(
        Written,
        r#"
        select id, by_side as "by: Side", stars, words, written_at, published_at, taken_down_at,
               taken_down_for
        from reviews where booking_id = $1
        "#,
        booking as _,
    )
    .fetch_all(db)
    .await?;
    let of = |side: Side| found.iter().find(|written| written.by == side).cloned();
    Ok([of(Side::Producer), of(Side::Musician)])
}

pub(super) async fn insert(
    db: &mut PgConnection,
    booking: &Booking,
    side: Side,
    by: AccountId,
    draft: &Draft,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        r#"
        insert into reviews (booking_id, by_side, by_account, musician_id, stars, words, written_at)
        values ($1, $2, $3, $4, $5, $6, $7)
        "#,
        booking.id as _,
        side as _,
        by as _,
        booking.musician_id as _,
        draft.stars.number(),
        draft.words(),
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Says something else, in a review that nobody reads yet.
pub(super) async fn change(db: &mut PgConnection, id: ReviewId, draft: &Draft) -> sqlx::Result<()> {
    let changed = query!(
        "update reviews set stars = $2, words = $3 where id = $1 and published_at is null",
        id as _,
        draft.stars.number(),
        draft.words(),
    );
    match changed.execute(db).await?.rows_affected() {
        1 => Ok(()),
        _ => Err(sqlx::Error::RowNotFound),
    }
}

/// Publishes whatever the sides of a booking wrote and nobody reads yet.
pub(super) async fn publish(
    db: &mut PgConnection,
    booking: BookingId,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    query!(
        "update reviews set published_at = $2 where booking_id = $1 and published_at is null",
        booking as _,
        now,
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Bookings with a review that was written before `then` and still waits, above `after`.
pub(super) async fn list_waiting(
    db: &mut PgConnection,
    then: DateTime<Utc>,
    after: BookingId,
    most: i64,
) -> sqlx::Result<Vec<BookingId>> {
    query_scalar!(
        r#"
        select booking_id as "booking: BookingId" from reviews
        where published_at is null and written_at <= $1 and booking_id > $2
        group by booking_id order by booking_id limit $3
        "#,
        then,
        after as _,
        most,
    )
    .fetch_all(db)
    .await
}

/// Every read of published reviews is this one select with its own ending.
macro_rules! select_reviews {
    ($ending:literal $(, $arg:expr)* $(,)?) => {
        query_as!(
            Review,
            r#"
            select r.id, r.stars, r.words, r.published_at as "published_at!",
                   case r.by_side when 'producer' then p.name else m.name end as "by!",
                   coalesce(c.starts_at, c.due_at) as "session_at!", c.zone as "zone: _"
            from reviews r
            join bookings b on b.id = r.booking_id
            join calls c on c.id = b.call_id
            join accounts p on p.id = c.producer_id
            join musicians m on m.id = r.musician_id
            where r.published_at is not null and r.taken_down_at is null
            "# + $ending
            $(, $arg)*
        )
    };
}

/// The newest published reviews of a player.
pub(crate) async fn shown(
    db: &mut PgConnection,
    musician: MusicianId,
    limit: i64,
) -> sqlx::Result<Vec<Review>> {
    page(db, musician, None, limit).await
}

/// As [`shown`], from where a page ended.
pub(super) async fn page(
    db: &mut PgConnection,
    musician: MusicianId,
    after: Option<Cursor>,
    limit: i64,
) -> sqlx::Result<Vec<Review>> {
    let page = select_reviews!(
        r#"
        and r.musician_id = $1 and r.by_side = 'producer'
        and ($2::timestamptz is null or (r.published_at, r.id) < ($2, $3))
        order by r.published_at desc, r.id desc limit $4
        "#,
        musician as _,
        after.map(|cursor| cursor.at),
        after.map(|cursor| cursor.id.number()),
        limit,
    );
    page.fetch_all(db).await
}

/// What players said of a producer, the newest first.
pub(super) async fn of_producer(
    db: &mut PgConnection,
    producer: AccountId,
    limit: i64,
) -> sqlx::Result<Vec<Review>> {
    let list = select_reviews!(
        r#"
        and c.producer_id = $1 and r.by_side = 'musician'
        order by r.published_at desc, r.id desc limit $2
        "#,
        producer as _,
        limit,
    );
    list.fetch_all(db).await
}

/// How many published reviews a player has, and what they come to.
pub(crate) async fn summary(db: &mut PgConnection, musician: MusicianId) -> sqlx::Result<Summary> {
    query_as!(
        Summary,
        r#"
        select count(*) as "count!", avg(stars)::float8 as average from reviews
        where musician_id = $1 and by_side = 'producer' and published_at is not null
          and taken_down_at is null
        "#,
        musician as _,
    )
    .fetch_one(db)
    .await
}

/// A published review: for admins.
pub(super) async fn find_case(db: &mut PgConnection, id: ReviewId) -> sqlx::Result<Option<Case>> {
    let row = query!(
        r#"
        select r.id as "id: ReviewId", r.by_side as "by: Side", r.stars, r.words, r.written_at,
               r.published_at, r.taken_down_at, r.taken_down_for,
               r.booking_id as "booking_id: BookingId", r.by_account as "by_account: AccountId",
               p.name as producer, m.name as musician, c.title
        from reviews r
        join bookings b on b.id = r.booking_id
        join calls c on c.id = b.call_id
        join accounts p on p.id = c.producer_id
        join musicians m on m.id = r.musician_id
        where r.id = $1 and r.published_at is not null
        "#,
        id as _,
    )
    .fetch_optional(db)
    .await?;
    Ok(row.map(|row| Case {
        written: Written {
            id: row.id,
            by: row.by,
            stars: row.stars,
            words: row.words,
            written_at: row.written_at,
            published_at: row.published_at,
            taken_down_at: row.taken_down_at,
            taken_down_for: row.taken_down_for,
        },
        booking_id: row.booking_id,
        by_account: row.by_account,
        producer: row.producer,
        musician: row.musician,
        title: row.title,
    }))
}

/// Takes a review out of the public, unless somebody did before; whether it was this time.
pub(super) async fn take_down(
    db: &mut PgConnection,
    id: ReviewId,
    reason: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let taken = query!(
        r#"
        update reviews set taken_down_at = $2, taken_down_for = $3
        where id = $1 and published_at is not null and taken_down_at is null
        "#,
        id as _,
        now,
        reason,
    );
    Ok(taken.execute(db).await?.rows_affected() == 1)
}
