use axum::http::StatusCode;
use chrono::TimeDelta;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::query;

use crate::support::{Client, PASSWORD, Reply, TestApp};

/// Ines Calloway books; Maren Oakley, Josiah Pell and Delphine Tarrow play.
async fn scene() -> (TestApp, Client) {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    for name in ["Maren Oakley", "Josiah Pell", "Delphine Tarrow"] {
        app.musician(name).await;
    }
    (app, ines)
}

async fn keep(who: &Client, slug: &str) -> Reply {
    who.post("/favourites", [("musician", slug)]).await
}

async fn keep_all(ines: &Client) {
    for slug in ["maren-oakley", "josiah-pell", "delphine-tarrow"] {
        keep(ines, slug).await.expect(StatusCode::SEE_OTHER);
    }
}

/// The names on the list, in its order.
async fn names(who: &Client) -> Vec<String> {
    who.get("/favourites").await.expect(StatusCode::OK).texts(".keep h2")
}

/// The numbers of the lines, in their order, and the list's version.
async fn lines(who: &Client) -> (Vec<i64>, i64) {
    let list = who.get("/api/v1/favourites").await.expect(StatusCode::OK).json();
    let ids = list["items"].as_array().unwrap().iter().map(|one| one["id"].as_i64().unwrap());
    (ids.collect(), list["version"].as_i64().unwrap())
}

async fn move_line(who: &Client, line: i64, to: &str, version: i64) -> Reply {
    let form = json!({ "to": to, "version": version.to_string() });
    who.post(&format!("/favourites/{line}/move"), form).await
}

async fn hide(app: &TestApp, slug: &str) {
    let hide = query("update musicians set status = 'hidden' where slug = $1").bind(slug);
    assert_eq!(hide.execute(app.db()).await.unwrap().rows_affected(), 1);
}

