//! Charts and audio that go with a call.

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use first_call::{bookings::sweep, files::Files, values::Clock};
use serde_json::{Value, json};
use sqlx::{query, query_scalar};

use super::{Scene, call, scene};
use crate::{
    calls,
    support::{
        Client, PASSWORD, Reply, email_of,
        sending::{PDF, Shelf, form, send},
    },
};

const BESIDE: &str = "/musicians/maren-oakley/calls/files";
const BESIDE_JSON: &str = "/api/v1/calls/files";
const KEY: &str = "a-form-that-is-being-written";

/// What was typed, as a browser sends it beside files.
fn typed(otherwise: &[(&str, &str)]) -> Vec<(String, String)> {
    let call = call(otherwise);
    let fields = call.as_object().unwrap().iter();
    fields.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
}

async fn put(who: &Client, otherwise: &[(&str, &str)], files: &[(&str, &[u8])]) -> Reply {
    let typed = typed(otherwise);
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    send(who, BESIDE, form(&typed, files)).await
}

async fn put_json(who: &Client, key: &str, files: &[(&str, &[u8])]) -> Reply {
    send(who, BESIDE_JSON, form(&[("form_key", key)], files)).await
}

async fn delete(who: &Client, id: Value) -> StatusCode {
    let request = Request::delete(format!("{BESIDE_JSON}/{id}"));
    who.send(request, Body::empty()).await.status
}

impl Scene {
    /// What the latest mail to Maren says.
    async fn told_maren(&self) -> String {
        let sql = "select array_to_string(paragraphs, ' ') from mails where recipient = $1::citext
                   order by id desc limit 1";
        let mail = query_scalar(sql).bind(email_of("Maren Oakley"));
        mail.fetch_one(self.app.db()).await.unwrap()
    }

    /// Asks with a chart; where the call sheet has it.
    async fn asked_with(&self, name: &str) -> String {
        put_json(&self.ines, KEY, &[(name, PDF)]).await.expect(StatusCode::CREATED);
        let sheet = self.ask(&[("form_key", KEY)]).await;
        let page = self.ines.get(&sheet).await.expect(StatusCode::OK);
        page.attributes(".files a", "href").remove(0)
    }
}

#[tokio::test]
async fn charts_are_put_beside_the_form_and_go_with_the_call() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let wav = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".repeat(20);
    let files: [(&str, &[u8]); 2] = [("Dust, Åse’s chart.pdf", PDF), ("guide.wav", &wav)];
    let page = put(&s.ines, &[("form_key", KEY), ("title", "")], &files).await;
    let page = page.expect(StatusCode::OK);
    assert_eq!(
        page.texts("#beside li > span"),
        ["Dust, Åse’s chart.pdf", "PDF, 1 kB", "guide.wav", "WAV, 1 kB"]
    );
    assert_eq!(page.attributes("input[name=artist]", "value"), ["June Harrow & the Lamplighters"]);
    assert_eq!(page.attributes("input[name=form_key]", "value"), [KEY], "it is the same form");

    // A form that comes back with faults has them still.
    let again =
        s.ines.post("/musicians/maren-oakley/calls", call(&[("form_key", KEY), ("title", "")]));
    let again = again.await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts("#beside li > span:first-child"),
        ["Dust, Åse’s chart.pdf", "guide.wav"]
    );

    // One is left out; the other goes with the call, and with the mail.
    let out = again.attributes("#beside input", "value").remove(1);
    let sheet = s.ask(&[("form_key", KEY), ("leave_out", &out)]).await;
    assert_eq!(shelf.count(), 1);
    let mail = s.told_maren().await;
    assert!(mail.contains("With it: “Dust, Åse’s chart.pdf” (PDF, 1 kB)."), "{mail}");
    for who in [&s.ines, &s.maren] {
        let page = who.get(&sheet).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".files a"), ["Dust, Åse’s chart.pdf"]);
        let url = page.attributes(".files a", "href").remove(0);
        let file = who.get(&url).await.expect(StatusCode::OK);
        assert_eq!(file.body, std::str::from_utf8(PDF).unwrap());
        assert_eq!(file.header("content-type"), "application/pdf");
        assert_eq!(file.header("content-security-policy"), "sandbox");
        assert!(file.header("content-disposition").starts_with("attachment; "));
    }
    // The form is sent, so nothing lies beside it, and what is put there goes nowhere.
    let late = put_json(&s.ines, KEY, &[("late.pdf", b"%PDF-1.7 late")]).await;
    late.expect(StatusCode::CREATED);
    assert_eq!(s.ines.get(&sheet).await.texts(".files a").len(), 1);
}

