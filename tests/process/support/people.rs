use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use first_call::values::{Clock, Secret};
use reqwest::{Client, Response};
use serde_json::Value;
use sqlx::{PgConnection, query, query_scalar};

use super::http;

/// Somebody signed in, with a program of their own.
#[derive(Clone)]
pub struct Person {
    pub account: i64,
    pub email: String,
    secret: String,
    client: Client,
}

impl Person {
    /// Whoever this sign-in is.
    pub fn with(secret: &str) -> Person {
        let client = http().build().unwrap();
        Person { account: 0, email: String::new(), secret: secret.to_owned(), client }
    }

    pub async fn post(&self, url: String, body: Value) -> reqwest::Result<Response> {
        self.client.post(url).bearer_auth(&self.secret).json(&body).send().await
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }
}

async fn person(db: &mut PgConnection, name: &str, plays: bool) -> Person {
    let now = Clock::System.now();
    let email = format!("{}@example.test", name.to_lowercase().replace(' ', "."));
    let account: i64 = query_scalar(
        "insert into accounts (email, name, password_hash, plays, verified_at, created_at)
         values ($1::citext, $2, 'none', $3, $4, $4) returning id",
    )
    .bind(&email)
    .bind(name)
    .bind(plays)
    .bind(now)
    .fetch_one(&mut *db)
    .await
    .unwrap();
    let secret = Secret::random();
    query(
        "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
         values ($1, $2, 'a test', $3, $3, $3 + interval '30 days')",
    )
    .bind(secret.hash().as_bytes())
    .bind(account)
    .bind(now)
    .execute(db)
    .await
    .unwrap();
    Person { account, email, secret: secret.reveal(), client: http().build().unwrap() }
}

pub async fn producer(db: &mut PgConnection, name: &str) -> Person {
    person(db, name, false).await
}

/// A fiddle player in Nashville who can be had on weekdays from nine to six.
pub async fn musician(db: &mut PgConnection, name: &str) -> Person {
    let person = person(db, name, true).await;
    query(
        "with m as (insert into musicians (account_id, slug, name, place, zone, session_rate,
                status, created_at, published_at)
            values ($1, $2, $3, 'Nashville, Tennessee', 'America/Chicago', 38000, 'published', $4, $4)
            returning id),
         i as (insert into musician_instruments (musician_id, instrument_id, is_primary, position)
            select m.id, i.id, true, 1 from m, instruments i where i.slug = 'fiddle')
         insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
            select m.id, d, 540, 1080 from m, generate_series(1, 5) d",
    )
    .bind(person.account)
    .bind(name.to_lowercase().replace(' ', "-"))
    .bind(name)
    .bind(Clock::System.now())
    .execute(db)
    .await
    .unwrap();
    person
}

/// A day to come on which that player works.
pub fn a_weekday() -> NaiveDate {
    let first = Clock::System.now().date_naive() + TimeDelta::days(8);
    let works = |day: &NaiveDate| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun);
    first.iter_days().find(works).unwrap()
}
