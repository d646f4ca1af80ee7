mod api;
mod forms;
mod pages;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use forms::FIELDS;
pub(crate) use pages::{save, show, start, take_step};

use super::ProfileError;
use crate::{values::FieldErrors, web::Error};

impl From<ProfileError> for Error {
    fn from(error: ProfileError) -> Error {
        match error {
            ProfileError::NotFound => Error::NotFound,
            ProfileError::Stale => {
                let mut errors = FieldErrors::default();
                errors.add("version", error);
                Error::Invalid(errors)
            }
            ProfileError::Refused(_) => Error::Refused(error.to_string()),
            ProfileError::Database(error) => error.into(),
        }
    }
}
