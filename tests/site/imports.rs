use std::{
    collections::HashMap,
    convert::Infallible,
    io::Write,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, Request, StatusCode, Uri},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use first_call::{
    App, Site,
    imports::{Fetcher, Looked, LookedUp, Names, refresh_due},
};
use serde_json::{Value, json};
use sqlx::{query, query_as, query_scalar};
use tokio::net::TcpListener;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

/// What a server of calendars answers.
#[derive(Clone, Debug)]
enum Answer {
    Calendar(String),
    /// Status, headers, body.
    Said(u16, Vec<(&'static str, String)>, Vec<u8>),
    /// More and more of a calendar, without an end.
    Endless,
    /// The beginning of one, and then nothing.
    Silent,
}

/// A request as it came in: its path, and what it knew of the copy it has.
type Asked = (String, Option<String>);

/// Somebody's server of calendars, on this machine.
#[derive(Clone, Debug)]
struct Feeds {
    address: SocketAddr,
    answers: Arc<Mutex<HashMap<String, Answer>>>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Feeds {
    async fn open() -> Feeds {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let feeds = Feeds { address, answers: Arc::default(), asked: Arc::default() };
        let router = Router::new().fallback(answer).with_state(feeds.clone());
        tokio::spawn(async { axum::serve(listener, router).await });
        feeds
    }

    fn put(&self, path: &str, answer: Answer) {
        self.answers.lock().unwrap().insert(path.into(), answer);
    }

    /// What was asked for since somebody looked.
    fn take_asked(&self) -> Vec<Asked> {
        std::mem::take(&mut self.asked.lock().unwrap())
    }
}

async fn answer(State(feeds): State<Feeds>, uri: Uri, headers: HeaderMap) -> Response {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap().to_owned());
    let known = said("if-none-match");
    feeds.asked.lock().unwrap().push((uri.path().to_owned(), known.clone()));
    let answer = feeds.answers.lock().unwrap().get(uri.path()).cloned();
    match answer {
        None => Response::builder().status(404).body(Body::empty()).unwrap(),
        Some(Answer::Calendar(text)) => {
            let etag = format!("\"{}\"", text.len());
            let response = Response::builder().header("etag", &etag);
            if known == Some(etag) {
                return response.status(304).body(Body::empty()).unwrap();
            }
            response.header("content-type", "text/calendar").body(text.into()).unwrap()
        }
        Some(Answer::Said(status, headers, body)) => {
            let mut response = Response::builder().status(status);
            for (name, value) in headers {
                response = response.header(name, value);
            }
            response.body(body.into()).unwrap()
        }
        Some(Answer::Endless) => {
            let piece = Bytes::from("SUMMARY:and on it goes\r\n".repeat(4_000));
            let pieces =
                futures_util::stream::repeat_with(move || Ok::<_, Infallible>(piece.clone()));
            Response::new(Body::from_stream(pieces))
        }
        Some(Answer::Silent) => {
            use futures_util::StreamExt;
            let first = Ok::<_, Infallible>(Bytes::from_static(b"BEGIN:VCALENDAR\r\n"));
            let pieces = futures_util::stream::iter([first]).chain(futures_util::stream::pending());
            Response::new(Body::from_stream(pieces))
        }
    }
}

/// A calendar in which a session was put on a day of December, from ten to one in Nashville.
fn session_on(day: u32) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nX-WR-CALNAME:Gigs\r\nBEGIN:VEVENT\r\nUID:1@example.test\r\n\
         DTSTART;TZID=America/Chicago:202612{day:02}T100000\r\n\
         DTEND;TZID=America/Chicago:202612{day:02}T130000\r\n\
         SUMMARY:Jingle for <b>soap</b>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

/// One with something in each week, for ever.
fn lessons() -> String {
    session_on(8).replace("SUMMARY", "RRULE:FREQ=WEEKLY\r\nSUMMARY")
}

struct Scene {
    app: TestApp,
    maren: Client,
    feeds: Feeds,
}

/// Maren Oakley, a player in Nashville, and a server of calendars at `feeds.test`.
async fn scene() -> Scene {
    let (app, feeds) = (TestApp::new().await, Feeds::open().await);
    let fetcher = Fetcher::strict().standing_in("feeds.test", feeds.address);
    app.app.kept.put(fetcher.within(Duration::from_secs(2)));
    let maren = app.musician("Maren Oakley").await;
    Scene { app, maren, feeds }
}

impl Scene {
    async fn subscribe(&self, path: &str) -> Reply {
        let form = [("url", format!("webcal://feeds.test{path}")), ("name", String::new())];
        self.maren.post("/calendar/imports", form).await
    }

    /// How many transactions are open while a calendar is read.
    async fn waiting_meanwhile(&self) -> i64 {
        while self.feeds.take_asked().is_empty() {
            tokio::task::yield_now().await;
        }
        let waiting = "select count(*) from pg_stat_activity
                       where datname = current_database() and state like 'idle in transaction%'";
        query_scalar(waiting).fetch_one(self.app.db()).await.unwrap()
    }

    /// Reads in a calendar at `/gigs.ics`.
    async fn reads(calendar: String) -> Scene {
        let scene = scene().await;
        scene.feeds.put("/gigs.ics", Answer::Calendar(calendar));
        scene.subscribe("/gigs.ics").await.expect(StatusCode::SEE_OTHER);
        scene.feeds.take_asked();
        scene
    }

    async fn page(&self) -> Reply {
        self.maren.get("/calendar/imports").await.expect(StatusCode::OK)
    }

    async fn only(&self) -> Value {
        let list = self.maren.get("/api/v1/calendar/imports").await.expect(StatusCode::OK).json();
        assert_eq!(list["items"].as_array().unwrap().len(), 1, "{list}");
        list["items"][0].clone()
    }

    /// When her calendars elsewhere keep her busy.
    async fn busy(&self) -> Vec<(DateTime<Utc>, DateTime<Utc>)> {
        let busy = "select lower(slot), upper(slot) from imported_busy order by slot";
        query_as(busy).fetch_all(self.app.db()).await.unwrap()
    }

    async fn busy_days(&self) -> Vec<String> {
        self.busy().await.iter().map(|(from, _)| from.format("%m-%d").to_string()).collect()
    }

    /// One run of the job.
    async fn look(&self) -> Looked {
        refresh_due(&self.app.app, self.app.db()).await.unwrap()
    }

    async fn mails(&self) -> Vec<(String, Vec<String>)> {
        let mails =
            "select subject, paragraphs from mails where subject like 'Your calendar%' order by id";
        query_as(mails).fetch_all(self.app.db()).await.unwrap()
    }
}

fn multipart(name: &str, file: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file_name\"\r\n\r\n{name}\r\n\
         --edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x.exe\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
    ("multipart/form-data; boundary=edge".into(), body)
}

async fn bring(who: &Client, path: &str, name: &str, file: &[u8]) -> Reply {
    let (kind, body) = multipart(name, file);
    let request = Request::post(path).header("content-type", kind);
    who.send(request.header("sec-fetch-site", "same-origin"), Body::from(body)).await
}

#[tokio::test]
async fn a_calendar_elsewhere_is_read_in_from_its_address() {
    let s = scene().await;
    assert_eq!(s.page().await.texts(".empty h3"), ["None yet"]);
    assert_eq!(s.page().await.texts(".tabs [aria-current]"), ["Calendars in"]);
    s.feeds.put("/private-0123/basic.ics", Answer::Calendar(session_on(8)));
    let added = s.subscribe("/private-0123/basic.ics").await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get(added.location().split('#').next().unwrap()).await;
    assert_eq!(
        page.texts(".flash p"),
        ["“Gigs” is read: it keeps one stretch of the coming 30 days busy."]
    );
    assert_eq!(page.texts(".watch h3"), ["Gigs"]);
    assert_eq!(page.texts(".watch .who .meta"), ["feeds.test"]);
    assert_eq!(
        page.texts(".watch .now"),
        ["Keeps 1 stretch of the coming 30 days busy Read just now, Mon 23 Nov 2026, 09:00 CST"]
    );
    assert!(!page.body.contains("0123"), "the address is a secret");
    assert_eq!(
        s.busy().await,
        [("2026-12-08T16:00:00Z".parse().unwrap(), "2026-12-08T19:00:00Z".parse().unwrap())]
    );

    s.app.wait(TimeDelta::minutes(12));
    assert!(
        s.page().await.texts(".watch .now")[0].contains("Read 12 minutes ago, Mon 23 Nov 2026")
    );
    let import = s.only().await;
    assert_eq!(import["host"], "feeds.test");
    assert_eq!((&import["name"], &import["busy_stretches"]), (&json!("Gigs"), &json!(1)));
    assert_eq!((&import["error"], &import["note"]), (&Value::Null, &json!("")));
    // It is hers alone.
    let josiah = s.app.musician("Josiah Pell").await;
    assert!(josiah.get("/calendar/imports").await.texts(".watch h3").is_empty());
    for path in ["/calendar/imports/1/remove", "/calendar/imports/1/refresh"] {
        assert_eq!(josiah.post(path, ()).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn a_program_reads_calendars_in_as_a_person_does() {
    let s = scene().await;
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(8)));
    let form = json!({ "url": "https://feeds.test/gigs.ics", "name": "Mine" });
    let added = s.maren.post_json("/api/v1/calendar/imports", &form).await;
    let id = added.expect(StatusCode::CREATED).json()["id"].clone();
    let again = s.maren.post_json("/api/v1/calendar/imports", &form).await;
    let again = again.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(again["errors"]["url"][0], "is read in already, as “Mine”");
    let one = format!("/api/v1/calendar/imports/{id}");
    let renamed = s.maren.send_json("PATCH", &one, json!({ "new_name": "Work" })).await;
    assert_eq!(renamed.expect(StatusCode::OK).json()["name"], "Work");
    let nameless = s.maren.send_json("PATCH", &one, json!({ "new_name": " " })).await;
    nameless.expect(StatusCode::UNPROCESSABLE_ENTITY);
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(9) + "\r\n"));
    let looked = s.maren.post_json(&format!("{one}/refresh"), json!({})).await;
    assert_eq!(looked.expect(StatusCode::OK).json()["error"], Value::Null);
    assert_eq!(s.busy_days().await, ["12-09"]);
    s.maren.send(Request::delete(&one), Body::empty()).await.expect(StatusCode::NO_CONTENT);
    assert!(s.busy().await.is_empty());
    s.maren.post_json(&format!("{one}/restore"), json!({})).await.expect(StatusCode::OK);
    assert_eq!(s.busy_days().await, ["12-09"]);
    let file =
        bring(&s.maren, "/api/v1/calendar/imports/file", "", session_on(10).as_bytes()).await;
    assert_eq!(file.expect(StatusCode::CREATED).json()["host"], Value::Null);
    assert_eq!(s.busy_days().await, ["12-09", "12-10"]);
    let wrong = bring(&s.maren, "/api/v1/calendar/imports/file", "", b"no").await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert!(
        wrong["errors"]["file"][0].as_str().unwrap().starts_with("is not a calendar"),
        "{wrong}"
    );
}

#[tokio::test]
async fn a_file_is_brought_and_keeps_its_owner_busy() {
    let s = scene().await;
    let upload = "/calendar/imports/file";
    bring(&s.maren, upload, "Tour", session_on(8).as_bytes()).await.expect(StatusCode::SEE_OTHER);
    let page = s.page().await;
    assert_eq!(page.texts(".watch h3"), ["Tour"]);
    assert_eq!(page.texts(".watch .who .meta"), ["A file you brought"]);
    assert_eq!(
        page.texts(".watch .moves button"),
        ["Remove : Tour"],
        "there is nothing to read anew"
    );
    let refused = s.maren.post("/calendar/imports/1/refresh", ()).await;
    refused.expect(StatusCode::CONFLICT);
    assert_eq!(s.busy_days().await, ["12-08"]);

    let long = "x".repeat(101);
    for (name, file, field, says) in [
        ("", &b""[..], "file", "is missing: choose a file first"),
        (
            "",
            &b"PK\x03\x04"[..],
            "file",
            "is not a calendar: it does not begin with BEGIN:VCALENDAR, as an .ics file does",
        ),
        (
            "",
            &session_on(8).as_bytes()[..90],
            "file",
            "is damaged: it breaks off, or its parts do not fit together",
        ),
        (
            "",
            &vec![b' '; 30 * 1024 * 1024],
            "file",
            "is larger than 5 MiB: make a calendar of what is still ahead, and give that",
        ),
        (&long, session_on(8).as_bytes(), "file_name", "is too long: 101 characters, and 100 fit"),
    ] {
        let page = bring(&s.maren, upload, name, file).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        let label = if field == "file" { "File" } else { "Name" };
        assert_eq!(page.texts(&format!("#{field}-error")), [format!("{label} {says}.")]);
        assert_eq!(page.attributes("#file_name", "value"), [name], "what was typed is kept");
        assert_eq!(s.page().await.texts(".watch h3"), ["Tour"]);
    }
    let plain = s.maren.post(upload, [("file", "x")]).await;
    plain.expect(StatusCode::BAD_REQUEST);
}

/// What gzip makes of so many MiB of nothing.
fn packed(mib: usize) -> Vec<u8> {
    let mut file = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    file.write_all(b"BEGIN:VCALENDAR\r\n").unwrap();
    for _ in 0..mib {
        file.write_all(&vec![b'\n'; 1024 * 1024]).unwrap();
    }
    file.write_all(b"END:VCALENDAR\r\n").unwrap();
    file.finish().unwrap()
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_at_its_field_and_nothing_is_kept() {
    let s = scene().await;
    let (feeds, said) =
        (&s.feeds, |status, headers, body: &[u8]| Answer::Said(status, headers, body.to_vec()));
    let to = |place: &str| said(302, vec![("location", place.to_owned())], b"");
    let html = b"<!doctype html><title>Sign in</title>";
    let million = session_on(8).replace("SUMMARY", "RRULE:FREQ=SECONDLY\r\nSUMMARY");
    let gzip = || vec![("content-encoding", "gzip".to_owned())];
    let too_large = "is larger than 5 MiB: make a calendar of what is still ahead, and give that";
    for (path, answer, says) in [
        (
            "/html",
            said(200, vec![("content-type", "text/calendar".into())], html),
            "is not a calendar: it does not begin with BEGIN:VCALENDAR, as an .ics file does",
        ),
        (
            "/nothing",
            said(200, vec![], b""),
            "is not a calendar: it does not begin with BEGIN:VCALENDAR, as an .ics file does",
        ),
        (
            "/cut",
            said(200, vec![], &session_on(8).as_bytes()[..90]),
            "is damaged: it breaks off, or its parts do not fit together",
        ),
        ("/30mb", said(200, vec![], &vec![b'\n'; 30 * 1024 * 1024]), too_large),
        ("/bomb", said(200, gzip(), &packed(100)), too_large),
        ("/endless", Answer::Endless, too_large),
        ("/silent", Answer::Silent, "answers too slowly: nothing whole came in time"),
        (
            "/not-gzip",
            said(200, gzip(), b"BEGIN:VCALENDAR"),
            "cannot be reached: its server does not answer as it should",
        ),
        (
            "/million",
            Answer::Calendar(million),
            "has something that repeats each minute or second, which cannot be read: take that out first",
        ),
        (
            "/events",
            Answer::Calendar(
                session_on(8)
                    .replace("END:VCALENDAR", &"BEGIN:VEVENT\r\nEND:VEVENT\r\n".repeat(5_000))
                    + "END:VCALENDAR",
            ),
            "has more than 5000 events: make a calendar of what is still ahead, and give that",
        ),
        ("/gone", said(410, vec![], b""), "leads to nothing any more: its server answers 410"),
        (
            "/closed",
            said(403, vec![], b"secret sauce"),
            "is not open to us: its server answers 403. Copy the calendar’s secret address anew",
        ),
        ("/broken", said(500, vec![], b"panic at line 7"), "is in trouble: its server answers 500"),
        ("/same", said(304, vec![], b""), "is in trouble: its server answers 304"),
        ("/round", to("/round"), "leads on from one address to the next too often"),
        (
            "/down",
            to("http://feeds.test/gigs.ics"),
            "leads on to an address that is not https, where nothing is fetched from",
        ),
        (
            "/aside",
            to("https://feeds.test:8443/"),
            "leads on to an address that is not https, where nothing is fetched from",
        ),
        (
            "/inside",
            to("https://127.0.0.1/"),
            "leads into a private network, where nothing is fetched from",
        ),
        (
            "/meta",
            to("https://169.254.169.254/latest/"),
            "leads into a private network, where nothing is fetched from",
        ),
        (
            "/file",
            to("file:///etc/passwd"),
            "leads on to an address that is not https, where nothing is fetched from",
        ),
    ] {
        feeds.put(path, answer);
        let page = s.subscribe(path).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#url-error"), [format!("Address {says}.")], "{path}");
        assert_eq!(page.attributes("#url", "value"), [format!("webcal://feeds.test{path}")]);
        for told in ["secret sauce", "line 7", "Sign in</title>"] {
            assert!(!page.body.contains(told), "{path} echoes {told}");
        }
    }
    assert_eq!(
        query_scalar::<_, i64>("select count(*) from imports").fetch_one(s.app.db()).await.unwrap(),
        0
    );

    // A calendar is one whatever its server calls it, wherever it leads, however it is packed.
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(session_on(8).as_bytes()).unwrap();
    let headers = vec![("content-type", "text/html".into()), ("content-encoding", "gzip".into())];
    feeds.put("/calendar", said(200, headers, &packed.finish().unwrap()));
    feeds.put("/moved", to("https://feeds.test/there"));
    feeds.put("/there", to("calendar"));
    s.subscribe("/moved").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.busy_days().await, ["12-08"]);
}

#[tokio::test]
async fn an_address_that_is_none_comes_back_with_its_fault() {
    let s = scene().await;
    for (typed, says) in [
        ("", "is missing: copy the calendar’s address into it"),
        ("feeds.test/gigs.ics", "is not an address: copy it whole, from https:// or webcal:// on"),
        (
            "ftp://feeds.test/",
            "begins with something other than https:// or webcal://, so nothing can be fetched from it",
        ),
        (
            "https://june:hush@feeds.test/",
            "has a name or a password in it: copy the calendar’s secret address instead",
        ),
        (
            "https://feeds.test:8443/",
            "names a port: calendars are fetched from https addresses without one",
        ),
        ("https://2130706433/", "leads into a private network, where nothing is fetched from"),
    ] {
        let form = [("url", typed), ("name", &"y".repeat(101))];
        let page = s.maren.post("/calendar/imports", form).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#url-error"), [format!("Address {says}.")]);
        assert_eq!(page.texts("#name-error"), ["Name is too long: 101 characters, and 100 fit."]);
        assert_eq!(page.attributes("#url", "value"), [typed]);
        assert_eq!(page.texts("#faults li").len(), 2, "every fault at once");
    }
    assert!(s.feeds.take_asked().is_empty());
}

#[tokio::test]
async fn a_calendar_that_did_not_change_is_not_sent_again() {
    let s = Scene::reads(session_on(8)).await;
    assert_eq!(s.look().await, Looked::default(), "it is not due yet");
    s.app.wait(TimeDelta::minutes(40));
    assert_eq!(s.look().await, Looked { same: 1, ..Looked::default() });
    let etag = format!("\"{}\"", session_on(8).len());
    assert_eq!(s.feeds.take_asked(), [("/gigs.ics".to_owned(), Some(etag))]);
    assert_eq!(s.only().await["read_at"], "2026-11-23T15:40:00Z");

    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(9) + "\r\n"));
    s.app.wait(TimeDelta::minutes(40));
    assert_eq!(s.look().await, Looked { changed: 1, ..Looked::default() });
    assert_eq!(s.busy_days().await, ["12-09"]);
    // It says the same in other words, as calendars do that tell when they were asked.
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(9) + "\r\n\r\n"));
    s.app.wait(TimeDelta::minutes(40));
    assert_eq!(s.look().await, Looked { same: 1, ..Looked::default() });
}

