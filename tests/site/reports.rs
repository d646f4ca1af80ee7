use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{query, query_scalar};
use tokio::task::JoinSet;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

const REPORT: &str = "/bookings/1/report";

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Maren Oakley takes $35 for a quarter of an hour over, and 15 % for a second instrument. Ines
/// Calloway has booked her in Nashville for $380, Tuesday 24 November, 10:00 to 13:00, which is 16:00
/// to 19:00 UTC. It is a day and an hour before.
async fn scene() -> Scene {
    scene_of(json!({})).await
}

async fn scene_of(otherwise: Value) -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let terms = [("version", "0"), ("overtime_fee", "35"), ("second", "15")];
    maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    let mut call = calls::call(json!({ "date": "2026-11-24" }));
    for (field, value) in otherwise.as_object().unwrap() {
        call[field] = value.clone();
    }
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
    maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    Scene { app, ines, maren }
}

/// Played to 13:41, and written down: it comes to $557.75.
async fn played() -> Scene {
    let s = scene().await;
    s.app.wait(TimeDelta::hours(30));
    write(&s.maren, "0", &PLAYED).await.expect(StatusCode::SEE_OTHER);
    s
}

const PLAYED: [(&str, &str); 4] =
    [("started", "10:04"), ("ended", "13:41"), ("rests", "20"), ("doubles", "1")];

impl Scene {
    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }

    async fn done(&self) {
        let credit = json!({
            "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
            "instrument": "fiddle",
        });
        self.ines.post("/bookings/1/done", credit).await.expect(StatusCode::SEE_OTHER);
    }

    async fn refuses(&self, sql: &'static str) {
        let refused = query(sql).execute(self.app.db()).await.unwrap_err().to_string();
        assert!(refused.contains("never changed or removed"), "{refused}");
    }
}

async fn write(who: &Client, version: &str, fields: &[(&str, &str)]) -> Reply {
    let form: Vec<_> = [("version", version)].into_iter().chain(fields.iter().copied()).collect();
    who.post(REPORT, form).await
}

/// What the page would have signed.
async fn sha256(who: &Client) -> String {
    who.get("/api/v1/bookings/1/report").await.json()["sha256"].as_str().unwrap().to_owned()
}

async fn sign(who: &Client) -> Reply {
    let form = who.get(REPORT).await.expect(StatusCode::OK);
    let hash = match form.attributes("input[name=sha256]", "value").pop() {
        Some(hash) => hash,
        None => sha256(who).await,
    };
    who.post(&format!("{REPORT}/sign"), [("sha256", hash)]).await
}

async fn signed(who: &Client) {
    assert_eq!(sign(who).await.expect(StatusCode::SEE_OTHER).location(), REPORT);
}

fn refusal(reply: Reply) -> String {
    reply.expect(StatusCode::CONFLICT).texts("#refusal p").concat()
}

fn lines(page: &Reply) -> Vec<String> {
    page.texts("[aria-labelledby=r-sum] tbody tr, [aria-labelledby=r-sum] tfoot tr")
}

fn times(page: &Reply) -> Vec<String> {
    page.texts("[aria-labelledby=r-when] tbody tr")
}

