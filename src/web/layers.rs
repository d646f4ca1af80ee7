//! What stands between a socket and every handler.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Response, header},
    middleware::{Next, from_fn, from_fn_with_state, map_request},
    response::IntoResponse,
};
use tokio::sync::Semaphore;
use tower_http::{
    catch_panic::CatchPanicLayer,
    compression::{
        CompressionLayer, CompressionLevel, DefaultPredicate, Predicate,
        predicate::NotForContentType,
    },
    csrf::{CsrfLayer, ProtectionError},
    request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer},
    set_header::response::SetMultipleResponseHeadersLayer,
    timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer},
    trace::TraceLayer,
};

use super::Error;

/// What a form may send. Passwords, briefs and profiles are far smaller.
pub(crate) const MOST_BODY: usize = 64 * 1024;

/// What a request may take of us.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Allowance {
    /// How large its body may be.
    body: usize,
    /// How long the body may take on its way in, and how long nothing of it may come.
    body_within: Duration,
    silent: Duration,
    /// How long a handler may take, its body's way in included. A change runs on in its own task;
    /// statements have their own limit.
    answered_within: Duration,
    /// How many such requests are worked on at once; whoever comes then is asked to come again.
    at_once: usize,
}

/// Pages and forms. Far more at once than there are connections to the database, for which each of
/// them waits two seconds at most.
pub(crate) const FORMS: Allowance = Allowance {
    body: MOST_BODY,
    body_within: Duration::from_secs(10),
    silent: Duration::from_secs(10),
    answered_within: Duration::from_secs(20),
    at_once: 512,
};

/// Files sent in, over lines as slow as they are; each handler counts what its own may be. Larger
/// than any of those, so that one who sends too much is heard out and told so.
pub(crate) const UPLOADS: Allowance = Allowance {
    body: 128 * 1024 * 1024,
    body_within: Duration::from_secs(30 * 60),
    silent: Duration::from_secs(20),
    answered_within: Duration::from_secs(35 * 60),
    at_once: 32,
};

/// Charts and audio for the other side of a booking: several large ones at once, over the same lines.
/// Apart from the rest, because each keeps its place for so long.
pub(crate) const ATTACHMENTS: Allowance = Allowance {
    body: 1024 * 1024 * 1024,
    body_within: Duration::from_secs(2 * 60 * 60),
    silent: Duration::from_secs(20),
    answered_within: Duration::from_secs(125 * 60),
    at_once: 32,
};

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
    connect-src 'self'; font-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; \
    frame-ancestors 'none'";

/// The headers every answer bears, whatever it is.
fn headers() -> Vec<(HeaderName, &'static str)> {
    vec![
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "strict-origin-when-cross-origin"),
        (header::STRICT_TRANSPORT_SECURITY, "max-age=63072000; includeSubDomains"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (
            HeaderName::from_static("permissions-policy"),
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        ),
    ]
}

/// Refuses other sites' posts, but where `is_open` says so of a path; and bodies that are too large or take too long.
pub(crate) fn guards<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    allowance: &Allowance,
    is_open: fn(&str) -> bool,
) -> Router<S> {
    let refused = |_: ProtectionError| {
        let message = "This form was sent from another site, so nothing was done with it.";
        Error::Forbidden(message.into()).into_response()
    };
    router
        .layer(DefaultBodyLimit::max(allowance.body))
        .layer(RequestBodyTimeoutLayer::new(allowance.silent))
        .layer(RequestBodyDeadlineLayer::new(allowance.body_within))
        .layer(
            CsrfLayer::new()
                .with_insecure_bypass(move |_, uri| is_open(uri.path()))
                .with_rejection_response(refused),
        )
}

/// Keeps a handler from taking for ever, from taking us down with it, and from being one too many.
/// Inside of what shows errors, so that each is shown in its face.
pub(crate) fn hurry<S: Clone + Send + Sync + 'static>(
    router: Router<S>,
    limits: &Limits,
) -> Router<S> {
    let panicked = |_| Error::Unexpected(anyhow::anyhow!("a handler panicked")).into_response();
    router
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn_with_state(limits.clone(), within_limits))
}

/// How many are worked on at once, and how long; one for all routers of a kind.
#[derive(Clone, Debug)]
pub(crate) struct Limits {
    at_once: Arc<Semaphore>,
    answered_within: Duration,
}

impl From<&Allowance> for Limits {
    fn from(allowance: &Allowance) -> Limits {
        let at_once = Arc::new(Semaphore::new(allowance.at_once));
        Limits { at_once, answered_within: allowance.answered_within }
    }
}

async fn within_limits(
    State(limits): State<Limits>,
    request: Request,
    next: Next,
) -> Result<Response<Body>, Error> {
    let _one = limits.at_once.try_acquire().map_err(|_| Error::Busy)?;
    let answer = tokio::time::timeout(limits.answered_within, next.run(request));
    answer.await.map_err(|_| Error::Busy)
}

