//! What was typed, and what it means.

mod call;
mod times;
mod work;

pub(super) use call::{CallForm, LABELS};
use serde::Deserialize;
pub(super) use work::{BIT_DEPTHS, SAMPLE_RATES, WITH};

use super::super::model::{Verb, Word};
use crate::values::FieldErrors;

/// What is said with a step.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WordForm {
    /// A few words with an answer; the reason when cancelling, which cannot do without.
    pub(super) word: String,
}

impl WordForm {
    pub(super) fn read(&self, verb: Verb) -> Result<Option<Word>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let word = if verb.wants_a_reason() {
            errors.take("word", Word::parse(&self.word)).map(Some)
        } else {
            errors.take("word", Word::optional(&self.word))
        };
        word.ok_or(errors)
    }
}