/// The rows of a table as RFC 4180 has it, each by the names of its columns.
pub fn parse(csv: &str) -> Vec<Value> {
    let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
    let (mut letters, mut is_quoted) = (csv.chars().peekable(), false);
    while let Some(letter) = letters.next() {
        match (letter, is_quoted) {
            ('"', true) if letters.peek() == Some(&'"') => cell.extend(letters.next()),
            ('"', _) => is_quoted = !is_quoted,
            (',', false) => row.push(std::mem::take(&mut cell)),
            ('\r', false) => {
                assert_eq!(letters.next(), Some('\n'));
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            (letter, _) => cell.push(letter),
        }
    }
    assert!(row.is_empty() && cell.is_empty() && !is_quoted, "the last row has its end");
    let names = rows.remove(0);
    let named = |row: Vec<String>| {
        assert_eq!(row.len(), names.len());
        names.iter().cloned().zip(row.into_iter().map(Value::from)).collect()
    };
    rows.into_iter().map(named).map(Value::Object).collect()
}

#[tokio::test]
async fn either_side_marks_the_start_and_the_end_and_both_see_what_was_played() {
    let s = scene().await;
    let sheet = s.maren.get("/bookings/1").await.expect(StatusCode::OK);
    assert!(sheet.attributes("main a", "href").contains(&REPORT.into()));
    let early = "It is too early: a session is marked from an hour before it is booked to start.";
    assert!(s.ines.get(REPORT).await.texts("main")[0].contains(early));
    assert_eq!(refusal(s.maren.post(&format!("{REPORT}/start"), ()).await), early);

    s.app.wait(TimeDelta::hours(24));
    let unstarted = s.maren.post(&format!("{REPORT}/end"), ()).await;
    assert_eq!(
        refusal(unstarted),
        "Nobody has marked the start yet: mark that first, or write both down."
    );
    s.app.wait(TimeDelta::seconds(3_870));
    for _ in 0..2 {
        s.maren.post(&format!("{REPORT}/start"), ()).await.expect(StatusCode::SEE_OTHER);
        s.app.wait(TimeDelta::minutes(1));
    }
    let page = s.ines.get(REPORT).await.expect(StatusCode::OK);
    assert_eq!(times(&page)[1], "Played Since Tue 24 Nov 2026, 10:04 CST");
    assert_eq!(page.texts(".answer button"), ["It ends now"]);

    s.app.wait(TimeDelta::minutes(215));
    s.ines.post(&format!("{REPORT}/end"), ()).await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get(REPORT).await.expect(StatusCode::OK);
    assert_eq!(
        times(&page),
        [
            "Booked Tue 24 Nov 2026, 10:00–13:00 CST 3 h",
            "Played Tue 24 Nov 2026, 10:04–13:41 CST 3 h 37 min",
            "Rests 0 min",
            "Overtime Past the booked end, rests or not 41 min",
        ]
    );
    assert_eq!(
        lines(&page),
        [
            "Session, 3 h: the fee agreed on. $380.00",
            "Overtime: 3 × 15 min at $35.00. $105.00",
            "Due to Maren Oakley $485.00",
        ]
    );
    assert_eq!(s.count("select count(*) from report_versions").await, 2);

    // It was half past, with rests, and a mandolin.
    let right = [("started", "10:04"), ("ended", "13:30"), ("rests", "20"), ("doubles", "1")];
    write(&s.maren, "2", &right).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(REPORT).await;
    assert_eq!(
        lines(&page),
        [
            "Session, 3 h: the fee agreed on. $380.00",
            "Overtime: 2 × 15 min at $35.00. $70.00",
            "On overtime: Doubling, 1 more instrument: 15 % of $70.00. $10.50",
            "Doubling, 1 more instrument: 15 % of $380.00. $57.00",
            "Due to Maren Oakley $517.50",
        ]
    );
    assert_eq!(page.texts(".history li > :first-child"), ["Version 3", "Version 2", "Version 1"]);
    // The same again is nothing new; over an old version nobody writes.
    write(&s.maren, "2", &right).await.expect(StatusCode::SEE_OTHER);
    let stale = write(&s.ines, "2", &PLAYED).await;
    assert_eq!(stale.attributes("#ended", "value"), ["13:41"], "what was typed is kept");
    assert_eq!(
        refusal(stale),
        "The report was changed meanwhile, in another window or by the other side: read it as it stands now."
    );
    assert_eq!(s.count("select count(*) from report_versions").await, 3);
}

#[tokio::test]
async fn what_ended_days_ago_is_not_marked_with_one_press() {
    let s = scene().await;
    s.app.wait(TimeDelta::hours(27));
    s.maren.post(&format!("{REPORT}/start"), ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::days(1));
    assert!(s.maren.get(REPORT).await.texts(".answer button").is_empty());
    assert_eq!(
        refusal(s.maren.post(&format!("{REPORT}/end"), ()).await),
        "The end is not marked: that is more than 12 hours after the session was booked to end. Write down when it was."
    );
}

#[tokio::test]
async fn every_fault_is_said_at_once_and_nothing_typed_is_lost() {
    let s = scene().await;
    s.app.wait(TimeDelta::hours(30));
    let wrong = [
        ("started_on", "soon"),
        ("started", "10:04"),
        ("ended", "25:00"),
        ("rests", "a few"),
        ("doubles", "10"),
        ("songs", "0"),
        ("overtime_fee", "-3"),
    ];
    let page = write(&s.maren, "x", &wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.texts("#faults li").len(), 7, "{:?}", page.texts("#faults li"));
    assert_eq!(page.attributes("#started, #ended, #rests", "value"), ["10:04", "25:00", "a few"]);
    assert_eq!(page.texts("#doubles-error"), ["More instruments are a whole number from 0 to 9."]);

    for (fields, field, said) in [
        (vec![("ended", "13:00")], "started", "Start is missing: what ended has started."),
        (
            vec![("started", "08:59")],
            "started",
            "Start is more than an hour before the session was booked to start.",
        ),
        (
            vec![("started", "13:00")],
            "started",
            "Start is not before the session was booked to end.",
        ),
        (vec![("started", "10:00"), ("ended", "10:00")], "ended", "End must be after the start."),
        (
            vec![("started", "10:00"), ("ended_on", "2026-11-25"), ("ended", "13:00")],
            "ended",
            "End is still to come.",
        ),
        (
            vec![("started", "10:00"), ("ended", "11:00"), ("rests", "60")],
            "rests",
            "Rests are as long as the session, or longer.",
        ),
        (
            vec![("rests", "5")],
            "rests",
            "Rests are taken in a session that started and ended: write that down too.",
        ),
        (
            vec![("started", "10:00"), ("ended", "13:30"), ("overtime_fee", "9")],
            "overtime_fee",
            "For overtime is only for what the terms say nothing of: leave it empty.",
        ),
    ] {
        let page = write(&s.maren, "0", &fields).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts(&format!("#{field}-error")), [said], "{fields:?}");
    }
    assert_eq!(s.count("select count(*) from report_versions").await, 0);
}

