use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use first_call::watches::look_through;
use insta::assert_json_snapshot;
use serde_json::json;
use sqlx::{query, query_scalar};

use crate::support::{Client, PASSWORD, Reply, TestApp, email_of};

const COUNTRY_FIDDLE: &str = "instrument=fiddle&genre=country";

/// A mail of the outbox, as far as these tests ask.
#[derive(Debug, sqlx::FromRow)]
struct Mail {
    subject: String,
    paragraphs: Vec<String>,
    link_path: String,
    stop_path: Option<String>,
}

/// Ines Calloway keeps a search for country fiddle that finds Maren Oakley; nothing is mailed yet.
async fn scene() -> (TestApp, Client) {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    app.musician("Maren Oakley").await;
    keep(&ines, COUNTRY_FIDDLE).await.expect(StatusCode::SEE_OTHER);
    (app, ines)
}

async fn keep(who: &Client, query: &str) -> Reply {
    who.post("/watches", [("query", query)]).await
}

/// The names of the searches somebody keeps.
async fn names(who: &Client) -> Vec<String> {
    who.get("/watches").await.expect(StatusCode::OK).texts(".watch h2")
}

async fn only_line(who: &Client) -> i64 {
    let list = who.get("/api/v1/watches").await.expect(StatusCode::OK).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
    list["items"][0]["id"].as_i64().unwrap()
}

/// One run of the job.
async fn look(app: &TestApp) -> u64 {
    let mut db = app.db().acquire().await.unwrap();
    look_through(&app.app, &mut db, app.now()).await.unwrap()
}

/// Takes what was mailed to somebody out of the outbox, the first first.
async fn take_mails(app: &TestApp, name: &str) -> Vec<Mail> {
    let take = "with taken as (delete from mails where recipient = $1::citext
                    returning id, subject, paragraphs, coalesce(link_path, '') as link_path, stop_path)
                select subject, paragraphs, link_path, stop_path from taken order by id";
    sqlx::query_as(take).bind(email_of(name)).fetch_all(app.db()).await.unwrap()
}

async fn subjects(app: &TestApp) -> Vec<String> {
    take_mails(app, "Ines Calloway").await.into_iter().map(|mail| mail.subject).collect()
}

async fn hide(app: &TestApp, slug: &str) {
    let hide = query("update musicians set status = 'hidden' where slug = $1").bind(slug);
    assert_eq!(hide.execute(app.db()).await.unwrap().rows_affected(), 1);
}

/// What the mail program of somebody posts when they press its own button.
async fn one_click(from: &Client, path: &str) -> Reply {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://mail.example")
        .header("sec-fetch-site", "cross-site");
    from.send(request, Body::from("List-Unsubscribe=One-Click")).await
}

#[tokio::test]
async fn a_search_is_kept_from_its_page() {
    let (app, ines) = scene().await;
    let theo = app.producer("Theo Brandvold").await;
    assert_eq!(theo.get("/watches").await.texts(".empty h3"), ["None yet"]);
    let searched = "/musicians?genre=country&instrument=fiddle&max=400&sort=newest";
    let page = theo.get(searched).await.expect(StatusCode::OK);
    let query = page.attributes(".keeping input[name=query]", "value").remove(0);
    assert_eq!(query, "instrument=fiddle&genre=country&max=400&currency=USD");
    let kept = keep(&theo, &query).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(kept.location(), format!("/musicians?{query}"));
    let page = theo.get(kept.location()).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".flash p"),
        ["Kept. You are told when somebody new fits, once a day at most."]
    );
    assert_eq!(page.texts(".keeping"), ["You keep this search . It goes on looking."]);
    assert!(page.texts(".keeping button").is_empty());
    let list = theo.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(list.texts(".watch h2"), ["Fiddle, country, at most $400.00"]);
    assert_eq!(list.attributes(".watch h2 a", "href"), [format!("/musicians?{query}")]);
    assert_eq!(list.texts(".watch .now"), ["1 player fits now Nothing told yet"]);
    assert_eq!(list.texts(".ways [aria-current]"), ["First call"]);
    // It is theirs alone.
    assert_eq!(names(&ines).await, ["Fiddle, country"]);
}

