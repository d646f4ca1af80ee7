//! Each route held against who asks for it: one table of expected answers. A route missing from
//! the table fails the test, so no new one goes unconsidered.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::{
    calls,
    support::{Client, TestApp},
};

/// Who asks, in the order of the table's columns.
const WHO: [&str; 7] =
    ["stranger", "producer", "other producer", "musician", "other musician", "admin", "unverified"];

/// A route as it is asked for, and the status each of [`WHO`] gets.
struct Row {
    method: &'static str,
    /// The route as `routes.rs` has it, with `/api/v1` in front of the JSON ones.
    route: &'static str,
    /// What is in its braces here.
    with: &'static str,
    body: Value,
    answers: [u16; 7],
}

fn row(method: &'static str, route: &'static str, with: &'static str, answers: [u16; 7]) -> Row {
    Row { method, route, with, body: json!({}), answers }
}

/// What the credit of the table's world says.
fn credit() -> Value {
    json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
        "instrument": "fiddle",
    })
}

impl Row {
    fn saying(self, body: Value) -> Row {
        Row { body, ..self }
    }

    fn path(&self) -> String {
        match (self.route.find('{'), self.route.rfind('}')) {
            (Some(from), Some(to)) => {
                format!("{}{}{}", &self.route[..from], self.with, &self.route[to + 1..])
            }
            _ => self.route.to_owned(),
        }
    }

    async fn ask(&self, who: &Client) -> u16 {
        let request = Request::builder().method(self.method).uri(self.path());
        let reply = if self.method == "GET" {
            who.send(request, Body::empty()).await
        } else if self.route.starts_with("/api/") {
            let request = request.header("content-type", "application/json");
            who.send(request, self.body.to_string().into()).await
        } else {
            let request = request
                .header("content-type", "application/x-www-form-urlencoded")
                .header("sec-fetch-site", "same-origin");
            who.send(request, serde_urlencoded::to_string(&self.body).unwrap().into()).await
        };
        reply.status.as_u16()
    }
}

