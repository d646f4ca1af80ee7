mod api;
mod forms;
mod pages;
mod seasons;
mod shape;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use forms::StretchForm;
pub(crate) use pages::{
    add_absence, add_day, end_absence, remove_day, set_hours, set_stretch, show_hours,
};
pub(crate) use seasons::*;
pub(crate) use shape::*;

use super::CalendarError;
use crate::{values::FieldErrors, web::Error};

impl From<CalendarError> for Error {
    fn from(error: CalendarError) -> Error {
        let on = |field| {
            let mut errors = FieldErrors::default();
            errors.add(field, &error);
            Error::Invalid(errors)
        };
        match error {
            CalendarError::NotFound => Error::NotFound,
            CalendarError::SeasonsOverlap => on("first_day"),
            CalendarError::AbsencesOverlap => on("away_from"),
            CalendarError::Away => Error::Refused(error.to_string()),
            CalendarError::Database(error) => error.into(),
        }
    }
}
