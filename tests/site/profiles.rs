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
    assert_eq!(
        public.texts("[aria-labelledby=gear] .gear b"),
        ["Fiddle called for first", "Mandolin"],
        "the primary first"
    );
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
        ("instrument", "<b>lute", "Instruments has “<b>lute”, which is not in our catalog."),
        ("genre", "noise-core", "Genres have one that is not in our catalog."),
        (
            "language",
            "<b>lute",
            "Languages have “<b>lute”, which is not a language we know: choose from the list, such as English.",
        ),
        (
            "language",
            "e\0n",
            "Languages have “en”, which is not a language we know: choose from the list, such as English.",
        ),
        ("union", "-1", "Unions have one that is not in our list."),
        (
            "rate_includes",
            long.as_str(),
            "What it covers is too long: 2001 characters, and 500 fit.",
        ),
        (
            "remote_setup",
            long.as_str(),
            "Where you record is too long: 2001 characters, and 1000 fit.",
        ),
        (
            "room_setup",
            "a\0b",
            "What you bring has a character that cannot be printed: write it again by hand.",
        ),
    ] {
        let page = maren
            .post("/profile", with(field, typed))
            .await
            .expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts(&format!("#{field}-error")), [says], "{typed:?}");
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
            "Weekly hours on Tuesday have 13:00–09:00, which ends before it starts, and read as running past midnight it would last 20 hours: at most 12.",
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
    assert!(maren.get("/calendar/hours").await.body.contains("Dentist"));
    assert!(maren.get("/calendar").await.body.contains("Closed: Dentist"));
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

/// What a producer asks before calling, beside the rest of her profile.
fn with_terms(version: &str) -> Vec<(&'static str, String)> {
    let terms = [
        ("language", "English"),
        ("language", ""),
        ("language", "pt"),
        ("language", "english"),
        ("union", "afm"),
        ("union", "sag-aftra"),
        ("rate_includes", "Two rounds of changes.\r\nCartage is extra."),
        ("remote_setup", "A treated back room, 24/96."),
        ("room_setup", "Two fiddles & a ribbon."),
    ];
    let terms = terms.map(|(field, text)| (field, text.to_owned()));
    profile(version).into_iter().chain(terms).collect()
}

#[tokio::test]
async fn what_a_producer_asks_before_calling_is_kept_and_shown_again() {
    let app = TestApp::new().await;
    let (maren, ada) = (app.producer("Maren Oakley").await, app.admin("Ada Winterbourne").await);
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    maren.post("/profile", with_terms("1")).await.expect(StatusCode::SEE_OTHER);

    let page = maren.get("/profile").await.expect(StatusCode::OK);
    let typed = page.attributes("input[name=language]", "value");
    assert_eq!(typed, ["English", "Portuguese", "", ""], "the best first, and room for two more");
    let ticked = page.attributes("input[name=union][checked]", "value");
    assert_eq!(ticked, ["afm", "sag-aftra"]);
    assert_eq!(page.texts("#rate_includes"), ["Two rounds of changes. Cartage is extra."]);
    assert_eq!(page.attributes("#place", "value"), ["Nashville, Tennessee"]);
    assert_eq!(page.attributes("fc-complete", "src"), ["/api/v1/places"]);

    let own = maren.get("/api/v1/profile").await.expect(StatusCode::OK).json();
    assert_eq!(own["languages"], json!(["en", "pt"]));
    assert_eq!(own["unions"], json!(["afm", "sag-aftra"]));
    assert_eq!(own["room_setup"], "Two fiddles & a ribbon.");

    maren.post("/profile/submit", ()).await.expect(StatusCode::SEE_OTHER);
    let read = ada.get("/admin/profiles/1").await.expect(StatusCode::OK);
    let facts = read.texts("#terms, [aria-labelledby=terms] dd");
    assert_eq!(
        facts,
        [
            "Before the call",
            "Two rounds of changes. Cartage is extra.",
            "A treated back room, 24/96.",
            "Two fiddles & a ribbon.",
            "English, Portuguese",
            "AFM, SAG-AFTRA",
        ]
    );
    let remarks = [("field", "remote_setup"), ("remark", "says little: name a microphone")];
    ada.post("/admin/profiles/1/request_changes", remarks).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        maren.get("/profile").await.texts(".notice.now li"),
        ["Where you record: says little: name a microphone"]
    );
}

#[tokio::test]
async fn a_program_writes_the_same_fields_and_hears_of_the_same_faults() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post_json("/api/v1/profile", json!({})).await.expect(StatusCode::CREATED);
    let form = |language: &[&str]| {
        json!({
            "version": "1", "name": "Maren Oakley", "zone": "America/Chicago", "currency": "USD",
            "language": language, "union": ["mu"], "rate_includes": "Two rounds.",
        })
    };
    let many = ["en", "de", "fr", "es", "pt", "it", "sv", "da", "no"];
    for (wrong, says) in [
        (
            vec!["Elvish"],
            "have “Elvish”, which is not a language we know: choose from the list, such as English",
        ),
        (many.to_vec(), "are more than 8: keep those you can take direction in"),
    ] {
        let reply = maren.send_json("PUT", "/api/v1/profile", form(&wrong)).await;
        let problem = reply.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(problem["errors"]["language"], json!([says]));
    }
    let kept = maren.send_json("PUT", "/api/v1/profile", form(&many[..8])).await;
    let kept = kept.expect(StatusCode::OK).json();
    assert_eq!(kept["languages"], json!(many[..8]));
    assert_eq!(kept["unions"], json!(["mu"]));
    assert_eq!(kept["rate_includes"], "Two rounds.");
}

