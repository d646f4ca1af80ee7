use crate::support::TestApp;

/// Each page of the demo has something to show, and the promises of the schema held while it was
/// filled.
#[tokio::test]
async fn the_sample_world_is_filled_once_and_has_every_status() {
    let app = TestApp::new().await;
    let started = std::time::Instant::now();
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    assert!(started.elapsed().as_secs() < 5, "took {:?}", started.elapsed());
    assert!(!first_call::sample::fill(app.db(), app.now()).await.unwrap());

    let statuses: Vec<String> =
        sqlx::query_scalar("select distinct status::text from bookings order by 1")
            .fetch_all(app.db())
            .await
            .unwrap();
    assert_eq!(
        statuses,
        ["cancelled", "confirmed", "declined", "done", "lapsed", "requested", "withdrawn"]
    );
    let said: Vec<(String, i64)> = sqlx::query_as(
        "select by_side::text, count(*) from reviews
         where published_at <= $1 and words <> '' group by by_side order by by_side",
    )
    .bind(app.now())
    .fetch_all(app.db())
    .await
    .unwrap();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said.iter().all(|(_, n)| *n > 20), "{said:?}");
    let sealed = "select report->'total'->>'minor' from report_seals";
    let sealed: Vec<String> = sqlx::query_scalar(sealed).fetch_all(app.db()).await.unwrap();
    assert_eq!(sealed, ["48500"], "$380, and three quarters of an hour over at $35");
    let of_the_day = "select (select count(*) from delays), (select count(*) from no_shows n
        join bookings b on b.id = n.booking_id and b.is_disputed where n.status = 'contested')";
    let of_the_day: (i64, i64) = sqlx::query_as(of_the_day).fetch_one(app.db()).await.unwrap();
    assert_eq!(of_the_day, (1, 1), "who was late, and whose two accounts wait for an admin");
    let talk: Vec<(String, i64, i64)> = sqlx::query_as(
        "select b.status::text, count(distinct m.id), sum(r.unread) / count(distinct m.id)
         from messages m
         join bookings b on b.id = m.booking_id
         join thread_readers r on r.booking_id = b.id
         group by b.status order by b.status::text",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert_eq!(talk, [("confirmed".to_owned(), 5, 1), ("requested".to_owned(), 2, 1)]);
    let country_fiddle: i64 = sqlx::query_scalar(
        "select count(*) from credits c join musicians m on m.id = c.musician_id
         join instruments i on i.id = c.instrument_id join genres g on g.id = c.genre_id
         where m.slug = 'maren-oakley' and i.slug = 'fiddle' and g.slug = 'country'
           and c.status = 'confirmed'",
    )
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(country_fiddle, 23);
    let terms: (i64, i64) =
        sqlx::query_as("select (select count(*) from own_terms), (select count(*) from own_packs)")
            .fetch_one(app.db())
            .await
            .unwrap();
    assert!(terms.0 > 10 && terms.1 > 30, "{terms:?}");
}
