//! A player's own calendar: hours by season and past midnight, days and times apart, the shape of a
//! day; and that all who ask whether they are free are told the same.

use axum::http::StatusCode;
use chrono::{DateTime, TimeDelta, Utc};
use first_call::{
    availability::Shape,
    values::{DaySpan, Slot, Zone},
};
use serde_json::{Value, json};
use sqlx::{query, query_scalar};

use crate::{
    calls,
    support::{Client, Reply, TestApp},
};

/// Ines Calloway lives in London, Maren Oakley plays in Nashville, weekdays nine to six. It is Monday
/// 23 November 2026, nine in the morning there.
struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
}

async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    Scene { app, ines, maren }
}

/// What Ines asks of Maren: Tuesday 8 December, with these times and this room.
fn call(from: &str, to: &str, place: &str) -> Value {
    calls::call(json!({ "from": from, "to": to, "place": place }))
}

const ASK: &str = "/musicians/maren-oakley/calls";

impl Scene {
    async fn asked(&self, from: &str, to: &str, place: &str) -> String {
        let sent = self.ines.post(ASK, call(from, to, place)).await;
        sent.expect(StatusCode::SEE_OTHER).location().to_owned()
    }

    async fn booked(&self, from: &str, to: &str, place: &str) -> String {
        let booking = self.asked(from, to, place).await;
        self.maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
        booking
    }

    /// What stands at `From` when it cannot be asked.
    async fn refused(&self, from: &str, to: &str, place: &str) -> String {
        let sent = self.ines.post(ASK, call(from, to, place)).await;
        fault(&sent.expect(StatusCode::UNPROCESSABLE_ENTITY), "from")
    }

    /// Changes the shape of Maren's day, all else as it is.
    async fn shape(&self, fields: &[(&str, &str)]) {
        let mut shape = self.maren.get("/api/v1/calendar/shape").await.json();
        for (field, value) in fields {
            shape[field] = (*value).into();
        }
        let sent = self.maren.send_json("PUT", "/api/v1/calendar/shape", shape).await;
        sent.expect(StatusCode::NO_CONTENT);
    }

    /// Where a session may be put on a day, by her own clock.
    async fn free_on(&self, day: &str) -> Vec<String> {
        let zone: Zone = "America/Chicago".parse().unwrap();
        let path = format!("/api/v1/calendar/free?from={day}T06:00:00Z&to={day}T23:59:00Z");
        let free = self.maren.get(&path).await.expect(StatusCode::OK).json();
        let slot = |one: &Value| {
            let at = |name: &str| one[name].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
            zone.hours(&Slot::new(at("starts_at"), at("ends_at")).unwrap())
        };
        free.as_array().unwrap().iter().map(slot).collect()
    }

    /// Whether a search for that time finds her, in words of the page.
    async fn is_found(&self, date: &str, from: &str, to: &str) -> bool {
        let path = format!(
            "/api/v1/musicians?instrument=fiddle&date={date}&from={from}&to={to}&zone=America/Chicago"
        );
        let found = self.ines.get(&path).await.expect(StatusCode::OK).json();
        !found["items"].as_array().unwrap().is_empty()
    }
}

fn fault(page: &Reply, field: &str) -> String {
    page.texts(&format!("#{field}-error")).concat()
}

