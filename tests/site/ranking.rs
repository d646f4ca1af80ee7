//! The order of the best match: what is said of it at `/about/ranking`, what Postgres orders by, and
//! who ends up where.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::Row;

use crate::{
    calls,
    support::{Client, TestApp},
};

/// What is said of newcomers, as the program has it beside the database.
const NEWCOMER_CREDITS: u32 = 3;
const NEWCOMER_DAYS: f64 = 90.0;
const A_PLACE_IN: u32 = 6;

/// The first numbers in some text, in order.
fn numbers(text: &str) -> Vec<f64> {
    let words = text.split(|c: char| !c.is_ascii_digit() && c != '.');
    words.filter_map(|word| word.trim_matches('.').parse().ok()).collect()
}

#[tokio::test]
async fn what_is_said_of_the_order_is_what_postgres_orders_by() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/about/ranking").await.expect(StatusCode::OK);
    let weights = sqlx::query(
        "select a_doubling_of_credits::float8, open_days::float8, answers::float8, reviews::float8,
                newcomer_credits::float8, newcomer_days::float8, a_place_in::float8 from ranking_weights()",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    let weight = |name: &str| weights.get::<f64, _>(name);
    let (open, answers, reviews) = (weight("open_days"), weight("answers"), weight("reviews"));

    let part = |at: usize| page.texts(".part")[at].clone();
    assert_eq!(numbers(&part(0))[..2], [weight("a_doubling_of_credits"), open + answers + reviews]);
    let points: Vec<f64> = page.texts(".part li b").iter().map(|told| numbers(told)[0]).collect();
    assert_eq!(points, [open, answers, reviews]);
    assert_eq!(
        numbers(&part(2)),
        [weight("a_place_in"), weight("newcomer_days"), weight("newcomer_credits")]
    );
    // The walk over the listings, its index of newcomers and the seats of a page say the same: below,
    // `each_sixth_place_is_for_the_newest_and_no_other` holds the program to these very numbers.
    assert_eq!(
        ["newcomer_credits", "newcomer_days", "a_place_in"].map(weight),
        [f64::from(NEWCOMER_CREDITS), NEWCOMER_DAYS, f64::from(A_PLACE_IN)]
    );
    let index: String = sqlx::query_scalar(
        "select pg_get_expr(indpred, indrelid) from pg_index
         where indexrelid = 'listing_entries_of_newcomers'::regclass",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(index, format!("(credits < {NEWCOMER_CREDITS})"));
    // The promise that is made there: who has done it twice as often always comes first.
    for credits in 1..200_i32 {
        let gap = f64::from(1 + 2 * credits).log2() - f64::from(1 + credits).log2();
        assert!(gap * weight("a_doubling_of_credits") > open + answers + reviews, "{credits}");
    }
    // And the table of examples.
    let examples = (page.texts("tbody th"), page.texts("tbody td"));
    assert_eq!((examples.0.len(), examples.1.len()), (6, 6));
    for (credits, told) in examples.0.into_iter().zip(examples.1) {
        let credits: i64 = credits.parse().unwrap();
        let points: f64 = sqlx::query_scalar("select points($1, 0, 0, 0)::float8")
            .bind(credits)
            .fetch_one(app.db())
            .await
            .unwrap();
        assert_eq!(told, points.round().to_string(), "{credits}");
    }
}

/// Every line that search walks, by the formula as this test understands it.
#[tokio::test]
async fn points_are_made_of_nothing_else() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    // Some are reviewed: by five stars and by one.
    sqlx::query(
        "insert into reviews (booking_id, by_account, by_side, musician_id, stars, words, written_at, published_at)
         select b.id, c.producer_id, 'producer', b.musician_id, 1 + (b.id % 5), 'On time.', $1, $1
         from bookings b join calls c on c.id = b.call_id where b.status = 'done' and b.id % 7 = 0
         on conflict do nothing",
    )
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let rows = sqlx::query(
        "select e.musician_id, e.instrument_id, e.genre_id, e.points::float8 as points, e.credits,
                (select count(*) from credits c
                 where c.musician_id = e.musician_id and c.status = 'confirmed'
                   and e.instrument_id in (0, c.instrument_id)
                   and (e.genre_id = 0 or c.genre_id = e.genre_id
                        or (select parent_id from genres where id = c.genre_id) = e.genre_id)) as counted,
                (select open_days from open_times o where o.musician_id = e.musician_id) as open_days,
                (select count(*) from bookings b where b.musician_id = e.musician_id
                 and b.status not in ('requested', 'withdrawn')) as ended,
                (select count(*) from bookings b where b.musician_id = e.musician_id
                 and b.status = 'lapsed') as lapsed,
                (select avg(stars)::float8 from reviews r where r.musician_id = e.musician_id
                 and r.by_side = 'producer' and r.published_at is not null and r.taken_down_at is null) as stars
         from listing_entries e order by 1, 2, 3",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert!(rows.len() > 500);
    let (mut reviewed, mut unanswered) = (0, 0);
    for row in rows {
        let counted: i64 = row.get("counted");
        assert_eq!(i64::from(row.get::<i32, _>("credits")), counted);
        let (ended, lapsed): (i64, i64) = (row.get("ended"), row.get("lapsed"));
        let answered = if ended >= 3 { 1.0 - lapsed as f64 / ended as f64 } else { 0.5 };
        let stars: Option<f64> = row.get("stars");
        let liked = stars.map_or(0.5, |stars| (stars - 1.0) / 4.0);
        let open = f64::from(row.get::<i16, _>("open_days")) / 28.0;
        let right =
            100.0 * (1.0 + counted as f64).log2() + 20.0 * open + 15.0 * answered + 15.0 * liked;
        let points: f64 = row.get("points");
        let who: i64 = row.get("musician_id");
        assert!((points - right).abs() < 0.01, "{who}: {points}, not {right}");
        reviewed += u32::from(stars.is_some());
        unanswered += u32::from(lapsed > 0);
    }
    assert!(reviewed > 0 && unanswered > 0, "the world has all there is to weigh");
}

/// Somebody to be found: how many credits they have, how long they are here, what they play.
struct Player {
    name: String,
    credits: i32,
    days_here: f64,
    instrument: &'static str,
}

fn player(name: impl Into<String>, credits: i32, days_here: f64) -> Player {
    Player { name: name.into(), credits, days_here, instrument: "fiddle" }
}

/// Lists them, all in country and all equally free.
async fn list(app: &TestApp, players: &[Player]) {
    for one in players {
        let slug = one.name.to_lowercase().replace(' ', "-");
        let at = app.now() - TimeDelta::minutes((one.days_here * 24.0 * 60.0) as i64);
        sqlx::query(
            "with a as (insert into accounts (email, name, password_hash, plays, books, zone, verified_at, created_at)
                  values (($1 || '@example.test')::citext, $2, '', true, false, 'UTC', $3, $3) returning id),
             m as (insert into musicians (account_id, slug, name, headline, place, zone, status, created_at, published_at)
                  select id, $1, $2, 'Plays', 'Nashville', 'UTC', 'published', $3, $3 from a returning id),
             i as (insert into musician_instruments (musician_id, instrument_id, is_primary, position)
                  select m.id, i.id, true, 1 from m, instruments i where i.slug = $5),
             g as (insert into musician_genres (musician_id, genre_id)
                  select m.id, g.id from m, genres g where g.slug = 'country'),
             r as (insert into recordings (title, artist, created_at) values ('Dust', $2, $3) returning id)
             insert into credits (recording_id, musician_id, credited_as, instrument_id, genre_id, played_on,
                                  status, confirmed_at, created_at)
                  select r.id, m.id, $2, i.id, g.id, $3::date, 'confirmed', $3, $3
                  from r, m, instruments i, genres g, generate_series(1, $4)
                  where i.slug = $5 and g.slug = 'country'",
        )
        .bind(slug)
        .bind(&one.name)
        .bind(at)
        .bind(one.credits)
        .bind(one.instrument)
        .execute(app.db())
        .await
        .unwrap();
    }
}

