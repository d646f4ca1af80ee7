mod api;
mod forms;
mod pages;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use forms::FIELDS;
pub(crate) use pages::{save, show, start, take_step};

use super::{Profile, ProfileError};
use crate::{
    values::FieldErrors,
    web::{Error, Monogram},
};

impl Profile {
    /// The portrait, or the monogram that stands for it.
    pub(crate) fn face(&self) -> Monogram {
        Monogram::of(&self.name).pictured(self.portrait.as_deref())
    }
}

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
