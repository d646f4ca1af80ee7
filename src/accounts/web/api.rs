use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    super::{
        actions,
        model::{Actor, Purpose, SignIn},
    },
    forms::{EmailForm, NO_MATCH, PasswordForm, SettingsForm, SignInForm, SignUpForm, on},
    own::{Stretch, ask_email_change, set_own_password},
    pages::{find_link, make_account, set_password},
    proof::{Entered, enter},
};
use crate::{
    values::{AccountId, Secret, SignInId},
    web::{App, Client, Db, Error, Json, Now, Path, Query},
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
    #[schema(example = "Firefox on Linux")]
    device: String,
    created_at: DateTime<Utc>,
    /// To the minute.
    last_seen_at: DateTime<Utc>,
    /// When it ends, however much it is used.
    expires_at: DateTime<Utc>,
    /// Whether this is the sign-in the request came with.
    current: bool,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignedInJson {
    id: SignInId,
    /// Send it as `Authorization: Bearer`. It is told this once.
    secret: String,
    expires_at: DateTime<Utc>,
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
    db: Db,
    Json(form): Json<SignUpForm>,
) -> Result<StatusCode, Error> {
    let new = form.read().map_err(Error::Invalid)?;
    make_account(&app, db, &new, &client.into(), now).await?;
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
    db: Db,
    Json(form): Json<SignInForm>,
) -> Result<(StatusCode, Json<SignedInJson>), Error> {
    let given = (form.email.as_str(), form.password.as_str());
    // A program may have several: the one it came with stays.
    let entered = enter(&app, db, given, None, &client.into(), now).await?;
    let Entered { secret, sign_in } = entered.ok_or_else(|| on("password", NO_MATCH))?;
    let (id, expires_at) = (sign_in.id, sign_in.expires_at);
    Ok((StatusCode::CREATED, Json(SignedInJson { id, secret: secret.reveal(), expires_at })))
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct SignInsJson {
    items: Vec<SignInJson>,
    /// What to pass as `after` for those before these.
    next: Option<String>,
}

/// The caller's sign-ins, newest first.
#[utoipa::path(get, path = "/sign-ins", tag = "accounts",
    params(("after" = Option<String>, Query, description = "What `next` held")),
    responses((status = 200, body = SignInsJson)))]
pub(crate) async fn list_sign_ins_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(stretch): Query<Stretch>,
) -> Result<Json<SignInsJson>, Error> {
    let json = |sign_in: SignIn| SignInJson {
        current: sign_in.id == actor.sign_in,
        id: sign_in.id,
        device: sign_in.device,
        created_at: sign_in.created_at,
        last_seen_at: sign_in.last_seen_at,
        expires_at: sign_in.expires_at,
    };
    let sign_ins = stretch.read(&mut db, &actor, now).await?;
    let next = sign_ins.next.map(|next| next.to_string());
    Ok(Json(SignInsJson { items: sign_ins.items.into_iter().map(json).collect(), next }))
}

/// Ends one of the caller's sign-ins; the current one signs out.
#[utoipa::path(delete, path = "/sign-ins/{id}", tag = "accounts", params(("id" = i64, Path)),
    responses((status = 204, description = "It opens nothing any more.")))]
pub(crate) async fn end_sign_in_json(
    actor: Actor,
    Now(now): Now,
    client: Client,
    mut db: Db,
    Path(id): Path<SignInId>,
) -> Result<StatusCode, Error> {
    actions::end_sign_in(&mut db, &actor, id, &client.into(), now).await?;
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

/// What to say otherwise of oneself; what is left out stays.
#[derive(Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ChangeJson {
    name: Option<String>,
    /// What for: `book`, `play`, or `both`.
    purpose: Option<String>,
    /// An IANA name, such as America/Chicago.
    zone: Option<String>,
}

/// Changes name, zone and what the caller comes for.
#[utoipa::path(patch, path = "/account", tag = "accounts", request_body = ChangeJson,
    responses((status = 204, description = "Kept."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_settings_json(
    actor: Actor,
    Now(time): Now,
    mut db: Db,
    Json(change): Json<ChangeJson>,
) -> Result<StatusCode, Error> {
    let now = SettingsForm::of(&actor);
    let form = SettingsForm {
        name: change.name.unwrap_or(now.name),
        purpose: change.purpose.unwrap_or(now.purpose),
        zone: change.zone.unwrap_or(now.zone),
    };
    let settings = form.read().map_err(Error::Invalid)?;
    actions::change_settings(&mut db, &actor, &settings, time).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for another address: it changes once the link mailed there is used.
#[utoipa::path(post, path = "/account/email", tag = "accounts", request_body = EmailForm,
    responses((status = 202, description = "A mail is on its way."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_email_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    client: Client,
    db: Db,
    Json(form): Json<EmailForm>,
) -> Result<StatusCode, Error> {
    ask_email_change(&app, db, &actor, &form, &client.into(), now).await?;
    Ok(StatusCode::ACCEPTED)
}

/// Changes the password and ends the caller's other sign-ins.
#[utoipa::path(post, path = "/account/password", tag = "accounts", request_body = PasswordForm,
    responses((status = 204, description = "Changed."), (status = 422, description = "Some fields are wrong.")))]
pub(crate) async fn change_password_json(
    State(app): State<App>,
    actor: Actor,
    Now(now): Now,
    client: Client,
    db: Db,
    Json(form): Json<PasswordForm>,
) -> Result<StatusCode, Error> {
    set_own_password(&app, db, &actor, &form, &client.into(), now).await?;
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
    client: Client,
    mut db: Db,
    Json(form): Json<SecretForm>,
) -> Result<StatusCode, Error> {
    let secret = form.secret.parse::<Secret>().map_err(|_| Error::NotFound)?;
    actions::verify(&mut db, &secret, &client.into(), now).await?;
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
    client: Client,
    mut db: Db,
    Json(form): Json<PasswordForm>,
) -> Result<StatusCode, Error> {
    let password = form.read().map_err(Error::Invalid)?;
    let (secret, _) = find_link(&mut db, &form.secret, Purpose::resets, now).await?;
    set_password(&app, db, &secret, password, &client.into(), now).await?;
    Ok(StatusCode::NO_CONTENT)
}
