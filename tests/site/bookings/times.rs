//! Whose time a booking takes, and by whose clock it is told.

use axum::http::StatusCode;
use chrono::TimeDelta;
use serde_json::json;
use sqlx::query_scalar;

use super::{MOVE, OTHER, REMOTE, call, faults, in_london, offered, scene};

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
