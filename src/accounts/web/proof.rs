//! Passwords that somebody gives, checked without keeping others from the database.

use chrono::{DateTime, Utc};

use super::super::{
    actions::{self, AccountError, Origin},
    model::{Actor, Known, SignIn},
};
use crate::{
    values::{Password, Secret},
    web::{App, Db, Error},
};

/// What somebody has who came in.
pub(super) struct Entered {
    pub(super) secret: Secret,
    pub(super) sign_in: SignIn,
}

/// Signs in whoever knows the password of an address; None, after the same work, for who does not.
/// The sign-in they came with ends.
pub(super) async fn enter(
    app: &App,
    mut db: Db,
    (email, password): (&str, &str),
    leaving: Option<&Actor>,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<Option<Entered>, Error> {
    let known = actions::knock(&mut db, email, from, now).await?;
    let (mut db, matches) = check(app, db, known.as_ref(), password).await?;
    if let Some(known) = known.as_ref().filter(|_| matches) {
        let opened = actions::let_in(&mut db, known, leaving, from, now).await?;
        return Ok(opened.map(|(secret, sign_in)| Entered { secret, sign_in }));
    }
    actions::turn_away(&mut db, known.as_ref(), from, now).await?;
    Ok(None)
}

/// The actor's password once more, before something that matters: the account it opens, whose
/// password must not be another by the time that is done.
pub(crate) async fn prove(
    app: &App,
    mut db: Db,
    actor: &Actor,
    password: &str,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(Db, Known), Error> {
    let known = actions::count_proof(&mut db, actor, now).await?;
    let (mut db, matches) = check(app, db, Some(&known), password).await?;
    if matches {
        return Ok((db, known));
    }
    actions::turn_away(&mut db, Some(&known), from, now).await?;
    Err(AccountError::WrongPassword.into())
}

/// One check, whether or not there is something to check against.
async fn check(
    app: &App,
    db: Db,
    known: Option<&Known>,
    password: &str,
) -> Result<(Db, bool), Error> {
    let hash = known.and_then(|known| known.password.clone());
    let (db, matches) = db.rest(app.passwords.matches(Password::attempt(password), hash)).await?;
    Ok((db, matches?))
}
