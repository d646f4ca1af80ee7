mod admin;
mod api;
mod figures;
mod job_form;
mod own;
mod own_form;
mod pages;
mod reading;
mod terms;
mod version_form;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use admin::*;
pub(crate) use api::*;
pub(crate) use own::*;
pub(crate) use pages::{index, show};
pub(crate) use terms::*;

use super::actions::PackError;
use crate::{values::FieldErrors, web::Error};

impl PackError {
    /// As a fault of a form: what it was written over stands at `field`.
    fn at(self, field: &'static str) -> Error {
        match self {
            PackError::Stale => {
                let mut errors = FieldErrors::default();
                errors.add(field, PackError::Stale);
                Error::Invalid(errors)
            }
            error => error.into(),
        }
    }
}

impl From<PackError> for Error {
    fn from(error: PackError) -> Error {
        match error {
            PackError::NotFound => Error::NotFound,
            PackError::Stale | PackError::Refused(_) => Error::Refused(error.to_string()),
            PackError::Database(error) => error.into(),
        }
    }
}
