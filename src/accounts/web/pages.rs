use askama::Template;
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue, header},
    response::{AppendHeaders, IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    super::{
        actions::{self, AccountError, Origin},
        model::{Actor, DEMO_PASSWORD, MailLink, NewAccount, Purpose, safe_next},
        store,
    },
    forms::{EmailForm, LABELS, NO_MATCH, PasswordForm, SignInForm, SignUpForm},
    proof::enter,
};
use crate::{
    values::{FieldErrors, Password, Secret, Zone},
    web::{
        App, Client, Db, Error, Form, Frame, Go, Now, Page, Path, Query, SIGN_IN_COOKIE,
        clear_cookie, set_cookie, zones,
    },
};

#[derive(Template)]
#[template(path = "accounts/sign_up.html")]
struct SignUpPage {
    frame: Frame,
    form: SignUpForm,
    errors: FieldErrors,
    zones: Vec<(String, String)>,
    /// Nobody chose the zone yet: a script may put the browser's own there.
    guesses_zone: bool,
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
    let errors = FieldErrors::default();
    let page = SignUpPage { frame, form, errors, zones: zones(), guesses_zone: true };
    Page::ok(page).into_response()
}

pub(crate) async fn sign_up(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    client: Client,
    db: Db,
    Form(form): Form<SignUpForm>,
) -> Result<Response, Error> {
    match form.read() {
        Ok(new) => {
            make_account(&app, db, &new, &client.into(), now).await?;
            Ok(Go::to("/mailed").into_response())
        }
        Err(errors) => {
            // A password is never sent back.
            let form = SignUpForm { password: String::new(), ..form };
            let page = SignUpPage { frame, form, errors, zones: zones(), guesses_zone: false };
            Ok(Page::again(page).into_response())
        }
    }
}

pub(super) async fn make_account(
    app: &App,
    mut db: Db,
    new: &NewAccount,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    actions::count_sign_up(&mut db, &new.email, from, now).await?;
    let (mut db, hash) = db.rest(app.passwords.hash(new.password.clone())).await?;
    Ok(actions::sign_up(&mut db, new, &hash?, from, now).await?)
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
    actor: Option<Actor>,
    Now(now): Now,
    frame: Frame,
    client: Client,
    db: Db,
    Form(form): Form<SignInForm>,
) -> Result<Response, Error> {
    let (from, given) = (client.into(), (form.email.as_str(), form.password.as_str()));
    let next = safe_next(&form.next).to_owned();
    let Some(entered) = enter(&app, db, given, actor.as_ref(), &from, now).await? else {
        let wrong = Some(format!("The password {NO_MATCH}, or ask for a new one."));
        let page =
            SignInPage { frame, email: form.email, next, wrong, demo_password: DEMO_PASSWORD };
        return Ok(Page::again(page).into_response());
    };
    let seconds = (entered.sign_in.expires_at - now).num_seconds();
    let cookie = set_cookie(&app, SIGN_IN_COOKIE, entered.secret.reveal(), seconds).to_string();
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Go::to(next)).into_response())
}

pub(crate) async fn sign_out(
    State(app): State<App>,
    actor: Option<Actor>,
    Now(now): Now,
    client: Client,
    mut db: Db,
) -> Result<Response, Error> {
    if let Some(actor) = actor {
        match actions::end_sign_in(&mut db, &actor, actor.sign_in, &client.into(), now).await {
            // Ended meanwhile, as it should be.
            Ok(()) | Err(AccountError::NotFound) => {}
            Err(error) => return Err(error.into()),
        }
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

/// A mailed link, while it works; what is no link of ours names nothing.
pub(super) async fn find_link(
    db: &mut Db,
    secret: &str,
    fits: fn(Purpose) -> bool,
    now: DateTime<Utc>,
) -> Result<(Secret, MailLink), Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let link = store::find_link(db, secret.hash(), now).await?;
    let link = link.filter(|link| fits(link.purpose)).ok_or(AccountError::DeadLink)?;
    Ok((secret, link))
}

#[derive(Template)]
#[template(path = "accounts/verify.html")]
struct VerifyPage {
    frame: Frame,
    secret: Secret,
    link: MailLink,
}

/// A page with a button: opening a link, as mail programs do by themselves, changes nothing.
pub(crate) async fn verifying(
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let (secret, link) = find_link(&mut db, &secret, Purpose::confirms, now).await?;
    Ok(Page::ok(VerifyPage { frame, secret, link }).into_response())
}

pub(crate) async fn verify(
    Now(now): Now,
    actor: Option<Actor>,
    client: Client,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Go, Error> {
    let secret = secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    let link = actions::verify(&mut db, &secret, &client.into(), now).await?;
    let here = actor.is_some_and(|actor| actor.id == link.account);
    let (to, then) = if here { ("/account", "") } else { ("/sign-in", " Now sign in.") };
    Ok(Go::to(to).saying(format!("{} is confirmed.{then}", link.email)))
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
    secret: Secret,
    link: MailLink,
    errors: FieldErrors,
}

pub(crate) async fn resetting(
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(secret): Path<String>,
) -> Result<Response, Error> {
    let (secret, link) = find_link(&mut db, &secret, Purpose::resets, now).await?;
    let page = ResetPage { frame, secret, link, errors: FieldErrors::default() };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn reset(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    client: Client,
    mut db: Db,
    Path(secret): Path<String>,
    Form(form): Form<PasswordForm>,
) -> Result<Response, Error> {
    let (secret, link) = find_link(&mut db, &secret, Purpose::resets, now).await?;
    match form.read() {
        Ok(password) => {
            set_password(&app, db, &secret, password, &client.into(), now).await?;
            let said = "Your new password is set, and every sign-in has ended. Sign in with it.";
            Ok(signed_out(&app, Go::to("/sign-in").saying(said)))
        }
        Err(errors) => Ok(Page::again(ResetPage { frame, secret, link, errors }).into_response()),
    }
}

/// Sets the password that a link allows to set. The link was looked up before: nobody makes us
/// hash with a made-up one.
pub(super) async fn set_password(
    app: &App,
    db: Db,
    secret: &Secret,
    password: Password,
    from: &Origin,
    now: DateTime<Utc>,
) -> Result<(), Error> {
    let (mut db, hash) = db.rest(app.passwords.hash(password)).await?;
    Ok(actions::reset_password(&mut db, secret, &hash?, from, now).await?)
}
