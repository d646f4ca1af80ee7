//! Many people at once, through two servers on one database.

use std::time::{Duration, Instant};

use axum::http::StatusCode;
use first_call::router;
use serde_json::json;
use sqlx::{PgPool, query_scalar};
use tokio::task::JoinSet;

use crate::{
    calls,
    support::{Client, TestApp},
};

const RACERS: usize = 50;
const ROUNDS: usize = 20;

/// Fifty requests of one day, all overlapping; answers their ids.
async fn fifty_requests(app: &TestApp, ines: &Client, day: &str) -> Vec<i64> {
    let call = calls::call(json!({ "date": day }));
    let sent = ines.post_json("/api/v1/musicians/maren-oakley/calls", call).await;
    let first = sent.expect(StatusCode::CREATED).json()["id"].as_i64().unwrap();
    // The others are like it, each a few minutes later: they overlap all the same.
    query_scalar(
        "with original as (
            select c.*, b.musician_id, b.instrument_id, b.fee, b.currency, b.reply_by
            from bookings b join calls c on c.id = b.call_id where b.id = $1),
         more as (
            insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place,
                               brief, genre_id, created_at)
            select producer_id, title, artist, kind, starts_at + n * interval '1 minute',
                   ends_at + n * interval '1 minute', zone, place, brief, genre_id, created_at
            from original, generate_series(1, $2) n
            returning id),
         asked as (
            insert into bookings (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
            select more.id, musician_id, instrument_id, fee, currency, reply_by, original.created_at
            from more, original
            returning id)
         select $1 union all select id from asked",
    )
    .bind(first)
    .bind(RACERS as i64 - 1)
    .fetch_all(app.db())
    .await
    .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_fifty_racing_accepts_one_wins_and_every_loser_is_told_at_once() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let secret = maren.cookie("sign_in").unwrap();
    let servers = [app.another(), app.another()];
    let mut slowest = Duration::ZERO;
    for round in 0..ROUNDS {
        // Mondays to Fridays, from 7 December on.
        let day = chrono::NaiveDate::from_ymd_opt(2026, 12, 7).unwrap();
        let day = day + chrono::TimeDelta::days((round + 2 * (round / 5)) as i64);
        let ids = fifty_requests(&app, &ines, &day.to_string()).await;
        assert_eq!(ids.len(), RACERS);

        let mut race = JoinSet::new();
        for (lane, id) in ids.iter().enumerate() {
            let browser = servers[lane % 2].stranger().with_cookie("sign_in", &secret);
            let address = format!("/api/v1/bookings/{id}/accept");
            race.spawn(async move {
                let started = Instant::now();
                let answer = browser.post_json(&address, json!({})).await;
                (answer, started.elapsed())
            });
        }
        let mut winners = 0;
        for (answer, took) in race.join_all().await {
            slowest = slowest.max(took);
            match answer.status {
                StatusCode::OK => winners += 1,
                StatusCode::CONFLICT => {
                    let told = answer.json()["detail"].as_str().unwrap().to_owned();
                    // As the calendar says it, or, where two met in Postgres, as the constraint.
                    let says_why =
                        told.starts_with("You have a session") || told.contains("taken meanwhile");
                    assert!(says_why, "{told}");
                }
                other => panic!("round {round}: {other}, {}", answer.body),
            }
        }
        assert_eq!(winners, 1, "round {round}");
        let confirmed = "select count(*) from bookings where status = 'confirmed' and id = any($1)";
        let confirmed: i64 = query_scalar(confirmed).bind(&ids).fetch_one(app.db()).await.unwrap();
        assert_eq!(confirmed, 1, "round {round}");
    }
    assert!(slowest < Duration::from_secs(1), "the slowest answer took {slowest:?}");
    let overlaps: i64 = query_scalar(
        "select count(*) from bookings a join bookings b
            on a.id < b.id and a.musician_id = b.musician_id and a.blocks && b.blocks
         where a.status in ('confirmed', 'done') and b.status in ('confirmed', 'done')",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(overlaps, 0);
}