#[tokio::test]
async fn a_form_that_comes_back_has_what_was_typed_of_the_terms() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    let mut form = with_terms("1");
    form.push(("language", "Elvish".into()));
    form.retain(|(field, _)| *field != "name");
    let page = maren.post("/profile", form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#faults li").len(), 2, "each fault at once");
    let typed = page.attributes("input[name=language]", "value");
    assert_eq!(typed[..4], ["English", "pt", "english", "Elvish"]);
    assert_eq!(page.attributes("input[name=union][checked]", "value"), ["afm", "sag-aftra"]);
    assert_eq!(page.texts("#room_setup"), ["Two fiddles & a ribbon."]);
}

#[tokio::test]
async fn a_search_names_languages_and_unions_by_what_people_call_them() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    maren.post("/profile", with_terms("1")).await.expect(StatusCode::SEE_OTHER);
    let anyone = app.stranger();

    let page = anyone.get("/musicians?language=Portuguese&union=AFM").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Speaks Portuguese, AFM"]);
    let told = page.texts(".filters label:has(input[name=language])");
    assert_eq!(told, ["Portuguese 1", "English 1"], "the chosen first");
    let told = page.texts(".filters label:has(input[name=union])");
    assert_eq!(told, ["AFM 1", "SAG-AFTRA 1"]);
    assert!(page.body.contains("/musicians/maren-oakley"));

    let counts = anyone.get("/api/v1/musicians").await.json()["counts"].clone();
    let mut told: Vec<_> = counts["languages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|count| (count["value"].as_str().unwrap(), count["name"].as_str().unwrap()))
        .collect();
    told.sort_unstable();
    assert_eq!(told, [("en", "English"), ("pt", "Portuguese")]);

    let page = anyone.get("/musicians?language=xx&union=guild").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".notice.now li"),
        [
            "Languages have “xx”, which is not a language we know: choose from the list, such as English.",
            "Union is none we know."
        ]
    );
}

#[tokio::test]
async fn a_profile_says_what_to_add_next_until_nothing_is_wanting() {
    let app = TestApp::new().await;
    let maren = app.producer("Maren Oakley").await;
    maren.post("/profile/start", ()).await.expect(StatusCode::SEE_OTHER);
    let meter = || async {
        let page = maren.get("/profile").await.expect(StatusCode::OK);
        (page.texts(".meter h2").concat(), page.attributes(".meter li a", "href"))
    };
    let asked = ["#instrument", "/calendar", "#place"].map(str::to_owned).to_vec();
    assert_eq!(meter().await, ("Complete: 1 of 13".into(), asked));

    maren.post("/profile", profile("1")).await.expect(StatusCode::SEE_OTHER);
    let asked = ["/calendar", "/profile/demos", "/profile/portrait"].map(str::to_owned).to_vec();
    assert_eq!(meter().await, ("Complete: 9 of 16".into(), asked));
    maren
        .post("/calendar/hours", [("weekday", "2"), ("from", "09:00"), ("to", "18:00")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(meter().await.0, "Complete: 10 of 16");
    maren.post("/profile", with_terms("2")).await.expect(StatusCode::SEE_OTHER);
    let asked = ["/profile/demos", "/profile/portrait"].map(str::to_owned).to_vec();
    assert_eq!(meter().await, ("Complete: 14 of 16".into(), asked));

    let own = maren.get("/api/v1/profile").await.json();
    assert_eq!(
        (&own["completeness"]["done"], &own["completeness"]["of"]),
        (&json!(14), &json!(16))
    );
    assert_eq!(own["completeness"]["next"][0]["what"], "Add a demo");

    // A place on no map is asked for again.
    let mut lost = with_terms("3");
    lost.iter_mut().find(|(field, _)| *field == "place").unwrap().1 = "The old mill".into();
    maren.post("/profile", lost).await.expect(StatusCode::SEE_OTHER);
    let own = maren.get("/api/v1/profile").await.json();
    assert_eq!(own["completeness"]["next"][0]["what"], "Choose your place from the list");
    maren.post("/profile", with_terms("4")).await.expect(StatusCode::SEE_OTHER);

    for done in [
        "insert into portraits (musician_id, hash, created_at) values (1, repeat('a', 64), $1)",
        "insert into demos (musician_id, instrument_id, genre_id, title, position, file_key, format,
                            file_bytes, sha256, duration_ms, lufs, peaks, created_at)
         select 1, i.instrument_id, g.genre_id, 'A demo', 1, 'key', 'wav', 1, '', 1000, -18, '', $1
         from musician_instruments i, musician_genres g limit 1",
    ] {
        sqlx::query(done).bind(app.now()).execute(app.db()).await.unwrap();
    }
    assert_eq!(meter().await, ("Complete: 16 of 16".into(), vec![]));
}
