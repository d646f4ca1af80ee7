//! What a calendar says of a Tuesday in Nashville, and of days that are stranger.

mod properties;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::*;
use crate::values::{DaySpan, Slot, Zone};

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn slot(from: &str, to: &str) -> Slot {
    Slot::new(at(from), at(to)).unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn span(from: i16, to: i16) -> DaySpan {
    DaySpan::from_minutes(from, to).unwrap()
}

fn minutes(n: i64) -> TimeDelta {
    TimeDelta::minutes(n)
}

fn calendar(name: &str, window: Slot, hours: Vec<(i16, DaySpan)>) -> Calendar {
    Calendar {
        zone: zone(name),
        window,
        now: window.starts_at(),
        opening: Opening { hours: Hours(hours), ..Opening::default() },
        shape: Shape::default(),
        busy: Vec::new(),
    }
}

fn session(id: i64, slot: Slot, room: Option<Room>) -> Busy {
    let (before, after) = (TimeDelta::zero(), TimeDelta::zero());
    Busy { what: What::Booking(id.into()), slot, before, after, room }
}

fn room(name: &str) -> Room {
    let nashville = Town { id: 1, latitude: 36.16589, longitude: -86.78444 };
    let memphis = Town { id: 2, latitude: 35.14953, longitude: -90.04898 };
    let town = if name == "Royal" { memphis } else { nashville };
    Room { name: name.into(), town: Some(town) }
}

/// A Tuesday in Nashville, open nine to nine, with a session at Ocean Way from ten to one.
fn tuesday() -> Calendar {
    let window = slot("2026-12-07T00:00:00Z", "2026-12-12T00:00:00Z");
    let mut calendar = calendar("America/Chicago", window, vec![(2, span(540, 1260))]);
    let busy = slot("2026-12-08T16:00:00Z", "2026-12-08T19:00:00Z");
    calendar.busy.push(session(7, busy, Some(room("Ocean Way"))));
    calendar
}

fn said(calendar: &Calendar, from: &str, to: &str, place: &str) -> Vec<String> {
    let from_to = slot(&format!("2026-12-08T{from}:00Z"), &format!("2026-12-08T{to}:00Z"));
    let reasons = calendar.reasons(from_to, Some(&room(place)));
    reasons.iter().map(|reason| reason.told_to_owner(calendar.zone)).collect()
}

#[test]
fn hours_up_to_midnight_and_from_it_on_are_one_stretch() {
    let window = slot("2026-12-07T00:00:00Z", "2026-12-10T00:00:00Z");
    for hours in [vec![(1, span(1320, 1440)), (2, span(0, 120))], vec![(1, span(1320, 1560))]] {
        let night = calendar("UTC", window, hours);
        assert_eq!(night.open(window), [slot("2026-12-07T22:00:00Z", "2026-12-08T02:00:00Z")]);
        let late = slot("2026-12-07T23:00:00Z", "2026-12-08T01:00:00Z");
        assert_eq!(night.may_take(late, None), Ok(()));
    }
}

#[test]
fn a_musician_who_moves_keeps_the_wall_clock_not_the_instant() {
    let window = slot("2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z");
    let hours = vec![(2, span(540, 720))];
    let open = |name| calendar(name, window, hours.clone()).open(window)[0].starts_at();
    assert_eq!(open("America/Chicago"), at("2026-12-08T15:00:00Z"));
    assert_eq!(open("Europe/Berlin"), at("2026-12-08T08:00:00Z"));
    assert_eq!(open("Asia/Kathmandu"), at("2026-12-08T03:15:00Z"));
}

#[test]
fn a_day_the_clocks_leave_out_has_no_hours() {
    let window = slot("2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z");
    let every_day = (1..=7).map(|day| (day, span(540, 1080))).collect();
    let apia = calendar("Pacific/Apia", window, every_day);
    assert!(apia.open_on(day("2011-12-30")).is_empty());
    assert_eq!(apia.open_on(day("2011-12-31")).len(), 1);
}

#[test]
fn notice_may_end_on_the_day_the_clocks_change() {
    // A day's notice is 24 hours, also when the wall clock of that day shows 23.
    let window = slot("2027-03-27T00:00:00Z", "2027-03-30T00:00:00Z");
    let mut london = calendar("Europe/London", window, vec![(7, span(0, 1440))]);
    london.now = at("2027-03-27T09:00:00Z");
    london.shape.notice = TimeDelta::hours(24);
    let free = london.free(window, None);
    assert_eq!(free, [slot("2027-03-28T09:00:00Z", "2027-03-28T23:00:00Z")]);
    assert_eq!(london.zone.hours(&free[0]), "10:00–24:00 BST");
}

#[test]
fn two_sessions_are_as_far_apart_as_what_is_kept_clear_travel_and_rest_ask() {
    let mut calendar = tuesday();
    calendar.shape.travel = Travel::Distance { in_town: minutes(40) };
    assert_eq!(said(&calendar, "19:00", "22:00", "Ocean Way"), [] as [&str; 0], "the same room");
    assert_eq!(
        said(&calendar, "19:30", "22:00", "Blackbird"),
        ["40 minutes’ travel from Ocean Way leaves you late by 10 minutes."]
    );
    assert_eq!(
        said(&calendar, "15:00", "15:50", "Blackbird"),
        ["40 minutes’ travel to Ocean Way leaves you late there by 30 minutes."]
    );
    calendar.shape.before = minutes(15);
    assert_eq!(
        said(&calendar, "19:10", "22:00", "Ocean Way"),
        [
            "You keep 15 minutes clear between sessions; with the one Tue 8 Dec 2026, 10:00–13:00 CST \
          5 minutes of that would be missing."
        ]
    );
    calendar.shape.rest = minutes(60);
    assert_eq!(
        said(&calendar, "19:55", "22:00", "Blackbird"),
        [
            "You rest 1 hour between sessions; the one Tue 8 Dec 2026, 10:00–13:00 CST is closer than \
          that."
        ]
    );
    assert_eq!(said(&calendar, "20:00", "22:00", "Blackbird"), [] as [&str; 0]);
    let soon = slot("2026-12-08T19:10:00Z", "2026-12-08T20:00:00Z");
    let public = calendar.may_take(soon, Some(&room("Royal"))).unwrap_err().to_string();
    assert!(!public.contains("Ocean"), "nobody else learns where: {public}");
}

#[test]
fn a_day_and_a_week_are_full_with_the_sessions_they_take() {
    let mut calendar = tuesday();
    calendar.shape.most_a_day = Some(1);
    assert_eq!(
        said(&calendar, "20:00", "21:00", "Ocean Way"),
        ["On Tuesday 8 December 2026 you have your one session."]
    );
    assert!(calendar.free(calendar.window, None).is_empty());
    calendar.shape.most_a_day = Some(2);
    calendar.shape.most_a_week = Some(1);
    calendar.opening.hours.0.push((5, span(540, 720)));
    assert_eq!(
        said(&calendar, "20:00", "21:00", "Ocean Way"),
        ["In the week of Monday 7 December 2026 you have your one session."]
    );
    assert!(calendar.free(calendar.window, None).is_empty(), "Friday is of the same week");
}

#[test]
fn sessions_start_when_the_player_says_whatever_their_length() {
    let mut calendar = tuesday();
    calendar.busy.clear();
    calendar.shape.starts = ["09:00", "12:00", "15:00"].map(|t| t.parse().unwrap()).into();
    assert_eq!(said(&calendar, "18:00", "20:00", "RCA"), [] as [&str; 0]);
    assert_eq!(
        said(&calendar, "18:30", "20:00", "RCA"),
        ["Your sessions start at 09:00, 12:00 or 15:00."]
    );
    let after = |from: &str| calendar.next_free(at(from), TimeDelta::hours(3), None).unwrap();
    assert_eq!(after("2026-12-08T15:30:00Z").starts_at(), at("2026-12-08T18:00:00Z"));
    let offers = calendar.offers(calendar.window, TimeDelta::hours(4), None);
    let told: Vec<String> = offers.iter().map(|slot| calendar.zone.hours(slot)).collect();
    assert_eq!(told, ["09:00–13:00 CST", "12:00–16:00 CST", "15:00–19:00 CST"]);
}

#[test]
fn what_another_calendar_has_is_taken_and_its_name_is_the_owners_alone() {
    let mut calendar = tuesday();
    calendar.shape.after = minutes(10);
    let what = What::Elsewhere { calendar: "Family".into(), summary: "Dentist".into() };
    let dentist = slot("2026-12-08T21:00:00Z", "2026-12-08T22:00:00Z");
    let zero = TimeDelta::zero();
    calendar.busy.push(Busy { what, slot: dentist, before: zero, after: zero, room: None });
    let told = ["Your calendar “Family” has “Dentist” Tue 8 Dec 2026, 15:00–16:00 CST."];
    assert_eq!(said(&calendar, "21:30", "23:00", "RCA"), told);
    assert_eq!(said(&calendar, "20:00", "20:55", "RCA"), told, "with what is kept clear after");
    assert_eq!(said(&calendar, "22:00", "23:00", "RCA"), [] as [&str; 0]);
    let public = calendar.may_take(dentist, None).unwrap_err().to_string();
    assert!(!public.contains("Dentist") && !public.contains("Family"), "{public}");
}

#[test]
fn how_long_before_one_asks_is_no_matter_to_the_answer() {
    let mut calendar = tuesday();
    calendar.now = at("2026-12-08T19:30:00Z");
    calendar.shape.notice = TimeDelta::hours(48);
    let soon = slot("2026-12-08T20:00:00Z", "2026-12-08T22:00:00Z");
    let reason = calendar.may_take(soon, None).unwrap_err();
    assert_eq!(
        reason.to_string(),
        "is too soon: this player wants to be asked at least 2 days ahead"
    );
    assert_eq!(calendar.clashes(soon, None), Ok(()));
}

#[test]
fn the_way_to_a_session_is_from_the_one_before_it() {
    let mut calendar = tuesday();
    calendar.shape.travel = Travel::Distance { in_town: minutes(40) };
    let late = slot("2026-12-08T22:00:00Z", "2026-12-08T23:00:00Z");
    calendar.busy.push(session(9, late, Some(room("Blackbird"))));
    let from = at("2026-12-08T19:00:00Z");
    assert_eq!(calendar.ways_from(from), [(9.into(), minutes(40))]);
    let between = slot("2026-12-08T19:00:00Z", "2026-12-08T20:00:00Z");
    calendar.busy.push(session(8, between, Some(room("Blackbird"))));
    assert_eq!(
        calendar.ways_from(from),
        [(8.into(), TimeDelta::zero()), (9.into(), TimeDelta::zero())],
        "no longer than there is time for, and none in the same room"
    );
}
