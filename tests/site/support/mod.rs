//! The app as a test sees it.

mod client;
mod database;
mod live;
mod people;
pub mod sending;
mod server;
pub mod sound;

use axum::Router;
use chrono::{DateTime, TimeDelta, Utc};
use first_call::{App, Site, router, values::Clock};
use sqlx::PgPool;

pub use client::{Client, Reply};
pub use live::Live;
pub use people::{PASSWORD, email_of};

pub struct TestApp {
    pub app: App,
    router: Router,
}

impl TestApp {
    /// It is three in the afternoon of Monday 23 November 2026, UTC.
    pub async fn new() -> TestApp {
        TestApp::with(&[]).await
    }

    /// On a database to which each of `said` is said on every connection.
    pub async fn with(said: &'static [&'static str]) -> TestApp {
        TestApp::on(database::fresh(said).await)
    }

    /// Another server on the same database and the same clock.
    pub fn another(&self) -> TestApp {
        TestApp { app: self.app.clone(), router: router(self.app.clone()) }
    }

    /// Another on the same database, to whose connections each of `said` is said.
    pub async fn another_with(&self, said: &'static [&'static str]) -> TestApp {
        TestApp::on(database::again(self.db(), said).await)
    }

    fn on(db: PgPool) -> TestApp {
        let now: DateTime<Utc> = "2026-11-23T15:00:00Z".parse().unwrap();
        let app = App::new(db.clone(), db, Clock::held_at(now), Site::default());
        let app = app.with_quick_passwords();
        TestApp { router: router(app.clone()), app }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn wait(&self, time: TimeDelta) {
        self.app.clock.advance(time);
    }

    pub fn db(&self) -> &PgPool {
        &self.app.writes
    }

    /// Someone who has not signed in.
    pub fn stranger(&self) -> Client {
        Client::new(self.router.clone())
    }
}
