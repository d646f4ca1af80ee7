use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use first_call::values::{Clock, Secret};
use reqwest::{Client, Response};
use serde_json::Value;
use sqlx::{PgConnection, query, query_scalar};

/// Somebody signed in, with a program of their own.
#[derive(Clone)]
pub struct Person {
    pub account: i64,
    pub email: String,
    secret: String,
    client: Client,
}

impl Person {
    pub async fn post(&self, url: String, body: Value) -> reqwest::Result<Response> {
        self.client.post(url).bearer_auth(&self.secret).json(&body).send().await
    }

    pub async fn get(&self, url: String) -> reqwest::Result<Response> {
        self.client.get(url).bearer_auth(&self.secret).send().await
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
    Person { account, email, secret: secret.reveal(), client: Client::new() }
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

/// The beginnings of sessions on this many weekdays to come, in the morning in Nashville.
pub fn future_sessions(days: usize) -> Vec<DateTime<Utc>> {
    let first = Clock::System.now().date_naive() + TimeDelta::days(8);
    let weekdays =
        first.iter_days().filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun));
    weekdays.take(days).map(|day| day.and_hms_opt(16, 0, 0).unwrap().and_utc()).collect()
}

/// Requests for three hours of the musician's time that all begin within an hour of `at`: none can
/// be had beside another.
pub async fn requests(
    db: &mut PgConnection,
    producer: &Person,
    musician: &Person,
    at: DateTime<Utc>,
    many: i32,
) -> Vec<i64> {
    query_scalar(
        "with c as (insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone,
                brief, genre_id, created_at)
            select $1, 'Take ' || n, 'The Lamplighters', 'room', $3 + n * interval '1 minute',
                $3 + n * interval '1 minute' + interval '3 hours', 'America/Chicago', 'Dry.',
                (select min(id) from genres), $5
            from generate_series(1, $4) n returning id),
         b as (insert into bookings (call_id, musician_id, instrument_id, fee, currency, reply_by,
                created_at)
            select c.id, m.id, i.id, 38000, 'USD', $3, $5
            from c, musicians m, instruments i where m.account_id = $2 and i.slug = 'fiddle'
            returning id),
         e as (insert into booking_events (booking_id, status, by_account, at)
            select id, 'requested', $1, $5 from b)
         select id from b order by id",
    )
    .bind(producer.account)
    .bind(musician.account)
    .bind(at)
    .bind(many)
    .bind(Clock::System.now())
    .fetch_all(db)
    .await
    .unwrap()
}
