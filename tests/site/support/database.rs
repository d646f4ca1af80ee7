//! One server for all tests; for each test a database of its own, copied from a template.

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, postgres::PgPoolOptions};
use tokio::sync::OnceCell;

use super::server::url;

static TEMPLATE: OnceCell<String> = OnceCell::const_new();
static NEXT: AtomicU32 = AtomicU32::new(0);

/// On every connection of which each of `said` was said first.
pub async fn fresh(said: &'static [&'static str]) -> PgPool {
    let template = TEMPLATE.get_or_init(make_template).await;
    let name = format!("test_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
    run(format!("create database {name} template {template}")).await;
    connect(&name, said).await
}

/// The same database on other connections.
pub async fn again(db: &PgPool, said: &'static [&'static str]) -> PgPool {
    let options = db.connect_options();
    connect(options.get_database().unwrap(), said).await
}

async fn make_template() -> String {
    let name = format!("template_{}", std::process::id());
    run(format!("create database {name}")).await;
    let db = connect(&name, &[]).await;
    first_call::migrate(&db).await.unwrap();
    db.close().await;
    name
}

async fn run(sql: String) {
    let mut db = PgConnection::connect(&url("postgres")).await.unwrap();
    sqlx::query(AssertSqlSafe(sql)).execute(&mut db).await.unwrap();
    db.close().await.unwrap();
}

async fn connect(name: &str, said: &'static [&'static str]) -> PgPool {
    let options = PgPoolOptions::new().max_connections(6).after_connect(move |db, _| {
        Box::pin(async move {
            for sql in said {
                sqlx::query(*sql).execute(&mut *db).await?;
            }
            Ok(())
        })
    });
    options.connect(&url(name)).await.unwrap()
}
