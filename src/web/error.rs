//! What can go wrong with a request, and how each is shown.
//!
//! A handler returns `Result<_, Error>` whichever face it has. The error travels in the
//! response; [`as_page`] shows it on pages and [`as_json`] under `/api/v1`.

use std::{sync::Arc, time::Duration};

use askama::Template;
use axum::{
    extract::{OriginalUri, Request},
    http::{HeaderName, HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use serde::Serialize;
use tower_http::request_id::RequestId;

use super::{Frame, Page, Visit, cookies};
use crate::values::FieldErrors;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("Sign in first.")]
    SignIn,
    #[error("{0}")]
    Forbidden(String),
    #[error("There is nothing here.")]
    NotFound,
    /// There is something here, but this is not done to it.
    #[error("This address does not take requests of that kind.")]
    NotAllowed,
    #[error("What was sent took too long to arrive. Nothing was changed; try again.")]
    TooSlow,
    /// The request made no sense to us: unreadable, or from another site.
    #[error("{0}")]
    Unreadable(String),
    #[error("That is more than fits: {0}")]
    TooLarge(String),
    /// Some fields of a form are wrong.
    #[error("Some fields need another look.")]
    Invalid(FieldErrors),
    /// All is well-formed, but the state of things rules it out.
    #[error("{0}")]
    Refused(String),
    #[error("{message}")]
    TooMany { message: String, retry_after: Duration },
    #[error("We are too busy to answer just now. Try again in a moment.")]
    Busy,
    #[error(
        "Something went wrong on our side. Nothing was changed; try again, and if it stays, tell us the number below."
    )]
    Unexpected(#[source] anyhow::Error),
}

impl Error {
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Error::SignIn => StatusCode::UNAUTHORIZED,
            Error::Forbidden(_) => StatusCode::FORBIDDEN,
            Error::NotFound => StatusCode::NOT_FOUND,
            Error::NotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Error::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Error::Unreadable(_) => StatusCode::BAD_REQUEST,
            Error::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
            Error::Invalid(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Error::Refused(_) => StatusCode::CONFLICT,
            Error::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            Error::Busy => StatusCode::SERVICE_UNAVAILABLE,
            Error::Unexpected(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// A word for programs, and the end of the problem's `type`.
    fn kind(&self) -> &'static str {
        match self {
            Error::SignIn => "sign-in-required",
            Error::Forbidden(_) => "forbidden",
            Error::NotFound => "not-found",
            Error::NotAllowed => "not-allowed",
            Error::TooSlow => "too-slow",
            Error::Unreadable(_) => "unreadable",
            Error::TooLarge(_) => "too-large",
            Error::Invalid(_) => "invalid-fields",
            Error::Refused(_) => "refused",
            Error::TooMany { .. } => "too-many-attempts",
            Error::Busy => "busy",
            Error::Unexpected(_) => "unexpected",
        }
    }

    fn title(&self) -> &'static str {
        match self {
            Error::SignIn => "Sign in first",
            Error::Forbidden(_) => "Not for this account",
            Error::NotFound => "Nothing here",
            Error::NotAllowed => "Not done here",
            Error::TooSlow => "Too slow",
            Error::Unreadable(_) => "We could not read that",
            Error::TooLarge(_) => "Too large",
            Error::Invalid(_) => "Some fields need another look",
            Error::Refused(_) => "That cannot be done now",
            Error::TooMany { .. } => "Too many attempts",
            Error::Busy => "Too busy just now",
            Error::Unexpected(_) => "Something went wrong on our side",
        }
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        match error {
            sqlx::Error::PoolTimedOut => Error::Busy,
            error => Error::Unexpected(error.into()),
        }
    }
}

