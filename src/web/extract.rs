#![expect(clippy::disallowed_types, reason = "this file wraps them")]

use std::{convert::Infallible, net::IpAddr};

use axum::{
    extract::{
        FromRequest, FromRequestParts,
        rejection::{JsonRejection, PathRejection},
    },
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
};
use axum_client_ip::ClientIp;
use axum_extra::extract::{FormRejection, QueryRejection};
use serde::{Deserialize, Deserializer, Serialize};

use super::{App, Error, app::UNTOLD};

/// A field that a form has as text: a program may say figures as numbers.
pub(crate) fn text_or_number<'de, D: Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(serde_json::Number),
    }
    Ok(match Either::deserialize(from)? {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    })
}

/// A form's fields; a field may come several times.
#[derive(FromRequest)]
#[from_request(via(axum_extra::extract::Form), rejection(Error))]
pub(crate) struct Form<T>(pub(crate) T);

#[derive(FromRequest)]
#[from_request(via(axum::Json), rejection(Error))]
pub(crate) struct Json<T>(pub(crate) T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

#[derive(FromRequestParts)]
#[from_request(via(axum::extract::Path), rejection(Error))]
pub(crate) struct Path<T>(pub(crate) T);

/// A query string's fields; a field may come several times.
#[derive(FromRequestParts)]
#[from_request(via(axum_extra::extract::Query), rejection(Error))]
pub(crate) struct Query<T>(pub(crate) T);

impl From<FormRejection> for Error {
    fn from(refusal: FormRejection) -> Error {
        if came_too_slowly(&refusal) {
            return Error::TooSlow;
        }
        body_refused(
            refusal.into_response().status(),
            "This form did not arrive as we send it: go back, reload the page and try again.",
        )
    }
}

impl From<JsonRejection> for Error {
    fn from(refusal: JsonRejection) -> Error {
        if came_too_slowly(&refusal) {
            return Error::TooSlow;
        }
        let text = refusal.body_text();
        body_refused(refusal.status(), &format!("{text}."))
    }
}

impl From<QueryRejection> for Error {
    fn from(_: QueryRejection) -> Error {
        Error::Unreadable(
            "This address has a part after its question mark that we cannot read.".into(),
        )
    }
}

/// A path that does not read as ours names nothing.
impl From<PathRejection> for Error {
    fn from(_: PathRejection) -> Error {
        Error::NotFound
    }
}

/// Whether the layer that times bodies is at the bottom of it.
pub(crate) fn came_too_slowly(error: &(dyn std::error::Error + 'static)) -> bool {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.into_iter().any(|cause| cause.is::<tower_http::timeout::TimeoutError>())
}

fn body_refused(status: StatusCode, message: &str) -> Error {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => Error::TooLarge("send less text.".into()),
        _ => Error::Unreadable(message.into()),
    }
}

/// Where a request comes from, as far as the configured source tells.
pub(crate) struct Client {
    pub(crate) address: IpAddr,
    /// What the browser calls itself, shortened.
    pub(crate) device: String,
}

impl FromRequestParts<App> for Client {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Client, Infallible> {
        parts.extensions.insert(app.site.client_ip.clone());
        let address = ClientIp::from_request_parts(parts, app).await.map_or(UNTOLD, |ip| ip.0);
        let device = parts.headers.get("user-agent").and_then(|agent| agent.to_str().ok());
        let device = device.unwrap_or("a program").chars().take(200).collect();
        Ok(Client { address, device })
    }
}