#[tokio::test]
async fn a_stranger_signs_in_first_and_comes_back_to_the_search() {
    let (app, _) = scene().await;
    let page = app.stranger().get("/musicians?instrument=fiddle&genre=country").await;
    assert!(page.texts(".keeping button").is_empty());
    let there = page.attributes(".keeping a", "href").remove(0);
    let signing_in = app.stranger().get(&there).await.expect(StatusCode::OK);
    let next = signing_in.attributes("input[name=next]", "value");
    assert_eq!(next, ["/musicians?instrument=fiddle&genre=country"]);
    assert_eq!(keep(&app.stranger(), COUNTRY_FIDDLE).await.location(), "/sign-in?next=/");
    // All musicians are no search.
    assert!(app.stranger().get("/musicians").await.texts(".keeping").is_empty());
}

#[tokio::test]
async fn somebody_new_who_fits_is_mailed_once() {
    let (app, ines) = scene().await;
    assert_eq!(look(&app).await, 0, "Maren was there when it was kept");
    app.musician("Josiah Pell").await;
    app.wait(TimeDelta::minutes(10));
    assert_eq!(look(&app).await, 1);
    let mails = take_mails(&app, "Ines Calloway").await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    let mail = &mails[0];
    assert_eq!(mail.subject, "Josiah Pell is new in “Fiddle, country”");
    assert_eq!(
        mail.paragraphs,
        [
            "Josiah Pell, Fiddle like a dusty barn. Fiddle; Nashville, Tennessee; $380.00 for 3 h.",
            "You keep this search, and hear of it once a day at most.",
        ]
    );
    assert_eq!(mail.link_path, "/musicians?instrument=fiddle&genre=country&sort=newest");
    ines.get(&mail.link_path).await.expect(StatusCode::OK);
    assert!(mail.stop_path.as_deref().unwrap().starts_with("/watches/stop/"));
    let inbox = ines.get("/api/v1/notices").await.expect(StatusCode::OK).json();
    assert_eq!(inbox["items"][0]["text"], "Josiah Pell is new in “Fiddle, country”");
    let list = ines.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(
        list.texts(".watch .now"),
        ["2 players fit now Told last Mon 23 Nov 2026, 15:10 GMT"]
    );

    for _ in 0..3 {
        app.wait(TimeDelta::hours(25));
        assert_eq!(look(&app).await, 0, "nobody else is new");
    }
    assert_eq!(subjects(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn whoever_is_new_later_that_day_waits_for_the_next_mail() {
    let (app, ines) = scene().await;
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 1);
    take_mails(&app, "Ines Calloway").await;
    for name in ["Delphine Tarrow", "Otis Marsh"] {
        app.musician(name).await;
    }
    for _ in 0..2 {
        app.wait(TimeDelta::hours(11));
        assert_eq!(look(&app).await, 0);
    }
    assert_eq!(
        ines.get("/watches").await.texts(".watch .now > p:first-child"),
        ["4 players fit now, 2 new"]
    );
    app.wait(TimeDelta::hours(2));
    assert_eq!(look(&app).await, 1);
    let mail = take_mails(&app, "Ines Calloway").await.remove(0);
    assert_eq!(mail.subject, "2 players are new in “Fiddle, country”");
    assert_eq!(mail.paragraphs.len(), 3);
}

#[tokio::test]
async fn a_mail_names_five_and_counts_the_rest() {
    let (app, _) = scene().await;
    for name in
        ["Ada Flint", "Ben Coyle", "Cora Vane", "Dov Lindqvist", "Edie Marsh", "Finn Rourke"]
    {
        app.musician(name).await;
    }
    assert_eq!(look(&app).await, 1);
    let mail = take_mails(&app, "Ines Calloway").await.remove(0);
    assert_eq!(mail.subject, "6 players are new in “Fiddle, country”");
    assert_eq!(mail.paragraphs.len(), 7);
    assert_eq!(mail.paragraphs[5], "And 1 more.");
}

#[tokio::test]
async fn who_stopped_fitting_before_the_mail_is_not_named() {
    let (app, _) = scene().await;
    app.musician("Josiah Pell").await;
    app.musician("Delphine Tarrow").await;
    hide(&app, "delphine-tarrow").await;
    query("delete from musician_genres g using musicians m where m.id = g.musician_id and m.slug = 'josiah-pell'")
        .execute(app.db())
        .await
        .unwrap();
    assert_eq!(look(&app).await, 0);
    assert_eq!(subjects(&app).await, Vec::<String>::new());
}

#[tokio::test]
async fn nobody_is_news_to_themselves() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    hide(&app, "maren-oakley").await;
    keep(&maren, COUNTRY_FIDDLE).await.expect(StatusCode::SEE_OTHER);
    query("update musicians set status = 'published'").execute(app.db()).await.unwrap();
    assert_eq!(look(&app).await, 0);
    let list = maren.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(list.texts(".watch .now > p:first-child"), ["1 player fits now"]);
    app.musician("Josiah Pell").await;
    app.wait(TimeDelta::minutes(10));
    assert_eq!(look(&app).await, 1);
    let mail = take_mails(&app, "Maren Oakley").await.pop().unwrap();
    assert_eq!(mail.subject, "Josiah Pell is new in “Fiddle, country”");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_servers_that_look_at_once_one_mails() {
    let (app, _) = scene().await;
    app.musician("Josiah Pell").await;
    let mut race = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let (server, now) = (app.another(), app.now());
        race.spawn(async move {
            let mut db = server.db().acquire().await.unwrap();
            look_through(&server.app, &mut db, now).await.unwrap()
        });
    }
    assert_eq!(race.join_all().await.into_iter().sum::<u64>(), 1);
    assert_eq!(subjects(&app).await, ["Josiah Pell is new in “Fiddle, country”"]);
}

#[tokio::test]
async fn a_press_in_the_mail_program_stops_the_mails_and_looking_at_the_link_does_not() {
    let (app, ines) = scene().await;
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 1);
    let stop = take_mails(&app, "Ines Calloway").await.pop().unwrap().stop_path.unwrap();
    let stranger = app.stranger();
    let page = stranger.get(&stop).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Stop mails of this search"]);
    assert_eq!(page.attributes("main form", "action"), std::slice::from_ref(&stop));
    app.musician("Delphine Tarrow").await;
    app.wait(TimeDelta::hours(25));
    assert_eq!(look(&app).await, 1, "looking stops nothing");

    let stopped = one_click(&stranger, &stop).await.expect(StatusCode::OK);
    assert_eq!(stopped.texts("h1"), ["No more mails of this search"]);
    one_click(&stranger, &stop).await.expect(StatusCode::OK);
    assert_eq!(stranger.get(&stop).await.texts("h1"), ["No more mails of this search"]);
    app.musician("Otis Marsh").await;
    app.wait(TimeDelta::hours(25));
    assert_eq!(look(&app).await, 0);

    // The search is still hers, and so are its mails if she wants them.
    let list = ines.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(
        list.texts(".watch .moves button"),
        ["Mail me again of Fiddle, country", "Remove : Fiddle, country"]
    );
    let line = only_line(&ines).await;
    let on = ines.post(&format!("/watches/{line}/mails"), [("mails", "on")]).await;
    on.expect(StatusCode::SEE_OTHER);
    assert_eq!(look(&app).await, 1);
    let wrong = ines.post(&format!("/watches/{line}/mails"), [("mails", "maybe")]).await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn other_sites_post_nothing_else_and_no_other_secret_stops_anything() {
    let (app, ines) = scene().await;
    for wrong in ["00".repeat(32), "x".into(), "%00".into()] {
        let path = format!("/watches/stop/{wrong}");
        assert_eq!(one_click(&app.stranger(), &path).await.status, StatusCode::NOT_FOUND);
        assert_eq!(app.stranger().get(&path).await.status, StatusCode::NOT_FOUND);
    }
    let line = only_line(&ines).await;
    for path in [format!("/watches/{line}/remove"), "/watches".into()] {
        assert_eq!(one_click(&ines, &path).await.status, StatusCode::FORBIDDEN, "{path}");
    }
    assert_eq!(names(&ines).await, ["Fiddle, country"]);
}

#[tokio::test]
async fn a_search_whose_time_has_passed_is_over() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    let query = "instrument=fiddle&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago";
    keep(&ines, query).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines).await, ["Fiddle, Tuesday 8 December, 10:00–13:00 CST"]);
    app.musician("Maren Oakley").await;
    assert_eq!(look(&app).await, 1);
    let news = subjects(&app).await.pop();
    assert_eq!(
        news.as_deref(),
        Some("Maren Oakley is new in “Fiddle, Tuesday 8 December, 10:00–13:00 CST”")
    );
    app.wait(TimeDelta::days(16));
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 0);
    let due: Option<chrono::DateTime<chrono::Utc>> =
        query_scalar("select due_at from watches").fetch_one(app.db()).await.unwrap();
    assert_eq!(due, None, "it is never looked through again");
    ines.sign_in("Ines Calloway").await;
    let list = ines.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(list.texts(".watch .now b"), ["Over"]);
    assert_eq!(ines.get("/api/v1/watches").await.json()["items"][0]["is_over"], true);
}

