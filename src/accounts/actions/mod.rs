mod admins;
mod changes;
mod door;
mod joining;

use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    audit::{self, Deed},
    values::AccountId,
};

pub use admins::create_admin;
pub(super) use changes::{ask_email_change, change_password, change_settings};
pub(super) use door::{count_proof, end_sign_in, knock, let_in, turn_away};
pub(super) use joining::{
    ask_verification, count_sign_up, forget_password, reset_password, sign_up, verify,
};

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("There is no such account or sign-in.")]
    NotFound,
    /// The current password, asked again before something that matters.
    #[error("is not your password")]
    WrongPassword,
    #[error("is the address you have")]
    SameEmail,
    #[error("Another account has that address by now, so nothing was changed.")]
    AddressTaken,
    #[error(
        "This link does not work any more: it was used, it is too old, or a newer one was mailed. Ask for a new one."
    )]
    DeadLink,
    #[error("Too many attempts. Try again in {}.", in_words(*.0))]
    Limited(Duration),
    #[error(transparent)]
    Database(sqlx::Error),
}

impl From<sqlx::Error> for AccountError {
    fn from(error: sqlx::Error) -> AccountError {
        match error.as_database_error().and_then(|cause| cause.constraint()) {
            Some("accounts_email_key") => AccountError::AddressTaken,
            _ => AccountError::Database(error),
        }
    }
}

fn in_words(wait: Duration) -> String {
    match wait.as_secs() {
        0..=90 => format!("{} seconds", wait.as_secs().max(1)),
        seconds => format!("{} minutes", seconds.div_ceil(60)),
    }
}

/// Who tries, as far as it is known: for limits and the audit.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) address: IpAddr,
    /// `Firefox on Linux`.
    pub(crate) device: String,
}

/// Notes what was done to an account. Never what an address was: the audit keeps for ever.
async fn note(
    db: &mut PgConnection,
    action: &str,
    by: Option<AccountId>,
    account: Option<AccountId>,
    from: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor: by,
        action,
        subject: "accounts",
        subject_id: account.map(AccountId::number),
        detail: json!({}),
        address: Some(from.address),
    };
    audit::note(db, deed, now).await
}
