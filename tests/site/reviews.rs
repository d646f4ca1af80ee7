use axum::http::StatusCode;
use chrono::TimeDelta;
use first_call::reviews::publish_due;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use tokio::task::JoinSet;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Maren Oakley played for Ines Calloway, and the booking, number 1, is done.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let s = Scene { app, ines, maren };
    s.ask("2026-11-24").await;
    s.maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::days(2));
    s.done(1).await;
    s
}

impl Scene {
    async fn ask(&self, day: &str) {
        let call = calls::call(json!({ "date": day }));
        let sent = self.ines.post("/musicians/maren-oakley/calls", call).await;
        sent.expect(StatusCode::SEE_OTHER);
    }

    async fn done(&self, booking: i64) {
        let credit = json!({
            "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
            "instrument": "fiddle",
        });
        let done = self.ines.post(&format!("/bookings/{booking}/done"), credit).await;
        done.expect(StatusCode::SEE_OTHER);
    }

    /// What the clock does each minute.
    async fn publish(&self) -> u64 {
        let mut db = self.app.db().acquire().await.unwrap();
        publish_due(&mut db, self.app.now()).await.unwrap()
    }

    /// Lets time go by, and both sign in again.
    async fn wait(&self, days: i64) {
        self.app.wait(TimeDelta::days(days));
        self.ines.sign_in("Ines Calloway").await;
        self.maren.sign_in("Maren Oakley").await;
    }

    /// What everybody reads of Maren.
    async fn public(&self) -> Reply {
        self.app.stranger().get("/musicians/maren-oakley/reviews").await.expect(StatusCode::OK)
    }

    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }
}

async fn write(who: &Client, stars: &str, words: &str) -> Reply {
    who.post("/bookings/1/review", [("stars", stars), ("words", words)]).await
}

async fn written(who: &Client, stars: &str, words: &str) {
    let reply = write(who, stars, words).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(reply.location(), "/bookings/1/review");
}

const KIND: &str = "Early, in tune, and kind to the singer.";
const CLEAR: &str = "A clear brief and a warm room.";

#[tokio::test]
async fn neither_reads_the_other_before_both_have_written() {
    let s = scene().await;
    let sheet = s.ines.get("/bookings/1").await.expect(StatusCode::OK);
    assert!(sheet.attributes("main a", "href").contains(&"/bookings/1/review".into()));
    let page = s.ines.get("/bookings/1/review").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Review the session"]);
    assert_eq!(page.attributes("input[name=stars]", "value"), ["5", "4", "3", "2", "1"]);

    written(&s.ines, "4", KIND).await;
    let own = s.ines.get("/bookings/1/review").await;
    assert_eq!(own.texts(".own blockquote"), [KIND]);
    assert!(own.body.contains("or on Wed 2 Dec 2026, 15:00 GMT"), "{}", own.texts("main")[0]);
    let hers = s.maren.get("/bookings/1/review").await;
    assert!(!hers.body.contains("kind to the singer"));
    assert!(hers.texts("main")[0].contains(
        "Ines Calloway has written. You can read it once you have written yours, or on Wed 2 Dec 2026, 15:00 GMT."
    ));
    assert_eq!(s.public().await.texts(".empty h3"), ["No reviews yet"]);

    written(&s.maren, "5", CLEAR).await;
    for side in [&s.ines, &s.maren] {
        let page = side.get("/bookings/1/review").await;
        let mut words = page.texts(".own blockquote");
        words.sort();
        assert_eq!(words, [CLEAR, KIND]);
        assert!(page.texts("form.stack").is_empty());
    }
    let public = s.public().await;
    assert_eq!(public.texts(".said blockquote"), [KIND]);
    assert_eq!(
        public.texts(".said figcaption"),
        ["4 of 5 Ines Calloway. Session in November 2026"]
    );
    assert_eq!(public.texts(".lede"), ["4 of 5 from 1 session."]);
}