#[tokio::test]
async fn signed_by_both_it_is_sealed_by_the_hash_of_its_text_and_never_changed() {
    let s = played().await;
    query("delete from mails").execute(s.app.db()).await.unwrap();
    for _ in 0..2 {
        signed(&s.maren).await;
    }
    let told = "Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST";
    assert_eq!(s.count("select count(*) from report_signatures").await, 1);
    assert_eq!(s.count("select count(*) from mails").await, 1);
    assert_eq!(
        s.app.take_letter("Ines Calloway").await,
        (format!("Maren Oakley signed the report: {told}"), REPORT.into())
    );
    let hash = sha256(&s.ines).await;
    for _ in 0..2 {
        let again = s.ines.post(&format!("{REPORT}/sign"), [("sha256", &hash)]).await;
        again.expect(StatusCode::SEE_OTHER);
    }
    for name in ["Ines Calloway", "Maren Oakley"] {
        let letter = s.app.take_letter(name).await;
        assert_eq!(letter, (format!("The report is sealed: {told}"), REPORT.into()));
    }
    assert_eq!(s.count("select count(*) from mails").await, 0);

    let text = s.maren.get("/bookings/1/report.txt").await.expect(StatusCode::OK).body;
    assert_eq!(hex::encode(Sha256::digest(text.as_bytes())), hash);
    assert_eq!(
        text.replace('\u{a0}', " "),
        "First Call session report, form 1\n\
         booking: 1\n\
         version: 1\n\
         title: Dust on the Piano\n\
         artist: June Harrow\n\
         producer: Ines Calloway\n\
         musician: Maren Oakley\n\
         instrument: Fiddle\n\
         kind: room\n\
         place: Cedar Street Sound\n\
         zone: America/Chicago\n\
         booked from: 2026-11-24T16:00:00Z\n\
         booked to: 2026-11-24T19:00:00Z\n\
         started: 2026-11-24T16:04:00Z\n\
         ended: 2026-11-24T19:41:00Z\n\
         rests in minutes: 20\n\
         overtime in minutes: 41\n\
         more instruments: 1\n\
         counted by: Own terms\n\
         fee: USD 380.00; Session, 3 h: the fee agreed on.\n\
         overtime: USD 105.00; Overtime: 3 × 15 min at $35.00.\n\
         doubling: USD 15.75; On overtime: Doubling, 1 more instrument: 15 % of $105.00.\n\
         doubling: USD 57.00; Doubling, 1 more instrument: 15 % of $380.00.\n\
         total: USD 557.75\n"
    );

    // Whatever becomes of names and wishes, it stays.
    query("update accounts set name = 'Ines C.' where name = 'Ines Calloway'")
        .execute(s.app.db())
        .await
        .unwrap();
    let sealed = "The report is sealed: nobody changes it any more.";
    assert_eq!(refusal(write(&s.ines, "1", &[("started", "10:00")]).await), sealed);
    assert_eq!(refusal(s.ines.post(&format!("{REPORT}/sign"), ()).await), sealed);
    let page = s.ines.get(REPORT).await;
    assert!(page.texts("[aria-labelledby=r-who]")[0].contains("Ines Calloway"));
    assert!(page.texts("[aria-labelledby=r-sign]")[0].contains(&hash));
    assert!(page.texts("form button").iter().all(|button| !button.contains("Sign this")));
    assert_eq!(s.maren.get("/bookings/1/report.txt").await.body, text);
    s.refuses("update report_seals set text = text || ' '").await;
    s.refuses("delete from report_seals").await;
    s.refuses("update report_versions set doubles = 0").await;
    s.refuses("delete from report_signatures").await;
    assert_eq!(s.count("select count(*) from report_seals").await, 1);
}

