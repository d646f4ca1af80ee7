//! The people of the tests.

use axum::http::StatusCode;
use first_call::{accounts::create_admin, availability::extend_open_times, values::Line};
use sqlx::query_scalar;

use super::{Client, TestApp};

/// Everybody's.
pub const PASSWORD: &str = "a fife and three fiddles";

/// `ines.calloway@example.test` for Ines Calloway.
pub fn email_of(name: &str) -> String {
    format!("{}@example.test", name.to_lowercase().replace(' ', "."))
}

impl TestApp {
    /// Somebody who books, with a confirmed address, signed in.
    pub async fn producer(&self, name: &str) -> Client {
        self.account(name, "book").await
    }

    pub async fn admin(&self, name: &str) -> Client {
        let (email, called) = (email_of(name).parse().unwrap(), Line::parse(name).unwrap());
        let mut db = self.db().acquire().await.unwrap();
        let link = create_admin(&mut db, &email, called, self.now()).await.unwrap();
        drop(db);
        let browser = self.stranger();
        browser.post(&link, [("password", PASSWORD)]).await.expect(StatusCode::SEE_OTHER);
        browser.sign_in(name).await;
        let details = [("name", name), ("zone", "Europe/London"), ("purpose", "book")];
        browser.post("/account", details).await.expect(StatusCode::SEE_OTHER);
        browser
    }

    /// A player with a published profile at `/musicians/maren-oakley` for Maren Oakley: fiddle,
    /// country, in a room and remotely, $380 a session, $150 a song, Monday to Friday 09:00 to
    /// 18:00 in Nashville.
    pub async fn musician(&self, name: &str) -> Client {
        let browser = self.account(name, "both").await;
        let account = self.account_id(name).await;
        let slug = name.to_lowercase().replace(' ', "-");
        sqlx::query(
            "with m as (insert into musicians (account_id, slug, name, headline, place, zone, works_remotely,
                session_rate, song_rate, status, created_at, published_at, place_id)
             values ($1, $2, $3, 'Fiddle like a dusty barn', 'Nashville, Tennessee', 'America/Chicago', true,
                38000, 15000, 'published', $4, $4,
                (select id from places where name = 'Nashville' and division = 'TN')) returning id),
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
        let mut db = self.db().acquire().await.unwrap();
        extend_open_times(&mut db, self.now()).await.unwrap();
        browser
    }

    /// Signs up, follows the link in the mail, signs in.
    async fn account(&self, name: &str, purpose: &str) -> Client {
        let browser = self.stranger();
        browser.sign_up(name, purpose).await;
        let link = self.take_letter(name).await.1;
        browser.post(&link, ()).await.expect(StatusCode::SEE_OTHER);
        browser.sign_in(name).await;
        browser
    }

    pub async fn account_id(&self, name: &str) -> i64 {
        let id = "select id from accounts where email = $1::citext";
        query_scalar(id).bind(email_of(name)).fetch_one(self.db()).await.unwrap()
    }

    /// Takes the last mail to somebody out of the outbox: its subject, and where its link leads.
    pub async fn take_letter(&self, name: &str) -> (String, String) {
        self.take_letter_to(&email_of(name)).await
    }

    pub async fn take_letter_to(&self, email: &str) -> (String, String) {
        let take =
            "delete from mails where id = (select max(id) from mails where recipient = $1::citext)
                    returning subject, coalesce(link_path, '')";
        let letter = sqlx::query_as(take).bind(email).fetch_optional(self.db()).await.unwrap();
        letter.unwrap_or_else(|| panic!("nothing was mailed to {email}"))
    }
}

impl Client {
    pub async fn sign_up(&self, name: &str, purpose: &str) {
        let form = [
            ("name", name),
            ("email", &email_of(name)),
            ("password", PASSWORD),
            ("purpose", purpose),
            ("zone", "Europe/London"),
        ];
        self.post("/sign-up", form).await.expect(StatusCode::SEE_OTHER);
    }

    pub async fn sign_in(&self, name: &str) {
        let form = [("email", email_of(name)), ("password", PASSWORD.into())];
        self.post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
    }
}
