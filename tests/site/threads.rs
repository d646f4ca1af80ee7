use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use first_call::{
    files::Files,
    threads::{Pages, mail_due, sweep},
};
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{
        Client, Live, PASSWORD, Reply, TestApp, email_of,
        sending::{EDGE, PDF, Shelf, form, head_of, send},
    },
};

const THREAD: &str = "/bookings/1/messages";
const LIVE: &str = "/bookings/1/messages/live";

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Ines Calloway asked Maren Oakley for booking 1.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let call = calls::call(json!({}));
    ines.post("/musicians/maren-oakley/calls", call).await.expect(StatusCode::SEE_OTHER);
    Scene { app, ines, maren }
}

impl Scene {
    async fn confirm(&self) {
        self.maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    }

    /// What the clock does each minute; answers how many mails went.
    async fn mail(&self) -> u64 {
        let mut db = self.app.db().acquire().await.unwrap();
        mail_due(&mut db, self.app.now()).await.unwrap()
    }

    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }

    /// Lets things happen until `sql` counts nothing.
    async fn until_none(&self, sql: &'static str) {
        while self.count(sql).await > 0 {
            tokio::task::yield_now().await;
        }
    }
}

async fn write(who: &Client, text: &str) -> Reply {
    who.post(THREAD, [("text", text)]).await
}

async fn written(who: &Client, text: &str) {
    write(who, text).await.expect(StatusCode::SEE_OTHER);
}

/// What somebody reads there: each message's words.
async fn words(who: &Client) -> Vec<String> {
    who.get(THREAD).await.expect(StatusCode::OK).texts(".talk .words")
}

