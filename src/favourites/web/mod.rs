mod api;
mod forms;
mod lines;
mod pages;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::*;

use super::actions::FavouriteError;
use crate::web::Error;

impl From<FavouriteError> for Error {
    fn from(error: FavouriteError) -> Error {
        match error {
            FavouriteError::NotFound => Error::NotFound,
            FavouriteError::Refused(refusal) => Error::Refused(refusal.to_string()),
            FavouriteError::Database(error) => error.into(),
        }
    }
}
