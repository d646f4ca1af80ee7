use axum::http::StatusCode;
use chrono::TimeDelta;
use insta::assert_json_snapshot;
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{Client, Reply, TestApp},
};

pub struct Scene {
    pub app: TestApp,
    pub ines: Client,
    pub maren: Client,
}

/// Ines Calloway lives in London, Maren Oakley plays in Nashville. It is Monday 23 November 2026.
pub async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    Scene { app, ines, maren }
}

/// What Ines asks of Maren, with some of it otherwise.
pub fn call(otherwise: &[(&str, &str)]) -> Value {
    let mut call = calls::call(
        json!({ "artist": "June Harrow & the Lamplighters", "place": "Cedar Street Sound, Nashville", "brief": "Dry and close.\n\nBarn, not ballroom." }),
    );
    for (field, value) in otherwise {
        call[field] = (*value).into();
    }
    call
}

/// What is offered beside an answer, and of what is confirmed.
const OTHER: &str = "Offer other terms";
const MOVE: &str = "Move it, or change the fee";

const REMOTE: [(&str, &str); 3] =
    [("kind", "remote"), ("due_date", "2026-12-10"), ("due_time", "18:00")];

impl Scene {
    /// Asks, and answers the booking's address.
    pub async fn ask(&self, otherwise: &[(&str, &str)]) -> String {
        let sent = self.ines.post("/musicians/maren-oakley/calls", call(otherwise)).await;
        sent.expect(StatusCode::SEE_OTHER).location().to_owned()
    }

    pub async fn confirmed(&self, otherwise: &[(&str, &str)]) -> String {
        let booking = self.ask(otherwise).await;
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking
    }

    /// Who was mailed what, the latest last.
    async fn mails(&self) -> Vec<String> {
        let sql = "select split_part(recipient, '.', 1) || ': ' || subject from mails order by id";
        query_scalar(sql).fetch_all(self.app.db()).await.unwrap()
    }

    async fn run(&self, sql: &'static str) {
        sqlx::query(sql).execute(self.app.db()).await.unwrap();
    }
}

/// What the sheet says and offers: its badge, then its buttons.
pub fn offered(sheet: &Reply) -> (String, Vec<String>) {
    let badge = sheet.texts(".strap .badge").remove(0);
    (badge, sheet.texts(".answer button, .answer a.btn"))
}

/// What is wrong with which field of a form that came back.
fn faults(reply: &Reply, field: &str) -> String {
    reply.texts(&format!("#{field}-error")).join(" ")
}

#[tokio::test]
async fn a_request_is_accepted_and_both_sides_see_it() {
    let s = scene().await;
    let form = s.ines.get("/musicians/maren-oakley/calls/new?instrument=fiddle&date=2026-12-08&from=10:00&to=12:00&zone=America/Chicago").await;
    let form = form.expect(StatusCode::OK);
    assert_eq!(
        form.attributes("#date, #from, #to, #fee", "value"),
        ["2026-12-08", "10:00", "12:00", "380.00"]
    );
    assert!(form.texts(".stack .meta")[0].contains("16:00–18:00 GMT, in Europe/London"));

    let booking = s.ask(&[]).await;
    let sheet = s.ines.get(&booking).await.expect(StatusCode::OK);
    assert_eq!(sheet.texts(".flash p"), ["Sent. Maren Oakley has been told."]);
    let waiting = ("Waiting for an answer".into(), vec!["Withdraw the request".into()]);
    assert_eq!(offered(&sheet), waiting);

    let sheet = s.maren.get(&booking).await.expect(StatusCode::OK);
    let buttons = vec!["Accept and confirm, $380.00".into(), "Decline".into(), OTHER.into()];
    assert_eq!(offered(&sheet), ("Yours to answer".into(), buttons));
    assert!(sheet.texts(".answer .notice")[0].contains("Answer by Wed 25 Nov 2026, 15:00 GMT"));

    let word = [("word", "Lovely tune.")];
    let accepted = s.maren.post(&format!("{booking}/accept"), word).await;
    assert_eq!(accepted.expect(StatusCode::SEE_OTHER).location(), booking);
    let sheet = s.maren.get(&booking).await;
    assert_eq!(
        sheet.texts(".flash p"),
        [
            "Confirmed: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST. Ines Calloway has been told."
        ]
    );
    for side in [&s.ines, &s.maren] {
        let sheet = side.get(&booking).await;
        assert_eq!(
            offered(&sheet),
            ("Confirmed".into(), vec![MOVE.into(), "Cancel the booking".into()])
        );
        assert_eq!(
            sheet.texts(".history li > :first-child"),
            ["Requested, $380.00", "Accepted and confirmed, $380.00", "Session, then the credit"]
        );
        assert_eq!(sheet.texts(".history q"), ["Lovely tune."]);
    }
    assert_eq!(
        s.mails().await,
        [
            "maren: Ines Calloway asks for you: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
            "ines: Maren Oakley accepted: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
        ]
    );
    let notices = "select url from notices order by id";
    let notices: Vec<String> = query_scalar(notices).fetch_all(s.app.db()).await.unwrap();
    assert_eq!(notices, [booking.clone(), booking]);
}

#[tokio::test]
async fn each_other_step_is_told_to_the_other_side_and_settles_the_booking() {
    let s = scene().await;
    let reason = [("word", "The singer is ill.")];
    for (is_confirmed, by, verb, badge, mail) in [
        (false, &s.maren, "decline", "Declined", "ines: Maren Oakley declined"),
        (false, &s.ines, "withdraw", "Withdrawn", "maren: Ines Calloway withdrew a request"),
        (true, &s.ines, "cancel", "Cancelled", "maren: Ines Calloway cancelled"),
        (true, &s.maren, "cancel", "Cancelled", "ines: Maren Oakley cancelled"),
    ] {
        let booking = if is_confirmed { s.confirmed(&[]).await } else { s.ask(&[]).await };
        by.post(&format!("{booking}/{verb}"), reason).await.expect(StatusCode::SEE_OTHER);
        for side in [&s.ines, &s.maren] {
            let sheet = side.get(&booking).await;
            assert_eq!(offered(&sheet), (badge.into(), vec![]), "{verb}");
            assert_eq!(sheet.texts(".history q"), ["The singer is ill."], "{verb}");
        }
        let told = format!("{mail}: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST");
        assert_eq!(s.mails().await.pop(), Some(told));
        // The time is open again: the next one is asked for the same hours.
    }
}

