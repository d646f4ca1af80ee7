use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
};

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::{DateTime, TimeDelta, Utc};
use first_call::values::{Line, Zone};
use insta::assert_json_snapshot;
use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Ines Calloway lives in London; Maren Oakley plays in Nashville, at any hour. It is Monday 23
/// November 2026.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let hours: Vec<(&str, &str)> = ["1", "2", "3", "4", "5", "6", "7"]
        .into_iter()
        .flat_map(|day| [("weekday", day), ("from", "00:00"), ("to", "24:00")])
        .collect();
    maren.post("/calendar/hours", hours).await.expect(StatusCode::SEE_OTHER);
    Scene { app, ines, maren }
}

const REMOTE: [(&str, &str); 3] =
    [("kind", "remote"), ("due_date", "2026-12-10"), ("due_time", "18:00")];

impl Scene {
    /// Asks Maren for a session on 8 December, or otherwise; the booking's address.
    async fn ask(&self, otherwise: &[(&str, &str)]) -> String {
        let mut call = calls::call(json!({
            "artist": "June Harrow & the Lamplighters",
            "place": "Cedar Street Sound, Nashville",
        }));
        for (field, value) in otherwise {
            call[field] = (*value).into();
        }
        let sent = self.ines.post("/musicians/maren-oakley/calls", call).await;
        sent.expect(StatusCode::SEE_OTHER).location().to_owned()
    }

    async fn confirmed(&self, otherwise: &[(&str, &str)]) -> String {
        let booking = self.ask(otherwise).await;
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking
    }

    /// Makes a feed on Maren's page; the path at which it is read.
    async fn feed(&self, detail: &str) -> String {
        let form = [("name", "My phone"), ("detail", detail)];
        let page = self.maren.post("/calendar/feeds", form).await.expect(StatusCode::CREATED);
        let url = page.attributes("#address", "value").remove(0);
        url.strip_prefix("http://127.0.0.1:3000").unwrap().to_owned()
    }

    /// What a calendar program reads at that path.
    async fn read(&self, feed: &str) -> Calendar {
        parse(&self.app.stranger().get(feed).await.expect(StatusCode::OK).body)
    }

    async fn cancel(&self, booking: &str) {
        let reason = [("word", "The room is flooded.")];
        self.ines.post(&format!("{booking}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    }

    /// Puts so many bookings of Maren down at once: where, when, as what.
    async fn fill(&self, calls: &[Filled]) {
        sqlx::query(
            "with c as (
                insert into calls (producer_id, title, artist, kind, starts_at, ends_at, zone, place,
                                   brief, genre_id, form_key, created_at)
                select p.id, f.title, 'June Harrow', 'room', f.starts_at, f.starts_at + interval '1 hour',
                       f.zone, f.place, 'Dry.', (select id from genres where slug = 'country'),
                       f.at::text, $5
                from accounts p, unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[])
                    with ordinality as f (title, place, zone, starts_at, at)
                where p.name = 'Ines Calloway' returning id),
             b as (
                insert into bookings (call_id, musician_id, instrument_id, fee, currency, status,
                                      reply_by, created_at)
                select c.id, m.id, i.id, 100, 'USD', 'confirmed', $5, $5
                from c, musicians m, instruments i
                where m.slug = 'maren-oakley' and i.slug = 'fiddle' returning id)
             insert into booking_events (booking_id, status, at)
                select id, s::booking_status, $5 from b, unnest('{requested,confirmed}'::text[]) s",
        )
        .bind(calls.iter().map(|call| call.title.clone()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.place.clone()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.zone.name().to_owned()).collect::<Vec<_>>())
        .bind(calls.iter().map(|call| call.starts_at).collect::<Vec<_>>())
        .bind(self.app.now())
        .execute(self.app.db())
        .await
        .unwrap();
    }
}

/// An hour of Maren's.
struct Filled {
    title: String,
    place: String,
    zone: Zone,
    starts_at: DateTime<Utc>,
}

/// What ical.js reads.
struct Calendar(Value);

fn parse(ics: &str) -> Calendar {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/site/feeds/read.mjs");
    let reader = Command::new("node")
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut reader = reader.expect("tests/run installs node");
    let (mut input, ics) = (reader.stdin.take().unwrap(), ics.to_owned());
    let writing = thread::spawn(move || input.write_all(ics.as_bytes()));
    let read = reader.wait_with_output().unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    writing.join().unwrap().unwrap();
    Calendar(serde_json::from_slice(&read.stdout).unwrap())
}

impl Calendar {
    fn events(&self) -> &[Value] {
        self.0["events"].as_array().unwrap()
    }