#[tokio::test]
async fn the_two_sides_write_to_each_other_and_nobody_else_reads_it() {
    let s = scene().await;
    let page = s.ines.get(THREAD).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Maren Oakley"]);
    assert_eq!(page.texts("#nothing-yet"), ["Nothing was written yet."]);
    let sent = write(&s.ines, "Can you bring <b>both</b> fiddles?\n\nThe old one too.").await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1/messages#m1");
    s.app.wait(TimeDelta::minutes(3));
    written(&s.maren, "Both of them.").await;

    let page = s.maren.get(THREAD).await.expect(StatusCode::OK);
    let said = ["Can you bring <b>both</b> fiddles? The old one too.", "Both of them."];
    assert_eq!(page.texts(".talk .words"), said);
    assert_eq!(page.texts(".talk li p b"), ["Ines Calloway", "You"]);
    assert_eq!(page.texts(".talk time"), ["15:00", "15:03"]);
    assert_eq!(page.attributes("[role=log] li.own", "id"), ["m2"]);

    let (theo, stranger) = (s.app.producer("Theo Brandvold").await, s.app.stranger());
    for path in [THREAD, LIVE, "/api/v1/bookings/1/messages", "/api/v1/bookings/1/messages/live"] {
        assert_eq!(theo.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(write(&theo, "Me too").await.status, StatusCode::NOT_FOUND);
    assert_eq!(stranger.get(THREAD).await.location(), "/sign-in?next=/bookings/1/messages");
}

#[tokio::test]
async fn an_admin_reads_and_never_writes() {
    let s = scene().await;
    written(&s.ines, "Ring 615-555-0123").await;
    let ada = s.app.admin("Ada Winterbourne").await;
    let page = ada.get(THREAD).await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Ines Calloway and Maren Oakley"]);
    assert_eq!(page.texts(".talk .words"), ["Ring 615-555-0123"]);
    assert!(page.texts("form textarea").is_empty());
    assert_eq!(write(&ada, "Behave").await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.get(LIVE).await.status, StatusCode::NOT_FOUND);
    let read = ada.post("/bookings/1/messages/read", [("up_to", "1")]).await;
    assert_eq!(read.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_double_click_sends_one_message() {
    let s = scene().await;
    let form = [("text", "Bring both fiddles"), ("form_key", "k1")];
    let first = s.ines.post(THREAD, form).await.expect(StatusCode::SEE_OTHER);
    let second = s.ines.post(THREAD, form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(first.location(), second.location());
    // The other side's key is another's.
    s.maren.post(THREAD, form).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(words(&s.ines).await.len(), 2);
    let keys = s.ines.get(THREAD).await.attributes("input[name=form_key]", "value");
    assert!(keys.len() == 2 && keys[0].len() == 32 && keys[0] != keys[1], "{keys:?}");
}

#[tokio::test]
async fn what_is_wrong_with_a_message_is_told_and_it_is_not_lost() {
    let s = scene().await;
    let empty = write(&s.ines, " \n ").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.texts("#faults li"), ["Message cannot be empty"]);
    let long = "å".repeat(4001);
    let page = write(&s.ines, &long).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#faults li"), ["Message is too long: 4001 characters, and 4000 fit"]);
    assert_eq!(page.texts("textarea#text"), [long]);
    written(&s.ines, &"å".repeat(4000)).await;
}

#[tokio::test]
async fn contact_details_are_hidden_until_the_booking_is_confirmed() {
    let s = scene().await;
    let text = "Ring 615-555-0123 before Tue 8 Dec, 10:00, or mail ines@harrow.test. $380 stands.";
    written(&s.ines, text).await;
    let hidden =
        "Ring [number hidden] before Tue 8 Dec, 10:00, or mail [e-mail hidden]. $380 stands.";
    assert_eq!(words(&s.maren).await, [hidden]);
    let own = s.ines.get(THREAD).await;
    assert_eq!(own.texts(".talk .words"), [text]);
    let note =
        "Maren Oakley does not see the contact details in it until the booking is confirmed.";
    assert_eq!(own.texts(".talk li > .hint"), [note]);
    assert!(own.texts("#hiding")[0].starts_with("E-mail addresses, telephone numbers, links"));
    let json = s.maren.get("/api/v1/bookings/1/messages").await.json();
    assert_eq!(json["items"][0]["text"], hidden);
    assert_eq!(json["shows_contact_details"], false);

    s.confirm().await;
    assert_eq!(words(&s.maren).await, [text]);
    assert!(s.ines.get(THREAD).await.texts(".talk li > .hint").is_empty());
    // Who has seen them has seen them.
    s.ines
        .post("/bookings/1/cancel", [("word", "June is ill.")])
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(words(&s.maren).await, [text]);
    written(&s.maren, "Get well, June.").await;
}

#[tokio::test]
async fn a_request_that_came_to_nothing_closes_its_conversation() {
    let s = scene().await;
    written(&s.ines, "Can you?").await;
    s.maren.post("/bookings/1/decline", ()).await.expect(StatusCode::SEE_OTHER);
    let refused = write(&s.ines, "Please?").await.expect(StatusCode::CONFLICT);
    let why = "This request was declined, so its conversation is closed. What was said stays here.";
    assert_eq!(refused.texts("#refusal p"), [why]);
    assert_eq!(refused.texts(".letter"), ["Please?"], "what was typed is there");
    let page = s.ines.get(THREAD).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".talk .words"), ["Can you?"]);
    assert!(page.texts("textarea").is_empty() && page.texts("#write")[0] == why);
}

#[tokio::test]
async fn nobody_floods_the_other_side() {
    let s = scene().await;
    for n in 0..20 {
        written(&s.ines, &format!("Idea {n}")).await;
    }
    let refused = write(&s.ines, "One more").await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "60");
    assert_eq!(refused.texts("textarea#text"), ["One more"]);
    written(&s.maren, "Slowly!").await;
    s.app.wait(TimeDelta::minutes(1));
    written(&s.ines, "One more").await;
}

#[tokio::test]
async fn each_side_sees_how_far_the_other_has_read_and_what_waits_for_them() {
    let s = scene().await;
    written(&s.ines, "Can you bring both fiddles?").await;
    written(&s.ines, "And a mute.").await;
    assert_eq!(s.maren.get("/bookings/1").await.texts(".rail .count"), ["2 unread"]);
    assert_eq!(s.maren.get("/bookings").await.texts("td a.hit"), ["2 unread in Dust on the Piano"]);
    assert_eq!(s.maren.get("/inbox").await.texts("main li a.hit")[0], "Messages, 2 unread");
    let list = s.maren.get("/messages").await.expect(StatusCode::OK);
    assert_eq!(list.texts(".inbox .unread a"), ["Ines Calloway, Dust on the Piano"]);
    assert_eq!(list.texts(".inbox .urgent"), ["2 unread"]);
    assert!(s.ines.get(THREAD).await.texts("#read-mark").is_empty());

    s.app.wait(TimeDelta::minutes(42));
    let read = |up_to: &'static str| s.maren.post("/bookings/1/messages/read", [("up_to", up_to)]);
    assert_eq!(read("1").await.expect(StatusCode::SEE_OTHER).location(), THREAD);
    assert_eq!(s.maren.get("/messages").await.texts(".inbox .urgent"), ["1 unread"]);
    let page = s.ines.get(THREAD).await;
    assert_eq!(page.texts("#m1 + .mark"), ["Read by Maren Oakley, 15:42"]);
    // More than there is is all there is; back is nowhere.
    read("99").await.expect(StatusCode::SEE_OTHER);
    read("1").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.ines.get(THREAD).await.texts("#m2 + .mark"), ["Read by Maren Oakley, 15:42"]);
    assert!(s.maren.get("/messages").await.texts(".inbox .unread").is_empty());

    // An answer says that what stood above it was read.
    written(&s.ines, "And a bow.").await;
    let answer = [("text", "All of it."), ("seen", "3")];
    s.maren.post(THREAD, answer).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.ines.get(THREAD).await.texts("#m3 + .mark").len(), 1);
    assert_eq!(s.ines.get("/messages").await.texts(".inbox .urgent"), ["1 unread"]);
}