#[tokio::test]
async fn only_those_in_a_call_get_what_came_with_it() {
    let s = scene().await;
    let _shelf = Shelf::of(&s.app, "calls");
    let url = s.asked_with("Dust.pdf").await;
    let part = Request::get(&url).header("range", "bytes=0-4");
    let part = s.maren.send(part, Body::empty()).await.expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!(part.body, "%PDF-");
    let theo = s.app.producer("Theo Brandvold").await;
    theo.get(&url).await.expect(StatusCode::NOT_FOUND);
    s.app.stranger().get(&url).await.expect(StatusCode::SEE_OTHER);
    // A number of one call opens nothing under another, nor under none.
    s.ask(&[("date", "2026-12-09")]).await;
    s.maren.get(&url.replace("/bookings/1/", "/bookings/2/")).await.expect(StatusCode::NOT_FOUND);
    s.maren.get("/bookings/1/files/999").await.expect(StatusCode::NOT_FOUND);

    // Who said no is not in it any more; whoever sent it still is.
    s.maren.post("/bookings/1/decline", ()).await.expect(StatusCode::SEE_OTHER);
    s.maren.get(&url).await.expect(StatusCode::NOT_FOUND);
    let sheet = s.maren.get("/bookings/1").await.expect(StatusCode::OK);
    assert!(sheet.texts(".files a").is_empty());
    let json = s.maren.get("/api/v1/bookings/1").await.json();
    assert_eq!(json["files"], json!([]));
    s.ines.get(&url).await.expect(StatusCode::OK);
    // An admin reads what two sides may come to disagree about, as in a conversation.
    let ada = s.app.admin("Ada Brightwell").await;
    ada.get(&url).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn all_who_are_asked_for_one_call_get_the_same() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let wren = s.app.musician("Wren Takahashi").await;
    put_json(&s.ines, KEY, &[("Dust.pdf", PDF)]).await.expect(StatusCode::CREATED);
    s.ask(&[("form_key", KEY), ("asks", "several")]).await;
    let form = s.ines.get("/musicians/wren-takahashi/calls/new?call=1").await;
    assert!(form.expect(StatusCode::OK).texts("#call dd").contains(&"Dust.pdf".to_owned()));
    let one_more = calls::call(json!({ "call": "1", "form_key": "one more" }));
    let sent = s.ines.post("/musicians/wren-takahashi/calls", one_more).await;
    let sheet = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
    let page = wren.get(&sheet).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".files a"), ["Dust.pdf"]);
    let url = page.attributes(".files a", "href").remove(0);
    wren.get(&url).await.expect(StatusCode::OK);
    assert_eq!(shelf.count(), 1);
    // The first yes takes the other out of it.
    s.maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    wren.get(&url).await.expect(StatusCode::NOT_FOUND);
    s.maren.get("/bookings/1/files/1").await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_file_that_will_not_do_is_refused_with_the_reason_and_the_others_stay() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let html: &[u8] = b"<!doctype html>";
    let files: [(&str, &[u8]); 2] = [("good.pdf", PDF), ("bad.pdf", html)];
    let page = put(&s.ines, &[("form_key", KEY)], &files).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let said = page.texts("#faults li").join(" ");
    assert!(said.starts_with("File “bad.pdf” is not what its name says"), "{said}");
    assert_eq!(page.texts("#beside li > span:first-child"), ["good.pdf"]);
    assert_eq!(shelf.count(), 1);

    let none = put(&s.ines, &[("form_key", KEY)], &[("", b"")]).await;
    let none = none.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(none.texts("#faults li"), ["File is missing: choose one"]);
    let keyless = put(&s.ines, &[("form_key", "")], &[("a.pdf", PDF)]).await;
    let said = keyless.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li").join(" ");
    assert!(said.starts_with("File cannot be kept: the form has no key"), "{said}");
    // Under a key that no call is sent with nothing is kept.
    for key in ["a\0b", &"k".repeat(65), &"k".repeat(3000)] {
        let keyless = put_json(&s.ines, key, &[("a.pdf", PDF)]).await;
        let said =
            keyless.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"]["file"].clone();
        assert!(said[0].as_str().unwrap().starts_with("cannot be kept"), "{said}");
        let sent = s.ines.post("/musicians/maren-oakley/calls", call(&[("form_key", key)])).await;
        sent.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    send(&s.ines, BESIDE, "no form at all").await.expect(StatusCode::BAD_REQUEST);
    // A browser without scripts that was told to send, not to add, sends names alone.
    let unadded = call(&[("form_key", KEY), ("file", "guide.wav")]);
    let unadded = s.ines.post("/musicians/maren-oakley/calls", unadded).await;
    let said = unadded.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li").join(" ");
    assert!(said.starts_with("File was not added yet"), "{said}");
    assert_eq!(shelf.count(), 1);
}