/// Who is found, page after page, each with whether they have a place that is kept for the new.
async fn all(anyone: &Client, query: &str) -> Vec<Vec<(String, bool)>> {
    let mut pages = Vec::new();
    let mut path = format!("/api/v1/musicians?{query}");
    loop {
        let page = anyone.get(&path).await.expect(StatusCode::OK).json();
        let hit = |hit: &Value| {
            (hit["name"].as_str().unwrap().to_owned(), hit["is_new"].as_bool().unwrap())
        };
        pages.push(page["items"].as_array().unwrap().iter().map(hit).collect());
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/musicians?{query}&after={next}"),
            None => return pages,
        }
    }
}

#[tokio::test]
async fn each_sixth_place_is_for_the_newest_and_no_other() {
    let app = TestApp::new().await;
    let old = (0..26).map(|n| player(format!("Old {n:02}"), 40 - n, 200.0));
    // The later they came, the earlier they are shown.
    let new = (0..5).map(|n| player(format!("New {n:02}"), n % 3, 1.0 + f64::from(n)));
    // Neither who has been here for long, nor who has credits enough.
    let enough = NEWCOMER_CREDITS as i32;
    let neither =
        [player("Long Here", 1, NEWCOMER_DAYS + 1.0), player("Three Credits", enough, 1.0)];
    list(&app, &old.chain(new).chain(neither).collect::<Vec<_>>()).await;

    for query in ["instrument=fiddle", "genre=country", "instrument=fiddle&genre=country", ""] {
        let pages = all(&app.stranger(), query).await;
        let (mut old, mut new) = (0, 0);
        for page in &pages {
            for (at, (name, is_new)) in page.iter().enumerate() {
                let is_kept = (at + 1) % A_PLACE_IN as usize == 0 && new < 5;
                assert_eq!(*is_new, is_kept, "{query}: {name} at {at} of {pages:?}");
                if is_kept {
                    assert_eq!(*name, format!("New {new:02}"), "{query}");
                    new += 1;
                } else {
                    if old < 26 {
                        assert_eq!(*name, format!("Old {old:02}"), "{query}");
                    }
                    old += 1;
                }
            }
        }
        assert_eq!((old, new), (28, 5), "{query}: everybody once");
        assert_eq!(
            pages.concat()[31..],
            [("Three Credits".into(), false), ("Long Here".into(), false)]
        );
    }
    // After a season nobody is new.
    app.wait(TimeDelta::days(NEWCOMER_DAYS as i64));
    let pages = all(&app.stranger(), "instrument=fiddle").await.concat();
    assert_eq!(pages.len(), 33);
    assert!(pages.iter().all(|(_, is_new)| !is_new));
    assert_eq!(pages[5].0, "Old 05");
    assert_eq!(pages[26].0, "Three Credits");
}