#[tokio::test]
async fn a_change_takes_signatures_back_and_whoever_signed_is_told() {
    let s = played().await;
    let before = sha256(&s.ines).await;
    signed(&s.ines).await;
    write(&s.maren, "1", &[("started", "10:00"), ("ended", "13:41")])
        .await
        .expect(StatusCode::SEE_OTHER);
    let told = "Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST";
    assert_eq!(
        s.app.take_letter("Ines Calloway").await,
        (format!("Maren Oakley changed the report: {told}"), REPORT.into())
    );
    let page = s.ines.get(REPORT).await;
    assert!(
        page.texts("[aria-labelledby=r-sign] dl")[0].contains("Producer Ines Calloway Not signed")
    );
    let stale = s.ines.post(&format!("{REPORT}/sign"), [("sha256", before)]).await;
    assert!(refusal(stale).contains("changed meanwhile"));

    // Her own signature goes as well, and the other side hears of it.
    signed(&s.maren).await;
    write(&s.maren, "2", &PLAYED).await.expect(StatusCode::SEE_OTHER);
    let told = s.app.take_letter("Ines Calloway").await.0;
    assert!(told.starts_with("Maren Oakley changed the report"), "{told}");
    signed(&s.ines).await;
    assert_eq!(s.count("select count(*) from report_seals").await, 0, "nobody signed the same");
    signed(&s.maren).await;
    assert_eq!(s.count("select count(*) from report_seals").await, 1);
}