#[tokio::test]
async fn a_long_conversation_is_read_a_page_at_a_time() {
    let s = scene().await;
    sqlx::query(
        "insert into messages (booking_id, by_account, text, sent_at)
         select 1, c.producer_id, 'Note ' || n, $1 from calls c, generate_series(1, 120) n order by n",
    )
    .bind(s.app.now())
    .execute(s.app.db())
    .await
    .unwrap();
    let (mut path, mut read) = (THREAD.to_owned(), Vec::new());
    loop {
        let page = s.maren.get(&path).await.expect(StatusCode::OK);
        read.extend(page.texts(".talk .words").into_iter().rev());
        let Some(earlier) = page.attributes(".pager a[href*=after]", "href").pop() else { break };
        path = earlier;
    }
    let all: Vec<String> = (1..=120).rev().map(|n| format!("Note {n}")).collect();
    assert_eq!(read, all);
    assert!(s.maren.get(&path).await.texts("textarea").is_empty(), "one writes below the latest");
}

#[tokio::test]
async fn a_program_does_all_that_a_page_does() {
    let s = scene().await;
    let path = "/api/v1/bookings/1/messages";
    let message = json!({ "text": "Can you bring both fiddles?", "form_key": "k" });
    let sent = s.ines.post_json(path, &message).await.expect(StatusCode::CREATED);
    assert_json_snapshot!(sent.json(), @r#"
    {
      "id": 1,
      "by": "producer",
      "name": "Ines Calloway",
      "text": "Can you bring both fiddles?",
      "sent_at": "2026-11-23T15:00:00Z",
      "files": [],
      "is_partly_hidden": false
    }
    "#);
    s.ines.post_json(path, &message).await.expect(StatusCode::OK);
    let wrong = s.ines.post_json(path, json!({})).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(wrong.json()["errors"], json!({ "text": ["cannot be empty"] }));
    let list = s.maren.get("/api/v1/messages").await.json();
    assert_json_snapshot!(list, @r#"
    {
      "items": [
        {
          "booking": 1,
          "title": "Dust on the Piano",
          "artist": "June Harrow",
          "other": "Ines Calloway",
          "unread": 1,
          "last_message": 1,
          "last_at": "2026-11-23T15:00:00Z"
        }
      ],
      "next": null
    }
    "#);
    let read = s.maren.post_json(&format!("{path}/read"), json!({ "up_to": 1 })).await;
    read.expect(StatusCode::NO_CONTENT);
    let all = s.ines.get(path).await.json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1);
    assert_eq!(all["read"], json!({ "message": 1, "at": "2026-11-23T15:00:00Z" }));
    assert_eq!(s.maren.get(path).await.json()["unread"], 0);
}

// ----- live -----

#[tokio::test]
async fn what_is_written_on_one_server_appears_on_a_page_of_another() {
    let s = scene().await;
    let other = s.app.another_with(&[]).await;
    let maren = other.stranger();
    maren.sign_in("Maren Oakley").await;
    let mut page = Live::open(&maren, &format!("{LIVE}?since=0"), None).await;
    assert_eq!(page.header("content-type"), "text/event-stream");
    assert_eq!(page.header("content-encoding"), "");
    written(&s.ines, "Can you <b>both</b>? Ring 615-555-0123").await;
    let event = page.next().await.unwrap();
    assert_eq!((event.name.as_str(), event.id.as_str()), ("", "1"));
    let part = scraper::Html::parse_fragment(&event.data);
    let text: Vec<&str> =
        part.root_element().text().map(str::trim).filter(|t| !t.is_empty()).collect();
    assert_eq!(text, ["IC", "Ines Calloway", "15:00", "Can you <b>both</b>? Ring [number hidden]"]);

    // Read marks go the other way.
    let mut ines = Live::open(&s.ines, &format!("{LIVE}?since=1"), None).await;
    let read = maren.post_json("/api/v1/bookings/1/messages/read", json!({ "up_to": 1 })).await;
    read.expect(StatusCode::NO_CONTENT);
    let event = ines.next().await.unwrap();
    assert_eq!(event.name, "read");
    assert_eq!(event.data, r#"{"message":1,"told":"Read by Maren Oakley, 15:00"}"#);

    // And so does the confirmation.
    s.confirm().await;
    assert_eq!(page.next().await.unwrap().name, "shown");
    written(&s.ines, "615-555-0123 again").await;
    assert!(page.next().await.unwrap().data.contains("615-555-0123 again"));
}

#[tokio::test]
async fn a_program_follows_in_json() {
    let s = scene().await;
    written(&s.ines, "Before").await;
    let mut live = Live::open(&s.maren, "/api/v1/bookings/1/messages/live", None).await;
    written(&s.ines, "Since").await;
    let event = live.next().await.unwrap();
    assert_eq!((event.name.as_str(), event.id.as_str()), ("message", "2"));
    let message: Value = serde_json::from_str(&event.data).unwrap();
    assert_eq!((&message["text"], &message["by"]), (&json!("Since"), &json!("producer")));
}

#[tokio::test]
async fn a_stream_that_broke_goes_on_without_loss() {
    let s = scene().await;
    let mut page = Live::open(&s.maren, &format!("{LIVE}?since=0"), None).await;
    written(&s.ines, "One").await;
    assert_eq!(page.next().await.unwrap().id, "1");
    drop(page);
    for n in 0..70 {
        if n % 20 == 0 {
            s.app.wait(TimeDelta::minutes(1));
        }
        written(&s.ines, &format!("While nobody looked {n}")).await;
    }
    // A browser sends the address it had at first, and what it heard last.
    let mut page = Live::open(&s.maren, &format!("{LIVE}?since=0"), Some("1")).await;
    for id in 2..=71 {
        assert_eq!(page.next().await.unwrap().id, id.to_string());
    }
    written(&s.ines, "And now").await;
    assert_eq!(page.next().await.unwrap().id, "72");
}

#[tokio::test]
async fn a_server_that_lost_postgres_listens_again_and_catches_up() {
    let s = scene().await;
    let mut page = Live::open(&s.maren, &format!("{LIVE}?since=0"), None).await;
    written(&s.ines, "Before").await;
    assert_eq!(page.next().await.unwrap().id, "1");
    // The page may have been caught up before its server listens.
    let listens = "select count(*) from pg_stat_activity
                   where datname = current_database() and query like 'LISTEN%'";
    let heard = async {
        while s.count(listens).await == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), heard).await.unwrap();
    let cut = "select count(pg_terminate_backend(pid)) from pg_stat_activity
               where datname = current_database() and query like 'LISTEN%'";
    assert_eq!(s.count(cut).await, 1, "each server has one connection that listens");
    written(&s.ines, "While nobody listened").await;
    assert_eq!(page.next().await.unwrap().id, "2");
    written(&s.ines, "After").await;
    assert_eq!(page.next().await.unwrap().id, "3");
}

#[tokio::test]
async fn who_signs_out_hears_nothing_more() {
    let s = scene().await;
    let mut page = Live::open(&s.maren, &format!("{LIVE}?since=0"), None).await;
    written(&s.ines, "One").await;
    assert_eq!(page.next().await.unwrap().id, "1");
    s.maren.post("/sign-out", ()).await.expect(StatusCode::SEE_OTHER);
    written(&s.ines, "Two").await;
    assert!(page.next().await.is_none());
}

#[tokio::test]
async fn a_silent_page_ends_soon_after_its_reader_signed_out() {
    let s = scene().await;
    s.app.app.kept.put(Pages::looking_every(std::time::Duration::from_millis(20)));
    let mut page = Live::open(&s.maren, &format!("{LIVE}?since=0"), None).await;
    let mut ines = Live::open(&s.ines, &format!("{LIVE}?since=0"), None).await;
    s.maren.post("/sign-out", ()).await.expect(StatusCode::SEE_OTHER);
    assert!(page.next().await.is_none());
    written(&s.ines, "Still here").await;
    assert_eq!(ines.next().await.unwrap().id, "1");
}

#[tokio::test]
async fn nobody_opens_more_pages_than_a_browser_can() {
    let s = scene().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        pages.push(Live::open(&s.maren, LIVE, None).await);
    }
    let refused = s.maren.get(LIVE).await.expect(StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.header("retry-after"), "30");
    pages.pop();
    assert_eq!(s.maren.get(LIVE).await.status, StatusCode::OK);
    assert_eq!(s.ines.get(LIVE).await.status, StatusCode::OK);
    drop(pages);
    s.until_none("select count(*) from open_pages").await;
}

