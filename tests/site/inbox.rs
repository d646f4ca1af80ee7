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
        "insert into notices (account_id, topic, text, url, created_at)
         select id, 'answer', 'Line ' || n, '/bookings/' || n, $1 from accounts, generate_series(1, 120) n",
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
          "topic": "request",
          "text": "Ines Calloway asks for you: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
          "url": "/bookings/1",
          "created_at": "2026-11-23T15:00:00Z",
          "read_at": null
        }
      ],
      "next": null,
      "unread": [
        {
          "topic": "request",
          "lines": 1
        }
      ]
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

#[tokio::test]
async fn an_inbox_is_narrowed_by_what_it_is_about_what_is_unread_and_what_it_says() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    sqlx::query(
        "insert into notices (account_id, topic, text, url, created_at, read_at)
         select a.id, topic::topic, text, '/bookings/1', $1, case when is_read then $1 end
         from accounts a, (values ('request', 'Renée asks for you', false),
             ('request', 'Theo asks for you', true), ('credit', 'Renée confirmed a credit', true),
             ('credit', 'Ada confirmed a credit', false)) as rows (topic, text, is_read)",
    )
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let lines = async |query: &str| {
        let page = maren.get(&format!("/inbox{query}")).await.expect(StatusCode::OK);
        let shown: Vec<String> = page.texts(".inbox button");
        let told = maren.get(&format!("/api/v1/notices{query}")).await.expect(StatusCode::OK);
        let told = told.json();
        let told = told["items"].as_array().unwrap().iter();
        let told: Vec<&str> = told.map(|line| line["text"].as_str().unwrap()).collect();
        assert_eq!(shown.len(), told.len(), "both faces agree: {query}");
        shown.iter().map(|line| line.replace("Unread: ", "")).collect::<Vec<_>>()
    };
    assert_eq!(lines("").await.len(), 4);
    assert_eq!(lines("?topic=request").await, ["Theo asks for you", "Renée asks for you"]);
    assert_eq!(lines("?unread=yes").await, ["Ada confirmed a credit", "Renée asks for you"]);
    assert_eq!(lines("?unread=yes&topic=credit").await, ["Ada confirmed a credit"]);
    assert_eq!(lines("?q=RENEE").await, ["Renée confirmed a credit", "Renée asks for you"]);
    assert_eq!(lines("?q=renee&topic=request&unread=yes").await, ["Renée asks for you"]);
    assert_eq!(lines("?topic=offer").await, [""; 0]);
    let page = maren.get("/inbox?topic=offer").await;
    assert_eq!(page.texts(".empty h3"), ["Nothing here goes by that"]);
    assert_eq!(page.texts("#topic option")[1], "Requests, 1 unread");
    assert_eq!(page.texts("#topic option[selected]"), ["Offers"]);
    assert_eq!(
        page.attributes(".tabs a", "href"),
        ["/inbox?topic=offer", "/inbox?topic=offer&unread=yes"]
    );
    for wrong in ["?topic=weather", "?unread=no", "?q=%00", "?after=x"] {
        assert_eq!(maren.get(&format!("/inbox{wrong}")).await.status, 400, "{wrong}");
        assert_eq!(maren.get(&format!("/api/v1/notices{wrong}")).await.status, 400, "{wrong}");
    }
}
