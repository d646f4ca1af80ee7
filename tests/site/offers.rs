//! Talking about terms: counter-offers, and proposals to change what is confirmed.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::query_scalar;

use crate::bookings::{Scene, call, offered, scene};

/// Wednesday instead, for 450.
const WEDNESDAY: [(&str, &str); 5] = [
    ("fee", "450"),
    ("date", "2026-12-09"),
    ("from", "10:00"),
    ("to", "13:00"),
    ("terms", "Tuesdays I teach."),
];

fn with(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    let mut form = WEDNESDAY.to_vec();
    for (field, value) in more {
        form.retain(|(known, _)| known != field);
        form.push((field, value));
    }
    form
}

impl Scene {
    /// Who was mailed, and the beginning of what; the latest last.
    async fn mailed(&self) -> Vec<String> {
        let sql = "select split_part(recipient, '.', 1) || ': ' || split_part(subject, ': ', 1)
                   from mails order by id";
        query_scalar(sql).fetch_all(self.app.db()).await.unwrap()
    }

    /// The times taken of Maren, by her own clock.
    async fn taken(&self) -> Vec<String> {
        let sql = "select to_char(lower(blocks) at time zone 'America/Chicago', 'Dy HH24:MI')
                   from bookings where status = 'confirmed' order by lower(blocks)";
        query_scalar(sql).fetch_all(self.app.db()).await.unwrap()
    }
}

#[tokio::test]
async fn a_player_offers_other_terms_and_the_producer_takes_them() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let form = s.maren.get(&format!("{booking}/offers/new")).await.expect(StatusCode::OK);
    assert_eq!(
        form.attributes("#fee, #date, #from, #to", "value"),
        ["380.00", "2026-12-08", "10:00", "13:00"]
    );
    let sent = s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), booking);

    let sheet = s.maren.get(&booking).await;
    assert_eq!(sheet.texts(".flash p"), ["Sent. Ines Calloway has been told."]);
    assert_eq!(offered(&sheet), ("Waiting for an answer".into(), vec!["Take it back".into()]));
    let sheet = s.ines.get(&booking).await;
    let buttons = ["Accept and confirm, $450.00", "Decline", "Offer other terms"];
    assert_eq!(offered(&sheet), ("Yours to answer".into(), buttons.map(String::from).to_vec()));
    assert_eq!(
        sheet.texts(".answer tbody tr"),
        [
            "When Tue 8 Dec 2026, 10:00–13:00 CST Wed 9 Dec 2026, 10:00–13:00 CST",
            "Fee $380.00 $450.00",
        ]
    );
    assert_eq!(sheet.texts(".answer q"), ["Tuesdays I teach."]);
    assert_eq!(s.ines.get("/bookings").await.texts("td .badge"), ["Yours to answer"]);
    assert_eq!(s.taken().await, [""; 0], "nothing is booked yet");

    s.ines.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Wed 10:00"]);
    let sheet = s.maren.get(&booking).await;
    assert_eq!(sheet.texts(".when b").first().unwrap(), "10:00–13:00 CST");
    assert_eq!(
        sheet.texts(".history li > :first-child"),
        [
            "Requested, $380.00",
            "Offered other terms: $450.00, Wed 9 Dec 2026, 10:00–13:00 CST",
            "Accepted and confirmed, $450.00, Wed 9 Dec 2026, 10:00–13:00 CST",
            "Session, then the credit",
        ]
    );
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["fee"], json!({ "minor": 45_000, "currency": "USD" }));
    assert_eq!(json["starts_at"], "2026-12-09T16:00:00Z");
    let offers = json["offers"].as_array().unwrap().iter();
    let told: Vec<_> = offers.map(|one| (one["by"].clone(), one["status"].clone())).collect();
    let expected = [("producer", "replaced"), ("musician", "accepted")];
    assert_eq!(told, expected.map(|(by, status)| (json!(by), json!(status))));
    assert_eq!(
        s.mailed().await,
        [
            "maren: Ines Calloway asks for you",
            "ines: Maren Oakley offers other terms",
            "maren: Ines Calloway accepted",
        ]
    );
}

