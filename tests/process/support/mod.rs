//! The program, the people who use it, and where their mail ends up.

mod catcher;
#[path = "../../site/support/http.rs"]
mod http;
mod people;
mod program;
#[path = "../../site/support/server.rs"]
mod server;

use std::{
    thread,
    time::{Duration, Instant},
};

use sqlx::{AssertSqlSafe, Connection, PgConnection};

pub use catcher::Catcher;
pub use http::http;
pub use people::{Person, a_weekday, musician, producer};
pub use program::{Data, Program, command, until_gone};

/// Looks again and again until there is something to see.
#[track_caller]
pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(Instant::now() < deadline, "it does not come to that: {what}");
        thread::park_timeout(Duration::from_millis(10));
    }
}

/// A new database on the tests' server; the program brings it up to date.
pub async fn database(name: &str) -> String {
    let name = format!("{name}_{}", std::process::id());
    let mut db = PgConnection::connect(&server::url("postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("create database {name}"))).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
    server::url(&name)
}