#[tokio::test]
async fn kin_come_behind_everybody_who_plays_the_very_instrument() {
    let app = TestApp::new().await;
    let mut players = vec![
        player("Fiddler With None", 0, 300.0),
        player("Fiddler With Two", 2, 300.0),
        player("New Fiddler", 0, 1.0),
    ];
    let violinist = |name: &str, credits, days_here| Player {
        instrument: "violin",
        ..player(name, credits, days_here)
    };
    players
        .extend([violinist("Violinist With Fifty", 50, 300.0), violinist("New Violinist", 0, 1.0)]);
    players.extend((0..6).map(|n| violinist(&format!("Violinist {n}"), 20 - n, 300.0)));
    list(&app, &players).await;
    let found = all(&app.stranger(), "instrument=fiddle").await.concat();
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        names,
        [
            "Fiddler With Two",
            "Fiddler With None",
            "New Fiddler",
            "Violinist With Fifty",
            "Violinist 0",
            "New Violinist",
            "Violinist 1",
            "Violinist 2",
            "Violinist 3",
            "Violinist 4",
            "Violinist 5",
        ]
    );
    // What is counted is named: of a violinist it is the violin.
    let anyone = app.stranger();
    let page = anyone.get("/musicians?instrument=fiddle&genre=country").await;
    let record = page.texts(".player .rec");
    assert!(record[0].starts_with("2 country fiddle credits"), "{record:?}");
    assert!(record[3].starts_with("50 country violin credits"), "{record:?}");
    let records = page.attributes(".player .rec a", "href");
    assert!(records[0].ends_with("&instrument=fiddle&genre=country"), "{records:?}");
    assert!(records[1].ends_with("&instrument=violin&genre=country"), "{records:?}");
    let json = anyone.get("/api/v1/musicians?instrument=fiddle").await.json();
    let told = |at: usize, field: &str| json["items"][at][field].clone();
    assert_eq!(
        [0, 3].map(|at| (told(at, "matching_credits"), told(at, "matching_instrument"))),
        [(json!(2), json!("fiddle")), (json!(50), json!("violin"))]
    );
    assert_eq!(told(0, "matching_genre"), Value::Null);
    // And where several will do, each is counted by the one they are found by.
    let page = anyone.get("/musicians?instrument=violin&instrument=fiddle").await;
    let record = page.texts(".player .rec");
    assert!(record[0].starts_with("50 violin credits"), "{record:?}");
    assert!(record.iter().any(|it| it.starts_with("2 fiddle credits")), "{record:?}");
    let at_once = page.texts("fieldset label:has([name=match]) b");
    assert_eq!(at_once, ["0"], "nobody plays both");
    // Of one player for both, nobody is kin.
    let both = all(&app.stranger(), "instrument=fiddle&instrument=violin&match=all").await.concat();
    assert!(both.is_empty());
}

