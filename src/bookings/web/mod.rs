mod api;
mod choices;
mod forms;
mod ics;
mod inbox;
mod inbox_api;
mod list;
mod new;
mod offers;
mod show;
mod views;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use ics::*;
pub(crate) use inbox::list;
pub(crate) use inbox_api::*;
pub(crate) use new::{create, new};
pub(crate) use offers::*;
pub(crate) use show::{day, show, step};
pub(crate) use views::{DayView, Told};

use super::{BookingError, Refusal, Verb, store};
use crate::{
    accounts::Actor,
    imports,
    values::BookingId,
    web::{App, Db, Error},
};

/// Before an acceptance is decided, the player's calendars elsewhere are read again where what is
/// kept of them is not fresh: a session may have been put into one meanwhile. While they answer no
/// connection to the database is held but that of the transaction around a form or a key, and one
/// that does not answer keeps nobody from accepting.
async fn freshened(
    app: &App,
    mut db: Db,
    actor: &Actor,
    id: BookingId,
    verb: Verb,
) -> Result<Db, Error> {
    if verb != Verb::Accept {
        return Ok(db);
    }
    let Some((player, ..)) = store::find_musician(&mut db, id, actor).await? else { return Ok(db) };
    let (db, fresh) = db.rest(imports::freshen(app, player)).await?;
    fresh?;
    Ok(db)
}

impl From<BookingError> for Error {
    fn from(error: BookingError) -> Error {
        match error {
            BookingError::NotFound => Error::NotFound,
            BookingError::Refused(Refusal::NotASide) => Error::Forbidden(error.to_string()),
            BookingError::Refused(_) | BookingError::TakenMeanwhile => {
                Error::Refused(error.to_string())
            }
            BookingError::Database(error) => error.into(),
        }
    }
}