// ----- by mail otherwise -----

#[tokio::test]
async fn a_burst_that_nobody_looks_at_is_one_mail_sent_once() {
    let s = scene().await;
    let other = s.app.another_with(&[]).await;
    written(&s.ines, "Can you bring both fiddles?").await;
    s.app.wait(TimeDelta::seconds(40));
    written(&s.ines, "And ring 615-555-0123").await;
    assert_eq!(s.mail().await, 0, "she may be about to look");
    s.app.wait(TimeDelta::seconds(30));
    // Both servers look at once.
    let (mut one, mut two) =
        (s.app.db().acquire().await.unwrap(), other.db().acquire().await.unwrap());
    let now = s.app.now();
    let (one, two) = tokio::join!(mail_due(&mut one, now), mail_due(&mut two, now));
    assert_eq!(one.unwrap() + two.unwrap(), 1);
    let to = email_of("Maren Oakley");
    let paragraphs: Vec<String> = query_scalar(
        "select paragraphs from mails where recipient = $1::citext order by id desc limit 1",
    )
    .bind(&to)
    .fetch_one(s.app.db())
    .await
    .unwrap();
    assert_eq!(
        paragraphs,
        [
            "Mon 23 Nov 2026, 15:00 GMT: Can you bring both fiddles?",
            "Mon 23 Nov 2026, 15:00 GMT: And ring [number hidden]",
            "Contact details are hidden until the booking is confirmed."
        ]
    );
    let (subject, link) = s.app.take_letter("Maren Oakley").await;
    let told = "Ines Calloway writes: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST";
    assert_eq!((subject.as_str(), link.as_str()), (told, "/bookings/1/messages#write"));
    assert!(s.maren.get("/bookings/1/messages").await.body.contains("id=\"write\""));
    s.app.wait(TimeDelta::hours(1));
    assert_eq!(s.mail().await, 0, "told once");
    assert_eq!(s.maren.get("/inbox").await.texts(".inbox .unread button").len(), 2);
    let read = [("up_to", "2")];
    s.maren.post("/bookings/1/messages/read", read).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.maren.get("/inbox").await.texts(".inbox .unread button").len(), 1);
}