    #[track_caller]
    fn only(&self) -> &Value {
        assert_eq!(self.events().len(), 1, "{}", self.0);
        &self.events()[0]
    }

    /// Of each event, the values of these fields.
    fn told<const N: usize>(&self, fields: [&str; N]) -> Vec<[String; N]> {
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        self.events().iter().map(|event| fields.map(|field| text(&event[field]))).collect()
    }
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

async fn ask_with(from: &Client, path: &str, headers: &[(&str, &str)]) -> Reply {
    let request =
        headers.iter().fold(Request::get(path), |r, (name, value)| r.header(*name, *value));
    from.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_booking_is_a_file_for_the_calendars_of_its_two_sides() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    let page = s.ines.get(&booking).await;
    let link = page.attributes(".when a[href$='.ics']", "href").remove(0);
    assert_eq!(link, format!("{booking}/call.ics"));
    let file = s.ines.get(&link).await.expect(StatusCode::OK);
    assert_eq!(file.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(file.header("content-disposition"), "attachment; filename=\"booking-1.ics\"");
    assert_json_snapshot!(parse(&file.body).0, @r#"
    {
      "version": "2.0",
      "method": "PUBLISH",
      "name": null,
      "zone": null,
      "refresh": null,
      "zones": [
        "America/Chicago"
      ],
      "events": [
        {
          "uid": "booking-1@127.0.0.1",
          "sequence": 1,
          "summary": "Dust on the Piano, fiddle",
          "location": "Cedar Street Sound, Nashville",
          "description": "Fiddle on “Dust on the Piano” by June Harrow & the Lamplighters, for $380.00.\nPlayer: Maren Oakley. Producer: Ines Calloway.\nhttp://127.0.0.1:3000/bookings/1",
          "starts": "2026-12-08T16:00:00.000Z",
          "ends": "2026-12-08T19:00:00.000Z",
          "zone": "America/Chicago",
          "status": "CONFIRMED",
          "transp": "OPAQUE",
          "url": "http://127.0.0.1:3000/bookings/1",
          "stamp": "2026-11-23T15:00:00.000Z",
          "modified": "2026-11-23T15:00:00.000Z"
        }
      ]
    }
    "#);
    assert_eq!(s.maren.get(&link).await.body, file.body);
    let json_face = s.maren.get(&format!("/api/v1{link}")).await.expect(StatusCode::OK);
    assert_eq!(json_face.body, file.body);

    let admin = s.app.admin("Ada Winterbourne").await;
    admin.get(&booking).await.expect(StatusCode::OK);
    for nobody in [admin, s.app.producer("Theo Brandvold").await] {
        nobody.get(&link).await.expect(StatusCode::NOT_FOUND);
        nobody.get(&format!("/api/v1{link}")).await.expect(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn each_step_of_a_booking_raises_its_sequence_under_the_same_name() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let file = format!("{booking}/call.ics");
    let mut seen = Vec::new();
    for step in ["", "accept", "cancel"] {
        s.app.wait(TimeDelta::minutes(10));
        if !step.is_empty() {
            let reason = [("word", "The room is flooded.")];
            let taken = s.maren.post(&format!("{booking}/{step}"), reason).await;
            taken.expect(StatusCode::SEE_OTHER);
        }
        let read = parse(&s.maren.get(&file).await.body);
        seen.extend(read.told(["uid", "sequence", "status", "transp", "summary", "modified"]));
    }
    let rows = [
        [
            "booking-1@127.0.0.1",
            "0",
            "TENTATIVE",
            "TRANSPARENT",
            "Asked: Dust on the Piano, fiddle",
            "2026-11-23T15:00:00.000Z",
        ],
        [
            "booking-1@127.0.0.1",
            "1",
            "CONFIRMED",
            "OPAQUE",
            "Dust on the Piano, fiddle",
            "2026-11-23T15:20:00.000Z",
        ],
        [
            "booking-1@127.0.0.1",
            "2",
            "CANCELLED",
            "TRANSPARENT",
            "Cancelled: Dust on the Piano, fiddle",
            "2026-11-23T15:30:00.000Z",
        ],
    ];
    assert_eq!(seen, rows);

    let unanswered = s.ask(&[("date", "2026-12-09")]).await;
    s.app.wait(TimeDelta::days(3));
    let read = parse(&s.ines.get(&format!("{unanswered}/call.ics")).await.body);
    assert_eq!(read.told(["sequence", "status"]), [["1", "CANCELLED"]], "it has lapsed");
}

#[tokio::test]
async fn the_secret_address_is_shown_once_and_read_without_a_sign_in() {
    let s = scene().await;
    let empty = s.maren.get("/calendar/feeds").await.expect(StatusCode::OK);
    assert_eq!(empty.texts(".tabs [aria-current]"), ["Calendars out"]);
    assert_eq!(empty.texts(".part .meta"), ["None yet: nobody reads your calendar elsewhere."]);
    let form = [("name", "My phone"), ("detail", "full")];
    let made = s.maren.post("/calendar/feeds", form).await.expect(StatusCode::CREATED);
    assert_eq!(made.header("cache-control"), "no-store");
    let url = made.attributes("#address", "value").remove(0);
    let webcal = made.attributes("#made .btn", "href").remove(0);
    assert_eq!(webcal, url.replace("http://", "webcal://"));
    let secret = url.rsplit('/').next().unwrap().strip_suffix(".ics").unwrap();
    assert_eq!(secret.len(), 64);
    let kept = "select count(*) from feeds where secret_hash = sha256(decode($1, 'hex'))";
    let kept: i64 = query_scalar(kept).bind(secret).fetch_one(s.app.db()).await.unwrap();
    assert_eq!(kept, 1);

    for again in ["/calendar/feeds", "/api/v1/calendar/feeds"] {
        assert!(!s.maren.get(again).await.expect(StatusCode::OK).body.contains(secret));
    }
    let read = s.app.stranger().get(&format!("/feeds/{secret}.ics")).await.expect(StatusCode::OK);
    assert_eq!(read.header("content-type"), "text/calendar; charset=utf-8");
    assert_eq!(read.header("x-robots-tag"), "noindex");
    assert_eq!(read.header("cache-control"), "private, no-cache");
    assert_json_snapshot!(parse(&read.body).0, @r#"
    {
      "version": "2.0",
      "method": "PUBLISH",
      "name": "First Call: Maren Oakley",
      "zone": "America/Chicago",
      "refresh": "PT1H",
      "zones": [],
      "events": []
    }
    "#);
    let robots = s.app.stranger().get("/robots.txt").await.body;
    assert!(!robots.contains("/feeds"), "Google's calendar keeps to robots.txt and would not read");
}

#[tokio::test]
async fn what_is_revoked_or_never_was_an_address_is_answered_alike() {
    let s = scene().await;
    let (phone, office) = (s.feed("full").await, s.feed("busy").await);
    let list = s.maren.get("/calendar/feeds").await;
    assert_eq!(list.texts(".pending b"), ["My phone", "My phone"]);
    let theo = s.app.musician("Theo Brandvold").await;
    theo.post("/calendar/feeds/1/revoke", ()).await.expect(StatusCode::NOT_FOUND);
    s.read(&phone).await;
    let revoked = s.maren.post("/calendar/feeds/1/revoke", ()).await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get(revoked.location()).await;
    assert_eq!(page.texts(".flash p"), ["Revoked: “My phone”. Nothing is read there now."]);
    s.maren.post("/calendar/feeds/1/revoke", ()).await.expect(StatusCode::NOT_FOUND);

    let stranger = s.app.stranger();
    let gone = stranger.get(&phone).await.expect(StatusCode::NOT_FOUND);
    for unknown in [&phone.replace(|c: char| c.is_ascii_digit(), "a"), "/feeds/a.ics", &phone[..71]]
    {
        let never = stranger.get(unknown).await.expect(StatusCode::NOT_FOUND);
        assert_eq!(never.body, gone.body, "{unknown}");
    }
    s.read(&office).await;
    let sql = "update musicians set status = 'hidden'";
    sqlx::query(sql).execute(s.app.db()).await.unwrap();
    s.read(&office).await;
}

#[tokio::test]
async fn a_form_that_says_too_little_comes_back_and_ten_addresses_are_all() {
    let s = scene().await;
    let long = "x".repeat(61);
    let back = s.maren.post("/calendar/feeds", [("name", long.as_str())]).await;
    let back = back.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(back.attributes("#name", "value"), [long]);
    assert_eq!(
        back.texts("#faults li"),
        [
            "Name is too long: 61 characters, and 60 fit",
            "What it tells is not chosen: choose one of the two"
        ]
    );
    for _ in 0..10 {
        s.feed("busy").await;
    }
    let full = s.maren.get("/calendar/feeds").await;
    assert!(full.texts("form[action='/calendar/feeds']").is_empty());
    let form = json!({ "name": "One more", "detail": "full" });
    let refused = s.maren.post_json("/api/v1/calendar/feeds", &form).await;
    let refused = refused.expect(StatusCode::CONFLICT).json();
    assert_eq!(refused["detail"], "You have 10 addresses, and no more fit. Revoke one first.");
    s.maren.post("/calendar/feeds", form).await.expect(StatusCode::CONFLICT);
}

#[tokio::test]
async fn a_program_makes_lists_and_revokes_them_and_no_key_keeps_a_secret() {
    let s = scene().await;
    let form = json!({ "name": "The office", "detail": "busy" });
    let request = Request::post("/api/v1/calendar/feeds")
        .header("content-type", "application/json")
        .header("idempotency-key", "3fd1-17ab-0001");
    let made = s.maren.send(request, form.to_string().into()).await;
    let made = made.expect(StatusCode::CREATED).json();
    let url = made["url"].as_str().unwrap();
    assert_eq!(made["webcal"].as_str().unwrap(), url.replace("http://", "webcal://"));
    let kept = "select count(*) from idempotency_keys where key not like 'form:%'";
    let kept: i64 = query_scalar(kept).fetch_one(s.app.db()).await.unwrap();
    assert_eq!(kept, 0, "the answer holds the address");
    s.app.stranger().get(url.strip_prefix("http://127.0.0.1:3000").unwrap()).await;
    let list = s.maren.get("/api/v1/calendar/feeds").await.expect(StatusCode::OK).json();
    assert_json_snapshot!(list, @r#"
    {
      "items": [
        {
          "id": 1,
          "name": "The office",
          "detail": "busy",
          "created_at": "2026-11-23T15:00:00Z",
          "read_at": "2026-11-23T15:00:00Z"
        }
      ],
      "next": null
    }
    "#);
    let gone = s.maren.send_json("DELETE", "/api/v1/calendar/feeds/1", ()).await;
    gone.expect(StatusCode::NO_CONTENT);
    let list = s.maren.get("/api/v1/calendar/feeds").await.json();
    assert_eq!(list["items"], json!([]));
}

#[tokio::test]
async fn a_feed_tells_what_is_asked_booked_and_cancelled_and_a_busy_one_what_is_taken() {
    let s = scene().await;
    let (full, busy) = (s.feed("full").await, s.feed("busy").await);
    s.ask(&[]).await;
    s.confirmed(&[("date", "2026-12-09"), ("title", "Second, by far; \\n or third")]).await;
    let off = s.confirmed(&[("date", "2026-12-10")]).await;
    s.cancel(&off).await;
    let declined = s.ask(&[("date", "2026-12-11")]).await;
    s.maren.post(&format!("{declined}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    s.confirmed(&REMOTE).await;

    let read = s.read(&full).await;
    let told = read.told(["uid", "starts", "ends", "status", "transp", "summary"]);
    let rows = [
        [
            "booking-1@127.0.0.1",
            "2026-12-08T16:00:00.000Z",
            "2026-12-08T19:00:00.000Z",
            "TENTATIVE",
            "TRANSPARENT",
            "Asked: Dust on the Piano, fiddle",
        ],
        [
            "booking-2@127.0.0.1",
            "2026-12-09T16:00:00.000Z",
            "2026-12-09T19:00:00.000Z",
            "CONFIRMED",
            "OPAQUE",
            "Second, by far; \\n or third, fiddle",
        ],
        [
            "booking-3@127.0.0.1",
            "2026-12-10T16:00:00.000Z",
            "2026-12-10T19:00:00.000Z",
            "CANCELLED",
            "TRANSPARENT",
            "Cancelled: Dust on the Piano, fiddle",
        ],
        [
            "booking-5@127.0.0.1",
            "2026-12-10",
            "2026-12-11",
            "CONFIRMED",
            "TRANSPARENT",
            "Due: Dust on the Piano, fiddle",
        ],
    ];
    assert_eq!(told, rows);

    let raw = s.app.stranger().get(&busy).await.body;
    for secret in ["Dust", "Cedar", "June", "Ines", "Maren", "fiddle", "/bookings/"] {
        assert!(!raw.contains(secret), "{secret} in {raw}");
    }
    let told = parse(&raw).told(["uid", "sequence", "status", "summary"]);
    let rows = [
        ["booking-2@127.0.0.1", "1", "CONFIRMED", "Busy"],
        ["booking-3@127.0.0.1", "2", "CANCELLED", "Busy"],
    ];
    assert_eq!(told, rows, "a request takes nobody's time, and remote work no hour of it");

    s.app.wait(TimeDelta::days(4));
    let read = s.read(&full).await;
    assert!(read.told(["uid"]).iter().all(|[uid]| uid != "booking-1@127.0.0.1"), "it has lapsed");
    s.app.wait(TimeDelta::days(103));
    let read = s.read(&full).await;
    assert_eq!(read.told(["uid"]), [["booking-3@127.0.0.1"], ["booking-5@127.0.0.1"]]);
}

#[tokio::test]
async fn a_feed_that_did_not_change_is_not_sent_again() {
    let s = scene().await;
    let feed = s.feed("full").await;
    let booking = s.confirmed(&[]).await;
    let reader = s.app.stranger();
    s.app.wait(TimeDelta::milliseconds(700));
    let first = reader.get(&feed).await.expect(StatusCode::OK);
    let (tag, time) = (first.header("etag"), first.header("last-modified"));
    assert!(tag.starts_with('"') && tag.len() == 34, "{tag}");
    assert_eq!(time, "Mon, 23 Nov 2026 15:00:00 GMT");

    s.app.wait(TimeDelta::days(2));
    let same = reader.get(&feed).await.expect(StatusCode::OK);
    assert_eq!(same.body, first.body, "byte for byte");
    let weak = format!("W/{tag}");
    let several = format!("\"another\", {tag}");
    for (name, value) in [
        ("if-none-match", tag),
        ("if-none-match", &weak),
        ("if-none-match", &several),
        ("if-modified-since", time),
        ("if-modified-since", "Wed, 25 Nov 2026 15:00:00 GMT"),
    ] {
        let known = ask_with(&reader, &feed, &[(name, value)]).await;
        assert_eq!((known.status, known.body.as_str()), (StatusCode::NOT_MODIFIED, ""), "{value}");
        assert_eq!((known.header("etag"), known.header("last-modified")), (tag, time));
    }
    for headers in [
        &[("if-none-match", "\"another\""), ("if-modified-since", time)][..],
        &[("if-modified-since", "Mon, 23 Nov 2026 14:59:59 GMT")],
        &[("if-modified-since", "yesterday")],
    ] {
        ask_with(&reader, &feed, headers).await.expect(StatusCode::OK);
    }
    let head = reader.send(Request::head(&feed), Body::empty()).await.expect(StatusCode::OK);
    assert_eq!((head.header("etag"), head.body.as_str()), (tag, ""));

    // Something of it changes by which no step is taken: a name.
    let name = [("name", "Ines C. Calloway"), ("zone", "Europe/London"), ("purpose", "book")];
    s.ines.post("/account", name).await.expect(StatusCode::SEE_OTHER);
    let known = [("if-modified-since", time)];
    let changed = ask_with(&reader, &feed, &known).await.expect(StatusCode::OK);
    assert_ne!(changed.header("etag"), tag);
    s.cancel(&booking).await;
    let since = changed.header("last-modified").to_owned();
    let off = ask_with(&reader, &feed, &[("if-modified-since", &since)]).await;
    let off = parse(&off.expect(StatusCode::OK).body);
    assert_eq!(off.only()["status"], "CANCELLED");
}

#[tokio::test]
async fn reading_is_noted_once_an_hour() {
    let s = scene().await;
    let feed = s.feed("full").await;
    let read_at = async || {
        let list = s.maren.get("/api/v1/calendar/feeds").await.json();
        list["items"][0]["read_at"].as_str().map(str::to_owned)
    };
    assert_eq!(read_at().await, None);
    s.read(&feed).await;
    s.app.wait(TimeDelta::minutes(59));
    s.read(&feed).await;
    assert_eq!(read_at().await.as_deref(), Some("2026-11-23T15:00:00Z"));
    s.app.wait(TimeDelta::minutes(1));
    s.read(&feed).await;
    assert_eq!(read_at().await.as_deref(), Some("2026-11-23T16:00:00Z"));
}

#[tokio::test]
async fn times_around_clock_changes_are_read_as_the_instants_they_are() {
    let s = scene().await;
    let feed = s.feed("full").await;
    #[rustfmt::skip]
    let sessions = [
        // The clocks go forward, and back: New York and London by an hour, Lord Howe by half of one.
        ("America/New_York",    "2027-03-14", "01:00", "04:00", "2027-03-14T06:00:00.000Z", "2027-03-14T08:00:00.000Z"),
        ("America/New_York",    "2027-11-07", "00:30", "03:00", "2027-11-07T04:30:00.000Z", "2027-11-07T08:00:00.000Z"),
        ("Europe/London",       "2027-03-28", "00:00", "02:30", "2027-03-28T00:00:00.000Z", "2027-03-28T01:30:00.000Z"),
        // It ends when half past one comes the second time.
        ("Europe/London",       "2027-10-31", "00:30", "01:30", "2027-10-30T23:30:00.000Z", "2027-10-31T01:30:00.000Z"),
        ("Europe/London",       "2027-10-31", "21:00", "23:00", "2027-10-31T21:00:00.000Z", "2027-10-31T23:00:00.000Z"),
        ("Australia/Lord_Howe", "2027-04-04", "01:00", "03:00", "2027-04-03T14:00:00.000Z", "2027-04-03T16:30:00.000Z"),
        ("Australia/Lord_Howe", "2027-10-03", "01:30", "03:00", "2027-10-02T15:00:00.000Z", "2027-10-02T16:00:00.000Z"),
        ("Asia/Kathmandu",      "2027-06-01", "10:15", "13:00", "2027-06-01T04:30:00.000Z", "2027-06-01T07:15:00.000Z"),
        ("UTC",                 "2027-06-02", "10:00", "24:00", "2027-06-02T10:00:00.000Z", "2027-06-03T00:00:00.000Z"),
    ];
    let mut booked = Vec::new();
    for (zone, date, from, to, starts, ends) in sessions {
        let otherwise = [("zone", zone), ("date", date), ("from", from), ("to", to)];
        let booking = s.confirmed(&otherwise).await;
        let alone = parse(&s.maren.get(&format!("{booking}/call.ics")).await.body);
        assert_eq!(alone.told(["starts", "ends"]), [[starts, ends]], "{zone} {date}");
        booked.push([starts.to_owned(), ends.to_owned()]);
    }
    booked.sort();
    let read = s.read(&feed).await;
    assert_eq!(read.told(["starts", "ends"]), booked);
    let zones = ["Australia/Lord_Howe", "Europe/London", "America/New_York", "Asia/Kathmandu"];
    let mut told: Vec<_> = read.0["zones"].as_array().unwrap().iter().collect();
    told.sort_by_key(|zone| zones.iter().position(|known| zone == known));
    assert_eq!(told, zones);
}

#[tokio::test]
async fn every_zone_there_is_comes_back_as_it_was_meant() {
    let s = scene().await;
    let feed = s.feed("full").await;
    let hour = TimeDelta::hours(1);
    let year: Vec<DateTime<Utc>> =
        (0..365 * 24).map(|at| instant("2027-01-01T00:00:00Z") + hour * at).collect();
    let off = |zone: Zone, at: DateTime<Utc>| zone.local(at) - at.naive_utc();
    let mut calls = Vec::new();
    for zone in Zone::all() {
        let changes = year.windows(2).filter(|pair| off(zone, pair[0]) != off(zone, pair[1]));
        let around = changes.flat_map(|pair| [-2, -1, 0, 1, 2].map(|by| pair[1] + hour * by));
        let usual = [instant("2027-01-12T15:00:00Z"), instant("2027-07-12T15:00:00Z")];
        let title = |starts_at| format!("{zone} {starts_at}");
        calls.extend(around.chain(usual).map(|starts_at| Filled {
            title: title(starts_at),
            place: "Room A".into(),
            zone,
            starts_at,
        }));
    }
    assert!(calls.len() > 1_000, "{} hours", calls.len());
    s.fill(&calls).await;
    let read = s.read(&feed).await;
    assert_eq!(read.events().len(), calls.len());
    for event in read.events() {
        let summary = event["summary"].as_str().unwrap();
        let meant = summary.strip_suffix(", fiddle").unwrap().split_once(' ').unwrap().1;
        let meant: DateTime<Utc> = meant.replace(" UTC", "Z").replace(' ', "T").parse().unwrap();
        let read = |end: &str| instant(event[end].as_str().unwrap());
        assert_eq!((read("starts"), read("ends")), (meant, meant + hour), "{summary}");
    }
}

#[tokio::test]
async fn whatever_a_title_and_a_place_say_comes_back_as_it_was_written() {
    let s = scene().await;
    let feed = s.feed("full").await;
    let mut runner = TestRunner::deterministic();
    let strategy = "\\PC{1,120}|[\\\\;,:\"nN ]{1,40}|[🎻é\u{200d}👩‍🎤]{20,60}";
    let mut some = || {
        let text = strategy.new_tree(&mut runner).unwrap().current();
        Line::<120>::parse(&text).map_or_else(|_| "\\n;,".to_owned(), |line| line.to_string())
    };
    let from = instant("2027-02-01T00:00:00Z");
    let zone: Zone = "Europe/London".parse().unwrap();
    let calls: Vec<Filled> = (0..300)
        .map(|at| Filled {
            title: some(),
            place: some(),
            zone,
            starts_at: from + TimeDelta::hours(at),
        })
        .collect();
    s.fill(&calls).await;
    let raw = s.app.stranger().get(&feed).await.expect(StatusCode::OK);
    for line in raw.body.split_terminator("\r\n") {
        assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{line:?}");
    }
    let told = parse(&raw.body).told(["summary", "location"]);
    let written: Vec<[String; 2]> =
        calls.into_iter().map(|call| [format!("{}, fiddle", call.title), call.place]).collect();
    assert_eq!(told, written);
}

#[tokio::test]
async fn a_feed_of_ten_thousand_bookings_is_whole() {
    let s = scene().await;
    let feed = s.feed("busy").await;
    let from = instant("2026-12-01T00:00:00Z");
    let (zone, hour) = ("America/Chicago".parse().unwrap(), TimeDelta::hours(1));
    let calls: Vec<Filled> = (0..10_000)
        .map(|at| Filled {
            title: "Scales".into(),
            place: "Room A".into(),
            zone,
            starts_at: from + hour * at,
        })
        .collect();
    s.fill(&calls).await;
    let read = s.app.stranger().get(&feed).await.expect(StatusCode::OK);
    assert_eq!(read.body.matches("BEGIN:VEVENT").count(), 10_000);
}

#[tokio::test]
async fn every_mail_about_a_booking_has_it_for_the_calendar() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    s.cancel(&booking).await;
    let unanswered = s.ask(&[]).await;
    s.ines.post(&format!("{unanswered}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    let told = "select split_part(recipient, '.', 1) || ' ' || (entry ->> 'name') || ' '
                       || (entry ->> 'sequence') || ' ' || (entry ->> 'standing')
                from mails order by id";
    let told: Vec<String> = query_scalar(told).fetch_all(s.app.db()).await.unwrap();
    assert_eq!(
        told,
        [
            "maren booking-1 0 tentative",
            "ines booking-1 1 confirmed",
            "maren booking-1 2 cancelled",
            "maren booking-2 0 tentative",
            "maren booking-2 1 cancelled",
        ]
    );
}

#[tokio::test]
async fn who_leaves_takes_their_feeds_with_them() {
    let s = scene().await;
    let feed = s.feed("full").await;
    s.read(&feed).await;
    let left = s.maren.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    s.app.stranger().get(&feed).await.expect(StatusCode::NOT_FOUND);
    let left: i64 = query_scalar("select count(*) from feeds").fetch_one(s.app.db()).await.unwrap();
    assert_eq!(left, 0);
}
