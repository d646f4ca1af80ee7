//! No search, no profile and no recording is answered by reading a whole table of people or of what
//! they did. Postgres itself tells the plan of every statement that the app really sent, through
//! `auto_explain`, with sequential scans discouraged: one that is left has no index to go by.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex},
};

use axum::http::StatusCode;
use serde_json::Value;
use tracing::{Event, Subscriber, field::Visit};
use tracing_subscriber::{Layer, layer::Context, prelude::*};

use crate::support::{Client, Reply, TestApp};

/// Tables that grow with the people of the site.
const GROWING: [&str; 49] = [
    "absences",
    "accounts",
    "attachments",
    "billing_details",
    "booking_events",
    "bookings",
    "call_files",
    "calls",
    "credits",
    "day_exception_spans",
    "day_exceptions",
    "day_shapes",
    "delays",
    "demos",
    "digest_lines",
    "evidence",
    "favourites",
    "feeds",
    "invoice_series",
    "invoices",
    "listing_changes",
    "listing_entries",
    "listings",
    "mail_stops",
    "messages",
    "musician_genres",
    "musician_instruments",
    "musician_slugs",
    "musicians",
    "no_show_statements",
    "no_shows",
    "notices",
    "offers",
    "open_times",
    "own_packs",
    "own_terms",
    "places",
    "portraits",
    "recordings",
    "report_seals",
    "report_signatures",
    "report_versions",
    "reviews",
    "seasons",
    "sign_ins",
    "thread_readers",
    "watches",
    "weekly_hours",
    "wishes",
];

/// What makes connections tell their plans.
const TELLING: [&str; 5] = [
    "load 'auto_explain'",
    "set auto_explain.log_min_duration = 0",
    "set auto_explain.log_format = 'json'",
    "set auto_explain.log_level = 'notice'",
    "set auto_explain.log_nested_statements = on",
];

/// Hears the plans that Postgres tells.
#[derive(Clone, Default)]
struct Plans(Arc<Mutex<Vec<Value>>>);

impl<S: Subscriber> Layer<S> for Plans {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Message(String);
        impl Visit for Message {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}");
                }
            }
            fn record_str(&mut self, field: &tracing::field::Field, value: &str) {
                if field.name() == "message" {
                    self.0 = value.to_owned();
                }
            }
        }
        if event.metadata().target() != "sqlx::postgres::notice" {
            return;
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        if let Some((_, plan)) = message.0.split_once("plan:") {
            self.0.lock().unwrap().push(serde_json::from_str(plan).unwrap());
        }
    }
}