#[tokio::test]
async fn who_reads_nothing_is_told_now_and_then_and_who_reads_is_not() {
    let s = scene().await;
    written(&s.ines, "One").await;
    s.app.wait(TimeDelta::minutes(2));
    assert_eq!(s.mail().await, 1);
    written(&s.ines, "Two").await;
    s.app.wait(TimeDelta::minutes(2));
    assert_eq!(s.mail().await, 0, "two minutes after the last");
    s.app.wait(TimeDelta::minutes(14));
    assert_eq!(s.mail().await, 1);
    written(&s.ines, "Three").await;
    s.maren.post("/bookings/1/messages/read", [("up_to", "3")]).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::hours(1));
    assert_eq!(s.mail().await, 0);
}

#[tokio::test]
async fn no_mail_goes_while_the_page_is_open_on_any_server() {
    let s = scene().await;
    let other = s.app.another_with(&[]).await;
    let maren = other.stranger();
    maren.sign_in("Maren Oakley").await;
    let page = Live::open(&maren, LIVE, None).await;
    written(&s.ines, "Do you see this?").await;
    s.app.wait(TimeDelta::minutes(5));
    assert_eq!(s.mail().await, 0);
    // She closes it and has not read: then it is told after all.
    drop(page);
    s.until_none("select count(*) from open_pages").await;
    s.app.wait(TimeDelta::minutes(1));
    assert_eq!(s.mail().await, 1);
}

