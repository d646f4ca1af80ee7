//! What somebody learns who guesses: nothing, and ever more slowly.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::{Client, PASSWORD, Reply, TestApp, email_of};

fn guess(email: &str) -> Value {
    json!({ "email": email, "password": "a guess at it" })
}

fn sign_up(email: &str) -> Value {
    json!({ "name": "Mallory", "email": email, "password": PASSWORD, "purpose": "book", "zone": "UTC" })
}

/// All that the asker sees of an answer, with what they wrote themselves taken out.
fn seen(reply: &Reply, email: &str) -> (StatusCode, String, String, String) {
    (
        reply.status,
        reply.location().to_owned(),
        reply.header("set-cookie").to_owned(),
        reply.body.replace(email, "…"),
    )
}

/// The same page, the same cookie, the same work: hashing is what takes time.
#[tokio::test]
async fn an_address_with_an_account_looks_and_costs_the_same_as_one_without() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    let (known, unknown) = (email_of("Ines Calloway"), email_of("Nobody Atall"));
    type Form = fn(&str) -> Value;
    let cases: [(&str, Form, u64); 3] = [
        ("/sign-up", sign_up, 1),
        ("/sign-in", guess, 1),
        ("/forgotten", |email| json!({ "email": email }), 0),
    ];
    for (page, form, hashes) in cases {
        let mut answers = Vec::new();
        for email in [&known, &unknown] {
            let before = app.app.passwords.worked();
            let reply = app.stranger().post(page, form(email)).await;
            assert_eq!(app.app.passwords.worked() - before, hashes, "{page} {email}");
            answers.push(seen(&reply, email));
        }
        assert_eq!(answers[0], answers[1], "{page}");
    }
    for (path, form) in
        [("accounts", sign_up as Form), ("sign-ins", guess), ("forgotten-passwords", guess)]
    {
        let mut answers = Vec::new();
        for email in [&known, &unknown] {
            let before = app.app.passwords.worked();
            let reply = app.stranger().post_json(&format!("/api/v1/{path}"), form(email)).await;
            let work = app.app.passwords.worked() - before;
            let errors = serde_json::from_str::<Value>(&reply.body).unwrap_or_default();
            answers.push((reply.status, work, errors["errors"].clone()));
        }
        assert_eq!(answers[0], answers[1], "{path}");
    }
}

/// The holder hears of it in their own name, and what the other one wrote goes nowhere.
#[tokio::test]
async fn the_holder_of_an_address_is_told_that_somebody_signed_up_with_it() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    let email = email_of("Ines Calloway").to_uppercase();
    app.stranger().post("/sign-up", sign_up(&email)).await.expect(StatusCode::SEE_OTHER);
    let told: (String, String) = sqlx::query_as("select name, subject from mails order by id desc")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(told, ("Ines Calloway".into(), "You have an account already".into()));
    app.stranger().sign_in("Ines Calloway").await;
}

async fn limited(reply: Reply, seconds: &str) {
    assert_eq!(reply.header("retry-after"), seconds);
    let page = reply.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(page.texts("h1"), ["Too many attempts"]);
}