impl From<anyhow::Error> for Error {
    fn from(error: anyhow::Error) -> Error {
        Error::Unexpected(error)
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        if let Error::Unexpected(source) = &self {
            tracing::error!(error = format!("{source:#}"), "request failed");
        }
        let mut response = self.status().into_response();
        let wait = match &self {
            Error::TooMany { retry_after, .. } => Some(retry_after.as_secs().max(1)),
            Error::Busy => Some(1),
            _ => None,
        };
        if let Some(seconds) = wait {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response.extensions_mut().insert(Arc::new(self));
        response
    }
}

/// Shows an error as a page; one who is not signed in is sent to do so, and comes back after.
pub(crate) async fn as_page(
    OriginalUri(uri): OriginalUri,
    request: Request,
    next: Next,
) -> Response {
    let visit = request.extensions().get::<Visit>().cloned();
    let request_id = request_id(&request);
    let reading = request.method() == Method::GET;
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove::<Arc<Error>>();
    let Some(error) = error else { return cookies::clear_flash_once_shown(response, visit) };
    if matches!(*error, Error::SignIn) {
        let back =
            if reading { uri.path_and_query().map_or("/", |path| path.as_str()) } else { "/" };
        return Redirect::to(&format!("/sign-in?next={}", escape(back))).into_response();
    }
    let page = ErrorPage {
        frame: visit.map(|visit| visit.frame()).unwrap_or_default(),
        title: error.title(),
        message: error.to_string(),
        request_id: matches!(*error, Error::Unexpected(_)).then_some(request_id).flatten(),
        missing: matches!(*error, Error::NotFound),
    };
    let mut shown = Page(error.status(), page).into_response();
    shown.headers_mut().extend(kept(&response));
    shown
}

/// RFC 9457, as every error under `/api/v1` is told.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Problem {
    /// A URL that names the kind of problem, such as `/api/docs#problem-refused`.
    #[schema(rename = "type")]
    #[serde(rename = "type")]
    kind: String,
    title: &'static str,
    #[schema(example = 409)]
    status: u16,
    /// A sentence for people.
    detail: String,
    /// The request's number in our logs.
    #[serde(skip_serializing_if = "Option::is_none")]
    instance: Option<String>,
    /// What is wrong with which field, each in words that follow the field's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<std::collections::BTreeMap<String, Vec<String>>>)]
    errors: Option<FieldErrors>,
}

/// Shows an error as a problem document.
pub(crate) async fn as_json(request: Request, next: Next) -> Response {
    let request_id = request_id(&request);
    let mut response = next.run(request).await;
    let Some(error) = response.extensions_mut().remove::<Arc<Error>>() else { return response };
    let problem = Problem {
        kind: format!("/api/docs#problem-{}", error.kind()),
        title: error.title(),
        status: error.status().as_u16(),
        detail: error.to_string(),
        instance: request_id.map(|id| format!("urn:request:{id}")),
        errors: match &*error {
            Error::Invalid(fields) => Some(fields.clone()),
            _ => None,
        },
    };
    let body = serde_json::to_vec(&problem).expect("a problem is plain text and numbers");
    let kind = [(header::CONTENT_TYPE, "application/problem+json")];
    let mut shown = (error.status(), kind, body).into_response();
    shown.headers_mut().extend(kept(&response));
    shown
}

/// What an error says in headers whichever face it has.
fn kept(response: &Response) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
    let names = [header::RETRY_AFTER, header::ALLOW];
    names.into_iter().filter_map(|name| Some((name.clone(), response.headers().get(name)?.clone())))
}

fn request_id(request: &Request) -> Option<String> {
    let id = request.extensions().get::<RequestId>()?;
    Some(id.header_value().to_str().ok()?.to_owned())
}

/// A value as it stands in a query string.
pub(crate) fn escape(value: &str) -> String {
    let letter = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b':' => {
            char::from(b).to_string()
        }
        b => format!("%{b:02X}"),
    };
    value.bytes().map(letter).collect()
}

#[derive(Template)]
#[template(path = "errors/show.html")]
struct ErrorPage {
    frame: Frame,
    title: &'static str,
    message: String,
    request_id: Option<String>,
    missing: bool,
}
