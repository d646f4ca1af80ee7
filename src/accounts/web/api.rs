use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        actions,
        model::{Actor, SignIn},
        store,
    },
    forms::{EmailForm, PasswordForm, SettingsForm, SignInForm, SignUpForm},
};
use crate::{
    values::{AccountId, Secret, SignInId},
    web::{App, Client, Db, Error, Json, Now, Path},
};

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct AccountJson {
    id: AccountId,
    name: String,
    email: String,
    /// Whether the address is confirmed.
    verified: bool,
    plays: bool,
    books: bool,
    admin: bool,
    zone: &'static str,
    unread: i64,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignInJson {
    id: SignInId,
    /// What the browser or program calls itself.
    device: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    /// Whether this is the sign-in the request came with.
    current: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignedInJson {
    id: SignInId,
    /// Send it as `Authorization: Bearer`. It is told this once.
    secret: String,
}

#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SecretForm {
    /// The end of a mailed link's path.
    secret: String,
}

/// Signs up. The answer is the same whether the address has an account or not: a mail says more.
#[utoipa::path(post, path = "/accounts", tag = "accounts", request_body = SignUpForm,
    responses((status = 202, description = "A mail is on its way."), (status = 422, description = "Some fields are wrong."),
    (status = 429, description = "Too many from there.")))]
pub(crate) async fn sign_up_json(
    State(app): State<App>,
    Now(now): Now,
    client: Client,
    mut db: Db,
    Json(form): Json<SignUpForm>,
) -> Result<StatusCode, Error> {
    let new = form.read().map_err(Error::Invalid)?;
    actions::sign_up(&mut db, &app.passwords, &new, &client.into(), now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Signs in: answers the secret that opens the rest.
#[utoipa::path(post, path = "/sign-ins", tag = "accounts", request_body = SignInForm,
    responses((status = 201, body = SignedInJson), (status = 422, description = "They do not belong together."),
    (status = 429, description = "Too many attempts.")))]
pub(crate) async fn sign_in_json(
    State(app): State<App>,
    Now(now): Now,
    client: Client,
    mut db: Db,
    Json(form): Json<SignInForm>,
) -> Result<(StatusCode, Json<SignedInJson>), Error> {
    let from = client.into();
    let signed = actions::sign_in(&mut db, &app.passwords, &form.email, &form.password, &from, now);
    let (secret, id) = signed.await?;
    Ok((StatusCode::CREATED, Json(SignedInJson { id, secret: secret.reveal() })))
}

/// The caller's sign-ins.
#[utoipa::path(get, path = "/sign-ins", tag = "accounts", responses((status = 200, body = Vec<SignInJson>)))]
pub(crate) async fn list_sign_ins_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<Json<Vec<SignInJson>>, Error> {
    let json = |sign_in: SignIn| SignInJson {
        current: sign_in.id == actor.sign_in,
        id: sign_in.id,
        device: sign_in.device,
        created_at: sign_in.created_at,
        last_seen_at: sign_in.last_seen_at,
    };
    let sign_ins = store::list_sign_ins(&mut db, actor.id, now).await?;
    Ok(Json(sign_ins.into_iter().map(json).collect()))
}

/// Ends one of the caller's sign-ins; the current one signs out.
#[utoipa::path(delete, path = "/sign-ins/{id}", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 204, description = "It opens nothing any more.")))]
pub(crate) async fn end_sign_in_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<SignInId>,
) -> Result<StatusCode, Error> {
    actions::end_sign_in(&mut db, &actor, id, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The caller's account.
#[utoipa::path(get, path = "/account", tag = "accounts", responses((status = 200, body = AccountJson)))]
pub(crate) async fn show_json(actor: Actor) -> Json<AccountJson> {
    Json(AccountJson {
        id: actor.id,
        email: actor.email.to_string(),
        verified: actor.is_verified(),
        plays: actor.plays,
        books: actor.books,
        admin: actor.is_admin,
        zone: actor.zone.name(),
        unread: actor.unread,
        name: actor.name,
    })
}

/// Changes name, zone and what the caller comes for.
#[utoipa::path(put, path = "/account", tag = "accounts", request_body = SettingsForm,
    responses((status = 204, description = "Kept."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_settings_json(
    actor: Actor,
    mut db: Db,
    Json(form): Json<SettingsForm>,
) -> Result<StatusCode, Error> {
    let settings = form.read().map_err(Error::Invalid)?;
    actions::change_settings(&mut db, &actor, &settings).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for another address: it changes once the link mailed there is used.
#[utoipa::path(post, path = "/account/email", tag = "accounts", request_body = EmailForm,
    responses((status = 202, description = "A mail is on its way."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_email_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<EmailForm>,
) -> Result<StatusCode, Error> {
    let email = form.read().map_err(Error::Invalid)?;
    actions::prove(&mut db, &app.passwords, &actor, &form.current, now).await?;
    actions::ask_email_change(&mut db, &actor, &email, now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Changes the password and ends the caller's other sign-ins.
#[utoipa::path(post, path = "/account/password", tag = "accounts", request_body = PasswordForm,
    responses((status = 204, description = "Changed."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_password_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<PasswordForm>,
) -> Result<StatusCode, Error> {
    let password = form.read().map_err(Error::Invalid)?;
    actions::prove(&mut db, &app.passwords, &actor, &form.current, now).await?;
    actions::change_password(&mut db, &app.passwords, &actor, password, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for another link to confirm the caller's address.
#[utoipa::path(post, path = "/account/verification", tag = "accounts",
    responses((status = 202, description = "A mail is on its way.")))]
pub(crate) async fn ask_verification_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
) -> Result<StatusCode, Error> {
    actions::ask_verification(&mut db, &actor, now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Confirms an address by the secret of the link mailed there.
#[utoipa::path(post, path = "/verifications", tag = "accounts", request_body = SecretForm,
    responses((status = 204, description = "Confirmed."), (status = 409, description = "The link does not work any more.")))]
pub(crate) async fn verify_json(
    Now(now): Now,
    mut db: Db,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode, Error> {
    let secret = form.secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    actions::verify(&mut db, &secret, now).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a link to set a new password. The answer is the same whoever has the address.
#[utoipa::path(post, path = "/forgotten-passwords", tag = "accounts", request_body = EmailForm,
    responses((status = 202, description = "If the address has an account, a mail is on its way.")))]
pub(crate) async fn forget_json(
    Now(now): Now,
    client: Client,
    mut db: Db,
    Json(form): Json<EmailForm>,
) -> Result<StatusCode, Error> {
    let email = form.read().map_err(Error::Invalid)?;
    actions::forget_password(&mut db, &email, &client.into(), now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Sets a new password by the secret of a mailed link, and ends every sign-in.
#[utoipa::path(post, path = "/password-resets", tag = "accounts", request_body = PasswordForm,
    responses((status = 204, description = "Set."), (status = 409, description = "The link does not work any more.")))]
pub(crate) async fn reset_json(
    State(app): State<App>,
    Now(now): Now,
    mut db: Db,
    Json(form): Json<PasswordForm>,
) -> Result<StatusCode, Error> {
    let password = form.read().map_err(Error::Invalid)?;
    let secret = form.secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    actions::reset_password(&mut db, &app.passwords, &secret, password, now).await?;
    Ok(StatusCode::NO_CONTENT)
}
