use axum::http::StatusCode;
use chrono::TimeDelta;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::{
    calls,
    support::{Client, TestApp},
};

/// Ines has booked Maren for two sessions that are over; both wait to be marked done.
async fn after_two_sessions(app: &TestApp) -> (Client, Client) {
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    for day in ["2026-11-24", "2026-11-25"] {
        let sent = ines.post("/musicians/maren-oakley/calls", call(day)).await;
        let booking = sent.location().to_owned();
        maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    }
    app.wait(TimeDelta::days(3));
    (ines, maren)
}

fn call(day: &str) -> serde_json::Value {
    calls::call(json!({
        "artist": "June Harrow & the Lamplighters", "date": day,
        "place": "Cedar Street Sound, Nashville",
        "brief": "Dry and close. Think barn, not ballroom.",
    }))
}

fn credit() -> serde_json::Value {
    json!({
        "title": "Dust on the Piano", "artist": "June Harrow & the Lamplighters", "isrc": "",
        "credited_as": "Maren Oakley", "instrument": "fiddle",
    })
}

#[tokio::test]
async fn a_booking_marked_done_leaves_a_credit_that_both_agree_on() {
    let app = TestApp::new().await;
    let (ines, maren) = after_two_sessions(&app).await;

    let form = ines.get("/bookings/1/done").await.expect(StatusCode::OK);
    assert_eq!(form.attributes("#title", "value"), ["Dust on the Piano"]);
    assert_eq!(form.attributes("#credited_as", "value"), ["Maren Oakley"]);
    ines.post("/bookings/1/done", credit()).await.expect(StatusCode::SEE_OTHER);

    let stranger = app.stranger();
    assert_eq!(stranger.get("/recordings/1-dust-on-the-piano").await.status, StatusCode::NOT_FOUND);
    let mine = maren.get("/credits").await;
    assert_eq!(mine.texts(".pending .credit-line"), ["Maren Oakley fiddle"]);

    maren.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let page = stranger.get("/recordings/1-dust-on-the-piano").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Dust on the Piano"]);
    assert_eq!(page.texts(".lineup .by"), ["Maren Oakley"]);
    assert_eq!(page.texts(".lineup .true"), ["Confirmed"]);
    assert_eq!(page.attributes(".lineup .by a", "href"), ["/musicians/maren-oakley"]);
}

#[tokio::test]
async fn the_musician_may_mark_a_session_done_as_well() {
    let app = TestApp::new().await;
    let (ines, maren) = after_two_sessions(&app).await;
    maren.post("/bookings/1/done", credit()).await.expect(StatusCode::SEE_OTHER);

    assert_eq!(maren.post("/credits/1/confirm", ()).await.status, StatusCode::CONFLICT);
    ines.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let again = ines.post("/credits/1/confirm", ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        again.texts(".lede"),
        ["This credit is confirmed by both sides, so it stays as it is."]
    );
}

#[tokio::test]
async fn a_corrected_credit_waits_for_the_other_side_again() {
    let app = TestApp::new().await;
    let (ines, maren) = after_two_sessions(&app).await;
    ines.post("/bookings/1/done", credit()).await.expect(StatusCode::SEE_OTHER);

    let mut corrected = credit();
    corrected["credited_as"] = json!("Maren J. Oakley");
    corrected["isrc"] = json!("us-ll7-25-00417");
    maren.post("/credits/1/correct", &corrected).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(maren.post("/credits/1/confirm", ()).await.status, StatusCode::CONFLICT);

    let mine = ines.get("/credits").await;
    assert_eq!(mine.texts(".pending .credit-line"), ["Maren J. Oakley fiddle"]);
    ines.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let page = app.stranger().get("/recordings/1-dust-on-the-piano").await;
    assert_eq!(page.texts(".lineup .by"), ["Maren J. Oakley"]);
    assert!(page.body.contains("US-LL7-25-00417"));
}

#[tokio::test]
async fn two_sessions_of_one_recording_meet_on_its_page() {
    let app = TestApp::new().await;
    let (ines, maren) = after_two_sessions(&app).await;
    let mut second = credit();
    second["title"] = json!("dust on the piano");
    second["instrument"] = json!("mandolin");
    for (booking, form) in [(1, credit()), (2, second)] {
        ines.post(&format!("/bookings/{booking}/done"), form).await.expect(StatusCode::SEE_OTHER);
        maren.post(&format!("/credits/{booking}/confirm"), ()).await.expect(StatusCode::SEE_OTHER);
    }
    let page = app.stranger().get("/recordings/1-dust-on-the-piano").await;
    let mut played = page.texts(".lineup .on");
    played.sort();
    assert_eq!(played, ["Fiddle", "Mandolin"]);
}

#[tokio::test]
async fn an_isrc_names_one_recording_only() {
    let app = TestApp::new().await;
    let (ines, _) = after_two_sessions(&app).await;
    let mut first = credit();
    first["isrc"] = json!("US-LL7-25-00417");
    ines.post("/bookings/1/done", &first).await.expect(StatusCode::SEE_OTHER);

    first["title"] = json!("Every Porch Light");
    let refused =
        ines.post("/bookings/2/done", &first).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.texts("#isrc-error"),
        [
            "ISRC already belongs to “Dust on the Piano” by June Harrow & the Lamplighters: check it, or take that title."
        ]
    );
    assert_eq!(refused.attributes("#title", "value"), ["Every Porch Light"]);
}

