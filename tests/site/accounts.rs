use axum::http::{Request, StatusCode};
use chrono::TimeDelta;
use first_call::{Site, router};
use serde_json::{Value, json};

use crate::support::{self, Client, TestApp, email_of};

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
    let ends = page.attributes("form[action*='/end']", "action");
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
        ("/\\evil.test", "/"),
        ("/\t/evil.test", "/"),
        ("javascript:alert(1)", "/"),
    ] {
        let form = json!({ "email": "ada@example.test", "password": PASSWORD, "next": next });
        assert_eq!(app.stranger().post("/sign-in", form).await.location(), lands, "{next:?}");
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
    assert_eq!(sign_ins["items"][0]["current"], true);
    assert_eq!(sign_ins["next"], Value::Null);
    ask("DELETE", &format!("/api/v1/sign-ins/{}", signed["id"]))
        .await
        .expect(StatusCode::NO_CONTENT);
    ask("GET", "/api/v1/account").await.expect(StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn over_tls_the_cookie_is_for_this_host_alone() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    let mut secure = app.app.clone();
    let public_url = "https://firstcall.example".into();
    secure.site = std::sync::Arc::new(Site { public_url, ..Site::default() });
    let browser = Client::new(router(secure));
    browser.sign_in("Ines Calloway").await;
    assert_eq!(browser.cookie("sign_in"), None);
    assert_eq!(browser.get("/account").await.status, StatusCode::OK);
    let form = [("email", email_of("Ines Calloway")), ("password", support::PASSWORD.into())];
    let signed = browser.post("/sign-in", form).await;
    let cookie = signed.header("set-cookie");
    assert!(cookie.starts_with("__Host-sign_in="), "{cookie}");
    for attribute in ["Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(attribute), "{attribute} in {cookie}");
    }
    assert!(!cookie.contains("Domain"));
}

#[tokio::test]
async fn an_admins_cookie_lasts_as_long_as_what_it_opens() {
    let app = TestApp::new().await;
    app.admin("Ada Winterbourne").await;
    let form = [("email", email_of("Ada Winterbourne")), ("password", support::PASSWORD.into())];
    let signed = app.stranger().post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
    assert!(signed.header("set-cookie").contains("Max-Age=43200"));
}

/// Whatever a browser came with, it leaves with something new, and the old opens nothing.
#[tokio::test]
async fn signing_in_gives_a_new_secret_and_ends_the_one_before() {
    let app = TestApp::new().await;
    let planted = "a".repeat(64);
    let browser = app.producer("Ines Calloway").await;
    let first = browser.cookie("sign_in").unwrap();
    browser.sign_in("Ines Calloway").await;
    let second = browser.cookie("sign_in").unwrap();
    assert_ne!(first, second);
    let replayed = app.stranger().with_cookie("sign_in", &first);
    assert_eq!(replayed.get("/account").await.status, StatusCode::SEE_OTHER);

    let victim = app.stranger().with_cookie("sign_in", &planted);
    victim.sign_in("Ines Calloway").await;
    assert_ne!(victim.cookie("sign_in"), Some(planted.clone()));
    let thief = app.stranger().with_cookie("sign_in", &planted);
    assert_eq!(thief.get("/account").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn only_hashes_of_secrets_are_kept() {
    let app = TestApp::new().await;
    let browser = app.producer("Ines Calloway").await;
    browser.post("/forgotten", [("email", email_of("Ines Calloway"))]).await;
    let link = app.take_letter("Ines Calloway").await.1;
    let secrets = [
        browser.cookie("sign_in").unwrap(),
        link.trim_start_matches("/reset/").to_owned(),
        support::PASSWORD.to_owned(),
    ];
    for table in ["accounts", "sign_ins", "mail_links", "attempts", "audit", "mails"] {
        let rows: Vec<String> =
            sqlx::query_scalar(sqlx::AssertSqlSafe(format!("select t::text from {table} t")))
                .fetch_all(app.db())
                .await
                .unwrap();
        for secret in &secrets {
            assert!(rows.iter().all(|row| !row.contains(secret.as_str())), "{table}");
        }
    }
}

/// What somebody asked for with a password that is not theirs alone any more ends with it.
#[tokio::test]
async fn a_new_password_takes_the_power_from_links_mailed_before() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    for ends in ["/account/password", "/reset"] {
        let form = json!({ "email": "thief@elsewhere.test", "current": PASSWORD });
        ada.post("/account/email", form).await.expect(StatusCode::SEE_OTHER);
        let change = link_to(&app, "thief@elsewhere.test").await;
        ada.get(&change).await.expect(StatusCode::OK);
        if ends == "/reset" {
            ada.post("/forgotten", json!({ "email": "ada@example.test" })).await;
            let reset = link_to(&app, "ada@example.test").await;
            let new = json!({ "password": PASSWORD });
            ada.post(&reset, new).await.expect(StatusCode::SEE_OTHER);
        } else {
            let new = json!({ "current": PASSWORD, "password": PASSWORD });
            ada.post(ends, new).await.expect(StatusCode::SEE_OTHER);
        }
        for reply in [ada.get(&change).await, ada.post(&change, ()).await] {
            let told = reply.expect(StatusCode::CONFLICT).texts(".lede");
            assert!(told[0].starts_with("This link does not work any more"), "{told:?}");
        }
        app.wait(TimeDelta::hours(2));
    }
}

#[tokio::test]
async fn an_address_somebody_has_goes_to_nobody_else_and_its_holder_is_told() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    app.producer("Ines Calloway").await;
    let taken = json!({ "email": "INES.calloway@example.test", "current": PASSWORD });
    let free = json!({ "email": "nobody@example.test", "current": PASSWORD });
    let (taken, free) =
        (ada.post("/account/email", taken).await, ada.post("/account/email", free).await);
    assert_eq!((taken.status, taken.location()), (free.status, free.location()));
    let (subject, link) = app.take_letter("Ines Calloway").await;
    assert_eq!(subject, "Your address was named for another account");
    assert_eq!(link, "/sign-in");

    // Free when it was asked for, taken when the link is opened.
    let link = app.take_letter_to("nobody@example.test").await.1;
    let mut quicker = self::ada();
    quicker["email"] = json!("nobody@example.test");
    app.stranger().post("/sign-up", quicker).await.expect(StatusCode::SEE_OTHER);
    let told = ada.post(&link, ()).await.expect(StatusCode::CONFLICT).texts(".lede");
    assert_eq!(told, ["Another account has that address by now, so nothing was changed."]);
}

#[tokio::test]
async fn the_old_address_hears_that_it_was_left_and_its_links_die() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    ada.post("/forgotten", json!({ "email": "ada@example.test" })).await;
    let reset = app.take_letter_to("ada@example.test").await.1;
    let form = json!({ "email": "ada@elsewhere.test", "current": PASSWORD });
    ada.post("/account/email", form).await.expect(StatusCode::SEE_OTHER);
    let link = link_to(&app, "ada@elsewhere.test").await;
    ada.post(&link, ()).await.expect(StatusCode::SEE_OTHER);
    let subject = app.take_letter_to("ada@example.test").await.0;
    assert_eq!(subject, "Your e-mail address was changed");
    assert_eq!(ada.get(&reset).await.status, StatusCode::CONFLICT);
    assert!(ada.get("/account").await.body.contains("ada@elsewhere.test"));
}

