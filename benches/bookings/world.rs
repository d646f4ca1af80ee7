//! Players who can be had at any hour, each with a producer of their own; one producer with ten
//! thousand bookings, and one player with a thousand.

use chrono::{DateTime, TimeDelta, Utc};
use first_call::{
    availability,
    postgres::Cluster,
    serving::{create_if_missing, prepare},
    values::{Clock, MusicianId, Secret},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, query, query_scalar};

pub(crate) const DATABASE: &str = "bookings";

/// Whose requests are confirmed.
pub(crate) const PLAYERS: i64 = 3_000;

/// Each thing has seven figures that are no other's, so that they are found again in what was sent:
/// the player of this number, and what is theirs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids {
    /// Of how many requests of theirs came before.
    pub(crate) batch: i64,
    pub(crate) player: i64,
}

impl Ids {
    pub(crate) fn booking(self) -> i64 {
        1_000_000 + 10_000 * self.batch + self.player
    }
}

/// What each kind of number begins at, and whether it goes on with each batch.
pub(crate) const SEVEN_FIGURES: [(i64, bool); 5] = [
    (1_000_000, true),
    (2_000_000, true),
    (3_000_000, false),
    (4_000_000, false),
    (5_000_000, false),
];

pub(crate) struct World {
    pub(crate) db: PgConnection,
    pub(crate) now: DateTime<Utc>,
    batches: i64,
}

const PEOPLE: &str = "
    with people as (
        insert into accounts (id, email, name, books, plays, zone, verified_at, created_at)
        overriding system value
        select 5000000 + n, 'producer' || n || '@bench.test', 'Producer ' || n, true, false, 'UTC', $2::timestamptz, $2::timestamptz
        from generate_series(1, $1::int + 1) n
        union all
        select 4000000 + n, 'player' || n || '@bench.test', 'Player ' || n, false, true, 'UTC', $2::timestamptz, $2::timestamptz
        from generate_series(1, $1::int + 1) n
        returning id),
    profiles as (
        insert into musicians (id, account_id, slug, name, zone, session_rate, status, created_at, published_at)
        overriding system value
        select 3000000 + n, 4000000 + n, 'player-' || n, 'Player ' || n, 'UTC', 38000, 'published', $2::timestamptz, $2::timestamptz
        from generate_series(1, $1::int + 1) n
        returning id),
    plays as (
        insert into musician_instruments (musician_id, instrument_id, is_primary, position)
        select id, (select id from instruments where slug = 'fiddle'), true, 1 from profiles),
    hours as (
        insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
        select id, day, 0, 1440 from profiles, generate_series(1, 7) day)
    select count(*) from people";

