//! The addresses of the JSON face, without `/api/v1`.

use axum::{
    Router,
    routing::{delete, get, patch, post, put},
};

use super::table;
use crate::{
    accounts::web as accounts, availability::web as availability, bookings::web as bookings,
    catalog::web as catalog, credits::web as credits, days::web as days, demos::web as demos,
    departures::web as departures, diary::web as diary, discovery::web as discovery,
    favourites::web as favourites, feeds::web as feeds, imports::web as imports,
    inbox::web as inbox, instant::web as instant, invoices::web as invoices,
    moderation::web as moderation, musicians::web as musicians, packs::web as packs,
    portraits::web as portraits, reports::web as reports, reviews::web as reviews,
    threads::web as threads, watches::web as watches, web::App,
};

#[rustfmt::skip]
table! { api, API:
    // accounts
    // inbox
    get  "/notices"      inbox::list_json;
    post "/notices/read" inbox::read_all_json;
    get  "/account/notifications" inbox::wishes_json;
    put  "/account/notifications" inbox::set_wishes_json;
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
    get    "/calendar/instant"          instant::show_json;
    put    "/calendar/instant"          instant::set_json;
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
    delete "/calls/files/{file}" bookings::take_file_away_json;
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
    // reports
    get  "/bookings/{id}/report"        reports::show_json;
    put  "/bookings/{id}/report"        reports::write_json;
    post "/bookings/{id}/report/{mark}" reports::mark_json;
    post "/bookings/{id}/report/sign"   reports::sign_json;
    // days
    get  "/bookings/{id}/day"            days::day_json;
    post "/bookings/{id}/day/late"       days::say_late_json;
    get  "/bookings/{id}/no-show"        days::no_show_json;
    post "/bookings/{id}/no-show/{verb}" days::step_json;
    get  "/admin/no-shows"               days::no_shows_json;
    post "/admin/no-shows/{id}"          days::rule_no_show_json;
    // invoices
    get  "/account/billing"       invoices::billing_json;
    put  "/account/billing"       invoices::keep_billing_json;
    get  "/bookings/{id}/invoice" invoices::making_json;
    post "/bookings/{id}/invoice" invoices::issue_json;
    get  "/invoices"              invoices::list_json;
    get  "/invoices/to-make"      invoices::to_make_json;
    get  "/invoices/{id}"         invoices::show_json;
    post "/invoices/{id}/paid"    invoices::mark_paid_json;
    post "/invoices/{id}/unpaid"  invoices::unmark_paid_json;
    post "/invoices/{id}/cancel"  invoices::cancel_json;
    get  "/earnings"              invoices::earnings_json;
    get  "/spending"              invoices::spending_json;
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

// What takes several large files, under /api/v1.
#[rustfmt::skip]
table! { api_attachments, API_ATTACHMENTS:
    // bookings
    post "/calls/files" bookings::put_files_json;
    // threads
    post "/bookings/{id}/messages/files" threads::post_files_json;
    // days
    post "/bookings/{id}/no-show"         days::claim_json;
    post "/bookings/{id}/no-show/contest" days::contest_json;
}