#[tokio::test]
async fn a_calendar_that_fails_keeps_what_it_said_and_its_owner_hears_of_it_once() {
    let s = Scene::reads(session_on(8)).await;
    let lies = b"<html>This domain is for sale</html>".to_vec();
    s.feeds
        .put("/gigs.ics", Answer::Said(200, vec![("content-type", "text/calendar".into())], lies));
    s.app.wait(TimeDelta::minutes(40));
    assert_eq!(s.look().await, Looked { failed: 1, ..Looked::default() });
    assert_eq!(s.busy_days().await, ["12-08"], "the last good copy stays");
    let page = s.page().await;
    assert_eq!(
        page.texts(".watch .err"),
        [
            "Not read since Mon 23 Nov 2026, 09:40 CST. It is not a calendar: it does not begin with \
          BEGIN:VCALENDAR, as an .ics file does. What it said before still counts."
        ]
    );
    assert!(page.texts(".watch .now")[0].contains("Read 40 minutes ago"));
    assert_eq!(s.only().await["failing_since"], "2026-11-23T15:40:00Z");

    // Further and further apart.
    let mut tries = 0;
    for _ in 0..24 {
        s.app.wait(TimeDelta::hours(1));
        tries += s.look().await.failed;
    }
    assert!((4..=8).contains(&tries), "{tries} tries a day");
    assert!(s.mails().await.is_empty());
    for _ in 0..16 {
        s.app.wait(TimeDelta::hours(10));
        s.look().await;
    }
    let mails = s.mails().await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert_eq!(mails[0].0, "Your calendar “Gigs” has not been read for a week");
    assert_eq!(
        mails[0].1[0],
        "It is not a calendar: it does not begin with BEGIN:VCALENDAR, as an .ics file does."
    );
    assert_eq!(s.busy_days().await, ["12-08"]);

    // And all is well again.
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(15) + "\r\n"));
    s.maren.post("/calendar/imports/1/refresh", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.busy_days().await, ["12-15"]);
    assert!(s.page().await.texts(".watch .err").is_empty());
    // Its server goes away.
    s.feeds.answers.lock().unwrap().clear();
    let refreshed = s.maren.post("/calendar/imports/1/refresh", ()).await;
    let page = s.maren.get(refreshed.location().split('#').next().unwrap()).await;
    assert!(page.texts(".flash p")[0].starts_with("It was not read."));
    assert!(
        page.texts(".watch .err")[0]
            .contains("It leads to nothing any more: its server answers 404.")
    );
    assert_eq!(s.busy_days().await, ["12-15"]);
}