#[tokio::test]
async fn a_program_puts_files_beside_a_call_once_and_takes_them_away() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let first = put_json(&s.ines, KEY, &[("a.pdf", PDF)]).await.expect(StatusCode::CREATED);
    let lies = json!([{ "id": 1, "name": "a.pdf", "kind": "PDF", "bytes": 30, "url": null }]);
    assert_eq!(first.json()["items"], lies);
    let again = put_json(&s.ines, KEY, &[("a.pdf", PDF)]).await.expect(StatusCode::CREATED);
    assert_eq!((again.json()["items"].clone(), shelf.count()), (lies, 1), "it is there once");
    // Another form, and another's, are others.
    put_json(&s.ines, "another", &[("a.pdf", PDF)]).await.expect(StatusCode::CREATED);
    let theo = s.app.producer("Theo Brandvold").await;
    let theirs = put_json(&theo, KEY, &[("b.pdf", PDF)]).await.expect(StatusCode::CREATED).json();
    assert_eq!(theirs["items"].as_array().unwrap().len(), 1);
    assert_eq!(shelf.count(), 3);

    assert_eq!(delete(&theo, json!(1)).await, StatusCode::NOT_FOUND);
    assert_eq!(delete(&s.ines, json!(1)).await, StatusCode::NO_CONTENT);
    assert_eq!(delete(&s.ines, json!(1)).await, StatusCode::NOT_FOUND);
    assert_eq!(shelf.count(), 2);

    put_json(&s.ines, KEY, &[("a.pdf", PDF)]).await.expect(StatusCode::CREATED);
    let call = calls::call(json!({ "form_key": KEY }));
    let sent = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", &call).await;
    let files = &sent.expect(StatusCode::CREATED).json()["files"];
    assert_eq!(files[0]["name"], "a.pdf");
    s.maren.get(files[0]["url"].as_str().unwrap()).await.expect(StatusCode::OK);
    // What was sent is not taken away any more.
    assert_eq!(delete(&s.ines, files[0]["id"].clone()).await, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn twenty_go_with_a_call_and_sixty_wait_at_most() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let charts: Vec<Vec<u8>> = (0..61).map(|n| format!("%PDF-1.7\n% {n}").into_bytes()).collect();
    let mut refused = Vec::new();
    for (n, chart) in charts.iter().enumerate().take(21) {
        let reply = put_json(&s.ines, KEY, &[("a.pdf", chart)]).await;
        if reply.status != StatusCode::CREATED {
            refused.push((n, reply.json()["errors"]["file"][0].clone()));
        }
    }
    assert_eq!(refused, [(20, json!("is one of too many: 20 go with one call"))]);
    // What is there already is not one too many; what is left out makes room.
    put_json(&s.ines, KEY, &[("a.pdf", &charts[19])]).await.expect(StatusCode::CREATED);
    let instead = [("form_key", KEY), ("leave_out", "20")];
    let page = put(&s.ines, &instead, &[("late.pdf", &charts[20])]).await.expect(StatusCode::OK);
    assert_eq!(page.texts("#beside li").len(), 20);
    for (n, chart) in charts.iter().enumerate().skip(20).take(40) {
        let key = format!("form {}", n / 20);
        put_json(&s.ines, &key, &[("a.pdf", chart)]).await.expect(StatusCode::CREATED);
    }
    let full = put_json(&s.ines, "one more", &[("a.pdf", &charts[60])]).await;
    let full = full.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    let said = full["errors"]["file"][0].as_str().unwrap();
    assert!(said.starts_with("does not fit: 60 of yours lie beside forms"), "{said}");
    assert_eq!(shelf.count(), 60);
    // A call that is sent makes room.
    s.ask(&[("form_key", KEY)]).await;
    put_json(&s.ines, "one more", &[("a.pdf", &charts[60])]).await.expect(StatusCode::CREATED);
}

