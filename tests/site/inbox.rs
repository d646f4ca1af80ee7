use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::json;

use crate::{
    calls,
    support::{Client, TestApp},
};

/// Ines asks Maren for as many mornings; answers the bookings' addresses.
async fn ask(ines: &Client, days: &[&str]) -> Vec<String> {
    let mut bookings = Vec::new();
    for day in days {
        let call = calls::call(json!({ "date": day }));
        let sent = ines.post("/musicians/maren-oakley/calls", call).await;
        bookings.push(sent.expect(StatusCode::SEE_OTHER).location().to_owned());
    }
    bookings
}

#[tokio::test]
async fn an_inbox_tells_what_happened_and_leads_there() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let empty = maren.get("/inbox").await.expect(StatusCode::OK);
    assert_eq!(empty.texts(".empty .lede"), ["Nothing to tell you yet."]);
    let bookings = ask(&ines, &["2026-12-08", "2026-12-09"]).await;

    let page = maren.get("/inbox").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".you .count"), ["2 unread"]);
    assert_eq!(page.texts(".inbox .unread").len(), 2);
    let newest = &page.attributes(".inbox form", "action")[0];
    let opened = maren.post(newest, ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(opened.location(), bookings[1]);
    assert_eq!(maren.get("/inbox").await.texts(".inbox .unread").len(), 1);

    maren.post("/inbox/read", ()).await.expect(StatusCode::SEE_OTHER);
    let read = maren.get("/inbox").await;
    assert_eq!(read.texts(".inbox .unread").len(), 0);
    assert_eq!(read.texts(".inbox li").len(), 2);
    assert_eq!(read.texts(".you .count").len(), 0);
}

#[tokio::test]
async fn nobody_opens_a_line_of_somebody_else() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    ask(&ines, &["2026-12-08"]).await;
    let line = maren.get("/inbox").await.attributes(".inbox form", "action").remove(0);
    assert_eq!(ines.post(&line, ()).await.status, StatusCode::NOT_FOUND);
    for line in ["/inbox/0/open", "/inbox/x/open", "/inbox/9223372036854775808/open"] {
        assert_eq!(ines.post(line, ()).await.status, StatusCode::NOT_FOUND, "{line}");
    }
    assert_eq!(maren.get("/inbox").await.texts(".inbox .unread").len(), 1);
}

#[tokio::test]
async fn a_long_inbox_comes_in_stretches_without_gap_or_overlap() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    sqlx::query(
        "insert into notices (account_id, text, url, created_at)
         select id, 'Line ' || n, '/bookings/' || n, $1 from accounts, generate_series(1, 120) n",
    )
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let mut read = Vec::new();
    let mut next = Some("/inbox".to_owned());
    while let Some(address) = next {
        let page = maren.get(&address).await.expect(StatusCode::OK);
        read.extend(page.texts(".inbox button"));
        next = page.attributes("main p a", "href").pop();
    }
    let expected: Vec<_> = (1..=120).rev().map(|n| format!("Unread: Line {n}")).collect();
    assert_eq!(read, expected);
    assert_eq!(maren.get("/inbox?after=x").await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn programs_read_their_inbox_too() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    ask(&ines, &["2026-12-08"]).await;
    let told = maren.get("/api/v1/notices").await.expect(StatusCode::OK).json();
    assert_json_snapshot!(told, @r#"
    {
      "items": [
        {
          "id": 1,
          "text": "Ines Calloway asks for you: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
          "url": "/bookings/1",
          "created_at": "2026-11-23T15:00:00Z",
          "read_at": null
        }
      ],
      "next": null
    }
    "#);
    let read = maren.post_json("/api/v1/notices/read", json!({})).await.expect(StatusCode::OK);
    assert_json_snapshot!(read.json(), @r#"
    {
      "read": 1
    }
    "#);
    let again = maren.get("/api/v1/notices").await.json();
    assert_eq!(again["items"][0]["read_at"], "2026-11-23T15:00:00Z");
    let stranger = app.stranger().get("/api/v1/notices").await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}