#[tokio::test]
async fn as_days_go_by_a_series_is_written_out_further_though_nothing_changed() {
    let s = Scene::reads(lessons()).await;
    bring(&s.maren, "/calendar/imports/file", "", lessons().as_bytes()).await;
    let last = |busy: Vec<(DateTime<Utc>, DateTime<Utc>)>| busy.last().unwrap().0;
    let before = last(s.busy().await);
    assert!(before > s.app.now() + TimeDelta::days(550));
    s.app.wait(TimeDelta::days(30));
    assert_eq!(s.look().await, Looked { changed: 2, ..Looked::default() });
    let (path, known) = s.feeds.take_asked().remove(0);
    assert!(path == "/gigs.ics" && known.is_some(), "its server says it is the same");
    let busy = s.busy().await;
    assert!(last(busy.clone()) >= before + TimeDelta::days(28));
    // A day of the coming month is there twice, once by each; what is over is not.
    let first = busy.first().unwrap().0;
    assert!(first > s.app.now() - TimeDelta::days(2) && busy[1].0 == first);
    // A server that fails does not keep the last copy from it.
    s.feeds.put("/gigs.ics", Answer::Said(500, vec![], vec![]));
    s.app.wait(TimeDelta::days(30));
    assert_eq!(s.look().await, Looked { changed: 1, failed: 1, ..Looked::default() });
    assert!(last(s.busy().await) > s.app.now() + TimeDelta::days(550));
}

