use serde::Deserialize;

use super::super::model::{Address, Name};
use crate::values::FieldErrors;

/// The address of a calendar, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AddressForm {
    /// `webcal://` and `http://` are read as `https://`. Never answered again: it may be a secret.
    #[schema(example = "https://calendar.example/private-0123/basic.ics")]
    pub(super) url: String,
    /// At most 100 characters; without one, it is called what it calls itself.
    pub(super) name: String,
}

impl AddressForm {
    pub(super) fn read(&self) -> Result<(Address, Option<Name>), FieldErrors> {
        let mut errors = FieldErrors::default();
        let address = errors.take("url", Address::parse(&self.url));
        let name = errors.take("name", Name::optional(&self.name));
        match (address, name) {
            (Some(address), Some(name)) => Ok((address, name)),
            _ => Err(errors),
        }
    }
}

/// What is said of a file, as it was typed. The file itself comes beside it.
#[derive(Clone, Debug, Default)]
pub(super) struct FileForm {
    pub(super) file_name: String,
}

impl FileForm {
    pub(super) fn read(&self) -> Result<Option<Name>, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("file_name", Name::optional(&self.file_name)).ok_or(errors)
    }
}

/// What a calendar is to be called.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct RenameForm {
    /// At most 100 characters.
    pub(super) new_name: String,
}

impl RenameForm {
    pub(super) fn read(&self) -> Result<Name, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("new_name", Name::parse(&self.new_name)).ok_or(errors)
    }
}

pub(super) const LABELS: [(&str, &str); 5] = [
    ("new_name", "Name"),
    ("url", "Address"),
    ("name", "Name"),
    ("file", "File"),
    ("file_name", "Name"),
];