#[tokio::test]
async fn hours_run_past_midnight_and_are_copied_from_day_to_day_in_one_go() {
    let s = scene().await;
    let hours = [
        ("weekday", "1"),
        ("from", "20:00"),
        ("to", "02:00"),
        ("copy_from", "1"),
        ("copy_to", "4"),
        ("copy_to", "5"),
    ];
    s.maren.post("/calendar/hours", hours).await.expect(StatusCode::SEE_OTHER);
    let kept = s.maren.get("/api/v1/calendar/hours").await.json();
    let night = |weekday: i64| json!({ "weekday": weekday, "from": "20:00", "to": "02:00" });
    assert_eq!(kept["hours"], json!([night(1), night(4), night(5)]));
    let late = [("date", "2026-12-10"), ("from", "23:00"), ("to", "24:00")];
    let mut ask = call("", "", "Ocean Way, Nashville");
    late.iter().for_each(|(field, value)| ask[field] = (*value).into());
    s.ines.post(ASK, ask).await.expect(StatusCode::SEE_OTHER);
    assert!(s.is_found("2026-12-11", "00:00", "02:00").await, "of the night before");
    assert!(!s.is_found("2026-12-11", "00:00", "03:00").await);
    let page = s.maren.get("/calendar/hours").await.expect(StatusCode::OK);
    assert_eq!(page.attributes("#h-1", "value"), ["20:00"]);
    for (form, says) in [
        (
            [("weekday", "1"), ("from", "18:00"), ("to", "09:00")],
            "Weekly hours on Monday have \
          18:00–09:00, which ends before it starts, and read as running past midnight it would last \
          15 hours: at most 12.",
        ),
        (
            [("weekday", "1"), ("copy_from", "9"), ("copy_to", "1")],
            "The copy has a day that is not one of the week.",
        ),
    ] {
        let page = s.maren.post("/calendar/hours", form).await;
        let page = page.expect(StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!([fault(&page, "hours"), fault(&page, "copy")].concat(), says);
    }
    assert_eq!(s.maren.get("/api/v1/calendar/hours").await.json(), kept, "as it was");
}

#[tokio::test]
async fn a_season_begins_with_the_ordinary_hours_and_has_its_own_from_then_on() {
    let s = scene().await;
    let season = [("name", "Advent"), ("first_day", "2026-12-01"), ("last_day", "2026-12-24")];
    let page = s.maren.post("/calendar/seasons", season).await.expect(StatusCode::SEE_OTHER);
    let page = page.location().to_owned();
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–17:59 CST"]);
    let hours = [("weekday", "2"), ("from", "12:00"), ("to", "15:00")];
    let changed: Vec<_> = season.into_iter().chain(hours).collect();
    s.maren.post(&page, &changed).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.free_on("2026-12-08").await, ["12:00–15:00 CST"]);
    assert_eq!(s.free_on("2026-12-29").await, ["09:00–17:59 CST"], "past its last day");
    assert_eq!(
        s.refused("10:00", "13:00", "Ocean Way").await,
        "From is outside the hours this player works: free that day 12:00–15:00 CST."
    );
    assert!(!s.is_found("2026-12-08", "10:00", "12:00").await);
    assert!(s.maren.get("/calendar?day=2026-12-08").await.body.contains("Advent"));

    let other = [("name", "Christmas"), ("first_day", "2026-12-24"), ("last_day", "2026-12-27")];
    let lost = s.maren.post("/calendar/seasons", other).await;
    assert_eq!(
        fault(&lost.expect(StatusCode::UNPROCESSABLE_ENTITY), "first_day"),
        "From overlap another season of yours: each day belongs to one at most."
    );
    let back = [("name", "Back"), ("first_day", "2027-03-01"), ("last_day", "2027-02-01")];
    let lost = s.maren.post("/calendar/seasons", back).await;
    let lost = lost.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(fault(&lost, "last_day"), "To is before the first day.");
    assert_eq!(lost.attributes("#name", "value"), ["Back"], "what was typed stays");

    let json = s.maren.get("/api/v1/calendar/seasons").await.json();
    assert_eq!(json[0]["hours"], json!([{ "weekday": 2, "from": "12:00", "to": "15:00" }]));
    let theirs = s.app.musician("Josiah Pell").await;
    theirs.get(&page).await.expect(StatusCode::NOT_FOUND);
    theirs.post(&format!("{page}/remove"), ()).await.expect(StatusCode::NOT_FOUND);
    s.maren.post(&format!("{page}/remove"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–17:59 CST"]);
}

#[tokio::test]
async fn days_in_a_row_are_closed_together_and_told_as_one() {
    let s = scene().await;
    let closed = [("day", "2026-12-07"), ("last_day", "2026-12-11"), ("note", "The barn roof")];
    s.maren.post("/calendar/days", closed).await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get("/calendar/hours").await;
    assert_eq!(page.texts(".pending b").join(" "), "7 December 2026 to 11 December 2026");
    assert!(!s.is_found("2026-12-08", "10:00", "13:00").await);
    let json = s.maren.get("/api/v1/calendar/exceptions").await.json();
    assert_eq!(
        json,
        json!([{ "first_day": "2026-12-07", "last_day": "2026-12-11", "spans": [], "note": "The barn roof" }])
    );
    // The middle of it is open after all: by dragging over the week.
    let open = [("day", "2026-12-08"), ("from", "10:00"), ("to", "13:00")];
    s.maren.post("/calendar/stretches/open", open).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.free_on("2026-12-08").await, ["10:00–13:00 CST"]);
    let json = s.maren.get("/api/v1/calendar/exceptions").await.json();
    assert_eq!(json.as_array().unwrap().len(), 3, "before it, it, and after it");
    let all = [("last_day", "2026-12-11")];
    s.maren.post("/calendar/days/2026-12-07/remove", all).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–17:59 CST"]);
    for (form, field, says) in [
        (
            [("day", "2026-12-08"), ("last_day", "2026-12-01")],
            "last_day",
            "To is before the first day.",
        ),
        (
            [("day", "2026-12-08"), ("last_day", "2030-12-01")],
            "last_day",
            "To is more than a year after the first: say it in two steps.",
        ),
        ([("day", "0000-12-08"), ("last_day", "")], "day", "Day is not a date we can book."),
        ([("day", "9999-12-08"), ("last_day", "")], "day", "Day is not a date we can book."),
    ] {
        let page = s.maren.post("/calendar/days", form).await;
        assert_eq!(fault(&page.expect(StatusCode::UNPROCESSABLE_ENTITY), field), says);
    }
}

#[tokio::test]
async fn who_is_away_says_when_they_are_back_and_opens_nothing_until_then() {
    let s = scene().await;
    let away = [("away_from", "2026-12-07"), ("back_on", "2026-12-14"), ("away_note", "Lisbon")];
    s.maren.post("/calendar/absences", away).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(
        s.refused("10:00", "13:00", "Ocean Way").await,
        "From is while this player is away: they are back on Monday 14 December 2026: next free for \
         that long Mon 14 Dec 2026, 09:00–18:00 CST."
    );
    assert!(!s.is_found("2026-12-08", "10:00", "13:00").await);
    let profile = s.ines.get("/musicians/maren-oakley").await;
    assert!(profile.body.contains("Away from 7 December 2026, back on 14 December 2026"));
    assert!(!profile.body.contains("Lisbon"), "the note is hers alone");
    let open = [("day", "2026-12-08"), ("from", "10:00"), ("to", "13:00")];
    s.maren.post("/calendar/stretches/open", open).await.expect(StatusCode::SEE_OTHER);
    let page = s.maren.get("/calendar?day=2026-12-08").await;
    assert_eq!(page.texts(".flash"), ["You are away that day: say first that you are not."]);
    let twice = s.maren.post("/calendar/absences", away).await;
    assert_eq!(
        fault(&twice.expect(StatusCode::UNPROCESSABLE_ENTITY), "away_from"),
        "First day away overlap another time you are away: change or remove that one first."
    );
    let absences = s.maren.get("/api/v1/calendar/absences").await.json();
    let id = absences[0]["id"].as_i64().unwrap();
    let theirs = s.app.musician("Josiah Pell").await;
    theirs.post(&format!("/calendar/absences/{id}/end"), ()).await.expect(StatusCode::NOT_FOUND);
    s.maren.post(&format!("/calendar/absences/{id}/end"), ()).await.expect(StatusCode::SEE_OTHER);
    assert!(s.is_found("2026-12-08", "10:00", "13:00").await);
}

#[tokio::test]
async fn a_stretch_is_closed_and_opened_and_the_day_is_like_its_weekday_again() {
    let s = scene().await;
    let lunch = [("day", "2026-12-08"), ("from", "12:00"), ("to", "13:00")];
    let sent = s.maren.post("/calendar/stretches/close", lunch).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/calendar?day=2026-12-08");
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–12:00 CST", "13:00–17:59 CST"]);
    assert!(!s.is_found("2026-12-08", "10:00", "13:00").await);
    let json = json!({ "day": "2026-12-08", "from": "12:00", "to": "13:00" });
    let sent = s.maren.post_json("/api/v1/calendar/stretches/open", json).await;
    sent.expect(StatusCode::NO_CONTENT);
    assert_eq!(s.maren.get("/api/v1/calendar/exceptions").await.json(), json!([]));
    for form in [
        [("day", "soon"), ("from", "12:00"), ("to", "13:00")],
        [("day", "2026-12-08"), ("from", "12"), ("to", "13:00")],
        [("day", "2026-12-08"), ("from", "18:00"), ("to", "09:00")],
    ] {
        let sent = s.maren.post("/calendar/stretches/close", form).await;
        sent.expect(StatusCode::UNPROCESSABLE_ENTITY);
    }
    s.maren.post("/calendar/stretches/burn", lunch).await.expect(StatusCode::NOT_FOUND);
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–17:59 CST"], "as it was");
}

#[tokio::test]
async fn the_shape_of_a_day_is_kept_as_typed_or_says_what_will_not_do() {
    let s = scene().await;
    let form = [
        ("buffer_before", "15"),
        ("buffer_after", "30"),
        ("travel", "distance"),
        ("travel_minutes", "40"),
        ("rest", "60"),
        ("notice", "24"),
        ("ahead", "90"),
        ("most_a_day", "2"),
        ("most_a_week", "6"),
        ("starts", "15:00 09:00,12:00"),
    ];
    s.maren.post("/calendar/shape", form).await.expect(StatusCode::SEE_OTHER);
    let kept = s.maren.get("/api/v1/calendar/shape").await.json();
    assert_eq!(
        kept,
        json!({
            "buffer_before": "15", "buffer_after": "30", "travel": "distance", "travel_minutes": "40",
            "rest": "60", "notice": "24", "ahead": "90", "most_a_day": "2", "most_a_week": "6",
            "starts": "09:00, 12:00, 15:00",
        })
    );
    for (field, typed, at, says) in [
        (
            "buffer_before",
            "999",
            "buffer",
            "Time kept clear is not a number of minutes from 0 to 240.",
        ),
        ("travel", "by horse", "travel", "Travel is reckoned in none of the three ways there are."),
        ("rest", "-5", "rest", "Rest is not a number of minutes from 0 to 720."),
        ("notice", "5", "notice", "Notice is not one of those in the list."),
        ("ahead", "1000", "ahead", "How far ahead is not one of those in the list."),
        (
            "most_a_day",
            "0",
            "most_a_day",
            "Sessions a day is not a number of sessions from 1 to 20.",
        ),
        ("starts", "25:00", "starts", "Starts is not a time of day: write it like 09:30."),
    ] {
        let mut bad = form;
        bad.iter_mut().filter(|(name, _)| *name == field).for_each(|pair| pair.1 = typed);
        let page = s.maren.post("/calendar/shape", bad).await;
        assert_eq!(fault(&page.expect(StatusCode::UNPROCESSABLE_ENTITY), at), says);
    }
    assert_eq!(s.maren.get("/api/v1/calendar/shape").await.json(), kept, "as it was");
}

#[tokio::test]
async fn two_rooms_are_as_far_apart_as_the_way_between_them() {
    let s = scene().await;
    s.shape(&[("travel", "distance"), ("travel_minutes", "40")]).await;
    let first = s.booked("10:00", "13:00", "Ocean Way, Nashville").await;
    assert_eq!(s.free_on("2026-12-08").await, ["09:00–09:20 CST", "13:40–17:59 CST"]);
    assert!(!s.is_found("2026-12-08", "13:30", "16:00").await, "search knows no room");
    assert!(s.is_found("2026-12-08", "13:40", "16:00").await);
    let told = s.refused("13:30", "16:00", "Blackbird, Nashville").await;
    assert!(told.starts_with("From leaves this player no time to get there from another session"));
    assert!(!told.contains("Ocean"), "nobody else learns where: {told}");
    // In the same room she stays where she is.
    let after = s.asked("13:00", "14:00", "ocean way, Nashville").await;
    let memphis = s.ines.post(ASK, call("14:30", "17:00", "Royal Studios, Memphis")).await;
    assert_eq!(memphis.status, StatusCode::UNPROCESSABLE_ENTITY, "Memphis is hours away");

    // What was asked before both were agreed is refused at the answer, and she is told why.
    let near = s.asked("16:00", "18:00", "Blackbird, Nashville").await;
    s.booked("14:50", "15:30", "RCA, Nashville").await;
    let lost = s.maren.post(&format!("{near}/accept"), ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        lost.texts("#refusal p"),
        [
            "40 minutes’ travel from RCA, Nashville leaves you late by 10 minutes. This request cannot be \
          accepted while that stands."
        ]
    );
    let blocks = || async {
        let sql = "select to_char(lower(blocks) at time zone 'America/Chicago', 'HH24:MI')
                       || '–' || to_char(upper(blocks) at time zone 'America/Chicago', 'HH24:MI')
                   from bookings where status = 'confirmed' order by lower(blocks)";
        query_scalar::<_, String>(sql).fetch_all(s.app.db()).await.unwrap()
    };
    assert_eq!(blocks().await, ["10:00–13:00", "14:10–15:30"], "the way is hers, in Postgres too");
    // The way begins where she is before; in between she may stay in the first room.
    s.maren.post(&format!("{after}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(blocks().await, ["10:00–13:00", "13:00–14:00", "14:10–15:30"]);
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{after}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    s.ines.post(&format!("{first}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(blocks().await, ["14:50–15:30"], "no session before it, no way to it");
}

#[tokio::test]
async fn a_town_is_told_by_the_end_of_the_place_or_by_itself() {
    let s = scene().await;
    let town = |booking: String| {
        let s = &s;
        async move {
            let id: i64 = booking.rsplit('/').next().unwrap().parse().unwrap();
            let sql = "select coalesce(t.name, '') from bookings b join calls c on c.id = b.call_id
                       left join places t on t.id = c.town_id where b.id = $1";
            query_scalar::<_, String>(sql).bind(id).fetch_one(s.app.db()).await.unwrap()
        }
    };
    assert_eq!(town(s.asked("10:00", "11:00", "Royal Studios, Memphis").await).await, "Memphis");
    assert_eq!(town(s.asked("10:00", "11:00", "The barn behind the mill").await).await, "");
    let mut named = call("10:00", "11:00", "The barn");
    named["town"] = "Nashville, TN, US".into();
    let sent = s.ines.post(ASK, &named).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(town(sent.location().to_owned()).await, "Nashville");
    named["town"] = "Nowhere on Earth".into();
    let lost = s.ines.post(ASK, &named).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        fault(&lost, "town"),
        "Town is not one we know: choose from the list, or leave it empty."
    );
}

#[tokio::test]
async fn notice_starts_and_how_many_a_day_are_what_search_and_requests_go_by() {
    let s = scene().await;
    s.shape(&[("starts", "09:00, 12:00, 15:00")]).await;
    assert!(!s.is_found("2026-12-08", "10:00", "13:00").await);
    assert!(s.is_found("2026-12-08", "12:00", "14:30").await);
    assert_eq!(
        s.refused("10:00", "13:00", "Ocean Way").await,
        "From is not when sessions of this player start: 09:00, 12:00 or 15:00: free that day \
         09:00–18:00 CST."
    );
    let times = "/api/v1/musicians/maren-oakley/times?from=2026-12-08&to=2026-12-08&length=180";
    let offers = s.ines.get(times).await.expect(StatusCode::OK).json();
    let starts: Vec<&str> = offers["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["starts_at"].as_str().unwrap())
        .collect();
    assert_eq!(starts, ["2026-12-08T15:00:00Z", "2026-12-08T18:00:00Z", "2026-12-08T21:00:00Z"]);

    s.shape(&[("starts", ""), ("notice", "48")]).await;
    assert!(!s.is_found("2026-11-24", "10:00", "13:00").await, "tomorrow is too soon");
    assert!(!s.is_found("2026-11-25", "08:30", "09:00").await);
    assert!(s.is_found("2026-11-25", "09:00", "12:00").await, "to the minute");
    let mut soon = call("10:00", "13:00", "Ocean Way");
    soon["date"] = "2026-11-24".into();
    let lost = s.ines.post(ASK, soon).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        fault(&lost, "from")
            .starts_with("From is too soon: this player wants to be asked at least 2 days ahead"),
        "{}",
        fault(&lost, "from")
    );
    s.app.wait(TimeDelta::minutes(1));
    assert!(!s.is_found("2026-11-25", "09:00", "12:00").await, "and so a minute later");

    s.shape(&[("notice", "0"), ("ahead", "14")]).await;
    assert!(s.is_found("2026-12-04", "10:00", "13:00").await);
    assert!(!s.is_found("2026-12-08", "10:00", "13:00").await, "further than she wants");
    assert!(s.refused("10:00", "13:00", "Ocean Way").await.starts_with("From is too far ahead"));

    s.shape(&[("ahead", ""), ("most_a_day", "1")]).await;
    let booking = s.booked("10:00", "12:00", "Ocean Way").await;
    assert!(!s.is_found("2026-12-08", "14:00", "17:00").await, "one a day is enough");
    assert!(s.refused("14:00", "17:00", "Ocean Way").await.starts_with(
        "From is on a day on which this player has as many sessions as they take: next free"
    ));
    let reason = [("word", "The singer is ill.")];
    s.ines.post(&format!("{booking}/cancel"), reason).await.expect(StatusCode::SEE_OTHER);
    assert!(s.is_found("2026-12-08", "14:00", "17:00").await);
}

#[tokio::test]
async fn what_another_calendar_has_is_taken_for_everybody_and_named_for_its_owner() {
    let s = scene().await;
    let near = s.asked("14:00", "16:00", "Ocean Way").await;
    query(
        "with i as (insert into imports (musician_id, name, body, body_hash, read_at, known, zone,
                                         busy_hash, tried_at, next_at, created_at)
                    select id, 'Family', '', '', $1, tstzrange($1, $1 + interval '1 year'), zone, '',
                           $1, $1, $1 from musicians returning id, musician_id)
         insert into imported_busy (import_id, musician_id, slot, summary)
         select id, musician_id, '[2026-12-08T20:30:00Z,2026-12-08T21:30:00Z)', 'Dentist' from i",
    )
    .bind(s.app.now())
    .execute(s.app.db())
    .await
    .unwrap();
    let lost = s.maren.post(&format!("{near}/accept"), ()).await.expect(StatusCode::CONFLICT);
    assert_eq!(
        lost.texts("#refusal p"),
        [
            "Your calendar “Family” has “Dentist” Tue 8 Dec 2026, 14:30–15:30 CST. This request cannot be \
          accepted while that stands."
        ]
    );
    let told = s.refused("15:00", "17:00", "Ocean Way").await;
    assert!(told.starts_with("From is busy by another calendar of this player: free that day"));
    assert!(!told.contains("Dentist") && !told.contains("Family"), "{told}");
    let week = s.maren.get("/calendar?day=2026-12-08").await.expect(StatusCode::OK);
    let lines = week.texts(".entries li");
    assert_eq!(
        lines,
        [
            "14:00–16:00 CST Dust on the Piano, June Harrow asked for Fiddle, asked by Ines Calloway, Ocean Way",
            "14:30–15:30 CST Dentist by your calendar “Family”"
        ]
    );
    let why = s.maren.get("/calendar/why?day=2026-12-08&from=15:00&to=16:00").await;
    assert_eq!(
        why.expect(StatusCode::OK).texts(".reasons li"),
        ["Your calendar “Family” has “Dentist” Tue 8 Dec 2026, 14:30–15:30 CST."]
    );
}

#[tokio::test]
async fn the_week_the_month_and_the_day_tell_what_is_there_and_why() {
    let s = scene().await;
    s.shape(&[("travel", "fixed"), ("travel_minutes", "40"), ("buffer_before", "10")]).await;
    s.booked("10:00", "12:00", "Ocean Way, Nashville").await;
    let second = s.booked("14:00", "16:00", "Blackbird, Nashville").await;
    let due = calls::call(json!({
        "title": "Low Water", "artist": "The Ferrymen", "kind": "remote",
        "due_date": "2026-12-08", "due_time": "18:00", "brief": "One fiddle part.",
        "fee": "150.00",
    }));
    s.ines.post(ASK, due).await.expect(StatusCode::SEE_OTHER);

    let week = s.maren.get("/calendar?day=2026-12-08").await.expect(StatusCode::OK);
    assert_eq!(week.texts("h1"), ["Week of 7 December 2026"]);
    assert_eq!(week.texts(".lede"), ["2 sessions. By the clock of America/Chicago."]);
    assert_eq!(
        week.texts(".entries li"),
        [
            "10:00–12:00 CST Dust on the Piano, June Harrow Fiddle, with Ines Calloway, Ocean Way, Nashville",
            "14:00–16:00 CST Dust on the Piano, June Harrow Fiddle, with Ines Calloway, Blackbird, Nashville",
            "by 18:00 CST Low Water, The Ferrymen asked for Fiddle, asked by Ines Calloway, remote"
        ]
    );
    let day = s.maren.get("/calendar/days/2026-12-08").await.expect(StatusCode::OK);
    assert_eq!(
        day.texts(".urgent"),
        ["40 minutes from Ocean Way, Nashville: leave by 13:10 CST"],
        "with what she keeps clear before"
    );
    assert_eq!(day.texts("h2"), ["10:00–12:00 CST", "14:00–16:00 CST", "by 18:00 CST"]);
    assert_eq!(day.attributes(".facts a", "href")[1], second);
    let month = s.maren.get("/calendar/month?month=2026-12").await.expect(StatusCode::OK);
    assert_eq!(month.texts("h1"), ["December 2026"]);
    assert_eq!(month.texts(".month .one").len(), 3);
    let json = s.maren.get("/api/v1/calendar/days?from=2026-12-08&to=2026-12-08").await.json();
    assert_eq!(json[0]["work"].as_array().unwrap().len(), 3);
    assert_eq!(json[0]["around"].as_array().unwrap().len(), 2, "before each: {json}");

    let why = s.maren.get("/api/v1/calendar/why?day=2026-12-08&from=12:20&to=13:00").await.json();
    assert_eq!(
        why["reasons"],
        json!(["40 minutes’ travel from Ocean Way, Nashville leaves you late by 30 minutes."])
    );
    assert_eq!(why["is_free"], false);
    let free = s.maren.get("/api/v1/calendar/why?day=2026-12-09&from=12:20&to=13:00").await.json();
    assert_eq!((&free["is_free"], &free["reasons"]), (&json!(true), &json!([])));
    // Whatever an address says, it is a page.
    for path in ["/calendar?day=soon", "/calendar?day=9999-12-31", "/calendar/month?month=0000-13"]
    {
        s.maren.get(path).await.expect(StatusCode::OK);
    }
    s.maren.get("/calendar/days/0000-00-00").await.expect(StatusCode::NOT_FOUND);
    s.maren
        .get("/calendar/why?day=never&from=25:00")
        .await
        .expect(StatusCode::UNPROCESSABLE_ENTITY);
    let nonsense = "/api/v1/calendar/days?from=2026-12-08&to=2027-12-08";
    s.maren.get(nonsense).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
}

/// What the database says of the starts of a stretch equals what the calendar says, around changes
/// of the clocks and elsewhere.
#[tokio::test]
async fn the_database_reckons_starts_by_the_same_clock() {
    let app = TestApp::new().await;
    let mut dice = fastrand::Rng::with_seed(1978);
    let changes = [
        ("America/New_York", "2027-03-14T07:00:00Z"),
        ("America/New_York", "2027-11-07T06:00:00Z"),
        ("Europe/London", "2027-03-28T01:00:00Z"),
        ("Europe/London", "2027-10-31T01:00:00Z"),
        ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
        ("Australia/Lord_Howe", "2027-10-02T15:30:00Z"),
        ("Asia/Kathmandu", "2027-05-01T00:00:00Z"),
    ];
    let mut yes = 0;
    for _ in 0..400 {
        let (zone, change) = changes[dice.usize(..changes.len())];
        let change: DateTime<Utc> = change.parse().unwrap();
        let from = change + TimeDelta::minutes(dice.i64(-900..300));
        let stretch = Slot::new(from, from + TimeDelta::minutes(dice.i64(1..900))).unwrap();
        let length = TimeDelta::minutes(dice.i64(15..300));
        let minutes: Vec<i16> = (0..dice.usize(1..4)).map(|_| dice.i16(0..96) * 15).collect();
        let start = |minute: &i16| DaySpan::from_minutes(*minute, 1440).unwrap().from();
        let shape = Shape { starts: minutes.iter().map(start).collect(), ..Shape::default() };
        let zone: Zone = zone.parse().unwrap();
        let ours = !shape.starts_in(stretch, length, zone).is_empty();
        let theirs: bool = query_scalar(
            "select has_start(tstzrange($1, $2), make_interval(mins => $3::int), $4, $5)",
        )
        .bind(stretch.starts_at())
        .bind(stretch.ends_at())
        .bind(length.num_minutes() as i32)
        .bind(&minutes)
        .bind(zone.name())
        .fetch_one(app.db())
        .await
        .unwrap();
        assert_eq!(ours, theirs, "{stretch:?} {length} {minutes:?} {zone}");
        yes += usize::from(ours);
    }
    assert!((50..350).contains(&yes), "both answers are tried: {yes}");
}
