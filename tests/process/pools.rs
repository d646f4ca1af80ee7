use std::{future::poll_fn, pin::pin, task::Poll};

use first_call::{config::DataConfig, serving};
use sqlx::{PgPool, Row, raw_sql};

use crate::support::database;

fn one_of_each() -> DataConfig {
    DataConfig {
        database_url: None,
        data_dir: "/nowhere".into(),
        pg_bin_dir: None,
        readers: 1,
        writers: 1,
    }
}

/// Begins a transaction and goes away before the answer is there, as a closed tab does.
async fn begin_and_go(pool: &PgPool, polls: u32) {
    while pool.size() > 0 && pool.num_idle() == 0 {
        tokio::task::yield_now().await; // or it would go away while it waits for a connection
    }
    let mut begin = pin!(pool.begin());
    for _ in 0..polls {
        let ready = poll_fn(|context| Poll::Ready(begin.as_mut().poll(context).is_ready())).await;
        if ready {
            return;
        }
        tokio::task::yield_now().await;
    }
}

/// Whether the next who borrows works inside somebody else's transaction.
async fn is_stale(pool: &PgPool) -> bool {
    let mut db = pool.acquire().await.unwrap();
    let question = raw_sql("select now() <> statement_timestamp()");
    question.fetch_one(&mut *db).await.unwrap().get(0)
}

/// Whether any of these tries leaves the next one in a stale transaction.
async fn any_stale(pool: &PgPool, tries: u32) -> bool {
    for round in 0..tries {
        begin_and_go(pool, 1 + round % 5).await;
        if is_stale(pool).await {
            return true;
        }
    }
    false
}

/// sqlx 0.9 leaves one (transact-rs/sqlx#4385). The day it does not, the first line here fails, and
/// the guard may go.
#[tokio::test]
async fn a_begin_that_was_cut_short_reaches_no_other_change() {
    let pools = serving::pools(&database("cut").await, &one_of_each()).unwrap();
    assert!(any_stale(&pools.reads, 2000).await, "nothing is guarded against");
    assert!(!any_stale(&pools.writes, 500).await);
}

#[tokio::test]
async fn a_connection_that_comes_back_in_order_is_kept() {
    let pools = serving::pools(&database("kept").await, &one_of_each()).unwrap();
    let process = async || -> i32 {
        let question = sqlx::query_scalar("select pg_backend_pid()");
        question.fetch_one(&pools.writes).await.unwrap()
    };
    let first = process().await;
    for _ in 0..20 {
        assert_eq!(process().await, first);
    }
}

#[tokio::test]
async fn a_request_may_not_take_for_ever() {
    let pools = serving::pools(&database("settings").await, &one_of_each()).unwrap();
    let mut settings = Vec::new();
    for name in [
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
        "max_parallel_workers_per_gather",
        "jit",
        "application_name",
    ] {
        let question = sqlx::query_scalar("select current_setting($1)").bind(name);
        let value: String = question.fetch_one(&pools.writes).await.unwrap();
        settings.push(value);
    }
    assert_eq!(settings, ["5s", "3s", "10s", "0", "off", "first-call"]);
}
