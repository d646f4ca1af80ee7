mod api;
mod forms;
mod lines;
mod pages;
mod upload;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::*;

use super::{
    actions::{ImportError, NotAdded},
    model::Refusal,
};
use crate::{values::FieldErrors, web::Error};

impl From<ImportError> for Error {
    fn from(error: ImportError) -> Error {
        match error {
            ImportError::NotFound => Error::NotFound,
            ImportError::Refused(refusal) => refusal.into(),
            ImportError::Database(error) => error.into(),
        }
    }
}

impl From<NotAdded> for Error {
    fn from(error: NotAdded) -> Error {
        match error {
            NotAdded::NotFound => Error::NotFound,
            NotAdded::Refused(refusal) => refusal.into(),
            NotAdded::ReadAlready(_) => {
                let mut errors = FieldErrors::default();
                errors.add("url", error);
                Error::Invalid(errors)
            }
            NotAdded::Database(error) => error.into(),
        }
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Error {
        Error::Refused(refusal.to_string())
    }
}