#[tokio::test]
async fn tries_wait_until_the_first_of_them_counts_no_more() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    app.wait(TimeDelta::minutes(1));
    let email = email_of("Ines Calloway");
    for _ in 0..5 {
        let wrong = app.stranger().post("/sign-in", guess(&email)).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        app.wait(TimeDelta::seconds(5));
    }
    // What is refused does not count: the wait grows no longer.
    for _ in 0..10 {
        limited(app.stranger().post("/sign-in", guess(&email)).await, "35").await;
    }
    app.wait(TimeDelta::seconds(35));
    app.stranger().sign_in("Ines Calloway").await;
    limited(app.stranger().post("/sign-in", guess(&email)).await, "5").await;
    let program = app.stranger().post_json("/api/v1/sign-ins", guess(&email)).await;
    assert_eq!(program.header("retry-after"), "5");
    assert_eq!(program.json()["type"], "/api/docs#problem-too-many-attempts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn many_tries_at_once_are_counted_one_by_one() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    app.wait(TimeDelta::minutes(1));
    let mut race = JoinSet::new();
    for _ in 0..30 {
        let browser = app.stranger();
        race.spawn(async move {
            browser.post("/sign-in", guess(&email_of("Ines Calloway"))).await.status
        });
    }
    let tried = race.join_all().await;
    let passed = tried.iter().filter(|status| **status == StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(passed.count(), 5);
    let rows: i64 =
        sqlx::query_scalar("select count(*) from attempts where what = 'sign_in.email'")
            .fetch_one(app.db())
            .await
            .unwrap();
    assert_eq!(rows, 5, "those of a minute ago are forgotten on the way");
}

#[tokio::test]
async fn one_place_signs_up_ten_times_an_hour() {
    let app = TestApp::new().await;
    for n in 0..10 {
        let home = app.stranger().at("2001:db8:7:1::5");
        home.post("/sign-up", sign_up(&format!("{n}@example.test")))
            .await
            .expect(StatusCode::SEE_OTHER);
        app.wait(TimeDelta::minutes(1));
    }
    // The same household, by another of its addresses; and somebody else.
    let home = app.stranger().at("2001:db8:7:1:ffff::9");
    limited(home.post("/sign-up", sign_up("10@example.test")).await, "3000").await;
    let other = app.stranger().post("/sign-up", sign_up("10@example.test")).await;
    other.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::minutes(50));
    home.post("/sign-up", sign_up("11@example.test")).await.expect(StatusCode::SEE_OTHER);
}

/// From however many places: nobody's letterbox is filled through us.
#[tokio::test]
async fn an_address_is_mailed_five_links_an_hour() {
    let app = TestApp::new().await;
    let (ines, new) = (app.producer("Ines Calloway").await, app.stranger());
    new.sign_up("Maren Oakley", "play").await;
    new.sign_in("Maren Oakley").await;
    for _ in 0..4 {
        new.post("/account/verification", ()).await.expect(StatusCode::SEE_OTHER);
    }
    limited(new.post("/account/verification", ()).await, "3600").await;
    let email = email_of("Maren Oakley");
    limited(app.stranger().post("/sign-up", sign_up(&email)).await, "3600").await;
    let change = json!({ "email": email, "current": PASSWORD });
    limited(ines.post("/account/email", change).await, "3600").await;

    let before = count_mails(&app, "nobody@example.test").await;
    for _ in 0..5 {
        let sent = app.stranger().post("/sign-up", sign_up("nobody@example.test")).await;
        sent.expect(StatusCode::SEE_OTHER);
    }
    limited(app.stranger().post("/sign-up", sign_up("nobody@example.test")).await, "3600").await;
    assert_eq!(count_mails(&app, "nobody@example.test").await - before, 5);
}

async fn count_mails(app: &TestApp, email: &str) -> i64 {
    let count = "select count(*) from mails where recipient = $1::citext";
    sqlx::query_scalar(count).bind(email).fetch_one(app.db()).await.unwrap()
}

#[tokio::test]
async fn a_password_is_forgotten_three_times_an_hour_whether_there_is_one_or_not() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    for email in [email_of("Ines Calloway"), "nobody@example.test".into()] {
        let form = json!({ "email": email });
        for _ in 0..3 {
            app.stranger().post("/forgotten", &form).await.expect(StatusCode::SEE_OTHER);
        }
        limited(app.stranger().post("/forgotten", &form).await, "3600").await;
    }
}

#[tokio::test]
async fn the_current_password_is_guessed_no_faster_from_inside() {
    let app = TestApp::new().await;
    let ines: Client = app.producer("Ines Calloway").await;
    for (page, more) in
        [("/account/email", "a@b.test"), ("/account/password", ""), ("/account/delete", "")]
    {
        let form = json!({ "current": "a guess", "email": more, "password": "four words or five" });
        for _ in 0..5 {
            let wrong = ines.post(page, &form).await;
            assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        }
        limited(ines.post(page, &form).await, "60").await;
        app.wait(TimeDelta::minutes(1));
    }
}
