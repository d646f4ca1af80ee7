//! Lists of bookings, and what programs do.

use axum::http::StatusCode;
use insta::assert_json_snapshot;
use serde_json::{Value, json};

use super::{REMOTE, call, scene};
use crate::support::Client;

#[tokio::test]
async fn a_list_shows_what_is_urgent_first_and_finds_by_words() {
    let s = scene().await;
    let jo = s.app.musician("Jo Lindqvist").await;
    let sent = s.ines.post("/musicians/jo-lindqvist/calls", call(&[("title", "Lantern Weather")]));
    sent.await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("title", "Borrowed Suit"), ("answer_date", "2026-11-24"), ("answer_time", "09:00")])
        .await;
    s.confirmed(&[("title", "Every Porch Light"), ("date", "2026-12-10")]).await;
    s.confirmed(&[("title", "Low Water"), ("date", "2026-12-09"), ("artist", "100% Åse")]).await;
    let past = s.ask(&[("title", "Kitchen Waltz")]).await;
    s.ines.post(&format!("{past}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);

    let titles = async |who: &Client, query: &str| {
        who.get(&format!("/bookings{query}")).await.expect(StatusCode::OK).texts("tbody th a")
    };
    assert_eq!(titles(&s.ines, "").await, ["Borrowed Suit", "Lantern Weather"]);
    assert_eq!(titles(&s.ines, "?tab=ahead").await, ["Low Water", "Every Porch Light"]);
    assert_eq!(titles(&s.ines, "?tab=past").await, ["Kitchen Waltz"]);
    assert_eq!(titles(&s.ines, "?tab=all").await.len(), 5);
    assert_eq!(titles(&s.ines, "?tab=all&q=jo+lind").await, ["Lantern Weather"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=ase").await, ["Low Water"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=100%25").await, ["Low Water"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=_o_").await, [""; 0]);
    assert_eq!(titles(&s.ines, "?tab=all&role=musician").await, [""; 0]);
    assert_eq!(titles(&s.maren, "?tab=all&role=musician").await.len(), 4);
    assert_eq!(titles(&jo, "?role=&q=").await, ["Lantern Weather"]);
    let counts = s.ines.get("/bookings").await.texts(".tabs a");
    assert_eq!(counts, ["Waiting for an answer 2", "Ahead 2", "Past 1", "All 5"]);

    let empty = s.ines.get("/bookings?tab=all&q=nothing+of+the+kind").await;
    assert_eq!(empty.texts(".empty h3"), ["Nothing here goes by that"]);
    let theo = s.app.producer("Theo Brandt").await;
    for (tab, says) in [
        ("waiting", "No request waits for an answer"),
        ("ahead", "Nothing is confirmed ahead"),
        ("past", "Nothing lies behind you yet"),
        ("all", "No bookings yet"),
    ] {
        let empty = theo.get(&format!("/bookings?tab={tab}")).await.expect(StatusCode::OK);
        assert_eq!(empty.texts(".empty h3"), [says]);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_neither_repeat_nor_skip() {
    let s = scene().await;
    for n in 0..53 {
        let from = format!("{:02}:{:02}", 9 + n / 12, 5 * (n % 12));
        s.ask(&[("title", &format!("Take {n}")), ("from", &from), ("to", "17:00")]).await;
    }
    for (tab, first) in [("waiting", "Take 0"), ("all", "Take 52")] {
        let (mut seen, mut next) = (Vec::new(), Some(format!("/bookings?tab={tab}")));
        while let Some(address) = next {
            let page = s.ines.get(&address).await.expect(StatusCode::OK);
            seen.extend(page.texts("tbody th a"));
            next = page.attributes("a[rel=next]", "href").pop();
        }
        assert_eq!((seen.len(), seen[0].as_str()), (53, first));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 53);
    }
    let mut after = String::new();
    let mut seen = Vec::new();
    loop {
        let page =
            s.maren.get(&format!("/api/v1/bookings?role=musician&after={after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|b| b["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (1..=53).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn programs_do_the_same_by_the_same_rules() {
    let s = scene().await;
    let sent = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", call(&[])).await;
    let sent = sent.expect(StatusCode::CREATED);
    assert_eq!(sent.location(), "/api/v1/bookings/1");
    let mut asked = sent.json();
    assert_eq!(asked["terms"]["is_own"], true);
    assert_eq!(asked["quote"]["total"], asked["fee"]);
    asked["terms"].take();
    asked["quote"].take();
    assert_json_snapshot!(asked, @r#"
    {
      "id": 1,
      "call_id": 1,
      "status": "requested",
      "role": "producer",
      "verbs": [
        "withdraw"
      ],
      "clashes": false,
      "title": "Dust on the Piano",
      "artist": "June Harrow & the Lamplighters",
      "kind": "room",
      "starts_at": "2026-12-08T16:00:00Z",
      "ends_at": "2026-12-08T19:00:00Z",
      "due_at": null,
      "zone": "America/Chicago",
      "place": "Cedar Street Sound, Nashville",
      "brief": "Dry and close.\n\nBarn, not ballroom.",
      "music": {
        "songs": 1,
        "charts": "none",
        "reading": null,
        "remote": null
      },
      "asks": "one",
      "part": {
        "doubles": [],
        "role": "player",
        "overdubs": 0,
        "porterage": null,
        "covers": "The session.",
        "credited_as": "Maren Oakley"
      },
      "producer": "Ines Calloway",
      "musician": {
        "slug": "maren-oakley",
        "name": "Maren Oakley"
      },
      "instrument": {
        "slug": "fiddle",
        "name": "Fiddle"
      },
      "genre": {
        "slug": "country",
        "name": "Country"
      },
      "fee": {
        "minor": 38000,
        "currency": "USD"
      },
      "owed": null,
      "reply_by": "2026-11-25T15:00:00Z",
      "awaits": "musician",
      "created_at": "2026-11-23T15:00:00Z",
      "terms": null,
      "quote": null,
      "events": [
        {
          "status": "requested",
          "by": "Ines Calloway",
          "at": "2026-11-23T15:00:00Z",
          "word": "",
          "offer": null,
          "became": null
        }
      ],
      "files": [],
      "offers": []
    }
    "#);

    let accept = s.maren.post_json("/api/v1/bookings/1/accept", json!({"word": "Lovely tune."}));
    let accepted = accept.await.expect(StatusCode::OK).json();
    assert_eq!(
        (&accepted["status"], &accepted["verbs"]),
        (&json!("confirmed"), &json!(["offer", "cancel"]))
    );
    assert_json_snapshot!(accepted["events"][1], @r#"
    {
      "status": "confirmed",
      "by": "Maren Oakley",
      "at": "2026-11-23T15:00:00Z",
      "word": "Lovely tune.",
      "offer": null,
      "became": null
    }
    "#);
    let again = s.maren.post_json("/api/v1/bookings/1/accept", json!({})).await;
    let again = again.expect(StatusCode::CONFLICT);
    assert_eq!(again.header("content-type"), "application/problem+json");
    assert_eq!(again.json()["detail"], "This booking is confirmed already.");
    let cancel = s.ines.post_json("/api/v1/bookings/1/cancel", json!({})).await;
    let cancel = cancel.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(cancel["errors"], json!({"word": ["cannot be empty"]}));

    for (query, count) in [
        ("", 1),
        ("?status=confirmed", 1),
        ("?status=requested", 0),
        ("?role=musician", 0),
        ("?q=dust", 1),
        ("?tab=ahead", 1),
    ] {
        let list =
            s.ines.get(&format!("/api/v1/bookings{query}")).await.expect(StatusCode::OK).json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(list["next"], Value::Null);
    }
    for body in [json!([]), json!({"fee": 380}), json!("x"), json!({"title": null})] {
        let wrong = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", body.clone()).await;
        assert!(wrong.status.is_client_error(), "{body}: {}", wrong.status);
    }
    let remote =
        s.ines.post_json("/api/v1/musicians/maren-oakley/calls", call(&REMOTE)).await.json();
    assert_eq!(
        (&remote["starts_at"], &remote["due_at"]),
        (&Value::Null, &json!("2026-12-11T00:00:00Z"))
    );
}
