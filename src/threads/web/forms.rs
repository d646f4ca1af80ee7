use serde::Deserialize;

use super::super::model::{Draft, Text};
use crate::files::{Taken, Unusable};
use crate::values::{FieldErrors, Line, MessageId};

/// A message as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct MessageForm {
    /// At most 4,000 characters.
    pub(super) text: String,
    /// Tells one message from the next: the same key makes one message.
    pub(super) form_key: String,
    /// The last message its writer had before them: it counts as read.
    pub(super) seen: Option<MessageId>,
}

/// How far somebody has read.
#[derive(Clone, Copy, Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReadForm {
    /// The last message that was read.
    pub(super) up_to: MessageId,
}

/// What came beside files, as it was typed.
#[derive(Clone, Debug, Default)]
pub(super) struct FilesForm {
    pub(super) words: String,
    pub(super) form_key: String,
    pub(super) seen: String,
}

pub(super) const LABELS: [(&str, &str); 4] = [
    ("text", "Message"),
    ("file", "File"),
    ("words", "Words with it"),
    ("form_key", "This form’s key"),
];

impl MessageForm {
    pub(super) fn read(&self) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let text = errors.take("text", Text::parse(&self.text));
        let form_key = errors.take("form_key", Line::optional(&self.form_key));
        let draft = || {
            Some(Draft {
                text: Some(text?),
                files: Vec::new(),
                form_key: form_key?,
                seen: self.seen,
            })
        };
        draft().ok_or(errors)
    }
}

impl FilesForm {
    /// Puts what came as one field of the form in its place.
    pub(super) fn set(&mut self, name: &str, value: String) {
        match name {
            "words" => self.words = value,
            "form_key" => self.form_key = value,
            "seen" => self.seen = value,
            _ => {}
        }
    }

    /// The message, or every fault at once.
    pub(super) fn read(&self, files: &[Taken], faults: &[Unusable]) -> Result<Draft, FieldErrors> {
        let mut errors = FieldErrors::default();
        let text = errors.take("words", Text::optional(&self.words));
        let form_key = errors.take("form_key", Line::optional(&self.form_key));
        for fault in faults {
            errors.add("file", fault);
        }
        let seen = self.seen.parse().ok();
        let draft =
            || Some(Draft { text: text?, files: files.to_vec(), form_key: form_key?, seen });
        draft().filter(|_| errors.is_empty()).ok_or(errors)
    }
}
