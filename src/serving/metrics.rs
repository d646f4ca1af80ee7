use axum::{Router, routing::get};
use metrics::{describe_counter, describe_gauge, describe_histogram, gauge};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use sqlx::PgPool;

use crate::outbox;

/// Seconds; around what people notice.
const BUCKETS: [f64; 9] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0];

/// Begins to count, and answers where the counts are read.
pub(super) fn router(pools: [(&'static str, PgPool); 3]) -> anyhow::Result<Router> {
    let counts = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    describe();
    let pools = std::sync::Arc::new(pools);
    Ok(Router::new().route("/metrics", get(move || scrape(counts.clone(), pools.clone()))))
}

fn describe() {
    describe_counter!("http_requests_total", "Requests answered, by route.");
    describe_histogram!("http_request_seconds", "Time to an answer, by route.");
    describe_gauge!("http_connections", "Open connections from browsers and programs.");
    describe_gauge!("db_connections", "Connections of each pool, by what they do.");
    describe_counter!("mails_sent_total", "Mails that a mail server took, or that were written.");
    describe_counter!("mails_failed_total", "Tries to send a mail that failed; each is retried.");
    describe_gauge!("mails_waiting", "Mails in the outbox.");
    describe_counter!(
        "calendar_fetches_total",
        "Calendars asked for elsewhere, by what came of it."
    );
    describe_histogram!("calendar_fetch_seconds", "Time until a calendar was here, or was not.");
    describe_counter!("messages_written_total", "Messages between the sides of bookings.");
    describe_counter!("bookings_confirmed_total", "Bookings accepted by their musician.");
}

async fn scrape(
    counts: PrometheusHandle,
    pools: std::sync::Arc<[(&'static str, PgPool); 3]>,
) -> String {
    for (name, pool) in pools.iter() {
        let (all, idle) = (f64::from(pool.size()), pool.num_idle() as f64);
        gauge!("db_connections", "pool" => *name, "state" => "idle").set(idle);
        gauge!("db_connections", "pool" => *name, "state" => "busy").set(all - idle);
    }
    if let Ok(mut db) = pools[0].1.acquire().await
        && let Ok(waiting) = outbox::waiting(&mut db).await
    {
        gauge!("mails_waiting").set(waiting as f64);
    }
    counts.run_upkeep();
    counts.render()
}
