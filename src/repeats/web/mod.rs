//! The layers that answer what is sent again: by a program with a key, and by a form.

mod forms;
mod keyed;

use axum::{
    body::{Body, to_bytes},
    extract::{MatchedPath, OriginalUri, Request},
};

use super::model::RequestHash;
use crate::web::{Error, MOST_BODY, came_too_slowly};

pub(crate) use forms::once as form_once;
pub(crate) use keyed::once;

/// Whether what is asked for is one of `routes`.
fn is_one_of(routes: &[&str], request: &Request) -> bool {
    let route = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    route.is_some_and(|route| routes.contains(&route))
}

/// The request again, and what tells it from others.
async fn read(request: Request) -> Result<(Request, RequestHash), Error> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, MOST_BODY).await.map_err(|error| {
        if came_too_slowly(&error) {
            return Error::TooSlow;
        }
        Error::TooLarge("send less text.".into())
    })?;
    let address = parts.extensions.get::<OriginalUri>().map_or(&parts.uri, |uri| &uri.0);
    let hash = RequestHash::of(parts.method.as_str(), &address.to_string(), &body);
    Ok((Request::from_parts(parts, Body::from(body)), hash))
}