#[tokio::test]
async fn only_ones_own_side_of_a_booking_may_do_its_verbs() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    for (by, verb, sentence) in [
        (&s.ines, "accept", "Only the musician answers this. You may withdraw it."),
        (&s.ines, "decline", "Only the musician answers this. You may withdraw it."),
        (&s.maren, "withdraw", "Only the producer takes this back. You may decline it."),
        (
            &s.maren,
            "cancel",
            "This booking is not confirmed yet: withdraw the request, or decline it.",
        ),
    ] {
        for word in ["Why not.", ""] {
            let refused = by.post(&format!("{booking}/{verb}"), [("word", word)]).await;
            let refused = refused.expect(StatusCode::CONFLICT);
            assert_eq!(refused.texts("#refusal p"), [sentence], "{verb} {word:?}");
        }
    }
    for verb in ["lapse", "requested", "ACCEPT", "accept%00"] {
        let nothing = s.maren.post(&format!("{booking}/{verb}"), ()).await;
        assert_eq!(nothing.status, StatusCode::NOT_FOUND, "{verb}");
    }
    assert_eq!(offered(&s.maren.get(&booking).await).0, "Yours to answer");
}

#[tokio::test]
async fn a_request_that_nobody_answers_lapses() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(48) - TimeDelta::seconds(1));
    assert_eq!(offered(&s.maren.get(&booking).await).0, "Yours to answer");
    s.app.wait(TimeDelta::seconds(1));

    // Before the clock's job has come round, it has lapsed for everyone already.
    for side in [&s.ines, &s.maren] {
        assert_eq!(offered(&side.get(&booking).await), ("Lapsed".into(), vec![]));
    }
    let late = s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    let sentence = "This request has lapsed: the time to answer it is over.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    let late = s.ines.post_json(&format!("/api/v1{booking}/withdraw"), json!({})).await;
    assert_eq!(late.expect(StatusCode::CONFLICT).json()["detail"], sentence);
    assert_eq!(s.ines.get(&format!("/api/v1{booking}")).await.json()["status"], "lapsed");
    assert!(s.ines.get("/bookings?tab=past").await.texts(".badge").contains(&"Lapsed".into()));

    let mut db = s.app.db().acquire().await.unwrap();
    let lapsed = first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    let again = first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    assert_eq!((lapsed, again), (1, 0));
    let sheet = s.ines.get(&booking).await;
    assert_eq!(
        sheet.texts(".history li"),
        [
            "Requested, $380.00 Mon 23 Nov 2026, 15:00 GMT · Ines Calloway",
            "Lapsed, unanswered Wed 25 Nov 2026, 15:00 GMT · the clock",
        ]
    );
    assert_eq!(
        s.mails().await[1..],
        [
            "ines: Maren Oakley did not answer: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
            "maren: A request lapsed: Dust on the Piano, Tue 8 Dec 2026, 10:00–13:00 CST",
        ]
    );
}

#[tokio::test]
async fn many_overdue_requests_lapse_once_each_however_many_servers_do_it() {
    let s = scene().await;
    for hour in 0..60 {
        let from = format!("{:02}:{:02}", 9 + hour / 12, 5 * (hour % 12));
        s.ask(&[("from", &from), ("to", "17:00")]).await;
    }
    s.app.wait(TimeDelta::days(3));
    let lapse = async || {
        let mut db = s.app.db().acquire().await.unwrap();
        first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap()
    };
    let (one, other, third) = tokio::join!(lapse(), lapse(), lapse());
    assert_eq!(one + other + third, 60);
    let lapses =
        "select count(*) from booking_events where status = 'lapsed' and by_account is null";
    let lapses: i64 = query_scalar(lapses).fetch_one(s.app.db()).await.unwrap();
    assert_eq!(lapses, 60);
    assert_eq!(s.mails().await.len(), 60 + 2 * 60);
}

#[tokio::test]
async fn a_stale_page_sent_again_changes_nothing_and_says_how_it_stands() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    for (by, verb, sentence) in [
        (&s.maren, "accept", "This booking is confirmed already."),
        (
            &s.maren,
            "decline",
            "This booking is confirmed already: it can only be cancelled, with a reason.",
        ),
        (
            &s.ines,
            "withdraw",
            "This booking is confirmed already: it can only be cancelled, with a reason.",
        ),
    ] {
        let again = by.post(&format!("{booking}/{verb}"), ()).await.expect(StatusCode::CONFLICT);
        assert_eq!(again.texts("#refusal p"), [sentence]);
        assert_eq!(offered(&again).0, "Confirmed", "the page is the sheet as it stands");
    }
    let events = "select count(*) from booking_events";
    let events: i64 = query_scalar(events).fetch_one(s.app.db()).await.unwrap();
    assert_eq!((events, s.mails().await.len()), (2, 2));
}

#[tokio::test]
async fn a_form_sent_twice_asks_once() {
    let s = scene().await;
    let form = s.ines.get("/musicians/maren-oakley/calls/new").await;
    let key = form.attributes("input[name=form_key]", "value").remove(0);
    let other = s.ines.get("/musicians/maren-oakley/calls/new").await;
    assert_ne!(other.attributes("input[name=form_key]", "value"), [key.as_str()]);

    let sent = call(&[("form_key", &key)]);
    let path = "/musicians/maren-oakley/calls";
    let (one, two, three) =
        tokio::join!(s.ines.post(path, &sent), s.ines.post(path, &sent), s.ines.post(path, &sent));
    for sent in [one, two, three] {
        assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
    }
    let later = s.ines.post(path, &sent).await;
    assert_eq!(later.location(), "/bookings/1");
    let page = s.ines.get("/bookings/1").await;
    assert_eq!(page.texts(".flash p"), ["This form was sent before, and made this booking."]);
    let later = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", sent).await;
    assert_eq!(later.expect(StatusCode::OK).json()["id"], 1);
    assert_eq!(s.mails().await.len(), 1);

    // Another producer's key is their own.
    let theo = s.app.producer("Theo Brandt").await;
    let sent = theo.post(path, call(&[("form_key", &key)])).await;
    assert_ne!(sent.expect(StatusCode::SEE_OTHER).location(), "/bookings/1");
}

