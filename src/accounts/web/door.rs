use axum::{
    extract::{FromRequestParts, OptionalFromRequestParts, Request, State},
    http::{HeaderMap, header, request::Parts},
    middleware::Next,
    response::Response,
};
use std::{convert::Infallible, ops::Deref};

use super::super::{model::Actor, store};
use crate::{
    values::Secret,
    web::{App, Error, Viewer, Visit, sign_in_cookie},
};

// ----- who is at the door -----

/// Finds out who sends a request, once, before any handler: by the sign-in cookie, or by the same
/// secret as `Authorization: Bearer`.
pub(crate) async fn recognise(
    State(app): State<App>,
    mut request: Request,
    next: Next,
) -> Result<Response, Error> {
    let visit = request.extensions().get::<Visit>().cloned();
    let secret = bearer(request.headers()).or_else(|| sign_in_cookie(&app, request.headers()));
    let secret = secret.and_then(|secret| secret.parse::<Secret>().ok());
    if let (Some(visit), Some(secret)) = (visit, secret) {
        let mut db = visit.db().await?;
        let actor = store::find_signed_in(&mut db, secret.hash(), visit.now()).await?;
        if let Some(actor) = actor {
            store::touch_sign_in(&mut db, actor.sign_in, visit.now()).await?;
            visit.dress(|frame| frame.viewer = Some(actor.viewer()));
            request.extensions_mut().insert(actor);
        }
    }
    Ok(next.run(request).await)
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let header = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    Some(header.strip_prefix("Bearer ")?.trim().to_owned())
}

impl Actor {
    fn viewer(&self) -> Viewer {
        Viewer {
            name: self.name.clone(),
            unread: self.unread,
            is_admin: self.is_admin,
            plays: self.plays,
            books: self.books,
            is_verified: self.is_verified(),
            zone: self.zone,
        }
    }
}

/// Anyone signed in.
impl FromRequestParts<App> for Actor {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Actor, Error> {
        parts.extensions.get::<Actor>().cloned().ok_or(Error::SignIn)
    }
}

/// `Option<Actor>`: whoever it is.
impl OptionalFromRequestParts<App> for Actor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Option<Actor>, Infallible> {
        Ok(parts.extensions.get::<Actor>().cloned())
    }
}

/// Declares a kind of actor that a handler may ask for.
macro_rules! actors {
    ($($(#[$doc:meta])* $name:ident if $may:ident, else $error:expr;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub(crate) struct $name(Actor);

        impl FromRequestParts<App> for $name {
            type Rejection = Error;

            async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<$name, Error> {
                let actor = <Actor as FromRequestParts<App>>::from_request_parts(parts, app).await?;
                if actor.$may() { Ok($name(actor)) } else { Err($error) }
            }
        }

        impl Deref for $name {
            type Target = Actor;

            fn deref(&self) -> &Actor {
                &self.0
            }
        }
    )+};
}

actors! {
    /// Someone whose address is confirmed: who asks others for their time, or appears in public.
    Verified if is_verified, else Error::Forbidden(
        "Confirm your e-mail address first: open the link we mailed you, or ask for a new one on your account page.".into(),
    );
    /// An admin. For anyone else there is nothing here.
    Admin if may_moderate, else Error::NotFound;
}

impl Actor {
    fn may_moderate(&self) -> bool {
        self.is_admin && self.is_verified()
    }
}