#[tokio::test]
async fn who_moves_takes_their_days_along() {
    let day = session_on(8)
        .replace(";TZID=America/Chicago:20261208T100000", ";VALUE=DATE:20261208")
        .replace(";TZID=America/Chicago:20261208T130000", ";VALUE=DATE:20261209");
    let s = Scene::reads(day).await;
    assert_eq!(s.busy().await[0].0, "2026-12-08T06:00:00Z".parse::<DateTime<Utc>>().unwrap());
    let moves = query("update musicians set zone = 'Europe/Berlin'");
    moves.execute(s.app.db()).await.unwrap();
    assert_eq!(s.look().await, Looked { changed: 1, ..Looked::default() });
    assert_eq!(s.busy().await[0].0, "2026-12-07T23:00:00Z".parse::<DateTime<Utc>>().unwrap());
}

#[tokio::test]
async fn two_servers_share_what_is_due() {
    let s = Scene::reads(session_on(8)).await;
    for n in 0..9 {
        let path = format!("/{n}.ics");
        s.feeds.put(&path, Answer::Calendar(session_on(8 + n)));
        s.subscribe(&path).await.expect(StatusCode::SEE_OTHER);
    }
    let full = s.subscribe("/more.ics").await.expect(StatusCode::CONFLICT);
    assert_eq!(
        full.texts(".lede"),
        ["You read in 10 calendars, and no more fit. Remove one first."]
    );
    assert_eq!(s.page().await.texts("#url").len(), 0);
    s.feeds.take_asked();
    s.app.wait(TimeDelta::hours(1));
    let db = s.app.db().clone();
    let other = App::new(db.clone(), db.clone(), s.app.app.clock.clone(), Site::default());
    other.kept.put(Fetcher::strict().standing_in("feeds.test", s.feeds.address));
    let (one, two) = tokio::join!(refresh_due(&s.app.app, &db), refresh_due(&other, &db));
    assert_eq!(one.unwrap().all() + two.unwrap().all(), 10);
    let mut asked: Vec<String> = s.feeds.take_asked().into_iter().map(|(path, _)| path).collect();
    asked.sort();
    asked.dedup();
    assert_eq!(asked.len(), 10, "each once");
    assert_eq!(s.look().await.all(), 0);
}

