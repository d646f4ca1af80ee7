//! What is sent twice is done once: a second click, a browser that sends again.

use axum::http::StatusCode;
use chrono::TimeDelta;
use sqlx::query_scalar;
use tokio::task::JoinSet;

use crate::{
    bookings::{Scene, scene},
    support::{Client, Reply, TestApp},
};

impl Scene {
    async fn counted(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }
}

/// Where the button of a page sends its form.
fn address_of(page: &Reply, button: &str) -> String {
    page.attributes(&format!("button[formaction*='{button}']"), "formaction")
        .into_iter()
        .chain(page.attributes(&format!("form[action*='{button}']"), "action"))
        .next()
        .unwrap()
}

/// The same browser once more.
fn twin(app: &TestApp, browser: &Client) -> Client {
    app.stranger().with_cookie("sign_in", &browser.cookie("sign_in").unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_form_that_comes_eight_times_at_once_is_done_once_and_answered_alike() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let accept = address_of(&s.maren.get(&booking).await, "/accept");
    let servers = [s.app.another(), s.app.another()];
    let mut clicks = JoinSet::new();
    for click in 0..8 {
        let (maren, accept) = (twin(&servers[click % 2], &s.maren), accept.clone());
        clicks.spawn(async move {
            let answer = maren.post(&accept, [("word", "Lovely tune.")]).await;
            let answer = answer.expect(StatusCode::SEE_OTHER);
            (answer.location().to_owned(), maren.cookie("flash").unwrap())
        });
    }
    let mut answers = clicks.join_all().await;
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].0, booking);
    assert_eq!(s.counted("select count(*) from booking_events").await, 2);
    assert_eq!(s.counted("select count(*) from mails").await, 2);

    // Long after, and after a step of the other side, it is what it was.
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{booking}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::hours(47));
    s.maren.post(&accept, [("word", "Lovely tune.")]).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&booking).await;
    assert!(sheet.texts(".flash p")[0].starts_with("Confirmed: Dust on the Piano"));
    assert_eq!(sheet.texts(".strap .badge"), ["Cancelled"]);
}

#[tokio::test]
async fn a_form_that_was_changed_is_another_wish() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    let settings = address_of(&s.ines.get("/account").await, "/account?");
    let details = |name| [("name", name), ("zone", "Europe/London"), ("purpose", "book")];
    s.ines.post(&settings, details("Ines C.")).await.expect(StatusCode::SEE_OTHER);
    s.ines.post(&settings, details("Ines Calloway")).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.counted("select count(*) from accounts where name = 'Ines Calloway'").await, 1);

    // Two players press the same; each is answered for themselves.
    let theirs = address_of(&s.ines.get(&booking).await, "/cancel");
    let word = [("word", "Ill.")];
    s.ines.post(&theirs, word).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&theirs, word).await.expect(StatusCode::CONFLICT);
    s.ines.post(&theirs, word).await.expect(StatusCode::SEE_OTHER);
    s.ines.post(&theirs, [("word", "Very ill.")]).await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn what_was_refused_or_came_back_with_faults_may_be_sent_again() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let accept = address_of(&s.maren.get(&booking).await, "/accept");
    let other = s.confirmed(&[("from", "11:00"), ("to", "14:00")]).await;
    s.maren.post(&accept, ()).await.expect(StatusCode::CONFLICT);
    let cancel = address_of(&s.ines.get(&other).await, "/cancel");
    let faulty = s.ines.post(&cancel, [("word", "")]).await;
    let faulty = faulty.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_ne!(address_of(&faulty, "/cancel"), cancel, "the page is made anew");
    s.ines.post(&cancel, [("word", "The room is flooded.")]).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&accept, ()).await.expect(StatusCode::SEE_OTHER);
    let kept = "select count(*) from idempotency_keys where status <> 303";
    assert_eq!(s.counted(kept).await, 0);
}

#[tokio::test]
async fn of_a_form_with_a_password_nothing_is_kept() {
    let s = scene().await;
    let before = s.counted("select count(*) from idempotency_keys").await;
    let password =
        [("current", crate::support::PASSWORD), ("password", "two lutes and a drum kit")];
    for address in ["/account/password", "/account/email", "/account/delete"] {
        s.ines.post(&format!("{address}?once=3fd117ab22c4d5e6"), password).await;
    }
    assert_eq!(s.counted("select count(*) from idempotency_keys").await, before);
}
