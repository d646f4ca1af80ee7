mod api;
mod choices;
mod files;
mod forms;
mod fresh;
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
pub(crate) use files::*;
pub(crate) use fresh::freshen_first;
pub(crate) use ics::*;
pub(crate) use inbox::list;
pub(crate) use inbox_api::*;
pub(crate) use new::{create, new, put_files};
pub(crate) use offers::*;
pub(crate) use show::{day, show, step};
pub(crate) use views::{DayView, Told};

use super::{BookingError, Refusal};
use crate::web::Error;

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
