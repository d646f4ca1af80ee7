//! How people are told: topic by topic, at once, once a day, or not by mail.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::{DateTime, TimeDelta, Utc};
use first_call::{
    outbox::{Topic, Way, send_digests},
    threads::mail_due,
    watches::look_through,
};
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    bookings::{Scene, scene},
    calls,
    invoices::issued,
    support::{Client, PASSWORD, Reply, TestApp, email_of},
};

const WISHES: &str = "/account/notifications";
const API: &str = "/api/v1/account/notifications";

/// A mail of the outbox, as far as these tests ask.
#[derive(Debug, sqlx::FromRow)]
struct Mail {
    subject: String,
    parts: Option<Value>,
    stop_path: Option<String>,
}

impl Mail {
    /// `Requests: Ines Calloway asks for you` for each line of each part.
    fn lines(&self) -> Vec<String> {
        let parts = self.parts.as_ref().and_then(Value::as_array).into_iter().flatten();
        let lines = parts.flat_map(|part| {
            let heading = part["heading"].as_str().unwrap();
            let lines = part["lines"].as_array().unwrap().iter();
            lines.map(move |line| {
                let subject = line["subject"].as_str().unwrap();
                format!("{heading}: {}", subject.split(": ").next().unwrap())
            })
        });
        lines.collect()
    }
}

/// Takes what was mailed to somebody out of the outbox, the first first.
async fn take_mails(app: &TestApp, name: &str) -> Vec<Mail> {
    let take = "with taken as (delete from mails where recipient = $1::citext
                    returning id, subject, parts, stop_path)
                select subject, parts, stop_path from taken order by id";
    sqlx::query_as(take).bind(email_of(name)).fetch_all(app.db()).await.unwrap()
}

/// What the job does each minute.
async fn run(app: &TestApp) -> u64 {
    let mut db = app.db().acquire().await.unwrap();
    send_digests(&mut db, app.now()).await.unwrap()
}

/// Has some topics mailed this way, and leaves the others as they are.
async fn choose(who: &Client, topics: &[Topic], way: Way) {
    let topics = topics.iter().map(|it| json!({ "topic": it, "mail": way, "in_app": true }));
    let body = json!({ "digest_at": "08:00", "topics": topics.collect::<Vec<_>>() });
    who.send_json("PUT", API, body).await.expect(StatusCode::OK);
}

async fn way_of(who: &Client, topic: Topic) -> Value {
    let chosen = who.get(API).await.expect(StatusCode::OK).json();
    let topics = chosen["topics"].as_array().unwrap();
    let one = topics.iter().find(|one| one["topic"] == json!(topic)).unwrap();
    one["mail"].clone()
}

/// What the mail program of somebody posts when they press its own button.
async fn one_click(from: &Client, path: &str) -> Reply {
    let request = Request::post(path)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("origin", "https://mail.example")
        .header("sec-fetch-site", "cross-site");
    from.send(request, Body::from("List-Unsubscribe=One-Click")).await
}

