use std::time::{Duration, Instant};

use anyhow::Context;
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool,
    postgres::{PgConnectOptions, PgPoolOptions},
};

use crate::config::DataConfig;

/// How long a database that is not up yet, or a migration of another server, is waited for.
const PATIENCE: Duration = Duration::from_secs(60);
const SQLSTATE_LOCK_NOT_AVAILABLE: &str = "55P03";

/// What a request may take of the database. Parallel query is off because our queries are short:
/// starting its workers makes a search ten times slower (measured).
const REQUEST: [(&str, &str); 5] = [
    ("statement_timeout", "5s"),
    ("lock_timeout", "3s"),
    ("idle_in_transaction_session_timeout", "10s"),
    ("max_parallel_workers_per_gather", "0"),
    ("jit", "off"),
];
const JOB: [(&str, &str); 3] =
    [("statement_timeout", "30s"), ("idle_in_transaction_session_timeout", "30s"), ("jit", "off")];
/// A migration takes as long as it takes, but nobody waits behind it while it waits for a lock.
const MIGRATION: [(&str, &str); 1] = [("lock_timeout", "1s")];

/// Makes the database at `url` in a server of our own, by way of `maintenance`.
pub async fn create_if_missing(maintenance: &str, name: &str) -> anyhow::Result<()> {
    let mut db = PgConnection::connect_with(&maintenance.parse()?).await?;
    let known: bool =
        sqlx::query_scalar("select exists (select 1 from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut db)
            .await?;
    if !known {
        let create = AssertSqlSafe(format!("create database \"{name}\""));
        sqlx::query(create).execute(&mut db).await?;
    }
    Ok(db.close().await?)
}

/// Waits until the database answers and brings it to the shape this version needs.
pub async fn prepare(url: &str, progress: impl Fn(&str)) -> anyhow::Result<()> {
    let options = options(url, &MIGRATION)?;
    await_answer(&options, &progress).await?;
    let pool = PgPoolOptions::new().max_connections(1).connect_with(options).await?;
    let deadline = Instant::now() + PATIENCE;
    let mut said = false;
    while let Err(error) = crate::migrate(&pool).await {
        if !is_locked(&error) || Instant::now() > deadline {
            return Err(error.context("the database could not be brought up to date"));
        }
        if !said {
            progress("waiting for another server that is at the database's tables");
            said = true;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    pool.close().await;
    Ok(())
}

async fn await_answer(options: &PgConnectOptions, progress: &impl Fn(&str)) -> anyhow::Result<()> {
    let deadline = Instant::now() + PATIENCE;
    let mut said = false;
    loop {
        match options.connect().await {
            Ok(db) => return Ok(db.close().await?),
            Err(sqlx::Error::Io(_)) if Instant::now() < deadline => {}
            Err(error) => return Err(error).context("the database does not let us in"),
        }
        if !said {
            progress("waiting for the database to answer");
            said = true;
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn is_locked(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(|cause| {
        let code = cause.as_database_error().and_then(|error| error.code());
        code.is_some_and(|code| code == SQLSTATE_LOCK_NOT_AVAILABLE)
    })
}

/// The ways to the database, apart so that none starves another.
pub struct Pools {
    pub reads: PgPool,
    pub writes: PgPool,
    pub jobs: PgPool,
}

/// Opens them; connections are made as they are needed, and kept.
pub fn pools(url: &str, config: &DataConfig) -> anyhow::Result<Pools> {
    let request = options(url, &REQUEST)?;
    Ok(Pools {
        reads: usual(config.readers).connect_lazy_with(request.clone()),
        writes: guarded(usual(config.writers)).connect_lazy_with(request),
        // One listens, one beats the heart, two work.
        jobs: guarded(PgPoolOptions::new().max_connections(4))
            .connect_lazy_with(options(url, &JOB)?),
    })
}

fn options(url: &str, settings: &[(&str, &str)]) -> anyhow::Result<PgConnectOptions> {
    let options: PgConnectOptions = url.parse().context("the database's URL cannot be read")?;
    let options = options.application_name("first-call").options(settings.iter().copied());
    // Slow ones are told of, without what was asked for.
    Ok(options.log_statements(tracing::log::LevelFilter::Off))
}

fn usual(size: u32) -> PgPoolOptions {
    PgPoolOptions::new()
        .max_connections(size)
        .min_connections(size)
        .acquire_timeout(Duration::from_secs(2))
        .max_lifetime(Duration::from_secs(30 * 60))
        .test_before_acquire(false)
        .before_acquire(|db, was| {
            Box::pin(async move {
                if was.idle_for > Duration::from_secs(30) {
                    db.ping().await?;
                }
                Ok(true)
            })
        })
}

/// Throws away a connection that comes back inside a transaction: sqlx 0.9 leaves one behind when
/// a `begin` is cancelled, and whoever came next would work inside it (transact-rs/sqlx#4385).
///
/// The simple protocol, because only there a statement outside of a transaction begins at the very
/// instant of its transaction.
fn guarded(pool: PgPoolOptions) -> PgPoolOptions {
    pool.after_release(|db, _| {
        Box::pin(async move {
            let question = sqlx::raw_sql("select now() = statement_timestamp()");
            let row = question.fetch_one(db).await?;
            sqlx::Row::try_get::<bool, _>(&row, 0)
        })
    })
}