#[tokio::test]
async fn a_file_that_does_not_arrive_whole_leaves_nothing_beside_the_form() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    let large = [PDF, &[7; 600_000]].concat();
    let whole = form(&[("form_key", KEY)], &[("a.pdf", PDF), ("b.pdf", &large)]);
    let half = Bytes::from(whole[..400_000].to_vec());
    let pieces = [Ok(half), Err(std::io::Error::other("the line broke"))];
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    send(&s.ines, BESIDE_JSON, body).await.expect(StatusCode::BAD_REQUEST);
    assert_eq!(shelf.count(), 0);
    send(&s.ines, BESIDE_JSON, whole).await.expect(StatusCode::CREATED);
    assert_eq!(shelf.count(), 2);
}

#[tokio::test]
async fn a_name_hides_no_number_until_the_booking_is_confirmed() {
    let s = scene().await;
    let _shelf = Shelf::of(&s.app, "calls");
    let url = s.asked_with("ring 615-555-0123.pdf").await;
    let named = |json: Value| json["files"][0]["name"].as_str().unwrap().to_owned();
    let seen = named(s.maren.get("/api/v1/bookings/1").await.json());
    assert_eq!(seen, "ring [number hidden].pdf");
    let saved = s.maren.get(&url).await.expect(StatusCode::OK);
    assert!(!saved.header("content-disposition").contains("0123"));
    let mail = s.told_maren().await;
    assert!(!mail.contains("555"), "{mail}");
    s.maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(named(s.maren.get("/api/v1/bookings/1").await.json()), "ring 615-555-0123.pdf");
}

#[tokio::test]
async fn what_was_never_sent_goes_after_two_days_and_what_a_crash_left_after_one() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    s.asked_with("Dust.pdf").await;
    put_json(&s.ines, "never sent", &[("a.pdf", PDF)]).await.expect(StatusCode::CREATED);
    let files = Files::in_folder(shelf.path()).unwrap();
    files.put("calls", Bytes::from_static(b"left by a crash")).await.unwrap();
    let mut db = s.app.db().acquire().await.unwrap();
    // Files have the real time, whatever it is on the site.
    let now = Clock::System.now();
    let put = query("update call_files set created_at = $1").bind(now);
    put.execute(s.app.db()).await.unwrap();
    assert_eq!(sweep(&mut db, &files, now).await.unwrap(), 0, "it may be on its way");
    assert_eq!(sweep(&mut db, &files, now + TimeDelta::hours(25)).await.unwrap(), 1);
    assert_eq!(sweep(&mut db, &files, now + TimeDelta::hours(49)).await.unwrap(), 1);
    assert_eq!(shelf.count(), 1, "what was sent stays");
}

#[tokio::test]
async fn who_leaves_takes_what_they_sent_along() {
    let s = scene().await;
    let shelf = Shelf::of(&s.app, "calls");
    s.asked_with("Dust.pdf").await;
    s.ines.post("/bookings/1/withdraw", ()).await.expect(StatusCode::SEE_OTHER);
    let gone = s.ines.post("/account/delete", [("current", PASSWORD)]).await;
    gone.expect(StatusCode::SEE_OTHER);
    assert_eq!(shelf.count(), 0);
}