/// Whoever signed up with somebody else's address must not become an admin by it.
#[tokio::test]
async fn an_address_that_nobody_confirmed_is_not_trusted_when_it_becomes_an_admins() {
    let app = TestApp::new().await;
    let squatter = app.stranger();
    squatter.sign_up("Ada Winterbourne", "book").await;
    let link = app.take_letter("Ada Winterbourne").await.1;
    squatter.sign_in("Ada Winterbourne").await;
    let admin = app.admin("Ada Winterbourne").await;
    assert_eq!(admin.get("/api/v1/account").await.json()["admin"], true);
    assert_eq!(squatter.get("/account").await.status, StatusCode::SEE_OTHER);
    assert_eq!(squatter.post(&link, ()).await.status, StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_sign_in_opened_with_a_password_just_changed_does_not_open() {
    let app = TestApp::new().await;
    app.producer("Ines Calloway").await;
    let mut change = app.db().begin().await.unwrap();
    sqlx::query("update accounts set password_hash = 'another'")
        .execute(&mut *change)
        .await
        .unwrap();
    let form = [("email", email_of("Ines Calloway")), ("password", support::PASSWORD.into())];
    let browser = app.stranger();
    let sign_in = browser.post("/sign-in", form);
    let commit = async {
        while waiting(&app).await == 0 {}
        change.commit().await.unwrap();
    };
    let (refused, ()) = tokio::join!(sign_in, commit);
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

async fn waiting(app: &TestApp) -> i64 {
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    sqlx::query_scalar(waiting).fetch_one(app.db()).await.unwrap()
}

#[tokio::test]
async fn sign_ins_name_their_device_and_come_in_pages() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
    let request = Request::post("/sign-in")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("user-agent", agent);
    let form = format!(
        "email={}&password={}",
        email_of("Ines Calloway"),
        support::PASSWORD.replace(' ', "+")
    );
    app.stranger().send(request, form.into()).await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/account").await;
    assert_eq!(page.texts("table th[scope=row]"), ["Firefox on Linux", "a program This one"]);

    sqlx::query(
        "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
         select sha256(n::text::bytea), $1, 'a test', $2, $2, $2 + interval '30 days'
         from generate_series(1, 60) n",
    )
    .bind(app.account_id("Ines Calloway").await)
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let first = ines.get("/api/v1/sign-ins").await.json();
    assert_eq!(first["items"].as_array().unwrap().len(), 50);
    let after = format!("/api/v1/sign-ins?after={}", first["next"].as_str().unwrap());
    let second = ines.get(&after).await.json();
    assert_eq!(second["items"].as_array().unwrap().len(), 12);
    assert_eq!(second["next"], Value::Null);
    let older = ines.get("/account").await.attributes("a[href*='after=']", "href");
    assert_eq!(older.len(), 1);
}

#[tokio::test]
async fn every_other_field_says_what_is_wrong_with_it_too() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    ada.post("/forgotten", json!({ "email": "ada@example.test" })).await;
    let reset = link_to(&app, "ada@example.test").await;
    let (long, hostile) = ("x".repeat(5000), "<script>alert(1)</script>");
    for (page, field, good) in [
        (reset.as_str(), "password", json!({ "password": PASSWORD })),
        ("/account", "name", json!({ "name": "Ada", "purpose": "book", "zone": "UTC" })),
        ("/account", "purpose", json!({ "name": "Ada", "purpose": "book", "zone": "UTC" })),
        ("/account", "zone", json!({ "name": "Ada", "purpose": "book", "zone": "UTC" })),
        ("/account/email", "email", json!({ "email": "a@b.test", "current": PASSWORD })),
        ("/account/email", "current", json!({ "email": "a@b.test", "current": PASSWORD })),
        ("/account/password", "password", json!({ "password": PASSWORD, "current": PASSWORD })),
        ("/account/password", "current", json!({ "password": PASSWORD, "current": PASSWORD })),
        ("/forgotten", "email", json!({ "email": "a@b.test" })),
        ("/sign-in", "password", json!({ "email": "ada@example.test", "password": PASSWORD })),
        ("/sign-in", "email", json!({ "email": "ada@example.test", "password": PASSWORD })),
    ] {
        let passes = |typed: &str| match field {
            "name" => !typed.is_empty() && typed != long && !typed.contains('\0'),
            // Left out, it is to book.
            "purpose" => typed.is_empty(),
            "password" if page != "/sign-in" => typed.len() >= 10 && typed != long,
            _ => false,
        };
        for typed in ["", &long, hostile, "a\0b", "-1", "9999-12-31"] {
            if passes(typed) {
                continue;
            }
            let mut form = good.clone();
            form[field] = json!(typed);
            let reply = ada.post(page, &form).await;
            let what = format!("{page} {field} {:?}", &typed[..typed.len().min(30)]);
            assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            let faults = reply.texts(&format!("#{field}-error, .notice p"));
            assert!(!faults.is_empty(), "{what}");
            assert!(!reply.body.contains(hostile), "escaped");
            app.wait(TimeDelta::minutes(2));
        }
    }
}

#[tokio::test]
async fn a_name_is_no_advertisement() {
    let app = TestApp::new().await;
    let mut form = ada();
    form["name"] = json!("Win at https://evil.test");
    let page = app.stranger().post("/sign-up", form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#name-error"), ["Name has an address in it: write a name."]);
}

#[tokio::test]
async fn a_program_changes_what_an_account_says_its_address_and_its_password() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let patch = async |change: Value| ada.send_json("PATCH", "/api/v1/account", change).await;
    patch(json!({ "zone": "Asia/Kathmandu" })).await.expect(StatusCode::NO_CONTENT);
    patch(json!({ "purpose": "both" })).await.expect(StatusCode::NO_CONTENT);
    let wrong = patch(json!({ "zone": "Mars/Olympus", "name": "" })).await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(wrong["errors"].as_object().unwrap().len(), 2);
    let account = ada.get("/api/v1/account").await.json();
    assert_eq!(
        account,
        json!({ "id": 1, "name": "Ada Winterbourne", "email": "ada@example.test", "verified": true,
                "plays": true, "books": true, "admin": false, "zone": "Asia/Kathmandu", "unread": 0 })
    );

    let email = json!({ "email": "ada@elsewhere.test", "current": PASSWORD });
    ada.post_json("/api/v1/account/email", email).await.expect(StatusCode::ACCEPTED);
    let secret = link_to(&app, "ada@elsewhere.test").await;
    let secret = json!({ "secret": secret.trim_start_matches("/verify/") });
    ada.post_json("/api/v1/verifications", &secret).await.expect(StatusCode::NO_CONTENT);
    ada.post_json("/api/v1/verifications", &secret).await.expect(StatusCode::CONFLICT);
    let password = json!({ "password": "another four words here", "current": PASSWORD });
    ada.post_json("/api/v1/account/password", &password).await.expect(StatusCode::NO_CONTENT);
    ada.post_json("/api/v1/account/password", password)
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);

    let forgotten = json!({ "email": "ada@elsewhere.test" });
    ada.post_json("/api/v1/forgotten-passwords", forgotten).await.expect(StatusCode::ACCEPTED);
    let secret = link_to(&app, "ada@elsewhere.test").await;
    let reset = json!({ "secret": secret.trim_start_matches("/reset/"), "password": "and four more words" });
    ada.post_json("/api/v1/password-resets", &reset).await.expect(StatusCode::NO_CONTENT);
    ada.post_json("/api/v1/password-resets", reset).await.expect(StatusCode::CONFLICT);
    ada.get("/api/v1/account").await.expect(StatusCode::UNAUTHORIZED);
    sign_in(&app, "ada@elsewhere.test", "and four more words").await;
}

