use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, side_of},
        model::{Outcome, Review, Written},
        store,
    },
    forms::{After, ReviewForm},
    own_booking, public,
};
use crate::{
    accounts::Actor,
    bookings::{self, Party},
    credits::Side,
    musicians,
    values::{BookingId, ReviewId},
    web::{Db, Error, Json, Now, Path, Problem, Query},
};

/// What one side wrote of the other.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ReviewJson {
    id: ReviewId,
    stars: i16,
    /// May be empty.
    words: String,
    written_at: DateTime<Utc>,
    /// Null while only its writer reads it.
    published_at: Option<DateTime<Utc>>,
    /// When an admin took it out of the public.
    taken_down_at: Option<DateTime<Utc>>,
    /// Why; for its writer and for admins.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_down_for: Option<String>,
}

/// The reviews of a booking, as the caller may read them.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct BookingReviewsJson {
    booking: BookingId,
    /// Which side the caller is; null for an admin, who only reads.
    role: Option<Party>,
    /// Whether the caller may write, or change what they wrote, now.
    may_write: bool,
    /// Until when a review may be written; null while the booking is not done.
    write_until: Option<DateTime<Utc>>,
    /// When what waits is published, should nobody write before.
    publishes_at: Option<DateTime<Utc>>,
    /// Whether the other side has written, be it read or not.
    other_wrote: bool,
    /// What the producer wrote, where the caller may read it.
    producer: Option<ReviewJson>,
    /// What the musician wrote, where the caller may read it.
    musician: Option<ReviewJson>,
}

/// A published review of a player.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ShownReviewJson {
    id: ReviewId,
    stars: i16,
    /// May be empty.
    words: String,
    /// The producer's name.
    by: String,
    /// The day of the session, or on which the work was due, where it was told.
    session_on: NaiveDate,
    published_at: DateTime<Utc>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ReviewsJson {
    /// Of all, not of this page.
    count: i64,
    /// Of all stars, to a tenth; null while there is no review.
    average: Option<f64>,
    items: Vec<ShownReviewJson>,
    next: Option<String>,
}

impl From<Written> for ReviewJson {
    fn from(written: Written) -> ReviewJson {
        ReviewJson {
            id: written.id,
            stars: written.stars,
            words: written.words,
            written_at: written.written_at,
            published_at: written.published_at,
            taken_down_at: written.taken_down_at,
            taken_down_for: written.taken_down_for,
        }
    }
}

impl From<Review> for ShownReviewJson {
    fn from(review: Review) -> ShownReviewJson {
        ShownReviewJson {
            session_on: review.session_on(),
            id: review.id,
            stars: review.stars,
            words: review.words,
            by: review.by,
            published_at: review.published_at,
        }
    }
}

async fn of_booking(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Json<BookingReviewsJson>, Error> {
    let booking = bookings::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
    let Some(role) = booking.party(actor.id) else {
        let both = store::both(db, id).await?;
        let [producer, musician] = both.map(|it| it.filter(|it| it.published_at.is_some()));
        return Ok(Json(BookingReviewsJson {
            booking: id,
            role: None,
            may_write: false,
            write_until: None,
            publishes_at: None,
            other_wrote: false,
            producer: producer.map(ReviewJson::from),
            musician: musician.map(ReviewJson::from),
        }));
    };
    let pair = store::pair(db, &booking, side_of(role)).await?;
    let waits = [&pair.mine, &pair.theirs].into_iter().flatten();
    let publishes_at = waits.filter(|it| it.published_at.is_none()).map(Written::due_at).min();
    let (may_write, write_until) = (pair.may_write(now).is_ok(), pair.until());
    let other_wrote = pair.theirs.is_some();
    let mine = pair.mine.map(ReviewJson::from);
    let theirs = pair.theirs.filter(Written::is_read).map(ReviewJson::from);
    let (producer, musician) = match side_of(role) {
        Side::Producer => (mine, theirs),
        Side::Musician => (theirs, mine),
    };
    let role = Some(role);
    Ok(Json(BookingReviewsJson {
        booking: id,
        role,
        may_write,
        write_until,
        publishes_at,
        other_wrote,
        producer,
        musician,
    }))
}

/// What the two sides of a booking wrote of each other, where the caller may read it.
#[utoipa::path(get, path = "/bookings/{id}/review", tag = "reviews", params(("id" = BookingId, Path)),
    responses((status = 200, body = BookingReviewsJson),
        (status = 404, description = "none that the caller may know of", body = Problem)))]
pub(crate) async fn show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<BookingReviewsJson>, Error> {
    of_booking(&mut db, &actor, id, now).await
}

/// Writes the caller's review of the other side, or changes it while nobody reads it. The second of
/// the two publishes both.
#[utoipa::path(post, path = "/bookings/{id}/review", tag = "reviews", params(("id" = BookingId, Path)),
    request_body = ReviewForm,
    responses((status = 201, description = "written", body = BookingReviewsJson),
        (status = 200, description = "it was there, and says this now", body = BookingReviewsJson),
        (status = 409, description = "not done yet, too late, or published", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn write_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<ReviewForm>,
) -> Result<(StatusCode, Json<BookingReviewsJson>), Error> {
    own_booking(&mut db, &actor, id, now).await?;
    let draft = form.read().map_err(Error::Invalid)?;
    let status = match actions::write(&mut db, &actor, id, &draft, now).await? {
        Outcome::Same | Outcome::Changed => StatusCode::OK,
        Outcome::Waits | Outcome::PublishesBoth | Outcome::Published => StatusCode::CREATED,
    };
    Ok((status, of_booking(&mut db, &actor, id, now).await?))
}

/// What producers said of a player whose profile is public, the newest first.
#[utoipa::path(get, path = "/musicians/{slug}/reviews", tag = "musicians",
    params(("slug" = String, Path), After),
    responses((status = 200, body = ReviewsJson),
        (status = 404, description = "there is no such public profile", body = Problem)))]
pub(crate) async fn index_json(
    mut db: Db,
    Path(slug): Path<String>,
    Query(after): Query<After>,
) -> Result<Json<ReviewsJson>, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    let summary = store::summary(&mut db, profile.id).await?;
    let (reviews, next) = public::page(&mut db, profile.id, after.cursor()?).await?;
    Ok(Json(ReviewsJson {
        count: summary.count,
        average: summary.average.map(|average| (average * 10.0).round() / 10.0),
        items: reviews.into_iter().map(ShownReviewJson::from).collect(),
        next: next.map(|next| next.to_string()),
    }))
}
