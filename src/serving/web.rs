use std::time::Duration;

use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};

use crate::web::App;

/// How long the database may take to say that it is there.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);

fn say(status: StatusCode, words: &'static str) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], words).into_response()
}

/// This process lives.
pub(crate) async fn healthz() -> Response {
    say(StatusCode::OK, "alive\n")
}

/// Requests may be sent here: the database answers (it was brought up to date before we listened),
/// and we are not about to stop.
pub(crate) async fn readyz(State(app): State<App>) -> Response {
    if app.stopping.is_cancelled() {
        return say(StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    let answer = async { sqlx::Connection::ping(&mut *app.reads.acquire().await?).await };
    match tokio::time::timeout(ANSWER_WITHIN, answer).await {
        Ok(Ok(())) => say(StatusCode::OK, "ready\n"),
        _ => say(StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
    }
}