/// An answer and its opposite at once: one of them holds, and the other side is told once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn accepting_while_it_is_withdrawn_ends_in_one_of_both() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let ids = fifty_requests(&app, &ines, "2026-12-08").await;
    let mails = async || -> i64 {
        query_scalar("select count(*) from mails").fetch_one(app.db()).await.unwrap()
    };
    for id in ids.into_iter().take(15) {
        let before = mails().await;
        let address = |verb| format!("/api/v1/bookings/{id}/{verb}");
        let (accept, withdraw) = (address("accept"), address("withdraw"));
        let (accepted, withdrawn) =
            tokio::join!(maren.post_json(&accept, json!({})), ines.post_json(&withdraw, json!({})));
        let outcome = (accepted.status, withdrawn.status);
        let ends = if accepted.status == StatusCode::OK { "confirmed" } else { "withdrawn" };
        assert!(
            outcome == (StatusCode::OK, StatusCode::CONFLICT)
                || outcome == (StatusCode::CONFLICT, StatusCode::OK),
            "{outcome:?}"
        );
        let booking = ines.get(&format!("/api/v1/bookings/{id}")).await.json();
        assert_eq!(booking["status"], ends);
        assert_eq!(booking["events"].as_array().unwrap().last().unwrap()["status"], ends);
        assert_eq!(mails().await, before + 1);
        if ends == "confirmed" {
            let reason = json!({"word": "The next one may have the time."});
            let cancelled = maren.post_json(&address("cancel"), reason).await;
            cancelled.expect(StatusCode::OK);
        }
    }
}

/// The lock is what keeps racers apart; the constraint is there for whatever forgets it.
#[tokio::test]
async fn what_slips_past_the_lock_is_stopped_by_postgres_and_told_in_the_same_words() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let ids = fifty_requests(&app, &ines, "2026-12-08").await;
    let mut careless = app.db().begin().await.unwrap();
    sqlx::query(
        "update bookings b set status = 'confirmed', blocks = tstzrange(c.starts_at, c.ends_at)
         from calls c where c.id = b.call_id and b.id = $1",
    )
    .bind(ids[0])
    .execute(&mut *careless)
    .await
    .unwrap();
    let address = format!("/api/v1/bookings/{}/accept", ids[1]);
    let accept = maren.post_json(&address, json!({}));
    let commit = async {
        // The accept waits for whoever holds its time.
        while waiting(&app).await == 0 {}
        careless.commit().await.unwrap();
    };
    let (lost, ()) = tokio::join!(accept, commit);
    let told = lost.expect(StatusCode::CONFLICT).json()["detail"].as_str().unwrap().to_owned();
    assert!(told.starts_with("That time was taken meanwhile"), "{told}");
}

async fn waiting(app: &TestApp) -> i64 {
    let waiting = "select count(*) from pg_stat_activity
                   where datname = current_database() and wait_event_type = 'Lock'";
    query_scalar(waiting).fetch_one(app.db()).await.unwrap()
}

#[tokio::test]
async fn who_waits_too_long_for_a_lock_is_told_and_changes_nothing() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let ids = fifty_requests(&app, &ines, "2026-12-08").await;
    let options = app.db().connect_options().as_ref().clone().options([("lock_timeout", "50ms")]);
    let writes = PgPool::connect_with(options).await.unwrap();
    let mut hurried = app.app.clone();
    hurried.writes = writes;
    let hurried = router(hurried);
    let hurried = Client::new(hurried).with_cookie("sign_in", &maren.cookie("sign_in").unwrap());

    let mut slow = app.db().begin().await.unwrap();
    sqlx::query("select id from musicians for update").execute(&mut *slow).await.unwrap();
    let address = format!("/api/v1/bookings/{}/accept", ids[0]);
    let lost = hurried.post_json(&address, json!({})).await.expect(StatusCode::CONFLICT).json();
    assert_eq!(
        lost["detail"],
        "Somebody was changing the same time at the same moment, and it was taken meanwhile. \
         Nothing was done here: look how it stands now."
    );
    slow.rollback().await.unwrap();
    hurried.post_json(&address, json!({})).await.expect(StatusCode::OK);
}
