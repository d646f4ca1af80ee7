use std::{net::IpAddr, time::Duration};

use chrono::{DateTime, Utc};
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::{Connection, PgConnection};

use super::{
    model::{ADMIN_LASTS, Actor, Limit, NewAccount, Purpose, SIGN_IN_LASTS, Settings},
    store::{self, Known},
};
use crate::{
    audit::{self, Deed},
    outbox::{self, Letter},
    values::{AccountId, Email, Line, Password, Passwords, Secret, SignInId, Zone},
};

#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    #[error("There is no such sign-in of yours.")]
    NotFound,
    /// Of an unknown address as of a wrong password.
    #[error(
        "That address and password do not belong together. Check both, or ask for a new password."
    )]
    Wrong,
    /// The current password, asked again before something that matters.
    #[error("is not your password")]
    WrongPassword,
    #[error("is the address you have")]
    SameEmail,
    #[error(
        "This link does not work any more: it was used, it is too old, or a newer one was mailed. Ask for a new one."
    )]
    DeadLink,
    #[error("Too many attempts. Try again in {}.", in_words(*.0))]
    Limited(Duration),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Hashing(#[from] anyhow::Error),
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
    pub address: IpAddr,
    pub device: String,
}

impl Origin {
    /// What a limit counts by: an address, or an IPv6 network, of which a person has a whole one.
    fn key(&self) -> String {
        match self.address {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => {
                let [a, b, c, d, ..] = address.segments();
                format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
            }
        }
    }
}

/// What a limit counts by for an e-mail address: its hash, so that the count names nobody.
fn hidden(email: &str) -> String {
    hex::encode(Sha256::digest(email.trim().to_lowercase()))
}

/// Counts a try before any work is done for it. Kept whatever becomes of the try.
async fn limit(
    db: &mut PgConnection,
    limit: Limit,
    key: &str,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    let (tries, oldest) = store::count_try(&mut tx, limit, key, now).await?;
    tx.commit().await?;
    if tries > limit.most { Err(AccountError::Limited(limit.wait(oldest, now))) } else { Ok(()) }
}