#[tokio::test]
async fn a_calendar_is_renamed_removed_and_put_back() {
    let s = Scene::reads(session_on(8)).await;
    let name =
        |name: &str| s.maren.post("/calendar/imports/1/name", [("new_name", name.to_owned())]);
    name("<i>Work</i>").await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.page().await.texts(".watch h3"), ["<i>Work</i>"]);
    let page = name("  ").await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#new_name-error"), ["Name cannot be empty."]);

    s.maren.post("/calendar/imports/1/remove", ()).await.expect(StatusCode::SEE_OTHER);
    s.maren.post("/calendar/imports/1/remove", ()).await.expect(StatusCode::SEE_OTHER);
    assert!(s.busy().await.is_empty());
    assert_eq!(s.page().await.texts(".pending b"), ["<i>Work</i>"]);
    s.app.wait(TimeDelta::hours(2));
    assert_eq!(s.look().await.all(), 0, "nobody reads it any more");
    s.maren.post("/calendar/imports/1/refresh", ()).await.expect(StatusCode::NOT_FOUND);
    name("Other").await.expect(StatusCode::NOT_FOUND);

    s.maren.post("/calendar/imports/1/restore", ()).await.expect(StatusCode::SEE_OTHER);
    s.maren.post("/calendar/imports/1/restore", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.busy_days().await, ["12-08"]);
    assert_eq!(s.look().await.all(), 1, "it is read anew");

    s.maren.post("/calendar/imports/1/remove", ()).await.expect(StatusCode::SEE_OTHER);
    s.subscribe("/gigs.ics").await.expect(StatusCode::SEE_OTHER);
    let again = s.maren.post("/calendar/imports/1/restore", ()).await.expect(StatusCode::CONFLICT);
    assert!(again.texts(".lede")[0].starts_with("You read in the same calendar again already"));
    s.app.wait(TimeDelta::days(1));
    assert!(s.page().await.texts(".pending b").is_empty());
    s.maren.post("/calendar/imports/1/restore", ()).await.expect(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn before_a_session_is_accepted_what_is_not_fresh_is_read_again() {
    let s = Scene::reads(session_on(10)).await;
    let ines = s.app.producer("Ines Calloway").await;
    let call = calls::call(json!({}));
    let sent = ines.post("/musicians/maren-oakley/calls", &call).await;
    let sheet = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
    // Her other calendar is given the same morning meanwhile.
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(8) + "\r\n"));
    s.app.wait(TimeDelta::minutes(14));
    s.maren.get(&sheet).await.expect(StatusCode::OK);
    assert!(s.feeds.take_asked().is_empty(), "looking costs nothing");
    s.app.wait(TimeDelta::minutes(2));
    s.maren.post(&format!("{sheet}/accept"), ()).await;
    assert_eq!(s.feeds.take_asked().len(), 1);
    assert_eq!(s.busy_days().await, ["12-08"]);
    // By a program, with a key, and so inside of a transaction.
    s.feeds.put("/gigs.ics", Answer::Calendar(session_on(9) + "\r\n\r\n"));
    s.app.wait(TimeDelta::minutes(16));
    let request = Request::post(format!("/api/v1{sheet}/accept"))
        .header("content-type", "application/json")
        .header("idempotency-key", "a-key-of-mine");
    s.maren.send(request, "{}".into()).await;
    assert_eq!(s.feeds.take_asked().len(), 1);
    assert_eq!(s.busy_days().await, ["12-09"]);
    // What is fresh is not asked for, nor by whom the booking is none of theirs.
    s.maren.post(&format!("{sheet}/accept"), ()).await;
    s.app.wait(TimeDelta::minutes(16));
    let theo = s.app.producer("Theo Brandvold").await;
    theo.post(&format!("{sheet}/accept"), ()).await.expect(StatusCode::NOT_FOUND);
    assert!(s.feeds.take_asked().is_empty());
    // A server that does not answer keeps nobody waiting for long.
    s.feeds.put("/gigs.ics", Answer::Silent);
    let asked = std::time::Instant::now();
    s.maren.post(&format!("{sheet}/accept"), ()).await;
    assert!(asked.elapsed() < Duration::from_secs(6));
    assert_eq!(s.busy_days().await, ["12-09"]);
}