/// What of each topic Maren is told in a long week: all of it is said while nothing is urgent.
async fn a_long_week(s: &Scene) {
    let booking = s.confirmed(&[("date", "2026-12-01")]).await;
    let other = [("date", "2026-12-01"), ("fee", "450"), ("terms", "It grew.")];
    let other: Vec<_> = other.into_iter().chain([("from", "10:00"), ("to", "13:00")]).collect();
    s.ines.post(&format!("{booking}/offers"), other).await.expect(StatusCode::SEE_OTHER);
    s.ines.post(&format!("{booking}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    let text = [("text", "Can you bring both fiddles?")];
    s.ines.post(&format!("{booking}/messages"), text).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::minutes(2));
    let mut db = s.app.db().acquire().await.unwrap();
    assert_eq!(mail_due(&mut db, s.app.now()).await.unwrap(), 1);
    let off = s.confirmed(&[("date", "2026-12-02")]).await;
    let why = [("word", "The studio burned down.")];
    s.ines.post(&format!("{off}/cancel"), why).await.expect(StatusCode::SEE_OTHER);
    let search = [("query", "instrument=fiddle")];
    s.maren.post("/watches", search).await.expect(StatusCode::SEE_OTHER);
    let josiah = s.app.musician("Josiah Pell").await;
    s.app.wait(TimeDelta::minutes(10));
    assert_eq!(look_through(&s.app.app, &mut db, s.app.now()).await.unwrap(), 1);
    drop(db);
    // What Maren asks of others, and calls off too late.
    let song = calls::call(json!({
        "kind": "remote", "due_date": "2026-11-24", "due_time": "18:00", "fee": "150",
    }));
    let song = s.maren.post("/musicians/josiah-pell/calls", song).await;
    let song = song.expect(StatusCode::SEE_OTHER).location().to_owned();
    josiah.post(&format!("{song}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let why = [("word", "The mix is off.")];
    s.maren.post(&format!("{song}/cancel"), why).await.expect(StatusCode::SEE_OTHER);
    let billing = [("name", "Josiah Pell"), ("address", "1 Mill Row"), ("days_to_pay", "30")];
    josiah.post("/account/billing", billing).await.expect(StatusCode::SEE_OTHER);
    issued(&josiah, 3).await;

    s.app.wait(TimeDelta::days(9));
    let played = [("version", "0"), ("started", "10:00"), ("ended", "13:00")];
    let report = format!("{booking}/report");
    s.ines.post(&report, played).await.expect(StatusCode::SEE_OTHER);
    let hash = s.ines.get(&report).await.attributes("input[name=sha256]", "value").remove(0);
    let sign = [("sha256", hash)];
    s.ines.post(&format!("{report}/sign"), sign).await.expect(StatusCode::SEE_OTHER);
    let credit = json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
        "instrument": "fiddle",
    });
    s.ines.post(&format!("{booking}/done"), credit).await.expect(StatusCode::SEE_OTHER);
    let review = [("stars", "5"), ("words", "Like a dusty barn.")];
    s.ines.post(&format!("{booking}/review"), review).await.expect(StatusCode::SEE_OTHER);
    let ada = s.app.admin("Ada Winterbourne").await;
    let why = [("word", "Asked for by a label.")];
    ada.post("/admin/profiles/1/hide", why).await.expect(StatusCode::SEE_OTHER);
    let password = [("current", PASSWORD), ("password", "four fifes and a drum")];
    s.maren.post("/account/password", password).await.expect(StatusCode::SEE_OTHER);
}

/// The topics of Maren's rows in a table.
async fn topics(app: &TestApp, sql: &'static str) -> BTreeSet<Topic> {
    let found: Vec<Topic> =
        query_scalar(sql).bind(email_of("Maren Oakley")).fetch_all(app.db()).await.unwrap();
    found.into_iter().collect()
}

async fn told(app: &TestApp) -> [BTreeSet<Topic>; 3] {
    [
        topics(app, "select distinct topic from mails where recipient = $1::citext").await,
        topics(
            app,
            "select distinct topic from digest_lines l join accounts a on a.id = l.account_id
             where a.email = $1::citext",
        )
        .await,
        topics(
            app,
            "select distinct topic from notices n join accounts a on a.id = n.account_id
             where a.email = $1::citext",
        )
        .await,
    ]
}

fn all_that(fits: impl Fn(Topic) -> bool) -> BTreeSet<Topic> {
    Topic::ALL.into_iter().filter(|topic| fits(*topic)).collect()
}

#[tokio::test]
async fn at_first_everything_is_mailed_at_once_and_stands_in_the_inbox() {
    let s = scene().await;
    a_long_week(&s).await;
    let everything = all_that(|_| true);
    assert_eq!(told(&s.app).await, [everything.clone(), BTreeSet::new(), everything]);
    // Each mail can be stopped where nobody waits for its reader, and no other.
    let stops = topics(
        &s.app,
        "select distinct topic from mails where recipient = $1::citext and stop_path is not null",
    );
    assert_eq!(stops.await, all_that(Topic::may_go_unmailed));
}

#[tokio::test]
async fn whatever_may_wait_waits_for_the_mail_of_the_day() {
    let s = scene().await;
    let daily = all_that(|topic| topic.ways().contains(&Way::Digest));
    choose(&s.maren, &daily.iter().copied().collect::<Vec<_>>(), Way::Digest).await;
    a_long_week(&s).await;
    let at_once = all_that(|topic| topic == Topic::Account);
    assert_eq!(told(&s.app).await, [at_once, daily, all_that(|_| true)]);
    take_mails(&s.app, "Maren Oakley").await;
    assert_eq!(run(&s.app).await, 1, "its hour has come nine times, and it goes once");
    let [mail] = &take_mails(&s.app, "Maren Oakley").await[..] else { panic!("one mail") };
    assert_eq!(mail.subject, "2 requests, an offer, 2 answers and more");
    assert_eq!(
        mail.lines(),
        [
            "Requests: Ines Calloway asks for you",
            "Requests: Ines Calloway asks for you",
            "Offers: Ines Calloway proposes a change",
            "Answers: Ines Calloway took a proposal back",
            "Answers: Josiah Pell accepted",
            "Cancellations: Ines Calloway cancelled",
            "Messages: Ines Calloway writes",
            "Sessions: Ines Calloway signed the report",
            "Invoices: Josiah Pell sent invoice 1, $150.00",
            "Credits: Ines Calloway wrote down the credit for “Dust on the Piano”",
            "Reviews: Ines Calloway wrote a review",
            "Kept searches: Josiah Pell is new in “Fiddle”",
            "Profile and calendars: Your profile is hidden",
        ]
    );
    assert_eq!(run(&s.app).await, 0);
}

#[tokio::test]
async fn what_is_switched_off_is_told_nowhere_and_what_others_wait_for_is_told_all_the_same() {
    let s = scene().await;
    let form: Vec<(&str, String)> = Topic::ALL
        .into_iter()
        .filter(|topic| topic.may_go_unmailed())
        .map(|topic| ("mail", format!("{topic} off")))
        .chain([("digest_at", "08:00".into())])
        .collect();
    s.maren.post(WISHES, form).await.expect(StatusCode::SEE_OTHER);
    a_long_week(&s).await;
    let mailed = all_that(|topic| !topic.may_go_unmailed());
    let listed = all_that(|topic| !topic.may_go_unlisted());
    assert_eq!(told(&s.app).await, [mailed, BTreeSet::new(), listed]);
}

#[tokio::test]
async fn the_page_shows_what_can_be_chosen_and_keeps_what_was() {
    let s = scene().await;
    let page = s.maren.get(WISHES).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".wishes tbody tr").len(), Topic::ALL.len());
    assert_eq!(page.texts("#request option"), ["At once", "Once a day"]);
    assert_eq!(page.texts("#review option"), ["At once", "Once a day", "Not by mail"]);
    assert!(page.texts("#account").is_empty(), "security is not chosen");
    assert_eq!(page.attributes("#digest_at option[selected]", "value"), ["08:00"]);
    for (page, there) in [("/account", 1), ("/inbox", 1)] {
        let links = s.maren.get(page).await.attributes("main a", "href");
        assert_eq!(links.iter().filter(|link| *link == WISHES).count(), there, "{page}");
    }
    let form = [
        ("digest_at", "19:00"),
        ("mail", "request digest"),
        ("mail", "review off"),
        ("mail", "credit at_once"),
        ("in_app", "review"),
    ];
    let kept = s.maren.post(WISHES, form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(kept.location(), WISHES);
    let page = s.maren.get(WISHES).await.expect(StatusCode::OK);
    let chosen = page.attributes(".wishes option[selected]", "value");
    for one in ["request digest", "review off", "credit at_once", "message at_once"] {
        assert!(chosen.contains(&one.to_owned()), "{one} in {chosen:?}");
    }
    let listed = page.attributes("input[name=in_app][checked]", "value");
    assert!(listed.contains(&"review".into()) && !listed.contains(&"credit".into()), "{listed:?}");
    assert_eq!(page.attributes("#digest_at option[selected]", "value"), ["19:00"]);
    // It is theirs alone.
    assert_eq!(way_of(&s.ines, Topic::Review).await, "at_once");
}

