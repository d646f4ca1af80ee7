use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::support::TestApp;

/// Maren's profile as she types it, from the version she sees.
fn profile(version: &str) -> Vec<(&'static str, String)> {
    [
        ("version", version),
        ("name", "Maren Oakley"),
        ("headline", "Fiddle like a dusty barn."),
        ("about", "I read numbers and write my own parts."),
        ("place", "Nashville, Tennessee"),
        ("zone", "America/Chicago"),
        ("works", "room"),
        ("works", "remote"),
        ("currency", "USD"),
        ("session_rate", "380"),
        ("song_rate", "150.00"),
        ("charts", "numbers"),
        ("charts", "ear"),
        ("buffer_before", "15"),
        ("buffer_after", "15"),
        ("instrument", "mandolin"),
        ("gear", "A-style"),
        ("instrument", ""),
        ("gear", ""),
        ("instrument", "Fiddle"),
        ("gear", "1921 German trade fiddle"),
        ("primary", "2"),
        ("genre", "country"),
        ("genre", "bluegrass"),
    ]
    .map(|(field, text)| (field, text.to_owned()))
    .to_vec()
}

fn with(field: &'static str, text: &str) -> Vec<(&'static str, String)> {
    let mut form = profile("1");
    match form.iter_mut().find(|(known, _)| *known == field) {
        Some(known) => text.clone_into(&mut known.1),
        None => form.push((field, text.to_owned())),
    }
    form
}

#[tokio::test]
async fn a_profile_is_written_sent_in_read_and_published() {
    let app = TestApp::new().await;
    let (maren, ada) = (app.producer("Maren Oakley").await, app.admin("Ada Winterbourne").await);
    let stranger = app.stranger();

    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    maren.post("/profile", profile("1")).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(stranger.get("/musicians/maren-oakley").await.status, StatusCode::NOT_FOUND);
    maren.post("/profile/submit", ()).await.expect(StatusCode::SEE_OTHER);

    let queue = ada.get("/admin").await;
    assert_eq!(queue.texts("tbody a"), ["Maren Oakley"]);
    // What is being reviewed is not changed under the reader.
    assert_eq!(maren.post("/profile", profile("3")).await.status, StatusCode::CONFLICT);
    let remarks =
        [("field", "headline"), ("remark", "says little"), ("field", "about"), ("remark", "")];
    ada.post("/admin/profiles/1/request_changes", remarks).await.expect(StatusCode::SEE_OTHER);

    let page = maren.get("/profile").await;
    assert_eq!(page.texts(".notice.now li"), ["Headline: says little"]);
    let version = page.attributes("input[name=version]", "value")[0].clone();
    maren.post("/profile", profile(&version)).await.expect(StatusCode::SEE_OTHER);
    maren.post("/profile/submit", ()).await.expect(StatusCode::SEE_OTHER);
    ada.post("/admin/profiles/1/publish", ()).await.expect(StatusCode::SEE_OTHER);

    let public = stranger.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(public.texts("h1"), ["Maren Oakley"]);
    assert_eq!(public.texts(".gear b"), ["Fiddle first", "Mandolin"], "the primary first");
    let told: Vec<String> =
        maren.get("/inbox").await.texts("main").concat().lines().map(str::to_owned).collect();
    assert!(told.concat().contains("Your profile is public"), "{told:?}");

    let hidden = ada.post("/admin/profiles/1/hide", [("word", "")]).await;
    assert_eq!(hidden.status, StatusCode::CONFLICT, "a reason is owed");
    ada.post("/admin/profiles/1/hide", [("word", "Asked for by a label.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(stranger.get("/musicians/maren-oakley").await.status, StatusCode::NOT_FOUND);
    let history = ada.get("/admin/profiles/1").await.texts(".history li span:first-child");
    assert_eq!(
        history,
        [
            "Draft",
            "Submitted",
            "Changes requested",
            "Submitted",
            "Published",
            "Hidden: Asked for by a label."
        ]
    );
}

#[tokio::test]
async fn a_stale_page_overwrites_nothing_and_loses_nothing() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    maren.post("/profile", profile("1")).await.expect(StatusCode::SEE_OTHER);
    let mut stale = profile("1");
    stale[2].1 = "Written in another window".into();
    let page = maren.post("/profile", stale).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.texts("#faults li")[0].starts_with("This profile was changed meanwhile"));
    assert_eq!(page.attributes("#headline", "value"), ["Written in another window"]);
}

#[tokio::test]
async fn an_incomplete_profile_says_what_to_add() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    let missing = maren.get("/profile").await.texts(".notice.soft li");
    assert!(missing.contains(&"at least one instrument".to_owned()), "{missing:?}");
    let refused = maren.post_json("/api/v1/profile/submit", json!({})).await;
    assert_eq!(
        refused.expect(StatusCode::CONFLICT).json()["detail"],
        "This profile is not complete yet: add a headline, the one line a producer reads first."
    );
}

#[tokio::test]
async fn two_of_one_name_have_addresses_of_their_own() {
    let app = TestApp::new().await;
    for name in ["Asa Bjork", "Asa-Bjork"] {
        let client = app.producer(name).await;
        client.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    }
    let slugs: Vec<String> = sqlx::query_scalar("select slug from musicians order by id")
        .fetch_all(app.db())
        .await
        .unwrap();
    assert_eq!(slugs, ["asa-bjork", "asa-bjork-2"]);
}