fn call(player: &str) -> Value {
    calls::call(json!({
        "title": format!("Dust, for {player}"), "artist": "June", "date": "2026-11-24",
        "place": "Room A", "brief": "Dry.",
    }))
}

/// What the search says of each, by name: their place, what counts, what is claimed.
async fn standing(anyone: &Client) -> BTreeMap<String, (usize, i64, i64)> {
    let found = anyone.get("/api/v1/musicians?instrument=fiddle&genre=country").await.json();
    let each = found["items"].as_array().unwrap().iter().enumerate();
    each.map(|(at, hit)| {
        let number = |field: &str| hit[field].as_i64().unwrap();
        let told = (at, number("matching_credits"), number("claimed_credits"));
        (hit["name"].as_str().unwrap().to_owned(), told)
    })
    .collect()
}

#[tokio::test]
async fn a_credit_raises_once_it_is_confirmed_and_a_claimed_one_never() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    let _maren = app.musician("Maren Oakley").await;
    let josiah = app.musician("Josiah Pell").await;
    // They are not new, or the newest would come first.
    sqlx::query("update musicians set published_at = $1")
        .bind(app.now() - TimeDelta::days(200))
        .execute(app.db())
        .await
        .unwrap();
    let anyone = app.stranger();
    let place = async |name: &str| standing(&anyone).await[name];
    assert_eq!((place("Maren Oakley").await, place("Josiah Pell").await), ((0, 0, 0), (1, 0, 0)));

    let sent = ines.post("/musicians/josiah-pell/calls", call("Josiah")).await;
    let booking = sent.location().to_owned();
    josiah.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::days(2));
    let credit = json!({
        "title": "Dust", "artist": "June", "isrc": "", "credited_as": "Josiah Pell",
        "instrument": "fiddle",
    });
    ines.post(&format!("{booking}/done"), credit).await.expect(StatusCode::SEE_OTHER);
    let before = points(&app).await;
    assert_eq!(place("Josiah Pell").await.1, 0, "a draft does not count");
    josiah.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(place("Josiah Pell").await, (0, 1, 0));
    let gained = points(&app).await["josiah-pell"] - before["josiah-pell"];
    assert!((gained - 100.0).abs() < 0.01, "the first is worth a doubling: {gained}");

    // However many somebody claims.
    let before = points(&app).await;
    sqlx::query(
        "insert into credits (recording_id, musician_id, credited_as, instrument_id, genre_id, played_on,
                              status, awaits, created_at)
         select 1, m.id, m.name, i.id, g.id, '2020-01-01', 'claimed', 'producer', $1
         from musicians m, instruments i, genres g, generate_series(1, 50)
         where m.slug = 'maren-oakley' and i.slug = 'fiddle' and g.slug = 'country'",
    )
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    assert_eq!((place("Josiah Pell").await, place("Maren Oakley").await), ((0, 1, 0), (1, 0, 50)));
    assert_eq!(points(&app).await, before);
    let page = anyone.get("/musicians?instrument=fiddle&genre=country").await;
    assert!(page.texts(".player .rec")[1].contains("50 claimed, not counted"));
}

async fn points(app: &TestApp) -> BTreeMap<String, f64> {
    let points: Vec<(String, f64)> = sqlx::query_as(
        "select l.slug, e.points::float8 from listing_entries e join listings l using (musician_id)
         join instruments i on i.id = e.instrument_id join genres g on g.id = e.genre_id
         where i.slug = 'fiddle' and g.slug = 'country'",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    points.into_iter().collect()
}