/// Zones come and go: this one was a name of Los Angeles' for years.
#[tokio::test]
async fn a_search_that_cannot_be_read_any_more_keeps_nobody_elses_from_being_looked_through() {
    let (app, _) = scene().await;
    let otto = app.producer("Otto Brandt").await;
    keep(&otto, COUNTRY_FIDDLE).await.expect(StatusCode::SEE_OTHER);
    let first = "(select min(id) from watches)";
    let spoil = format!("update watches set zone = 'US/Pacific-New' where id = {first}");
    query(sqlx::AssertSqlSafe(spoil)).execute(app.db()).await.unwrap();
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 1);
    assert_eq!(take_mails(&app, "Otto Brandt").await.len(), 1);
    let due = format!("select due_at from watches where id = {first}");
    let due: chrono::DateTime<chrono::Utc> =
        query_scalar(sqlx::AssertSqlSafe(due)).fetch_one(app.db()).await.unwrap();
    assert!(due > app.now(), "it is tried again later");

    // Once it can be read again, nothing was missed.
    query("update watches set zone = 'UTC'").execute(app.db()).await.unwrap();
    app.wait(due - app.now());
    assert_eq!(look(&app).await, 1);
    assert_eq!(take_mails(&app, "Ines Calloway").await.len(), 1);
}