impl Plans {
    /// The plans of all statements since the last time.
    fn take(&self) -> Vec<Value> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Every table that a plan reads from one end to the other: as it lies, or along an index of which
/// no part is asked for and that nothing cuts short.
fn scanned(plan: &Value, is_limited: bool, found: &mut BTreeSet<String>) {
    let kind = plan["Node Type"].as_str().unwrap();
    let is_whole = match kind {
        "Seq Scan" => true,
        "Index Scan" | "Index Only Scan" => plan["Index Cond"].is_null() && !is_limited,
        _ => false,
    };
    if is_whole {
        found.insert(plan["Relation Name"].as_str().unwrap().to_owned());
    }
    // What is sorted or summed is read to its end, whatever is wanted of it.
    let is_limited = match kind {
        "Limit" => true,
        "Sort" | "Aggregate" | "Hash" | "WindowAgg" => false,
        _ => is_limited,
    };
    for part in plan["Plans"].as_array().into_iter().flatten() {
        scanned(part, is_limited, found);
    }
}

fn indexes(plan: &Value, found: &mut BTreeSet<String>) {
    found.extend(plan["Index Name"].as_str().map(str::to_owned));
    for part in plan["Plans"].as_array().into_iter().flatten() {
        indexes(part, found);
    }
}

/// Asks, and adds to `wrong` what was read whole for it. Answers the page and the plans.
async fn ask(
    anyone: &Client,
    plans: &Plans,
    path: &str,
    wrong: &mut BTreeSet<String>,
) -> (Reply, Vec<Value>) {
    plans.take();
    let answer = anyone.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    let told = plans.take();
    for one in &told {
        let mut tables = BTreeSet::new();
        scanned(&one["Plan"], false, &mut tables);
        for table in tables.iter().filter(|table| GROWING.contains(&table.as_str())) {
            let text = one["Query Text"].as_str().unwrap();
            wrong.insert(format!("{path} reads all of {table}: {text}"));
        }
    }
    (answer, told)
}

/// The sample world, on connections that tell their plans.
async fn world() -> TestApp {
    const SAID: [&str; 8] = [
        TELLING[0],
        TELLING[1],
        TELLING[2],
        TELLING[3],
        TELLING[4],
        "set enable_seqscan = off",
        // So few rows are soon joined by reading all of them, where many would not be.
        "set enable_hashjoin = off",
        "set enable_mergejoin = off",
    ];
    let app = TestApp::with(&SAID).await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    for sql in [
        "update musicians set languages = '{en}', unions = '{afm}'",
        // Nobody there has days of their own: a table of nothing is read whole by any plan.
        "insert into day_exceptions (musician_id, day)
             select id, date '2027-01-01' + n from musicians, generate_series(0, 39) n on conflict do nothing",
        "insert into day_exception_spans (musician_id, day, from_minute, to_minute)
             select musician_id, day, 540, 1080 from day_exceptions on conflict do nothing",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    sqlx::query("analyze").execute(app.db()).await.unwrap();
    app
}

#[tokio::test]
async fn every_table_that_is_watched_is_there() {
    let app = TestApp::new().await;
    for table in GROWING {
        let there: bool = sqlx::query_scalar("select to_regclass($1) is not null")
            .bind(table)
            .fetch_one(app.db())
            .await
            .unwrap();
        assert!(there, "{table} is no table");
    }
}

/// As it is in use: thousands of players, and Postgres free to choose.
#[tokio::test]
async fn among_thousands_nothing_is_discouraged_and_still_no_search_reads_all_of_a_table() {
    let app = TestApp::new().await;
    first_call::bench::fill(app.db(), 4_000, app.now(), |_| {}).await.unwrap();
    sqlx::query("analyze").execute(app.db()).await.unwrap();
    // Only who reads tells: of filling, each trigger would.
    let app = app.another_with(&TELLING).await;
    let anyone = app.stranger();
    // Whoever comes first reads all listings into memory; whoever comes later does not.
    anyone.get("/musicians").await.expect(StatusCode::OK);
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
    for sort in ["best", "soonest", "rate", "credits", "newest"] {
        for asked in ASKED {
            for time in &TIMES[..2] {
                let query = [asked, *time].into_iter().filter(|part| !part.is_empty());
                let query = query.chain([format!("sort={sort}").leak() as &str]);
                let path = format!("/musicians?{}", query.collect::<Vec<_>>().join("&"));
                ask(&anyone, &plans, &path, &mut wrong).await;
            }
        }
    }
    let slugs = "select slug from musicians where status = 'published' order by id limit 3";
    let slugs: Vec<String> = sqlx::query_scalar(slugs).fetch_all(app.db()).await.unwrap();
    for slug in slugs {
        ask(&anyone, &plans, &format!("/musicians/{slug}"), &mut wrong).await;
    }
    // A table of nothing is read whole by any plan; the sample world has something in these.
    let empty = "select relname::text from pg_class where relkind = 'r' and reltuples <= 0";
    let empty: Vec<String> = sqlx::query_scalar(empty).fetch_all(app.db()).await.unwrap();
    for table in ["musicians", "credits", "open_times", "listings", "listing_entries", "demos"] {
        assert!(!empty.contains(&table.to_owned()), "{table} is empty");
    }
    wrong.retain(|it| !empty.iter().any(|table| it.contains(&format!("reads all of {table}:"))));
    assert!(
        wrong.is_empty(),
        "{} of them:\n{}",
        wrong.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

const ASKED: [&str; 25] = [
    "",
    "instrument=fiddle",
    "instrument=drum-kit",
    "instrument=theremin",
    "instrument=fiddle&instrument=mandolin",
    "instrument=fiddle&instrument=mandolin&match=all",
    "genre=country",
    "genre=fado",
    "instrument=fiddle&genre=country",
    "place=Nashville",
    "place=Nashville&km=1000",
    "place=London&way=either",
    "way=room",
    "way=remote",
    "max=1000&currency=USD",
    "max=300&currency=GBP",
    "max=200&currency=EUR&way=remote",
    "charts=ear",
    "charts=notation&charts=numbers",
    "language=en",
    "union=afm",
    "audio=1",
    "q=maren",
    "q=country+fiddle",
    "q=the",
];
const TIMES: [&str; 4] = [
    "",
    "date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago",
    "date=2026-12-08&until=2026-12-20&hours=3&zone=Europe/London",
    // Further ahead than open time is kept: calendars are asked.
    "date=2027-09-14&from=10:00&to=13:00&zone=America/Chicago",
];

#[tokio::test]
async fn no_kind_of_search_reads_all_of_a_table() {
    let app = world().await;
    let anyone = app.stranger();
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
    let (mut walked, mut among, mut used) = (0, 0, BTreeSet::new());
    for sort in ["best", "soonest", "rate", "credits", "newest"] {
        for asked in ASKED {
            // Only these two walk an index, and go on asking past what search knows.
            let times = if matches!(sort, "best" | "credits") { 4 } else { 2 };
            for time in &TIMES[..times] {
                let query = [asked, *time].into_iter().filter(|part| !part.is_empty());
                let query = query.chain([format!("sort={sort}").leak() as &str]);
                let path = format!("/musicians?{}", query.collect::<Vec<_>>().join("&"));
                let (page, mut told) = ask(&anyone, &plans, &path, &mut wrong).await;
                if let Some(next) = page.attributes("a[rel=next]", "href").first() {
                    told.extend(ask(&anyone, &plans, next, &mut wrong).await.1);
                }
                for one in &told {
                    let text = one["Query Text"].as_str().unwrap();
                    if text.contains("from found f join listings") {
                        let is_among = text.contains("best as materialized");
                        (walked, among) =
                            (walked + u32::from(!is_among), among + u32::from(is_among));
                    }
                    indexes(&one["Plan"], &mut used);
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of them:\n{}",
        wrong.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
    // Both ways through the listings were taken, and each order by its own index.
    assert!(walked > 50 && among > 50, "{walked} walked, {among} among");
    for index in [
        "listing_entries_by_points",
        "listing_entries_by_credits",
        "listing_entries_of_newcomers",
        "listings_pkey",
        "open_times_pkey",
        "places_by_name",
    ] {
        assert!(used.contains(index), "{index} is of no use: {used:?}");
    }
}

#[tokio::test]
async fn no_public_page_reads_all_of_a_table() {
    let app = world().await;
    let anyone = app.stranger();
    let recordings = anyone.get("/recordings").await.attributes(".discog a", "href");
    let recording = recordings.iter().find(|path| path.starts_with("/recordings/")).unwrap();
    // How many there are of everything is counted now and then, not for each reader.
    anyone.get("/").await.expect(StatusCode::OK);
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
    for path in [
        "/musicians/maren-oakley",
        "/musicians/hattie-lindgren",
        "/musicians/maren-oakley/demos",
        "/musicians/maren-oakley/terms",
        "/packs",
        "/packs/mu-bpi",
        "/api/v1/musicians/maren-oakley",
        "/api/v1/musicians?instrument=fiddle",
        "/recordings?musician=maren-oakley",
        "/recordings?musician=maren-oakley&instrument=fiddle&genre=country",
        recording,
        "/api/v1/places?q=nash",
        "/recordings",
        "/recordings?q=harrow",
        "/",
        "/instruments",
        "/instruments/fiddle",
        "/genres/country",
    ] {
        let (_, told) = ask(&anyone, &plans, path, &mut wrong).await;
        assert!(!told.is_empty(), "{path} asks nothing");
    }
    assert!(
        wrong.is_empty(),
        "{} of them:\n{}",
        wrong.len(),
        wrong.into_iter().collect::<Vec<_>>().join("\n")
    );
}

#[tokio::test]
async fn a_feed_is_read_in_two_statements_and_no_table_whole() {
    let app = world().await;
    let secret = "5e".repeat(32);
    sqlx::query(
        "insert into feeds (musician_id, secret_hash, name, detail, created_at)
         select id, sha256(decode($1, 'hex')), 'A phone', 'full', $2 from musicians
         where slug = 'maren-oakley'",
    )
    .bind(&secret)
    .bind(app.now())
    .execute(app.db())
    .await
    .unwrap();
    let path = format!("/feeds/{secret}.ics");
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    let program = app.stranger();
    program.get(&path).await.expect(StatusCode::OK);
    let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
    let (feed, told) = ask(&program, &plans, &path, &mut wrong).await;
    assert!(feed.body.contains("BEGIN:VEVENT"), "{}", feed.body);
    // Whatever else is asked, sqlx asks of types that its connection has not met.
    let texts = told.iter().map(|one| one["Query Text"].as_str().unwrap());
    let ours: Vec<&str> = texts.filter(|text| !text.contains("pg_type")).collect();
    assert_eq!(ours.len(), 2, "whose it is, and what is in it: {ours:#?}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_conversation_reads_no_table_whole() {
    let app = world().await;
    let maren = app.stranger();
    let password = first_call::accounts::DEMO_PASSWORD;
    let form = [("email", "musician@example.test"), ("password", password)];
    maren.post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
    let thread = maren.get("/messages").await.attributes(".inbox a", "href").remove(0);
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
    for path in [
        "/messages",
        &thread,
        &format!("/api/v1{thread}"),
        "/inbox",
        "/inbox?unread=yes&topic=answer&q=dust",
        "/account/notifications",
    ] {
        let (_, told) = ask(&maren, &plans, path, &mut wrong).await;
        assert!(!told.is_empty(), "{path} asks nothing");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn papers_and_the_ledger_read_no_table_whole() {
    let app = world().await;
    // One invoice alone is soon read whole: here everybody has sent some.
    for sql in [
        "insert into report_seals (booking_id, text, sha256, report, sealed_at)
             select b.id, 'x', encode(sha256('x'), 'hex'), s.report, s.sealed_at
             from bookings b, report_seals s where b.status = 'done' on conflict do nothing",
        "insert into invoices (booking_id, musician_id, payer_id, number, issued_at, issued_on, due_on,
                               tax, total, currency, document)
             select b.id, b.musician_id, c.producer_id,
                    coalesce((select max(number) from invoices x where x.musician_id = b.musician_id), 0)
                        + row_number() over (partition by b.musician_id order by b.id),
                    v.issued_at, v.issued_on, v.due_on, v.tax, v.total, v.currency, v.document
             from bookings b join calls c on c.id = b.call_id, invoices v
             where b.status = 'done' and b.id % 2 = 0 and v.booking_id <> b.id
             order by b.musician_id, b.id",
        "analyze",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let password = first_call::accounts::DEMO_PASSWORD;
    let (plans, mut wrong) = (Plans::default(), BTreeSet::new());
    for (who, pages) in [
        (
            "musician@example.test",
            &[
                "/invoices",
                "/invoices?show=open",
                "/invoices?show=to-make",
                "/invoices/1",
                "/earnings?year=2026",
                "/earnings?month=2026-11",
                "/earnings.csv?year=2026",
                "/api/v1/invoices",
            ][..],
        ),
        (
            "producer@example.test",
            &["/invoices", "/spending?year=2026", "/spending.csv?year=2026", "/account/billing"],
        ),
    ] {
        let reader = app.stranger();
        let form = [("email", who), ("password", password)];
        reader.post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
        let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
        for path in pages {
            let (_, told) = ask(&reader, &plans, path, &mut wrong).await;
            assert!(!told.is_empty(), "{path} asks nothing");
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// As a page and as a program reads them, for who is asked and for who asks, however they are narrowed.
#[tokio::test]
async fn no_list_of_bookings_reads_a_table_whole() {
    let app = world().await;
    // Few are open there, which any plan would read whole.
    for sql in [
        "insert into offers (booking_id, side, fee, currency, due_at, made_at, expires_at, status)
         select b.id, 'musician', 1, 'USD', b.happens_at, b.created_at, b.happens_at,
                case when b.status = 'confirmed' then 'open' else 'accepted' end::offer_status
         from bookings b where not exists (select from offers o where o.booking_id = b.id)",
        "analyze offers, bookings",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let mut wrong = BTreeSet::new();
    for email in ["musician@example.test", "producer@example.test"] {
        let one = app.stranger();
        let form = [("email", email), ("password", first_call::accounts::DEMO_PASSWORD)];
        one.post("/sign-in", form).await.expect(StatusCode::SEE_OTHER);
        let plans = Plans::default();
        let _heard = tracing_subscriber::registry().with(plans.clone()).set_default();
        let mut used = BTreeSet::new();
        for face in ["", "/api/v1"] {
            for tab in ["waiting", "ahead", "past", "all"] {
                for narrowed in [
                    "",
                    "&role=musician",
                    "&turn=mine",
                    "&status=lapsed",
                    "&kind=remote&instrument=fiddle",
                    "&from=2026-11-01&until=2026-12-31",
                    "&with=mar",
                    "&q=piano",
                    "&after=0.1764576000000000.5.5",
                ] {
                    let path = format!("{face}/bookings?tab={tab}{narrowed}");
                    let (_, told) = ask(&one, &plans, &path, &mut wrong).await;
                    told.iter().for_each(|plan| indexes(&plan["Plan"], &mut used));
                }
            }
        }
        let mine = ["of_producer", "of_musician"].map(|side| format!("bookings_{side}"));
        assert!(mine.iter().all(|index| used.contains(index)), "{used:?}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
