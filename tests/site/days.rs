use axum::http::StatusCode;
use chrono::TimeDelta;
use first_call::{days::settle_due, files::Files};
use serde_json::{Value, json};
use sqlx::{query, query_scalar};
use tokio::task::JoinSet;

use crate::{
    calls,
    support::{
        Client, PASSWORD, Reply, TestApp,
        sending::{form, send},
    },
};

const DAY: &str = "/bookings/1/day";
const NO_SHOW: &str = "/bookings/1/no-show";
const PDF: &[u8] = b"%PDF-1.7\n% the door, at eleven\n%%EOF\n";

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

/// Maren Oakley takes $35 for a quarter of an hour over. Ines Calloway, who lives by London's clock,
/// has booked her in Nashville for $380, Tuesday 24 November, 10:00 to 13:00, which is 16:00 to 19:00
/// UTC. It is a day and an hour before.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let terms = [("version", "0"), ("overtime_fee", "35")];
    maren.post("/profile/terms", terms).await.expect(StatusCode::SEE_OTHER);
    let call = calls::call(json!({ "date": "2026-11-24" }));
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
    maren.post("/bookings/1/accept", ()).await.expect(StatusCode::SEE_OTHER);
    query("delete from mails").execute(app.db()).await.unwrap();
    Scene { app, ines, maren }
}

/// Forty minutes after the start, and nobody has marked it.
async fn waiting() -> Scene {
    let s = scene().await;
    s.app.wait(TimeDelta::minutes(25 * 60 + 40));
    s
}

/// Ines says that Maren did not come, with a picture of the door.
async fn claimed() -> Scene {
    let s = waiting().await;
    let said =
        account(&s.ines, "", "Nobody at the door, and nobody rang back.", &[("door.pdf", PDF)]);
    assert_eq!(said.await.expect(StatusCode::SEE_OTHER).location(), NO_SHOW);
    s
}

/// And Maren says how it was.
async fn contested() -> Scene {
    let s = claimed().await;
    s.app.wait(TimeDelta::hours(5));
    let said = account(&s.maren, "/contest", "I was at the back door.", &[("back door.pdf", PDF)]);
    said.await.expect(StatusCode::SEE_OTHER);
    query("delete from mails").execute(s.app.db()).await.unwrap();
    s
}

impl Scene {
    async fn count(&self, sql: &'static str) -> i64 {
        query_scalar(sql).fetch_one(self.app.db()).await.unwrap()
    }

    async fn status(&self) -> String {
        let status = "select status::text from bookings where id = 1";
        query_scalar(status).fetch_one(self.app.db()).await.unwrap()
    }

    async fn owed(&self) -> Option<i64> {
        let owed = "select owed from bookings where id = 1";
        query_scalar(owed).fetch_one(self.app.db()).await.unwrap()
    }

    async fn settle(&self) -> u64 {
        let mut db = self.app.db().acquire().await.unwrap();
        settle_due(&mut db, self.app.now()).await.unwrap()
    }

    async fn subject_to(&self, name: &str) -> String {
        let (subject, link) = self.app.take_letter(name).await;
        assert_eq!(link, NO_SHOW);
        let told = ": Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST";
        subject.strip_suffix(told).unwrap_or(&subject).to_owned()
    }

    async fn admin(&self) -> Client {
        self.app.admin("Ada Winterbourne").await
    }
}

async fn account(who: &Client, verb: &str, words: &str, files: &[(&str, &[u8])]) -> Reply {
    send(who, &format!("{NO_SHOW}{verb}"), form(&[("words", words)], files)).await
}

async fn late(who: &Client, minutes: &str, words: &str) -> Reply {
    who.post(&format!("{DAY}/late"), [("minutes", minutes), ("words", words)]).await
}

async fn rule(admin: &Client, outcome: &str) -> Reply {
    let ruling = [("outcome", outcome), ("reason", "The log of the door says so.")];
    admin.post("/admin/no-shows/1", ruling).await
}

fn refusal(reply: Reply) -> String {
    reply.expect(StatusCode::CONFLICT).texts("#refusal p").concat()
}

fn clock(page: &Reply) -> Vec<String> {
    page.texts("[aria-labelledby=d-clock] > div > p:not(.noprint)")
}

// ----- the sheet and its clock -----

