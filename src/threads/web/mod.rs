mod api;
mod files;
mod forms;
mod live;
mod pages;
mod upload;
mod views;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use files::file;
pub(crate) use live::*;
pub(crate) use pages::{list, mark_read, post, post_files, show};

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    actions::ThreadError,
    model::{Reader, Refusal},
};
use crate::{
    accounts::Actor,
    bookings::{self, Booking, Party},
    values::BookingId,
    web::Error,
};

/// A conversation as somebody reads it.
struct Conversation {
    booking: Booking,
    /// Which side they are; an admin is none, and only reads.
    party: Option<Party>,
    reader: Reader,
    /// Whether the two sides see how to reach each other.
    shows_contact_details: bool,
}

impl Conversation {
    async fn find(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        now: DateTime<Utc>,
    ) -> Result<Conversation, Error> {
        let booking = bookings::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
        let party = booking.party(actor.id);
        let shows_contact_details = booking.status.shows_contact_details();
        let reads_all = shows_contact_details || party.is_none();
        let reader = Reader { account: actor.id, reads_all };
        Ok(Conversation { booking, party, reader, shows_contact_details })
    }

    /// The name of the other side.
    fn other(&self) -> &str {
        self.party.map_or("", |party| self.booking.name_of(party.other()))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        match refusal {
            Refusal::NotASide => Error::Forbidden(refusal.to_string()),
            refusal => Error::Refused(refusal.to_string()),
        }
    }
}

impl From<ThreadError> for Error {
    fn from(error: ThreadError) -> Error {
        let message = error.to_string();
        match error {
            ThreadError::NotFound => Error::NotFound,
            ThreadError::Refused(refusal) => refusal.into(),
            ThreadError::TooFast => {
                Error::TooMany { message, retry_after: Duration::from_secs(60) }
            }
            ThreadError::TooManyPages => {
                Error::TooMany { message, retry_after: Duration::from_secs(30) }
            }
            ThreadError::Database(error) => error.into(),
        }
    }
}
