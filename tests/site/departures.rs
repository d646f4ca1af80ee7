use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{Client, PASSWORD, TestApp, email_of},
};

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Ines Calloway books, Maren Oakley plays.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    Scene { app, ines, maren }
}

impl Scene {
    /// Asks Maren for a session on 8 December; answers the booking's address.
    async fn ask(&self) -> String {
        let call = calls::call(json!({}));
        let sent = self.ines.post("/musicians/maren-oakley/calls", call).await;
        sent.expect(StatusCode::SEE_OTHER).location().to_owned()
    }

    async fn confirmed(&self) -> String {
        let booking = self.ask().await;
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking
    }

    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }
}

async fn leave(who: &Client) -> crate::support::Reply {
    who.post("/account/delete", [("current", PASSWORD)]).await
}

#[tokio::test]
async fn somebody_leaves_and_nothing_of_theirs_opens_any_more() {
    let s = scene().await;
    let elsewhere = s.app.stranger();
    elsewhere.sign_in("Ines Calloway").await;
    let page = s.ines.get("/account/delete").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Delete your account"]);
    assert_eq!(page.texts("button.stop"), ["Delete the account for good"]);

    let left = leave(&s.ines).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(left.location(), "/");
    assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
    assert_eq!(s.ines.cookie("sign_in"), None);
    assert_eq!(elsewhere.get("/account").await.status, StatusCode::SEE_OTHER);
    let form = [("email", email_of("Ines Calloway")), ("password", PASSWORD.into())];
    let refused = s.app.stranger().post("/sign-in", form).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn leaving_takes_the_current_password() {
    let s = scene().await;
    for wrong in ["", "not it at all", "\0", &"x".repeat(5000)] {
        let page = s.ines.post("/account/delete", [("current", wrong)]).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#current-error"), ["Current password is not your password."]);
        assert_eq!(page.attributes("#current", "value"), [""]);
    }
    s.app.wait(TimeDelta::minutes(2));
    assert_eq!(s.ines.get("/account").await.status, StatusCode::OK);
    leave(&s.ines).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_leaves_while_somebody_counts_on_them() {
    let s = scene().await;
    let booking = s.ask().await;
    for side in [&s.ines, &s.maren] {
        let page = side.get("/account/delete").await.expect(StatusCode::OK);
        let told = "You have 1 open request. Withdraw or decline what nobody will answer, then delete the account.";
        assert_eq!(page.texts(".notice p"), [told]);
        assert!(page.texts("button.stop").is_empty());
        let refused = leave(side).await.expect(StatusCode::CONFLICT);
        assert_eq!(refused.texts(".lede"), [told]);
    }

    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    for side in [&s.ines, &s.maren] {
        let refused = leave(side).await.expect(StatusCode::CONFLICT);
        assert!(refused.texts(".lede")[0].starts_with("You have 1 confirmed booking ahead."));
    }

    // The session is over: nobody waits for either of them.
    s.app.wait(TimeDelta::days(16));
    s.ines.sign_in("Ines Calloway").await;
    leave(&s.ines).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_request_that_ran_out_holds_nobody() {
    let s = scene().await;
    s.ask().await;
    s.app.wait(TimeDelta::days(7));
    leave(&s.maren).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_other_side_keeps_the_booking_without_a_name() {
    let s = scene().await;
    let booking = s.ask().await;
    s.maren.post(&format!("{booking}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    leave(&s.ines).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&booking).await.expect(StatusCode::OK);
    assert!(sheet.body.contains("Deleted account"));
    assert!(!sheet.texts("main").join(" ").contains("Ines"), "{}", sheet.texts("main").join(" "));

    let s = scene().await;
    let booking = s.ask().await;
    s.maren.post(&format!("{booking}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    leave(&s.maren).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.ines.get(&booking).await.expect(StatusCode::OK);
    assert!(sheet.body.contains("Deleted account"));
    assert!(!sheet.texts("main").join(" ").contains("Maren"));
    assert_eq!(s.ines.get("/musicians/maren-oakley").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_credit_stays_under_its_name_and_leads_nowhere() {
    let s = scene().await;
    let booking = s.confirmed().await;
    s.app.wait(TimeDelta::days(16));
    s.ines.sign_in("Ines Calloway").await;
    s.maren.sign_in("Maren Oakley").await;
    let credit: Value = json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "isrc": "",
        "credited_as": "Maren Oakley", "instrument": "fiddle",
    });
    s.ines.post(&format!("{booking}/done"), credit).await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get("/account/delete").await;
    assert!(page.texts("main").join(" ").contains("1 credit waits for your word."));
    s.maren.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let recording = "/recordings/1-dust-on-the-piano";
    let before = s.app.stranger().get(recording).await.expect(StatusCode::OK);
    assert_eq!(before.attributes(".lineup .by a", "href"), ["/musicians/maren-oakley"]);

    leave(&s.maren).await.expect(StatusCode::SEE_OTHER);
    let after = s.app.stranger().get(recording).await.expect(StatusCode::OK);
    assert_eq!(after.texts(".lineup .by"), ["Maren Oakley"]);
    assert!(after.attributes(".lineup .by a", "href").is_empty());
}

/// Erased is erased: what said who she was stands nowhere but where the page said it stays.
#[tokio::test]
async fn nothing_that_says_who_they_were_is_left_behind() {
    let s = scene().await;
    let booking = s.ask().await;
    s.maren.post(&format!("{booking}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    sqlx::query(
        "update musicians set about = 'Zebrafinch', headline = 'Zebrafinch', place = 'Zebrafinch',
             rate_includes = 'Zebrafinch', remote_setup = 'Zebrafinch', room_setup = 'Zebrafinch',
             languages = '{Zebrafinch}', unions = '{Zebrafinch}'",
    )
    .execute(s.app.db())
    .await
    .unwrap();
    sqlx::query("update mails set sent_at = created_at, paragraphs = null, link_label = null, link_path = null where id % 2 = 0")
        .execute(s.app.db())
        .await
        .unwrap();
    let terms = [("version", "0"), ("leader", "50"), ("pack", "mu-bpi")];
    s.maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    let billing = [("name", "Zebrafinch"), ("address", "Zebrafinch"), ("how_to_pay", "Zebrafinch")];
    s.maren.post("/account/billing", billing).await.expect(StatusCode::SEE_OTHER);
    leave(&s.maren).await.expect(StatusCode::SEE_OTHER);

    let tables: Vec<String> = query_scalar(
        "select table_name::text from information_schema.tables
         where table_schema = 'public' and table_type = 'BASE TABLE'",
    )
    .fetch_all(s.app.db())
    .await
    .unwrap();
    assert!(tables.len() > 20);
    let mut left = Vec::new();
    for table in tables {
        let sql = format!(
            "select count(*) from {table} t
             where t::text ilike '%maren%oakley%' or t::text ilike '%zebrafinch%'"
        );
        let n: i64 = query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(s.app.db()).await.unwrap();
        if n > 0 {
            left.push(table);
        }
    }
    left.sort();
    // What Ines was told.
    assert_eq!(left, ["mails", "notices"]);
    assert_eq!(
        s.count("select count(*) from mails where recipient = 'maren.oakley@example.test'").await,
        0
    );
    assert_eq!(s.count("select count(*) from weekly_hours").await, 0);
    assert_eq!(s.count("select count(*) from own_terms").await, 0);
    assert_eq!(s.count("select count(*) from own_packs").await, 0);
    let open = "select count(*) from open_times where free <> '{}' or open_days <> 0";
    assert_eq!(s.count(open).await, 0);
    assert_eq!(
        s.count("select count(*) from audit where action = 'account.deleted' and detail = '{}'")
            .await,
        1
    );
}

#[tokio::test]
async fn the_address_is_free_for_somebody_new() {
    let s = scene().await;
    leave(&s.ines).await.expect(StatusCode::SEE_OTHER);
    let again = s.app.producer("Ines Calloway").await;
    assert_eq!(again.get("/account").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_program_leaves_by_the_same_rules() {
    let s = scene().await;
    let booking = s.ask().await;
    let password = json!({ "current": PASSWORD });
    let wrong = s.ines.send_json("DELETE", "/api/v1/account", json!({ "current": "no" })).await;
    assert_eq!(
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"],
        json!({ "current": ["is not your password"] })
    );
    let refused = s.ines.send_json("DELETE", "/api/v1/account", password.clone()).await;
    let told = refused.expect(StatusCode::CONFLICT).json()["detail"].as_str().unwrap().to_owned();
    assert!(told.starts_with("You have 1 open request."), "{told}");
    s.ines.post(&format!("{booking}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    let left = s.ines.send_json("DELETE", "/api/v1/account", password).await;
    left.expect(StatusCode::NO_CONTENT);
    let gone = s.ines.send(Request::get("/api/v1/account"), Body::empty()).await;
    gone.expect(StatusCode::UNAUTHORIZED);
}
