use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};

use super::cookies::FLASH_COOKIE;

/// Where a browser goes after a form was sent: 303, with a sentence to show there.
#[derive(Debug)]
pub(crate) struct Go {
    to: String,
    flash: Option<String>,
}

/// The sentence of a [`Go`], beside its answer: for the layer that may have to say it again.
#[derive(Clone, Debug)]
pub(crate) struct Said(pub(crate) String);

impl Go {
    pub(crate) fn to(to: impl Into<String>) -> Go {
        Go { to: to.into(), flash: None }
    }

    /// Says `sentence` on the next page.
    pub(crate) fn saying(self, sentence: impl Into<String>) -> Go {
        Go { flash: Some(sentence.into()), ..self }
    }
}

impl IntoResponse for Go {
    fn into_response(self) -> Response {
        let mut response = StatusCode::SEE_OTHER.into_response();
        let headers = response.headers_mut();
        let to = HeaderValue::from_str(&self.to).unwrap_or(HeaderValue::from_static("/"));
        headers.insert(header::LOCATION, to);
        if let Some(flash) = self.flash {
            // In hex, because a sentence has characters that a cookie may not.
            let hex = hex::encode(flash.chars().take(500).collect::<String>());
            let cookie =
                format!("{FLASH_COOKIE}={hex}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax");
            if let Ok(cookie) = HeaderValue::from_str(&cookie) {
                headers.append(header::SET_COOKIE, cookie);
            }
            response.extensions_mut().insert(Said(flash));
        }
        response
    }
}
