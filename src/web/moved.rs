use axum::{
    http::{StatusCode, Uri, header},
    response::{IntoResponse, Response},
};

/// Sends on from an address that a thing had before to the same place under the one it has: 308, so
/// that a form that is sent there is sent on as well. Browsers may not keep it, because a thing can
/// get its old address back.
#[derive(Debug)]
pub(crate) struct Moved(String);

impl Moved {
    /// From `/musicians/maren-oakley/calls/new?remote=1` to the same of `slug`.
    pub(crate) fn from(uri: &Uri, slug: &str) -> Moved {
        let mut parts: Vec<&str> = uri.path().split('/').collect();
        if let Some(old) = parts.get_mut(2) {
            *old = slug;
        }
        let query = uri.query().map_or_else(String::new, |query| format!("?{query}"));
        Moved(parts.join("/") + &query)
    }
}

impl IntoResponse for Moved {
    fn into_response(self) -> Response {
        let headers = [(header::LOCATION, self.0.as_str()), (header::CACHE_CONTROL, "no-cache")];
        (StatusCode::PERMANENT_REDIRECT, headers).into_response()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_follows_the_old_address_follows_the_new() {
        for (from, to) in [
            ("/musicians/maren-oakley", "/musicians/maren"),
            ("/musicians/maren%2Doakley?date=2026-12-08", "/musicians/maren?date=2026-12-08"),
            ("/musicians/a/calls/new?remote=1", "/musicians/maren/calls/new?remote=1"),
        ] {
            assert_eq!(Moved::from(&from.parse().unwrap(), "maren").0, to);
        }
    }
}