#[tokio::test]
async fn what_cannot_be_chosen_comes_back_with_every_fault_and_changes_nothing() {
    let s = scene().await;
    let form = [
        ("digest_at", "25:00"),
        ("mail", "request off"),
        ("mail", "review off"),
        ("mail", "message by_pigeon"),
        ("mail", "weather digest"),
    ];
    let again = s.maren.post(WISHES, form).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts(".notice li"),
        [
            "Hour of the mail of the day is not a full hour of the day: write it like 08:00",
            "What it is about “weather” is nothing anybody is told about",
            "Requests cannot be had that way",
            "Messages is not a way in which mails go",
        ]
    );
    assert_eq!(again.attributes("#review option[selected]", "value"), ["review off"]);
    assert_eq!(way_of(&s.maren, Topic::Review).await, "at_once");
    for (topics, field) in [
        (json!([{ "topic": "account", "mail": "digest", "in_app": true }]), "account"),
        (json!([{ "topic": "offer", "mail": "at_once", "in_app": false }]), "offer"),
        (json!([{ "topic": "profile", "mail": "off", "in_app": false }]), "profile"),
        (json!([{ "topic": "", "mail": "off", "in_app": false }]), "topics"),
        (
            json!([{ "topic": "review", "mail": "off", "in_app": true },
                   { "topic": "review", "mail": "digest", "in_app": true }]),
            "review",
        ),
    ] {
        let body = json!({ "digest_at": "08:00", "topics": topics });
        let refused = s.maren.send_json("PUT", API, &body).await;
        let errors = refused.expect(StatusCode::UNPROCESSABLE_ENTITY).json()["errors"].clone();
        assert!(errors[field].is_array(), "{body}: {errors}");
    }
}

