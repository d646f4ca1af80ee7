use axum::{body::Body, http::StatusCode};

use crate::support::{Reply, TestApp};

/// What every answer bears, whatever it is.
fn assert_guarded(reply: &Reply, what: &str) {
    let policy = reply.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'; script-src 'self'"), "{what}: {policy}");
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "strict-origin-when-cross-origin"),
        ("strict-transport-security", "max-age=63072000; includeSubDomains"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.header(name), value, "{what}: {name}");
    }
    assert!(reply.header("permissions-policy").contains("camera=()"), "{what}");
    assert!(!reply.header("x-request-id").is_empty(), "{what}");
}

async fn raw(
    app: &TestApp,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Body,
) -> Reply {
    let mut request = axum::http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.stranger().send(request, body).await
}

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn an_address_of_nothing_says_so_in_both_faces() {
    let app = TestApp::new().await;
    let anyone = app.stranger();

    let page = anyone.get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.texts("h1"), ["Nothing here"]);
    assert_guarded(&page, "a page that is not there");

    let problem = anyone.get("/api/v1/nowhere").await;
    assert_eq!(problem.status, StatusCode::NOT_FOUND);
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!(problem.json()["type"], "/api/docs#problem-not-found");
    assert_guarded(&problem, "a problem");

    assert_guarded(&anyone.get("/static/nothing.css").await, "a file that is not there");
    assert_guarded(&anyone.get("/static/first-call.css").await.expect(StatusCode::OK), "a file");
    assert_guarded(&anyone.get("/healthz").await.expect(StatusCode::OK), "health");
    assert_guarded(&anyone.get("/inbox").await.expect(StatusCode::SEE_OTHER), "a redirect");
}

#[tokio::test]
async fn what_an_address_does_not_do_is_refused_in_both_faces() {
    let app = TestApp::new().await;
    let page = raw(&app, "POST", "/recordings", &[FORM], Body::empty()).await;
    assert_eq!(page.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(page.texts("h1"), ["Not done here"]);
    assert_eq!(page.header("allow"), "GET,HEAD");
    assert_guarded(&page, "405");

    let problem = raw(&app, "DELETE", "/api/v1/notices", &[], Body::empty()).await;
    assert_eq!(problem.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(problem.json()["type"], "/api/docs#problem-not-allowed");

    for path in ["/recordings", "/api/v1/notices", "/static/first-call.css", "/healthz"] {
        let trace = raw(&app, "TRACE", path, &[], Body::empty()).await;
        assert_eq!(trace.status, StatusCode::METHOD_NOT_ALLOWED, "{path}");
        assert_guarded(&trace, path);
    }
}

#[tokio::test]
async fn more_than_fits_is_refused_in_both_faces() {
    let app = TestApp::new().await;
    let (form, json) = (format!("x={}", "y".repeat(70_000)), "z".repeat(70_000));
    let page = raw(&app, "POST", "/sign-in", &[FORM], form.into()).await;
    assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(page.texts("h1"), ["Too large"]);
    assert_guarded(&page, "413");

    let problem = raw(&app, "POST", "/api/v1/sign-ins", &[JSON], json.into()).await;
    assert_eq!(problem.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(problem.json()["type"], "/api/docs#problem-too-large");
}

#[tokio::test]
async fn what_goes_wrong_on_our_side_is_told_with_its_number_and_nothing_else() {
    let app = TestApp::new().await;
    // Handlers meet a database that is not as they know it.
    sqlx::query("alter table recordings rename to elsewhere").execute(app.db()).await.unwrap();
    let numbered = [("x-request-id", "proxy-17")];
    let page = raw(&app, "GET", "/recordings", &numbered, Body::empty()).await;
    assert_eq!(page.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(page.texts("h1"), ["Something went wrong on our side"]);
    assert_eq!(page.texts(".meta .num"), ["proxy-17"]);
    assert_eq!(page.header("x-request-id"), "proxy-17");
    assert_guarded(&page, "500");
    assert!(!page.body.contains("elsewhere") && !page.body.contains("relation"), "{}", page.body);

    let problem = raw(&app, "GET", "/api/v1/recordings", &numbered, Body::empty()).await;
    assert_eq!(problem.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(problem.json()["instance"], "urn:request:proxy-17");
    assert!(!problem.body.contains("relation"), "{}", problem.body);
}

/// A number goes into our logs, so not everything is one.
#[tokio::test]
async fn a_request_keeps_its_number_only_if_it_is_a_plain_one() {
    let app = TestApp::new().await;
    for odd in ["a b", "x\"}", &"9".repeat(65), "ada@example.test"] {
        let reply = raw(&app, "GET", "/healthz", &[("x-request-id", odd)], Body::empty()).await;
        assert_eq!(reply.header("x-request-id").len(), 36, "{odd}");
    }
}

/// Where mails are stopped: mail programs on the web post there for their readers (RFC 8058), with
/// the secret of the mail and nobody's sign-in.
const OPEN_TO_OTHER_SITES: [&str; 2] = ["/watches/stop/secret", "/mails/stop/secret"];

/// Go's rule, for each way a browser or a program may say where it comes from.
#[tokio::test]
async fn a_form_from_another_site_is_refused_whatever_it_asks() {
    let app = TestApp::new().await;
    let (here, there) = ("http://127.0.0.1:3000", "https://evil.example");
    for (headers, refused) in [
        (&[("sec-fetch-site", "cross-site")][..], true),
        (&[("sec-fetch-site", "same-site")], true),
        (&[("sec-fetch-site", "cross-site"), ("origin", there)], true),
        (&[("origin", there)], true),
        (&[("origin", "null")], true),
        (&[("sec-fetch-site", "same-origin")], false),
        (&[("sec-fetch-site", "none")], false),
        (&[("origin", here)], false),
        (&[], false),
    ] {
        let pages = first_call::PAGES.iter().chain(first_call::PAGE_UPLOADS);
        let pages = pages.chain(first_call::PAGE_ATTACHMENTS);
        let posts = pages.map(|(method, path)| (method, path.to_string()));
        let api = first_call::API.iter().chain(first_call::API_UPLOADS);
        let api = api.chain(first_call::API_ATTACHMENTS);
        let calls = api.map(|(method, path)| (method, format!("/api/v1{path}")));
        for (method, path) in posts.chain(calls).filter(|(method, _)| **method != "get") {
            let path = path.replace("{id}", "1").replace(['{', '}'], "");
            let reply = raw(&app, &method.to_uppercase(), &path, headers, Body::empty()).await;
            let said = reply.status == StatusCode::FORBIDDEN && reply.body.contains("another site");
            let refused = refused && !OPEN_TO_OTHER_SITES.contains(&path.as_str());
            assert_eq!(said, refused, "{method} {path} with {headers:?}: {}", reply.status);
            if refused {
                assert_guarded(&reply, &path);
            }
        }
    }
}