#[tokio::test]
async fn both_open_the_same_sheet_and_see_how_the_clock_stands_from_before_to_the_end() {
    let s = scene().await;
    let sheet = s.ines.get("/bookings/1").await.expect(StatusCode::OK);
    assert!(sheet.attributes("main a", "href").contains(&DAY.into()));
    let page = s.ines.get(DAY).await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".when b"),
        ["10:00–13:00 CST", "16:00–19:00 GMT"],
        "by the clock of the room, and by hers"
    );
    let who = page.texts("[aria-labelledby=d-who]").concat();
    assert!(
        who.contains("maren.oakley@example.test") && who.contains("ines.calloway@example.test")
    );
    assert!(page.texts("main").concat().contains("Dry and close."));
    assert_eq!(
        page.texts("[aria-labelledby=d-what] dl > div")[3..],
        ["Songs 1", "Charts No charts: by ear"]
    );
    assert_eq!(
        clock(&page),
        [
            "Starts in 25 h, at 10:00 CST.",
            "Overtime from 13:00 CST: $35.00 for each 15 min begun.",
            "Rests: the terms say nothing of them, so agree on them.",
        ]
    );
    assert!(page.texts("main form").is_empty(), "nothing is to be pressed yet");

    s.app.wait(TimeDelta::minutes(25 * 60 + 4));
    assert_eq!(
        clock(&s.maren.get(DAY).await)[0],
        "Was to start at 10:00 CST, 4 min ago: nobody has marked it yet."
    );
    let start = s.ines.get(DAY).await.attributes("form[action*=report]", "action");
    let marked = s.ines.post(&start[0], ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(marked.location(), DAY, "back to where it was pressed");
    s.app.wait(TimeDelta::minutes(164));
    let page = s.maren.get(DAY).await;
    assert_eq!(clock(&page)[0], "Began 10:04 CST: 12 min left.");
    assert_eq!(page.texts(".answer button"), ["It ends now"]);

    s.app.wait(TimeDelta::minutes(12 + 20));
    let page = s.ines.get(DAY).await;
    assert_eq!(clock(&page)[0], "Began 10:04 CST: 20 min over by now.");
    assert_eq!(
        clock(&page)[1],
        "Overtime from 13:00 CST: $35.00 for each 15 min begun. By now it comes to $70.00."
    );
    s.maren.post("/bookings/1/report/end?to=day", ()).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(DAY).await;
    assert_eq!(clock(&page)[0], "Played 10:04–13:20 CST.");
    assert!(clock(&page)[1].ends_with("It came to $70.00."), "{:?}", clock(&page));
    let report = page.attributes("[aria-labelledby=d-clock] a", "href");
    assert_eq!(report, ["/bookings/1/report"]);
}

#[tokio::test]
async fn what_terms_say_nothing_of_the_sheet_does_not_invent() {
    let s = scene().await;
    query("update bookings set terms = null").execute(s.app.db()).await.unwrap();
    s.app.wait(TimeDelta::hours(25));
    s.ines.post("/bookings/1/report/start", ()).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::minutes(200));
    let page = s.ines.get(DAY).await;
    assert_eq!(
        clock(&page)[1],
        "Overtime from 13:00 CST: the terms name no price, so the two of you agree on it."
    );
    let day = s.ines.get("/api/v1/bookings/1/day").await.json();
    assert_eq!(day["clock"]["stage"], "over");
    assert_eq!(day["clock"]["overtime_so_far"], Value::Null);
}

#[tokio::test]
async fn rests_are_those_of_the_agreement_that_was_pinned() {
    let s = scene().await;
    let rests = "update bookings set terms = jsonb_set(terms, '{rates,rests}', '{\"count\": 2, \"minutes\": 10}')";
    query(rests).execute(s.app.db()).await.unwrap();
    assert_eq!(clock(&s.maren.get(DAY).await)[2], "Rests: 2 of 10 min by the terms.");
}

#[tokio::test]
async fn what_a_player_keeps_clear_is_read_by_the_player_alone() {
    let s = scene().await;
    let around = "[aria-labelledby=d-way] > div p";
    let page = s.maren.get(DAY).await;
    assert!(
        page.texts(around)[0].starts_with("Kept clear for you: Tue 24 Nov 2026, "),
        "{:?}",
        page.texts(around)
    );
    assert!(page.attributes("main a", "href").contains(&"/calendar/days/2026-11-24".into()));
    assert!(s.ines.get(DAY).await.texts(around).is_empty());
    assert_eq!(s.ines.get("/api/v1/bookings/1/day").await.json()["kept_clear"], Value::Null);
    assert!(s.maren.get("/api/v1/bookings/1/day").await.json()["kept_clear"].is_object());
}

