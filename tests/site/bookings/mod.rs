//! Asking for a player’s time, and what becomes of it.

mod faces;
mod files;
mod form;
mod steps;
mod times;

use axum::http::StatusCode;
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{Client, Reply, TestApp},
};

pub struct Scene {
    pub app: TestApp,
    pub ines: Client,
    pub maren: Client,
}

/// Ines Calloway lives in London, Maren Oakley plays in Nashville. It is Monday 23 November 2026.
pub async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    Scene { app, ines, maren }
}

/// What Ines asks of Maren, with some of it otherwise.
pub fn call(otherwise: &[(&str, &str)]) -> Value {
    let mut call = calls::call(json!({
        "artist": "June Harrow & the Lamplighters", "place": "Cedar Street Sound, Nashville",
        "brief": "Dry and close.\n\nBarn, not ballroom.",
    }));
    for (field, value) in otherwise {
        call[field] = (*value).into();
    }
    call
}

/// What is offered beside an answer, and of what is confirmed.
const OTHER: &str = "Offer other terms";
const MOVE: &str = "Move it, or change the fee";

const REMOTE: [(&str, &str); 3] =
    [("kind", "remote"), ("due_date", "2026-12-10"), ("due_time", "18:00")];

impl Scene {
    /// Asks, and answers the booking's address.
    pub async fn ask(&self, otherwise: &[(&str, &str)]) -> String {
        let sent = self.ines.post("/musicians/maren-oakley/calls", call(otherwise)).await;
        sent.expect(StatusCode::SEE_OTHER).location().to_owned()
    }

    pub async fn confirmed(&self, otherwise: &[(&str, &str)]) -> String {
        let booking = self.ask(otherwise).await;
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking
    }

    /// Who was mailed what, the latest last.
    async fn mails(&self) -> Vec<String> {
        let sql = "select split_part(recipient, '.', 1) || ': ' || subject from mails order by id";
        query_scalar(sql).fetch_all(self.app.db()).await.unwrap()
    }

    async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(self.app.db()).await.unwrap();
    }
}

/// What the sheet says and offers: its badge, then its buttons.
pub fn offered(sheet: &Reply) -> (String, Vec<String>) {
    let badge = sheet.texts(".strap .badge").remove(0);
    (badge, sheet.texts(".answer button, .answer a.btn"))
}

/// What is wrong with which field of a form that came back.
fn faults(reply: &Reply, field: &str) -> String {
    reply.texts(&format!("#{field}-error")).join(" ")
}

/// Open around the clock on Sundays, in London.
async fn in_london(s: &Scene) {
    s.run("update musicians set zone = 'Europe/London'").await;
    s.run("insert into weekly_hours (musician_id, weekday, from_minute, to_minute) select id, 7, 0, 1440 from musicians").await;
}
