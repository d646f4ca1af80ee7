//! Every URL, and what stands between a socket and a handler.

use axum::{
    Router,
    middleware::{from_fn, from_fn_with_state},
    routing::{delete, get, patch, post, put},
};

use crate::{
    accounts::web as accounts,
    api::web as json,
    availability::web as availability,
    bookings::web as bookings,
    catalog::web as catalog,
    credits::web as credits,
    demos::web as demos,
    departures::web as departures,
    diary::web as diary,
    discovery::web as discovery,
    favourites::web as favourites,
    feeds::web as feeds,
    imports::web as imports,
    inbox::web as inbox,
    moderation::web as moderation,
    musicians::web as musicians,
    outbox::web as outbox,
    packs::web as packs,
    portraits::web as portraits,
    publicity::web as publicity,
    reviews::web as reviews,
    sample::web as sample,
    serving::web as health,
    threads::web as threads,
    watches::web as watches,
    web::{
        ATTACHMENTS, Allowance, App, Assets, Error, FORMS, Limits, UPLOADS, as_json, as_page,
        guards, hurry, measure, run_to_end, visit,
    },
};

pub fn router(app: App) -> Router {
    let [of_forms, of_uploads, of_attachments] = [&FORMS, &UPLOADS, &ATTACHMENTS].map(Limits::from);
    let inside = |router: Router<App>, allowance: &Allowance, limits: &Limits| {
        let router = guards(router, allowance, is_open_to_other_sites)
            .layer(from_fn(run_to_end))
            .layer(from_fn_with_state(app.clone(), accounts::recognise));
        hurry(router, limits)
    };
    let pages = pages().fallback(nothing_here).method_not_allowed_fallback(not_here);
    let pages = inside(pages, &FORMS, &of_forms)
        .merge(inside(uploads(), &UPLOADS, &of_uploads))
        .merge(inside(attachments(), &ATTACHMENTS, &of_attachments))
        .method_not_allowed_fallback(not_here)
        .layer(from_fn(as_page));
    // Answers are kept as they are sent, so errors are told inside as well as outside of `once`.
    let api = api().fallback(nothing_here).method_not_allowed_fallback(not_here);
    let api = api.layer(from_fn(as_json)).layer(from_fn(json::once));
    // A file is not kept to be compared with the next: its handler knows it again by its hash.
    let api = inside(api, &FORMS, &of_forms)
        .merge(inside(api_uploads(), &UPLOADS, &of_uploads))
        .merge(inside(api_attachments(), &ATTACHMENTS, &of_attachments))
        .method_not_allowed_fallback(not_here)
        .layer(from_fn(as_json));
    let site = Router::new()
        .nest("/api/v1", api)
        .merge(pages)
        .merge(health().method_not_allowed_fallback(not_here))
        .nest("/static", Assets::router())
        .layer(from_fn_with_state(app.clone(), visit));
    measure(site).with_state(app)
}

/// What other sites may post to: only where mails are stopped, which the mail programs on the web do
/// for their readers (RFC 8058). Its address holds a secret, and no sign-in adds to what it opens.
fn is_open_to_other_sites(path: &str) -> bool {
    path.starts_with("/watches/stop/")
}

/// Routes, as a router and as data: a test holds each against what it answers to whom.
macro_rules! table {
    ($router:ident, $all:ident: $($method:ident $path:literal $handler:path;)*) => {
        fn $router() -> Router<App> {
            Router::new()$(.route($path, $method($handler)))*
        }

        /// Method and path of each.
        pub const $all: &[(&str, &str)] = &[$((stringify!($method), $path)),*];
    };
}