#[tokio::test]
async fn nobody_else_opens_the_day_and_an_admin_only_reads() {
    let s = claimed().await;
    let theo = s.app.producer("Theo Brandvold").await;
    for path in
        [DAY, NO_SHOW, "/bookings/1/no-show/files/1", "/api/v1/bookings/1/day", "/bookings/9/day"]
    {
        assert_eq!(theo.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(late(&theo, "20", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(account(&theo, "", "Me too.", &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(theo.post(&format!("{NO_SHOW}/agree"), ()).await.status, StatusCode::NOT_FOUND);

    let ada = s.admin().await;
    for path in [DAY, NO_SHOW] {
        assert!(ada.get(path).await.expect(StatusCode::OK).texts("main form").is_empty(), "{path}");
    }
    assert_eq!(late(&ada, "20", "").await.status, StatusCode::FORBIDDEN);
    assert_eq!(account(&ada, "", "I saw it.", &[]).await.status, StatusCode::FORBIDDEN);
    assert_eq!(ada.post(&format!("{NO_SHOW}/agree"), ()).await.status, StatusCode::FORBIDDEN);
    assert_eq!(s.count("select count(*) from no_show_statements").await, 1);
}

#[tokio::test]
async fn what_is_not_confirmed_has_no_day() {
    let s = scene().await;
    let word = [("word", "The room flooded.")];
    s.ines.post("/bookings/1/cancel", word).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.maren.get(DAY).await.status, StatusCode::CONFLICT);
    assert_eq!(late(&s.maren, "20", "").await.status, StatusCode::CONFLICT);
    let said = account(&s.ines, "", "Nobody there.", &[]).await;
    assert_eq!(refusal(said), "Only of a confirmed session one says that somebody did not come.");
}

// ----- running late -----

#[tokio::test]
async fn who_is_late_says_so_the_other_side_is_told_and_what_is_said_last_holds() {
    let s = scene().await;
    let early = "It is early yet: from two hours before the start one says so here.";
    assert_eq!(refusal(late(&s.maren, "20", "").await), early);
    s.app.wait(TimeDelta::minutes(23 * 60 + 20));
    for _ in 0..2 {
        let said = late(&s.maren, "20", "Stuck on the bridge.").await.expect(StatusCode::SEE_OTHER);
        assert_eq!(said.location(), DAY);
    }
    assert_eq!(s.count("select count(*) from delays").await, 1, "a second press");
    let told = "Dust on the Piano, Tue 24 Nov 2026, 10:00–13:00 CST";
    assert_eq!(
        s.app.take_letter("Ines Calloway").await,
        (format!("Maren Oakley is running late: {told}"), DAY.into())
    );
    assert_eq!(s.count("select count(*) from notices where text like '%running late%'").await, 1);
    let page = s.ines.get(DAY).await;
    assert_eq!(page.texts(".answer h2"), ["Maren Oakley is running 20 min late"]);
    assert_eq!(
        page.texts(".answer .notice p"),
        ["There by Tue 24 Nov 2026, 16:20 GMT. “Stuck on the bridge.”"]
    );

    s.app.wait(TimeDelta::minutes(30));
    late(&s.maren, "45", "").await.expect(StatusCode::SEE_OTHER);
    late(&s.ines, "5", "").await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(DAY).await;
    assert_eq!(
        page.texts(".answer h2"),
        ["Maren Oakley is running 45 min late", "Ines Calloway is running 5 min late"]
    );
    let said = page.texts("[aria-labelledby=d-said] li > :first-child");
    assert_eq!(said.len(), 3, "nothing that was said is gone: {said:?}");
    let changed = query("update delays set minutes = 5").execute(s.app.db()).await.unwrap_err();
    assert!(changed.to_string().contains("never changed or removed"));
}

#[tokio::test]
async fn how_late_is_a_figure_that_makes_sense() {
    let s = scene().await;
    s.app.wait(TimeDelta::minutes(25 * 60 + 10));
    for (minutes, said) in [
        ("", "Minutes are a whole number from 5 to 180."),
        ("4", "Minutes are a whole number from 5 to 180."),
        ("181", "Minutes are a whole number from 5 to 180."),
        ("a few", "Minutes are a whole number from 5 to 180."),
        ("10", "Minutes are over already: count from when it was to start."),
        ("180", "Minutes are as long as the session, or longer: talk to them."),
    ] {
        let page = late(&s.maren, minutes, "On my way").await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(page.texts("#minutes-error"), [said], "{minutes}");
        assert_eq!(page.attributes("#words", "value"), ["On my way"]);
    }
    let long = late(&s.maren, "x", &"x".repeat(301)).await;
    assert_eq!(long.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#faults li").len(), 2);

    for minutes in 20..30 {
        late(&s.maren, &minutes.to_string(), "").await.expect(StatusCode::SEE_OTHER);
    }
    let often = "You have said so ten times. Write to them from here on.";
    assert_eq!(refusal(late(&s.maren, "31", "").await), often);
    s.ines.post("/bookings/1/report/start", ()).await.expect(StatusCode::SEE_OTHER);
    let started = late(&s.ines, "31", "Sorry").await;
    assert_eq!(started.attributes("#words", "value"), [""; 0], "there is no form any more");
    assert_eq!(refusal(started), "The session is marked as started.");
    assert_eq!(s.count("select count(*) from delays").await, 10);
}

#[tokio::test]
async fn a_delay_is_a_fact_of_the_report_where_the_session_began_late() {
    let s = scene().await;
    s.app.wait(TimeDelta::minutes(24 * 60 + 30));
    late(&s.maren, "10", "").await.expect(StatusCode::SEE_OTHER);
    late(&s.maren, "15", "").await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::hours(5));
    let write = async |version: &str, started: &str| {
        let form = [("version", version), ("started", started), ("ended", "13:00"), ("rests", "0")];
        s.maren.post("/bookings/1/report", form).await.expect(StatusCode::SEE_OTHER);
        s.ines.get("/bookings/1/report.txt").await.expect(StatusCode::OK).body
    };
    let in_time = write("0", "10:00").await;
    assert!(!in_time.contains("late: "), "it came to nothing: {in_time}");
    let text = write("1", "10:15").await;
    assert!(
        text.contains(
            "ended: 2026-11-24T19:00:00Z\nlate: Maren Oakley; 15 minutes, said 2026-11-24T15:30:00Z\n"
        ),
        "{text}"
    );
    let page = s.ines.get("/bookings/1/report").await;
    let times = page.texts("[aria-labelledby=r-when] tbody tr");
    assert_eq!(times[2], "Late Maren Oakley, said Tue 24 Nov 2026, 09:30 CST 15 min");
    for who in [&s.maren, &s.ines] {
        let hash = who.get("/bookings/1/report").await.attributes("input[name=sha256]", "value");
        who.post("/bookings/1/report/sign", [("sha256", &hash[0])])
            .await
            .expect(StatusCode::SEE_OTHER);
    }
    assert_eq!(s.count("select count(*) from report_seals").await, 1);
    let report = s.ines.get("/api/v1/bookings/1/report").await.json();
    assert_eq!(report["report"]["delays"][0]["minutes"], 15);
}

// ----- who did not come -----

const BROKEN_BY_MAREN: &str = "select count(*) from bookings where broken_by = 'musician'";

#[tokio::test]
async fn that_somebody_did_not_come_is_said_when_they_were_waited_for() {
    let s = scene().await;
    let said = async || account(&s.ines, "", "Nobody there.", &[]).await;
    let wait = "Wait a little: it can be said from Tue 24 Nov 2026, 10:30 CST on.";
    let reply = said().await;
    assert!(reply.texts("main").concat().contains("Nobody there."), "what was typed is kept");
    assert_eq!(refusal(reply), wait);
    // She says that she is on her way: then she is waited for until that.
    s.app.wait(TimeDelta::minutes(25 * 60));
    late(&s.maren, "60", "").await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::minutes(59));
    assert_eq!(refusal(said().await), wait.replace("10:30", "11:00"));
    assert!(s.ines.get(DAY).await.texts("[aria-labelledby=d-absent]").is_empty());
    s.app.wait(TimeDelta::minutes(1));
    let page = s.ines.get(DAY).await;
    assert_eq!(page.texts("[aria-labelledby=d-absent] a"), ["Say that Maren Oakley did not come"]);

    s.maren.post("/bookings/1/report/start", ()).await.expect(StatusCode::SEE_OTHER);
    assert!(refusal(said().await).starts_with("The session is marked as started"));

    let s = scene().await;
    s.app.wait(TimeDelta::days(8) + TimeDelta::hours(1));
    let late = account(&s.ines, "", "Nobody there.", &[]).await;
    assert_eq!(
        refusal(late),
        "It is too late: that somebody did not come is said within seven days."
    );
}

#[tokio::test]
async fn a_claim_is_told_with_its_clock_and_nothing_else_becomes_of_the_booking_meanwhile() {
    let s = claimed().await;
    assert_eq!(s.subject_to("Maren Oakley").await, "Ines Calloway says that you did not come");
    let page = s.maren.get(NO_SHOW).await.expect(StatusCode::OK);
    assert_eq!(page.texts("#n-1"), ["Ines Calloway says that Maren Oakley did not come"]);
    assert_eq!(
        page.texts(".urgent"),
        [
            "Maren Oakley has until Fri 27 Nov 2026, 16:40 GMT to answer. Unanswered it holds as it was said."
        ]
    );
    assert_eq!(page.texts("button.stop"), ["I did not come"]);
    let again = account(&s.ines, "", "Still nobody.", &[("door.pdf", PDF)]).await;
    again.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.count("select count(*) from no_show_statements").await, 1, "a second press");

    let settled_first = "One of you says that the other did not come: that is settled first.";
    let word = [("word", "We call it off.")];
    for who in [&s.ines, &s.maren] {
        assert_eq!(refusal(who.post("/bookings/1/cancel", word).await), settled_first);
        assert_eq!(refusal(who.post("/bookings/1/report/start", ()).await), settled_first);
        assert!(who.get("/bookings/1").await.texts(".answer form").is_empty());
    }
    s.app.wait(TimeDelta::hours(4));
    let credit = json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "credited_as": "Maren Oakley",
        "instrument": "fiddle",
    });
    let done = s.maren.post("/bookings/1/done", credit).await;
    assert_eq!(done.status, StatusCode::CONFLICT);
    let other = account(&s.maren, "", "It was they who were not there.", &[]).await;
    assert_eq!(refusal(other), "The other side says that you did not come: answer that.");
    assert_eq!(s.status().await, "confirmed");
}

#[tokio::test]
async fn agreed_on_it_is_cancelled_as_if_by_whoever_did_not_come() {
    let s = claimed().await;
    for _ in 0..2 {
        let agreed = s.maren.post(&format!("{NO_SHOW}/agree"), ()).await;
        assert_eq!(agreed.expect(StatusCode::SEE_OTHER).location(), NO_SHOW);
    }
    assert_eq!((s.status().await, s.owed().await), ("cancelled".into(), Some(0)));
    assert_eq!(s.count(BROKEN_BY_MAREN).await, 1);
    assert_eq!(s.subject_to("Ines Calloway").await, "Maren Oakley agrees");
    let sheet = s.ines.get("/bookings/1").await;
    let history = sheet.texts(".history li").join("\n");
    assert!(history.contains("Maren Oakley did not come."), "{history}");
    assert!(sheet.texts(".answer").concat().contains("Nothing is owed for it."));
    assert!(s.ines.get(NO_SHOW).await.texts("main").concat().contains("Maren Oakley agreed."));

    // The producer who does not come owes what cancelling at the start costs: all of it.
    let s = waiting().await;
    account(&s.maren, "", "The studio was locked.", &[]).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(NO_SHOW).await;
    assert!(
        page.texts("[aria-labelledby=n-agree]")
            .concat()
            .contains("The whole fee is owed, $380.00.")
    );
    s.ines.post(&format!("{NO_SHOW}/agree"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!((s.status().await, s.owed().await), ("cancelled".into(), Some(38_000)));
    let page = s.maren.get(NO_SHOW).await;
    assert!(page.texts("main").concat().contains("$380.00 is owed to Maren Oakley"));
    let by: i64 = s.count("select by_account from booking_events where status = 'cancelled'").await;
    assert_eq!(by, s.app.account_id("Ines Calloway").await);
    let contest = account(&s.ines, "/contest", "I was there after all.", &[]).await;
    assert_eq!(refusal(contest), "The two of you agree on it, so it is settled.");
}

#[tokio::test]
async fn not_answered_in_time_it_holds_as_it_was_said() {
    let s = claimed().await;
    s.app.wait(TimeDelta::hours(71));
    assert_eq!(s.settle().await, 0);
    s.app.wait(TimeDelta::hours(1));
    // For whoever looks it holds before the job comes round.
    s.maren.sign_in("Maren Oakley").await;
    let late = account(&s.maren, "/contest", "I was there.", &[("door.pdf", PDF)]).await;
    assert_eq!(refusal(late), "The time to answer is over, so it holds as it was said.");
    query("delete from mails").execute(s.app.db()).await.unwrap();
    assert_eq!(s.settle().await, 1);
    assert_eq!(s.settle().await, 0);
    assert_eq!((s.status().await, s.owed().await), ("cancelled".into(), Some(0)));
    assert_eq!(s.subject_to("Maren Oakley").await, "You did not answer");
    assert_eq!(s.subject_to("Ines Calloway").await, "Maren Oakley did not answer");
    assert_eq!(s.count("select count(*) from mails").await, 0);
    let clock =
        "select count(*) from booking_events where status = 'cancelled' and by_account is null";
    assert_eq!(s.count(clock).await, 1, "the clock did it");
}

#[tokio::test]
async fn contested_both_accounts_are_read_by_both_and_an_admin_decides() {
    let s = contested().await;
    for who in [&s.ines, &s.maren, &s.admin().await] {
        let page = who.get(NO_SHOW).await.expect(StatusCode::OK);
        let said = page.texts(".letter");
        assert_eq!(said, ["Nobody at the door, and nobody rang back.", "I was at the back door."]);
        assert_eq!(page.texts(".files a"), ["door.pdf", "back door.pdf"]);
        for link in page.attributes(".files a", "href") {
            let file = who.get(&link).await.expect(StatusCode::OK);
            assert_eq!(file.header("content-type"), "application/pdf");
            assert!(file.header("content-disposition").starts_with("attachment"));
            assert_eq!(file.body.as_bytes(), PDF);
        }
    }
    let ada = s.app.stranger();
    ada.sign_in("Ada Winterbourne").await;
    let queue = ada.get("/admin/no-shows").await.expect(StatusCode::OK);
    assert_eq!(queue.attributes("tbody a", "href"), ["/admin/no-shows/1"]);
    let bad = ada.post("/admin/no-shows/1", ()).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(bad.texts("#faults li").len(), 2);
    for _ in 0..2 {
        let ruled = rule(&ada, "producer").await.expect(StatusCode::SEE_OTHER);
        assert_eq!(ruled.location(), "/admin/no-shows/1");
    }
    assert_eq!((s.status().await, s.owed().await), ("cancelled".into(), Some(38_000)));
    assert_eq!(s.count(BROKEN_BY_MAREN).await, 0, "that counts against her not at all");
    for name in ["Ines Calloway", "Maren Oakley"] {
        assert_eq!(s.subject_to(name).await, "It is decided who came");
    }
    assert_eq!(refusal(rule(&ada, "neither").await), "An admin has decided.");
    assert!(ada.get("/admin/no-shows").await.texts("tbody a").is_empty());
    let audit = "select count(*) from audit where action = 'no_show.ruled'";
    assert_eq!(s.count(audit).await, 1);
    let page = s.maren.get(NO_SHOW).await.texts("main").concat();
    assert!(
        page.contains("Decided: Ines Calloway did not come")
            && page.contains("The log of the door says so.")
    );
}

#[tokio::test]
async fn where_nobody_stayed_away_the_booking_stands_and_its_report_is_written() {
    let s = contested().await;
    rule(&s.admin().await, "neither").await.expect(StatusCode::SEE_OTHER);
    assert_eq!((s.status().await, s.owed().await), ("confirmed".into(), None));
    let report = [("version", "0"), ("started", "10:50"), ("ended", "13:00"), ("rests", "0")];
    s.maren.post("/bookings/1/report", report).await.expect(StatusCode::SEE_OTHER);
    let again = account(&s.ines, "", "But she did not.", &[]).await;
    assert_eq!(refusal(again), "You have said so before, and that is settled.");

    let s = contested().await;
    rule(&s.admin().await, "musician").await.expect(StatusCode::SEE_OTHER);
    assert_eq!((s.status().await, s.owed().await), ("cancelled".into(), Some(0)));
}

#[tokio::test]
async fn who_said_it_takes_it_back_until_it_is_settled() {
    for s in [claimed().await, contested().await] {
        let not_hers = s.maren.post(&format!("{NO_SHOW}/take-back"), ()).await;
        assert_eq!(refusal(not_hers), "Only the side that said it takes it back.");
        for _ in 0..2 {
            let back = s.ines.post(&format!("{NO_SHOW}/take-back"), ()).await;
            back.expect(StatusCode::SEE_OTHER);
        }
        assert_eq!(s.status().await, "confirmed");
        assert_eq!(
            s.subject_to("Maren Oakley").await,
            "Ines Calloway takes back that you did not come"
        );
        s.app.wait(TimeDelta::hours(80));
        assert_eq!(s.settle().await, 0);
        let ruled = rule(&s.admin().await, "musician").await;
        assert_eq!(refusal(ruled), "It was taken back.");
        // It may still have been the other who was not there.
        s.maren.sign_in("Maren Oakley").await;
        let said = account(&s.maren, "", "You were not there yourself.", &[]).await;
        said.expect(StatusCode::SEE_OTHER);
        assert_eq!(s.count("select count(*) from no_shows").await, 2);
    }
}

#[tokio::test]
async fn words_are_needed_and_files_are_what_they_say() {
    let s = waiting().await;
    let folder = tempfile::tempdir().unwrap();
    s.app.app.kept.put(Files::in_folder(folder.path()).unwrap());
    let files = || std::fs::read_dir(folder.path().join("no-shows")).map_or(0, Iterator::count);
    let page = account(&s.ines, "", "", &[("note.pdf", b"no pdf at all"), ("door.pdf", PDF)]).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        page.texts("#faults li"),
        [
            "What happened cannot be empty",
            "File “note.pdf” is not what its name says: it does not begin as such a file does",
        ]
    );
    assert_eq!(files(), 0, "nothing of it is kept");
    account(&s.ines, "", "Nobody there.", &[("door.pdf", PDF)]).await.expect(StatusCode::SEE_OTHER);
    account(&s.ines, "", "Nobody there.", &[("door.pdf", PDF)]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(files(), 1, "what a second press brought is gone");
}

#[tokio::test]
async fn an_admin_who_is_a_side_of_it_does_not_decide() {
    let s = contested().await;
    query("update accounts set is_admin = true where name = 'Ines Calloway'")
        .execute(s.app.db())
        .await
        .unwrap();
    s.ines.sign_in("Ines Calloway").await;
    let own = rule(&s.ines, "musician").await;
    assert_eq!(own.status, StatusCode::FORBIDDEN);
    assert_eq!(s.status().await, "confirmed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn whatever_happens_at_once_one_thing_becomes_of_it() {
    // Both say it of each other: one does, and the other is to answer.
    let s = waiting().await;
    let servers = [s.app.another(), s.app.another()];
    let mut race = JoinSet::new();
    for (who, server) in
        [&s.ines, &s.maren, &s.ines, &s.maren].into_iter().zip(servers.iter().cycle())
    {
        let secret = who.cookie("sign_in").unwrap();
        let browser = server.stranger().with_cookie("sign_in", &secret);
        race.spawn(async move { account(&browser, "", "Nobody there.", &[]).await.status });
    }
    let told = race.join_all().await;
    assert!(
        told.iter().all(|told| matches!(*told, StatusCode::SEE_OTHER | StatusCode::CONFLICT)),
        "{told:?}"
    );
    assert_eq!(s.count("select count(*) from no_shows").await, 1);

    // She agrees while it is taken back, and the clock runs out on a third server.
    let s = claimed().await;
    s.app.wait(TimeDelta::hours(71));
    s.ines.sign_in("Ines Calloway").await;
    s.maren.sign_in("Maren Oakley").await;
    let mut race = JoinSet::new();
    for _ in 0..2 {
        for (who, verb) in [(&s.maren, "agree"), (&s.ines, "take-back")] {
            let secret = who.cookie("sign_in").unwrap();
            let browser = s.app.another().stranger().with_cookie("sign_in", &secret);
            race.spawn(async move { browser.post(&format!("{NO_SHOW}/{verb}"), ()).await.status });
        }
    }
    race.join_all().await;
    let settled =
        "select count(*) from no_show_statements where status in ('agreed', 'taken_back')";
    assert_eq!(s.count(settled).await, 1);
    let fits = "select count(*) from no_shows n join bookings b on b.id = n.booking_id
                where not b.is_disputed
                  and (n.status = 'agreed') = (b.status = 'cancelled')";
    assert_eq!(s.count(fits).await, 1);
}

#[tokio::test]
async fn a_program_says_is_late_claims_and_answers_by_the_same_rules() {
    let s = scene().await;
    s.app.wait(TimeDelta::hours(24));
    let api = |path: &str| format!("/api/v1{path}");
    let wrong = s.maren.post_json(&api("/bookings/1/day/late"), json!({ "minutes": 3 })).await;
    let wrong = wrong.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(wrong["errors"]["minutes"], json!(["are a whole number from 5 to 180"]));
    let said = json!({ "minutes": 20, "words": "The bridge." });
    let day = s.maren.post_json(&api("/bookings/1/day/late"), said).await.expect(StatusCode::OK);
    let day = day.json();
    assert_eq!(day["delays"][0]["minutes"], 20);
    assert_eq!(day["clock"]["stage"], "ahead");
    assert_eq!(day["clock"]["overtime_price"], json!({ "minor": 3500, "currency": "USD" }));
    assert_eq!(
        (&day["role"], &day["may_mark"], &day["may_be_late"]),
        (&json!("musician"), &json!("start"), &json!(true))
    );
    assert_eq!(day["producer"]["email"], "ines.calloway@example.test");

    s.app.wait(TimeDelta::minutes(100));
    let body = || form(&[("words", "Nobody there.")], &[("door.pdf", PDF)]);
    let said = send(&s.ines, &api(NO_SHOW), body()).await.expect(StatusCode::OK).json();
    assert_eq!(said["items"][0]["status"], "claimed");
    assert_eq!(said["items"][0]["statements"][0]["files"][0]["url"], "/bookings/1/no-show/files/1");
    assert_eq!((&said["may_take_back"], &said["may_agree"]), (&json!(true), &json!(false)));
    let hers = s.maren.get(&api(NO_SHOW)).await.expect(StatusCode::OK).json();
    assert_eq!((&hers["may_contest"], &hers["may_agree"]), (&json!(true), &json!(true)));
    let account = form(&[("words", "At the back door.")], &[]);
    let said = send(&s.maren, &api("/bookings/1/no-show/contest"), account).await;
    assert_eq!(said.expect(StatusCode::OK).json()["items"][0]["status"], "contested");

    let ada = s.admin().await;
    let queue = ada.get("/api/v1/admin/no-shows").await.expect(StatusCode::OK).json();
    assert_eq!(
        (&queue["items"][0]["id"], &queue["items"][0]["by"]),
        (&json!(1), &json!("producer"))
    );
    let ruling = json!({ "outcome": "musician", "reason": "Nobody saw her." });
    let ruled = ada.post_json("/api/v1/admin/no-shows/1", ruling).await;
    ruled.expect(StatusCode::NO_CONTENT);
    let late = s.maren.post_json(&api("/bookings/1/no-show/agree"), json!({})).await;
    late.expect(StatusCode::CONFLICT);
    let seen = s.maren.get(&api(NO_SHOW)).await.json();
    assert_eq!(
        (&seen["items"][0]["absent"], &seen["owed"]["minor"]),
        (&json!("musician"), &json!(0))
    );
}

#[tokio::test]
async fn nobody_leaves_before_it_is_settled_and_their_files_go_with_them() {
    let s = contested().await;
    let leave = async |who: &Client| who.post("/account/delete", [("current", PASSWORD)]).await;
    s.app.wait(TimeDelta::hours(4));
    for who in [&s.ines, &s.maren] {
        let held = leave(who).await.expect(StatusCode::CONFLICT);
        assert_eq!(
            held.texts(".lede"),
            [
                "It is not settled yet who came to a session of yours. Once it is, delete the account."
            ]
        );
    }
    rule(&s.admin().await, "musician").await.expect(StatusCode::SEE_OTHER);
    leave(&s.maren).await.expect(StatusCode::SEE_OTHER);
    let page = s.ines.get(NO_SHOW).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".files a"), ["door.pdf"]);
    let kept = page.texts("main").concat();
    assert!(kept.contains("Deleted account") && !kept.contains("Maren"), "{kept}");
    assert_eq!(s.count("select count(*) from evidence").await, 1);
}