#[tokio::test]
async fn after_a_week_what_there_is_is_published() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    s.app.wait(TimeDelta::days(7) - TimeDelta::seconds(1));
    assert_eq!(s.publish().await, 0);
    assert_eq!(s.public().await.texts(".said figure").len(), 0);
    s.app.wait(TimeDelta::seconds(1));
    assert_eq!((s.publish().await, s.publish().await), (1, 0));
    assert_eq!(s.public().await.texts(".said blockquote"), [KIND]);
    assert_eq!(
        s.app.take_letter("Ines Calloway").await.0,
        "Your review is published: Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST"
    );
    assert_eq!(
        s.app.take_letter("Maren Oakley").await,
        (
            "Ines Calloway’s review can be read: Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST".into(),
            "/bookings/1/review".into()
        )
    );

    // Maren may still write hers; it waits for nobody.
    s.maren.sign_in("Maren Oakley").await;
    let page = s.maren.get("/bookings/1/review").await;
    assert!(page.texts("main")[0].contains("It is published at once"));
    written(&s.maren, "5", CLEAR).await;
    s.ines.sign_in("Ines Calloway").await;
    assert!(s.ines.get("/bookings/1/review").await.body.contains(CLEAR));
}

#[tokio::test]
async fn two_servers_publish_a_review_once() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    s.app.wait(TimeDelta::days(7));
    query("delete from mails").execute(s.app.db()).await.unwrap();
    let (one, other) = tokio::join!(s.publish(), s.publish());
    assert_eq!(one + other, 1);
    assert_eq!(s.count("select count(*) from mails").await, 2);
}

#[tokio::test]
async fn a_review_is_changed_until_it_is_published_and_never_after() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    let form = s.ines.get("/bookings/1/review").await;
    assert_eq!(form.texts("textarea"), [KIND]);
    assert_eq!(form.attributes("input[checked]", "value"), ["4"]);
    s.app.wait(TimeDelta::days(6));
    written(&s.ines, "3", "Early, and in tune.").await;
    assert_eq!(s.count("select count(*) from reviews where stars = 3").await, 1);

    // Changing does not begin the week anew, and its end is the end, be the clock late or not.
    s.app.wait(TimeDelta::days(1));
    let sentence = "Your review is published, so it stays as it is.";
    for published in [0, 1] {
        let refused = write(&s.ines, "1", "Otherwise.").await.expect(StatusCode::CONFLICT);
        assert_eq!(refused.texts(".lede"), [sentence]);
        let refused = write(&s.ines, "9", "").await.expect(StatusCode::CONFLICT);
        assert_eq!(refused.texts(".lede"), [sentence]);
        if published == 0 {
            assert_eq!(s.publish().await, 1);
        }
    }
    assert_eq!(s.public().await.texts(".said blockquote"), ["Early, and in tune."]);
}

#[tokio::test]
async fn who_is_told_what_when_the_other_side_writes() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    let body: Vec<String> = query_scalar(
        "select unnest(paragraphs) from mails where id = (select max(id) from mails
            where recipient = 'maren.oakley@example.test')",
    )
    .fetch_all(s.app.db())
    .await
    .unwrap();
    assert_eq!(
        body,
        [
            "You can read it once you have written yours, or on Wed 2 Dec 2026, 15:00 GMT. Neither of you reads the other’s before.",
            "You can write yours until Sun 24 Jan 2027, 15:00 GMT.",
        ]
    );
    let told = s.app.take_letter("Maren Oakley").await;
    let when = "Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST";
    assert_eq!(
        told,
        (format!("Ines Calloway wrote a review: {when}"), "/bookings/1/review".into())
    );
    written(&s.maren, "5", CLEAR).await;
    let told = s.app.take_letter("Ines Calloway").await.0;
    assert_eq!(told, format!("Both reviews can be read: {when}"));
}

