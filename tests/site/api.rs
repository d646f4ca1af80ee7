use std::collections::BTreeSet;

use axum::http::StatusCode;

use crate::support::TestApp;

/// The description and the routes cannot drift apart.
#[tokio::test]
async fn every_route_of_the_json_face_is_described_and_nothing_else() {
    let app = TestApp::new().await;
    let doc = app.stranger().get("/api/openapi.json").await.expect(StatusCode::OK).json();
    assert!(doc["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<(String, String)> = doc["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(|method| (method.clone(), path.clone()))
        })
        .collect();
    let routed: BTreeSet<(String, String)> = first_call::API
        .iter()
        .chain(first_call::API_UPLOADS)
        .chain(first_call::API_ATTACHMENTS)
        .map(|(method, path)| (method.to_string(), path.to_string()))
        .collect();
    assert_eq!(described, routed);
}

#[tokio::test]
async fn the_reference_is_a_page_of_the_house() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/api/docs").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["The API"]);
    assert!(!page.texts("main").concat().contains('`'), "what is code is set as code");
    let kinds = include_str!("../../src/web/error.rs").split("fn kind").nth(1).unwrap();
    let kinds = kinds.split("fn title").next().unwrap().split('"').skip(1).step_by(2);
    let told = page.attributes("[id^=problem-]", "id");
    for kind in kinds {
        assert!(told.contains(&format!("problem-{kind}")), "{kind} is told");
    }
    for fetched in ["src=\"https://", "rel=\"stylesheet\" href=\"https://"] {
        assert!(!page.body.contains(fetched), "it fetches nothing from elsewhere");
    }
}
