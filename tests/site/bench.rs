use first_call::bench::{self, NotEmpty};
use sqlx::{AssertSqlSafe, PgPool, query_as, query_scalar};

use crate::support::TestApp;

const TABLES: [&str; 18] = [
    "accounts",
    "musicians",
    "musician_slugs",
    "musician_instruments",
    "musician_genres",
    "profile_events",
    "weekly_hours",
    "day_exceptions",
    "calls",
    "bookings",
    "booking_events",
    "recordings",
    "credits",
    "reviews",
    "demos",
    "open_times",
    "listings",
    "listing_entries",
];

async fn world(musicians: i64) -> TestApp {
    let app = TestApp::new().await;
    bench::fill(app.db(), musicians, app.now(), |_| {}).await.unwrap();
    app
}

/// Each table in one number, whatever the order of its rows.
async fn sums(db: &PgPool) -> Vec<(&'static str, i64, String)> {
    let mut sums = Vec::new();
    for table in TABLES {
        let sql = format!(
            "select count(*), coalesce(sum(hashtextextended(t::text, 0)), 0)::text from {table} t"
        );
        let (rows, sum) = query_as(AssertSqlSafe(sql)).fetch_one(db).await.unwrap();
        sums.push((table, rows, sum));
    }
    sums
}

async fn count(db: &PgPool, sql: &str) -> i64 {
    query_scalar(AssertSqlSafe(format!("select count(*) from ({sql}) rows")))
        .fetch_one(db)
        .await
        .unwrap()
}

#[tokio::test]
async fn the_same_seed_makes_the_same_world() {
    let (one, other) = tokio::join!(world(200), world(200));
    assert_eq!(sums(one.db()).await, sums(other.db()).await);
}

#[tokio::test]
async fn everybody_in_a_bench_world_has_ten_bookings_and_thirty_credits() {
    let app = world(200).await;
    let db = app.db();
    assert_eq!(count(db, "select from musicians where status = 'published'").await, 200);
    let each = |table| format!("select musician_id from {table} group by 1 having count(*) =");
    assert_eq!(count(db, &format!("{} 10", each("bookings"))).await, 200);
    assert_eq!(count(db, &format!("{} 30", each("credits"))).await, 200);
    let statuses: Vec<String> =
        query_scalar("select distinct status::text from bookings order by 1")
            .fetch_all(db)
            .await
            .unwrap();
    assert_eq!(
        statuses,
        ["cancelled", "confirmed", "declined", "done", "lapsed", "requested", "withdrawn"]
    );
    // Nothing that the checks and the foreign keys forbid, which were not looked at on the way in.
    let orphans = "select b.id from bookings b left join calls c on c.id = b.call_id
                   left join accounts a on a.id = c.producer_id where a.id is null
                   union all select c.id from credits c left join recordings r on r.id = c.recording_id
                   where r.id is null
                   union all select c.id from credits c left join bookings b on b.id = c.booking_id
                   where c.booking_id is not null and (b.status is distinct from 'done'
                         or b.musician_id <> c.musician_id or b.instrument_id <> c.instrument_id)
                   union all select e.booking_id from booking_events e
                   left join bookings b on b.id = e.booking_id where b.id is null
                   union all select r.id from reviews r left join bookings b on b.id = r.booking_id
                   where b.status is distinct from 'done'
                   union all select d.id from demos d left join credits c on c.id = d.credit_id
                   where c.musician_id is distinct from d.musician_id
                   union all select m.id from musicians m left join accounts a on a.id = m.account_id
                   where a.plays is distinct from true";
    assert_eq!(count(db, orphans).await, 0);
    let shared = "select recording_id from credits group by 1 having count(*) > 1";
    assert!(count(db, shared).await > 500);
    let past = "select b.id from bookings b join calls c on c.id = b.call_id
                where (b.status = 'done') and coalesce(c.ends_at, c.due_at) > '2026-11-23T15:00:00Z'";
    assert_eq!(count(db, past).await, 0);
}

/// What search walks is what its own code would make of the rest: nothing is left to be refreshed.
#[tokio::test]
async fn what_is_derived_in_a_bench_world_is_what_everyday_use_would_make() {
    let app = world(200).await;
    let db = app.db();
    let before = sums(db).await;
    query_as::<_, (String,)>("select refresh_listings(array(select id from musicians))::text")
        .fetch_one(db)
        .await
        .unwrap();
    // Overdue, so that all of it is made anew.
    sqlx::query("update open_times set known_until = '-infinity', free = '{}', open_days = 0")
        .execute(db)
        .await
        .unwrap();
    let mut one = db.acquire().await.unwrap();
    let extended = first_call::availability::extend_open_times(&mut one, app.now()).await.unwrap();
    assert_eq!(extended, 200);
    assert_eq!(sums(db).await, before);
    let open: i64 =
        query_scalar("select sum(open_days) from open_times").fetch_one(db).await.unwrap();
    assert!(open > 200 * 5, "{open}");
}

#[tokio::test]
async fn a_bench_world_is_searched_like_any_other() {
    let app = world(200).await;
    let slug: String =
        query_scalar("select slug from musicians where id = 17").fetch_one(app.db()).await.unwrap();
    let found = app.stranger().get("/api/v1/musicians?instrument=electric-guitar").await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert!(!found.json()["items"].as_array().unwrap().is_empty());
    assert_eq!(app.stranger().get(&format!("/musicians/{slug}")).await.status, 200);
}

#[tokio::test]
async fn a_database_with_people_is_left_alone() {
    let app = world(20).await;
    let before = sums(app.db()).await;
    let refused = bench::fill(app.db(), 20, app.now(), |_| {}).await.unwrap_err();
    assert!(refused.is::<NotEmpty>(), "{refused}");
    assert_eq!(sums(app.db()).await, before);
    // Whoever comes next counts on from there, and their listings follow them as ever.
    let id: i64 = query_scalar(
        "insert into accounts (email, name, created_at) values ('x@example.test', 'X', '2026-11-23')
         returning id",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert!(id > 20);
}
