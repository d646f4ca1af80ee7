//! Everything that is done to a booking, by several at once, while servers and their Postgres are killed. Who
//! hears nothing asks again with the same key until there is an answer; at the end each answer that was
//! given is true, and nothing was done twice or by halves.

use std::{
    path::Path,
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, NaiveTime, TimeDelta, Timelike, Utc};
use fastrand::Rng;
use first_call::values::Clock;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use sqlx::{PgPool, query_scalar};
use tokio::sync::watch;

use crate::{
    calls,
    http::http,
    kills::{connect, postmaster},
    world::{Server, pair},
};

const PAIRS: [(&str, &str); 4] = [
    ("Ines Calloway", "Maren Oakley"),
    ("Theo Brandt", "Jo Lindqvist"),
    ("Ada Whitlock", "Wes Tully"),
    ("June Harrow", "Lonnie Vasquez"),
];
const ROUNDS: usize = 6;

#[derive(Clone, Copy, Debug)]
enum Kill {
    Server,
    /// As an operator does who is in a hurry: Postgres leaves everything as it lies.
    PostgresQuits,
    Postgres,
    Both,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_is_killed_what_was_answered_is_true_and_nothing_was_done_twice_or_by_halves() {
    let given = std::env::var("FIRST_CALL_STORM_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed: u64 = given.unwrap_or_else(|| fastrand::u64(..));
    println!("FIRST_CALL_STORM_SEED={seed}");
    let mut random = Rng::with_seed(seed);

    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), None);
    let db = connect(data.path()).await;
    let (tell, address) = watch::channel(server.address.clone());
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let mut lanes = Vec::new();
    for (number, (books, plays)) in PAIRS.into_iter().enumerate() {
        let (producer, musician) = pair(&db, number as i64, books, plays).await;
        let lane = Lane {
            http: http().timeout(Duration::from_secs(5)).build().unwrap(),
            address: address.clone(),
            producer,
            musician,
            plays,
            number,
            random: random.fork(),
            stop: stop.clone(),
            answered: answered.clone(),
            sent: 0,
            told: Vec::new(),
        };
        lanes.push(tokio::spawn(lane.run()));
    }
    db.close().await;

    for round in 0..ROUNDS {
        let kinds = [Kill::Server, Kill::PostgresQuits, Kill::Postgres, Kill::Both];
        let kill = if round < 4 { kinds[round] } else { kinds[random.usize(..4)] };
        let enough = answered.load(Ordering::Relaxed) + random.usize(15..60);
        let until = std::time::Instant::now() + Duration::from_secs(60);
        while answered.load(Ordering::Relaxed) < enough {
            assert!(std::time::Instant::now() < until, "seed {seed}: nothing is answered, {round}");
            assert!(lanes.iter().all(|lane| !lane.is_finished()), "seed {seed}: a lane ended");
            tokio::task::yield_now().await;
        }
        strike(&server, data.path(), kill);
        let _ = server.process.kill();
        server.process.wait().unwrap();
        server = Server::start(data.path(), None);
        tell.send(server.address.clone()).unwrap();
    }
    stop.store(true, Ordering::Relaxed);
    let mut told = Vec::new();
    for lane in lanes {
        told.extend(lane.await.unwrap_or_else(|error| panic!("seed {seed}: {error}")));
    }
    let db = connect(data.path()).await;
    for booking in &told {
        audit(&db, booking, seed).await;
    }
    audit_all(&db, &told, seed).await;
    println!("{} bookings, {} answers", told.len(), answered.load(Ordering::Relaxed));
}

fn strike(server: &Server, data: &Path, kill: Kill) {
    let (server, postgres) = (server.process.id().to_string(), postmaster(data));
    let (signal, pids) = match kill {
        Kill::Server => ("-KILL", vec![server]),
        Kill::PostgresQuits => ("-QUIT", vec![postgres]),
        Kill::Postgres => ("-KILL", vec![postgres]),
        Kill::Both => ("-KILL", vec![server, postgres]),
    };
    assert!(Command::new("kill").arg(signal).args(pids).status().unwrap().success());
}

/// What was answered about a booking.
#[derive(Debug)]
struct Told {
    id: i64,
    title: String,
    /// Where each line of its history left it.
    steps: Vec<&'static str>,
    messages: Vec<String>,
    marks: i64,
}

/// A producer and a player who do everything there is to do, booking after booking.
struct Lane {
    http: Client,
    address: watch::Receiver<String>,
    producer: String,
    musician: String,
    plays: &'static str,
    number: usize,
    random: Rng,
    stop: Arc<AtomicBool>,
    answered: Arc<AtomicUsize>,
    sent: usize,
    told: Vec<Told>,
}

