use serde::Deserialize;

use super::super::model::Name;
use crate::{values::FieldErrors, web::Error};

/// What to keep.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct KeepForm {
    /// What stands after the `?` in the address of the search. Page and order are not kept.
    #[schema(example = "instrument=fiddle&genre=country")]
    pub(super) query: String,
    /// At most 120 characters; without one, it is called what it asks for.
    pub(super) name: String,
}

impl KeepForm {
    pub(super) fn query(&self) -> &str {
        let query = self.query.trim();
        query.rsplit_once('?').map_or(query, |(_, query)| query)
    }

    pub(super) fn name(&self) -> Result<Option<Name>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Name::optional(&self.name)).flatten();
        if errors.is_empty() { Ok(name) } else { Err(errors) }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct NameForm {
    pub(super) name: String,
}

impl NameForm {
    pub(super) fn read(&self) -> Result<Name, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("name", Name::parse(&self.name)).ok_or(errors)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct MailsForm {
    pub(super) mails: String,
}

impl MailsForm {
    pub(super) fn read(&self) -> Result<bool, Error> {
        match self.mails.as_str() {
            "on" => Ok(true),
            "off" => Ok(false),
            _ => Err(Error::Unreadable("Mails are switched on, or off.".into())),
        }
    }
}

/// What is to be otherwise; the rest stays.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ChangeForm {
    /// At most 120 characters.
    pub(super) name: Option<String>,
    pub(super) mails: Option<bool>,
}

impl ChangeForm {
    pub(super) fn name(&self) -> Result<Option<Name>, FieldErrors> {
        let name = self.name.clone().map(|name| NameForm { name }.read());
        name.transpose()
    }
}