#[tokio::test]
async fn a_search_far_ahead_asks_the_calendars() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    // A Tuesday, and a Sunday on which nobody works.
    for day in ["2027-06-08", "2027-06-13"] {
        let query =
            format!("instrument=fiddle&date={day}&from=10:00&to=13:00&zone=America/Chicago");
        keep(&ines, &query).await.expect(StatusCode::SEE_OTHER);
    }
    app.musician("Maren Oakley").await;
    assert_eq!(look(&app).await, 1);
    let news = subjects(&app).await.pop();
    assert_eq!(
        news.as_deref(),
        Some("Maren Oakley is new in “Fiddle, Tuesday 8 June, 10:00–13:00 CDT”")
    );
}

#[tokio::test]
async fn keeping_a_search_twice_is_keeping_it_once() {
    let (_app, ines) = scene().await;
    for same in [
        COUNTRY_FIDDLE,
        "?genre=country&instrument=fiddle&sort=rate",
        "/musicians?instrument=fiddle&genre=country&after=x&km=20",
    ] {
        keep(&ines, same).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(names(&ines).await.len(), 1, "{same}");
    }
    let again = ines.post_json("/api/v1/watches", json!({ "query": COUNTRY_FIDDLE })).await;
    again.expect(StatusCode::OK);
}

