//! A database of one Postgres cluster, servers on it, and people who are signed in.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::mpsc,
};

use first_call::{
    postgres::{Cluster, Options},
    values::Secret,
};
use sqlx::{PgPool, postgres::PgPoolOptions};
use tempfile::TempDir;

/// A Postgres that lives as long as this does.
pub struct Database {
    pub url: String,
    _data: TempDir,
    // The cluster ends with the thread that started it: it waits for this to be dropped.
    _stop: mpsc::Sender<()>,
}

impl Database {
    pub fn start() -> Database {
        let data = tempfile::tempdir().unwrap();
        let (tell, told) = mpsc::channel();
        let (stop, stopped) = mpsc::channel::<()>();
        let options = Options { data_dir: data.path().to_owned(), bin_dir: None, fast: false };
        std::thread::spawn(move || {
            let mut cluster = Cluster::start(&options, &mut |_| {}).unwrap();
            tell.send(cluster.url("postgres")).unwrap();
            let _ = stopped.recv();
            cluster.stop();
        });
        Database { url: told.recv().unwrap(), _data: data, _stop: stop }
    }

    pub async fn connect(&self) -> PgPool {
        PgPoolOptions::new().max_connections(4).connect(&self.url).await.unwrap()
    }
}

/// `first-call serve`, ended with the test.
pub struct Server {
    pub address: String,
    pub process: Child,
}

impl Server {
    /// On a database elsewhere, or with a Postgres of its own in `data`.
    pub fn start(data: &Path, database: Option<&str>) -> Server {
        let mut command = Command::new(env!("CARGO_BIN_EXE_first-call"));
        command
            .arg("serve")
            .env_remove("DATABASE_URL")
            .env("FIRST_CALL_LISTEN", "127.0.0.1:0")
            .env("FIRST_CALL_DATA_DIR", data)
            .env("FIRST_CALL_LOG", "warn")
            .stdout(Stdio::piped());
        if let Some(url) = database {
            command.env("DATABASE_URL", url);
        }
        let mut process = command.spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let at = line.find("http://127.0.0.1:")?;
            Some(line[at..].split_whitespace().next()?.to_owned())
        });
        std::thread::spawn(move || lines.for_each(drop));
        Server { address: address.expect("the server prints its address"), process }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Ines, who books, and Maren, who plays; each with the secret of a sign-in.
pub struct People {
    pub ines: String,
    pub maren: String,
}

/// Puts both into an empty database: Maren works around the clock, so that any time may be asked.
pub async fn people(db: &PgPool) -> People {
    let (ines, maren) = pair(db, 0, "Ines Calloway", "Maren Oakley").await;
    People { ines, maren }
}

/// Somebody who books, and a player who works around the clock, with the secrets of their sign-ins. The
/// pairs of a database are numbered from none on: the player of each is the musician after that.
pub async fn pair(db: &PgPool, number: i64, books: &str, plays: &str) -> (String, String) {
    let producer = account(db, 2 * number + 1, books).await;
    let musician = account(db, 2 * number + 2, plays).await;
    sqlx::query(
        "with m as (insert into musicians (id, account_id, slug, name, zone, status, created_at, published_at)
                    overriding system value
                    values ($1, $2, $3, $4, 'UTC', 'published', now(), now())),
              i as (insert into musician_instruments (musician_id, instrument_id, is_primary, position)
                    select $1, id, true, 1 from instruments where slug = 'fiddle')
         insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
         select $1, day, 0, 1440 from generate_series(1, 7) day",
    )
    .bind(number + 1)
    .bind(2 * number + 2)
    .bind(plays.to_lowercase().replace(' ', "-"))
    .bind(plays)
    .execute(db)
    .await
    .unwrap();
    (producer, musician)
}

async fn account(db: &PgPool, id: i64, name: &str) -> String {
    let secret = Secret::random();
    sqlx::query(
        "with a as (insert into accounts (id, email, name, password_hash, zone, verified_at, created_at)
                    overriding system value
                    values ($1, $3::text::citext, $2, 'none', 'UTC', now(), now()))
         insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
         values ($4, $1, 'a test', now(), now(), now() + interval '1 day')",
    )
    .bind(id)
    .bind(name)
    .bind(format!("{}@example.test", name.to_lowercase().replace(' ', ".")))
    .bind(secret.hash().as_bytes())
    .execute(db)
    .await
    .unwrap();
    secret.reveal()
}