#[tokio::test]
async fn nobody_reviews_what_is_not_done_or_was_done_too_long_ago() {
    let s = scene().await;
    s.ask("2026-12-08").await;
    let form = [("stars", "5"), ("words", "")];
    for side in [&s.ines, &s.maren] {
        let refused = side.post("/bookings/2/review", form).await.expect(StatusCode::CONFLICT);
        assert_eq!(
            refused.texts(".lede"),
            ["This booking is not done yet: its sides review each other once it is."]
        );
    }
    s.wait(60).await;
    let refused = write(&s.ines, "5", "").await.expect(StatusCode::CONFLICT);
    let sentence =
        "The time to write is over: reviews are written within 60 days after the work was done.";
    assert_eq!(refused.texts(".lede"), [sentence]);
    let page = s.ines.get("/bookings/1/review").await.expect(StatusCode::OK);
    assert!(page.texts("main")[0].contains(sentence));
    assert_eq!(s.count("select count(*) from reviews").await, 0);
}

#[tokio::test]
async fn a_booking_of_others_is_not_found() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    written(&s.maren, "5", CLEAR).await;
    let theo = s.app.producer("Theo Brandvold").await;
    assert_eq!(theo.get("/bookings/1/review").await.status, StatusCode::NOT_FOUND);
    assert_eq!(write(&theo, "1", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(theo.get("/api/v1/bookings/1/review").await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.ines.get("/bookings/999/review").await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.ines.get("/bookings/x/review").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn every_fault_is_a_sentence_and_nothing_typed_is_lost() {
    let s = scene().await;
    for (stars, said) in [
        ("", "Stars are missing: choose one to five."),
        ("0", "Stars are a whole number from 1 to 5."),
        ("6", "Stars are a whole number from 1 to 5."),
        ("-1", "Stars are a whole number from 1 to 5."),
        ("x", "Stars are a whole number from 1 to 5."),
        ("4.5", "Stars are a whole number from 1 to 5."),
        ("99999999999999999999", "Stars are a whole number from 1 to 5."),
        ("\0", "Stars are a whole number from 1 to 5."),
    ] {
        let page = write(&s.ines, stars, KIND).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#stars-error"), [said], "{stars}");
        assert_eq!(page.texts("textarea"), [KIND]);
    }
    let long = "x".repeat(2001);
    let page = write(&s.ines, "x", &long).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let told = "Words is too long: 2001 characters, and 2000 fit.";
    assert_eq!(page.texts("#words-error"), [told]);
    assert_eq!(page.texts("#faults li").len(), 2);
    assert_eq!(page.texts("textarea"), [long]);
    let page = write(&s.ines, "4", "a\0b").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#words-error").len(), 1);
    assert_eq!(s.count("select count(*) from reviews").await, 0);

    // Markup is words; no words are fine.
    let markup = "<script>alert(1)</script>\n\n<b>“bold”</b>";
    written(&s.ines, "4", markup).await;
    written(&s.maren, "5", "").await;
    let public = s.public().await;
    assert_eq!(public.texts(".said blockquote p"), ["<script>alert(1)</script>", "<b>“bold”</b>"]);
    assert!(!public.body.contains("<script>alert"));
}

#[tokio::test]
async fn pressing_twice_writes_one_review() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    written(&s.ines, "4", KIND).await;
    assert_eq!(s.count("select count(*) from reviews").await, 1);
    let told = "select count(*) from mails where subject like '%wrote a review%'";
    assert_eq!(s.count(told).await, 1);
    written(&s.maren, "5", CLEAR).await;
    written(&s.maren, "5", CLEAR).await;
    written(&s.ines, "4", KIND).await;
    assert_eq!(s.count("select count(*) from reviews").await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_presses_at_once_through_two_servers_write_one_review_each() {
    let s = scene().await;
    let servers = [s.app.another(), s.app.another()];
    let mut race = JoinSet::new();
    for lane in 0..20 {
        let side = if lane % 4 < 2 { &s.ines } else { &s.maren };
        let secret = side.cookie("sign_in").unwrap();
        let browser = servers[lane % 2].stranger().with_cookie("sign_in", &secret);
        race.spawn(async move { write(&browser, "4", KIND).await.status });
    }
    while let Some(status) = race.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::SEE_OTHER);
    }
    assert_eq!(s.count("select count(*) from reviews where published_at is not null").await, 2);
    assert_eq!(s.count("select count(distinct published_at) from reviews").await, 1);
    assert_eq!(s.count("select count(*) from mails where subject like '%review%'").await, 2);
}

#[tokio::test]
async fn a_published_review_moves_the_players_points_and_one_taken_down_moves_them_back() {
    let s = scene().await;
    let points = async || -> f32 {
        let points = "select points from listing_entries e join musicians m on m.id = e.musician_id
            where m.slug = 'maren-oakley' and e.instrument_id = 0 and e.genre_id = 0";
        query_scalar(points).fetch_one(s.app.db()).await.unwrap()
    };
    let before = points().await;
    written(&s.ines, "5", KIND).await;
    assert_eq!(points().await, before, "nobody reads it yet");
    s.app.wait(TimeDelta::days(7));
    s.publish().await;
    // Fifteen points at most, and half while nothing is known.
    assert!((points().await - before - 7.5).abs() < 0.01, "{} {before}", points().await);

    let ada = s.app.admin("Ada Winterbourne").await;
    let public = ada.get("/musicians/maren-oakley/reviews").await;
    assert_eq!(public.attributes(".said a", "href"), ["/admin/reviews/1"]);
    let reason = [("reason", "It names a third person.")];
    ada.post("/admin/reviews/1/take-down", reason).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(points().await, before);
    assert_eq!(s.public().await.texts(".empty h3"), ["No reviews yet"]);
}

#[tokio::test]
async fn an_admin_takes_a_review_down_for_a_reason_that_its_writer_reads() {
    let s = scene().await;
    let ada = s.app.admin("Ada Winterbourne").await;
    written(&s.ines, "1", KIND).await;
    assert_eq!(ada.get("/admin/reviews/1").await.status, StatusCode::NOT_FOUND, "not public");
    let page = ada.get("/bookings/1/review").await.expect(StatusCode::OK);
    assert!(!page.body.contains(KIND), "blind for admins too");
    let early = [("reason", "Too early.")];
    assert_eq!(ada.post("/admin/reviews/1/take-down", early).await.status, StatusCode::NOT_FOUND);

    written(&s.maren, "5", CLEAR).await;
    let page = ada.get("/bookings/1/review").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".said blockquote"), [KIND, CLEAR]);
    let case = ada.get("/admin/reviews/1").await.expect(StatusCode::OK);
    assert_eq!(case.texts("h1"), ["Ines Calloway on Maren Oakley"]);
    for reason in ["", "  ", "\0", &"x".repeat(501)] {
        let page = ada.post("/admin/reviews/1/take-down", [("reason", reason)]).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#reason-error").len(), 1);
    }
    let reason = [("reason", "It names a third person.")];
    for _ in 0..2 {
        ada.post("/admin/reviews/1/take-down", reason).await.expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(s.count("select count(*) from audit where action = 'review.taken_down'").await, 1);
    let told = s.app.take_letter("Ines Calloway").await.0;
    assert_eq!(told, "Your review was taken down: Dust on the Piano");
    let own = s.ines.get("/bookings/1/review").await;
    assert!(own.texts("main")[0].contains("The reason: It names a third person."));
    let hers = s.maren.get("/bookings/1/review").await;
    assert!(hers.texts("main")[0].contains("An admin took it down."));
    assert!(!hers.body.contains(KIND));
}

#[tokio::test]
async fn a_player_reads_what_others_said_of_who_asks_them() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    written(&s.maren, "5", CLEAR).await;
    let josiah = s.app.musician("Josiah Pell").await;
    let call = calls::call(json!({ "title": "Second", "brief": "Dry." }));
    let sent = s.ines.post("/musicians/josiah-pell/calls", call).await;
    let at = format!("{}/review", sent.expect(StatusCode::SEE_OTHER).location());
    let page = josiah.get(&at).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".said blockquote"), [CLEAR]);
    assert_eq!(page.texts(".said figcaption"), ["5 of 5 Maren Oakley. Session in November 2026"]);
    assert!(!s.ines.get(&at).await.expect(StatusCode::OK).body.contains(CLEAR));
}

