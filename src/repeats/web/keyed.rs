use anyhow::Context;
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderName, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::super::{
    actions::{self, KeyError, Opened},
    model::{Answer, BadKey, Key},
};
use super::{is_one_of, read};
use crate::{
    accounts::Actor,
    web::{Error, Visit},
};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// What asks for a password or a secret, or answers one: of such a request nothing is kept, not
/// even its hash, which could be guessed at far faster than the password's own. Sent again it is
/// done again, or refused.
const SECRETIVE: [&str; 9] = [
    "/api/v1/accounts",
    "/api/v1/sign-ins",
    "/api/v1/account",
    "/api/v1/account/email",
    "/api/v1/account/password",
    "/api/v1/forgotten-passwords",
    "/api/v1/password-resets",
    "/api/v1/verifications",
    "/api/v1/calendar/feeds",
];

impl From<KeyError> for Error {
    fn from(error: KeyError) -> Error {
        match error {
            KeyError::StillRunning => Error::Refused(error.to_string()),
            KeyError::Misused => {
                let mut errors = crate::values::FieldErrors::default();
                errors.add("Idempotency-Key", error);
                Error::Invalid(errors)
            }
            KeyError::Database(error) => error.into(),
        }
    }
}

/// Answers a change that carries an `Idempotency-Key` once: sent again, it gets the same answer
/// and changes nothing. Keys are an account's own; without one signed in they mean nothing.
pub(crate) async fn once(request: Request, next: Next) -> Result<Response, Error> {
    let actor = request.extensions().get::<Actor>().map(|actor| actor.id);
    let visit = request.extensions().get::<Visit>().cloned();
    let (Some(account), Some(visit)) = (actor, visit) else { return Ok(next.run(request).await) };
    let Some(key) = key(&request)? else { return Ok(next.run(request).await) };
    if is_one_of(&SECRETIVE, &request) {
        return Ok(next.run(request).await);
    }

    let (request, hash) = read(request).await?;
    match actions::open(visit.pool(), account, &key, &hash).await? {
        Opened::Answered(answer) => return Ok(replay(answer)),
        Opened::New(transaction) => visit.shelve(transaction),
    }
    let response = next.run(request).await;
    let transaction = visit.unshelve().context("the handler gave its connection back")?;
    if response.status().is_server_error() {
        // Dropped, the transaction takes all of it back, and the key may be tried again.
        return Ok(response);
    }
    let (response, answer) = note(response).await?;
    actions::keep(transaction, account, &key, &hash, &answer, visit.now()).await?;
    Ok(response)
}

fn key(request: &Request) -> Result<Option<Key>, Error> {
    let header = request.headers().get(KEY).filter(|_| !request.method().is_safe());
    let Some(header) = header else { return Ok(None) };
    let text = header.to_str().unwrap_or_default();
    text.parse().map(Some).map_err(|error: BadKey| Error::Unreadable(error.to_string()))
}

/// The response again, and the answer to keep of it.
async fn note(response: Response) -> Result<(Response, Answer), Error> {
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, usize::MAX).await.map_err(anyhow::Error::from)?;
    let text = |name| {
        let value: Option<&HeaderValue> = parts.headers.get(name);
        value.and_then(|value| value.to_str().ok()).map(str::to_owned)
    };
    let answer = Answer {
        status: i16::try_from(parts.status.as_u16()).unwrap_or(200),
        content_type: text(header::CONTENT_TYPE),
        location: text(header::LOCATION),
        body: body.to_vec(),
    };
    Ok((Response::from_parts(parts, Body::from(body)), answer))
}

fn replay(answer: Answer) -> Response {
    let status = u16::try_from(answer.status).ok().and_then(|code| StatusCode::from_u16(code).ok());
    let mut response = (status.unwrap_or(StatusCode::OK), answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    let kept = [(header::CONTENT_TYPE, answer.content_type), (header::LOCATION, answer.location)];
    for (name, value) in kept {
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(&value).ok()) {
            headers.insert(name, value);
        }
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}