#[rustfmt::skip]
table! { pages, PAGES:
    // accounts
    get  "/sign-up"                    accounts::signing_up;
    post "/sign-up"                    accounts::sign_up;
    get  "/mailed"                     accounts::mailed;
    get  "/sign-in"                    accounts::signing_in;
    post "/sign-in"                    accounts::sign_in;
    post "/sign-out"                   accounts::sign_out;
    get  "/verify/{secret}"            accounts::verifying;
    post "/verify/{secret}"            accounts::verify;
    get  "/forgotten"                  accounts::forgetting;
    post "/forgotten"                  accounts::forget;
    get  "/reset/{secret}"             accounts::resetting;
    post "/reset/{secret}"             accounts::reset;
    get  "/account"                    accounts::show;
    post "/account"                    accounts::change_settings;
    get  "/account/email"              accounts::changing_email;
    post "/account/email"              accounts::change_email;
    get  "/account/password"           accounts::changing_password;
    post "/account/password"           accounts::change_password;
    post "/account/verification"       accounts::ask_verification;
    post "/account/sign-ins/{id}/end"  accounts::end_sign_in;
    // outbox
    get "/dev/mail"        outbox::written_mails;
    get "/dev/mail/{name}" outbox::written_mail;
    // inbox
    get  "/inbox"           inbox::list;
    post "/inbox/read"      inbox::read_all;
    post "/inbox/{id}/open" inbox::open;
    // catalog
    get "/instruments"        catalog::index;
    get "/instruments/{slug}" catalog::instrument;
    get "/genres/{slug}"      catalog::genre;
    // musicians
    get  "/profile"        musicians::show;
    post "/profile"        musicians::save;
    post "/profile/start"  musicians::start;
    post "/profile/{verb}" musicians::take_step;
    // portraits
    get  "/profile/portrait"        portraits::show;
    post "/profile/portrait/remove" portraits::remove;
    get  "/portraits/{name}"        portraits::serve;
    // packs
    get  "/packs"                  packs::index;
    get  "/packs/{slug}"           packs::show;
    get  "/admin/packs/{slug}"     packs::editing;
    post "/admin/packs/{slug}"     packs::make_version;
    get  "/profile/terms"          packs::show_own;
    post "/profile/terms"          packs::set_own;
    get  "/musicians/{slug}/terms" packs::show_terms;
    // availability
    get  "/calendar/hours"               availability::show_hours;
    post "/calendar/hours"               availability::set_hours;
    post "/calendar/seasons"             availability::add_season;
    get  "/calendar/seasons/{id}"        availability::show_season;
    post "/calendar/seasons/{id}"        availability::change_season;
    post "/calendar/seasons/{id}/remove" availability::remove_season;
    post "/calendar/days"                availability::add_day;
    post "/calendar/days/{day}/remove"   availability::remove_day;
    post "/calendar/stretches/{verb}"    availability::set_stretch;
    post "/calendar/absences"            availability::add_absence;
    post "/calendar/absences/{id}/end"   availability::end_absence;
    get  "/calendar/shape"               availability::show_shape;
    post "/calendar/shape"               availability::set_shape;
    // diary
    get "/calendar"            diary::week;
    get "/calendar/month"      diary::month;
    get "/calendar/days/{day}" diary::day;
    get "/calendar/why"        diary::why;
    // imports
    get  "/calendar/imports"              imports::list;
    post "/calendar/imports"              imports::subscribe;
    post "/calendar/imports/{id}/refresh" imports::refresh;
    post "/calendar/imports/{id}/name"    imports::rename;
    post "/calendar/imports/{id}/remove"  imports::remove;
    post "/calendar/imports/{id}/restore" imports::put_back;
    // bookings
    get  "/musicians/{slug}/calls/new" bookings::new;
    post "/musicians/{slug}/calls"     bookings::create;
    get  "/bookings"                   bookings::list;
    get  "/bookings/{id}"              bookings::show;
    get  "/bookings/{id}/call.ics"     bookings::ics;
    get  "/bookings/{id}/offers/new"   bookings::offering;
    post "/bookings/{id}/offers"       bookings::offer;
    post "/bookings/{id}/{verb}"       bookings::step;
    // threads
    get  "/messages"                            threads::list;
    get  "/bookings/{id}/messages"              threads::show;
    post "/bookings/{id}/messages"              threads::post;
    post "/bookings/{id}/messages/read"         threads::mark_read;
    get  "/bookings/{id}/messages/live"         threads::live;
    get  "/bookings/{id}/messages/files/{file}" threads::file;
    // feeds
    get  "/calendar/feeds"             feeds::list;
    post "/calendar/feeds"             feeds::make;
    post "/calendar/feeds/{id}/revoke" feeds::revoke;
    get  "/feeds/{name}"               feeds::read;
    // credits
    get  "/bookings/{id}/done"      credits::finishing;
    post "/bookings/{id}/done"      credits::finish;
    get  "/credits"                 credits::index;
    post "/credits/{id}/confirm"    credits::confirm;
    get  "/credits/{id}/correct"    credits::correcting;
    post "/credits/{id}/correct"    credits::correct;
    get  "/recordings"              credits::list_recordings;
    get  "/recordings/{address}"    credits::show_recording;
    // demos
    get  "/profile/demos"             demos::index;
    get  "/profile/demos/{id}"        demos::changing;
    post "/profile/demos/{id}"        demos::change;
    post "/profile/demos/{id}/{verb}" demos::take_step;
    get  "/demos/{id}/audio"          demos::audio;
    get  "/musicians/{slug}/demos"    demos::shown;
    // reviews
    get  "/bookings/{id}/review"          reviews::reviewing;
    post "/bookings/{id}/review"          reviews::review;
    get  "/musicians/{slug}/reviews"      reviews::index;
    get  "/admin/reviews/{id}"            reviews::judging;
    post "/admin/reviews/{id}/take-down"  reviews::take_down;
    // favourites
    get  "/favourites"              favourites::list;
    post "/favourites"              favourites::keep;
    post "/favourites/{id}/note"    favourites::write_note;
    post "/favourites/{id}/move"    favourites::move_line;
    post "/favourites/{id}/remove"  favourites::take_off;
    post "/favourites/{id}/restore" favourites::put_back;
    // discovery
    get "/"                 discovery::home;
    get "/musicians"        discovery::index;
    get "/musicians/{slug}" discovery::show;
    get "/about/ranking"    discovery::ranking;
    // watches
    get  "/watches"               watches::list;
    post "/watches"               watches::keep;
    post "/watches/{id}/name"     watches::rename;
    post "/watches/{id}/mails"    watches::set_mails;
    post "/watches/{id}/remove"   watches::remove;
    post "/watches/{id}/restore"  watches::put_back;
    get  "/watches/stop/{secret}" watches::stopping;
    post "/watches/stop/{secret}" watches::stop;
    // publicity
    get "/musicians/{slug}/card.png"     publicity::of_musician;
    get "/recordings/{address}/card.png" publicity::of_recording;
    get "/favicon.ico"                   publicity::icon;
    get "/robots.txt"                    publicity::robots;
    get "/sitemap.xml"                   publicity::sitemap;
    get "/sitemap-{part}"                publicity::sitemap_part;
    // moderation
    get  "/admin"                      moderation::index;
    get  "/admin/profiles/{id}"        moderation::show;
    post "/admin/profiles/{id}/{verb}" moderation::judge;
    // departures
    get  "/account/delete" departures::leaving;
    post "/account/delete" departures::leave;
    // api
    get "/api/docs"         json::docs;
    get "/api/openapi.json" json::openapi_json;
    // sample
    get  "/dev/clock" sample::clock;
    post "/dev/clock" sample::move_clock;
}