#[tokio::test]
async fn what_makes_no_sense_is_not_kept() {
    let (_app, ines) = scene().await;
    let refused = keep(&ines, "instrument=spoon-harp&date=2020-01-01&colour=red").await;
    let refused = refused.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        refused.texts(".notice li"),
        [
            "Date is over: nobody is free then.",
            "Instrument is not an instrument we know by that name.",
            "The address says “colour”, which is nothing to search by."
        ]
    );
    for wrong in
        ["date=\0", "max=-1", "instrument=%00", "place=%FF%FE", "until=2026-12-01", "<script>"]
    {
        let refused = keep(&ines, wrong).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        let refused = ines.post_json("/api/v1/watches", json!({ "query": wrong })).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
    }
    let everybody = keep(&ines, "").await.expect(StatusCode::CONFLICT);
    assert_eq!(
        everybody.texts(".lede"),
        ["Say what to look for first: an instrument, a place, a time."]
    );
    let long = "union=".to_owned() + &"x&union=x".repeat(400);
    assert_ne!(keep(&ines, &long).await.status, StatusCode::INTERNAL_SERVER_ERROR);
    let page = ines.get("/musicians?instrument=spoon-harp").await.expect(StatusCode::OK);
    assert!(page.texts(".keeping").is_empty(), "it is not offered either");
}

#[tokio::test]
async fn nobody_keeps_more_than_fifty() {
    let (app, ines) = scene().await;
    query(
        "insert into watches (account_id, name, query, zone, known, created_at)
         select $1, 'Search ' || n, 'q=' || n, 'UTC', '{}', $2 from generate_series(1, 49) n",
    )
    .bind(app.account_id("Ines Calloway").await)
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let refused = keep(&ines, "instrument=banjo").await.expect(StatusCode::CONFLICT);
    assert_eq!(
        refused.texts(".lede"),
        ["You keep 50 searches, and no more fit. Remove one first."]
    );
    assert_eq!(names(&ines).await.len(), 50);
}

#[tokio::test]
async fn a_search_is_renamed_and_a_name_that_does_not_fit_comes_back() {
    let (_app, ines) = scene().await;
    let address = format!("/watches/{}/name", only_line(&ines).await);
    let renamed = ines.post(&address, [("name", "The <b>bluegrass</b> record")]).await;
    renamed.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/watches").await;
    assert_eq!(page.texts(".watch h2"), ["The <b>bluegrass</b> record"]);
    assert_eq!(page.texts(".watch .who > .meta"), ["Fiddle, country"], "what it asks for is said");
    for (wrong, fault) in [
        ("x".repeat(121), "Name is too long: 121 characters, and 120 fit."),
        (String::new(), "Name cannot be empty."),
    ] {
        let again = ines.post(&address, [("name", &wrong)]).await;
        let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(again.texts("#name-error"), [fault]);
        assert_eq!(again.attributes("#name", "value"), [wrong]);
    }
    let unprintable = ines.post(&address, [("name", "a\0b")]).await;
    assert_eq!(unprintable.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_removed_can_be_put_back_for_a_day() {
    let (app, ines) = scene().await;
    let line = only_line(&ines).await;
    ines.post(&format!("/watches/{line}/remove"), ()).await.expect(StatusCode::SEE_OTHER);
    let page = ines.get("/watches").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".flash p"),
        ["Removed: “Fiddle, country”. For a day, you can put it back here."]
    );
    assert!(page.texts(".watch").is_empty());
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 0, "what is removed looks for nobody");
    let back = page.attributes("form[action*='/restore']", "action").remove(0);
    // Each time from a page of its own.
    let back = back.split_once('?').unwrap().0;
    ines.post(back, ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines).await, ["Fiddle, country"]);
    assert_eq!(look(&app).await, 1, "it goes on where it was");

    // Kept anew meanwhile, it is not there twice.
    ines.post(&format!("/watches/{line}/remove"), ()).await.expect(StatusCode::SEE_OTHER);
    keep(&ines, COUNTRY_FIDDLE).await.expect(StatusCode::SEE_OTHER);
    let twice = ines.post(back, ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        twice.texts(".lede"),
        ["You keep the same search again already, so this one stays removed."]
    );
    app.wait(TimeDelta::hours(25));
    assert_eq!(ines.post(back, ()).await.status, StatusCode::NOT_FOUND);
    assert!(ines.get("/watches").await.texts("form[action*='/restore']").is_empty());
}