#[tokio::test]
async fn an_offer_is_answered_with_another_until_somebody_ends_it() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let offers = format!("{booking}/offers");
    s.maren.post(&offers, WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    // It is not Maren's turn any more, and not Ines' to take back.
    for (by, path, sentence) in [
        (&s.maren, "offers", "Only the producer answers this. You may withdraw it."),
        (&s.maren, "accept", "Only the producer answers this. You may withdraw it."),
        (&s.ines, "withdraw", "Only the musician takes this back. You may decline it."),
    ] {
        let refused = by.post(&format!("{booking}/{path}"), WEDNESDAY).await;
        let refused = refused.expect(StatusCode::CONFLICT);
        assert_eq!(refused.texts("#refusal p"), [sentence], "{path}");
    }
    let less = with(&[("fee", "420")]);
    s.ines.post(&offers, &less).await.expect(StatusCode::SEE_OTHER);
    let sheet = s.maren.get(&booking).await;
    assert_eq!(offered(&sheet).1[0], "Accept and confirm, $420.00");
    s.maren.post(&format!("{booking}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(offered(&s.ines.get(&booking).await), ("Declined".into(), vec![]));
    let late = s.ines.post(&offers, WEDNESDAY).await.expect(StatusCode::CONFLICT);
    assert_eq!(late.texts("#refusal p"), ["This request was declined."]);

    // One that is taken back leaves nothing.
    let booking = s.ask(&[]).await;
    s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&format!("{booking}/withdraw"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(offered(&s.ines.get(&booking).await), ("Withdrawn".into(), vec![]));
    assert_eq!(s.mailed().await.pop().unwrap(), "ines: Maren Oakley took their offer back");
}

#[tokio::test]
async fn an_offer_waits_as_long_as_it_says_and_lapses() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    s.app.wait(TimeDelta::hours(47));
    s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    // The request's own time is over, the offer's is not.
    s.app.wait(TimeDelta::hours(47));
    assert_eq!(offered(&s.ines.get(&booking).await).0, "Yours to answer");
    s.app.wait(TimeDelta::hours(1));
    assert_eq!(offered(&s.ines.get(&booking).await), ("Lapsed".into(), vec![]));
    let late = s.ines.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    let sentence = "This request has lapsed: the time to answer it is over.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    let mut db = s.app.db().acquire().await.unwrap();
    assert_eq!(first_call::bookings::lapse_due(&mut db, s.app.now()).await.unwrap(), 1);
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(
        (&json["status"], &json["offers"][1]["status"]),
        (&json!("lapsed"), &json!("lapsed"))
    );
    assert_eq!(
        s.mailed().await[2..],
        ["ines: An offer lapsed", "maren: Ines Calloway did not answer"]
    );
}

#[tokio::test]
async fn what_is_confirmed_is_moved_only_when_the_other_side_agrees() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    let sheet = s.ines.get(&booking).await;
    let buttons = ["Move it, or change the fee", "Cancel the booking"].map(String::from);
    assert_eq!(offered(&sheet), ("Confirmed".into(), buttons.to_vec()));
    s.ines.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Tue 10:00"], "the time agreed on stays held");
    let sheet = s.maren.get(&booking).await;
    let buttons = ["Accept the change", "Decline", "Cancel the booking"].map(String::from);
    assert_eq!(offered(&sheet), ("Yours to answer".into(), buttons.to_vec()));
    let twice = s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await;
    let sentence = "There is a proposal already: first it is answered, or taken back.";
    assert_eq!(twice.expect(StatusCode::CONFLICT).texts("#refusal p"), [sentence]);

    s.maren.post(&format!("{booking}/decline"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(offered(&s.ines.get(&booking).await).0, "Confirmed");
    assert_eq!(s.taken().await, ["Tue 10:00"]);

    s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    s.ines.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Wed 10:00"]);
    let sheet = s.ines.get(&booking).await;
    assert_eq!(
        sheet.texts(".flash p"),
        [
            "Confirmed: Dust on the Piano, Wed 9 Dec 2026, 10:00–13:00 CST. Maren Oakley has been told."
        ]
    );
    assert_eq!(
        sheet.texts(".history li > :first-child")[..6],
        [
            "Requested, $380.00",
            "Accepted and confirmed, $380.00",
            "Proposed a change: $450.00, Wed 9 Dec 2026, 10:00–13:00 CST",
            "Change declined",
            "Proposed a change: $450.00, Wed 9 Dec 2026, 10:00–13:00 CST",
            "Change accepted: $450.00, Wed 9 Dec 2026, 10:00–13:00 CST",
        ]
    );
    // The old time is free again.
    let again = s.ines.post("/musicians/maren-oakley/calls", call(&[])).await;
    let again = again.expect(StatusCode::SEE_OTHER).location().to_owned();
    s.maren.post(&format!("{again}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Tue 10:00", "Wed 10:00"]);
    assert_eq!(
        s.mailed().await[2..6],
        [
            "maren: Ines Calloway proposes a change",
            "ines: Maren Oakley declined the change",
            "ines: Maren Oakley proposes a change",
            "maren: Ines Calloway accepted the change",
        ]
    );
}

#[tokio::test]
async fn a_proposal_that_nobody_answers_changes_nothing() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    s.ines.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    s.app.wait(TimeDelta::hours(48));
    assert_eq!(offered(&s.maren.get(&booking).await).0, "Confirmed");
    let late = s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    let sentence = "This booking is confirmed already.";
    assert_eq!(late.texts("#refusal p"), [sentence]);
    let mut db = s.app.db().acquire().await.unwrap();
    let lapsed = async |db: &mut sqlx::PgConnection| {
        first_call::bookings::lapse_due(db, s.app.now()).await.unwrap()
    };
    assert_eq!((lapsed(&mut db).await, lapsed(&mut db).await), (1, 0));
    assert_eq!(s.taken().await, ["Tue 10:00"]);
    assert_eq!(s.mailed().await[3..], ["ines: A proposal lapsed", "maren: A proposal lapsed"]);
    // And another may be made.
    s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    // A cancellation ends it with the booking.
    let why = [("word", "The singer is ill.")];
    s.ines.post(&format!("{booking}/cancel"), why).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(offered(&s.maren.get(&booking).await), ("Cancelled".into(), vec![]));
    assert_eq!(s.taken().await, [""; 0]);
}

#[tokio::test]
async fn a_booking_is_moved_over_its_own_time_and_over_nobody_elses() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    // An hour later: it is in its own way, which is none.
    let later = with(&[("fee", "380"), ("date", "2026-12-08"), ("from", "11:00"), ("to", "14:00")]);
    s.ines.post(&format!("{booking}/offers"), &later).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Tue 11:00"]);

    s.ines.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    let other = s.ines.post("/musicians/maren-oakley/calls", call(&[("date", "2026-12-09")])).await;
    let other = other.expect(StatusCode::SEE_OTHER).location().to_owned();
    s.maren.post(&format!("{other}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let taken = s.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        taken.texts("#refusal p"),
        [
            "You have a session Wed 9 Dec 2026, 10:00–13:00 CST. This request cannot be accepted while that stands."
        ]
    );
    assert_eq!(s.taken().await, ["Tue 11:00", "Wed 10:00"]);
    let busy = s.maren.post(&format!("{booking}/withdraw"), ()).await;
    let sentence = "Only the producer takes this back. You may decline it.";
    assert_eq!(busy.expect(StatusCode::CONFLICT).texts("#refusal p"), [sentence]);
}

#[tokio::test]
async fn the_way_between_rooms_moves_with_the_session() {
    let s = scene().await;
    let mut shape = s.maren.get("/api/v1/calendar/shape").await.json();
    shape["travel"] = "fixed".into();
    shape["travel_minutes"] = "40".into();
    let sent = s.maren.send_json("PUT", "/api/v1/calendar/shape", shape).await;
    sent.expect(StatusCode::NO_CONTENT);
    let first = s.confirmed(&[]).await;
    let next = call(&[("from", "14:00"), ("to", "17:00"), ("place", "Ocean Way, Nashville")]);
    let next = s.ines.post("/musicians/maren-oakley/calls", next).await;
    let next = next.expect(StatusCode::SEE_OTHER).location().to_owned();
    s.maren.post(&format!("{next}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Tue 10:00", "Tue 13:20"]);
    // Moved to after it, the way is there instead.
    let late = with(&[("date", "2026-12-09"), ("from", "09:00"), ("to", "12:00")]);
    s.ines.post(&format!("{first}/offers"), &late).await.expect(StatusCode::SEE_OTHER);
    s.maren.post(&format!("{first}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.taken().await, ["Tue 14:00", "Wed 08:20"]);
}

#[tokio::test]
async fn a_form_sent_twice_offers_once() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let form = s.maren.get(&format!("{booking}/offers/new")).await;
    let key: &'static str = form.attributes("input[name=form_key]", "value").remove(0).leak();
    let sent = with(&[("form_key", key)]);
    let path = format!("{booking}/offers");
    let (one, two) = tokio::join!(s.maren.post(&path, &sent), s.maren.post(&path, &sent));
    for sent in [one, two] {
        assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), booking);
    }
    let json: Value =
        sent.iter().map(|(field, value)| ((*field).to_owned(), json!(value))).collect();
    let again = s.maren.post_json(&format!("/api/v1{path}"), json).await;
    assert_eq!(again.expect(StatusCode::OK).json()["offers"].as_array().unwrap().len(), 2);
    assert_eq!(s.mailed().await.len(), 2);
}

#[tokio::test]
async fn who_is_in_a_session_agrees_on_another_fee_while_it_lasts() {
    let s = scene().await;
    let booking = s.confirmed(&[]).await;
    // Half an hour into it.
    s.app.wait(TimeDelta::days(15) + TimeDelta::minutes(90));
    s.maren.sign_in("Maren Oakley").await;
    s.ines.sign_in("Ines Calloway").await;
    let more = with(&[("date", "2026-12-08"), ("fee", "420"), ("terms", "")]);
    s.maren.post(&format!("{booking}/offers"), &more).await.expect(StatusCode::SEE_OTHER);
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!(json["awaits"], "producer");
    assert_eq!(json["reply_by"], "2026-12-08T17:00:00Z");
    s.app.wait(TimeDelta::minutes(20));
    s.ines.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    assert_eq!((&json["status"], &json["fee"]["minor"]), (&json!("confirmed"), &json!(42_000)));
    assert_eq!(s.taken().await, ["Tue 10:00"]);
}

#[tokio::test]
async fn terms_that_make_no_sense_are_told_all_at_once() {
    let s = scene().await;
    let booking = s.ask(&[]).await;
    let bad = [
        ("fee", "0"),
        ("date", "2026-12-12"),
        ("from", "13:00"),
        ("to", "10:00"),
        ("answer_date", "2026-11-20"),
        ("answer_time", "10:00"),
    ];
    let page = s.maren.post(&format!("{booking}/offers"), bad).await;
    let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
    let fault = |field: &str| page.texts(&format!("#{field}-error")).join(" ");
    assert_eq!(fault("fee"), "Fee must be more than nothing.");
    assert_eq!(fault("to"), "To must be after the start, on the same day; midnight is 24:00.");
    assert_eq!(fault("answer_date"), "Answer date is in the past: leave some time to answer.");
    assert_eq!(page.attributes("#date, #from", "value"), ["2026-12-12", "13:00"]);
    // A Saturday, on which she does not work.
    let saturday = with(&[("date", "2026-12-12")]);
    let page = s.maren.post(&format!("{booking}/offers"), &saturday).await;
    let fault = page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#from-error").join(" ");
    assert!(fault.starts_with("From is outside the hours this player works"), "{fault}");
    let same = with(&[("fee", "380"), ("date", "2026-12-08"), ("terms", "")]);
    let same = s.maren.post(&format!("{booking}/offers"), &same).await;
    let sentence = "These are the terms as they stand: change the fee, the time or something else.";
    assert_eq!(same.expect(StatusCode::CONFLICT).texts("#refusal p"), [sentence]);
    let theo = s.app.producer("Theo Brandt").await;
    let theirs = theo.post(&format!("{booking}/offers"), WEDNESDAY).await;
    assert_eq!(theirs.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn of_two_servers_that_answer_an_offer_at_once_one_does() {
    let s = scene().await;
    let there = s.app.another();
    let booking = s.ask(&[]).await;
    s.maren.post(&format!("{booking}/offers"), WEDNESDAY).await.expect(StatusCode::SEE_OTHER);
    let key = s.ines.cookie("sign_in").unwrap();
    let other = there.stranger().with_cookie("sign_in", &key);
    let (accept, decline) = (format!("{booking}/accept"), format!("{booking}/decline"));
    let (one, two) = tokio::join!(s.ines.post(&accept, ()), other.post(&decline, ()));
    let mut statuses = [one.status, two.status];
    statuses.sort();
    assert_eq!(statuses, [StatusCode::SEE_OTHER, StatusCode::CONFLICT]);
    let json = s.ines.get(&format!("/api/v1{booking}")).await.json();
    let stands = json["status"].as_str().unwrap();
    let became = json["offers"][1]["status"].as_str().unwrap();
    assert!(matches!((stands, became), ("confirmed", "accepted") | ("declined", "declined")));
    assert_eq!(s.taken().await.len(), usize::from(stands == "confirmed"));
}
