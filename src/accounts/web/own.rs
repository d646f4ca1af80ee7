//! One's own account.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, Origin},
        model::{Actor, SignIns},
        store,
    },
    forms::{EmailForm, LABELS, PasswordForm, SettingsForm},
    pages::signed_out,
    proof::prove,
};
use crate::{
    values::{Email, FieldErrors, SignInId},
    web::{
        App, Client, Db, Error, Form, Frame, Go, Now, Page, Path, Query, Section, filters, zones,
    },
};

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountPage {
    frame: Frame,
    actor: Actor,
    form: SettingsForm,
    sign_ins: SignIns,
    zones: Vec<(String, String)>,
    errors: FieldErrors,
}

impl AccountPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        actor: Actor,
        stretch: &Stretch,
        now: DateTime<Utc>,
    ) -> Result<AccountPage, Error> {
        Ok(AccountPage {
            frame: frame.at(Section::Account),
            form: SettingsForm::of(&actor),
            sign_ins: stretch.read(db, &actor, now).await?,
            zones: zones(),
            errors: FieldErrors::default(),
            actor,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

/// Which stretch of the sign-ins: those below this one.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Stretch {
    after: Option<SignInId>,
}

impl Stretch {
    pub(super) async fn read(
        &self,
        db: &mut PgConnection,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> sqlx::Result<SignIns> {
        Ok(SignIns::of(store::list_sign_ins(db, actor, self.after, now).await?))
    }
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(stretch): Query<Stretch>,
) -> Result<Response, Error> {
    Ok(Page::ok(AccountPage::of(&mut db, frame, actor, &stretch, now).await?).into_response())
}

pub(crate) async fn change_settings(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<SettingsForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(settings) => {
            actions::change_settings(&mut db, &actor, &settings, now).await?;
            Ok(Go::to("/account").saying("Kept.").into_response())
        }
        Err(errors) => {
            let page = AccountPage::of(&mut db, frame, actor, &Stretch::default(), now).await?;
            Ok(Page::again(AccountPage { form, errors, ..page }).into_response())
        }
    }
}

// ----- another address -----

#[derive(Template)]
#[template(path = "accounts/email.html")]
struct EmailPage {
    frame: Frame,
    actor: Actor,
    form: EmailForm,
    errors: FieldErrors,
}

impl EmailPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

pub(crate) async fn changing_email(actor: Actor, frame: Frame) -> Response {
    let (frame, form) = (frame.at(Section::Account), EmailForm::default());
    Page::ok(EmailPage { frame, actor, form, errors: FieldErrors::default() }).into_response()
}

pub(crate) async fn change_email(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    client: Client,
    db: Db,
    Form(form): Form<EmailForm>,
) -> Result<Response, Error> {
    match ask_email_change(&app, db, &actor, &form, &client.into(), now).await {
        Ok(email) => {
            let said =
                format!("A link is on its way to {email}. The address changes once you open it.");
            Ok(Go::to("/account").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = EmailPage { frame: frame.at(Section::Account), actor, form, errors };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn ask_email_change(
    app: &App,
    db: Db,
    actor: &Actor,
    form: &EmailForm,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<Email, Error> {
    let email = form.read().map_err(Error::Invalid)?;
    let (mut db, _) = prove(app, db, actor, &form.current, from, now).await?;
    actions::ask_email_change(&mut db, actor, &email, from, now).await?;
    Ok(email)
}

// ----- another password -----

#[derive(Template)]
#[template(path = "accounts/password.html")]
struct PasswordPage {
    frame: Frame,
    actor: Actor,
    errors: FieldErrors,
}

impl PasswordPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &[("current", "Current password"), ("password", "New password")]
    }
}

pub(crate) async fn changing_password(actor: Actor, frame: Frame) -> Response {
    let (frame, errors) = (frame.at(Section::Account), FieldErrors::default());
    Page::ok(PasswordPage { frame, actor, errors }).into_response()
}

pub(crate) async fn change_password(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    client: Client,
    db: Db,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    match set_own_password(&app, db, &actor, &form, &client.into(), now).await {
        Ok(()) => {
            let said = "Your password is changed, and your other sign-ins have ended.";
            Ok(Go::to("/account").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = PasswordPage { frame: frame.at(Section::Account), actor, errors };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(super) async fn set_own_password(
    app: &App,
    db: Db,
    actor: &Actor,
    form: &PasswordForm,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let password = form.read().map_err(Error::Invalid)?;
    let (db, proven) = prove(app, db, actor, &form.current, from, now).await?;
    let (mut db, hash) = db.rest(app.passwords.hash(password)).await?;
    Ok(actions::change_password(&mut db, actor, &proven, &hash?, from, now).await?)
}

pub(crate) async fn ask_verification(actor: Actor, Now(now): Now, mut db: Db) -> Result<Go, Error> {
    actions::ask_verification(&mut db, &actor, now).await?;
    Ok(Go::to("/account").saying(format!("A link is on its way to {}.", actor.email)))
}

pub(crate) async fn end_sign_in(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    client: Client,
    mut db: Db,
    Path(id): Path<SignInId>,
) -> Result<Response, Error> {
    actions::end_sign_in(&mut db, &actor, id, &client.into(), now).await?;
    if id == actor.sign_in {
        return Ok(signed_out(&app, Go::to("/").saying("You are signed out.")));
    }
    Ok(Go::to("/account").saying("That sign-in has ended.").into_response())
}