/// A key makes a change safe to repeat; of a change that carries a password nothing is kept.
#[tokio::test]
async fn nothing_is_kept_of_requests_that_carry_a_password_or_a_secret() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    let doc = ada.get("/api/openapi.json").await.json();
    let mut tried = 0;
    for (path, item) in doc["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let shape = &operation["requestBody"]["content"]["application/json"]["schema"]["$ref"];
            let shape = shape.as_str().unwrap_or_default().rsplit('/').next().unwrap();
            let fields = &doc["components"]["schemas"][shape]["properties"];
            if ["password", "current", "secret"].iter().all(|field| fields[field].is_null()) {
                continue;
            }
            let request = Request::builder()
                .method(method.to_uppercase().as_str())
                .uri(format!("/api/v1{path}"))
                .header("content-type", "application/json")
                .header("idempotency-key", format!("key-number-{tried}"));
            let body =
                json!({ "email": "no", "password": "short", "current": "no", "secret": "no" });
            ada.send(request, body.to_string().into()).await;
            tried += 1;
        }
    }
    assert!(tried >= 7, "{tried} carry one");
    let kept: i64 = sqlx::query_scalar("select count(*) from idempotency_keys")
        .fetch_one(app.db())
        .await
        .unwrap();
    assert_eq!(kept, 0);
}

