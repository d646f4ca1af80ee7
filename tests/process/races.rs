use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use reqwest::StatusCode;
use rustix::process::{Signal, kill_process};
use serde_json::json;
use sqlx::{Connection, PgConnection, query_scalar};
use tokio::task::JoinSet;

use crate::support::{
    Data, Person, Program, command, database, future_sessions, musician, producer, requests, until,
};

const ROUNDS: usize = 20;
const RACERS: i32 = 50;

async fn accept(person: Person, url: String) -> (StatusCode, String, Duration) {
    let started = Instant::now();
    let answer = person.post(url, json!({})).await.unwrap();
    let status = answer.status();
    (status, answer.text().await.unwrap(), started.elapsed())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_racing_accepts_through_two_servers_one_wins() {
    let (data, url) = (Data::new(), database("raced").await);
    let serve = || Program::start(command(&["serve"], &data).env("DATABASE_URL", &url));
    let servers = [serve(), serve()];
    let mut db = PgConnection::connect(&url).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    let maren = musician(&mut db, "Maren Oakley").await;

    for (round, at) in future_sessions(ROUNDS).into_iter().enumerate() {
        let mut racers = JoinSet::new();
        for booking in requests(&mut db, &ines, &maren, at, RACERS).await {
            let server = &servers[booking as usize % 2];
            let url = server.url(&format!("/api/v1/bookings/{booking}/accept"));
            racers.spawn(accept(maren.clone(), url));
        }
        let told = racers.join_all().await;
        let won = told.iter().filter(|(status, ..)| *status == StatusCode::OK).count();
        assert_eq!(won, 1, "round {round}: {told:?}");
        for (status, said, took) in &told {
            assert!(*took < Duration::from_secs(1), "round {round}: {took:?}, {status}: {said}");
            assert!([StatusCode::OK, StatusCode::CONFLICT].contains(status), "{status}: {said}");
            assert!(*status == StatusCode::OK || said.contains("\"detail\":"), "{said}");
        }
    }
    let confirmed: i64 = query_scalar("select count(*) from bookings where status = 'confirmed'")
        .fetch_one(&mut db)
        .await
        .unwrap();
    assert_eq!(confirmed, ROUNDS as i64);
}

/// Accepts one booking after the other, and notes each that was answered with a yes.
async fn accept_all(
    maren: Person,
    base: String,
    bookings: Vec<i64>,
    progress: Arc<AtomicUsize>,
    stop: Arc<AtomicBool>,
) -> Vec<i64> {
    let mut acknowledged = Vec::new();
    for booking in bookings {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let url = format!("{base}/api/v1/bookings/{booking}/accept");
        if let Ok(answer) = maren.post(url, json!({})).await
            && answer.status() == StatusCode::OK
            && answer.text().await.is_ok()
        {
            acknowledged.push(booking);
            progress.fetch_add(1, Ordering::Relaxed);
        }
    }
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_is_true_after_server_and_postgres_are_killed() {
    let data = Data::new();
    let program = Program::start(&mut command(&["serve"], &data));
    let mut db = PgConnection::connect(&data.database()).await.unwrap();
    let ines = producer(&mut db, "Ines Calloway").await;
    let players = ["Maren Oakley", "Josiah Pell", "Ada Finch", "Tom Brae"];
    let progress = Arc::new(AtomicUsize::new(0));
    let stop = Arc::new(AtomicBool::new(false));
    let mut streams = JoinSet::new();
    for name in players {
        let player = musician(&mut db, name).await;
        let mut bookings = Vec::new();
        for at in future_sessions(200) {
            bookings.extend(requests(&mut db, &ines, &player, at, 1).await);
        }
        let base = program.url("");
        streams.spawn(accept_all(player, base, bookings, progress.clone(), stop.clone()));
    }
    drop(db);
    let postgres = data.postgres();
    tokio::task::spawn_blocking(move || {
        until("some are acknowledged", || (progress.load(Ordering::Relaxed) > 60).then_some(()));
        kill_process(postgres, Signal::KILL).unwrap();
        program.kill();
        stop.store(true, Ordering::Relaxed);
    })
    .await
    .unwrap();
    let acknowledged: Vec<i64> = streams.join_all().await.into_iter().flatten().collect();
    assert!(acknowledged.len() > 60);

    let _program = Program::start(&mut command(&["serve"], &data));
    let mut db = PgConnection::connect(&data.database()).await.unwrap();
    let rows: Vec<(i64, String, i64, i64)> = sqlx::query_as(
        "select b.id, b.status::text,
                (select count(*) from booking_events e
                 where e.booking_id = b.id and e.status = 'confirmed'),
                (select count(*) from notices n
                 where n.url = '/bookings/' || b.id)
         from bookings b",
    )
    .fetch_all(&mut db)
    .await
    .unwrap();
    let after: BTreeMap<i64, _> = rows.into_iter().map(|(id, s, e, n)| (id, (s, e, n))).collect();
    for booking in acknowledged {
        assert_eq!(after[&booking].0, "confirmed", "booking {booking} was acknowledged");
    }
    for (booking, (status, events, notices)) in after {
        let whole = i64::from(status == "confirmed");
        assert_eq!((events, notices), (whole, whole), "booking {booking} is {status} by halves");
    }
}
