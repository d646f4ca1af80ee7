use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{Actor, Known, LINKS_BY_EMAIL, Purpose, Settings, Try, letters},
    store,
};
use super::{AccountError, Origin, door::count, joining::link, note};
use crate::{
    outbox,
    values::{Email, PasswordHash},
};

/// Changes what the actor says of themselves.
pub(in crate::accounts) async fn change_settings(
    db: &mut PgConnection,
    actor: &Actor,
    settings: &Settings,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    store::set_settings(&mut tx, actor.id, settings).await?;
    if settings.zone != actor.zone {
        outbox::move_digest(&mut tx, actor.id, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Sets a new password for the actor, who gave the one `proven` holds. Every other sign-in of
/// theirs ends, and links that were mailed lose their power.
pub(in crate::accounts) async fn change_password(
    db: &mut PgConnection,
    actor: &Actor,
    proven: &Known,
    password: &PasswordHash,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    let known = store::lock(&mut tx, actor.id).await?.ok_or(AccountError::NotFound)?;
    if known.password != proven.password {
        return Err(AccountError::WrongPassword);
    }
    store::set_password(&mut tx, actor.id, Some(password)).await?;
    store::end_sign_ins(&mut tx, actor.id, Some(actor.sign_in)).await?;
    store::forget_links(&mut tx, actor.id).await?;
    outbox::tell(&mut tx, actor.id, &letters::password_changed(), now).await?;
    note(&mut tx, "password.changed", Some(actor.id), Some(actor.id), from, now).await?;
    Ok(tx.commit().await?)
}

/// Mails a link to the address the actor wants instead of theirs, and a note to theirs; nothing
/// changes before the link is opened. Where the address has an account its holder is told instead,
/// and the actor sees no difference.
pub(in crate::accounts) async fn ask_email_change(
    db: &mut PgConnection,
    actor: &Actor,
    email: &Email,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    if email.as_str().eq_ignore_ascii_case(actor.email.as_str()) {
        return Err(AccountError::SameEmail);
    }
    let tries = [&actor.email, email].map(|email| Try::of_email(LINKS_BY_EMAIL, email.as_str()));
    count(db, tries.into(), now).await?;
    let mut tx = db.begin().await?;
    if let Some(holder) = store::find_by_email(&mut tx, email).await? {
        outbox::post(&mut tx, &holder.email, &holder.name, &letters::address_wanted(), now).await?;
    } else {
        let secret = link(&mut tx, actor.id, Purpose::ChangeEmail, email, now).await?;
        outbox::post(&mut tx, email, &actor.name, &letters::confirm_new(&secret), now).await?;
    }
    let letter = letters::new_address_asked_for(email);
    outbox::post(&mut tx, &actor.email, &actor.name, &letter, now).await?;
    note(&mut tx, "email.asked_for", Some(actor.id), Some(actor.id), from, now).await?;
    Ok(tx.commit().await?)
}