#[tokio::test]
async fn what_is_not_over_or_not_complete_is_not_signed() {
    let s = scene().await;
    let hash = async || sha256(&s.maren).await;
    let tried = async |hash: String| {
        refusal(s.maren.post(&format!("{REPORT}/sign"), [("sha256", hash)]).await)
    };
    let not_over = "The session is not over yet: its report is signed once it has ended.";
    assert_eq!(tried(hash().await).await, not_over);
    s.app.wait(TimeDelta::hours(30));
    let not_marked = "Write down when the session started and ended, then sign.";
    assert_eq!(tried(hash().await).await, not_marked);

    // Of the oldest bookings no terms are known: then it is for the two to agree.
    query("update bookings set terms = null").execute(s.app.db()).await.unwrap();
    write(&s.maren, "0", &PLAYED).await.expect(StatusCode::SEE_OTHER);
    let open = "Something is still to be agreed on: write down what it comes to, then sign.";
    assert_eq!(tried(hash().await).await, open);
    let page = s.ines.get(REPORT).await;
    assert_eq!(
        lines(&page),
        [
            "Session, 3 h: the fee agreed on. $380.00",
            "Overtime, 41 min: to be agreed on. open",
            "Doubling, 1 more instrument: to be agreed on. open",
            "Due to Maren Oakley $380.00",
        ]
    );
    let agreed = [PLAYED.as_slice(), &[("overtime_fee", "65.50"), ("doubles_fee", "0")]].concat();
    write(&s.ines, "1", &agreed).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(lines(&s.maren.get(REPORT).await)[3], "Due to Maren Oakley $445.50");
    signed(&s.maren).await;
}

#[tokio::test]
async fn remote_work_is_signed_without_marks_once_it_is_done() {
    let remote =
        json!({ "kind": "remote", "due_date": "2026-11-27", "due_time": "18:00", "fee": "300" });
    let s = scene_of(remote).await;
    assert_eq!(
        refusal(s.maren.post(&format!("{REPORT}/start"), ()).await),
        "Remote work has no start and no end to mark."
    );
    let room = write(&s.maren, "0", &[("started", "10:00")]).await;
    let room = room.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(room.texts("#faults li").len(), 1);
    write(&s.maren, "0", &[("songs", "2")]).await.expect(StatusCode::SEE_OTHER);
    let hash = sha256(&s.maren).await;
    let early = s.maren.post(&format!("{REPORT}/sign"), [("sha256", hash)]).await;
    assert_eq!(
        refusal(early),
        "The booking is not marked done yet: of remote work a report is signed after that."
    );
    s.done().await;
    signed(&s.maren).await;
    signed(&s.ines).await;
    let page = s.maren.get(REPORT).await;
    assert_eq!(
        lines(&page),
        ["2 songs, recorded remotely: the fee agreed on. $300.00", "Due to Maren Oakley $300.00"]
    );
    assert_eq!(page.texts(".strap span")[1], "Sealed");
}