/// What everybody is answered. A change is asked for with nothing in it, or as a step that cannot
/// be taken, so that whoever may ask is told what is wrong with it and nothing changes.
#[rustfmt::skip]
fn table() -> Vec<Row> {
    vec![
        row("GET", "/sign-up", "", [200, 200, 200, 200, 200, 200, 200]),
        row("POST", "/sign-up", "", [422, 422, 422, 422, 422, 422, 422]),
        row("GET", "/mailed", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/sign-in", "", [200, 200, 200, 200, 200, 200, 200]),
        row("POST", "/sign-in", "", [422, 422, 422, 422, 422, 422, 422]),
        row("GET", "/verify/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [409, 409, 409, 409, 409, 409, 409]),
        row("POST", "/verify/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [409, 409, 409, 409, 409, 409, 409]),
        row("GET", "/forgotten", "", [200, 200, 200, 200, 200, 200, 200]),
        row("POST", "/forgotten", "", [422, 422, 422, 422, 422, 422, 422]),
        row("GET", "/reset/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [409, 409, 409, 409, 409, 409, 409]),
        row("POST", "/reset/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [409, 409, 409, 409, 409, 409, 409]),
        row("GET", "/account", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/account/email", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/account/password", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/account", "", [303, 422, 422, 422, 422, 422, 422]),
        row("POST", "/account/email", "", [303, 422, 422, 422, 422, 422, 422]),
        row("POST", "/account/password", "", [303, 422, 422, 422, 422, 422, 422]),
        row("POST", "/account/verification", "", [303, 303, 303, 303, 303, 303, 303]),
        row("POST", "/account/sign-ins/{id}/end", "999", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/dev/mail", "", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/dev/mail/{name}", "a.eml", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/inbox", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/inbox/read", "", [303, 303, 303, 303, 303, 303, 303]),
        row("POST", "/inbox/{id}/open", "1", [303, 404, 404, 303, 404, 404, 404]),
        row("GET", "/account/notifications", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/account/notifications", "", [303, 422, 422, 422, 422, 422, 422]),
        row("GET", "/mails/stop/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [404, 404, 404, 404, 404, 404, 404]),
        row("POST", "/mails/stop/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [404, 404, 404, 404, 404, 404, 404]),
        row("POST", "/mails/start/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/instruments", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/instruments/{slug}", "fiddle", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/genres/{slug}", "country", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/profile", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/profile", "", [303, 404, 404, 422, 422, 404, 403]),
        row("POST", "/profile/{verb}", "publish", [303, 404, 404, 303, 303, 404, 403]),
        row("GET", "/calendar", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/calendar/hours", "", [303, 409, 409, 303, 303, 409, 403]),
        row("POST", "/calendar/days", "", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/days/{day}/remove", "2026-12-24", [303, 409, 409, 303, 303, 409, 403]),
        row("GET", "/calendar/hours", "", [303, 303, 303, 200, 200, 303, 303]),
        row("GET", "/calendar/month", "", [303, 303, 303, 200, 200, 303, 303]),
        row("GET", "/calendar/why", "", [303, 303, 303, 200, 200, 303, 303]),
        row("GET", "/calendar/days/{day}", "2026-12-08", [303, 404, 404, 200, 200, 404, 404]),
        row("POST", "/calendar/seasons", "", [303, 409, 409, 422, 422, 409, 403]),
        row("GET", "/calendar/seasons/{id}", "999", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/calendar/seasons/{id}", "999", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/seasons/{id}/remove", "999", [303, 409, 409, 404, 404, 409, 403]),
        row("POST", "/calendar/stretches/{verb}", "open", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/absences", "", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/absences/{id}/end", "999", [303, 409, 409, 404, 404, 409, 403]),
        row("GET", "/calendar/instant", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/calendar/instant", "", [303, 409, 409, 422, 422, 409, 403]),
        row("GET", "/calendar/shape", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/calendar/shape", "", [303, 409, 409, 303, 303, 409, 403]),
        row("GET", "/calendar/imports", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/calendar/imports", "", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/imports/file", "", [303, 409, 409, 400, 400, 409, 403]),
        row("POST", "/calendar/imports/{id}/refresh", "1", [303, 409, 409, 404, 404, 409, 403]),
        row("POST", "/calendar/imports/{id}/name", "1", [303, 409, 409, 404, 404, 409, 403]),
        row("POST", "/calendar/imports/{id}/remove", "1", [303, 409, 409, 404, 404, 409, 403]),
        row("POST", "/calendar/imports/{id}/restore", "1", [303, 409, 409, 404, 404, 409, 403]),
        row("GET", "/musicians/{slug}/calls/new", "maren-oakley", [303, 200, 200, 409, 200, 200, 403]),
        row("POST", "/musicians/{slug}/calls", "maren-oakley", [303, 422, 422, 409, 422, 422, 403]),
        row("POST", "/musicians/{slug}/calls/files", "maren-oakley", [303, 400, 400, 409, 400, 400, 403]),
        row("GET", "/bookings/{id}/files/{file}", "1/files/1", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/bookings", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/bookings/{id}", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/{verb}", "1/cancel", [303, 409, 404, 409, 404, 403, 404]).saying(json!({ "word": "A reason." })),
        row("GET", "/bookings/{id}/offers/new", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("POST", "/bookings/{id}/offers", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("GET", "/bookings/{id}/done", "1", [303, 409, 404, 409, 404, 404, 404]),
        row("POST", "/bookings/{id}/done", "1", [303, 409, 404, 409, 404, 404, 404]).saying(credit()),
        row("GET", "/bookings/{id}/call.ics", "1", [303, 200, 404, 200, 404, 404, 404]),
        row("GET", "/messages", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/bookings/{id}/messages", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/messages", "1", [303, 422, 404, 422, 404, 403, 404]),
        row("POST", "/bookings/{id}/messages/read", "1", [303, 303, 404, 303, 404, 403, 404]).saying(json!({ "up_to": 1 })),
        row("POST", "/bookings/{id}/messages/files", "1", [303, 400, 404, 400, 404, 403, 404]),
        row("GET", "/bookings/{id}/messages/files/{file}", "1/messages/files/1", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/bookings/{id}/messages/live", "1", [303, 200, 404, 200, 404, 404, 404]),
        row("GET", "/api/v1/messages", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/bookings/{id}/messages", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("POST", "/api/v1/bookings/{id}/messages", "1", [401, 422, 404, 422, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/messages/read", "1", [401, 204, 404, 204, 404, 403, 404]).saying(json!({ "up_to": 1 })),
        row("POST", "/api/v1/bookings/{id}/messages/files", "1", [401, 400, 404, 400, 404, 403, 404]),
        row("GET", "/api/v1/bookings/{id}/messages/live", "1", [401, 200, 404, 200, 404, 404, 404]),
        row("GET", "/calendar/feeds", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/calendar/feeds", "", [303, 409, 409, 422, 422, 409, 403]),
        row("POST", "/calendar/feeds/{id}/revoke", "999", [303, 404, 404, 404, 404, 404, 403]),
        row("GET", "/feeds/{name}", "0000000000000000000000000000000000000000000000000000000000000000.ics", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/credits", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/credits/{id}/correct", "1", [303, 200, 404, 200, 404, 404, 404]),
        row("POST", "/credits/{id}/correct", "1", [303, 409, 404, 409, 404, 404, 404]).saying(credit()),
        row("GET", "/recordings", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/recordings/{address}", "1-dust-on-the-piano", [404, 200, 404, 200, 404, 404, 404]),
        row("GET", "/profile/demos", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/profile/demos", "", [303, 404, 404, 400, 400, 404, 403]),
        row("GET", "/profile/demos/{id}", "1", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/profile/demos/{id}", "1", [303, 404, 404, 404, 404, 404, 403]),
        row("POST", "/profile/demos/{id}/{verb}", "1/up", [303, 404, 404, 404, 404, 404, 403]),
        row("GET", "/demos/{id}/audio", "1", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/musicians/{slug}/demos", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/bookings/{id}/report", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/report", "1", [303, 422, 404, 422, 404, 403, 404]),
        row("POST", "/bookings/{id}/report/{mark}", "1/report/start", [303, 409, 404, 409, 404, 403, 404]),
        row("POST", "/bookings/{id}/report/sign", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("GET", "/bookings/{id}/report.txt", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("GET", "/bookings/{id}/report.csv", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("GET", "/api/v1/bookings/{id}/report", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("PUT", "/api/v1/bookings/{id}/report", "1", [401, 422, 404, 422, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/report/{mark}", "1/report/end", [401, 409, 404, 409, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/report/sign", "1", [401, 409, 404, 409, 404, 403, 404]),
        row("GET", "/account/billing", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/account/billing", "", [303, 422, 422, 422, 422, 422, 422]),
        row("GET", "/bookings/{id}/invoice", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("POST", "/bookings/{id}/invoice", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("GET", "/invoices", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/invoices/{id}", "1", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/invoices/{id}/paid", "1", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/invoices/{id}/unpaid", "1", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/invoices/{id}/cancel", "1", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/earnings", "", [303, 303, 303, 200, 200, 303, 303]),
        row("GET", "/earnings.csv", "", [303, 404, 404, 200, 200, 404, 404]),
        row("GET", "/spending", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/spending.csv", "", [303, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/account/billing", "", [401, 200, 200, 200, 200, 200, 200]),
        row("PUT", "/api/v1/account/billing", "", [401, 422, 422, 422, 422, 422, 422]),
        row("GET", "/api/v1/bookings/{id}/invoice", "1", [401, 409, 404, 409, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/invoice", "1", [401, 409, 404, 409, 404, 403, 404]),
        row("GET", "/api/v1/invoices", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/invoices/to-make", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/invoices/{id}", "1", [401, 404, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/invoices/{id}/paid", "1", [401, 404, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/invoices/{id}/unpaid", "1", [401, 404, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/invoices/{id}/cancel", "1", [401, 404, 404, 404, 404, 404, 404]),
        row("GET", "/api/v1/earnings", "", [401, 404, 404, 200, 200, 404, 404]),
        row("GET", "/api/v1/spending", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/bookings/{id}/review", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/review", "1", [303, 422, 404, 422, 404, 403, 404]),
        row("GET", "/musicians/{slug}/reviews", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/bookings/{id}/day", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/day/late", "1", [303, 409, 404, 409, 404, 403, 404]),
        row("GET", "/bookings/{id}/no-show", "1", [303, 200, 404, 200, 404, 200, 404]),
        row("POST", "/bookings/{id}/no-show", "1", [303, 400, 404, 400, 404, 403, 404]),
        row("POST", "/bookings/{id}/no-show/contest", "1", [303, 400, 404, 400, 404, 403, 404]),
        row("POST", "/bookings/{id}/no-show/{verb}", "1/no-show/agree", [303, 409, 404, 409, 404, 403, 404]),
        row("GET", "/bookings/{id}/no-show/files/{file}", "1/no-show/files/1", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/admin/no-shows", "", [303, 404, 404, 404, 404, 200, 404]),
        row("GET", "/admin/no-shows/{id}", "999", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/admin/no-shows/{id}", "999", [303, 404, 404, 404, 404, 404, 404]),
        row("GET", "/api/v1/bookings/{id}/day", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("POST", "/api/v1/bookings/{id}/day/late", "1", [401, 409, 404, 409, 404, 403, 404]),
        row("GET", "/api/v1/bookings/{id}/no-show", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("POST", "/api/v1/bookings/{id}/no-show", "1", [401, 400, 404, 400, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/no-show/contest", "1", [401, 400, 404, 400, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/no-show/{verb}", "1/no-show/take-back", [401, 409, 404, 409, 404, 403, 404]),
        row("GET", "/api/v1/admin/no-shows", "", [401, 404, 404, 404, 404, 200, 404]),
        row("POST", "/api/v1/admin/no-shows/{id}", "999", [401, 404, 404, 404, 404, 404, 404]),
        row("GET", "/admin/reviews/{id}", "999", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/admin/reviews/{id}/take-down", "999", [303, 404, 404, 404, 404, 404, 404]).saying(json!({ "reason": "A reason." })),
        row("GET", "/api/v1/bookings/{id}/review", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("POST", "/api/v1/bookings/{id}/review", "1", [401, 422, 404, 422, 404, 403, 404]),
        row("GET", "/api/v1/musicians/{slug}/reviews", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/admin/reviews/{id}/take-down", "999", [401, 404, 404, 404, 404, 404, 404]).saying(json!({ "reason": "A reason." })),
        row("GET", "/", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/musicians", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/about/ranking", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/musicians/{slug}", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/packs", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/packs/{slug}", "mu-bpi", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/admin/packs/{slug}", "mu-bpi", [303, 404, 404, 404, 404, 200, 404]),
        row("POST", "/admin/packs/{slug}", "mu-bpi", [303, 404, 404, 404, 404, 422, 404]),
        row("GET", "/profile/terms", "", [303, 303, 303, 200, 200, 303, 303]),
        row("POST", "/profile/terms", "", [303, 404, 404, 422, 422, 404, 403]),
        row("GET", "/musicians/{slug}/terms", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/packs", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/packs/{slug}", "mu-bpi", [200, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/admin/packs/{slug}/versions", "mu-bpi", [401, 404, 404, 404, 404, 422, 404]),
        row("GET", "/api/v1/profile/terms", "", [401, 404, 404, 200, 200, 404, 404]),
        row("PUT", "/api/v1/profile/terms", "", [401, 404, 404, 422, 422, 404, 403]),
        row("GET", "/api/v1/musicians/{slug}/terms", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/musicians/{slug}/quote", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/profile/portrait", "", [303, 404, 404, 200, 200, 404, 404]),
        row("POST", "/profile/portrait", "", [303, 404, 404, 400, 400, 404, 403]),
        row("POST", "/profile/portrait/remove", "", [303, 404, 404, 303, 303, 404, 403]),
        row("GET", "/portraits/{name}", "x", [404, 404, 404, 404, 404, 404, 404]),
        row("PUT", "/api/v1/profile/portrait", "", [401, 404, 404, 400, 400, 404, 403]),
        row("DELETE", "/api/v1/profile/portrait", "", [401, 404, 404, 204, 204, 404, 403]),
        row("GET", "/musicians/{slug}/card.png", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/recordings/{address}/card.png", "1-dust-on-the-piano", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/favicon.ico", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/robots.txt", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/sitemap.xml", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/sitemap-{part}", "musicians-0.xml", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/favourites", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/favourites", "", [303, 404, 404, 404, 404, 404, 404]),
        row("POST", "/favourites/{id}/note", "1", [303, 303, 404, 404, 404, 404, 404]),
        row("POST", "/favourites/{id}/move", "1", [303, 409, 404, 404, 404, 404, 404]).saying(json!({ "to": "up" })),
        row("POST", "/favourites/{id}/remove", "1", [303, 303, 404, 404, 404, 404, 404]),
        row("POST", "/favourites/{id}/restore", "1", [303, 303, 404, 404, 404, 404, 404]),
        row("GET", "/api/v1/favourites", "", [401, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/favourites", "", [401, 404, 404, 404, 404, 404, 404]),
        row("PUT", "/api/v1/favourites/order", "", [401, 409, 409, 409, 409, 409, 409]).saying(json!({ "version": -1, "ids": [] })),
        row("PUT", "/api/v1/favourites/{id}/note", "1", [401, 200, 404, 404, 404, 404, 404]),
        row("DELETE", "/api/v1/favourites/{id}", "1", [401, 204, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/favourites/{id}/restore", "1", [401, 200, 404, 404, 404, 404, 404]),
        row("GET", "/watches", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/watches", "", [303, 409, 409, 409, 409, 409, 403]),
        row("POST", "/watches/{id}/name", "1", [303, 422, 404, 404, 404, 404, 404]),
        row("POST", "/watches/{id}/mails", "1", [303, 303, 404, 404, 404, 404, 404]).saying(json!({ "mails": "on" })),
        row("POST", "/watches/{id}/remove", "1", [303, 303, 404, 404, 404, 404, 404]),
        row("POST", "/watches/{id}/restore", "1", [303, 303, 404, 404, 404, 404, 404]),
        row("GET", "/watches/stop/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [404, 404, 404, 404, 404, 404, 404]),
        row("POST", "/watches/stop/{secret}", "0000000000000000000000000000000000000000000000000000000000000000", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/api/v1/watches", "", [401, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/watches", "", [401, 409, 409, 409, 409, 409, 403]),
        row("PATCH", "/api/v1/watches/{id}", "1", [401, 200, 404, 404, 404, 404, 404]),
        row("DELETE", "/api/v1/watches/{id}", "1", [401, 204, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/watches/{id}/restore", "1", [401, 200, 404, 404, 404, 404, 404]),
        row("GET", "/admin", "", [303, 404, 404, 404, 404, 200, 404]),
        row("GET", "/admin/profiles/{id}", "1", [303, 404, 404, 404, 404, 200, 404]),
        row("POST", "/admin/profiles/{id}/{verb}", "1/submit", [303, 404, 404, 404, 404, 409, 404]),
        row("GET", "/account/delete", "", [303, 200, 200, 200, 200, 200, 200]),
        row("POST", "/account/delete", "", [303, 422, 422, 422, 422, 422, 422]),
        row("GET", "/api/docs", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/openapi.json", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/dev/clock", "", [404, 404, 404, 404, 404, 404, 404]),
        row("POST", "/dev/clock", "", [404, 404, 404, 404, 404, 404, 404]),
        row("GET", "/healthz", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/readyz", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/notices", "", [401, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/notices/read", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/account/notifications", "", [401, 200, 200, 200, 200, 200, 200]),
        row("PUT", "/api/v1/account/notifications", "", [401, 422, 422, 422, 422, 422, 422]),
        row("POST", "/api/v1/accounts", "", [422, 422, 422, 422, 422, 422, 422]),
        row("POST", "/api/v1/sign-ins", "", [422, 422, 422, 422, 422, 422, 422]),
        row("GET", "/api/v1/sign-ins", "", [401, 200, 200, 200, 200, 200, 200]),
        row("DELETE", "/api/v1/sign-ins/{id}", "999", [401, 404, 404, 404, 404, 404, 404]),
        row("GET", "/api/v1/account", "", [401, 200, 200, 200, 200, 200, 200]),
        row("PATCH", "/api/v1/account", "", [401, 204, 204, 204, 204, 204, 204]),
        row("POST", "/api/v1/account/email", "", [401, 422, 422, 422, 422, 422, 422]),
        row("POST", "/api/v1/account/password", "", [401, 422, 422, 422, 422, 422, 422]),
        row("POST", "/api/v1/account/verification", "", [401, 202, 202, 202, 202, 202, 202]),
        row("POST", "/api/v1/verifications", "", [404, 404, 404, 404, 404, 404, 404]),
        row("POST", "/api/v1/forgotten-passwords", "", [422, 422, 422, 422, 422, 422, 422]),
        row("POST", "/api/v1/password-resets", "", [422, 422, 422, 422, 422, 422, 422]),
        row("GET", "/api/v1/instruments", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/genres", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/places", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/completions/{of}", "genres", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/profile", "", [401, 404, 404, 200, 200, 404, 404]),
        row("PUT", "/api/v1/profile", "", [401, 422, 422, 422, 422, 422, 403]),
        row("POST", "/api/v1/profile/{verb}", "publish", [401, 404, 404, 409, 409, 404, 403]),
        row("GET", "/api/v1/calendar/hours", "", [401, 404, 404, 200, 200, 404, 404]),
        row("PUT", "/api/v1/calendar/hours", "", [401, 404, 404, 204, 204, 404, 403]),
        row("PUT", "/api/v1/calendar/exceptions/{day}", "2026-12-24", [401, 404, 404, 204, 204, 404, 403]),
        row("DELETE", "/api/v1/calendar/exceptions/{day}", "2026-12-24", [401, 404, 404, 204, 204, 404, 403]),
        row("GET", "/api/v1/calendar/free", "", [401, 404, 404, 200, 200, 404, 404]),
        row("GET", "/api/v1/calendar/seasons", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/calendar/seasons", "", [401, 404, 404, 422, 422, 404, 403]),
        row("PUT", "/api/v1/calendar/seasons/{id}", "999", [401, 404, 404, 422, 422, 404, 403]),
        row("DELETE", "/api/v1/calendar/seasons/{id}", "999", [401, 404, 404, 404, 404, 404, 403]),
        row("GET", "/api/v1/calendar/exceptions", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/calendar/stretches/{verb}", "open", [401, 404, 404, 422, 422, 404, 403]),
        row("GET", "/api/v1/calendar/absences", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/calendar/absences", "", [401, 404, 404, 422, 422, 404, 403]),
        row("DELETE", "/api/v1/calendar/absences/{id}", "999", [401, 404, 404, 404, 404, 404, 403]),
        row("GET", "/api/v1/calendar/instant", "", [401, 404, 404, 200, 200, 404, 404]),
        row("PUT", "/api/v1/calendar/instant", "", [401, 404, 404, 422, 422, 404, 403]),
        row("GET", "/api/v1/calendar/shape", "", [401, 404, 404, 200, 200, 404, 404]),
        row("PUT", "/api/v1/calendar/shape", "", [401, 404, 404, 204, 204, 404, 403]),
        row("GET", "/api/v1/calendar/days", "", [401, 404, 404, 200, 200, 404, 404]),
        row("GET", "/api/v1/calendar/why", "", [401, 404, 404, 422, 422, 404, 404]),
        row("GET", "/api/v1/musicians/{slug}/times", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/bookings/{id}/call.ics", "1", [401, 200, 404, 200, 404, 404, 404]),
        row("GET", "/api/v1/calendar/feeds", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/calendar/feeds", "", [401, 404, 404, 422, 422, 404, 403]),
        row("DELETE", "/api/v1/calendar/feeds/{id}", "999", [401, 404, 404, 404, 404, 404, 403]),
        row("GET", "/api/v1/calendar/imports", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/calendar/imports", "", [401, 404, 404, 422, 422, 404, 403]),
        row("POST", "/api/v1/calendar/imports/file", "", [401, 404, 404, 400, 400, 404, 403]),
        row("PATCH", "/api/v1/calendar/imports/{id}", "1", [401, 404, 404, 404, 404, 404, 403]).saying(json!({ "new_name": "Gigs" })),
        row("DELETE", "/api/v1/calendar/imports/{id}", "1", [401, 404, 404, 404, 404, 404, 403]),
        row("POST", "/api/v1/calendar/imports/{id}/refresh", "1", [401, 404, 404, 404, 404, 404, 403]),
        row("POST", "/api/v1/calendar/imports/{id}/restore", "1", [401, 404, 404, 404, 404, 404, 403]),
        row("POST", "/api/v1/musicians/{slug}/calls", "maren-oakley", [401, 422, 422, 409, 422, 422, 403]),
        row("POST", "/api/v1/calls/files", "", [401, 400, 400, 400, 400, 400, 403]),
        row("DELETE", "/api/v1/calls/files/{file}", "999", [401, 404, 404, 404, 404, 404, 403]),
        row("GET", "/api/v1/bookings", "", [401, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/bookings/{id}", "1", [401, 200, 404, 200, 404, 200, 404]),
        row("POST", "/api/v1/bookings/{id}/{verb}", "1/cancel", [401, 409, 404, 409, 404, 403, 404]).saying(json!({ "word": "A reason." })),
        row("POST", "/api/v1/bookings/{id}/offers", "1", [401, 409, 404, 409, 404, 403, 404]),
        row("POST", "/api/v1/bookings/{id}/done", "1", [401, 409, 404, 409, 404, 403, 404]).saying(credit()),
        row("GET", "/api/v1/credits", "", [401, 200, 200, 200, 200, 200, 200]),
        row("POST", "/api/v1/credits/{id}/correct", "1", [401, 409, 404, 409, 404, 404, 404]).saying(credit()),
        row("GET", "/api/v1/recordings", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/recordings/{id}", "1", [404, 200, 404, 200, 404, 404, 404]),
        row("GET", "/api/v1/musicians/{slug}/demos", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/profile/demos", "", [401, 404, 404, 200, 200, 404, 404]),
        row("POST", "/api/v1/profile/demos", "", [401, 404, 404, 400, 400, 404, 403]),
        row("PUT", "/api/v1/profile/demos/{id}", "1", [401, 404, 404, 404, 404, 404, 403]),
        row("DELETE", "/api/v1/profile/demos/{id}", "1", [401, 404, 404, 404, 404, 404, 403]),
        row("POST", "/api/v1/profile/demos/{id}/{way}", "1/up", [401, 404, 404, 404, 404, 404, 403]),
        row("GET", "/api/v1/musicians", "", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/musicians/{slug}", "maren-oakley", [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "/api/v1/admin/profiles", "", [401, 404, 404, 404, 404, 200, 404]),
        row("GET", "/api/v1/admin/profiles/{id}", "1", [401, 404, 404, 404, 404, 200, 404]),
        row("POST", "/api/v1/admin/profiles/{id}/{verb}", "1/submit", [401, 404, 404, 404, 404, 409, 404]),
        row("DELETE", "/api/v1/account", "", [401, 422, 422, 422, 422, 422, 422]),
        row("POST", "/profile/start", "", [303, 303, 303, 303, 303, 303, 403]),
        row("POST", "/credits/{id}/confirm", "1", [303, 409, 404, 303, 404, 404, 404]),
        row("POST", "/api/v1/profile", "", [401, 201, 201, 201, 201, 201, 403]),
        row("POST", "/api/v1/credits/{id}/confirm", "1", [401, 409, 404, 409, 404, 404, 404]),
        row("POST", "/sign-out", "", [303, 303, 303, 303, 303, 303, 303]),
    ]
}

/// The world of the table: Ines asked Maren for booking 1; booking 2 is done, and its credit waits
/// for Maren. Line 1 of a list and the kept
/// search 1 are Ines's.
struct World {
    app: TestApp,
    people: Vec<Client>,
}

async fn world() -> World {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let call = |day: &str| calls::call(json!({ "date": day, "place": "Room A" }));
    let calls = "/musicians/maren-oakley/calls";
    let past = ines.post(calls, call("2026-11-24")).await.location().to_owned();
    maren.post(&format!("{past}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::days(2));
    ines.post(calls, call("2026-12-08")).await.expect(StatusCode::SEE_OTHER);
    ines.post(&format!("{past}/done"), credit()).await.expect(StatusCode::SEE_OTHER);
    ines.post("/favourites", json!({ "musician": "maren-oakley" }))
        .await
        .expect(StatusCode::SEE_OTHER);
    ines.post("/watches", json!({ "query": "instrument=fiddle" }))
        .await
        .expect(StatusCode::SEE_OTHER);
    let unverified = app.stranger();
    let una = json!({ "name": "Una Verified", "email": "una@example.test",
        "password": "four candles and a kazoo", "zone": "UTC" });
    unverified.post("/sign-up", &una).await.expect(StatusCode::SEE_OTHER);
    unverified.post("/sign-in", &una).await.expect(StatusCode::SEE_OTHER);
    let people = vec![
        app.stranger(),
        ines,
        app.producer("Theo Brandvold").await,
        maren,
        app.musician("Josiah Pell").await,
        app.admin("Ada Winterbourne").await,
        unverified,
    ];
    World { app, people }
}

#[test]
fn no_route_goes_without_a_row() {
    let routes = |prefix: &str, routes: &[(&str, &str)]| -> BTreeSet<(String, String)> {
        routes.iter().map(|(m, path)| (m.to_uppercase(), format!("{prefix}{path}"))).collect()
    };
    let mut there = routes("", first_call::PAGES);
    there.extend(routes("/api/v1", first_call::API));
    there.extend(routes("", first_call::PAGE_UPLOADS));
    there.extend(routes("/api/v1", first_call::API_UPLOADS));
    there.extend(routes("", first_call::PAGE_ATTACHMENTS));
    there.extend(routes("/api/v1", first_call::API_ATTACHMENTS));
    there.extend(routes("", first_call::HEALTH));
    let told = table().iter().map(|row| (row.method.to_owned(), row.route.to_owned())).collect();
    assert_eq!(there, told);
}

#[tokio::test]
async fn everybody_gets_what_the_table_says_and_nothing_else() {
    let world = world().await;
    let mut wrong = Vec::new();
    for row in table() {
        let mut answers = [0; 7];
        for (answer, who) in answers.iter_mut().zip(&world.people) {
            // Apart, so that nobody is slowed down for guessing.
            world.app.wait(TimeDelta::seconds(13));
            *answer = row.ask(who).await;
        }
        if answers != row.answers {
            let pairs = WHO.iter().zip(answers).map(|(who, answer)| format!("{who} {answer}"));
            wrong.push(format!(
                "{} {}: {answers:?} {}",
                row.method,
                row.route,
                pairs.collect::<Vec<_>>().join(", ")
            ));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
