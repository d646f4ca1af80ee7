use serde::Deserialize;

use super::super::model::{Detail, Name};
use crate::values::FieldErrors;

/// The feed to make.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct FeedForm {
    /// What reads it, so that it can be told from others; at most 60 characters.
    #[schema(example = "My phone")]
    pub(super) name: String,
    /// `full`, or `busy`.
    #[schema(example = "busy")]
    pub(super) detail: String,
}

impl FeedForm {
    pub(super) fn read(&self) -> Result<(Name, Detail), FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::parse(&self.name));
        let detail = [Detail::Full, Detail::Busy].into_iter().find(|it| it.word() == self.detail);
        let detail = errors.take("detail", detail.ok_or("is not chosen: choose one of the two"));
        name.zip(detail).ok_or(errors)
    }
}

pub(super) const LABELS: [(&str, &str); 2] = [("name", "Name"), ("detail", "What it tells")];
