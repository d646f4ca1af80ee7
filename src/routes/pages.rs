//! The addresses of pages, and of what machines ask of us.

use axum::{
    Router,
    routing::{get, post},
};

use super::table;
use crate::{
    accounts::web as accounts, api::web as json, availability::web as availability,
    bookings::web as bookings, catalog::web as catalog, credits::web as credits, days::web as days,
    demos::web as demos, departures::web as departures, diary::web as diary,
    discovery::web as discovery, favourites::web as favourites, feeds::web as feeds,
    imports::web as imports, inbox::web as inbox, instant::web as instant,
    invoices::web as invoices, moderation::web as moderation, musicians::web as musicians,
    outbox::web as outbox, packs::web as packs, portraits::web as portraits,
    publicity::web as publicity, reports::web as reports, reviews::web as reviews,
    sample::web as sample, serving::web as health, threads::web as threads,
    watches::web as watches, web::App,
};

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
    get  "/account/notifications" inbox::show_wishes;
    post "/account/notifications" inbox::set_wishes;
    get  "/mails/stop/{secret}"  inbox::stopping;
    post "/mails/stop/{secret}"  inbox::stop;
    post "/mails/start/{secret}" inbox::restart;
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
    get  "/calendar/instant"             instant::show;
    post "/calendar/instant"             instant::set;
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
    get  "/bookings/{id}/files/{file}" bookings::file;
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
    // reports
    get  "/bookings/{id}/report"        reports::show;
    post "/bookings/{id}/report"        reports::write;
    post "/bookings/{id}/report/{mark}" reports::mark;
    post "/bookings/{id}/report/sign"   reports::sign;
    get  "/bookings/{id}/report.txt"    reports::text;
    get  "/bookings/{id}/report.csv"    reports::csv;
    // days
    get  "/bookings/{id}/day"                  days::show;
    post "/bookings/{id}/day/late"             days::say_late;
    get  "/bookings/{id}/no-show"              days::claiming;
    post "/bookings/{id}/no-show/{verb}"       days::step;
    get  "/bookings/{id}/no-show/files/{file}" days::file;
    get  "/admin/no-shows"                     days::no_shows;
    get  "/admin/no-shows/{id}"                days::judging_no_show;
    post "/admin/no-shows/{id}"                days::rule_no_show;
    // invoices
    get  "/account/billing"        invoices::show_billing;
    post "/account/billing"        invoices::keep_billing;
    get  "/bookings/{id}/invoice"  invoices::making;
    post "/bookings/{id}/invoice"  invoices::issue;
    get  "/invoices"               invoices::list;
    get  "/invoices/{id}"          invoices::show;
    post "/invoices/{id}/paid"     invoices::mark_paid;
    post "/invoices/{id}/unpaid"   invoices::unmark_paid;
    post "/invoices/{id}/cancel"   invoices::cancel;
    get  "/earnings"               invoices::earnings;
    get  "/earnings.csv"           invoices::earnings_csv;
    get  "/spending"               invoices::spending;
    get  "/spending.csv"           invoices::spending_csv;
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

// What takes several large files.
#[rustfmt::skip]
table! { attachments, PAGE_ATTACHMENTS:
    // threads
    // bookings
    post "/musicians/{slug}/calls/files" bookings::put_files;
    // threads
    post "/bookings/{id}/messages/files" threads::post_files;
    // days
    post "/bookings/{id}/no-show"         days::claim;
    post "/bookings/{id}/no-show/contest" days::contest;
}

// Answered however busy we are.
#[rustfmt::skip]
table! { health, HEALTH:
    // serving
    get "/healthz" health::healthz;
    get "/readyz"  health::readyz;
}
