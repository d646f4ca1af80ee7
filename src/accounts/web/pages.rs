use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use serde::Deserialize;

use super::{
    super::{
        actions::{self, AccountError},
        model::{Actor, DEMO_PASSWORD, SIGN_IN_LASTS, safe_next},
    },
    forms::{EmailForm, LABELS, PasswordForm, SignInForm, SignUpForm, zones},
};
use crate::{
    values::{FieldErrors, Secret, Zone},
    web::{
        App, Client, Db, Error, Form, Frame, Go, Now, Page, Path, Query, SIGN_IN_COOKIE,
        clear_cookie, set_cookie,
    },
};

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    form: SignUpForm,
    errors: FieldErrors,
    zones: Vec<(String, String)>,
}

impl SignUpPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

pub(crate) async fn signing_up(frame: Frame) -> Response {
    let mut form = SignUpForm::default();
    form.who.zone = Zone::UTC.name().into();
    form.who.purpose = "book".into();
    let page = SignUpPage { frame, form, errors: FieldErrors::default(), zones: zones() };
    Page::ok(page).into_response()
}

pub(crate) async fn sign_up(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    client: Client,
    mut db: Db,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(new) => {
            actions::sign_up(&mut db, &app.passwords, &new, &client.into(), now).await?;
            Ok(Go::to("/mailed").into_response())
        }
        Err(errors) => {
            // A password is never sent back.
            let form = SignUpForm { password: String::new(), ..form };
            Ok(Page::again(SignUpPage { frame, form, errors, zones: zones() }).into_response())
        }
    }
}

#[derive(Template)]
#[template(path = "accounts/mailed.html")]
struct MailedPage {
    frame: Frame,
}

/// The same page after signing up, whoever has the address already.
pub(crate) async fn mailed(frame: Frame) -> Response {
    Page::ok(MailedPage { frame }).into_response()
}

#[derive(Template)]
#[template(path = "accounts/sign_in.html")]
struct SignInPage {
    frame: Frame,
    email: String,
    next: String,
    wrong: Option<String>,
    demo_password: &'static str,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Next {
    next: String,
}

pub(crate) async fn signing_in(frame: Frame, Query(query): Query<Next>) -> Response {
    let next = safe_next(&query.next).to_owned();
    let page =
        SignInPage { frame, email: String::new(), next, wrong: None, demo_password: DEMO_PASSWORD };
    Page::ok(page).into_response()
}

pub(crate) async fn sign_in(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    client: Client,
    mut db: Db,
    cookies: CookieJar,
    Form(form): Form<SignInForm>,
) -> Result<Response, Error> {
    let from = client.into();
    let signed = actions::sign_in(&mut db, &app.passwords, &form.email, &form.password, &from, now);
    match signed.await {
        Ok((secret, _)) => {
            let seconds = SIGN_IN_LASTS.num_seconds();
            let cookie = set_cookie(&app, SIGN_IN_COOKIE, secret.reveal(), seconds);
            Ok((cookies.add(cookie), Go::to(safe_next(&form.next))).into_response())
        }
        Err(error @ AccountError::Wrong) => {
            let page = SignInPage {
                frame,
                email: form.email,
                next: safe_next(&form.next).to_owned(),
                wrong: Some(error.to_string()),
                demo_password: DEMO_PASSWORD,
            };
            Ok(Page::again(page).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn sign_out(
    State(app): State<App>,
    actor: Option<Actor>,
    Now(now): Now,
    mut db: Db,
) -> Result<Response, Error> {
    if let Some(actor) = actor {
        actions::end_sign_in(&mut db, &actor, actor.sign_in, now).await?;
    }
    Ok(signed_out(&app, Go::to("/").saying("You are signed out.")))
}

/// Forgets, in the browser, who was signed in and what it kept of their pages.
pub(crate) fn signed_out(app: &App, answer: impl IntoResponse) -> Response {
    let gone = clear_cookie(app, SIGN_IN_COOKIE).to_string();
    let mut response = (AppendHeaders([(header::SET_COOKIE, gone)]), answer).into_response();
    let kept = HeaderValue::from_static("\"cache\", \"storage\"");
    response.headers_mut().insert(HeaderName::from_static("clear-site-data"), kept);
    response
}

#[derive(Template)]
#[template(path = "accounts/verify.html")]
struct VerifyPage {
    frame: Frame,
    secret: String,
}

/// A page with a button: opening a link, as mail programs do by themselves, changes nothing.
pub(crate) async fn verifying(frame: Frame, Path(secret): Path<String>) -> Result<Response, Error> {
    let known = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    Ok(Page::ok(VerifyPage { frame, secret: known.reveal() }).into_response())
}

pub(crate) async fn verify(
    Now(now): Now,
    actor: Option<Actor>,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Go, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    actions::verify(&mut db, &secret, now).await?;
    let to = if actor.is_some() { "/account" } else { "/sign-in" };
    Ok(Go::to(to).saying("Your address is confirmed."))
}

#[derive(Template)]
#[template(path = "accounts/forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    form: EmailForm,
    errors: FieldErrors,
}

pub(crate) async fn forgetting(frame: Frame) -> Response {
    let form = EmailForm::default();
    Page::ok(ForgottenPage { frame, form, errors: FieldErrors::default() }).into_response()
}

pub(crate) async fn forget(
    Now(now): Now,
    frame: Frame,
    client: Client,
    mut db: Db,
    Form(form): Form<EmailForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(email) => {
            actions::forget_password(&mut db, &email, &client.into(), now).await?;
            let said = "If that address has an account, a link to set a new password is on its way. It works for half an hour.";
            Ok(Go::to("/sign-in").saying(said).into_response())
        }
        Err(errors) => Ok(Page::again(ForgottenPage { frame, form, errors }).into_response()),
    }
}

#[derive(Template)]
#[template(path = "accounts/reset.html")]
struct ResetPage {
    frame: Frame,
    secret: String,
    errors: FieldErrors,
}

pub(crate) async fn resetting(frame: Frame, Path(secret): Path<String>) -> Result<Response, Error> {
    let known = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let page = ResetPage { frame, secret: known.reveal(), errors: FieldErrors::default() };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn reset(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    let known = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    match form.read() {
        Ok(password) => {
            actions::reset_password(&mut db, &app.passwords, &known, password, now).await?;
            let said = "Your new password is set, and every sign-in has ended. Sign in with it.";
            Ok(Go::to("/sign-in").saying(said).into_response())
        }
        Err(errors) => {
            Ok(Page::again(ResetPage { frame, secret: known.reveal(), errors }).into_response())
        }
    }
}