#[tokio::test]
async fn who_keeps_and_removes_all_day_fills_nothing_up() {
    let (app, ines) = scene().await;
    for _ in 0..53 {
        let line = only_line(&ines).await;
        ines.post(&format!("/watches/{line}/remove"), ()).await.expect(StatusCode::SEE_OTHER);
        keep(&ines, COUNTRY_FIDDLE).await.expect(StatusCode::SEE_OTHER);
    }
    let rows: i64 = query_scalar("select count(*) from watches").fetch_one(app.db()).await.unwrap();
    assert_eq!(rows, 51, "one that is kept, and the last fifty");
    only_line(&ines).await;
}

#[tokio::test]
async fn nobody_sees_or_touches_what_somebody_else_keeps() {
    let (app, ines) = scene().await;
    let line = only_line(&ines).await;
    let theo = app.producer("Theo Brandvold").await;
    assert_eq!(names(&theo).await, Vec::<String>::new());
    for (verb, form) in [
        ("name", json!({ "name": "Mine now." })),
        ("name", json!({ "name": "" })),
        ("mails", json!({ "mails": "off" })),
        ("remove", json!({})),
        ("restore", json!({})),
    ] {
        let refused = theo.post(&format!("/watches/{line}/{verb}"), form).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND, "{verb}");
    }
    let path = format!("/api/v1/watches/{line}");
    let changed = theo.send_json("PATCH", &path, json!({ "name": "Mine now." })).await;
    assert_eq!(changed.status, StatusCode::NOT_FOUND);
    let removed = theo.send_json("DELETE", &path, json!({})).await;
    assert_eq!(removed.status, StatusCode::NOT_FOUND);
    assert_eq!(names(&ines).await, ["Fiddle, country"]);
    assert_eq!(app.stranger().get("/watches").await.location(), "/sign-in?next=/watches");
}

#[tokio::test]
async fn programs_keep_searches_too() {
    let (app, ines) = scene().await;
    let form = json!({ "query": "instrument=fiddle&way=remote", "name": "Overdubs" });
    let kept = ines.post_json("/api/v1/watches", form).await.expect(StatusCode::CREATED).json();
    app.musician("Josiah Pell").await;
    let path = format!("/api/v1/watches/{}", kept["id"]);
    let changed = ines.send_json("PATCH", &path, json!({ "mails": false })).await;
    assert_json_snapshot!(changed.expect(StatusCode::OK).json(), @r#"
    {
      "id": 2,
      "name": "Overdubs",
      "asks": "Fiddle, remote",
      "query": "instrument=fiddle&way=remote",
      "url": "/musicians?instrument=fiddle&way=remote",
      "players": 2,
      "new_players": 1,
      "is_over": false,
      "mails": false,
      "mailed_at": null,
      "created_at": "2026-11-23T15:00:00Z"
    }
    "#);
    let wrong = ines.send_json("PATCH", &path, json!({ "name": "" })).await;
    assert_eq!(
        wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"],
        json!({ "name": ["cannot be empty"] })
    );
    let list = ines.get("/api/v1/watches").await.expect(StatusCode::OK).json();
    let names: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["Overdubs", "Fiddle, country"]);
    assert_eq!(list["next"], json!(null));
    let gone = ines.send_json("DELETE", &path, json!({})).await;
    gone.expect(StatusCode::NO_CONTENT);
    let back = ines.post_json(&format!("{path}/restore"), json!({})).await;
    assert_eq!(back.expect(StatusCode::OK).json()["name"], "Overdubs");
}

#[tokio::test]
async fn searches_leave_with_their_owner() {
    let (app, ines) = scene().await;
    app.musician("Josiah Pell").await;
    assert_eq!(look(&app).await, 1);
    let left = ines.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    for table in ["select count(*) from watches", "select count(*) from watch_stops"] {
        let n: i64 = query_scalar(table).fetch_one(app.db()).await.unwrap();
        assert_eq!(n, 0, "{table}");
    }
    app.musician("Delphine Tarrow").await;
    app.wait(TimeDelta::hours(25));
    assert_eq!(look(&app).await, 0);
}
