use serde::{Deserialize, Serialize};

use super::super::{
    actions::{AccountError, Origin},
    model::{Actor, NewAccount, Settings, device, read_name},
};
use crate::{
    values::{Email, FieldErrors, Password, Zone},
    web::{Client, Error},
};

impl From<AccountError> for Error {
    fn from(error: AccountError) -> Error {
        match error {
            AccountError::NotFound => Error::NotFound,
            AccountError::WrongPassword => on("current", &error.to_string()),
            AccountError::SameEmail => on("email", &error.to_string()),
            AccountError::DeadLink | AccountError::AddressTaken => {
                Error::Refused(error.to_string())
            }
            AccountError::Limited(retry_after) => {
                Error::TooMany { message: error.to_string(), retry_after }
            }
            AccountError::Database(error) => error.into(),
        }
    }
}

pub(super) fn on(field: &'static str, fault: &str) -> Error {
    let mut errors = FieldErrors::default();
    errors.add(field, fault);
    Error::Invalid(errors)
}

impl From<Client> for Origin {
    fn from(client: Client) -> Origin {
        Origin { address: client.address, device: device(&client.device) }
    }
}

/// Somebody who signs up, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SignUpForm {
    #[serde(flatten)]
    pub(super) who: SettingsForm,
    pub(super) email: String,
    /// At least 10 characters.
    pub(super) password: String,
}

/// What somebody says of themselves, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, Serialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SettingsForm {
    pub(super) name: String,
    /// What for: `book`, `play`, or `both`.
    pub(super) purpose: String,
    /// An IANA name, such as America/Chicago.
    pub(super) zone: String,
}

pub(super) const LABELS: [(&str, &str); 7] = [
    ("name", "Name"),
    ("email", "E-mail address"),
    ("password", "Password"),
    ("current", "Current password"),
    ("purpose", "What you come for"),
    ("zone", "Time zone"),
    ("confirm", "Confirmation"),
];

impl SettingsForm {
    pub(super) fn of(actor: &Actor) -> SettingsForm {
        let purpose = match (actor.plays, actor.books) {
            (true, true) => "both",
            (true, false) => "play",
            _ => "book",
        };
        SettingsForm {
            name: actor.name.clone(),
            purpose: purpose.into(),
            zone: actor.zone.name().into(),
        }
    }

    pub(super) fn read_into(&self, errors: &mut FieldErrors) -> Option<Settings> {
        let name = errors.take("name", read_name(&self.name));
        let (plays, books) = match self.purpose.as_str() {
            "play" => (true, false),
            "both" => (true, true),
            "book" | "" => (false, true),
            _ => {
                errors.add("purpose", "is to book, to play, or both: choose one");
                (false, false)
            }
        };
        let zone = errors.take("zone", self.zone.parse::<Zone>());
        Some(Settings { name: name?, plays, books, zone: zone? })
    }

    pub(super) fn read(&self) -> Result<Settings, FieldErrors> {
        let mut errors = FieldErrors::default();
        match self.read_into(&mut errors) {
            Some(settings) if errors.is_empty() => Ok(settings),
            _ => Err(errors),
        }
    }
}

impl SignUpForm {
    pub(super) fn read(&self) -> Result<NewAccount, FieldErrors> {
        let mut errors = FieldErrors::default();
        let who = self.who.read_into(&mut errors);
        let email = errors.take("email", self.email.parse::<Email>());
        let password = errors.take("password", Password::choose(&self.password));
        match (who, email, password) {
            (Some(who), Some(email), Some(password)) if errors.is_empty() => {
                Ok(NewAccount { who, email, password })
            }
            _ => Err(errors),
        }
    }
}

/// The same for an address that nobody has as for a password that is not its own.
pub(super) const NO_MATCH: &str = "does not belong to that address: check both";

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SignInForm {
    pub(super) email: String,
    pub(super) password: String,
    /// Where to go after, on this site; only pages read it.
    pub(super) next: String,
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct EmailForm {
    pub(super) email: String,
    /// The current password, where an address is changed.
    pub(super) current: String,
}

impl EmailForm {
    pub(super) fn read(&self) -> Result<Email, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("email", self.email.parse::<Email>()).ok_or(errors)
    }
}

#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct PasswordForm {
    /// The new one: at least 10 characters.
    pub(super) password: String,
    /// The current one, where there is one to know.
    pub(super) current: String,
    /// The end of a mailed link's path, where programs use one.
    pub(super) secret: String,
}

impl PasswordForm {
    pub(super) fn read(&self) -> Result<Password, FieldErrors> {
        let mut errors = FieldErrors::default();
        errors.take("password", Password::choose(&self.password)).ok_or(errors)
    }
}
