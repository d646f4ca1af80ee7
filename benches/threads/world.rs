//! Bookings, each with two people who are signed in.

use first_call::{
    postgres::Cluster,
    serving::{create_if_missing, prepare},
    values::{Clock, Secret},
};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

pub(crate) const DATABASE: &str = "threads";

/// One side of a booking, as they are signed in.
pub(crate) struct Side {
    pub(crate) secret: String,
    pub(crate) role: &'static str,
}

pub(crate) struct World {
    /// Each booking, with its producer and its musician.
    pub(crate) bookings: Vec<(i64, [Side; 2])>,
}

/// Confirmed sessions far enough apart; the producer of each and its player have accounts of their own.
const PEOPLE: &str = "
    with producers as (
        insert into accounts (email, name, books, verified_at, created_at)
        select 'producer' || n || '@bench.test', 'Producer ' || n, true, $2, $2
        from generate_series(1, $1) n returning id, name),
    players as (
        insert into accounts (email, name, plays, verified_at, created_at)
        select 'player' || n || '@bench.test', 'Player ' || n, true, $2, $2
        from generate_series(1, $1) n returning id, name),
    profiles as (
        insert into musicians (account_id, slug, name, zone, session_rate, created_at)
        select id, replace(lower(name), ' ', '-'), name, 'America/Chicago', 38000, $2
        from players returning id, account_id, name),
    sessions as (
        insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place, brief,
                           genre_id, created_at)
        select p.id, 'Dust on the Piano', 'June Harrow', 'room', $2 + interval '9 days',
               $2 + interval '9 days 3 hours', 'America/Chicago', 'Room A', 'Dry and close.',
               (select min(id) from genres), $2
        from producers p returning id, producer_id)
    insert into bookings (call_id, musician_id, instrument_id, fee, currency, status, reply_by, created_at)
    select s.id, m.id, (select min(id) from instruments), 38000, 'USD', 'confirmed', $2, $2
    from sessions s
    join producers p on p.id = s.producer_id
    join profiles m on m.name = replace(p.name, 'Producer', 'Player')";

impl World {
    pub(crate) async fn make(cluster: &Cluster, bookings: usize) -> World {
        let maintenance = cluster.url("postgres");
        let mut db = PgConnection::connect(&maintenance).await.unwrap();
        let drop = AssertSqlSafe(format!("drop database if exists {DATABASE} with (force)"));
        sqlx::query(drop).execute(&mut db).await.unwrap();
        create_if_missing(&maintenance, DATABASE).await.unwrap();
        let url = cluster.url(DATABASE);
        prepare(&url, |line| eprintln!("{line}")).await.unwrap();
        let mut db = PgConnection::connect(&url).await.unwrap();
        let now = Clock::System.now();
        let count = i32::try_from(bookings).unwrap();
        sqlx::query(PEOPLE).bind(count).bind(now).execute(&mut db).await.unwrap();
        let sides: Vec<(i64, i64, i64)> = sqlx::query_as(
            "select b.id, c.producer_id, m.account_id
             from bookings b join calls c on c.id = b.call_id join musicians m on m.id = b.musician_id
             order by b.id",
        )
        .fetch_all(&mut db)
        .await
        .unwrap();
        let mut bookings = Vec::new();
        for (booking, producer, player) in sides {
            let producer = sign_in(&mut db, producer, "producer").await;
            bookings.push((booking, [producer, sign_in(&mut db, player, "musician").await]));
        }
        sqlx::query("analyze").execute(&mut db).await.unwrap();
        World { bookings }
    }
}

async fn sign_in(db: &mut PgConnection, account: i64, role: &'static str) -> Side {
    let (secret, now) = (Secret::random(), Clock::System.now());
    let open = "insert into sign_ins (token_hash, account_id, device, created_at, last_seen_at, expires_at)
                values ($1, $2, 'a bench', $3, $3, $3 + interval '1 day')";
    let hash = secret.hash();
    let open = sqlx::query(open).bind(hash.as_bytes().to_vec()).bind(account).bind(now);
    open.execute(db).await.unwrap();
    Side { secret: secret.reveal(), role }
}
