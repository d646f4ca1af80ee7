mod api;
mod forms;
mod ics;
mod list;
mod new;
mod show;
mod views;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use ics::*;
pub(crate) use list::list;
pub(crate) use new::{create, new};
pub(crate) use show::{show, step};

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
