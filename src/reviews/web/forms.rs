use serde::Deserialize;

use super::super::model::{Cursor, Draft, Written};
use crate::{
    values::{FieldErrors, Prose},
    web::{self, Error},
};

/// A review, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ReviewForm {
    /// One to five.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "5")]
    pub(super) stars: String,
    /// At most 2000 characters, or nothing.
    pub(super) words: String,
}

/// Each field's label, for the summary above a form that came back.
pub(super) const LABELS: [(&str, &str); 2] = [("stars", "Stars"), ("words", "Words")];

impl ReviewForm {
    pub(super) fn of(written: &Written) -> ReviewForm {
        ReviewForm { stars: written.stars.to_string(), words: written.words.clone() }
    }

    pub(super) fn read(&self) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let stars = errors.take("stars", self.stars.parse());
        let words = errors.take("words", Prose::optional(&self.words));
        match (stars, words) {
            (Some(stars), Some(words)) => Ok(Draft { stars, words }),
            _ => Err(errors),
        }
    }
}

/// Why an admin takes a review down.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct TakeDownForm {
    /// Read by whoever wrote it; at most 500 characters.
    pub(super) reason: String,
}

impl TakeDownForm {
    pub(super) fn read(&self) -> Result<Prose<500>, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("reason", Prose::parse(&self.reason)).ok_or(errors)
    }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct After {
    /// The `next` of the page before.
    after: String,
}

impl After {
    pub(super) fn cursor(&self) -> Result<Option<Cursor>, Error> {
        match self.after.as_str() {
            "" => Ok(None),
            after => after.parse().map(Some).map_err(|_| {
                Error::Unreadable("This address asks for a page we never made.".into())
            }),
        }
    }
}
