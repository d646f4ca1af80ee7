//! The people of the tests.

use first_call::values::Secret;
use sqlx::query_scalar;

use super::{Client, TestApp};

impl TestApp {
    /// Someone with a confirmed address, `ines.calloway@example.test` for Ines Calloway, signed in.
    pub async fn producer(&self, name: &str) -> Client {
        self.sign_in_as(self.account(name, false).await).await
    }

    pub async fn admin(&self, name: &str) -> Client {
        self.sign_in_as(self.account(name, true).await).await
    }

    /// A player with a published profile at `/musicians/maren-oakley` for Maren Oakley: fiddle,
    /// country, in a room and remotely, $380 a session, $150 a song, Monday to Friday 09:00 to
    /// 18:00 in Nashville.
    pub async fn musician(&self, name: &str) -> Client {
        let account = self.account(name, false).await;
        let slug = name.to_lowercase().replace(' ', "-");
        sqlx::query(
            "with m as (insert into musicians (account_id, slug, name, headline, place, zone, works_remotely,
                session_rate, song_rate, status, created_at, published_at)
             values ($1, $2, $3, 'Fiddle like a dusty barn', 'Nashville, Tennessee', 'America/Chicago', true,
                38000, 15000, 'published', $4, $4) returning id),
             i as (insert into musician_instruments (musician_id, instrument_id, is_primary, position)
                select m.id, i.id, true, 1 from m, instruments i where i.slug = 'fiddle'),
             g as (insert into musician_genres (musician_id, genre_id)
                select m.id, g.id from m, genres g where g.slug = 'country')
             insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
                select m.id, d, 540, 1080 from m, generate_series(1, 5) d",
        )
        .bind(account)
        .bind(slug)
        .bind(name)
        .bind(self.now())
        .execute(self.db())
        .await
        .unwrap();
        sqlx::query("update accounts set plays = true where id = $1")
            .bind(account)
            .execute(self.db())
            .await
            .unwrap();
        self.sign_in_as(account).await
    }

    async fn account(&self, name: &str, is_admin: bool) -> i64 {
        let email = format!("{}@example.test", name.to_lowercase().replace(' ', "."));
        query_scalar(
            "insert into accounts (email, name, password_hash, is_admin, zone, verified_at, created_at)
             values ($1::citext, $2, 'none', $3, 'Europe/London', $4, $4) returning id",
        )
        .bind(email)
        .bind(name)
        .bind(is_admin)
        .bind(self.now())
        .fetch_one(self.db())
        .await
        .unwrap()
    }

    async fn sign_in_as(&self, account: i64) -> Client {
        let secret = Secret::random();
        sqlx::query(
            "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
             values ($1, $2, 'a test', $3, $3, $3 + interval '30 days')",
        )
        .bind(secret.hash().as_bytes())
        .bind(account)
        .bind(self.now())
        .execute(self.db())
        .await
        .unwrap();
        self.stranger().with_cookie("sign_in", &secret.reveal())
    }
}
