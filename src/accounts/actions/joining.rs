//! Coming to have an account, showing that its address is one's own, and getting back in.

use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{
        Actor, FORGOTTEN_BY_CLIENT, FORGOTTEN_BY_EMAIL, LINKS_BY_EMAIL, MailLink, NewAccount,
        Purpose, SIGN_UP_BY_CLIENT, Try, letters,
    },
    store,
};
use super::{AccountError, Origin, door::count, note};
use crate::{
    outbox,
    values::{AccountId, Email, PasswordHash, Secret},
};

/// Counts that somebody wants to sign up, before their password is hashed.
pub(in crate::accounts) async fn count_sign_up(
    db: &mut PgConnection,
    email: &Email,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let tries = vec![
        Try::of_client(SIGN_UP_BY_CLIENT, from.address),
        Try::of_email(LINKS_BY_EMAIL, email.as_str()),
    ];
    count(db, tries, now).await
}

/// Makes an account and mails its address a link; where the address has one already, tells its
/// holder. Whoever asks is told the same either way.
pub(in crate::accounts) async fn sign_up(
    db: &mut PgConnection,
    new: &NewAccount,
    password: &PasswordHash,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    if let Some(id) = store::insert(&mut tx, &new.who, &new.email, Some(password), now).await? {
        let secret = link(&mut tx, id, Purpose::Verify, &new.email, now).await?;
        let name = new.who.name.as_str();
        outbox::post(&mut tx, &new.email, name, &letters::confirm(&secret), now).await?;
        note(&mut tx, "account.created", Some(id), Some(id), from, now).await?;
    } else if let Some(holder) = store::find_by_email(&mut tx, &new.email).await? {
        outbox::post(&mut tx, &holder.email, &holder.name, &letters::here_already(), now).await?;
        note(&mut tx, "account.asked_for_again", None, Some(holder.id), from, now).await?;
    }
    Ok(tx.commit().await?)
}

/// A fresh link for an address.
pub(super) async fn link(
    db: &mut PgConnection,
    account: AccountId,
    purpose: Purpose,
    email: &Email,
    now: DateTime<Utc>,
) -> sqlx::Result<Secret> {
    let secret = Secret::random();
    store::insert_link(db, account, purpose, email, secret.hash(), now).await?;
    Ok(secret)
}

/// Mails the actor's address another link to confirm it, unless it is confirmed.
pub(in crate::accounts) async fn ask_verification(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    if actor.is_verified() {
        return Ok(());
    }
    count(db, vec![Try::of_email(LINKS_BY_EMAIL, actor.email.as_str())], now).await?;
    let mut tx = db.begin().await?;
    let secret = link(&mut tx, actor.id, Purpose::Verify, &actor.email, now).await?;
    outbox::post(&mut tx, &actor.email, &actor.name, &letters::confirm(&secret), now).await?;
    Ok(tx.commit().await?)
}

/// Uses a mailed link: the address it went to is its account's from now on, and confirmed.
pub(in crate::accounts) async fn verify(
    db: &mut PgConnection,
    secret: &Secret,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<MailLink, AccountError> {
    let mut tx = db.begin().await?;
    let link = take(&mut tx, secret, Purpose::confirms, now).await?;
    let id = link.account;
    let holder = store::lock(&mut tx, id).await?.ok_or(AccountError::NotFound)?;
    let action = if link.purpose == Purpose::ChangeEmail {
        store::set_email(&mut tx, id, &link.email, now).await?;
        // They went to the address that was left.
        store::forget_links(&mut tx, id).await?;
        let letter = letters::address_changed(&link.email);
        outbox::post(&mut tx, &holder.email, &holder.name, &letter, now).await?;
        "email.changed"
    } else {
        store::set_verified(&mut tx, id, &link.email, now).await?;
        "email.confirmed"
    };
    note(&mut tx, action, Some(id), Some(id), from, now).await?;
    tx.commit().await?;
    Ok(link)
}

/// Uses a link up that is for this.
async fn take(
    db: &mut PgConnection,
    secret: &Secret,
    fits: fn(Purpose) -> bool,
    now: DateTime<Utc>,
) -> Result<MailLink, AccountError> {
    let link = store::find_link(db, secret.hash(), now).await?;
    let link = link.filter(|link| fits(link.purpose)).ok_or(AccountError::DeadLink)?;
    if store::take_link(db, secret.hash()).await? { Ok(link) } else { Err(AccountError::DeadLink) }
}

/// Mails a link for a new password, where the address has an account. Whoever asks is told the
/// same either way.
pub(in crate::accounts) async fn forget_password(
    db: &mut PgConnection,
    email: &Email,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let tries = vec![
        Try::of_email(FORGOTTEN_BY_EMAIL, email.as_str()),
        Try::of_client(FORGOTTEN_BY_CLIENT, from.address),
    ];
    count(db, tries, now).await?;
    let mut tx = db.begin().await?;
    let holder = store::find_by_email(&mut tx, email).await?;
    if let Some(holder) = &holder {
        let secret = link(&mut tx, holder.id, Purpose::ResetPassword, &holder.email, now).await?;
        outbox::post(&mut tx, &holder.email, &holder.name, &letters::reset(&secret), now).await?;
    }
    note(&mut tx, "password.forgotten", None, holder.map(|holder| holder.id), from, now).await?;
    Ok(tx.commit().await?)
}

/// Uses a mailed link to set a new password. Everyone signed in as its holder is signed out, every
/// other link loses its power; and whoever got it reads the mail of that address.
pub(in crate::accounts) async fn reset_password(
    db: &mut PgConnection,
    secret: &Secret,
    password: &PasswordHash,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    let link = take(&mut tx, secret, Purpose::resets, now).await?;
    let id = link.account;
    store::lock(&mut tx, id).await?.ok_or(AccountError::NotFound)?;
    store::set_password(&mut tx, id, Some(password)).await?;
    store::set_verified(&mut tx, id, &link.email, now).await?;
    store::end_sign_ins(&mut tx, id, None).await?;
    store::forget_links(&mut tx, id).await?;
    outbox::tell(&mut tx, id, &letters::password_changed(), now).await?;
    note(&mut tx, "password.reset", Some(id), Some(id), from, now).await?;
    Ok(tx.commit().await?)
}