#[tokio::test]
async fn while_a_calendar_elsewhere_is_slow_no_transaction_waits_for_it() {
    for by_program in [false, true] {
        let s = Scene::reads(session_on(10)).await;
        let ines = s.app.producer("Ines Calloway").await;
        let sent = ines.post("/musicians/maren-oakley/calls", calls::call(json!({}))).await;
        let sheet = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
        s.feeds.put("/gigs.ics", Answer::Silent);
        s.app.wait(TimeDelta::minutes(16));
        let accept = async {
            if by_program {
                let request = Request::post(format!("/api/v1{sheet}/accept"))
                    .header("content-type", "application/json")
                    .header("idempotency-key", "a-key-of-mine");
                s.maren.send(request, "{}".into()).await.expect(StatusCode::OK)
            } else {
                s.maren.post(&format!("{sheet}/accept"), ()).await.expect(StatusCode::SEE_OTHER)
            }
        };
        let (_, waiting) = tokio::join!(accept, s.waiting_meanwhile());
        assert_eq!(waiting, 0, "{by_program}");
    }
}

#[tokio::test]
async fn who_leaves_leaves_no_calendar_behind() {
    let s = Scene::reads(session_on(8)).await;
    let gone = s.maren.post("/account/delete", [("current", PASSWORD)]).await;
    gone.expect(StatusCode::SEE_OTHER);
    assert!(s.busy().await.is_empty());
    assert_eq!(
        query_scalar::<_, i64>("select count(*) from imports").fetch_one(s.app.db()).await.unwrap(),
        0
    );
}