// ----- files -----

const FILES: &str = "/bookings/1/messages/files";

/// Where a test's files are.
fn shelf(app: &TestApp) -> Shelf {
    Shelf::of(app, "threads")
}

#[tokio::test]
async fn charts_and_audio_go_to_the_other_side_and_to_nobody_else() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    let wav = b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0".repeat(20);
    let files: [(&str, &[u8]); 2] = [("Dust, Åse’s chart.pdf", PDF), ("click.wav", &wav)];
    let sent = send(&s.ines, FILES, form(&[("words", "Bars 1 to 32")], &files)).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1/messages#m1");
    assert_eq!(shelf.count(), 2);
    let page = s.maren.get(THREAD).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".talk .words"), ["Bars 1 to 32"]);
    assert_eq!(page.texts(".talk .files a"), ["Dust, Åse’s chart.pdf", "click.wav"]);
    assert_eq!(page.texts(".talk .files .hint"), ["PDF, 1 kB", "WAV, 1 kB"]);

    let url = page.attributes(".talk .files a", "href").remove(0);
    let file = s.maren.get(&url).await.expect(StatusCode::OK);
    assert_eq!(file.body, std::str::from_utf8(PDF).unwrap());
    assert_eq!(file.header("content-type"), "application/pdf");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert_eq!(file.header("content-security-policy"), "sandbox");
    assert_eq!(file.header("cache-control"), "private, no-cache");
    assert_eq!(
        file.header("content-disposition"),
        "attachment; filename=\"Dust_ _se_s chart.pdf\"; filename*=UTF-8''Dust%2C%20%C3%85se%E2%80%99s%20chart.pdf"
    );
    let part = Request::get(&url).header("range", "bytes=0-4");
    let part = s.ines.send(part, Body::empty()).await.expect(StatusCode::PARTIAL_CONTENT);
    assert_eq!((part.body.as_str(), part.header("content-range")), ("%PDF-", "bytes 0-4/30"));

    let theo = s.app.producer("Theo Brandvold").await;
    assert_eq!(theo.get(&url).await.status, StatusCode::NOT_FOUND);
    assert_eq!(s.app.stranger().get(&url).await.status, StatusCode::SEE_OTHER);
    // A number of one booking opens nothing under another.
    let elsewhere = url.replace("/bookings/1/", "/bookings/2/");
    assert_eq!(s.maren.get(&elsewhere).await.status, StatusCode::NOT_FOUND);
    assert_eq!(send(&theo, FILES, form(&[], &files)).await.status, StatusCode::NOT_FOUND);
    assert_eq!(shelf.count(), 2);
}