#[tokio::test]
async fn a_booking_does_not_exist_for_others_and_an_admin_only_reads_it() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let (theo, jo) = (s.app.producer("Theo Brandt").await, s.app.musician("Jo Lindqvist").await);
    for other in [&theo, &jo] {
        for address in [booking.clone(), format!("/api/v1{booking}")] {
            assert_eq!(other.get(&address).await.status, StatusCode::NOT_FOUND);
        }
        for verb in ["accept", "decline", "withdraw", "cancel"] {
            let tried = other.post(&format!("{booking}/{verb}"), [("word", "Mine.")]).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
            let tried = format!("/api/v1{booking}/{verb}");
            let tried = other.post_json(&tried, json!({"word": "Mine."})).await;
            assert_eq!(tried.status, StatusCode::NOT_FOUND);
        }
        assert_eq!(other.get("/api/v1/bookings").await.json()["items"], json!([]));
    }
    for nothing in ["/bookings/0", "/bookings/-1", "/bookings/99999999999999999999", "/bookings/x"]
    {
        assert_eq!(s.ines.get(nothing).await.status, StatusCode::NOT_FOUND, "{nothing}");
    }

    let ada = s.app.admin("Ada Moreno").await;
    let sheet = ada.get(&booking).await.expect(StatusCode::OK);
    assert_eq!(offered(&sheet), ("Waiting for an answer".into(), vec![]));
    let tried = ada.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::FORBIDDEN);
    assert_eq!(tried.texts("#refusal p"), ["Only the two sides of a booking may act on it."]);

    let stranger = s.app.stranger();
    let sent_away = stranger.get("/musicians/maren-oakley/calls/new?instrument=fiddle").await;
    assert_eq!(
        sent_away.expect(StatusCode::SEE_OTHER).location(),
        "/sign-in?next=/musicians/maren-oakley/calls/new%3Finstrument%3Dfiddle"
    );
    assert_eq!(stranger.get(&booking).await.location(), format!("/sign-in?next={booking}"));
    let problem = stranger.get(&format!("/api/v1{booking}")).await;
    assert_eq!(problem.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn one_asks_only_players_who_are_public_and_never_oneself() {
    let s = scene().await;
    let own = s.maren.get("/musicians/maren-oakley/calls/new").await.expect(StatusCode::CONFLICT);
    assert_eq!(own.texts(".lede"), ["This is your own profile: nobody books themselves."]);
    let own = s.maren.post("/musicians/maren-oakley/calls", call(&[])).await;
    assert_eq!(own.status, StatusCode::CONFLICT);
    s.run("update musicians set status = 'hidden'").await;
    for slug in ["maren-oakley", "nobody", "maren%00oakley", "Maren%20Oakley", "a%2Fb"] {
        let form = s.ines.get(&format!("/musicians/{slug}/calls/new")).await;
        assert_eq!(form.status, StatusCode::NOT_FOUND, "{slug}");
        let sent = s.ines.post(&format!("/musicians/{slug}/calls"), call(&[])).await;
        assert_eq!(sent.status, StatusCode::NOT_FOUND, "{slug}");
    }
    s.run("update musicians set status = 'published'").await;
    s.run("update accounts set verified_at = null").await;
    let unverified = s.ines.post("/musicians/maren-oakley/calls", call(&[])).await;
    assert_eq!(unverified.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn every_time_is_told_by_the_rooms_clock_and_by_the_readers() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    let sheet = s.ines.get(&booking).await;
    assert_eq!(sheet.texts(".when time"), ["10:00–13:00 CST", "16:00–19:00 GMT"]);
    assert_eq!(
        sheet.attributes(".strip", "aria-label"),
        ["Maren Oakley, Tuesday 8 December 2026: open 09:00–18:00 CST; this call 10:00–13:00 CST."]
    );
    let list = s.ines.get("/bookings?tab=ahead").await;
    assert_eq!(
        list.texts("td:nth-child(2)"),
        ["Tue 8 Dec 2026, 10:00–13:00 CST Tue 8 Dec 2026, 16:00–19:00 GMT for you"]
    );

    // Asked by the clock of a room elsewhere: nine in New York is eight in Nashville.
    let early = [("date", "2026-12-07"), ("zone", "America/New_York"), ("from", "09:00")];
    let early = s.ines.post("/musicians/maren-oakley/calls", call(&early)).await;
    assert_eq!(
        faults(&early.expect(StatusCode::UNPROCESSABLE_ENTITY), "from"),
        "From is outside the hours this player works: free that day 09:00–18:00 CST."
    );

    // Where both clocks show the same, it is told once.
    s.run("update accounts set zone = 'America/Chicago'").await;
    assert_eq!(s.ines.get(&booking).await.texts(".when time"), ["10:00–13:00 CST"]);

    let remote = s.ask(&REMOTE).await;
    s.run("update accounts set zone = 'Asia/Kathmandu'").await;
    let sheet = s.ines.get(&remote).await;
    assert_eq!(sheet.texts(".when time"), ["by 18:00 CST", "by 05:45 UTC+05:45"]);
    assert_eq!(
        sheet.texts(".when .hint"),
        ["Thursday 10 December 2026, remote", "Friday 11 December 2026, for you"]
    );
}

/// Open around the clock on Sundays, in London.
async fn in_london(s: &Scene) {
    s.run("update musicians set zone = 'Europe/London'").await;
    s.run("insert into weekly_hours (musician_id, weekday, from_minute, to_minute) select id, 7, 0, 1440 from musicians").await;
}

#[tokio::test]
async fn a_session_keeps_its_clock_across_a_change_of_the_clocks() {
    let s = scene().await;
    in_london(&s).await;
    let spring =
        [("date", "2027-03-28"), ("zone", "Europe/London"), ("from", "00:30"), ("to", "03:00")];
    let booking = s.confirmed(&spring).await;
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["starts_at"], "2027-03-28T00:30:00Z");
    assert_eq!(json["ends_at"], "2027-03-28T02:00:00Z");
    let sheet = s.ines.get(&booking).await;
    assert_eq!(sheet.texts(".when time"), ["00:30 GMT–03:00 BST"]);
    assert_eq!(sheet.texts(".quote tbody th"), ["Session, up to 3 h."]);

    let autumn =
        [("date", "2027-10-31"), ("zone", "Europe/London"), ("from", "00:30"), ("to", "01:30")];
    let booking = s.confirmed(&autumn).await;
    let sheet = s.ines.get(&booking).await;
    assert_eq!(sheet.texts(".when time"), ["00:30 BST–01:30 GMT"]);
    assert_eq!(sheet.texts(".table tbody th"), ["Session, up to 3 h."]);

    let gap =
        [("date", "2027-03-28"), ("zone", "Europe/London"), ("from", "01:30"), ("to", "05:00")];
    let gap = s.ines.post("/musicians/maren-oakley/calls", call(&gap)).await;
    assert_eq!(
        faults(&gap.expect(StatusCode::UNPROCESSABLE_ENTITY), "from"),
        "From does not exist that day in Europe/London: the clocks go forward to 02:00."
    );
    let midnight =
        [("date", "2027-03-21"), ("zone", "Europe/London"), ("from", "21:00"), ("to", "00:00")];
    let booking = s.ask(&midnight).await;
    assert_eq!(s.ines.get(&booking).await.texts(".when time"), ["21:00–24:00 GMT"]);
}

#[tokio::test]
async fn requests_take_no_time_and_the_one_accepted_first_has_it() {
    let s = scene().await;
    let theo = s.app.producer("Theo Brandt").await;
    let ines = s.ask(&[]).await;
    let sent =
        theo.post("/musicians/maren-oakley/calls", call(&[("from", "12:00"), ("to", "15:00")]));
    let theos = sent.await.expect(StatusCode::SEE_OTHER).location().to_owned();
    s.maren.post(&format!("{ines}/accept"), ()).await.expect(StatusCode::SEE_OTHER);

    // Theo's stays open, and both its sides see that it clashes now; nobody learns with whom.
    let sheet = s.maren.get(&theos).await;
    assert_eq!(offered(&sheet), ("No longer free".into(), vec!["Decline".into(), OTHER.into()]));
    let sheet = theo.get(&theos).await;
    let buttons = vec!["Withdraw the request".into()];
    assert_eq!(offered(&sheet), ("No longer free".into(), buttons));
    assert!(!sheet.body.contains("Ines") && !sheet.body.contains("Dust on the Piano, Tue"));
    assert_eq!(theo.get("/bookings").await.texts("td .badge"), ["No longer free"]);
    let json = theo.get(&format!("/api/v1{theos}")).await.json();
    assert_eq!((&json["clashes"], &json["status"]), (&json!(true), &json!("requested")));

    let lost = s.maren.post(&format!("{theos}/accept"), ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        lost.texts("#refusal p"),
        [
            "You have a session Tue 8 Dec 2026, 10:00–13:00 CST. This request cannot be accepted while \
          that stands."
        ]
    );

    // When the first is cancelled, the second can be had after all.
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{ines}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&format!("{theos}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_a_player_keeps_clear_around_sessions_counts() {
    let s = scene().await;
    s.run("insert into day_shapes (musician_id, buffer_before, buffer_after) select id, 15, 15 from musicians").await;
    let near = s.ask(&[("from", "13:20"), ("to", "15:00")]).await;
    let far = s.ask(&[("from", "13:30"), ("to", "15:00")]).await;
    s.confirmed(&[]).await;

    let lost = s.maren.post(&format!("{near}/accept"), ()).await;
    assert_eq!(lost.status, StatusCode::CONFLICT);
    s.maren.post(&format!("{far}/accept"), ()).await.expect(StatusCode::SEE_OTHER);

    let asked =
        s.ines.post("/musicians/maren-oakley/calls", call(&[("from", "15:20"), ("to", "17:00")]));
    assert_eq!(
        faults(&asked.await.expect(StatusCode::UNPROCESSABLE_ENTITY), "from"),
        "From overlaps another session of this player, or the time kept clear around it: free that \
         day 09:00–09:30 CST, 15:30–18:00 CST."
    );
    let blocks: Vec<String> = query_scalar(
        "select to_char(lower(blocks) at time zone 'America/Chicago', 'HH24:MI') || '–'
             || to_char(upper(blocks) at time zone 'America/Chicago', 'HH24:MI')
         from bookings where status = 'confirmed' order by lower(blocks)",
    )
    .fetch_all(s.app.db())
    .await
    .unwrap();
    assert_eq!(blocks, ["09:45–13:15", "13:15–15:15"]);
}

#[tokio::test]
async fn a_player_opens_a_time_again_before_taking_it() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let lunch = [("day", "2026-12-08"), ("from", "12:00"), ("to", "13:00")];
    s.maren.post("/calendar/stretches/close", lunch).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&booking).await;
    assert_eq!(offered(&sheet), ("No longer free".into(), vec!["Decline".into(), OTHER.into()]));
    let refused = s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        refused.texts("#refusal p"),
        [
            "You planned Tuesday 8 December 2026 apart, and it is not open then. This request cannot be \
          accepted while that stands."
        ]
    );
    s.maren.post("/calendar/stretches/open", lunch).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_was_asked_in_time_may_answer_late() {
    let s = scene().await;
    let mut shape = s.maren.get("/api/v1/calendar/shape").await.json();
    shape["notice"] = "24".into();
    let sent = s.maren.send_json("PUT", "/api/v1/calendar/shape", shape).await;
    sent.expect(StatusCode::NO_CONTENT);
    let booking = s.ask(&[("date", "2026-11-24"), ("from", "12:00"), ("to", "15:00")]).await;
    s.app.wait(TimeDelta::hours(20));
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn remote_work_takes_no_time_of_anyones_day() {
    let s = scene().await;
    let (one, two) = (s.confirmed(&REMOTE).await, s.confirmed(&REMOTE).await);
    let sheet = s.ines.get(&one).await;
    let buttons = vec![MOVE.into(), "Mark it done".into(), "Cancel the booking".into()];
    assert_eq!(offered(&sheet), ("Confirmed".into(), buttons));
    // Long past its due date it is still for its sides to settle.
    s.app.wait(TimeDelta::days(13));
    s.ines.get("/bookings").await.expect(StatusCode::OK);
    s.app.wait(TimeDelta::days(7));
    assert_eq!(s.ines.get("/bookings?tab=ahead").await.texts("tbody tr").len(), 2);
    let reason = [("word", "No longer on the record.")];
    s.ines.post(&format!("{two}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_confirmed_session_is_cancelled_before_it_ends_with_a_reason_or_not_at_all() {
    let s = scene().await;
    let booking = s.confirmed(&[("date", "2026-11-24")]).await;
    for nothing in ["", "  ", "\n"] {
        let tried = s.ines.post(&format!("{booking}/cancel"), [("word", nothing)]).await;
        let tried = tried.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&tried, "word"), "Reason cannot be empty.");
        assert_eq!(tried.attributes("details", "open").len(), 1);
    }
    let long = "a".repeat(1001);
    let tried = s.ines.post(&format!("{booking}/cancel"), [("word", &long)]).await;
    let tried = tried.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(faults(&tried, "word"), "Reason is too long: 1001 characters, and 1000 fit.");
    assert_eq!(tried.texts("textarea"), [long]);

    s.app.wait(TimeDelta::hours(28));
    assert_eq!(s.app.now().to_rfc3339(), "2026-11-24T19:00:00+00:00");
    let reason = [("word", "The singer is ill.")];
    let late = s.ines.post(&format!("{booking}/cancel"), reason).await.expect(StatusCode::CONFLICT);
    let sentence = "The session is over, so it cannot be cancelled: mark it done.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    assert_eq!(offered(&late), ("Over: mark it done".into(), vec!["Mark it done".into()]));
    assert_eq!(late.attributes(".answer a.btn", "href"), [format!("{booking}/done")]);
}

#[tokio::test]
async fn every_field_of_a_call_says_what_is_wrong_and_keeps_what_was_typed() {
    let s = scene().await;
    let (long, longest) = ("a".repeat(161), "a".repeat(4001));
    let cases: &[(&str, &str, &str)] = &[
        ("title", "", "Title cannot be empty."),
        ("title", &long, "Title is too long: 161 characters, and 160 fit."),
        ("title", "a\0b", "Title has a character that cannot be printed: write it again by hand."),
        ("artist", " ", "Artist cannot be empty."),
        (
            "artist",
            "a\u{7}",
            "Artist has a character that cannot be printed: write it again by hand.",
        ),
        ("brief", "", "Brief cannot be empty."),
        ("brief", &longest, "Brief is too long: 4001 characters, and 4000 fit."),
        ("kind", "", "Kind of work has to be in a room, or remote."),
        ("kind", "<b>", "Kind of work has to be in a room, or remote."),
        ("date", "", "Date is not a date: write it like 2026-12-08."),
        ("date", "8 December", "Date is not a date: write it like 2026-12-08."),
        ("date", "2026-02-30", "Date is not a date: write it like 2026-12-08."),
        ("date", "9999-12-31", "Date is not a date we can book."),
        ("date", "0001-01-01", "Date is not a date we can book."),
        ("date", "2026-11-20", "Date is in the past: ask for a time still to come."),
        (
            "date",
            "2028-05-24",
            "Date is more than 18 months ahead: nobody’s calendar is open that far.",
        ),
        ("from", "", "From is not a time of day: write it like 09:30."),
        ("from", "25:00", "From is not a time of day: write it like 09:30."),
        ("to", "ten", "To is not a time of day: write it like 09:30."),
        ("to", "10:00", "To must be after the start, on the same day; midnight is 24:00."),
        ("to", "09:00", "To must be after the start, on the same day; midnight is 24:00."),
        ("to", "10:29", "To must be at least half an hour after the start."),
        (
            "zone",
            "",
            "Zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        (
            "zone",
            "Mars/Olympus",
            "Zone is not a time zone we know: choose one from the list, such as America/Chicago.",
        ),
        ("place", "", "Place cannot be empty."),
        ("instrument", "", "Instrument is not one that Maren Oakley plays: choose from the list."),
        (
            "instrument",
            "tuba",
            "Instrument is not one that Maren Oakley plays: choose from the list.",
        ),
        ("genre", "", "Genre is not one of ours: choose from the list."),
        ("genre", "skiffle-core\0", "Genre is not one of ours: choose from the list."),
        ("fee", "", "Fee is not an amount: write it with figures, like 380.00."),
        ("fee", "three eighty", "Fee is not an amount: write it with figures, like 380.00."),
        ("fee", "-380", "Fee cannot be less than nothing."),
        ("fee", "0", "Fee must be more than nothing."),
        (
            "fee",
            "99999999999999999999",
            "Fee is more than we can book: write an amount below a thousand million.",
        ),
        ("answer_date", "soon", "Answer date is not a date: write it like 2026-12-08."),
        ("answer_date", "9999-01-01", "Answer date is not a date we can book."),
    ];
    for (field, typed, fault) in cases {
        let sent = call(&[(field, typed)]);
        let page = s.ines.post("/musicians/maren-oakley/calls", &sent).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&page, field), *fault, "{field} {typed:?}");
        let listed = page.texts("#faults li").join(" ");
        assert!(listed.contains(fault.trim_end_matches('.')), "{listed} has not {fault}");
        let is_input = !matches!(*field, "kind" | "brief" | "zone" | "instrument" | "genre");
        // A browser shows a NUL as a mark of its own.
        if is_input && !typed.contains('\0') {
            assert_eq!(page.attributes(&format!("#{field}"), "value"), [*typed], "{field}");
        }
        assert_eq!(page.attributes("#place", "value")[0], sent["place"].as_str().unwrap());

        let problem = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", sent).await;
        let problem = problem.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
        assert!(problem["errors"][field].is_array(), "{field} {typed:?}: {problem}");
    }
    let nothing: i64 =
        query_scalar("select count(*) from calls").fetch_one(s.app.db()).await.unwrap();
    assert_eq!(nothing, 0);
}

