//! Every URL, and what stands between a socket and a handler.

mod api;
mod pages;

pub use api::{API, API_ATTACHMENTS, API_UPLOADS};
pub use pages::{HEALTH, PAGE_ATTACHMENTS, PAGE_UPLOADS, PAGES};

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
};

use crate::{
    accounts::web as accounts,
    bookings::web::freshen_first,
    repeats::web::{form_once, once},
    web::{
        ATTACHMENTS, Allowance, App, Assets, Error, FORMS, Limits, UPLOADS, as_json, as_page,
        guards, hurry, measure, run_to_end, visit,
    },
};

/// Routes, as a router and as data: a test holds each against what it answers to whom.
macro_rules! table {
    ($router:ident, $all:ident: $($method:ident $path:literal $handler:path;)*) => {
        pub(super) fn $router() -> Router<App> {
            Router::new()$(.route($path, $method($handler)))*
        }

        /// Method and path of each.
        pub const $all: &[(&str, &str)] = &[$((stringify!($method), $path)),*];
    };
}
use table;

pub fn router(app: App) -> Router {
    let [of_forms, of_uploads, of_attachments] = [&FORMS, &UPLOADS, &ATTACHMENTS].map(Limits::from);
    let inside = |router: Router<App>, allowance: &Allowance, limits: &Limits| {
        let router = guards(router, allowance, is_open_to_other_sites)
            .layer(from_fn(run_to_end))
            .layer(from_fn_with_state(app.clone(), accounts::recognise));
        hurry(router, limits)
    };
    let all = pages::pages().fallback(nothing_here).method_not_allowed_fallback(not_here);
    // A form is known again by all of it; one with files has a key among its fields, or is told by them.
    let all = all.layer(from_fn(form_once)).layer(from_fn_with_state(app.clone(), freshen_first));
    let all = inside(all, &FORMS, &of_forms)
        .merge(inside(pages::uploads(), &UPLOADS, &of_uploads))
        .merge(inside(pages::attachments(), &ATTACHMENTS, &of_attachments))
        .method_not_allowed_fallback(not_here)
        .layer(from_fn(as_page));
    // Answers are kept as they are sent, so errors are told inside as well as outside of `once`.
    let json_face = api::api().fallback(nothing_here).method_not_allowed_fallback(not_here);
    let json_face = json_face.layer(from_fn(as_json)).layer(from_fn(once));
    let json_face = json_face.layer(from_fn_with_state(app.clone(), freshen_first));
    // A file is not kept to be compared with the next: its handler knows it again by its hash.
    let json_face = inside(json_face, &FORMS, &of_forms)
        .merge(inside(api::api_uploads(), &UPLOADS, &of_uploads))
        .merge(inside(api::api_attachments(), &ATTACHMENTS, &of_attachments))
        .method_not_allowed_fallback(not_here)
        .layer(from_fn(as_json));
    let site = Router::new()
        .nest("/api/v1", json_face)
        .merge(all)
        .merge(pages::health().method_not_allowed_fallback(not_here))
        .nest("/static", Assets::router())
        .layer(from_fn_with_state(app.clone(), visit));
    measure(site).with_state(app)
}

/// What other sites may post to: only where mails are stopped, which the mail programs on the web do
/// for their readers (RFC 8058). Its address holds a secret, and no sign-in adds to what it opens.
fn is_open_to_other_sites(path: &str) -> bool {
    ["/watches/stop/", "/mails/stop/"].iter().any(|stop| path.starts_with(stop))
}

async fn nothing_here() -> Error {
    Error::NotFound
}

async fn not_here() -> Error {
    Error::NotAllowed
}