#[tokio::test]
async fn nobody_else_reads_it_and_an_admin_only_reads() {
    let s = played().await;
    let theo = s.app.producer("Theo Brandvold").await;
    let pages = [REPORT, "/bookings/1/report.txt", "/bookings/1/report.csv"];
    for path in pages.into_iter().chain(["/api/v1/bookings/1/report", "/bookings/9/report"]) {
        assert_eq!(theo.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let hash = sha256(&s.ines).await;
    let foreign = theo.post(&format!("{REPORT}/sign"), [("sha256", &hash)]).await;
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    assert_eq!(write(&theo, "1", &PLAYED).await.status, StatusCode::NOT_FOUND);
    let unknown = s.ines.post(&format!("{REPORT}/pause"), ()).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);

    let ada = s.app.admin("Ada Winterbourne").await;
    for path in pages {
        ada.get(path).await.expect(StatusCode::OK);
    }
    assert!(ada.get(REPORT).await.texts("main form").is_empty());
    let not = ada.post(&format!("{REPORT}/sign"), [("sha256", &hash)]).await;
    assert_eq!(not.status, StatusCode::FORBIDDEN);
    assert_eq!(write(&ada, "1", &[]).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_table_says_the_same_and_holds_no_formula() {
    let s = scene_of(json!({ "title": "=HYPERLINK(\"x\"), twice", "artist": "-2+3" })).await;
    s.app.wait(TimeDelta::hours(30));
    write(&s.maren, "0", &PLAYED).await.expect(StatusCode::SEE_OTHER);
    signed(&s.maren).await;
    signed(&s.ines).await;
    let table = s.ines.get("/bookings/1/report.csv").await.expect(StatusCode::OK);
    assert_eq!(table.header("content-type"), "text/csv; charset=utf-8; header=present");
    assert_eq!(table.header("content-disposition"), "attachment; filename=\"report-1.csv\"");
    let rows = parse(&table.body);
    let column =
        |name: &str| -> Vec<&str> { rows.iter().map(|row| row[name].as_str().unwrap()).collect() };
    assert_eq!(column("item"), ["fee", "overtime", "doubling", "doubling", "total"]);
    assert_eq!(column("amount"), ["380.00", "105.00", "15.75", "57.00", "557.75"]);
    assert_eq!(column("currency"), ["USD"; 5]);
    assert_eq!(column("title"), ["'=HYPERLINK(\"x\"), twice"; 5]);
    assert_eq!(column("artist"), ["'-2+3"; 5]);
    let hash = sha256(&s.ines).await;
    assert_eq!(column("sha256"), [hash.as_str(); 5]);
    assert_eq!(column("ended_at"), ["2026-11-24T19:41:00Z"; 5]);
    assert_eq!(column("overtime_minutes"), ["41"; 5]);
    assert_eq!(column("rest_minutes"), ["20"; 5]);
}

#[tokio::test]
async fn what_goes_to_the_funds_stands_below_what_is_due() {
    let s = scene().await;
    let under = [("version", "1"), ("pack", "afm-sound-recording")];
    s.maren.post("/profile/terms", under).await.expect(StatusCode::SEE_OTHER);
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await.expect(StatusCode::OK);
    let pack = form.attributes("#pack option", "value").remove(1);
    let call = calls::call(json!({ "date": "2026-11-25", "pack": pack, "fee": "500" }));
    s.ines.post("/musicians/maren-oakley/calls", call).await.expect(StatusCode::SEE_OTHER);
    s.maren.post("/bookings/2/accept", ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::hours(54));
    let report = "/bookings/2/report";
    let marks = [("version", "0"), ("started", "10:00"), ("ended", "13:00")];
    s.maren.post(report, marks).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(report).await.expect(StatusCode::OK);
    let plain = |text: String| text.replace('\u{a0}', " ");
    let rows: Vec<String> =
        page.texts("[aria-labelledby=r-sum] tr").into_iter().map(plain).collect();
    assert_eq!(
        rows[2..],
        [
            "Due to Maren Oakley $500.00",
            "Pension: 14.09 % of $500.00, to the fund. $70.45",
            "Health: for the session, to the fund. $30.00",
            "In all, with what goes to the funds $600.45",
        ]
    );
    let text = plain(s.ines.get("/bookings/2/report.txt").await.body);
    let funds = "total: USD 500.00\n\
                 pension: USD 70.45; Pension: 14.09 % of $500.00, to the fund.\n\
                 health: USD 30.00; Health: for the session, to the fund.\n";
    assert!(text.ends_with(funds), "{text}");
    let rows = parse(&s.ines.get("/bookings/2/report.csv").await.body);
    let items: Vec<&str> = rows.iter().map(|row| row["item"].as_str().unwrap()).collect();
    assert_eq!(items, ["fee", "total", "pension", "health"]);
    // Sealed, it stays so; what is invoiced to the producer is what is due to the player.
    let hash = s.maren.get(&format!("/api/v1{report}")).await.json()["sha256"].clone();
    let hash = [("sha256", hash.as_str().unwrap().to_owned())];
    for who in [&s.maren, &s.ines] {
        let signed = who.post(&format!("{report}/sign"), &hash).await;
        signed.expect(StatusCode::SEE_OTHER);
    }
    let sealed = s.ines.get(&format!("/api/v1{report}")).await.json();
    assert!(sealed["sealed_at"].is_string());
    assert_eq!(
        sealed["report"]["besides"][0]["amount"],
        json!({ "minor": 7_045, "currency": "USD" })
    );
}

#[tokio::test]
async fn a_program_marks_writes_and_signs_by_the_same_rules() {
    let s = scene().await;
    let api = format!("/api/v1{REPORT}");
    s.app.wait(TimeDelta::hours(25));
    let started = s.maren.post_json(&format!("{api}/start"), json!({})).await;
    assert_eq!(
        started.expect(StatusCode::OK).json()["report"]["started_at"],
        "2026-11-24T16:00:00Z"
    );
    s.app.wait(TimeDelta::minutes(200));
    let ended = s.maren.post_json(&format!("{api}/end"), json!({})).await;
    let ended = ended.expect(StatusCode::OK).json();
    assert_eq!(ended["report"]["overtime"], 20);
    assert_eq!(ended["report"]["total"], json!({ "minor": 45_000, "currency": "USD" }));

    let wrong = s.maren.send_json("PUT", &api, json!({ "version": 2, "rests": "x" })).await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(wrong["errors"]["rests"], json!(["are whole minutes, from 0 to 840"]));
    let right = json!({ "version": 2, "started": "10:00", "ended": "13:20", "rests": 15 });
    let put = s.maren.send_json("PUT", &api, right).await.expect(StatusCode::OK).json();
    assert_eq!((&put["report"]["version"], &put["may_be_signed"]), (&json!(3), &json!(true)));
    let hash = json!({ "sha256": put["sha256"] });
    let sign = format!("{api}/sign");
    let waits = s.maren.post_json(&sign, &hash).await.expect(StatusCode::OK).json();
    assert_eq!((&waits["role"], &waits["sealed_at"]), (&json!("musician"), &Value::Null));
    let not_this = s.ines.post_json(&sign, json!({ "sha256": "00" })).await;
    not_this.expect(StatusCode::CONFLICT);
    let sealed = s.ines.post_json(&sign, &hash).await.expect(StatusCode::OK).json();
    assert!(sealed["sealed_at"].is_string() && sealed["producer_signed_at"].is_string());
    assert_eq!(sealed["text"], put["text"]);
    assert_eq!(sealed["may_write"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_presses_at_once_through_two_servers_seal_one_report() {
    let s = played().await;
    query("delete from mails").execute(s.app.db()).await.unwrap();
    let hash = sha256(&s.ines).await;
    let servers = [s.app.another(), s.app.another()];
    let mut race = JoinSet::new();
    for lane in 0..10 {
        let side = if lane % 4 < 2 { &s.ines } else { &s.maren };
        let secret = side.cookie("sign_in").unwrap();
        let browser = servers[lane % 2].stranger().with_cookie("sign_in", &secret);
        let form = [("sha256", hash.clone())];
        race.spawn(async move { browser.post(&format!("{REPORT}/sign"), form).await.status });
    }
    while let Some(status) = race.join_next().await {
        assert_eq!(status.unwrap(), StatusCode::SEE_OTHER);
    }
    assert_eq!(s.count("select count(*) from report_signatures").await, 2);
    assert_eq!(s.count("select count(*) from report_seals").await, 1);
    assert_eq!(s.count("select count(*) from mails").await, 3);
}

#[tokio::test]
async fn what_is_sealed_keeps_the_names_it_was_signed_under_when_somebody_leaves() {
    let s = played().await;
    s.done().await;
    let leave = async |who: &Client| {
        let left = who.post("/account/delete", [("current", PASSWORD)]).await;
        left.expect(StatusCode::SEE_OTHER);
    };
    signed(&s.maren).await;
    signed(&s.ines).await;
    leave(&s.ines).await;
    let page = s.maren.get(REPORT).await.expect(StatusCode::OK);
    assert!(page.texts("[aria-labelledby=r-who]")[0].contains("Ines Calloway"));

    let s = played().await;
    s.done().await;
    leave(&s.ines).await;
    let page = s.maren.get(REPORT).await.expect(StatusCode::OK);
    assert!(page.texts("[aria-labelledby=r-who]")[0].contains("Deleted account"));
    assert_eq!(
        refusal(sign(&s.maren).await),
        "One of the two sides has deleted their account, so nobody can seal this report."
    );
}