#[tokio::test]
async fn the_audit_says_who_came_and_went_and_no_secret() {
    let app = TestApp::new().await;
    let ada = ada_signed_in(&app).await;
    ada.post("/sign-in", json!({ "email": "ada@example.test", "password": "wrong one" })).await;
    ada.post("/sign-in", json!({ "email": "nobody@example.test", "password": "wrong one" })).await;
    let new = json!({ "current": PASSWORD, "password": "another four words here" });
    ada.post("/account/password", new).await.expect(StatusCode::SEE_OTHER);
    ada.post("/sign-out", ()).await;
    type Row = (String, Option<i64>, Option<i64>, Value, Option<String>);
    let rows: Vec<Row> = sqlx::query_as(
        "select action, actor_id, subject_id, detail, host(address) from audit order by id",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    let told: Vec<_> = rows.iter().map(|row| (row.0.as_str(), row.1, row.2)).collect();
    assert_eq!(
        told,
        [
            ("account.created", Some(1), Some(1)),
            ("email.confirmed", Some(1), Some(1)),
            ("sign_in", Some(1), Some(1)),
            ("sign_in.failed", None, Some(1)),
            ("sign_in.failed", None, None),
            ("password.changed", Some(1), Some(1)),
            ("sign_out", Some(1), Some(1)),
        ]
    );
    assert!(rows.iter().all(|row| row.3 == json!({}) && row.4.is_some()));
}

#[tokio::test]
async fn who_has_not_confirmed_an_address_may_look_and_not_ask() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let ines = app.stranger();
    ines.sign_up("Ines Calloway", "book").await;
    ines.sign_in("Ines Calloway").await;
    let refused = ines.post("/musicians/maren-oakley/calls", ()).await;
    let told = refused.expect(StatusCode::FORBIDDEN).texts(".lede");
    assert!(told[0].starts_with("Confirm your e-mail address first"), "{told:?}");
    let asked = ines.post("/account/verification", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(asked.location(), "/account");
    let link = app.take_letter("Ines Calloway").await.1;
    assert_eq!(ines.post(&link, ()).await.location(), "/account");
    assert!(!ines.get("/account").await.body.contains("not confirmed yet"));
}

#[tokio::test]
async fn only_a_demo_shows_its_sign_ins() {
    let app = TestApp::new().await;
    let words = "four candles on a piano";
    assert!(!app.stranger().get("/sign-in").await.body.contains(words));
    let mut demo = app.app.clone();
    demo.site = std::sync::Arc::new(Site { demo: true, ..Site::default() });
    let page = Client::new(router(demo)).get("/sign-in").await;
    for who in ["producer@example.test", "musician@example.test", "admin@example.test", words] {
        assert!(page.body.contains(who), "{who}");
    }
}