/// Makes an account and mails a link that confirms its address. An address that has one is told so
/// by mail; who signed up sees and waits the same.
pub(crate) async fn sign_up(
    db: &mut PgConnection,
    passwords: &Passwords,
    new: &NewAccount,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    limit(db, Limit::SIGN_UP, &from.key(), now).await?;
    let password = passwords.hash(new.password.clone()).await?;
    let mut tx = db.begin().await?;
    match store::insert(&mut tx, &new.who, &new.email, Some(&password), now).await? {
        Some(id) => {
            send_link(&mut tx, id, new.who.name.as_str(), Purpose::Verify, &new.email, now).await?;
            note(&mut tx, Some(id), "account.created", id, json!({}), Some(from), now).await?;
        }
        None => {
            let letter = Letter::new("You have an account here already")
                .saying("Somebody signed up at First Call with this address, which has an account. Nothing was changed.")
                .saying("If it was you, sign in; if you do not know your password, ask for a new one there.")
                .opening("Sign in", "/sign-in");
            outbox::post(&mut tx, &new.email, new.who.name.as_str(), &letter, now).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// Mails a link, whose secret is kept only as its hash.
async fn send_link(
    db: &mut PgConnection,
    account: AccountId,
    name: &str,
    purpose: Purpose,
    to: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let secret = Secret::random();
    store::insert_link(db, account, purpose, to, secret.hash(), now).await?;
    let secret = secret.reveal();
    let letter = match purpose {
        Purpose::Verify => Letter::new("Confirm your address")
            .saying("You signed up at First Call. Confirm that this address is yours, and you can book and be booked.")
            .saying("The link works for two days. If it was not you, leave it: nothing more happens.")
            .opening("Confirm this address", format!("/verify/{secret}")),
        Purpose::ChangeEmail => Letter::new("Confirm your new address")
            .saying("You asked to be reached here from now on. Once you confirm it, this address replaces the old one.")
            .saying("The link works for two days. If it was not you, leave it.")
            .opening("Use this address", format!("/verify/{secret}")),
        Purpose::ResetPassword => Letter::new("Set a new password")
            .saying("Somebody asked for a new password for this address. If it was you, set it here; the link works for half an hour, once.")
            .saying("If it was not you, leave it: your password stays as it is.")
            .opening("Set a new password", format!("/reset/{secret}")),
    };
    outbox::post(db, to, name, &letter, now).await?;
    Ok(())
}

/// Mails another link to confirm the actor's address.
pub(crate) async fn ask_verification(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    limit(db, Limit::VERIFICATION, &actor.id.to_string(), now).await?;
    if !actor.is_verified() {
        let mut tx = db.begin().await?;
        send_link(&mut tx, actor.id, &actor.name, Purpose::Verify, &actor.email, now).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Confirms the address that a mailed link was sent to: the account's own, or its new one.
pub(crate) async fn verify(
    db: &mut PgConnection,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    let purposes = [Purpose::Verify, Purpose::ChangeEmail];
    let link = store::take_link(&mut tx, secret.hash(), &purposes, now).await?;
    let (account, purpose, email) = link.ok_or(AccountError::DeadLink)?;
    if purpose == Purpose::Verify {
        if !store::set_verified(&mut tx, account, &email, now).await? {
            return Err(AccountError::DeadLink);
        }
    } else {
        let set = store::set_email(&mut tx, account, &email, now).await;
        set.map_err(|error| match error.as_database_error().and_then(|e| e.constraint()) {
            Some("accounts_email_key") => AccountError::DeadLink,
            _ => error.into(),
        })?;
        note(&mut tx, Some(account), "account.email_changed", account, json!({}), None, now)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Starts a sign-in: the secret that the browser or program keeps.
pub(crate) async fn sign_in(
    db: &mut PgConnection,
    passwords: &Passwords,
    email: &str,
    password: &str,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(Secret, SignInId), AccountError> {
    limit(db, Limit::SIGN_IN_ADDRESS, &from.key(), now).await?;
    limit(db, Limit::SIGN_IN_ACCOUNT, &hidden(email), now).await?;
    let known = match email.parse::<Email>() {
        Ok(email) => store::find_by_email(db, &email).await?,
        Err(_) => None,
    };
    let hash = known.as_ref().and_then(|known| known.password.clone());
    let hash = hash.map(crate::values::PasswordHash);
    let matches = passwords.matches(Password::attempt(password), hash).await?;
    let Some(known) = known.filter(|_| matches) else {
        note_failure(db, from, now).await?;
        return Err(AccountError::Wrong);
    };
    start(db, &known, from, now).await
}

async fn note_failure(
    db: &mut PgConnection,
    from: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor: None,
        action: "sign_in.failed",
        subject: "accounts",
        subject_id: None,
        detail: json!({}),
        address: Some(from.address),
    };
    audit::note(db, deed, now).await
}

async fn start(
    db: &mut PgConnection,
    known: &Known,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(Secret, SignInId), AccountError> {
    let secret = Secret::random();
    let lasts = if known.is_admin { ADMIN_LASTS } else { SIGN_IN_LASTS };
    let mut tx = db.begin().await?;
    let id =
        store::insert_sign_in(&mut tx, known.id, secret.hash(), &from.device, now, now + lasts)
            .await?;
    note(&mut tx, Some(known.id), "sign_in", known.id, json!({}), Some(from), now).await?;
    tx.commit().await?;
    Ok((secret, id))
}

/// Ends one of the actor's sign-ins; their own one signs them out.
pub(crate) async fn end_sign_in(
    db: &mut PgConnection,
    actor: &Actor,
    sign_in: SignInId,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    if !store::end_sign_in(&mut tx, actor.id, sign_in).await? {
        return Err(AccountError::NotFound);
    }
    note(&mut tx, Some(actor.id), "sign_in.ended", actor.id, json!({}), None, now).await?;
    Ok(tx.commit().await?)
}

/// Mails a link to set a new password, if the address has an account. Nobody is told whether.
pub(crate) async fn forget_password(
    db: &mut PgConnection,
    email: &Email,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    limit(db, Limit::RESET_ADDRESS, &from.key(), now).await?;
    limit(db, Limit::RESET, &hidden(email.as_str()), now).await?;
    if let Some(known) = store::find_by_email(db, email).await? {
        let mut tx = db.begin().await?;
        send_link(&mut tx, known.id, &known.name, Purpose::ResetPassword, &known.email, now)
            .await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Sets the password that a mailed link allows to set, and ends every sign-in.
pub(crate) async fn reset_password(
    db: &mut PgConnection,
    passwords: &Passwords,
    secret: &Secret,
    password: Password,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let hash = passwords.hash(password).await?;
    let mut tx = db.begin().await?;
    let link = store::take_link(&mut tx, secret.hash(), &[Purpose::ResetPassword], now).await?;
    let (account, _, email) = link.ok_or(AccountError::DeadLink)?;
    store::set_password(&mut tx, account, &hash).await?;
    // Whoever read the mail holds the address.
    store::set_verified(&mut tx, account, &email, now).await?;
    store::end_sign_ins(&mut tx, account, None).await?;
    note(&mut tx, Some(account), "account.password_reset", account, json!({}), None, now).await?;
    Ok(tx.commit().await?)
}

/// The current password again, before something that matters.
pub(crate) async fn prove(
    db: &mut PgConnection,
    passwords: &Passwords,
    actor: &Actor,
    password: &str,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    limit(db, Limit::PASSWORD, &actor.id.to_string(), now).await?;
    let hash = store::find_password(db, actor.id).await?;
    let proven = passwords.matches(Password::attempt(password), hash).await?;
    if proven { Ok(()) } else { Err(AccountError::WrongPassword) }
}

/// Sets another password and ends the actor's other sign-ins.
pub(crate) async fn change_password(
    db: &mut PgConnection,
    passwords: &Passwords,
    actor: &Actor,
    password: Password,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let hash = passwords.hash(password).await?;
    let mut tx = db.begin().await?;
    store::lock(&mut tx, actor.id).await?;
    store::set_password(&mut tx, actor.id, &hash).await?;
    store::end_sign_ins(&mut tx, actor.id, Some(actor.sign_in)).await?;
    note(&mut tx, Some(actor.id), "account.password_changed", actor.id, json!({}), None, now)
        .await?;
    let letter = Letter::new("Your password was changed")
        .saying("All other sign-ins of yours have ended. If it was not you, set a new one at once.")
        .opening("Set a new password", "/forgotten");
    outbox::tell(&mut tx, actor.id, &letter, now).await?;
    Ok(tx.commit().await?)
}

/// Mails a link to the new address; it replaces the old one once confirmed. The old one hears of it.
pub(crate) async fn ask_email_change(
    db: &mut PgConnection,
    actor: &Actor,
    email: &Email,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    if email.as_str().eq_ignore_ascii_case(actor.email.as_str()) {
        return Err(AccountError::SameEmail);
    }
    limit(db, Limit::VERIFICATION, &actor.id.to_string(), now).await?;
    let mut tx = db.begin().await?;
    send_link(&mut tx, actor.id, &actor.name, Purpose::ChangeEmail, email, now).await?;
    let letter = Letter::new("Your address is about to change")
        .saying("Somebody signed in as you asked to be reached at another address. It changes once that address is confirmed.")
        .saying("If it was not you, set a new password: that ends every sign-in.")
        .opening("Set a new password", "/forgotten");
    outbox::post(&mut tx, &actor.email, &actor.name, &letter, now).await?;
    Ok(tx.commit().await?)
}

pub(crate) async fn change_settings(
    db: &mut PgConnection,
    actor: &Actor,
    who: &Settings,
) -> Result<(), AccountError> {
    Ok(store::set_settings(db, actor.id, who).await?)
}

/// Makes an admin of an account, new or not, and answers the path of a link by which they set a
/// password.
pub async fn create_admin(
    db: &mut PgConnection,
    email: &Email,
    name: Line<100>,
    now: DateTime<Utc>,
) -> Result<String, AccountError> {
    let mut tx = db.begin().await?;
    let who = Settings { name, plays: false, books: false, zone: Zone::UTC };
    let id = match store::insert(&mut tx, &who, email, None, now).await? {
        Some(id) => id,
        None => {
            let known = store::find_by_email(&mut tx, email).await?;
            known.ok_or(AccountError::NotFound)?.id
        }
    };
    store::set_admin(&mut tx, id, now).await?;
    let secret = Secret::random();
    store::insert_link(&mut tx, id, Purpose::ResetPassword, email, secret.hash(), now).await?;
    note(&mut tx, None, "account.made_admin", id, json!({}), None, now).await?;
    tx.commit().await?;
    Ok(format!("/reset/{}", secret.reveal()))
}

async fn note(
    db: &mut PgConnection,
    actor: Option<AccountId>,
    action: &str,
    subject: AccountId,
    detail: serde_json::Value,
    from: Option<&Origin>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor,
        action,
        subject: "accounts",
        subject_id: Some(subject.number()),
        detail,
        address: from.map(|from| from.address),
    };
    audit::note(db, deed, now).await
}