#[tokio::test]
async fn a_program_reads_and_changes_how_its_owner_is_told() {
    let s = scene().await;
    let body = json!({
        "digest_at": "22:00",
        "topics": [{ "topic": "review", "mail": "digest", "in_app": false }],
    });
    let kept = s.maren.send_json("PUT", API, body).await.expect(StatusCode::OK).json();
    assert_eq!(kept, s.maren.get(API).await.json());
    assert_eq!((&kept["digest_at"], &kept["zone"]), (&json!("22:00"), &json!("Europe/London")));
    assert_eq!(
        kept["topics"][8],
        json!({
            "topic": "review", "name": "Reviews",
            "told": "A review was written, can be read now, or was taken down by an admin.",
            "mail": "digest", "ways": ["at_once", "digest", "off"],
            "in_app": false, "may_go_unlisted": true, "why_not_all": null,
        })
    );
    assert_eq!(
        kept["topics"][11]["why_not_all"],
        "Whoever breaks in would switch it off first, so nobody can."
    );
    let stranger = s.app.stranger().get(API).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}

/// In the night to Sunday 28 March 2027 the clocks of London go forward.
#[tokio::test]
async fn the_mail_of_the_day_goes_at_the_hour_on_the_wall_whatever_the_clocks_do() {
    let s = scene().await;
    let saturday: DateTime<Utc> = "2027-03-27T12:00:00Z".parse().unwrap();
    s.app.wait(saturday - s.app.now());
    for (who, name) in [(&s.ines, "Ines Calloway"), (&s.maren, "Maren Oakley")] {
        who.sign_in(name).await;
    }
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    let mut went = Vec::new();
    for half_hour in 0..4 * 48 {
        if half_hour % 48 == 0 {
            s.ask(&[("date", "2027-04-20")]).await;
        }
        if run(&s.app).await > 0 {
            went.push(s.app.now().format("%d %H:%M").to_string());
        }
        s.app.wait(TimeDelta::minutes(30));
    }
    assert_eq!(went, ["28 07:00", "29 07:00", "30 07:00", "31 07:00"]);
    assert_eq!(take_mails(&s.app, "Maren Oakley").await.len(), 4);
}

#[tokio::test]
async fn who_changes_the_hour_or_moves_takes_the_mail_of_the_day_along() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    s.ask(&[]).await;
    let due = async || -> String {
        let due = "select to_char(due_at at time zone 'UTC', 'DD HH24:MI') from digest_lines";
        query_scalar(due).fetch_one(s.app.db()).await.unwrap()
    };
    assert_eq!(due().await, "24 08:00");
    let later = json!({ "digest_at": "19:00" });
    s.maren.send_json("PUT", API, later).await.expect(StatusCode::OK);
    assert_eq!(due().await, "23 19:00");
    let moved = json!({ "zone": "America/Chicago" });
    let moved = s.maren.send_json("PATCH", "/api/v1/account", moved).await;
    moved.expect(StatusCode::NO_CONTENT);
    assert_eq!(due().await, "24 01:00", "seven in the evening there");
}