#[tokio::test]
async fn a_file_that_is_not_what_it_says_is_refused_with_the_reason_and_nothing_is_left() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    let html: &[u8] = b"<!doctype html><script>alert(1)</script>";
    let cases: [(&str, &[u8], &str); 8] = [
        ("", b"", "File is missing: choose one"),
        ("a.pdf", b"", "File “a.pdf” is empty"),
        ("chart.pdf", html, "File “chart.pdf” is not what its name says"),
        ("a.png", PDF, "File “a.png” is not what its name says"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "File “a.svg” is of no kind that"),
        ("a.html", html, "File “a.html” is of no kind that"),
        ("a.pdf.exe", PDF, "File “a.pdf.exe” is of no kind that"),
        ("../../x/a.mp3", b"MZ\x90\0", "File “a.mp3” is not what its name says"),
    ];
    for (name, file, why) in cases {
        let reply = send(&s.ines, FILES, form(&[("words", "Here")], &[(name, file)])).await;
        let reply = reply.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let said = reply.texts("#faults li").join(" ");
        assert!(said.starts_with(why), "{name}: {said}");
        assert_eq!(reply.attributes("#words", "value"), ["Here"], "what was typed stays");
        assert_eq!(shelf.count(), 0, "{name}");
    }
    // One bad one takes the good ones with it, and five are one too many.
    let two = form(&[], &[("a.pdf", PDF), ("b.pdf", html)]);
    send(&s.ines, FILES, two).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let five = form(&[], &[("a.pdf", PDF); 5]);
    let reply = send(&s.ines, FILES, five).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.texts("#faults li"), ["File is one of too many: 4 are taken at once"]);
    let odd = send(&s.ines, FILES, "no form at all").await;
    assert_eq!(odd.status, StatusCode::BAD_REQUEST);
    assert_eq!(shelf.count(), 0);
    assert_eq!(s.count("select count(*) from messages").await, 0);
}

#[tokio::test]
async fn a_file_that_does_not_arrive_whole_leaves_nothing() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    let whole = form(&[], &[("a.pdf", PDF), ("b.pdf", &[PDF, &[7; 600_000]].concat())]);
    let half = Bytes::from(whole[..400_000].to_vec());
    let pieces = [Ok(half), Err(std::io::Error::other("the line broke"))];
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let reply = send(&s.ines, FILES, body).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert_eq!(shelf.count(), 0);
    send(&s.ines, FILES, whole).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(shelf.count(), 2);
}