#[tokio::test]
async fn a_producer_keeps_players_from_their_pages_and_from_the_search() {
    let (_app, ines) = scene().await;
    let empty = ines.get("/favourites").await.expect(StatusCode::OK);
    assert_eq!(empty.texts(".empty h3"), ["Nobody yet"]);
    assert_eq!(empty.texts(".ways [aria-current]"), ["First call"]);

    let page = ines.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(page.attributes(".book button[form=keep]", "aria-pressed"), ["false"]);
    let back = page.attributes("#keep input[name=back]", "value").remove(0);
    let form = [("musician", "maren-oakley"), ("back", &back)];
    let kept = ines.post("/favourites", form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(kept.location(), "/musicians/maren-oakley");
    let page = ines.get("/musicians/maren-oakley").await;
    assert_eq!(page.texts(".flash p"), ["Maren Oakley is on your first-call list."]);
    assert_eq!(page.attributes(".book button[form=keep]", "aria-pressed"), ["true"]);

    let found = ines.get("/musicians?instrument=fiddle").await.expect(StatusCode::OK);
    let pressed = found.attributes(".player button[form=keep]", "aria-pressed");
    assert_eq!(pressed.iter().filter(|pressed| *pressed == "true").count(), 1);
    assert_eq!(pressed.len(), 3);
    let off = found.attributes(".player button[aria-pressed=true]", "formaction").remove(0);
    ines.post(&off, [("back", "/musicians?instrument=fiddle")]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_line_tells_who_it_is_when_they_are_free_next_and_where_to_ask() {
    let (_app, ines) = scene().await;
    keep(&ines, "maren-oakley").await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/favourites").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".keep h2"), ["Maren Oakley"]);
    assert_eq!(page.texts(".keep .who .meta"), ["Fiddle"]);
    assert_eq!(
        page.texts(".keep .next"),
        [
            "Next free for three hours Mon 23 Nov 2026, 09:00–18:00 CST Mon 23 Nov 2026, 15:00–24:00 GMT for you"
        ]
    );
    assert_eq!(page.attributes(".keep .act a", "href"), ["/musicians/maren-oakley/calls/new"]);
    assert_eq!(page.attributes(".keep h2 a", "href"), ["/musicians/maren-oakley"]);
}

#[tokio::test]
async fn keeping_somebody_twice_is_keeping_them_once() {
    let (_app, ines) = scene().await;
    keep(&ines, "maren-oakley").await.expect(StatusCode::SEE_OTHER);
    keep(&ines, "maren-oakley").await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/favourites").await;
    assert_eq!(page.texts(".flash p"), ["Maren Oakley is on your first-call list already."]);
    assert_eq!(page.texts(".keep h2"), ["Maren Oakley"]);
    assert_eq!(keep(&ines, "nobody-at-all").await.status, StatusCode::NOT_FOUND);
    assert_eq!(keep(&ines, "\0").await.status, StatusCode::NOT_FOUND);
    assert_eq!(ines.post("/favourites", ()).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn nobody_keeps_themselves_and_no_list_is_endless() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let refused = keep(&maren, "maren-oakley").await.expect(StatusCode::CONFLICT);
    assert_eq!(refused.texts(".lede"), ["That is you: the list is for those you call."]);

    app.musician("Josiah Pell").await;
    query(
        "with a as (insert into accounts (name, created_at) select 'Player ' || n, $2 from generate_series(1, 200) n returning id),
         m as (insert into musicians (account_id, slug, name, zone, status, created_at)
            select id, 'player-' || id, 'Player', 'UTC', 'published', $2 from a returning id)
         insert into favourites (account_id, musician_id, position, added_at) select $1, id, id, $2 from m",
    )
    .bind(app.account_id("Maren Oakley").await)
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let refused = keep(&maren, "josiah-pell").await.expect(StatusCode::CONFLICT);
    assert_eq!(
        refused.texts(".lede"),
        ["Your list is full: 200 players fit. Take somebody off first."]
    );
    assert_eq!(maren.get("/favourites").await.expect(StatusCode::OK).texts(".keep").len(), 200);
}

#[tokio::test]
async fn after_keeping_nobody_is_led_to_another_site() {
    let (_app, ines) = scene().await;
    for back in ["https://evil.test", "//evil.test", "/\\evil.test", "javascript:alert(1)"] {
        let form = [("musician", "maren-oakley"), ("back", back)];
        let kept = ines.post("/favourites", form).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(kept.location(), "/", "{back}");
    }
}

#[tokio::test]
async fn a_note_is_kept_as_it_was_written_and_comes_back_when_it_does_not_fit() {
    let (_app, ines) = scene().await;
    keep(&ines, "maren-oakley").await.expect(StatusCode::SEE_OTHER);
    let line = lines(&ines).await.0[0];
    let address = format!("/favourites/{line}/note");
    let note = "Ask for the 1923 fiddle.\n\nNever before <b>ten</b>.";
    let kept = ines.post(&address, [("note", note)]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(kept.location(), format!("/favourites#line-{line}"));
    let page = ines.get("/favourites").await;
    assert_eq!(
        page.texts(".note .said p"),
        ["Ask for the 1923 fiddle.", "Never before <b>ten</b>."]
    );
    assert_eq!(page.texts(".note textarea"), ["Ask for the 1923 fiddle. Never before <b>ten</b>."]);

    let long = "x".repeat(4001);
    let again =
        ines.post(&address, [("note", &long)]).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(again.texts("#note-error"), ["Note is too long: 4001 characters, and 4000 fit."]);
    assert_eq!(again.texts(".note textarea"), [long]);
    assert_eq!(again.texts(".note .said p").len(), 2, "what was kept stays");
    let unprintable = ines.post(&address, [("note", "a\0b")]).await;
    assert_eq!(unprintable.status, StatusCode::UNPROCESSABLE_ENTITY);

    ines.post(&address, [("note", " ")]).await.expect(StatusCode::SEE_OTHER);
    assert!(ines.get("/favourites").await.texts(".note .said").is_empty());
}

#[tokio::test]
async fn the_order_is_the_owners_own() {
    let (_app, ines) = scene().await;
    keep_all(&ines).await;
    assert_eq!(names(&ines).await, ["Maren Oakley", "Josiah Pell", "Delphine Tarrow"]);
    let (ids, version) = lines(&ines).await;
    move_line(&ines, ids[2], "top", version).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines).await, ["Delphine Tarrow", "Maren Oakley", "Josiah Pell"]);
    let (ids, version) = lines(&ines).await;
    move_line(&ines, ids[2], "up", version).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines).await, ["Delphine Tarrow", "Josiah Pell", "Maren Oakley"]);
    let (ids, version) = lines(&ines).await;
    let moved = move_line(&ines, ids[0], "down", version).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(moved.location(), format!("/favourites#line-{}", ids[0]));
    assert_eq!(names(&ines).await, ["Josiah Pell", "Delphine Tarrow", "Maren Oakley"]);
    let (ids, version) = lines(&ines).await;
    assert_eq!(move_line(&ines, ids[0], "aside", version).await.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn of_two_windows_that_order_the_list_at_once_the_later_is_told() {
    let (_app, ines) = scene().await;
    keep_all(&ines).await;
    let (ids, version) = lines(&ines).await;
    move_line(&ines, ids[2], "top", version).await.expect(StatusCode::SEE_OTHER);
    let late = move_line(&ines, ids[1], "top", version).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        late.texts(".notice p"),
        [
            "Your list was changed in another window meanwhile, so nothing was moved. This is how it stands now; move it again."
        ]
    );
    assert_eq!(late.texts(".keep h2"), ["Delphine Tarrow", "Maren Oakley", "Josiah Pell"]);

    let order = json!({ "version": version, "ids": ids });
    let late = ines.send_json("PUT", "/api/v1/favourites/order", order).await;
    late.expect(StatusCode::CONFLICT);
    let (_, version) = lines(&ines).await;
    for wrong in [json!([ids[0], ids[1]]), json!([ids[0], ids[1], ids[1]]), json!([1, 2, 999])] {
        let order = json!({ "version": version, "ids": wrong });
        let refused = ines.send_json("PUT", "/api/v1/favourites/order", order).await;
        refused.expect(StatusCode::CONFLICT);
    }
    let order = json!({ "version": version, "ids": [ids[1], ids[0], ids[2]] });
    let kept = ines.send_json("PUT", "/api/v1/favourites/order", order).await;
    assert_eq!(kept.expect(StatusCode::OK).json()["version"], json!(version + 1));
    assert_eq!(names(&ines).await, ["Josiah Pell", "Maren Oakley", "Delphine Tarrow"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_orders_made_of_one_look_exactly_one_is_kept() {
    let (app, ines) = scene().await;
    keep_all(&ines).await;
    let (ids, version) = lines(&ines).await;
    let secret = ines.cookie("sign_in").unwrap();
    let servers = [app.another(), app.another()];
    let mut race = tokio::task::JoinSet::new();
    for lane in 0..10 {
        let browser = servers[lane % 2].stranger().with_cookie("sign_in", &secret);
        let mut ids = ids.clone();
        ids.rotate_left(lane % 3);
        race.spawn(async move {
            let order = json!({ "version": version, "ids": ids });
            browser.send_json("PUT", "/api/v1/favourites/order", order).await.status
        });
    }
    let answers = race.join_all().await;
    let kept = answers.iter().filter(|status| **status == StatusCode::OK).count();
    let told = answers.iter().filter(|status| **status == StatusCode::CONFLICT).count();
    assert_eq!((kept, told), (1, 9));
    assert_eq!(lines(&ines).await.1, version + 1);
}

#[tokio::test]
async fn whoever_is_taken_off_can_be_put_back_for_a_day() {
    let (app, ines) = scene().await;
    keep_all(&ines).await;
    let (ids, _) = lines(&ines).await;
    ines.post(&format!("/favourites/{}/note", ids[1]), [("note", "Second call for waltzes.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    ines.post(&format!("/favourites/{}/remove", ids[1]), ()).await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/favourites").await;
    assert_eq!(
        page.texts(".flash p"),
        ["Off your first-call list: Josiah Pell. For a day, you can put them back there."]
    );
    assert_eq!(page.texts(".keep h2"), ["Maren Oakley", "Delphine Tarrow"]);
    let back = page.attributes("form[action*='/restore']", "action").remove(0);
    // Each time from a page of its own.
    let back = back.split_once('?').unwrap().0;
    ines.post(back, ()).await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/favourites").await;
    assert_eq!(page.texts(".keep h2"), ["Maren Oakley", "Josiah Pell", "Delphine Tarrow"]);
    assert_eq!(page.texts(".note .said"), ["Second call for waltzes."]);

    ines.post(&format!("/favourites/{}/remove", ids[1]), ()).await.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::hours(25));
    assert_eq!(ines.post(back, ()).await.status, StatusCode::NOT_FOUND);
    assert!(ines.get("/favourites").await.texts("form[action*='/restore']").is_empty());
    // Kept again after that, nothing is left of what was written.
    keep(&ines, "josiah-pell").await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/favourites").await;
    assert_eq!(page.texts(".keep h2"), ["Maren Oakley", "Delphine Tarrow", "Josiah Pell"]);
    assert!(page.texts(".note .said").is_empty());
}

#[tokio::test]
async fn a_player_who_is_hidden_keeps_a_line_and_shows_nothing() {
    let (app, ines) = scene().await;
    keep_all(&ines).await;
    let (ids, _) = lines(&ines).await;
    ines.post(&format!("/favourites/{}/note", ids[0]), [("note", "Waltzes.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    hide(&app, "maren-oakley").await;
    let page = ines.get("/favourites").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".keep h2"), ["Josiah Pell", "Delphine Tarrow"]);
    assert_eq!(
        page.texts(".keep .gone"),
        ["This player is hidden or gone, so nothing of theirs is shown. Your note stays."]
    );
    assert_eq!(page.texts(".keep .said"), ["Waltzes."]);
    assert!(!page.body.contains("Maren") && !page.body.contains("maren-oakley"), "{}", page.body);
    let list = ines.get("/api/v1/favourites").await.json();
    assert_eq!(list["items"][0]["musician"], Value::Null);
    // It is moved and taken off like any other.
    let (ids, version) = lines(&ines).await;
    move_line(&ines, ids[0], "down", version).await.expect(StatusCode::SEE_OTHER);
    let off = ines.post(&format!("/favourites/{}/remove", ids[0]), ()).await;
    off.expect(StatusCode::SEE_OTHER);
    assert!(!ines.get("/favourites").await.body.contains("Maren"));
}

#[tokio::test]
async fn nobody_sees_or_touches_the_list_of_somebody_else() {
    let (app, ines) = scene().await;
    keep_all(&ines).await;
    let (ids, version) = lines(&ines).await;
    let theo = app.producer("Theo Brandvold").await;
    assert_eq!(names(&theo).await, Vec::<String>::new());
    let page = theo.get("/musicians/maren-oakley").await;
    assert_eq!(page.attributes(".book button[form=keep]", "aria-pressed"), ["false"]);
    let line = ids[0];
    for (verb, form) in [
        ("note", json!({ "note": "Mine now." })),
        ("note", json!({ "note": "\0" })),
        ("move", json!({ "to": "top", "version": version.to_string() })),
        ("remove", json!({})),
        ("restore", json!({})),
    ] {
        let refused = theo.post(&format!("/favourites/{line}/{verb}"), form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{verb}");
    }
    let removed = theo.send_json("DELETE", &format!("/api/v1/favourites/{line}"), json!({})).await;
    assert_eq!(removed.status, StatusCode::NOT_FOUND);
    let order = json!({ "version": 0, "ids": ids });
    let refused = theo.send_json("PUT", "/api/v1/favourites/order", order).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    assert_eq!(lines(&ines).await, (ids, version));

    let stranger = app.stranger();
    assert_eq!(stranger.get("/favourites").await.location(), "/sign-in?next=/favourites");
    assert_eq!(keep(&stranger, "maren-oakley").await.location(), "/sign-in?next=/");
    assert!(stranger.get("/musicians/maren-oakley").await.texts("button[form=keep]").is_empty());
}

#[tokio::test]
async fn programs_keep_lists_too() {
    let (_app, ines) = scene().await;
    let kept = ines.post_json("/api/v1/favourites", json!({ "musician": "maren-oakley" })).await;
    let line = kept.expect(StatusCode::CREATED).json()["id"].as_i64().unwrap();
    let again = ines.post_json("/api/v1/favourites", json!({ "musician": "maren-oakley" })).await;
    again.expect(StatusCode::OK);
    let note = json!({ "note": "Ask for the 1923 fiddle." });
    let noted = ines.send_json("PUT", &format!("/api/v1/favourites/{line}/note"), note).await;
    noted.expect(StatusCode::OK);
    let list = ines.get("/api/v1/favourites").await.expect(StatusCode::OK).json();
    assert_json_snapshot!(list, @r#"
    {
      "version": 1,
      "items": [
        {
          "id": 1,
          "musician": {
            "id": 1,
            "slug": "maren-oakley",
            "url": "/musicians/maren-oakley",
            "name": "Maren Oakley",
            "headline": "Fiddle like a dusty barn",
            "place": "Nashville, Tennessee",
            "zone": "America/Chicago",
            "session_rate": {
              "minor": 38000,
              "currency": "USD"
            },
            "song_rate": {
              "minor": 15000,
              "currency": "USD"
            },
            "instruments": [
              "fiddle"
            ],
            "next_free": {
              "starts_at": "2026-11-23T15:00:00Z",
              "ends_at": "2026-11-24T00:00:00Z"
            }
          },
          "note": "Ask for the 1923 fiddle.",
          "added_at": "2026-11-23T15:00:00Z"
        }
      ],
      "next": null
    }
    "#);
    let gone = ines.send_json("DELETE", &format!("/api/v1/favourites/{line}"), json!({})).await;
    gone.expect(StatusCode::NO_CONTENT);
    let back = ines.post_json(&format!("/api/v1/favourites/{line}/restore"), json!({})).await;
    assert_eq!(back.expect(StatusCode::OK).json()["note"], "Ask for the 1923 fiddle.");
}

#[tokio::test]
async fn a_list_leaves_with_its_owner() {
    let (app, ines) = scene().await;
    keep_all(&ines).await;
    let left = ines.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    for table in ["select count(*) from favourites", "select count(*) from favourite_lists"] {
        let n: i64 = sqlx::query_scalar(table).fetch_one(app.db()).await.unwrap();
        assert_eq!(n, 0, "{table}");
    }
}