#[tokio::test]
async fn what_was_looked_at_in_the_app_is_left_out_and_with_nothing_to_tell_there_is_no_mail() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    take_mails(&s.app, "Maren Oakley").await;
    for day in ["2026-12-08", "2026-12-09", "2026-12-10"] {
        s.ask(&[("date", day)]).await;
    }
    let first = s.maren.get("/inbox").await.attributes(".inbox form", "action").pop().unwrap();
    s.maren.post(&first, ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(run(&s.app).await, 0, "it is not eight yet");
    s.app.wait(TimeDelta::hours(17));
    assert_eq!(run(&s.app).await, 1);
    let [mail] = &take_mails(&s.app, "Maren Oakley").await[..] else { panic!("one mail") };
    assert_eq!(mail.subject, "2 requests");
    assert_eq!(mail.stop_path, None, "requests cannot be stopped");

    s.ask(&[("date", "2026-12-11")]).await;
    s.maren.post("/inbox/read", ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::days(1));
    assert_eq!(run(&s.app).await, 0);
    let waiting: i64 =
        query_scalar("select count(*) from digest_lines").fetch_one(s.app.db()).await.unwrap();
    assert_eq!(waiting, 0, "nothing is left behind");

    s.ask(&[("date", "2026-12-14")]).await;
    s.app.wait(TimeDelta::days(1));
    assert_eq!(run(&s.app).await, 1);
    let alone = take_mails(&s.app, "Maren Oakley").await.remove(0);
    assert!(alone.subject.starts_with("Ines Calloway asks for you: "), "{}", alone.subject);
}

#[tokio::test]
async fn what_runs_out_before_the_mail_of_the_day_goes_at_once() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request, Topic::Message, Topic::Answer], Way::Digest).await;
    let hour = json!({ "digest_at": "14:00" });
    s.maren.send_json("PUT", API, hour).await.expect(StatusCode::OK);
    take_mails(&s.app, "Maren Oakley").await;
    s.ask(&[("date", "2026-12-08")]).await;
    assert!(take_mails(&s.app, "Maren Oakley").await.is_empty(), "there is time for an answer");
    // Ten in Nashville is four in the afternoon of her clock, two hours after the mail of the day.
    let tomorrow = s.confirmed(&[("date", "2026-11-24")]).await;
    let [mail] = &take_mails(&s.app, "Maren Oakley").await[..] else { panic!("one mail") };
    assert!(mail.subject.ends_with("Tue 24 Nov 2026, 10:00–13:00 CST"), "{}", mail.subject);
    s.app.wait(TimeDelta::hours(18));
    let text = [("text", "Park behind the studio.")];
    s.ines.post(&format!("{tomorrow}/messages"), text).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::minutes(2));
    let mut db = s.app.db().acquire().await.unwrap();
    assert_eq!(mail_due(&mut db, s.app.now()).await.unwrap(), 1);
    let [mail] = &take_mails(&s.app, "Maren Oakley").await[..] else { panic!("one mail") };
    assert!(mail.subject.starts_with("Ines Calloway writes"), "{}", mail.subject);
    // Who does not want mails of messages at all has none of this one either.
    assert!(mail.stop_path.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_many_servers_that_write_the_mail_of_the_day_one_does() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    take_mails(&s.app, "Maren Oakley").await;
    for day in ["2026-12-08", "2026-12-09", "2026-12-10"] {
        s.ask(&[("date", day)]).await;
    }
    s.app.wait(TimeDelta::hours(17));
    let mut race = tokio::task::JoinSet::new();
    for _ in 0..6 {
        let server = s.app.another();
        race.spawn(async move { run(&server).await });
    }
    assert_eq!(race.join_all().await.into_iter().sum::<u64>(), 1);
    let [mail] = &take_mails(&s.app, "Maren Oakley").await[..] else { panic!("one mail") };
    assert_eq!((mail.subject.as_str(), mail.lines().len()), ("3 requests", 3));
}

#[tokio::test]
async fn what_ends_in_the_middle_of_the_mail_of_the_day_loses_nothing() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    take_mails(&s.app, "Maren Oakley").await;
    s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(17));
    // As if the server had died after its mail was written and before that was committed.
    let mut dying = s.app.db().begin().await.unwrap();
    assert_eq!(send_digests(&mut dying, s.app.now()).await.unwrap(), 1);
    assert_eq!(run(&s.app).await, 0, "another server leaves alone what is being written");
    dying.rollback().await.unwrap();
    assert_eq!(run(&s.app).await, 1);
    assert_eq!(take_mails(&s.app, "Maren Oakley").await.len(), 1);
}

/// Ines asked, and Maren accepted: the mail of that can be stopped.
async fn answered(s: &Scene) -> String {
    take_mails(&s.app, "Ines Calloway").await;
    s.confirmed(&[]).await;
    let mail = take_mails(&s.app, "Ines Calloway").await.remove(0);
    assert!(mail.subject.starts_with("Maren Oakley accepted"), "{}", mail.subject);
    mail.stop_path.unwrap()
}

