mod pages;

pub(crate) use pages::{show, step};

use super::BookingError;
use crate::web::Error;

impl From<BookingError> for Error {
    fn from(error: BookingError) -> Error {
        match error {
            BookingError::NotFound => Error::NotFound,
            BookingError::Refused(super::Refusal::NotASide) => Error::Forbidden(error.to_string()),
            BookingError::Refused(_) | BookingError::TakenMeanwhile => {
                Error::Refused(error.to_string())
            }
            BookingError::Database(error) => error.into(),
        }
    }
}
