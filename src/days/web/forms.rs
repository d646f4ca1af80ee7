use serde::Deserialize;

use super::super::model::Draft;
use crate::{
    bookings::Party,
    files::{Received, Unusable},
    reports::{DelayDraft, LEAST_LATE, MOST_LATE},
    values::{FieldErrors, Prose},
    web,
};

/// How late somebody will be, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct DelayForm {
    /// After the booked start: from 5 to 180.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "20")]
    pub(super) minutes: String,
    /// At most 300 characters, or nothing.
    pub(super) words: String,
}

/// Each field's label, for the summary above a form that came back.
pub(super) const DELAY_LABELS: [(&str, &str); 2] =
    [("minutes", "Minutes"), ("words", "Words with it")];
pub(super) const LABELS: [(&str, &str); 2] = [("words", "What happened"), ("file", "File")];
pub(super) const RULING_LABELS: [(&str, &str); 2] =
    [("outcome", "Who did not come"), ("reason", "The reason")];

impl DelayForm {
    pub(super) fn read(&self) -> Result<DelayDraft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let minutes = self.minutes.trim().parse().ok();
        let minutes = minutes.filter(|minutes| (LEAST_LATE..=MOST_LATE).contains(minutes));
        let minutes = minutes.ok_or("are a whole number from 5 to 180");
        let minutes = errors.take("minutes", minutes);
        let words = errors.take("words", Prose::optional(&self.words));
        match (minutes, words) {
            (Some(minutes), Some(words)) => Ok(DelayDraft { minutes, words }),
            _ => Err(errors),
        }
    }
}

/// Words with an answer, or nothing.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WordsForm {
    /// At most 2,000 characters.
    pub(super) words: String,
}

impl WordsForm {
    /// What came with files.
    pub(super) fn of(received: &Received) -> WordsForm {
        let words = received.fields.iter().rfind(|(name, _)| name == "words");
        WordsForm { words: words.map(|(_, words)| words.clone()).unwrap_or_default() }
    }

    /// An answer that needs no words.
    pub(super) fn read(&self) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let words = errors.take("words", Prose::optional(&self.words));
        words.map(|words| Draft { words, files: Vec::new() }).ok_or(errors)
    }

    /// An account, with what shows it, or every fault at once.
    pub(super) fn account(&self, received: &Received) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let words = errors.take("words", Prose::parse(&self.words));
        for fault in &received.faults {
            errors.add("file", fault);
        }
        let files = received.files.clone();
        let draft = words.map(|words| Draft { words: Some(words), files });
        draft.filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// What a file that is too large is told as, for programs.
pub(super) fn too_large(faults: &[Unusable]) -> String {
    let told: Vec<String> = faults.iter().map(|fault| format!("file {fault}")).collect();
    format!("{}.", told.join("; "))
}

/// What an admin decides.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct RulingForm {
    /// Who did not come: `musician`, `producer`, or `neither`.
    #[schema(example = "neither")]
    pub(super) outcome: String,
    /// Both sides read it; at most 2,000 characters.
    pub(super) reason: String,
}

impl RulingForm {
    pub(super) fn read(&self) -> Result<(Option<Party>, Prose<2000>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let outcome = match self.outcome.as_str() {
            "musician" => Ok(Some(Party::Musician)),
            "producer" => Ok(Some(Party::Producer)),
            "neither" => Ok(None),
            _ => Err("is missing: choose one"),
        };
        let outcome = errors.take("outcome", outcome);
        let reason = errors.take("reason", Prose::parse(&self.reason));
        match (outcome, reason) {
            (Some(outcome), Some(reason)) => Ok((outcome, reason)),
            _ => Err(errors),
        }
    }

    pub(super) fn chose(&self, word: &str) -> bool {
        self.outcome == word
    }
}
