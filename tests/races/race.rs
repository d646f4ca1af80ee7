use std::time::{Duration, Instant};

use reqwest::StatusCode;
use serde_json::json;

use crate::{
    http::http,
    world::{Database, Server, people},
};

const ROUNDS: i64 = 20;
const RACERS: usize = 50;

/// Fifty requests for one morning, accepted at the same moment through two servers: one is
/// confirmed, every other acceptance is told why not, and nobody waits long for it.
#[tokio::test(flavor = "multi_thread")]
async fn of_fifty_racing_acceptances_one_wins_and_every_loser_is_told() {
    let database = Database::start();
    let (one, two) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let servers = [
        Server::start(one.path(), Some(&database.url)),
        Server::start(two.path(), Some(&database.url)),
    ];
    let db = database.connect().await;
    let people = people(&db).await;
    let http = http().build().unwrap();
    let mut slowest = Duration::ZERO;

    for round in 1..=ROUNDS {
        let bookings = requests_for_one_morning(&db, round).await;
        let racers = bookings.into_iter().enumerate().map(|(at, booking)| {
            let address = &servers[at % 2].address;
            let request = http
                .post(format!("{address}/api/v1/bookings/{booking}/accept"))
                .bearer_auth(&people.maren)
                .json(&json!({ "word": "" }));
            tokio::spawn(async move {
                let started = Instant::now();
                let answer = request.send().await.unwrap();
                let status = answer.status();
                (status, answer.text().await.unwrap(), started.elapsed())
            })
        });
        let racers: Vec<_> = racers.collect();
        let mut won = 0;
        for racer in racers {
            let (status, body, took) = racer.await.unwrap();
            slowest = slowest.max(took);
            if status == StatusCode::OK {
                won += 1;
            } else {
                assert_eq!(status, StatusCode::CONFLICT, "{body}");
                let says_why =
                    body.contains("You have a session") || body.contains("taken meanwhile");
                assert!(says_why, "{body}");
            }
        }
        assert_eq!(won, 1, "round {round}");
    }
    let confirmed: i64 =
        sqlx::query_scalar("select count(*) from bookings where status = 'confirmed'")
            .fetch_one(&db)
            .await
            .unwrap();
    assert_eq!(confirmed, ROUNDS);
    assert!(slowest < Duration::from_secs(1), "the slowest took {slowest:?}");
    println!("the slowest of {} acceptances took {slowest:?}", ROUNDS as usize * RACERS);
}

/// Overlapping by minutes or wholly, all on one morning some days from now.
async fn requests_for_one_morning(db: &sqlx::PgPool, day: i64) -> Vec<i64> {
    sqlx::query_scalar(
        "with c as (
            insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place, brief,
                               genre_id, created_at)
            select 1, 'Take ' || n, 'June Harrow', 'room', start, start + interval '3 hours', 'UTC', 'Room A',
                   'As we talked about.', (select id from genres where slug = 'country'), now()
            from generate_series(1, $2) n,
                 lateral (select date_trunc('day', now()) + $1 * interval '1 day' + interval '9 hours'
                                 + (n % 60) * interval '1 minute') as s (start)
            returning id)
         insert into bookings (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
         select c.id, 1, (select id from instruments where slug = 'fiddle'), 38000, 'USD',
                now() + interval '12 hours', now()
         from c returning id",
    )
    .bind(day)
    .bind(RACERS as i32)
    .fetch_all(db)
    .await
    .unwrap()
}