/// A request to each player, for the same hours of one day.
const REQUESTS: &str = "
    with sessions as (
        insert into calls (id, producer_id, title, artist, kind, starts_at, ends_at, zone, place, brief,
                           genre_id, created_at)
        overriding system value
        select 2000000 + 10000 * $2::bigint + n, 5000000 + n, 'Dust on the Piano', 'June Harrow', 'room', $3::timestamptz,
               $3::timestamptz + interval '3 hours', 'UTC', 'Room A', 'Dry and close.', (select min(id) from genres), $4::timestamptz
        from generate_series(1, $1::int) n returning id)
    insert into bookings (id, call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
    overriding system value
    select 1000000 + 10000 * $2::bigint + n, 2000000 + 10000 * $2::bigint + n, 3000000 + n,
           (select id from instruments where slug = 'fiddle'), 38000, 'USD', $4::timestamptz + interval '3 days', $4::timestamptz
    from generate_series(1, $1::int) n, (select count(*) from sessions) made";

/// What a busy producer has: of ten thousand, two in a hundred wait, three are ahead; every fourth call
/// asked a second player. Every tenth is one player's.
const INBOX: &str = "
    with asked as (
        select n, case when n % 50 = 0 then 'requested' when n % 50 < 3 then 'confirmed'
                       else (array['done', 'done', 'done', 'declined', 'withdrawn', 'lapsed', 'cancelled'])[1 + n % 7]
                  end::booking_status as status,
               case when n % 50 < 3 then $1::timestamptz + (10 + n % 90) * interval '1 day'
                    else $1::timestamptz - (1 + n % 2000) * interval '1 day' end as at
        from generate_series(1, 8000) n),
    sessions as (
        insert into calls (id, producer_id, title, artist, kind, starts_at, ends_at, due_at, zone, place,
                           brief, genre_id, created_at)
        overriding system value
        select 8000000 + n, 5000000 + $2::int + 1, 'Take ' || n, 'The Lamplighters ' || n % 97,
               (case when n % 3 = 0 then 'remote' else 'room' end)::call_kind,
               case when n % 3 > 0 then at end, case when n % 3 > 0 then at + interval '3 hours' end,
               case when n % 3 = 0 then at end, 'UTC', case when n % 3 > 0 then 'Room A' else '' end,
               'Dry and close.', (select min(id) from genres), at - interval '20 days'
        from asked returning id)
    insert into bookings (call_id, musician_id, instrument_id, fee, currency, status, reply_by, created_at)
    select 8000000 + n, 3000000 + case when n % 10 = 0 then $2::int + 1 else 1 + (n * 7 + k) % $2::int end,
           (select id from instruments order by id limit 1 offset n % 9), 38000, 'USD',
           case when k = 0 then status when status = 'requested' then status else 'declined' end,
           least(at, $1::timestamptz + (1 + n % 90) * interval '1 hour'), at - interval '20 days'
    from asked, generate_series(0, 1) k, (select count(*) from sessions) made
    where k = 0 or n % 4 = 0";

impl World {
    pub(crate) async fn make(cluster: &Cluster) -> World {
        let maintenance = cluster.url("postgres");
        let mut db = PgConnection::connect(&maintenance).await.unwrap();
        let drop = AssertSqlSafe(format!("drop database if exists {DATABASE} with (force)"));
        query(drop).execute(&mut db).await.unwrap();
        create_if_missing(&maintenance, DATABASE).await.unwrap();
        let url = cluster.url(DATABASE);
        prepare(&url, |line| eprintln!("{line}")).await.unwrap();
        let mut db = PgConnection::connect(&url).await.unwrap();
        let now = Clock::System.now();
        // Listings and open time are made once, at the end, by the code that keeps them.
        for quiet in ["set first_call.filling = 'on'", "set statement_timeout = 0"] {
            query(quiet).execute(&mut db).await.unwrap();
        }
        query(PEOPLE).bind(PLAYERS as i32).bind(now).execute(&mut db).await.unwrap();
        query(INBOX).bind(now).bind(PLAYERS as i32).execute(&mut db).await.unwrap();
        let players = "select id from musicians order by id";
        let players: Vec<MusicianId> = query_scalar(players).fetch_all(&mut db).await.unwrap();
        query("select refresh_listings($1)").bind(&players).execute(&mut db).await.unwrap();
        for some in players.chunks(100) {
            availability::keep_open_time(&mut db, some, now).await.unwrap();
        }
        query("set first_call.filling = 'off'").execute(&mut db).await.unwrap();
        World { db, now, batches: 0 }
    }

    /// A request to each player for a day that nobody was asked for.
    pub(crate) async fn ask_everybody(&mut self) -> i64 {
        let batch = self.batches;
        self.batches += 1;
        let day = (self.now + TimeDelta::days(20 + batch)).date_naive();
        let at = day.and_hms_opt(10, 0, 0).unwrap().and_utc();
        let ask = query(REQUESTS).bind(PLAYERS as i32).bind(batch).bind(at).bind(self.now);
        ask.execute(&mut self.db).await.unwrap();
        query("vacuum analyze").execute(&mut self.db).await.unwrap();
        batch
    }

    /// So many requests to the first player, for hours of one day that overlap.
    pub(crate) async fn race(&mut self, round: i64, racers: i32) -> Vec<i64> {
        let day = (self.now + TimeDelta::days(60 + round)).date_naive();
        let at = day.and_hms_opt(10, 0, 0).unwrap().and_utc();
        query_scalar(
            "with sessions as (
                insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place, brief,
                                   genre_id, created_at)
                select 5000000 + n, 'Dust on the Piano', 'June Harrow', 'room', $1::timestamptz + n * interval '1 minute',
                       $1::timestamptz + n * interval '1 minute' + interval '3 hours', 'UTC', 'Room A', 'Dry and close.',
                       (select min(id) from genres), $2::timestamptz
                from generate_series(1, $3::int) n returning id)
             insert into bookings (call_id, musician_id, instrument_id, fee, currency, reply_by, created_at)
             select id, 3000001, (select id from instruments where slug = 'fiddle'), 38000, 'USD',
                    $2::timestamptz + interval '3 days', $2::timestamptz
             from sessions returning id",
        )
        .bind(at)
        .bind(self.now)
        .bind(racers)
        .fetch_all(&mut self.db)
        .await
        .unwrap()
    }

    /// How many of these are confirmed.
    pub(crate) async fn confirmed(&mut self, bookings: &[i64]) -> i64 {
        let sql = "select count(*) from bookings where id = any($1) and status = 'confirmed'";
        query_scalar(sql).bind(bookings).fetch_one(&mut self.db).await.unwrap()
    }

    /// Signs the holder of an account in; the secret of it.
    pub(crate) async fn sign_in(&mut self, account: i64) -> String {
        let secret = Secret::random();
        let open = "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
                    values ($1, $2, 'a bench', $3, $3, $3 + interval '1 day')";
        let open = query(open).bind(secret.hash().as_bytes().to_vec()).bind(account).bind(self.now);
        open.execute(&mut self.db).await.unwrap();
        secret.reveal()
    }

    /// Signs every player in, the first of whom is the first.
    pub(crate) async fn sign_players_in(&mut self) -> Vec<String> {
        let mut secrets = Vec::new();
        for player in 1..=PLAYERS {
            secrets.push(self.sign_in(4_000_000 + player).await);
        }
        secrets
    }
}