#[tokio::test]
async fn faults_that_two_fields_make_together_are_told_at_one_of_them() {
    let s = scene().await;
    let late = [("date", "2026-11-24"), ("answer_date", "2026-11-25"), ("answer_time", "09:00")];
    let late = s.ines.post("/musicians/maren-oakley/calls", call(&late)).await;
    assert_eq!(
        faults(&late.expect(StatusCode::UNPROCESSABLE_ENTITY), "answer_date"),
        "Answer date is after the work begins or is due: it is no use by then."
    );
    in_london(&s).await;
    let london = [("zone", "Europe/London"), ("date", "2026-12-06")];
    let remote = |date, time| [("kind", "remote"), ("due_date", date), ("due_time", time)];
    let answer =
        |date, time| [("zone", "Europe/London"), ("answer_date", date), ("answer_time", time)];
    for (otherwise, field, fault) in [
        (
            [london[0], london[1], ("to", "24:01")],
            "to",
            "To is not a time of day: write it like 09:30.",
        ),
        (
            [("from", "00:00"), ("to", "14:01"), london[1]],
            "to",
            "To must be at most 14 hours after the start.",
        ),
        (
            [("zone", "Europe/London"), ("date", "2026-11-23"), ("from", "10:00")],
            "from",
            "From is in the past: ask for a time still to come.",
        ),
        (remote("", "18:00"), "due_date", "Due date is not a date: write it like 2026-12-08."),
        (
            remote("2026-12-10", ""),
            "due_time",
            "Due time is not a time of day: write it like 09:30.",
        ),
        (
            remote("2026-11-23", "14:00"),
            "due_date",
            "Due date is in the past: ask for a time still to come.",
        ),
        (
            remote("2030-01-01", "14:00"),
            "due_date",
            "Due date is more than 18 months ahead: nobody’s calendar is open that far.",
        ),
        (
            remote("2027-03-28", "01:30"),
            "due_time",
            "Due time does not exist that day in Europe/London: the clocks go forward to 02:00.",
        ),
        (
            answer("2026-11-25", ""),
            "answer_time",
            "Answer time is not a time of day: write it like 09:30.",
        ),
        (
            answer("2026-11-23", "14:00"),
            "answer_date",
            "Answer date is in the past: leave some time to answer.",
        ),
        (
            answer("2026-11-29", "15:01"),
            "answer_date",
            "Answer date is more than 6 days away: no request waits longer.",
        ),
    ] {
        let page = s.ines.post("/musicians/maren-oakley/calls", call(&otherwise)).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(faults(&page, field), fault, "{otherwise:?}");
    }
    let all = s.ines.post("/musicians/maren-oakley/calls", ()).await;
    let all = all.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(all.texts("#faults li").len(), 10, "every fault at once, and no field of no kind");

    s.run("update musicians set works_remotely = false").await;
    let page = s.ines.post("/musicians/maren-oakley/calls", call(&REMOTE)).await;
    assert_eq!(
        faults(&page, "kind"),
        "Kind of work is not what Maren Oakley offers: they only work in a room."
    );
}