#[tokio::test]
async fn every_field_of_a_profile_says_what_is_wrong_with_it() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    let long = "x".repeat(2001);
    for (field, typed, says) in [
        ("name", "", "Name cannot be empty."),
        ("headline", long.as_str(), "Headline is too long: 2001 characters, and 120 fit."),
        ("about", long.as_str(), "About is too long: 2001 characters, and 2000 fit."),
        ("place", "a\0b", "Place has a character that cannot be printed: write it again by hand."),
        (
            "zone",
            "Nowhere",
            "Time zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        (
            "currency",
            "XXZ",
            "Currency is not a currency we know: choose one from the list, such as USD.",
        ),
        ("session_rate", "-3", "Rate for a session cannot be less than nothing."),
        (
            "song_rate",
            "a lot",
            "Rate for a song is not an amount: write it with figures, like 380.00.",
        ),
        ("buffer_before", "999", "Time kept clear is not a number of minutes from 0 to 240."),
        ("instrument", "<b>lute", "Instruments has “<b>lute”, which is not in our catalog."),
        ("genre", "noise-core", "Genres have one that is not in our catalog."),
    ] {
        let page = maren
            .post("/profile", with(field, typed))
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        let at = if field.starts_with("buffer") { "buffer" } else { field };
        assert_eq!(page.texts(&format!("#{at}-error")), [says], "{typed:?}");
        assert!(!page.body.contains("<b>lute"));
    }
}

#[tokio::test]
async fn hours_are_kept_and_faults_name_their_day() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let hours = |rows: &[(&str, &str, &str)]| -> Vec<(&'static str, String)> {
        rows.iter()
            .flat_map(|(day, from, to)| {
                [("weekday", (*day).into()), ("from", (*from).into()), ("to", (*to).into())]
            })
            .collect()
    };
    for (rows, says) in [
        (
            vec![("2", "13:00", "09:00")],
            "Weekly hours on Tuesday have 13:00–09:00, which must end after it starts, on the same day: midnight is 24:00.",
        ),
        (
            vec![("2", "9", "12:00")],
            "Weekly hours on Tuesday have 9–12:00, which is not a time of day: write it like 09:30.",
        ),
        (
            vec![("2", "09:00", "12:00"), ("2", "11:00", "13:00")],
            "Weekly hours overlap on Tuesday: 11:00–13:00 and another.",
        ),
        (vec![("8", "09:00", "12:00")], "Weekly hours have a day that is not one of the week."),
    ] {
        let page = maren
            .post("/calendar/hours", hours(&rows))
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#hours-error"), [says]);
    }
    maren
        .post("/calendar/hours", hours(&[("2", "22:00", "24:00"), ("2", "", "")]))
        .await
        .expect(StatusCode::SEE_OTHER);
    let kept = maren.get("/api/v1/calendar/hours").await.json();
    assert_eq!(
        kept,
        json!({ "zone": "America/Chicago", "hours": [{ "weekday": 2, "from": "22:00", "to": "24:00" }] })
    );
}

#[tokio::test]
async fn a_single_day_is_closed_or_open_otherwise_and_like_its_weekday_again() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let free = || async {
        let path = "/api/v1/calendar/free?from=2026-11-24T00:00:00Z&to=2026-11-25T00:00:00Z";
        maren.get(path).await.expect(StatusCode::OK).json()
    };
    assert_eq!(free().await[0]["starts_at"], "2026-11-24T15:00:00Z");
    maren
        .post("/calendar/days", [("day", "2026-11-24"), ("note", "Dentist")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(free().await, json!([]));
    assert!(maren.get("/calendar").await.body.contains("Dentist"));
    let evening = json!({ "day_from": ["17:00"], "day_to": ["18:00"] });
    maren
        .send_json("PUT", "/api/v1/calendar/exceptions/2026-11-24", evening)
        .await
        .expect(StatusCode::NO_CONTENT);
    assert_eq!(free().await[0]["starts_at"], "2026-11-24T23:00:00Z");
    maren.post("/calendar/days/2026-11-24/remove", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(free().await[0]["starts_at"], "2026-11-24T15:00:00Z");
    for (day, says) in [
        ("", "Day is not a date: write it like 2026-12-08."),
        ("9999-01-01", "Day is too far away"),
    ] {
        let page = maren
            .post("/calendar/days", [("day", day)])
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        let told = page.texts("#day-error").concat();
        assert!(
            told.starts_with(says.split(':').next().unwrap()) || told.starts_with("Day "),
            "{told}"
        );
    }
}

#[tokio::test]
async fn only_admins_know_of_the_admins_pages() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    for path in ["/admin", "/admin/profiles/1", "/api/v1/admin/profiles"] {
        assert_eq!(maren.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let published = maren.post("/admin/profiles/1/hide", [("word", "no")]).await;
    assert_eq!(published.status, StatusCode::NOT_FOUND);
    let ada = app.admin("Ada Winterbourne").await;
    let case: Value = ada.get("/api/v1/admin/profiles/1").await.expect(StatusCode::OK).json();
    assert_eq!(case["profile"]["verbs"], json!(["hide"]));
}