/// Around everything, outermost last: requests get a number, a line in the log, the headers of the
/// house; pages and JSON are compressed, audio and charts
/// are already.
pub(crate) fn measure<S: Clone + Send + Sync + 'static>(router: Router<S>) -> Router<S> {
    let headers = headers()
        .into_iter()
        .map(|(name, value)| (name, HeaderValue::from_static(value)).into())
        .collect();
    let text = DefaultPredicate::new()
        .and(NotForContentType::const_new("text/event-stream"))
        .and(NotForContentType::const_new("audio/"))
        .and(NotForContentType::const_new("application/pdf"));
    let compression =
        CompressionLayer::new().quality(CompressionLevel::Fastest).compress_when(text);
    router
        .layer(from_fn(count))
        .layer(compression)
        .layer(SetMultipleResponseHeadersLayer::if_not_present(headers))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(TraceLayer::new_for_http().make_span_with(span).on_response(()).on_failure(()))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(map_request(forget_odd_numbers))
}

/// A proxy may number requests; but whoever numbers them, the number gets into our logs.
async fn forget_odd_numbers(mut request: Request) -> Request {
    let plain = |id: &HeaderValue| {
        let usual = |b: &u8| b.is_ascii_alphanumeric() || *b == b'-';
        id.len() <= 64 && id.as_bytes().iter().all(usual)
    };
    if request.headers().get("x-request-id").is_some_and(|id| !plain(id)) {
        request.headers_mut().remove("x-request-id");
    }
    request
}

/// The route, never the path: a path may hold the secret of a mailed link.
fn span(request: &Request) -> tracing::Span {
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str);
    let id = request.headers().get("x-request-id").and_then(|id| id.to_str().ok());
    tracing::info_span!("request", method = %request.method(), route, id = id.unwrap_or(""))
}

/// Counts and times each request, by route, and writes its line.
async fn count(request: Request, next: Next) -> Response<Body> {
    let route = request.extensions().get::<MatchedPath>();
    let route = route.map_or_else(|| "none".to_owned(), |route| route.as_str().to_owned());
    let method = request.method().to_string();
    let started = Instant::now();
    let response = next.run(request).await;
    let took = started.elapsed();
    let status = response.status();
    let labels = [("method", method), ("route", route), ("status", status.as_u16().to_string())];
    metrics::counter!("http_requests_total", &labels).increment(1);
    metrics::histogram!("http_request_seconds", &labels[..2]).record(took);
    tracing::info!(status = status.as_u16(), ms = took.as_secs_f64() * 1e3, "answered");
    response
}

/// Lets a change run to its end when the browser goes away: axum would drop the handler, and a
/// transaction with it, in the middle.
pub(crate) async fn run_to_end(request: Request, next: Next) -> Response<Body> {
    if request.method().is_safe() {
        return next.run(request).await;
    }
    let span = tracing::Span::current();
    let task = tokio::spawn(tracing::Instrument::instrument(next.run(request), span));
    match task.await {
        Ok(response) => response,
        Err(error) => Error::Unexpected(error.into()).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use axum::{body::Bytes, routing::post};
    use futures_util::{StreamExt, stream};
    use tokio::time::{Instant, sleep};
    use tower::ServiceExt;

    use super::*;

    /// How a body fares that comes in pieces so far apart, and how long that took.
    async fn fares(allowance: &Allowance, apart: u64, pieces: usize) -> (bool, u64) {
        let heard = |body: Result<Bytes, _>| async move {
            let body: Result<Bytes, axum::extract::rejection::BytesRejection> = body;
            if body.is_ok() { "whole" } else { "cut" }
        };
        let router = guards(Router::new().route("/", post(heard)), allowance, |_| false);
        let piece = move |_| async move {
            sleep(Duration::from_secs(apart)).await;
            Ok::<_, Infallible>(Bytes::from_static(b"piece"))
        };
        let body = Body::from_stream(stream::iter(0..pieces).then(piece));
        let began = Instant::now();
        let answer = router.oneshot(Request::post("/").body(body).unwrap()).await.unwrap();
        let answer = axum::body::to_bytes(answer.into_body(), 100).await.unwrap();
        (answer == "whole", began.elapsed().as_secs())
    }

    #[tokio::test(start_paused = true)]
    async fn a_slow_file_comes_in_and_a_stalled_one_ends() {
        assert_eq!(fares(&UPLOADS, 15, 60).await, (true, 900));
        assert_eq!(fares(&UPLOADS, 3600, 1).await, (false, 20));
        assert_eq!(fares(&UPLOADS, 15, 1000).await, (false, 30 * 60), "a drip ends as well");
        assert_eq!(fares(&ATTACHMENTS, 15, 400).await, (true, 6000));
        assert_eq!(fares(&ATTACHMENTS, 15, 1000).await, (false, 2 * 60 * 60));
        assert_eq!(fares(&FORMS, 2, 60).await, (false, 10));
        assert_eq!(fares(&FORMS, 2, 4).await, (true, 8));
    }
}
