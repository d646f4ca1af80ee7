mod admin;
mod api;
mod forms;
mod pages;
mod public;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use admin::*;
pub(crate) use api::*;
pub(crate) use pages::{review, reviewing};
pub(crate) use public::index;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{actions::ReviewError, model::Refusal};
use crate::{
    accounts::Actor,
    bookings::{self, Booking, Party},
    values::BookingId,
    web::Error,
};

/// A booking that the actor is a side of, and which.
async fn own_booking(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<(Booking, Party), Error> {
    let booking = bookings::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
    let party = booking.party(actor.id).ok_or(ReviewError::Refused(Refusal::NotASide))?;
    Ok((booking, party))
}

impl From<ReviewError> for Error {
    fn from(error: ReviewError) -> Error {
        match error {
            ReviewError::NotFound => Error::NotFound,
            ReviewError::Refused(Refusal::NotASide) => Error::Forbidden(error.to_string()),
            ReviewError::Refused(_) => Error::Refused(error.to_string()),
            ReviewError::Database(error) => error.into(),
        }
    }
}
