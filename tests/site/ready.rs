//! Public pages that are kept ready: they are never older than the last commit, whoever made it.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;

use crate::{calls, support::TestApp};

fn call(day: &str) -> serde_json::Value {
    calls::call(json!({
        "title": "Overdubs", "date": day, "place": "Ocean Way", "brief": "Two choruses",
        "artist": "Odalys Reed",
    }))
}

#[tokio::test]
async fn an_accepted_booking_is_on_the_profile_of_every_server_with_its_commit() {
    let here = TestApp::new().await;
    let there = here.another();
    let (ines, maren) = (here.producer("Ines Calloway").await, here.musician("Maren Oakley").await);
    let tuesday = |page: &crate::support::Reply| {
        let days = page.texts(".days li");
        days.into_iter().find(|day| day.contains("24 Nov")).unwrap()
    };
    let before = there.stranger().get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    let again = there.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(again.body, before.body);

    ines.post("/musicians/maren-oakley/calls", call("2026-11-24"))
        .await
        .expect(StatusCode::SEE_OTHER);
    let asked = there.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(tuesday(&asked), tuesday(&before), "a request takes nobody's time");
    maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    for app in [&here, &there] {
        let after = app.stranger().get("/musicians/maren-oakley").await;
        assert_ne!(tuesday(&after), tuesday(&before));
    }
    maren
        .post("/bookings/1/cancel", [("word", "The flight was cancelled.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let after = there.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(tuesday(&after), tuesday(&before));
}

#[tokio::test]
async fn programs_are_told_of_a_commit_at_once_by_every_server() {
    let here = TestApp::new().await;
    let there = here.another();
    let (ines, maren) = (here.producer("Ines Calloway").await, here.musician("Maren Oakley").await);
    let stranger = there.stranger();
    let profile = async || stranger.get("/api/v1/musicians/maren-oakley").await.json();
    let search = "/api/v1/musicians?instrument=fiddle&date=2026-11-24&from=10:00&to=13:00\
                  &zone=America/Chicago";
    let found = async || stranger.get(search).await.json()["players"].clone();
    let before = profile().await;
    assert_eq!((profile().await, found().await), (before.clone(), json!(1)));

    ines.post("/musicians/maren-oakley/calls", call("2026-11-24"))
        .await
        .expect(StatusCode::SEE_OTHER);
    maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    assert_ne!(profile().await["free"], before["free"]);
    assert_eq!(found().await, json!(0));
    // A token tells nobody more than this.
    let theirs = maren.get("/api/v1/musicians/maren-oakley").await;
    assert_eq!(theirs.header("content-type"), "application/json");
    assert_eq!(theirs.json(), profile().await);
}

#[tokio::test]
async fn what_a_player_changes_is_on_the_kept_page_at_once() {
    let here = TestApp::new().await;
    let there = here.another();
    here.musician("Maren Oakley").await;
    let stranger = there.stranger();
    let mut before = stranger.get("/musicians/maren-oakley").await.body;
    for change in [
        "update musicians set headline = 'Fiddle, and nothing else'",
        "update musicians set rate_includes = 'One revision'",
        "delete from weekly_hours where weekday < 4; update open_times set free = '{}'",
        "insert into portraits (musician_id, hash, created_at)
         select id, repeat('ab', 32), created_at from musicians",
        "delete from portraits",
    ] {
        sqlx::raw_sql(change).execute(here.db()).await.unwrap();
        let after = stranger.get("/musicians/maren-oakley").await.expect(StatusCode::OK).body;
        assert_ne!(after, before, "{change}");
        before = after;
    }
    sqlx::query("update musicians set status = 'hidden'").execute(here.db()).await.unwrap();
    assert_eq!(stranger.get("/musicians/maren-oakley").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_recording_shows_its_newest_credit_and_loses_nobody() {
    let here = TestApp::new().await;
    let there = here.another();
    let (ines, maren) = (here.producer("Ines Calloway").await, here.musician("Maren Oakley").await);
    let josiah = here.musician("Josiah Pell").await;
    for (booking, slug, player) in [(1, "maren-oakley", &maren), (2, "josiah-pell", &josiah)] {
        ines.post(&format!("/musicians/{slug}/calls"), call("2026-11-24"))
            .await
            .expect(StatusCode::SEE_OTHER);
        player.post(&format!("/bookings/{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    }
    here.wait(TimeDelta::days(3));
    there.wait(TimeDelta::days(3));
    let credit = json!({ "title": "Dust on the Piano", "artist": "Odalys Reed", "instrument": "fiddle",
                         "genre": "country", "credited_as": "", "isrc": "" });
    let stranger = there.stranger();
    for (booking, name, player) in [(1, "Maren Oakley", &maren), (2, "Josiah Pell", &josiah)] {
        let mut credit = credit.clone();
        credit["credited_as"] = json!(name);
        ines.post(&format!("/bookings/{booking}/done"), &credit)
            .await
            .expect(StatusCode::SEE_OTHER);
        player.post(&format!("/credits/{booking}/confirm"), ()).await.expect(StatusCode::SEE_OTHER);
        let page = stranger.get("/recordings/1-dust-on-the-piano").await.expect(StatusCode::OK);
        assert_eq!(page.texts(".lineup .by").len(), booking);
    }
    // Renamed, it is at another address, and the old one leads there.
    sqlx::query("update recordings set title = 'Dust on the Keys'")
        .execute(here.db())
        .await
        .unwrap();
    let old = stranger.get("/recordings/1-dust-on-the-piano").await;
    assert_eq!(old.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(old.location(), "/recordings/1-dust-on-the-keys");
}

#[tokio::test]
async fn what_is_kept_for_strangers_is_shown_to_nobody_who_is_signed_in() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let stranger = app.stranger();
    for _ in 0..2 {
        let page = stranger.get("/musicians/maren-oakley").await;
        assert!(page.body.contains("Sign in"));
        assert_eq!(page.header("cache-control"), "no-store");
        let page = ines.get("/musicians/maren-oakley").await;
        assert!(page.body.contains("Ines Calloway"));
        let page = maren.get("/musicians/maren-oakley").await;
        assert!(page.body.contains("Edit your profile"));
    }
}

#[tokio::test]
async fn the_next_free_time_moves_on_with_the_clock() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let next = |page: crate::support::Reply| page.texts(".soonest b").concat();
    let before = next(app.stranger().get("/musicians/maren-oakley").await);
    app.wait(TimeDelta::days(1));
    assert_ne!(next(app.stranger().get("/musicians/maren-oakley").await), before);
}

#[tokio::test]
async fn of_two_who_change_a_listing_at_once_neither_puts_the_other_back() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let mut one = app.db().begin().await.unwrap();
    // What the commit would do last, done before it.
    sqlx::raw_sql(
        "update musicians set headline = 'Fiddle, and nothing else'; set constraints all immediate",
    )
    .execute(&mut *one)
    .await
    .unwrap();
    let mut other = app.db().begin().await.unwrap();
    sqlx::raw_sql("delete from musician_genres").execute(&mut *other).await.unwrap();
    let committed = tokio::spawn(other.commit());
    let waits = "select exists (select 1 from pg_stat_activity
                 where datname = current_database() and wait_event_type = 'Lock')";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(app.db()).await.unwrap() {
        assert!(!committed.is_finished(), "it waits for the other");
        tokio::task::yield_now().await;
    }
    one.commit().await.unwrap();
    committed.await.unwrap().unwrap();
    let (headline, genres): (String, i32) =
        sqlx::query_as("select headline, cardinality(own_genres) from listings")
            .fetch_one(app.db())
            .await
            .unwrap();
    assert_eq!((headline.as_str(), genres), ("Fiddle, and nothing else", 0));
}