// What takes a file: larger bodies, and more time for them.
#[rustfmt::skip]
table! { uploads, PAGE_UPLOADS:
    // demos
    post "/profile/demos" demos::create;
    // imports
    post "/calendar/imports/file" imports::upload;
    // portraits
    post "/profile/portrait" portraits::set;
}

// What takes several large files; the second under /api/v1.
table! { attachments, PAGE_ATTACHMENTS: post "/bookings/{id}/messages/files" threads::post_files; }
table! { api_attachments, API_ATTACHMENTS: post "/bookings/{id}/messages/files" threads::post_files_json; }

// Answered however busy we are.
#[rustfmt::skip]
table! { health, HEALTH:
    // serving
    get "/healthz" health::healthz;
    get "/readyz"  health::readyz;
}

// Under /api/v1.
#[rustfmt::skip]
table! { api, API:
    // accounts
    // inbox
    get  "/notices"      inbox::list_json;
    post "/notices/read" inbox::read_all_json;
    post   "/accounts"             accounts::sign_up_json;
    post   "/sign-ins"             accounts::sign_in_json;
    get    "/sign-ins"             accounts::list_sign_ins_json;
    delete "/sign-ins/{id}"        accounts::end_sign_in_json;
    get    "/account"              accounts::show_json;
    patch  "/account"              accounts::change_settings_json;
    post   "/account/email"        accounts::change_email_json;
    post   "/account/password"     accounts::change_password_json;
    post   "/account/verification" accounts::ask_verification_json;
    post   "/verifications"        accounts::verify_json;
    post   "/forgotten-passwords"  accounts::forget_json;
    post   "/password-resets"      accounts::reset_json;
    // catalog
    get "/instruments" catalog::instruments_json;
    get "/genres"      catalog::genres_json;
    get "/places"      catalog::places_json;
    get "/completions/{of}" catalog::completions_json;
    // musicians
    get  "/profile"        musicians::show_own_json;
    post "/profile"        musicians::start_json;
    put  "/profile"        musicians::save_json;
    post "/profile/{verb}" musicians::take_own_step_json;
    // portraits
    delete "/profile/portrait" portraits::remove_json;
    // packs
    get  "/packs"                        packs::index_json;
    get  "/packs/{slug}"                 packs::show_json;
    post "/admin/packs/{slug}/versions"  packs::make_version_json;
    get  "/profile/terms"                packs::own_json;
    put  "/profile/terms"                packs::set_own_json;
    get  "/musicians/{slug}/terms"       packs::terms_json;
    get  "/musicians/{slug}/quote"       packs::quote_json;
    // availability
    get    "/calendar/hours"            availability::hours_json;
    put    "/calendar/hours"            availability::set_hours_json;
    get    "/calendar/seasons"          availability::seasons_json;
    post   "/calendar/seasons"          availability::add_season_json;
    put    "/calendar/seasons/{id}"     availability::change_season_json;
    delete "/calendar/seasons/{id}"     availability::remove_season_json;
    get    "/calendar/exceptions"       availability::exceptions_json;
    put    "/calendar/exceptions/{day}" availability::set_day_json;
    delete "/calendar/exceptions/{day}" availability::remove_day_json;
    post   "/calendar/stretches/{verb}" availability::set_stretch_json;
    get    "/calendar/absences"         availability::absences_json;
    post   "/calendar/absences"         availability::add_absence_json;
    delete "/calendar/absences/{id}"    availability::end_absence_json;
    get    "/calendar/shape"            availability::shape_json;
    put    "/calendar/shape"            availability::set_shape_json;
    get    "/calendar/free"             availability::free_json;
    // diary
    get "/calendar/days"          diary::days_json;
    get "/calendar/why"           diary::why_json;
    get "/musicians/{slug}/times" diary::times_json;
    // imports
    get    "/calendar/imports"              imports::list_json;
    post   "/calendar/imports"              imports::subscribe_json;
    patch  "/calendar/imports/{id}"         imports::rename_json;
    delete "/calendar/imports/{id}"         imports::remove_json;
    post   "/calendar/imports/{id}/refresh" imports::refresh_json;
    post   "/calendar/imports/{id}/restore" imports::put_back_json;
    // bookings
    post "/musicians/{slug}/calls" bookings::create_json;
    get  "/bookings"               bookings::list_json;
    get  "/bookings/{id}"          bookings::show_json;
    get  "/bookings/{id}/call.ics" bookings::ics_json;
    post "/bookings/{id}/offers"   bookings::offer_json;
    post "/bookings/{id}/{verb}"   bookings::step_json;
    // threads
    get  "/messages"                    threads::list_json;
    get  "/bookings/{id}/messages"      threads::show_json;
    post "/bookings/{id}/messages"      threads::post_json;
    post "/bookings/{id}/messages/read" threads::mark_read_json;
    get  "/bookings/{id}/messages/live" threads::live_json;
    // feeds
    get    "/calendar/feeds"      feeds::list_json;
    post   "/calendar/feeds"      feeds::make_json;
    delete "/calendar/feeds/{id}" feeds::revoke_json;
    // credits
    post "/bookings/{id}/done"   credits::finish_json;
    get  "/credits"              credits::index_json;
    post "/credits/{id}/confirm" credits::confirm_json;
    post "/credits/{id}/correct" credits::correct_json;
    get  "/recordings"           credits::list_recordings_json;
    get  "/recordings/{id}"      credits::show_recording_json;
    // demos
    get    "/musicians/{slug}/demos"   demos::shown_json;
    get    "/profile/demos"            demos::list_json;
    put    "/profile/demos/{id}"       demos::change_json;
    delete "/profile/demos/{id}"       demos::remove_json;
    post   "/profile/demos/{id}/{way}" demos::shift_json;
    // reviews
    get  "/bookings/{id}/review"         reviews::show_json;
    post "/bookings/{id}/review"         reviews::write_json;
    get  "/musicians/{slug}/reviews"     reviews::index_json;
    post "/admin/reviews/{id}/take-down" reviews::take_down_json;
    // favourites
    get    "/favourites"              favourites::list_json;
    post   "/favourites"              favourites::keep_json;
    put    "/favourites/order"        favourites::set_order_json;
    put    "/favourites/{id}/note"    favourites::write_note_json;
    delete "/favourites/{id}"         favourites::take_off_json;
    post   "/favourites/{id}/restore" favourites::put_back_json;
    // discovery
    get "/musicians"        discovery::search_json;
    get "/musicians/{slug}" discovery::show_musician_json;
    // watches
    get    "/watches"              watches::list_json;
    post   "/watches"              watches::keep_json;
    patch  "/watches/{id}"         watches::change_json;
    delete "/watches/{id}"         watches::remove_json;
    post   "/watches/{id}/restore" watches::put_back_json;
    // moderation
    get  "/admin/profiles"             moderation::index_json;
    get  "/admin/profiles/{id}"        moderation::show_case_json;
    post "/admin/profiles/{id}/{verb}" moderation::judge_json;
    // departures
    delete "/account" departures::leave_json;
}

// What takes a file, under /api/v1.
#[rustfmt::skip]
table! { api_uploads, API_UPLOADS:
    // demos
    post "/profile/demos" demos::create_json;
    // imports
    post "/calendar/imports/file" imports::upload_json;
    // portraits
    put "/profile/portrait" portraits::set_json;
}

async fn nothing_here() -> Error {
    Error::NotFound
}

async fn not_here() -> Error {
    Error::NotAllowed
}