#[tokio::test]
async fn a_press_in_the_mail_program_stops_what_the_mail_is_about_and_nothing_else() {
    let s = scene().await;
    let stop = answered(&s).await;
    let stranger = s.app.stranger();
    let page = stranger.get(&stop).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Stop these mails"]);
    assert_eq!(way_of(&s.ines, Topic::Answer).await, "at_once", "looking stops nothing");

    for _ in 0..2 {
        let stopped = one_click(&stranger, &stop).await.expect(StatusCode::OK);
        assert_eq!(stopped.texts("h1"), ["No more of these mails"]);
        assert_eq!(stopped.texts(".lede"), ["Answers: nothing of that is mailed to you any more."]);
    }
    assert_eq!(way_of(&s.ines, Topic::Answer).await, "off");
    assert_eq!(way_of(&s.ines, Topic::Message).await, "at_once");
    s.confirmed(&[("date", "2026-12-09")]).await;
    assert!(take_mails(&s.app, "Ines Calloway").await.is_empty());
    assert_eq!(s.ines.get("/inbox").await.texts(".inbox .unread").len(), 2, "the app tells it");

    // And back, without a sign-in as well.
    let page = stranger.get(&stop).await.expect(StatusCode::OK);
    let back = page.attributes("form[method=post]", "action").remove(0);
    let again = stranger.post(&back, ()).await.expect(StatusCode::OK);
    assert_eq!(again.texts(".lede"), ["Answers: at once, as before."]);
    s.confirmed(&[("date", "2026-12-10")]).await;
    assert_eq!(take_mails(&s.app, "Ines Calloway").await.len(), 1);
    let wrong = "0".repeat(64);
    for path in [format!("/mails/stop/{wrong}"), format!("/mails/start/{wrong}")] {
        assert_eq!(one_click(&stranger, &path.replace("start", "stop")).await.status, 404);
        assert_eq!(stranger.post(&path, ()).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn stopping_the_mail_of_the_day_stops_all_of_it_that_may_be_stopped() {
    let s = scene().await;
    let daily = [Topic::Request, Topic::Answer, Topic::Review];
    choose(&s.ines, &daily, Way::Digest).await;
    take_mails(&s.app, "Ines Calloway").await;
    for day in ["2026-12-08", "2026-12-09"] {
        s.confirmed(&[("date", day)]).await;
    }
    s.app.wait(TimeDelta::hours(17));
    assert_eq!(run(&s.app).await, 1);
    let mail = take_mails(&s.app, "Ines Calloway").await.remove(0);
    assert_eq!(mail.subject, "2 answers");
    let stop = mail.stop_path.unwrap();
    s.confirmed(&[("date", "2026-12-10")]).await;
    let stranger = s.app.stranger();
    let stopped = one_click(&stranger, &stop).await.expect(StatusCode::OK);
    assert_eq!(
        stopped.texts(".lede"),
        ["Answers, Reviews: nothing of that is mailed to you any more."]
    );
    let ways = [way_of(&s.ines, Topic::Answer).await, way_of(&s.ines, Topic::Request).await];
    assert_eq!(ways, [json!("off"), json!("digest")]);
    s.app.wait(TimeDelta::days(1));
    assert_eq!(run(&s.app).await, 0, "what waited does not go either");
    stranger.post(&stop.replace("stop", "start"), ()).await.expect(StatusCode::OK);
    assert_eq!(way_of(&s.ines, Topic::Review).await, "digest");
}

#[tokio::test]
async fn what_was_chosen_and_what_waits_leave_with_their_owner() {
    let s = scene().await;
    choose(&s.maren, &[Topic::Request], Way::Digest).await;
    let booking = s.ask(&[]).await;
    s.ines.post(&format!("{booking}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    let kept = async || {
        let mut counts = [0; 3];
        for (n, table) in ["wishes", "digest_lines", "mail_stops"].into_iter().enumerate() {
            let count = format!("select count(*) from {table}");
            let count = query_scalar(sqlx::AssertSqlSafe(count)).fetch_one(s.app.db());
            counts[n] = count.await.unwrap();
        }
        counts
    };
    assert_eq!(kept().await, [1i64, 1, 1]);
    let left = s.maren.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    assert_eq!(kept().await, [0, 0, 0]);
    s.app.wait(TimeDelta::days(1));
    assert_eq!(run(&s.app).await, 0);
}
