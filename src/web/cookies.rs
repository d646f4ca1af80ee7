use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::{App, Visit};

/// Holds the secret of a sign-in. With `__Host-` in front where the site is served over TLS.
pub(crate) const SIGN_IN_COOKIE: &str = "sign_in";
/// Holds a sentence for the next page.
pub(super) const FLASH_COOKIE: &str = "flash";

/// A cookie of ours: for this host alone, unseen by scripts, not sent along by other sites' posts.
pub(crate) fn set_cookie(app: &App, name: &str, value: String, seconds: i64) -> Cookie<'static> {
    let secure = app.site.is_secure();
    let name = if secure { format!("__Host-{name}") } else { name.to_owned() };
    Cookie::build((name, value))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure)
        .max_age(time::Duration::seconds(seconds))
        .build()
}

pub(crate) fn clear_cookie(app: &App, name: &str) -> Cookie<'static> {
    set_cookie(app, name, String::new(), 0)
}

/// The secret of the sign-in that a browser sent.
pub(crate) fn sign_in_cookie(app: &App, headers: &HeaderMap) -> Option<String> {
    let secure = app.site.is_secure();
    let name = if secure { format!("__Host-{SIGN_IN_COOKIE}") } else { SIGN_IN_COOKIE.into() };
    read_cookie(headers, &name)
}

/// The sentence that the page before wanted said here.
pub(super) fn flash(headers: &HeaderMap) -> Option<String> {
    let bytes = hex::decode(read_cookie(headers, FLASH_COOKIE)?).ok()?;
    String::from_utf8(bytes).ok()
}

fn read_cookie(headers: &HeaderMap, wanted: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|header| header.to_str().ok())
        .flat_map(Cookie::split_parse)
        .filter_map(Result::ok)
        .find(|cookie| cookie.name() == wanted)
        .map(|cookie| cookie.value().to_owned())
}

/// A sentence is shown on one page: any page that showed it takes it away.
pub(super) fn clear_flash_once_shown(mut response: Response, visit: Option<Visit>) -> Response {
    let shown = visit.is_some_and(|visit| visit.frame().flash.is_some());
    let is_page = response
        .headers()
        .get(header::CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"));
    if shown && is_page {
        let gone = format!("{FLASH_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
        let gone = HeaderValue::from_str(&gone).expect("a name and ascii attributes");
        response.headers_mut().append(header::SET_COOKIE, gone);
    }
    response
}
