use chrono::{DateTime, Utc};
use sqlx::{Connection, PgConnection};

use super::super::{
    model::{Actor, Known, PASSWORD_BY_ACCOUNT, SIGN_IN_BY_CLIENT, SIGN_IN_BY_EMAIL, SignIn, Try},
    store,
};
use super::{AccountError, Origin, note};
use crate::values::{Email, Secret, SignInId};

/// Counts tries before what they try is done, so that many at once cannot slip past a limit: all
/// of them, or none where one is over its limit.
pub(super) async fn count(
    db: &mut PgConnection,
    mut tries: Vec<Try>,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    // Everyone locks in the same order.
    tries.sort_by(|a, b| (a.limit.what, &a.key).cmp(&(b.limit.what, &b.key)));
    let mut tx = db.begin().await?;
    for tried in &tries {
        store::lock_attempts(&mut tx, tried).await?;
        let (earlier, first) = store::count_attempts(&mut tx, tried, now).await?;
        if let Some(wait) = tried.must_wait(earlier, first, now) {
            return Err(AccountError::Limited(wait));
        }
    }
    for tried in &tries {
        store::insert_attempt(&mut tx, tried, now).await?;
    }
    Ok(tx.commit().await?)
}

/// Somebody comes with a password for an address: counts the try, and finds whose it is.
pub(in crate::accounts) async fn knock(
    db: &mut PgConnection,
    email: &str,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<Known>, AccountError> {
    let tries = vec![
        Try::of_email(SIGN_IN_BY_EMAIL, email),
        Try::of_client(SIGN_IN_BY_CLIENT, from.address),
    ];
    count(db, tries, now).await?;
    match email.parse::<Email>() {
        Ok(email) => Ok(store::find_by_email(db, &email).await?),
        Err(_) => Ok(None),
    }
}

/// The actor gives their password once more: counts the try, and finds what it should be.
pub(in crate::accounts) async fn count_proof(
    db: &mut PgConnection,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Known, AccountError> {
    count(db, vec![Try::of_account(PASSWORD_BY_ACCOUNT, actor.id)], now).await?;
    store::find(db, actor.id).await?.ok_or(AccountError::NotFound)
}

/// Notes that a password was wrong, or for an address that nobody has.
pub(in crate::accounts) async fn turn_away(
    db: &mut PgConnection,
    known: Option<&Known>,
    from: &Origin,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    note(db, "sign_in.failed", None, known.map(|known| known.id), from, now).await
}

/// Signs in whoever gave the password of `known`; the sign-in they came with, if any, ends. None
/// when the password was changed since.
pub(in crate::accounts) async fn let_in(
    db: &mut PgConnection,
    known: &Known,
    leaving: Option<&Actor>,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<(Secret, SignIn)>, AccountError> {
    let mut tx = db.begin().await?;
    let secret = Secret::random();
    let opened = store::insert_sign_in(&mut tx, known, secret.hash(), &from.device, now).await?;
    let Some(sign_in) = opened else { return Ok(None) };
    if let Some(actor) = leaving {
        store::end_sign_in(&mut tx, actor.id, actor.sign_in).await?;
    }
    note(&mut tx, "sign_in", Some(known.id), Some(known.id), from, now).await?;
    tx.commit().await?;
    Ok(Some((secret, sign_in)))
}

/// Ends one of the actor's sign-ins; their own one signs them out.
pub(in crate::accounts) async fn end_sign_in(
    db: &mut PgConnection,
    actor: &Actor,
    sign_in: SignInId,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), AccountError> {
    let mut tx = db.begin().await?;
    if !store::end_sign_in(&mut tx, actor.id, sign_in).await? {
        return Err(AccountError::NotFound);
    }
    let action = if sign_in == actor.sign_in { "sign_out" } else { "sign_in.ended" };
    note(&mut tx, action, Some(actor.id), Some(actor.id), from, now).await?;
    Ok(tx.commit().await?)
}