#[tokio::test]
async fn a_program_reads_and_writes_by_the_same_rules() {
    let s = scene().await;
    let at = "/api/v1/bookings/1/review";
    let reply = s.ines.post_json(at, json!({ "stars": 4, "words": KIND })).await;
    assert_json_snapshot!(reply.expect(StatusCode::CREATED).json(), @r#"
    {
      "booking": 1,
      "role": "producer",
      "may_write": true,
      "write_until": "2027-01-24T15:00:00Z",
      "publishes_at": "2026-12-02T15:00:00Z",
      "other_wrote": false,
      "producer": {
        "id": 1,
        "stars": 4,
        "words": "Early, in tune, and kind to the singer.",
        "written_at": "2026-11-25T15:00:00Z",
        "published_at": null,
        "taken_down_at": null
      },
      "musician": null
    }
    "#);
    let reply = s.ines.post_json(at, json!({ "stars": "3", "words": KIND })).await;
    assert_eq!(reply.expect(StatusCode::OK).json()["producer"]["stars"], 3);
    for stars in [json!(0), json!(6), json!(4.5), json!("x")] {
        let reply = s.maren.post_json(at, json!({ "stars": stars })).await;
        let problem = reply.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert_eq!(problem["errors"], json!({ "stars": ["are a whole number from 1 to 5"] }));
    }
    let reply = s.maren.post_json(at, json!({ "stars": [] })).await;
    assert!(reply.status.is_client_error());
    let before = s.maren.get(at).await.expect(StatusCode::OK).json();
    assert_eq!(
        (&before["other_wrote"], &before["producer"], &before["role"]),
        (&json!(true), &Value::Null, &json!("musician"))
    );
    s.maren.post_json(at, json!({ "stars": 5 })).await.expect(StatusCode::CREATED);
    let after = s.maren.get(at).await.expect(StatusCode::OK).json();
    assert_eq!((&after["producer"]["words"], &after["may_write"]), (&json!(KIND), &json!(false)));
    let public = s.app.stranger().get("/api/v1/musicians/maren-oakley/reviews").await;
    assert_json_snapshot!(public.expect(StatusCode::OK).json(), @r#"
    {
      "count": 1,
      "average": 3.0,
      "items": [
        {
          "id": 1,
          "stars": 3,
          "words": "Early, in tune, and kind to the singer.",
          "by": "Ines Calloway",
          "session_on": "2026-11-24",
          "published_at": "2026-11-25T15:00:00Z"
        }
      ],
      "next": null
    }
    "#);
    let wrong = s.app.stranger().get("/api/v1/musicians/maren-oakley/reviews?after=x").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        s.app.stranger().get("/api/v1/musicians/nobody/reviews").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_long_list_comes_in_pages_and_loses_nobody() {
    let s = scene().await;
    query(
        "with c as (
            insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place,
                               brief, genre_id, created_at)
            select producer_id, title || ' ' || n, artist, kind, starts_at - n * interval '1 day',
                   ends_at - n * interval '1 day', zone, place, brief, genre_id, created_at
            from calls, generate_series(1, 45) n where id = 1 returning id, producer_id),
         b as (
            insert into bookings (call_id, musician_id, instrument_id, fee, currency, status, reply_by, created_at)
            select c.id, musician_id, instrument_id, fee, currency, 'done', reply_by, created_at
            from bookings, c where bookings.id = 1 returning id, musician_id)
         insert into reviews (booking_id, by_side, by_account, musician_id, stars, words, written_at, published_at)
         select b.id, 'producer', 1, musician_id, 1 + b.id % 5, 'Session ' || b.id, $1,
                $1 - (b.id % 3) * interval '1 day' from b",
    )
    .bind(s.app.now())
    .execute(s.app.db())
    .await
    .unwrap();
    let (mut seen, mut at) = (Vec::new(), "/musicians/maren-oakley/reviews".to_owned());
    loop {
        let page = s.app.stranger().get(&at).await.expect(StatusCode::OK);
        seen.extend(page.texts(".said blockquote"));
        match page.attributes(".pager a[rel=next]", "href").pop() {
            Some(next) => at = next,
            None => break,
        }
    }
    assert_eq!(seen.len(), 45);
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 45);
    let json = s.app.stranger().get("/api/v1/musicians/maren-oakley/reviews").await.json();
    assert_eq!((json["count"].as_i64(), json["items"].as_array().unwrap().len()), (Some(45), 20));
    for after in ["x", "1.x", "-5.1", "99999999999999999999.1"] {
        let at = format!("/musicians/maren-oakley/reviews?after={after}");
        assert_eq!(s.app.stranger().get(&at).await.status, StatusCode::BAD_REQUEST, "{after}");
    }
}

