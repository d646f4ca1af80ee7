//! Calendars read: whole ones, odd ones, and those of who means harm.

mod manners;
mod slowly;

use std::time::{Duration, Instant};

use super::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn chicago() -> Zone {
    zone("America/Chicago")
}

/// What is read on Monday 23 November 2026.
fn window() -> Slot {
    Known::first(Zone::UTC, at("2026-11-23T15:00:00Z")).window
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}

fn file(lines: &str) -> String {
    let lines: Vec<&str> = lines.lines().map(str::trim_start).collect();
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{}\r\nEND:VCALENDAR\r\n", lines.join("\r\n"))
}

fn event(lines: &str) -> String {
    file(&format!("BEGIN:VEVENT\n{}\nEND:VEVENT", lines.trim()))
}

fn reading(file: &str, own: Zone) -> Reading {
    read(file.as_bytes(), own, window(), soon()).unwrap()
}

/// `2026-12-08 16:00–19:00 Dust on the Piano`, in UTC.
fn told(file: &str, own: Zone) -> Vec<String> {
    let reading = reading(file, own);
    assert_eq!(reading.note, "");
    let tell = |it: &Stretch| {
        let (from, to) = (it.slot.starts_at(), it.slot.ends_at());
        let to = match from.date_naive() == to.date_naive() {
            true => to.format("%H:%M"),
            false => to.format("%m-%d %H:%M"),
        };
        format!("{}–{to} {}", from.format("%Y-%m-%d %H:%M"), it.summary).trim_end().to_owned()
    };
    reading.stretches.iter().map(tell).collect()
}

fn refused(file: &str) -> Unreadable {
    read(file.as_bytes(), chicago(), window(), soon()).unwrap_err()
}

#[test]
fn what_is_different_in_one_series_is_not_in_another() {
    let series = |uid: &str| {
        format!(
            "BEGIN:VEVENT\nUID:{uid}\nSUMMARY:{uid}\nDTSTART:20261201T100000Z\nDTEND:20261201T110000Z\n\
             RRULE:FREQ=DAILY;COUNT=2\nSEQUENCE:7\nEND:VEVENT\n"
        )
    };
    let moved = "BEGIN:VEVENT\nUID:a\nSUMMARY:a\nRECURRENCE-ID:20261202T100000Z\n\
         DTSTART:20261203T100000Z\nDTEND:20261203T110000Z\nSEQUENCE:7\nEND:VEVENT\n";
    let both = file(&format!("{}{}{moved}", series("a"), series("b")));
    assert_eq!(
        told(&both, Zone::UTC),
        [
            "2026-12-01 10:00–11:00 a",
            "2026-12-01 10:00–11:00 b",
            "2026-12-02 10:00–11:00 b",
            "2026-12-03 10:00–11:00 a",
        ]
    );
}

#[test]
fn a_time_that_the_clocks_jump_over_or_tell_twice_keeps_its_owner_busy() {
    let daily = |zone: &str, from: &str, to: &str| {
        event(&format!(
            "UID:1\nDTSTART;TZID={zone}:{from}\nDTEND;TZID={zone}:{to}\nRRULE:FREQ=DAILY;COUNT=3"
        ))
    };
    // Clocks go forward at 2:00 on 14 March 2027.
    assert_eq!(
        told(&daily("America/New_York", "20270313T023000", "20270313T033000"), Zone::UTC),
        ["2027-03-13 07:30–08:30", "2027-03-14 07:00–08:00", "2027-03-15 06:30–07:30"]
    );
    // And back at 2:00 on 7 November: from the first half past one to the second two o’clock.
    assert_eq!(
        told(&daily("America/New_York", "20271106T013000", "20271106T020000"), Zone::UTC),
        ["2027-11-06 05:30–06:00", "2027-11-07 05:30–07:00", "2027-11-08 06:30–07:00"]
    );
    // Half an hour on Lord Howe Island, at 2:00 on 3 October.
    assert_eq!(
        told(&daily("Australia/Lord_Howe", "20271002T021500", "20271002T024500"), Zone::UTC),
        ["2027-10-01 15:45–16:15", "2027-10-02 15:30–16:00", "2027-10-03 15:15–15:45"]
    );
    // One that was left out, and one that was moved, in the hour that comes twice.
    let left_out = event(
        "UID:1\nDTSTART;TZID=Europe/London:20271030T013000\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=3\n\
         EXDATE;TZID=Europe/London:20271031T013000",
    );
    assert_eq!(told(&left_out, Zone::UTC), ["2027-10-30 00:30–01:30", "2027-11-01 01:30–02:30"]);
}