#[derive(Clone, Copy)]
enum By {
    Producer,
    Musician,
}
use By::{Musician, Producer};

impl Lane {
    async fn run(mut self) -> Vec<Told> {
        self.mark_a_session().await;
        for day in 2.. {
            if self.stop.load(Ordering::Relaxed) {
                break;
            }
            let from = Clock::System.now().date_naive() + TimeDelta::days(day);
            self.ask(from.and_time(NaiveTime::MIN).and_utc() + TimeDelta::hours(10)).await;
            match self.random.u8(..6) {
                0 => self.step(Musician, "decline", "declined").await,
                1 => self.step(Producer, "withdraw", "withdrawn").await,
                2 => {
                    self.step(Musician, "accept", "confirmed").await;
                    self.write(Producer).await;
                    self.write(Musician).await;
                    self.step(Producer, "cancel", "cancelled").await;
                }
                3 => {
                    self.offer(Musician, day, 10, 450, "requested").await;
                    self.offer(Producer, day, 11, 420, "requested").await;
                    self.write(Musician).await;
                    self.step(Musician, "accept", "confirmed").await;
                }
                4 => {
                    self.step(Musician, "accept", "confirmed").await;
                    self.offer(Producer, day, 15, 380, "confirmed").await;
                    self.step(Musician, "accept", "confirmed").await;
                }
                _ => {
                    self.step(Musician, "accept", "confirmed").await;
                    self.offer(Musician, day, 14, 500, "confirmed").await;
                    self.step(Producer, "decline", "confirmed").await;
                    self.step(Musician, "cancel", "cancelled").await;
                }
            }
        }
        self.told
    }

    /// One that begins within the hour, so that it can be marked.
    async fn mark_a_session(&mut self) {
        let soon = Clock::System.now() + TimeDelta::minutes(10);
        let late = NaiveTime::from_hms_opt(23, 20, 0).unwrap();
        let midnight = (soon.date_naive() + TimeDelta::days(1)).and_time(NaiveTime::MIN).and_utc();
        let from = if soon.time() > late { midnight } else { soon };
        self.ask(from.with_second(0).and_then(|at| at.with_nanosecond(0)).unwrap()).await;
        self.step(Musician, "accept", "confirmed").await;
        let id = self.told.last().unwrap().id;
        self.send(Musician, format!("bookings/{id}/report/start"), json!({})).await;
        self.told.last_mut().unwrap().marks += 1;
    }

    async fn ask(&mut self, from: DateTime<Utc>) {
        let title = format!("Take {} of {}", self.told.len() + 1, self.number);
        let call = calls::call(json!({
            "title": title, "date": from.format("%Y-%m-%d").to_string(),
            "from": from.format("%H:%M").to_string(),
            "to": (from + TimeDelta::minutes(30)).format("%H:%M").to_string(), "zone": "UTC",
            "place": "Room A", "brief": "As we talked about.",
        }));
        let slug = self.plays.to_lowercase().replace(' ', "-");
        let asked = self.send(Producer, format!("musicians/{slug}/calls"), call).await;
        let (id, steps) = (asked["id"].as_i64().unwrap(), vec!["requested"]);
        self.told.push(Told { id, title, steps, messages: Vec::new(), marks: 0 });
    }

    async fn step(&mut self, by: By, verb: &str, to: &'static str) {
        let path = format!("bookings/{}/{verb}", self.told.last().unwrap().id);
        let now = self.send(by, path, json!({ "word": "The singer is ill." })).await;
        assert_eq!(now["status"], to);
        self.told.last_mut().unwrap().steps.push(to);
    }

    async fn offer(&mut self, by: By, day: i64, hour: u32, fee: i64, to: &'static str) {
        let date = Clock::System.now().date_naive() + TimeDelta::days(day);
        let terms = json!({
            "fee": fee.to_string(), "date": date.to_string(), "from": format!("{hour}:00"),
            "to": format!("{hour}:30"),
        });
        let path = format!("bookings/{}/offers", self.told.last().unwrap().id);
        self.send(by, path, terms).await;
        self.told.last_mut().unwrap().steps.push(to);
    }

    async fn write(&mut self, by: By) {
        let booking = self.told.last().unwrap();
        let text = format!("About {}, {}.", booking.title, booking.messages.len());
        let path = format!("bookings/{}/messages", booking.id);
        self.send(by, path, json!({ "text": text })).await;
        self.told.last_mut().unwrap().messages.push(text);
    }