#[tokio::test]
async fn a_file_of_more_than_200_mib_is_heard_out_and_refused() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    let piece = Bytes::from(vec![7; 8 * 1024 * 1024]);
    let pieces = std::iter::once(Bytes::from([head_of("long.pdf"), PDF.to_vec()].concat()))
        .chain(std::iter::repeat_n(piece, 25))
        .chain([Bytes::from(format!("\r\n--{EDGE}--\r\n"))]);
    let pieces: Vec<_> = pieces.map(Ok::<_, std::io::Error>).collect();
    let body = Body::from_stream(futures_util::stream::iter(pieces));
    let reply = send(&s.ines, &format!("/api/v1{FILES}"), body).await;
    let detail = &reply.expect(StatusCode::PAYLOAD_TOO_LARGE).json()["detail"];
    assert!(detail.as_str().unwrap().contains("“long.pdf” is more than 200 MiB"), "{detail}");
    assert_eq!(shelf.count(), 0);
}

#[tokio::test]
async fn files_sent_twice_are_one_message_and_names_hide_no_number() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    let sent = form(&[("form_key", "k1")], &[("ring 615-555-0123.pdf", PDF)]);
    let path = format!("/api/v1{FILES}");
    let first = send(&s.ines, &path, sent.clone()).await.expect(StatusCode::CREATED).json();
    let second = send(&s.ines, &path, sent).await.expect(StatusCode::OK).json();
    assert_eq!(first["id"], second["id"]);
    assert_eq!(shelf.count(), 1);
    assert_eq!(first["files"][0]["name"], "ring 615-555-0123.pdf");
    let seen = s.maren.get("/api/v1/bookings/1/messages").await.json();
    let file = &seen["items"][0]["files"][0];
    assert_eq!((&file["name"], &file["kind"]), (&json!("ring [number hidden].pdf"), &json!("PDF")));
    let saved = s.maren.get(file["url"].as_str().unwrap()).await.expect(StatusCode::OK);
    assert!(!saved.header("content-disposition").contains("0123"));
    s.confirm().await;
    let seen = s.maren.get("/api/v1/bookings/1/messages").await.json();
    assert_eq!(seen["items"][0]["files"][0]["name"], "ring 615-555-0123.pdf");
}

#[tokio::test]
async fn the_nightly_sweep_takes_only_what_no_message_names() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    send(&s.ines, FILES, form(&[], &[("a.pdf", PDF)])).await.expect(StatusCode::SEE_OTHER);
    let files = Files::in_folder(shelf.path()).unwrap();
    files.put("threads", Bytes::from_static(b"left by a crash")).await.unwrap();
    let mut db = s.app.db().acquire().await.unwrap();
    let now = first_call::values::Clock::System.now();
    assert_eq!(sweep(&mut db, &files, now).await.unwrap(), 0, "it may be on its way");
    assert_eq!(sweep(&mut db, &files, now + TimeDelta::hours(25)).await.unwrap(), 1);
    assert_eq!(shelf.count(), 1);
}

#[tokio::test]
async fn who_leaves_takes_their_words_and_files_along() {
    let s = scene().await;
    let shelf = shelf(&s.app);
    send(&s.ines, FILES, form(&[("words", "Zebrafinch")], &[("a.pdf", PDF)])).await;
    written(&s.maren, "Thank you").await;
    written(&s.ines, "Zebrafinch again").await;
    s.maren.post("/bookings/1/decline", ()).await.expect(StatusCode::SEE_OTHER);
    let left = s.ines.post("/account/delete", [("current", PASSWORD)]).await;
    left.expect(StatusCode::SEE_OTHER);
    assert_eq!(shelf.count(), 0);
    assert_eq!(words(&s.maren).await, ["Thank you"]);
    assert!(s.maren.get("/messages").await.texts(".inbox .unread").is_empty());
    assert_eq!(
        s.maren.get("/messages").await.texts(".inbox a"),
        ["Deleted account, Dust on the Piano"]
    );
    s.app.wait(TimeDelta::hours(1));
    assert_eq!(s.mail().await, 0);
}