#[tokio::test]
async fn an_answer_may_be_wanted_sooner() {
    let s = scene().await;
    let booking = s.ask(&[("answer_date", "2026-11-24"), ("answer_time", "09:00")]).await;
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["reply_by"], "2026-11-24T15:00:00Z");
    // A session tomorrow morning is answered before it starts.
    let booking = s.ask(&[("date", "2026-11-24")]).await;
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["reply_by"], json["starts_at"]);
}

#[tokio::test]
async fn mark_up_is_shown_as_it_was_typed() {
    let s = scene().await;
    let hostile = "<script>alert(1)</script>";
    let booking = s
        .ask(&[("title", hostile), ("artist", hostile), ("place", hostile), ("brief", hostile)])
        .await;
    let word = [("word", hostile)];
    s.maren.post(&format!("{booking}/decline"), word).await.expect(StatusCode::SEE_OTHER);
    for page in [booking.as_str(), "/bookings?tab=all", "/bookings?tab=all&q=%3Cscript%3E"] {
        let page = s.ines.get(page).await.expect(StatusCode::OK);
        assert!(!page.body.contains("<script>alert"), "it is text");
        assert!(page.texts("h1, th a").contains(&hostile.to_owned()));
    }
}

#[tokio::test]
async fn a_list_shows_what_is_urgent_first_and_finds_by_words() {
    let s = scene().await;
    let jo = s.app.musician("Jo Lindqvist").await;
    let sent = s.ines.post("/musicians/jo-lindqvist/calls", call(&[("title", "Lantern Weather")]));
    sent.await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("title", "Borrowed Suit"), ("answer_date", "2026-11-24"), ("answer_time", "09:00")])
        .await;
    s.confirmed(&[("title", "Every Porch Light"), ("date", "2026-12-10")]).await;
    s.confirmed(&[("title", "Low Water"), ("date", "2026-12-09"), ("artist", "100% Åse")]).await;
    let past = s.ask(&[("title", "Kitchen Waltz")]).await;
    s.ines.post(&format!("{past}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);

    let titles = async |who: &Client, query: &str| {
        who.get(&format!("/bookings{query}")).await.expect(StatusCode::OK).texts("tbody th a")
    };
    assert_eq!(titles(&s.ines, "").await, ["Borrowed Suit", "Lantern Weather"]);
    assert_eq!(titles(&s.ines, "?tab=ahead").await, ["Low Water", "Every Porch Light"]);
    assert_eq!(titles(&s.ines, "?tab=past").await, ["Kitchen Waltz"]);
    assert_eq!(titles(&s.ines, "?tab=all").await.len(), 5);
    assert_eq!(titles(&s.ines, "?tab=all&q=jo+lind").await, ["Lantern Weather"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=ase").await, ["Low Water"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=100%25").await, ["Low Water"]);
    assert_eq!(titles(&s.ines, "?tab=all&q=_o_").await, [""; 0]);
    assert_eq!(titles(&s.ines, "?tab=all&role=musician").await, [""; 0]);
    assert_eq!(titles(&s.maren, "?tab=all&role=musician").await.len(), 4);
    assert_eq!(titles(&jo, "?role=&q=").await, ["Lantern Weather"]);
    let counts = s.ines.get("/bookings").await.texts(".tabs a");
    assert_eq!(counts, ["Waiting for an answer 2", "Ahead 2", "Past 1", "All 5"]);

    let empty = s.ines.get("/bookings?tab=all&q=nothing+of+the+kind").await;
    assert_eq!(empty.texts(".empty h3"), ["Nothing here goes by that"]);
    let theo = s.app.producer("Theo Brandt").await;
    for (tab, says) in [
        ("waiting", "No request waits for an answer"),
        ("ahead", "Nothing is confirmed ahead"),
        ("past", "Nothing lies behind you yet"),
        ("all", "No bookings yet"),
    ] {
        let empty = theo.get(&format!("/bookings?tab={tab}")).await.expect(StatusCode::OK);
        assert_eq!(empty.texts(".empty h3"), [says]);
    }
}

#[tokio::test]
async fn a_long_list_comes_in_pages_that_neither_repeat_nor_skip() {
    let s = scene().await;
    for n in 0..53 {
        let from = format!("{:02}:{:02}", 9 + n / 12, 5 * (n % 12));
        s.ask(&[("title", &format!("Take {n}")), ("from", &from), ("to", "17:00")]).await;
    }
    for (tab, first) in [("waiting", "Take 0"), ("all", "Take 52")] {
        let (mut seen, mut next) = (Vec::new(), Some(format!("/bookings?tab={tab}")));
        while let Some(address) = next {
            let page = s.ines.get(&address).await.expect(StatusCode::OK);
            seen.extend(page.texts("tbody th a"));
            next = page.attributes("a[rel=next]", "href").pop();
        }
        assert_eq!((seen.len(), seen[0].as_str()), (53, first));
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), 53);
    }
    let mut after = String::new();
    let mut seen = Vec::new();
    loop {
        let page =
            s.maren.get(&format!("/api/v1/bookings?role=musician&after={after}")).await.json();
        seen.extend(page["items"].as_array().unwrap().iter().map(|b| b["id"].as_i64().unwrap()));
        match page["next"].as_str() {
            Some(next) => after = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen, (1..=53).rev().collect::<Vec<_>>());
}

