//! One's own account.

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use sqlx::PgConnection;

use super::{
    super::{
        actions,
        model::{Actor, SignIn},
        store,
    },
    forms::{EmailForm, LABELS, PasswordForm, SettingsForm, zones},
};
use crate::{
    values::{FieldErrors, SignInId},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "accounts/show.html")]
struct AccountPage {
    frame: Frame,
    actor: Actor,
    form: SettingsForm,
    email: String,
    sign_ins: Vec<SignIn>,
    zones: Vec<(String, String)>,
    errors: FieldErrors,
}

impl AccountPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        actor: Actor,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<AccountPage, Error> {
        let purpose = match (actor.plays, actor.books) {
            (true, true) => "both",
            (true, false) => "play",
            _ => "book",
        };
        let form = SettingsForm {
            name: actor.name.clone(),
            purpose: purpose.into(),
            zone: actor.zone.name().into(),
        };
        Ok(AccountPage {
            frame: frame.at(Section::Account),
            form,
            email: String::new(),
            sign_ins: store::list_sign_ins(db, actor.id, now).await?,
            zones: zones(),
            errors: FieldErrors::default(),
            actor,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
) -> Result<Response, Error> {
    Ok(Page::ok(AccountPage::of(&mut db, frame, actor, now).await?).into_response())
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
            actions::change_settings(&mut db, &actor, &settings).await?;
            Ok(Go::to("/account").saying("Kept.").into_response())
        }
        Err(errors) => {
            let page = AccountPage::of(&mut db, frame, actor, now).await?;
            Ok(Page::again(AccountPage { form, errors, ..page }).into_response())
        }
    }
}

pub(crate) async fn change_email(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<EmailForm>,
) -> Result<Response, Error> {
    let asked = async {
        let email = form.read().map_err(Error::Invalid)?;
        actions::prove(&mut db, &app.passwords, &actor, &form.current, now).await?;
        actions::ask_email_change(&mut db, &actor, &email, now).await?;
        Ok(email)
    };
    match asked.await {
        Ok(email) => {
            let said =
                format!("A link is on its way to {email}. The address changes once you open it.");
            Ok(Go::to("/account").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = AccountPage::of(&mut db, frame, actor, now).await?;
            Ok(Page::again(AccountPage { email: form.email, errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn change_password(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    let changed = async {
        let password = form.read().map_err(Error::Invalid)?;
        actions::prove(&mut db, &app.passwords, &actor, &form.current, now).await?;
        Ok(actions::change_password(&mut db, &app.passwords, &actor, password, now).await?)
    };
    match changed.await {
        Ok(()) => {
            let said = "Your password is changed, and your other sign-ins have ended.";
            Ok(Go::to("/account").saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => {
            let page = AccountPage::of(&mut db, frame, actor, now).await?;
            Ok(Page::again(AccountPage { errors, ..page }).into_response())
        }
        Err(error) => Err(error),
    }
}

pub(crate) async fn ask_verification(actor: Actor, Now(now): Now, mut db: Db) -> Result<Go, Error> {
    actions::ask_verification(&mut db, &actor, now).await?;
    Ok(Go::to("/account").saying(format!("A link is on its way to {}.", actor.email)))
}

pub(crate) async fn end_sign_in(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<SignInId>,
) -> Result<Go, Error> {
    actions::end_sign_in(&mut db, &actor, id, now).await?;
    Ok(Go::to("/account").saying("That sign-in has ended."))
}
