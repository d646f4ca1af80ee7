use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{Client, TestApp};

const PASSWORD: &str = "four candles and a kazoo";

fn ada() -> Value {
    json!({ "name": "Ada Winterbourne", "email": "ada@example.test", "password": PASSWORD,
            "purpose": "book", "zone": "Europe/London" })
}

/// The path of the link in the newest mail to an address.
async fn link_to(app: &TestApp, email: &str) -> String {
    sqlx::query_scalar(
        "select link_path from mails where recipient = $1::citext order by id desc limit 1",
    )
    .bind(email)
    .fetch_one(app.db())
    .await
    .unwrap()
}

async fn sign_in(app: &TestApp, email: &str, password: &str) -> Client {
    let client = app.stranger();
    let form = json!({ "email": email, "password": password });
    client.post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
    client
}

/// Ada has signed up, confirmed her address and signed in.
async fn ada_signed_in(app: &TestApp) -> Client {
    app.stranger().post("/sign-up", ada()).await.expect(StatusCode::SEE_OTHER);
    let link = link_to(app, "ada@example.test").await;
    app.stranger().post(&link, ()).await.expect(StatusCode::SEE_OTHER);
    sign_in(app, "ada@example.test", PASSWORD).await
}

#[tokio::test]
async fn someone_signs_up_confirms_their_address_and_signs_in_and_out() {
    let app = TestApp::new().await;
    let sent = app.stranger().post("/sign-up", ada()).await;
    assert_eq!(sent.location(), "/mailed");
    let link = link_to(&app, "ada@example.test").await;

    // Opening the link, as mail programs do by themselves, confirms nothing.
    app.stranger().get(&link).await.expect(StatusCode::OK);
    let ada = sign_in(&app, "ada@example.test", PASSWORD).await;
    assert!(ada.get("/account").await.texts(".urgent").contains(&"not confirmed yet".into()));

    ada.post(&link, ()).await.expect(StatusCode::SEE_OTHER);
    assert!(ada.get("/account").await.texts(".urgent").is_empty());
    assert_eq!(ada.post(&link, ()).await.status, StatusCode::CONFLICT, "a link works once");

    let cookie = ada.cookie("sign_in").unwrap();
    let out = ada.post("/sign-out", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(out.header("clear-site-data"), "\"cache\", \"storage\"");
    let replayed = app.stranger().with_cookie("sign_in", &cookie);
    assert_eq!(replayed.get("/account").await.location(), "/sign-in?next=/account");
}

#[tokio::test]
async fn the_sign_in_cookie_is_for_this_host_and_no_script() {
    let app = TestApp::new().await;
    app.stranger().post("/sign-up", ada()).await;
    let form = json!({ "email": "ADA@example.test", "password": PASSWORD });
    let signed = app.stranger().post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
    let cookie = signed.header("set-cookie");
    for attribute in ["HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
}

#[tokio::test]
async fn nobody_learns_whether_an_address_has_an_account() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let first = anyone.post("/sign-up", ada()).await;
    let mut again = ada();
    again["name"] = json!("Mallory");
    let second = anyone.post("/sign-up", again).await;
    assert_eq!((first.status, first.location()), (second.status, second.location()));
    assert_eq!(link_to(&app, "ada@example.test").await, "/sign-in", "the holder is told by mail");

    let wrong = |email: &str| json!({ "email": email, "password": "not the password" });
    let known = anyone.post("/sign-in", wrong("ada@example.test")).await;
    let unknown = anyone.post("/sign-in", wrong("eva@example.test")).await;
    assert_eq!(known.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(known.status, unknown.status);
    assert_eq!(known.body.replace("ada@", "eva@"), unknown.body);

    let known = anyone.post("/forgotten", json!({ "email": "ada@example.test" })).await;
    let unknown = anyone.post("/forgotten", json!({ "email": "eva@example.test" })).await;
    assert_eq!((known.status, known.location()), (unknown.status, unknown.location()));
    assert_eq!(known.header("set-cookie"), unknown.header("set-cookie"));
}

#[tokio::test]
async fn guessing_is_slowed_down_for_an_account_whether_it_exists_or_not() {
    let app = TestApp::new().await;
    app.stranger().post("/sign-up", ada()).await;
    for email in ["ada@example.test", "eva@example.test"] {
        let anyone = app.stranger();
        let guess = json!({ "email": email, "password": "a guess" });
        for _ in 0..5 {
            let wrong = anyone.post("/sign-in", &guess).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        let limited = anyone.post("/sign-in", &guess).await;
        assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(limited.header("retry-after"), "60");
    }
    // The right password does not help either, until the minute is over.
    let right = json!({ "email": "ada@example.test", "password": PASSWORD });
    let limited = app.stranger().post("/sign-in", &right).await;
    assert_eq!(limited.status, StatusCode::TOO_MANY_REQUESTS);
    app.wait(TimeDelta::seconds(61));
    app.stranger().post("/sign-in", &right).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn guessing_is_slowed_down_for_an_address_it_comes_from() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    for n in 0..20 {
        let guess = json!({ "email": format!("{n}@example.test"), "password": "a guess" });
        assert_eq!(anyone.post("/sign-in", guess).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let guess = json!({ "email": "21@example.test", "password": "a guess" });
    assert_eq!(anyone.post("/sign-in", guess).await.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_forgotten_password_is_set_anew_by_a_mailed_link_and_ends_every_sign_in() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    app.stranger().post("/forgotten", json!({ "email": "ada@example.test" })).await;
    let link = link_to(&app, "ada@example.test").await;

    let short = app.stranger().post(&link, json!({ "password": "short" })).await;
    assert_eq!(short.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = json!({ "password": "another four words here" });
    app.stranger().post(&link, &new).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(app.stranger().post(&link, &new).await.status, StatusCode::CONFLICT);
    assert_eq!(ada.get("/account").await.status, StatusCode::SEE_OTHER, "signed out everywhere");
    sign_in(&app, "ada@example.test", "another four words here").await;
}

#[tokio::test]
async fn a_link_dies_of_age_and_opens_only_what_it_is_for() {
    let app = TestApp::new().await;
    ada_signed_in(&app).await;
    app.stranger().post("/forgotten", json!({ "email": "ada@example.test" })).await;
    let link = link_to(&app, "ada@example.test").await;
    let as_verification = link.replace("/reset/", "/verify/");
    assert_eq!(app.stranger().post(&as_verification, ()).await.status, StatusCode::CONFLICT);
    app.wait(TimeDelta::minutes(31));
    let new = json!({ "password": "another four words here" });
    assert_eq!(app.stranger().post(&link, new).await.status, StatusCode::CONFLICT);
    assert_eq!(app.stranger().get("/verify/nonsense").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_address_changes_once_the_new_one_is_confirmed() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let wrong = json!({ "email": "ada@elsewhere.test", "current": "not it at all" });
    let refused = ada.post("/account/email", wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(refused.texts("#current-error"), ["Current password is not your password."]);
    assert_eq!(refused.attributes("#email", "value"), ["ada@elsewhere.test"]);

    let form = json!({ "email": "ada@elsewhere.test", "current": PASSWORD });
    ada.post("/account/email", form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        link_to(&app, "ada@example.test").await,
        "/forgotten",
        "the old address hears of it"
    );
    sign_in(&app, "ada@example.test", PASSWORD).await;
    let link = link_to(&app, "ada@elsewhere.test").await;
    ada.post(&link, ()).await.expect(StatusCode::SEE_OTHER);
    sign_in(&app, "ada@elsewhere.test", PASSWORD).await;
}

#[tokio::test]
async fn a_changed_password_ends_the_other_sign_ins() {
    let app = TestApp::new().await;
    let desk = ada_signed_in(&app).await;
    let phone = sign_in(&app, "ada@example.test", PASSWORD).await;
    let form = json!({ "password": "another four words here", "current": PASSWORD });
    desk.post("/account/password", form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(desk.get("/account").await.status, StatusCode::OK);
    assert_eq!(phone.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_sees_and_ends_ones_own_sign_ins_and_nobody_elses() {
    let app = TestApp::new().await;
    let desk = ada_signed_in(&app).await;
    let phone = sign_in(&app, "ada@example.test", PASSWORD).await;
    let eve = app.producer("Eve Strand").await;
    let page = desk.get("/account").await;
    let ends = page.attributes("form[action$='/end']", "action");
    assert_eq!(ends.len(), 1);
    assert_eq!(eve.post(&ends[0], ()).await.status, StatusCode::NOT_FOUND);
    desk.post(&ends[0], ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(phone.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_sign_in_ends_unused_and_an_admins_sooner() {
    let app = TestApp::new().await;
    let (ines, ada) = (app.producer("Ines Calloway").await, app.admin("Ada Winterbourne").await);
    app.wait(TimeDelta::minutes(31));
    assert_eq!(ada.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ines.get("/account").await.status, StatusCode::OK);
    app.wait(TimeDelta::days(13));
    assert_eq!(ines.get("/account").await.status, StatusCode::OK, "in use");
    app.wait(TimeDelta::days(15));
    assert_eq!(ines.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn after_signing_in_one_is_where_one_wanted_to_be_and_never_elsewhere() {
    let app = TestApp::new().await;
    app.stranger().post("/sign-up", ada()).await;
    let anyone = app.stranger();
    assert_eq!(
        anyone.get("/bookings?tab=ahead").await.location(),
        "/sign-in?next=/bookings%3Ftab%3Dahead"
    );
    for (next, lands) in [
        ("/bookings?tab=ahead", "/bookings?tab=ahead"),
        ("//evil.test", "/"),
        ("https://evil.test", "/"),
    ] {
        let form = json!({ "email": "ada@example.test", "password": PASSWORD, "next": next });
        assert_eq!(app.stranger().post("/sign-in", form).await.location(), lands);
        app.wait(TimeDelta::minutes(1));
    }
}

#[tokio::test]
async fn every_field_says_what_is_wrong_with_it_and_keeps_what_was_typed() {
    let app = TestApp::new().await;
    let long = "x".repeat(101);
    for (field, typed, says) in [
        ("name", "", "Name cannot be empty."),
        ("name", long.as_str(), "Name is too long: 101 characters, and 100 fit."),
        ("name", "a\0b", "Name has a character that cannot be printed: write it again by hand."),
        (
            "email",
            "ada",
            "E-mail address is not an e-mail address: it has a name, an @ and a domain, like you@example.com.",
        ),
        (
            "email",
            "a@b.test\r\nbcc: c@d.test",
            "E-mail address is not an e-mail address: it has a name, an @ and a domain, like you@example.com.",
        ),
        (
            "password",
            "short",
            "Password is too short: use at least 10 characters, such as four words.",
        ),
        ("password", "password123", "Password is one that everybody tries first: choose another."),
        (
            "zone",
            "Mars/Olympus",
            "Time zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        ("purpose", "spy", "What you come for is to book, to play, or both: choose one."),
    ] {
        let mut form = ada();
        form[field] = json!(typed);
        let page =
            app.stranger().post("/sign-up", &form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts(&format!("#{field}-error")), [says], "{typed:?}");
        assert_eq!(page.attributes("#password", "value"), [""], "a password is never sent back");
        let problem = app.stranger().post_json("/api/v1/accounts", form).await;
        assert_eq!(
            problem.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"][field]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
    let mut hostile = ada();
    hostile["name"] = json!("<b>Ada</b>");
    hostile["email"] = json!("no");
    let page = app.stranger().post("/sign-up", hostile).await;
    assert_eq!(page.attributes("#name", "value"), ["<b>Ada</b>"]);
}

#[tokio::test]
async fn a_form_sent_from_another_site_is_refused() {
    let app = TestApp::new().await;
    let request = |header: &str, value: &str| {
        axum::http::Request::post("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header(header, value)
    };
    for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.test")] {
        let refused = app.stranger().send(request(header, value), "email=a".into()).await;
        assert_eq!(refused.expect(StatusCode::FORBIDDEN).texts("h1"), ["Not for this account"]);
    }
}

#[tokio::test]
async fn a_program_signs_up_in_and_out_as_a_person_does() {
    let app = TestApp::new().await;
    let program = app.stranger();
    program.post_json("/api/v1/accounts", ada()).await.expect(StatusCode::ACCEPTED);
    let link = link_to(&app, "ada@example.test").await;
    let secret = json!({ "secret": link.trim_start_matches("/verify/") });
    program.post_json("/api/v1/verifications", secret).await.expect(StatusCode::NO_CONTENT);
    let form = json!({ "email": "ada@example.test", "password": PASSWORD });
    let signed =
        program.post_json("/api/v1/sign-ins", form).await.expect(StatusCode::CREATED).json();
    let bearer = format!("Bearer {}", signed["secret"].as_str().unwrap());
    let ask = |method: &str, path: &str| {
        let request = axum::http::Request::builder().method(method).uri(path);
        program.send(request.header("authorization", &bearer), axum::body::Body::empty())
    };
    let account = ask("GET", "/api/v1/account").await.expect(StatusCode::OK).json();
    assert_eq!(
        (&account["name"], &account["verified"]),
        (&json!("Ada Winterbourne"), &json!(true))
    );
    let sign_ins = ask("GET", "/api/v1/sign-ins").await.json();
    assert_eq!(sign_ins[0]["current"], true);
    ask("DELETE", &format!("/api/v1/sign-ins/{}", signed["id"]))
        .await
        .expect(StatusCode::NO_CONTENT);
    ask("GET", "/api/v1/account").await.expect(StatusCode::UNAUTHORIZED);
}