#[tokio::test]
async fn programs_do_the_same_by_the_same_rules() {
    let s = scene().await;
    let sent = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", call(&[])).await;
    let sent = sent.expect(StatusCode::CREATED);
    assert_eq!(sent.location(), "/api/v1/bookings/1");
    let mut asked = sent.json();
    assert_eq!(asked["terms"]["is_own"], true);
    assert_eq!(asked["quote"]["total"], asked["fee"]);
    asked["terms"].take();
    asked["quote"].take();
    assert_json_snapshot!(asked, @r#"
    {
      "id": 1,
      "call_id": 1,
      "status": "requested",
      "role": "producer",
      "verbs": [
        "withdraw"
      ],
      "clashes": false,
      "title": "Dust on the Piano",
      "artist": "June Harrow & the Lamplighters",
      "kind": "room",
      "starts_at": "2026-12-08T16:00:00Z",
      "ends_at": "2026-12-08T19:00:00Z",
      "due_at": null,
      "zone": "America/Chicago",
      "place": "Cedar Street Sound, Nashville",
      "brief": "Dry and close.\n\nBarn, not ballroom.",
      "music": {
        "songs": 1,
        "charts": "none",
        "reading": null,
        "remote": null
      },
      "asks": "one",
      "part": {
        "doubles": [],
        "role": "player",
        "overdubs": 0,
        "porterage": null,
        "covers": "The session.",
        "credited_as": "Maren Oakley"
      },
      "producer": "Ines Calloway",
      "musician": {
        "slug": "maren-oakley",
        "name": "Maren Oakley"
      },
      "instrument": {
        "slug": "fiddle",
        "name": "Fiddle"
      },
      "genre": {
        "slug": "country",
        "name": "Country"
      },
      "fee": {
        "minor": 38000,
        "currency": "USD"
      },
      "owed": null,
      "reply_by": "2026-11-25T15:00:00Z",
      "awaits": "musician",
      "created_at": "2026-11-23T15:00:00Z",
      "terms": null,
      "quote": null,
      "events": [
        {
          "status": "requested",
          "by": "Ines Calloway",
          "at": "2026-11-23T15:00:00Z",
          "word": "",
          "offer": null,
          "became": null
        }
      ],
      "offers": []
    }
    "#);

    let accept = s.maren.post_json("/api/v1/bookings/1/accept", json!({"word": "Lovely tune."}));
    let accepted = accept.await.expect(StatusCode::OK).json();
    assert_eq!(
        (&accepted["status"], &accepted["verbs"]),
        (&json!("confirmed"), &json!(["offer", "cancel"]))
    );
    assert_json_snapshot!(accepted["events"][1], @r#"
    {
      "status": "confirmed",
      "by": "Maren Oakley",
      "at": "2026-11-23T15:00:00Z",
      "word": "Lovely tune.",
      "offer": null,
      "became": null
    }
    "#);
    let again = s.maren.post_json("/api/v1/bookings/1/accept", json!({})).await;
    let again = again.expect(StatusCode::CONFLICT);
    assert_eq!(again.header("content-type"), "application/problem+json");
    assert_eq!(again.json()["detail"], "This booking is confirmed already.");
    let cancel = s.ines.post_json("/api/v1/bookings/1/cancel", json!({})).await;
    let cancel = cancel.expect(StatusCode::UNPROCESSABLE_ENTITY).json();
    assert_eq!(cancel["errors"], json!({"word": ["cannot be empty"]}));

    for (query, count) in [
        ("", 1),
        ("?status=confirmed", 1),
        ("?status=requested", 0),
        ("?role=musician", 0),
        ("?q=dust", 1),
        ("?tab=ahead", 1),
    ] {
        let list =
            s.ines.get(&format!("/api/v1/bookings{query}")).await.expect(StatusCode::OK).json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{query}");
        assert_eq!(list["next"], Value::Null);
    }
    for body in [json!([]), json!({"fee": 380}), json!("x"), json!({"title": null})] {
        let wrong = s.ines.post_json("/api/v1/musicians/maren-oakley/calls", body.clone()).await;
        assert!(wrong.status.is_client_error(), "{body}: {}", wrong.status);
    }
    let remote =
        s.ines.post_json("/api/v1/musicians/maren-oakley/calls", call(&REMOTE)).await.json();
    assert_eq!(
        (&remote["starts_at"], &remote["due_at"]),
        (&Value::Null, &json!("2026-12-11T00:00:00Z"))
    );
}

#[tokio::test]
async fn a_history_is_never_rewritten() {
    let s = scene().await;
    s.confirmed(&[]).await;
    for sql in [
        "update booking_events set word = 'I never said that'",
        "delete from booking_events",
        "update booking_events set at = at",
    ] {
        let refused = sqlx::query(sql).execute(s.app.db()).await.unwrap_err();
        let cause = refused.as_database_error().unwrap();
        assert_eq!(cause.message(), "rows of booking_events are never changed or removed");
    }
}

#[tokio::test]
async fn postgres_keeps_two_confirmed_sessions_apart_whatever_the_code_does() {
    let s = scene().await;
    s.confirmed(&[]).await;
    s.ask(&[("date", "2026-12-09")]).await;
    let forced = sqlx::query(
        "update bookings set status = 'confirmed', blocks = (select blocks from bookings where id = 1)
         where id = 2",
    );
    let refused = forced.execute(s.app.db()).await.unwrap_err();
    let cause = refused.as_database_error().unwrap();
    assert_eq!(cause.constraint(), Some("bookings_no_double_booking"));
}

#[tokio::test]
async fn how_a_player_answers_is_told_of_what_was_asked_of_late() {
    let s = scene().await;
    let response = async || {
        let mut db = s.app.db().acquire().await.unwrap();
        let player: i64 =
            query_scalar("select id from musicians").fetch_one(&mut *db).await.unwrap();
        let player = player.into();
        first_call::bookings::response(&mut db, player, s.app.now()).await.unwrap()
    };
    let figures = |asked, answered, median: Option<i64>| first_call::bookings::Response {
        asked,
        answered,
        median: median.map(TimeDelta::hours),
    };
    assert_eq!(response().await, figures(0, 0, None));

    let accepted = s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(1));
    s.maren.post(&format!("{accepted}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let declined = s.ask(&[("date", "2026-12-09")]).await;
    s.app.wait(TimeDelta::hours(3));
    s.maren.post(&format!("{declined}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    let withdrawn = s.ask(&[("date", "2026-12-10")]).await;
    s.ines.post(&format!("{withdrawn}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("date", "2026-12-11")]).await;
    assert_eq!(response().await, figures(2, 2, Some(2)), "what waits is not counted");
    assert_eq!(response().await.told(), None, "too few to tell");

    // A no counts as much as a yes; what nobody answered counts from the moment it is too late.
    s.app.wait(TimeDelta::days(6));
    assert_eq!(response().await, figures(3, 2, Some(2)));
    assert_eq!(response().await.told().unwrap(), "Answers 2 of 3, usually within 2 hours");
    let mut db = s.app.db().acquire().await.unwrap();
    first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap();
    let word = [("word", "The van broke down.")];
    s.maren.post(&format!("{accepted}/cancel"), word).await.expect(StatusCode::SEE_OTHER);
    s.ask(&[("date", "2026-12-14")]).await;
    assert_eq!(response().await, figures(3, 2, Some(2)), "a booking called off was answered");

    s.app.wait(TimeDelta::days(175));
    assert_eq!(response().await, figures(1, 0, None), "half a year is enough");
}

#[tokio::test]
async fn what_is_owed_on_cancelling_is_told_before_anybody_commits_and_written_down() {
    let s = scene().await;
    let asked = "instrument=fiddle&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago";
    let form = s.ines.get(&format!("/musicians/maren-oakley/calls/new?{asked}")).await;
    let told = form.texts(".ask .meta").join(" ");
    let ladder = "Free until Tue 1 Dec 2026, 10:00 CST, then $190.00, from Sun 6 Dec 2026, 10:00 CST \
                  the whole fee, $380.00.";
    assert!(told.contains(&format!("On cancelling: {ladder}")), "{told}");
    assert_eq!(form.texts(".quote tfoot td"), ["$380.00"]);

    let early = s.confirmed(&[]).await;
    let sheet = s.maren.get(&early).await;
    assert!(sheet.texts(".part .meta").join(" ").contains(ladder));
    assert_eq!(sheet.texts(".answer details b"), ["The musician cancels, so nothing is owed."]);
    // What she says of her terms from now on is for others.
    let mut strict = s.maren.get("/api/v1/profile/terms").await.json();
    strict["cancellation"] = "strict".into();
    let put = s.maren.send_json("PUT", "/api/v1/profile/terms", strict).await;
    assert!(put.status.is_success(), "{}", put.body);
    s.app.wait(TimeDelta::days(9));
    let sheet = s.ines.get(&early).await;
    assert_eq!(sheet.texts(".answer details b"), ["50 % of $380.00 is owed, $190.00."]);
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{early}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&early).await;
    assert!(
        sheet.texts(".answer .notice")[0]
            .contains("By the terms it was asked under, $190.00 is owed to Maren Oakley.")
    );
    let json = s.ines.get(&format!("/api/v1{early}")).await.json();
    assert_eq!(json["owed"], json!({ "minor": 19_000, "currency": "USD" }));
    assert_eq!(json["terms"]["is_own"], true);
}

#[tokio::test]
async fn a_fee_is_counted_only_by_what_the_player_works_by() {
    let s = scene().await;
    for (pack, status) in [
        ("1", StatusCode::SEE_OTHER),
        ("2", StatusCode::UNPROCESSABLE_ENTITY),
        ("x", StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let sent = s.ines.post("/musicians/maren-oakley/calls", call(&[("pack", pack)])).await;
        assert_eq!(sent.status, status, "{pack}");
        if status != StatusCode::SEE_OTHER {
            let fault = "Counted by is not what Maren Oakley works by: choose from the list.";
            assert_eq!(faults(&sent, "pack"), fault);
        }
    }
}
