mod api;
mod files;
mod forms;
mod pages;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use files::{csv, text};
pub(crate) use pages::{mark, show, sign, write};

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    actions::ReportError,
    model::{NotLate, Papers, Refusal},
    store,
};
use crate::{accounts::Actor, bookings::Party, values::BookingId, web::Error};

/// The papers of a booking that the actor may know of, and which side of it they are. An admin is
/// none, and only reads.
async fn read(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<(Papers, Option<Party>), Error> {
    let papers = store::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
    papers.exists(now).map_err(ReportError::from)?;
    let party = papers.booking.party(actor.id);
    Ok((papers, party))
}

/// As [`read`], of a booking that the actor is a side of.
async fn read_own(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<(Papers, Party), Error> {
    let papers = store::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
    let party = papers.booking.party(actor.id);
    let party = party.ok_or(ReportError::Refused(Refusal::NotASide))?;
    papers.exists(now).map_err(ReportError::from)?;
    Ok((papers, party))
}

impl From<ReportError> for Error {
    fn from(error: ReportError) -> Error {
        match error {
            ReportError::NotFound => Error::NotFound,
            ReportError::Refused(Refusal::NotASide) | ReportError::NotLate(NotLate::NotASide) => {
                Error::Forbidden(error.to_string())
            }
            ReportError::Refused(_) | ReportError::NotLate(_) => Error::Refused(error.to_string()),
            ReportError::Invalid(errors) => Error::Invalid(errors),
            ReportError::Database(error) => error.into(),
        }
    }
}
