use askama::Template;
use axum::response::{IntoResponse, Response};
use utoipa::{
    Modify, OpenApi,
    openapi::{
        Components,
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

use super::super::model::Reference;
use crate::accounts::web as accounts;
use crate::availability::web as availability;
use crate::bookings::web as bookings;
use crate::catalog::web as catalog;
use crate::credits::web as credits;
use crate::days::web as days;
use crate::demos::web as demos;
use crate::departures::web as departures;
use crate::diary::web as diary;
use crate::discovery::web as discovery;
use crate::favourites::web as favourites;
use crate::feeds::web as feeds;
use crate::imports::web as imports;
use crate::inbox::web as inbox;
use crate::instant::web as instant;
use crate::invoices::web as invoices;
use crate::moderation::web as moderation;
use crate::musicians::web as musicians;
use crate::packs::web as packs;
use crate::portraits::web as portraits;
use crate::reports::web as reports;
use crate::reviews::web as reviews;
use crate::threads::web as threads;
use crate::watches::web as watches;
use crate::web::{Error, Frame, Json, Page, filters};

/// The JSON face, described by the handlers themselves; a test holds the list against the routes.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "First Call",
        description = "Find and book session musicians; leave with the credit. Everything a page can do, by the same rules. Changes may carry an Idempotency-Key: the same key gets the same answer, once; of requests that carry a password or a secret nothing is kept, so there a key does nothing. Errors are RFC 9457 problem documents. Lists come in pages: pass what `next` held as `after`.",
    ),
    servers((url = "/api/v1")),
    modifiers(&Bearer),
    components(schemas(crate::web::Problem)),
    paths(
        catalog::instruments_json,
        catalog::genres_json,
        catalog::places_json,
        catalog::completions_json,
        musicians::show_own_json,
        musicians::start_json,
        musicians::save_json,
        musicians::take_own_step_json,
        portraits::set_json,
        portraits::remove_json,
        packs::index_json,
        packs::show_json,
        packs::make_version_json,
        packs::own_json,
        packs::set_own_json,
        packs::terms_json,
        packs::quote_json,
        instant::show_json,
        instant::set_json,
        availability::hours_json,
        availability::set_hours_json,
        availability::seasons_json,
        availability::add_season_json,
        availability::change_season_json,
        availability::remove_season_json,
        availability::exceptions_json,
        availability::set_day_json,
        availability::remove_day_json,
        availability::set_stretch_json,
        availability::absences_json,
        availability::add_absence_json,
        availability::end_absence_json,
        availability::shape_json,
        availability::set_shape_json,
        availability::free_json,
        diary::days_json,
        diary::why_json,
        diary::times_json,
        imports::list_json,
        imports::subscribe_json,
        imports::upload_json,
        imports::refresh_json,
        imports::rename_json,
        imports::remove_json,
        imports::put_back_json,
        moderation::index_json,
        moderation::show_case_json,
        moderation::judge_json,
        discovery::search_json,
        discovery::show_musician_json,
        favourites::list_json,
        favourites::keep_json,
        favourites::set_order_json,
        favourites::write_note_json,
        favourites::take_off_json,
        favourites::put_back_json,
        watches::list_json,
        watches::keep_json,
        watches::change_json,
        watches::remove_json,
        watches::put_back_json,
        inbox::list_json,
        inbox::read_all_json,
        inbox::wishes_json,
        inbox::set_wishes_json,
        accounts::sign_up_json,
        accounts::sign_in_json,
        accounts::list_sign_ins_json,
        accounts::end_sign_in_json,
        accounts::show_json,
        accounts::change_settings_json,
        accounts::change_email_json,
        accounts::change_password_json,
        accounts::ask_verification_json,
        accounts::verify_json,
        accounts::forget_json,
        accounts::reset_json,
        bookings::create_json,
        bookings::put_files_json,
        bookings::take_file_away_json,
        bookings::list_json,
        bookings::show_json,
        bookings::step_json,
        bookings::offer_json,
        bookings::ics_json,
        threads::list_json,
        threads::show_json,
        threads::post_json,
        threads::post_files_json,
        threads::mark_read_json,
        threads::live_json,
        reports::show_json,
        reports::write_json,
        reports::mark_json,
        reports::sign_json,
        invoices::billing_json,
        invoices::keep_billing_json,
        invoices::making_json,
        invoices::issue_json,
        invoices::list_json,
        invoices::to_make_json,
        invoices::show_json,
        invoices::mark_paid_json,
        invoices::unmark_paid_json,
        invoices::cancel_json,
        invoices::earnings_json,
        invoices::spending_json,
        days::day_json,
        days::say_late_json,
        days::no_show_json,
        days::claim_json,
        days::contest_json,
        days::step_json,
        days::no_shows_json,
        days::rule_no_show_json,
        feeds::list_json,
        feeds::make_json,
        feeds::revoke_json,
        credits::finish_json,
        credits::index_json,
        credits::confirm_json,
        credits::correct_json,
        credits::list_recordings_json,
        credits::show_recording_json,
        demos::shown_json,
        demos::list_json,
        demos::create_json,
        demos::change_json,
        demos::shift_json,
        demos::remove_json,
        reviews::show_json,
        reviews::write_json,
        reviews::index_json,
        reviews::take_down_json,
        departures::leave_json,
    )
)]
struct Description;

/// A sign-in's secret opens the API, as its cookie opens the pages.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, doc: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer);
        let scheme = scheme.description(Some("The `secret` that POST /sign-ins answered."));
        let components = doc.components.get_or_insert_with(Components::new);
        components.add_security_scheme("sign-in", SecurityScheme::Http(scheme.build()));
    }
}

pub(crate) async fn openapi_json() -> Json<utoipa::openapi::OpenApi> {
    Json(Description::openapi())
}

#[derive(Template)]
#[template(path = "api/docs.html")]
struct DocsPage {
    frame: Frame,
    reference: Reference,
}

pub(crate) async fn docs(frame: Frame) -> Result<Response, Error> {
    let doc = serde_json::to_value(Description::openapi()).map_err(anyhow::Error::from)?;
    Ok(Page::ok(DocsPage { frame, reference: Reference::read(&doc) }).into_response())
}