#[test]
fn the_last_of_a_series_is_told_by_the_worlds_clock() {
    // Ten in the morning in Kathmandu is a quarter past four in the world.
    let series = event(
        "UID:1\nDTSTART;TZID=Asia/Kathmandu:20261201T100000\nDURATION:PT1H\n\
         RRULE:FREQ=DAILY;UNTIL=20261203T041500Z",
    );
    assert_eq!(told(&series, Zone::UTC).len(), 3);
    let by_day =
        event("UID:1\nDTSTART:20261201T100000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261203");
    assert_eq!(told(&by_day, chicago()).len(), 3);
}

#[test]
fn what_began_long_ago_still_goes_on() {
    for rule in ["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR,SA,SU", "FREQ=HOURLY;INTERVAL=24"]
    {
        let walk = event(&format!("UID:1\nDTSTART:19010101T070000\nDURATION:PT1H\nRRULE:{rule}"));
        let walks = told(&walk, chicago());
        assert_eq!(walks.len(), 562, "{rule}");
        assert_eq!(walks[0], "2026-11-22 13:00–14:00", "{rule}");
    }
    let third =
        event("UID:1\nDTSTART:20001103T100000Z\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;INTERVAL=3");
    let weeks = |text: &str| {
        let day: chrono::NaiveDate = text[..10].parse().unwrap();
        (day - "2000-11-03".parse::<chrono::NaiveDate>().unwrap()).num_days()
    };
    let thirds = told(&third, Zone::UTC);
    assert!(thirds.len() > 20 && thirds.iter().all(|told| weeks(told) % 21 == 0), "{thirds:?}");
    let leap = event("UID:1\nDTSTART;VALUE=DATE:19040229\nRRULE:FREQ=YEARLY");
    assert_eq!(told(&leap, Zone::UTC), ["2028-02-29 00:00–03-01 00:00"]);
    let last =
        event("UID:1\nDTSTART:00010131T100000Z\nDURATION:PT1H\nRRULE:FREQ=MONTHLY;BYMONTHDAY=-1");
    assert_eq!(told(&last, Zone::UTC)[0], "2026-11-30 10:00–11:00");
    let moved = file(
        "BEGIN:VEVENT\nUID:1\nDTSTART:20200101T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;COUNT=2\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nRECURRENCE-ID:20210101T100000Z\nDTSTART:20261201T100000Z\nDURATION:PT1H\nEND:VEVENT",
    );
    assert_eq!(told(&moved, Zone::UTC), ["2026-12-01 10:00–11:00"], "moved here from long ago");
}

#[test]
fn dates_at_the_ends_of_time_are_read_as_far_as_anybody_looks() {
    let ages = event("UID:1\nDTSTART;VALUE=DATE:00000101\nDTEND;VALUE=DATE:99991231\nSUMMARY:Ages");
    let reading = reading(&ages, chicago());
    assert_eq!(reading.stretches.iter().map(|it| it.slot).collect::<Vec<_>>(), [window()]);
    for far in [
        "DTSTART:00000101T000000Z\nDTEND:00000101T010000Z",
        "DTSTART:99991231T235959Z\nDURATION:P400000W",
        "DTSTART:99991231T235959\nDTEND:99991231T235959\nRRULE:FREQ=DAILY",
        "DTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;UNTIL=00050101T000000Z",
    ] {
        assert_eq!(
            told(&event(&format!("UID:1\n{far}")), chicago()),
            Vec::<String>::new(),
            "{far}"
        );
    }
    let long =
        event("UID:1\nDTSTART:00010101T000000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=4000000");
    assert_eq!(refused(&long), Unreadable::TooManyStretches);
}

