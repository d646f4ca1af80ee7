//! A booking as a file that other programs' calendars take in.

use axum::{
    extract::State,
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::super::store;
use crate::{
    accounts::Actor,
    entries,
    values::BookingId,
    web::{App, Db, Error, Now, Path, Problem},
};

pub(crate) async fn ics(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    file(&app, &mut db, &actor, id, now).await
}

/// A booking as an iCalendar file, for its two sides.
#[utoipa::path(
    get, path = "/bookings/{id}/call.ics", tag = "bookings", params(("id" = BookingId, Path)),
    responses(
        (status = 200, description = "a VCALENDAR with one VEVENT, as RFC 5545 has it; read again after a change, it has the same UID and a higher SEQUENCE", content_type = "text/calendar", body = String),
        (status = 404, description = "none that the caller is a side of", body = Problem),
    )
)]
pub(crate) async fn ics_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    file(&app, &mut db, &actor, id, now).await
}

async fn file(
    app: &App,
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Response, Error> {
    let booking = store::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
    // An admin reads it as a page; it is in nobody else's calendar.
    booking.party(actor.id).ok_or(Error::NotFound)?;
    let entry = store::sheet(db, id).await?.entry(now);
    let headers = [
        (header::CONTENT_TYPE, entries::FILE_TYPE.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"booking-{id}.ics\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, entries::write(&app.site.public_url, None, &[entry])).into_response())
}