    /// Sends a change until it is answered, wherever there is a server, always with the same key. Some
    /// are sent once more although they were: the answer is the same.
    async fn send(&mut self, by: By, path: String, body: Value) -> Value {
        self.sent += 1;
        let key = format!("lane-{}-{}", self.number, self.sent);
        let answer = self.send_until_answered(by, &path, &body, &key).await;
        self.answered.fetch_add(1, Ordering::Relaxed);
        if self.random.u8(..4) == 0 {
            let again = self.send_until_answered(by, &path, &body, &key).await;
            assert_eq!(again, answer, "{path} again");
        }
        answer
    }

    async fn send_until_answered(&mut self, by: By, path: &str, body: &Value, key: &str) -> Value {
        loop {
            let address = self.address.borrow_and_update().clone();
            let secret = match by {
                Producer => &self.producer,
                Musician => &self.musician,
            };
            let request = self
                .http
                .post(format!("{address}/api/v1/{path}"))
                .bearer_auth(secret)
                .header("idempotency-key", key)
                .json(body);
            let answer = async {
                let answer = request.send().await?;
                Ok::<_, reqwest::Error>((answer.status(), answer.text().await?))
            };
            match answer.await {
                Ok((status, text)) if status.is_success() => {
                    return serde_json::from_str(&text).unwrap();
                }
                Ok((StatusCode::CONFLICT, text)) if text.contains("still being worked on") => {}
                Ok((status, text)) => assert!(status.is_server_error(), "{path}: {status}: {text}"),
                Err(_) => {}
            }
            // The next server tells its address; one that is only busy is asked again.
            let _ = tokio::time::timeout(Duration::from_millis(500), self.address.changed()).await;
        }
    }
}

async fn audit(db: &PgPool, told: &Told, seed: u64) {
    let case = format!("seed {seed}: {told:?}");
    let steps: Vec<String> =
        query_scalar("select status::text from booking_events where booking_id = $1 order by id")
            .bind(told.id)
            .fetch_all(db)
            .await
            .unwrap();
    assert_eq!(steps, told.steps, "{case}");
    let status: String = query_scalar("select status::text from bookings where id = $1")
        .bind(told.id)
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(&status, told.steps.last().unwrap(), "{case}");
    let messages: Vec<String> =
        query_scalar("select text from messages where booking_id = $1 order by id")
            .bind(told.id)
            .fetch_all(db)
            .await
            .unwrap();
    assert_eq!(messages, told.messages, "{case}");
    let marks: i64 = query_scalar("select count(*) from report_versions where booking_id = $1")
        .bind(told.id)
        .fetch_one(db)
        .await
        .unwrap();
    assert_eq!(marks, told.marks, "{case}");
    // Each step is told to one side, by one mail and one line. Of messages that nobody reads a job tells
    // after a minute, each side once.
    for sql in [
        "select count(*) from mails where strpos(subject, ': ' || $1 || ',') > 0
         and strpos(subject, ' writes: ') = 0",
        "select count(*) from notices where strpos(text, ': ' || $1 || ',') > 0
         and strpos(text, ' writes: ') = 0",
    ] {
        let letters: i64 = query_scalar(sql).bind(&told.title).fetch_one(db).await.unwrap();
        assert_eq!(letters, told.steps.len() as i64, "{case}: {sql}");
    }
    let twice = "select count(*) from (select from mails where strpos(subject, ': ' || $1 || ',') > 0
                 and strpos(subject, ' writes: ') > 0 group by recipient having count(*) > 1) as again";
    let twice: i64 = query_scalar(twice).bind(&told.title).fetch_one(db).await.unwrap();
    assert_eq!(twice, 0, "{case}: told twice of the same messages");
}

/// There is nothing that nobody was told of, and nothing by halves.
async fn audit_all(db: &PgPool, told: &[Told], seed: u64) {
    for (what, sql, expected) in [
        ("bookings", "select count(*) from bookings", told.len()),
        ("calls", "select count(*) from calls", told.len()),
        (
            "bookings in two places",
            "select count(*) from bookings a join bookings b
             on a.musician_id = b.musician_id and a.id < b.id and a.blocks && b.blocks
             where a.status = 'confirmed' and b.status = 'confirmed'",
            0,
        ),
        (
            "offers whose booking is over",
            "select count(*) from offers o join bookings b on b.id = o.booking_id
             where o.status = 'open' and b.status not in ('requested', 'confirmed')",
            0,
        ),
        (
            "mails that nobody will send",
            "select count(*) from mails m where m.sent_at is null and not exists (
                select from graphile_worker._private_jobs j where j.payload ->> 'mail' = m.id::text)",
            0,
        ),
    ] {
        let found: i64 = query_scalar(sql).fetch_one(db).await.unwrap();
        assert_eq!(found, expected as i64, "seed {seed}: {what}");
    }
}