#[test]
fn what_makes_no_sense_is_counted_and_the_rest_is_read() {
    let mixed = file(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:No start\nEND:VEVENT
        BEGIN:VEVENT\nUID:2\nDTSTART:20261301T100000Z\nDURATION:PT1H\nEND:VEVENT
        BEGIN:VEVENT\nUID:3\nDTSTART:20261201T100000Z\nDTEND:20261201T090000Z\nEND:VEVENT
        BEGIN:VEVENT\nUID:4\nDTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=FORTNIGHTLY\nEND:VEVENT
        BEGIN:VEVENT\nUID:5\nDTSTART:20261201T100000Z\nDURATION:PT1H\nRRULE:FREQ=YEARLY;BYMONTH=77\nEND:VEVENT
        BEGIN:VEVENT\nUID:6\nDTSTART;TZID=Mars/Olympus:20261201T100000\nDURATION:PT1H\nEND:VEVENT",
    );
    let reading = reading(&mixed, chicago());
    assert_eq!(reading.stretches.len(), 1);
    assert_eq!(reading.stretches[0].slot.starts_at(), at("2026-12-01T16:00:00Z"));
    assert_eq!(
        reading.note,
        "5 events could not be read, and keep no time busy. Times by a clock that is known to nobody, \
         “Mars/Olympus”, are read by yours."
    );
}

#[test]
fn a_file_that_would_never_end_is_refused_soon() {
    let all = |to: usize| (0..to).map(|n| n.to_string()).collect::<Vec<_>>().join(",");
    let starts = "UID:1\nDTSTART:20200101T000000Z\nDURATION:PT1M";
    for (rule, why) in [
        ("FREQ=SECONDLY".to_owned(), Unreadable::TooOften),
        ("FREQ=MINUTELY;COUNT=1000000".to_owned(), Unreadable::TooOften),
        (
            "FREQ=DAILY;BYHOUR=".to_owned() + &all(24) + ";BYMINUTE=0,10,20,30,40,50",
            Unreadable::TooManyStretches,
        ),
        (
            "FREQ=YEARLY;BYHOUR=".to_owned() + &all(24) + ";BYMINUTE=" + &all(60),
            Unreadable::TooMuchWork,
        ),
        ("FREQ=YEARLY;BYSETPOS=".to_owned() + &all(5_000), Unreadable::TooMuchWork),
    ] {
        let begun = Instant::now();
        assert_eq!(refused(&event(&format!("{starts}\nRRULE:{rule}"))), why, "{rule}");
        assert!(begun.elapsed() < Duration::from_secs(10), "{rule}");
    }
    // Each by itself is read; a million times together are not.
    let daily =
        "BEGIN:VEVENT\nDTSTART:20200101T000000Z\nDURATION:PT1M\nRRULE:FREQ=DAILY\nEND:VEVENT\n";
    assert_eq!(refused(&file(&daily.repeat(2_000))), Unreadable::TooManyStretches);
    // Rules that lead nowhere, each of which takes a while.
    let nowhere = "BEGIN:VEVENT\nDTSTART:20200101T000000Z\nDURATION:PT1H\n\
         RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\nEND:VEVENT\n";
    let nowhere = file(&nowhere.repeat(4_000));
    let short = Instant::now() + Duration::from_millis(300);
    let late = read(nowhere.as_bytes(), chicago(), window(), short);
    assert_eq!(late, Err(Unreadable::TooMuchWork));
    assert!(short.elapsed() < Duration::from_secs(5));
}

#[test]
fn trying_again_is_further_and_further_apart() {
    let now = at("2026-11-23T15:00:00Z");
    let minutes = |failures, spread| (due_after_failing(failures, now, spread) - now).num_minutes();
    assert_eq!([0, 1, 2, 3, 4, 9].map(|n| minutes(n, 0.5)), [30, 60, 120, 240, 360, 360]);
    assert_eq!((minutes(0, 0.0), minutes(0, 1.0)), (27, 33));
    assert_eq!((minutes(30_000, 0.0), minutes(30_000, 1.0)), (324, 396));
    let known = Known::first(Zone::UTC, now);
    assert_eq!(due_after_reading(known, false, now, 0.5), now + TimeDelta::minutes(30));
    assert_eq!(due_after_reading(known, true, now, 0.5), now + TimeDelta::days(10));
    assert!(known.is_enough(Zone::UTC, now + TimeDelta::days(9)));
    assert!(!known.is_enough(Zone::UTC, now + TimeDelta::days(10)), "or a file would be due again");
    assert!(!known.is_enough(chicago(), now));
}