async fn leave(who: &Client) {
    let left = who.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_leaves_takes_what_was_said_of_them_and_leaves_their_words_without_a_name() {
    let s = scene().await;
    written(&s.ines, "4", KIND).await;
    written(&s.maren, "5", CLEAR).await;
    leave(&s.ines).await;
    let public = s.public().await;
    assert_eq!(
        public.texts(".said figcaption"),
        ["4 of 5 Deleted account. Session in November 2026"]
    );
    assert_eq!(public.texts(".said blockquote"), [KIND]);
    assert_eq!(s.count("select count(*) from reviews where by_side = 'musician'").await, 0);
    let page = s.maren.get("/bookings/1/review").await.expect(StatusCode::OK);
    assert!(page.texts("main")[0].contains("there is nobody to review"));
    let refused = write(&s.maren, "5", CLEAR).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        refused.texts(".lede"),
        ["The other side has deleted their account, so there is nobody to review."]
    );
    leave(&s.maren).await;
    assert_eq!(s.count("select count(*) from reviews").await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn writing_of_somebody_who_is_leaving_ends_one_way_or_the_other() {
    for _ in 0..3 {
        let s = scene().await;
        written(&s.ines, "4", KIND).await;
        let (left, wrote) = tokio::join!(
            s.ines.post("/account/delete", [("current", PASSWORD)]),
            write(&s.maren, "5", CLEAR)
        );
        assert_eq!(left.status, StatusCode::SEE_OTHER);
        assert!([StatusCode::SEE_OTHER, StatusCode::CONFLICT].contains(&wrote.status));
        assert_eq!(s.count("select count(*) from reviews where by_side = 'musician'").await, 0);
        assert_eq!(s.count("select count(*) from reviews where by_side = 'producer'").await, 1);
    }
}

#[tokio::test]
async fn an_old_address_leads_on_and_a_hidden_player_has_no_reviews() {
    let s = scene().await;
    query("insert into musician_slugs (slug, musician_id) values ('maren', 1)")
        .execute(s.app.db())
        .await
        .unwrap();
    let moved = s.app.stranger().get("/musicians/maren/reviews").await;
    assert_eq!(moved.status, StatusCode::PERMANENT_REDIRECT);
    assert_eq!(moved.location(), "/musicians/maren-oakley/reviews");
    query("update musicians set status = 'hidden'").execute(s.app.db()).await.unwrap();
    let gone = s.app.stranger().get("/musicians/maren-oakley/reviews").await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
}
