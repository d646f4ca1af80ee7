//! What is kept of everybody's free time for search, as the days go by.

use chrono::TimeDelta;
use first_call::availability::extend_open_times;
use sqlx::{query, query_scalar};

use crate::support::TestApp;

async fn extend(app: &TestApp) -> u64 {
    let mut db = app.db().acquire().await.unwrap();
    extend_open_times(&mut db, app.now()).await.unwrap()
}

/// Players who have only just begun.
async fn begin(app: &TestApp, players: i32) {
    query(
        "with a as (insert into accounts (email, name, created_at)
                    select n || '@example.test', 'Player ' || n, $2 from generate_series(1, $1) n
                    returning id)
         insert into musicians (account_id, slug, name, zone, status, created_at)
         select id, 'player-' || id, 'Player', 'America/Chicago', 'draft', $2 from a",
    )
    .bind(players)
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
}

#[tokio::test]
async fn however_many_are_due_together_a_few_at_a_time_have_their_season_extended() {
    let app = TestApp::new().await;
    begin(&app, 2_250).await;
    assert_eq!(extend(&app).await, 2_250, "of whom nothing is known is not kept waiting");
    assert_eq!(extend(&app).await, 0);
    app.wait(TimeDelta::hours(13));
    assert_eq!(extend(&app).await, 2_000);
    app.wait(TimeDelta::minutes(1));
    assert_eq!(extend(&app).await, 250);
    // From then on they are due apart.
    app.wait(TimeDelta::hours(12));
    assert_eq!(extend(&app).await, 2_000);
    // A season is known of everybody: after a week in which nobody looked, all of it is urgent.
    let least = "select min(known_until) from open_times";
    let known: chrono::DateTime<chrono::Utc> =
        query_scalar(least).fetch_one(app.db()).await.unwrap();
    assert!(known > app.now() + TimeDelta::days(99));
    app.wait(TimeDelta::days(8));
    assert_eq!(extend(&app).await, 2_250);
}

#[tokio::test]
async fn only_who_is_due_is_written_anew() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    app.wait(TimeDelta::hours(11));
    app.musician("Josiah Pell").await;
    let written = "select coalesce(max(id), 0) from listing_changes";
    let before: i64 = query_scalar(written).fetch_one(app.db()).await.unwrap();
    assert_eq!(extend(&app).await, 0);
    app.wait(TimeDelta::hours(2));
    assert_eq!(extend(&app).await, 1);
    let told: Vec<String> = query_scalar(
        "select m.slug from listing_changes c join musicians m on m.id = c.musician_id where c.id > $1",
    )
    .bind(before)
    .fetch_all(app.db())
    .await
    .unwrap();
    assert_eq!(told, ["maren-oakley"], "and the servers read only her again");
}