#[tokio::test]
async fn every_field_of_a_credit_says_what_is_wrong_with_it() {
    let app = TestApp::new().await;
    let (ines, _) = after_two_sessions(&app).await;
    let long = "x".repeat(161);
    for (field, typed, says) in [
        ("title", "", "Title cannot be empty."),
        ("title", long.as_str(), "Title is too long: 161 characters, and 160 fit."),
        (
            "artist",
            "a\0b",
            "Artist has a character that cannot be printed: write it again by hand.",
        ),
        ("isrc", "US-RC1", "ISRC is not an ISRC: it has twelve characters, like US-RC1-76-00833."),
        ("credited_as", " ", "Credited as cannot be empty."),
        ("instrument", "kazooo", "Instrument is not in our catalog: choose one from the list."),
    ] {
        let mut form = credit();
        form[field] = json!(typed);
        let page =
            ines.post("/bookings/1/done", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts(&format!("#{field}-error")), [says], "{field}: {typed:?}");
    }
    let mut hostile = credit();
    hostile["title"] = json!("<script>alert(1)</script>");
    hostile["isrc"] = json!("no");
    let page = ines.post("/bookings/1/done", &hostile).await;
    assert_eq!(page.attributes("#title", "value"), ["<script>alert(1)</script>"]);
    assert!(!page.body.contains("<script>alert"));
}

#[tokio::test]
async fn a_session_is_not_done_before_it_is_over_nor_by_anyone_else() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let eve = app.producer("Eve Strand").await;
    ines.post("/musicians/maren-oakley/calls", call("2026-11-24")).await;
    maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);

    assert_eq!(ines.get("/bookings/1/done").await.status, StatusCode::CONFLICT);
    assert_eq!(ines.post("/bookings/1/done", credit()).await.status, StatusCode::CONFLICT);
    app.wait(TimeDelta::days(3));
    assert_eq!(eve.get("/bookings/1/done").await.status, StatusCode::NOT_FOUND);
    assert_eq!(eve.post("/bookings/1/done", credit()).await.status, StatusCode::NOT_FOUND);
    ines.post("/bookings/1/done", credit()).await.expect(StatusCode::SEE_OTHER);
    for path in ["/credits/1/confirm", "/credits/1/correct"] {
        assert_eq!(eve.post(path, credit()).await.status, StatusCode::NOT_FOUND);
    }
    // A stale page sent twice: it happened once.
    assert_eq!(ines.post("/bookings/1/done", credit()).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn programs_do_the_same_and_a_key_is_answered_once() {
    let app = TestApp::new().await;
    let (ines, maren) = after_two_sessions(&app).await;
    let keyed = |body: &serde_json::Value| {
        let request = axum::http::Request::post("/api/v1/bookings/1/done")
            .header("content-type", "application/json")
            .header("idempotency-key", "9f2c-0001");
        ines.send(request, body.to_string().into())
    };
    let first = keyed(&credit()).await.expect(StatusCode::CREATED);
    assert_json_snapshot!(first.json(), @r#"
    {
      "id": 1,
      "recording": {
        "id": 1,
        "title": "Dust on the Piano",
        "artist": "June Harrow & the Lamplighters",
        "isrc": null,
        "url": "/recordings/1-dust-on-the-piano"
      },
      "credited_as": "Maren Oakley",
      "musician": "/musicians/maren-oakley",
      "instrument": "Fiddle",
      "genre": "Country",
      "played_on": "2026-11-24",
      "status": "drafted",
      "awaits": "musician",
      "booking": 1,
      "verbs": [
        "correct"
      ]
    }
    "#);
    let second = keyed(&credit()).await.expect(StatusCode::CREATED);
    assert_eq!(second.body, first.body);
    assert_eq!(second.header("idempotency-replayed"), "true");
    let mut other = credit();
    other["title"] = json!("Another");
    assert_eq!(keyed(&other).await.status, StatusCode::UNPROCESSABLE_ENTITY);

    let confirmed = maren.post_json("/api/v1/credits/1/confirm", json!({})).await;
    assert_eq!(confirmed.expect(StatusCode::OK).json()["status"], "confirmed");
    let list = app.stranger().get("/api/v1/recordings?q=lamplighters").await.json();
    assert_eq!(list["items"][0]["title"], "Dust on the Piano");
    assert_eq!(list["next"], json!(null));
    let recording = app.stranger().get("/api/v1/recordings/1").await.json();
    assert_eq!(recording["credits"][0]["musician"], "/musicians/maren-oakley");
    assert_eq!(recording["credits"][0].get("booking"), None);
}

#[tokio::test]
async fn nonsense_in_an_address_is_nothing_here() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    for path in
        ["/recordings/x", "/recordings/99999999999999999999-a", "/recordings/-1", "/recordings/7-a"]
    {
        assert_eq!(anyone.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/recordings?q=%00&after=x", "/recordings?q=%25_%5C", "/recordings?after=-5"] {
        assert_eq!(anyone.get(path).await.status, StatusCode::OK, "{path}");
    }
}
