mod api;
mod forms;
mod lines;
mod pages;
mod stops;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::*;
pub(crate) use stops::*;

use super::actions::WatchError;
use crate::web::Error;

impl From<WatchError> for Error {
    fn from(error: WatchError) -> Error {
        match error {
            WatchError::NotFound => Error::NotFound,
            WatchError::Refused(refusal) => Error::Refused(refusal.to_string()),
            WatchError::Database(error) => error.into(),
        }
    }
}
