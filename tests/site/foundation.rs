use axum::http::StatusCode;

use crate::support::TestApp;

#[tokio::test]
async fn an_address_of_nothing_says_so_in_both_faces() {
    let app = TestApp::new().await;
    let anyone = app.stranger();

    let page = anyone.get("/nowhere").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    assert_eq!(page.texts("h1"), ["Nothing here"]);

    let problem = anyone.get("/api/v1/nowhere").await;
    assert_eq!(problem.status, StatusCode::NOT_FOUND);
    assert_eq!(problem.header("content-type"), "application/problem+json");
    assert_eq!(problem.json()["type"], "/api/docs#problem-not-found");
}
