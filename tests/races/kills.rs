use std::{
    collections::BTreeMap,
    path::Path,
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use reqwest::Client;
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection, PgPool, postgres::PgPoolOptions};

use crate::{
    calls,
    http::http,
    world::{People, Server, people},
};

/// Which processes a round kills.
#[derive(Clone, Copy, Debug)]
enum Kill {
    Server,
    Postgres,
    Both,
}

/// While Ines asks and Maren accepts as fast as they can, the server, its Postgres or both are
/// killed. After each new start, everything that was acknowledged is as it was answered, with the
/// event that goes with it.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_acknowledged_before_a_kill_is_true_after_it() {
    let data = tempfile::tempdir().unwrap();
    let mut server = Server::start(data.path(), None);
    let db = connect(data.path()).await;
    let people = Arc::new(people(&db).await);
    db.close().await;
    let acknowledged = Arc::new(Mutex::new(BTreeMap::new()));

    for (round, kill) in
        [Kill::Server, Kill::Postgres, Kill::Both, Kill::Server, Kill::Both].into_iter().enumerate()
    {
        let (before, stop) = (acknowledged.lock().unwrap().len(), Arc::new(AtomicBool::new(false)));
        let workers: Vec<_> = (0..4)
            .map(|worker| {
                let stream = Stream {
                    http: http().timeout(Duration::from_secs(5)).build().unwrap(),
                    address: server.address.clone(),
                    people: people.clone(),
                    acknowledged: acknowledged.clone(),
                    stop: stop.clone(),
                    first_day: (round as i64 * 4 + worker) * 20 + 1,
                };
                tokio::spawn(stream.run())
            })
            .collect();
        // Long enough for some to be acknowledged; then in the middle of whatever is under way.
        let enough = || acknowledged.lock().unwrap().len() >= before + 12 + round;
        let until = std::time::Instant::now() + Duration::from_secs(60);
        while !enough() {
            assert!(std::time::Instant::now() < until, "nothing is acknowledged in round {round}");
            tokio::task::yield_now().await;
        }
        strike(&mut server, data.path(), kill);
        stop.store(true, Ordering::Relaxed);
        for worker in workers {
            worker.await.unwrap();
        }
        if !matches!(kill, Kill::Server | Kill::Both) {
            server.process.kill().unwrap();
        }
        server.process.wait().unwrap();
        server = Server::start(data.path(), None);
        let db = connect(data.path()).await;
        let told = acknowledged.lock().unwrap().clone();
        audit(&db, &told, kill).await;
        db.close().await;
    }
}

/// Asks for a morning and has it accepted, day after day.
struct Stream {
    http: Client,
    address: String,
    people: Arc<People>,
    acknowledged: Arc<Mutex<BTreeMap<i64, &'static str>>>,
    stop: Arc<AtomicBool>,
    first_day: i64,
}

impl Stream {
    async fn run(self) {
        for day in self.first_day..self.first_day + 20 {
            if self.stop.load(Ordering::Relaxed) {
                return;
            }
            let date =
                first_call::values::Clock::System.now().date_naive() + chrono::TimeDelta::days(day);
            let call = calls::call(json!({
                "title": format!("Take {day}"), "date": date.to_string(), "zone": "UTC",
                "place": "Room A", "brief": "As we talked about.",
            }));
            let sent =
                self.send("/api/v1/musicians/maren-oakley/calls", &self.people.ines, call).await;
            let Some(booking) = sent.and_then(|sent| sent["id"].as_i64()) else { return };
            self.acknowledged.lock().unwrap().insert(booking, "requested");
            let path = format!("/api/v1/bookings/{booking}/accept");
            if self.send(&path, &self.people.maren, json!({ "word": "Gladly." })).await.is_none() {
                // Unanswered: it may have happened or not, and either is honest.
                self.acknowledged.lock().unwrap().insert(booking, "either");
                return;
            }
            self.acknowledged.lock().unwrap().insert(booking, "confirmed");
        }
    }

    /// The answer, if one arrived and said yes.
    async fn send(&self, path: &str, secret: &str, body: Value) -> Option<Value> {
        let url = format!("{}{path}", self.address);
        let answer = self.http.post(url).bearer_auth(secret).json(&body).send().await.ok()?;
        let status = answer.status();
        let text = answer.text().await.ok()?;
        assert!(status.is_success() || status.is_server_error(), "{status}: {text}");
        status.is_success().then(|| serde_json::from_str(&text).unwrap())
    }
}

fn strike(server: &mut Server, data: &Path, kill: Kill) {
    let server_pid = server.process.id();
    let postgres_pid = postmaster(data);
    let pids = match kill {
        Kill::Server => vec![server_pid.to_string()],
        Kill::Postgres => vec![postgres_pid],
        Kill::Both => vec![server_pid.to_string(), postgres_pid],
    };
    assert!(Command::new("kill").arg("-9").args(pids).status().unwrap().success());
}

pub fn postmaster(data: &Path) -> String {
    let versions = std::fs::read_dir(data.join("postgres")).unwrap();
    let file = versions
        .map(|entry| entry.unwrap().path().join("data/postmaster.pid"))
        .find(|file| file.exists())
        .unwrap();
    std::fs::read_to_string(file).unwrap().lines().next().unwrap().to_owned()
}

pub async fn connect(data: &Path) -> PgPool {
    let versions = std::fs::read_dir(data.join("postgres")).unwrap();
    let socket = versions
        .map(|entry| entry.unwrap().path().join("socket"))
        .find(|socket| socket.exists())
        .unwrap();
    let url = format!(
        "postgres://app@localhost:5432/first_call?host={}&sslmode=disable",
        socket.display()
    );
    PgConnection::connect(&url).await.unwrap().close().await.unwrap();
    PgPoolOptions::new().max_connections(2).connect(&url).await.unwrap()
}

async fn audit(db: &PgPool, acknowledged: &BTreeMap<i64, &'static str>, kill: Kill) {
    let rows: Vec<(i64, String, String)> = sqlx::query_as(
        "select b.id, b.status::text,
                (select string_agg(e.status::text, ' ' order by e.id) from booking_events e
                 where e.booking_id = b.id)
         from bookings b",
    )
    .fetch_all(db)
    .await
    .unwrap();
    let rows: BTreeMap<i64, (String, String)> =
        rows.into_iter().map(|(id, status, events)| (id, (status, events))).collect();
    for (booking, told) in acknowledged {
        let (status, events) =
            rows.get(booking).unwrap_or_else(|| panic!("{booking} is gone: {kill:?}"));
        match *told {
            "either" => assert!(["requested", "confirmed"].contains(&status.as_str())),
            told => assert_eq!(status, told, "booking {booking} after {kill:?}"),
        }
        let whole = if status == "confirmed" { "requested confirmed" } else { "requested" };
        assert_eq!(events, whole, "booking {booking} after {kill:?}");
    }
    let untold: i64 = sqlx::query_scalar(
        "select count(*) from bookings b where not exists
            (select 1 from mails m where m.link_path = '/bookings/' || b.id or m.sent_at is not null)",
    )
    .fetch_one(db)
    .await
    .unwrap();
    assert_eq!(untold, 0, "every request that stands was put in the outbox");
}