/// Names that lead where a stranger likes, each time somewhere else.
#[derive(Debug)]
struct Liar(Mutex<Vec<Vec<IpAddr>>>);

impl Names for Liar {
    fn look_up(&self, _: &str) -> LookedUp {
        let mut answers = self.0.lock().unwrap();
        let answer = if answers.len() > 1 { answers.remove(0) } else { answers[0].clone() };
        Box::pin(async { Ok(answer) })
    }
}

#[tokio::test]
async fn no_name_leads_into_a_private_network() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let came = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&came);
    tokio::spawn(async move {
        while listener.accept().await.is_ok() {
            *counted.lock().unwrap() += 1;
        }
    });
    let private = "Address leads into a private network, where nothing is fetched from.";
    let unreachable = "Address cannot be reached: its server does not answer as it should.";
    let slow = "Address answers too slowly: nothing whole came in time.";
    // An address of the IETF's that is public, and to which no road leads from a test.
    let public = "192.31.196.1";
    for (answers, says) in [
        (vec![vec!["127.0.0.1"]], vec![private]),
        (vec![vec!["::1"]], vec![private]),
        (vec![vec!["::ffff:127.0.0.1"]], vec![private]),
        (vec![vec!["10.0.0.7"]], vec![private]),
        (vec![vec!["169.254.169.254"]], vec![private]),
        (vec![vec!["100.64.0.1"]], vec![private]),
        (vec![vec!["fd00::1"]], vec![private]),
        // One of several is enough.
        (vec![vec![public, "127.0.0.1"]], vec![private]),
        (vec![vec!["127.0.0.1", public]], vec![private]),
        // Public when it is looked up first, and private a moment later.
        (vec![vec![public], vec!["127.0.0.1"]], vec![unreachable, private]),
        (
            vec![vec![]],
            vec!["Address names a server that is not found: look whether it is written right."],
        ),
    ] {
        let told = format!("{answers:?}");
        let answers = answers
            .into_iter()
            .map(|all| all.into_iter().map(|ip| ip.parse().unwrap()).collect())
            .collect();
        let fetcher = Fetcher::by(Arc::new(Liar(Mutex::new(answers))), port);
        app.app.kept.put(fetcher.within(Duration::from_millis(300)));
        for says in says {
            let page =
                maren.post("/calendar/imports", [("url", "https://calendar.example/a.ics")]).await;
            let fault = page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#url-error");
            assert!(fault == [says] || says == unreachable && fault == [slow], "{told}: {fault:?}");
        }
    }
    // Each way to write the same machine.
    for typed in [
        "https://127.0.0.1/",
        "https://localhost/",
        "https://localhost./",
        "https://127.1/",
        "https://0x7f.1/",
        "https://2130706433/",
        "https://0177.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://127.0.0.1./",
        "https://0.0.0.0/",
        "https://[::]/",
        "https://[64:ff9b::7f00:1]/",
    ] {
        app.app.kept.put(Fetcher::by(
            Arc::new(Liar(Mutex::new(vec![vec!["127.0.0.1".parse().unwrap()]]))),
            port,
        ));
        let page = maren.post("/calendar/imports", [("url", typed)]).await;
        assert_eq!(
            page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#url-error"),
            [private],
            "{typed}"
        );
    }
    assert_eq!(*came.lock().unwrap(), 0, "nobody knocked");
}
