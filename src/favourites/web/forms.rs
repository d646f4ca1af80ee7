use serde::Deserialize;

use super::super::model::{Move, Note};
use crate::{
    accounts::safe_next,
    values::{FavouriteId, FieldErrors, Slug},
    web::Error,
};

/// Whom to keep.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct KeepForm {
    /// A player's slug.
    #[schema(example = "maren-oakley")]
    pub(super) musician: String,
    /// Where the page was that asked.
    #[schema(ignore)]
    pub(super) back: String,
}

impl KeepForm {
    /// What is no slug names nobody.
    pub(super) fn musician(&self) -> Result<Slug, Error> {
        self.musician.parse().map_err(|_| Error::NotFound)
    }

    pub(super) fn back(&self) -> &str {
        back(&self.back)
    }
}

/// Where the page was that asked: the list itself, where none is named.
pub(super) fn back(address: &str) -> &str {
    if address.is_empty() { "/favourites" } else { safe_next(address) }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct NoteForm {
    /// At most 4000 characters; nothing takes the note away.
    pub(super) note: String,
}

impl NoteForm {
    pub(super) fn read(&self) -> Result<Option<Note>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let note = errors.take("note", Note::optional(&self.note)).flatten();
        if errors.is_empty() { Ok(note) } else { Err(errors) }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MoveForm {
    pub(super) to: String,
    pub(super) version: String,
}

impl MoveForm {
    pub(super) fn to(&self) -> Result<Move, Error> {
        match self.to.as_str() {
            "top" => Ok(Move::Top),
            "up" => Ok(Move::Up),
            "down" => Ok(Move::Down),
            _ => Err(Error::Unreadable("A line moves up, down, or to the top.".into())),
        }
    }

    /// What is no version of ours is none that is up to date.
    pub(super) fn version(&self) -> i32 {
        self.version.parse().unwrap_or(-1)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct BackForm {
    pub(super) back: String,
}

/// The whole list in another order.
#[derive(Clone, Debug, Deserialize, utoipa::ToSchema)]
pub(crate) struct OrderForm {
    /// The list's version that was looked at.
    pub(super) version: i32,
    /// Every line of the list, once.
    pub(super) ids: Vec<FavouriteId>,
}
