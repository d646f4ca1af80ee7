//! Calendars in the manners of the programs that write them, and of those who mean harm.

use std::time::{Duration, Instant};

use chrono::{Datelike, NaiveDateTime, Weekday};
use proptest::{collection::vec, prelude::*};

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
fn googles_calendar_is_read() {
    let google = file(
        "PRODID:-//Google Inc//Google Calendar 70.9054//EN
        CALSCALE:GREGORIAN
        METHOD:PUBLISH
        X-WR-CALNAME:maren@example.test
        X-WR-TIMEZONE:America/Chicago
        BEGIN:VTIMEZONE
        TZID:America/Chicago
        X-LIC-LOCATION:America/Chicago
        BEGIN:DAYLIGHT
        TZOFFSETFROM:-0600
        TZOFFSETTO:-0500
        TZNAME:CDT
        DTSTART:19700308T020000
        RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU
        END:DAYLIGHT
        BEGIN:STANDARD
        TZOFFSETFROM:-0500
        TZOFFSETTO:-0600
        TZNAME:CST
        DTSTART:19701101T020000
        RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        DTSTART;TZID=America/Chicago:20250107T100000
        DTEND;TZID=America/Chicago:20250107T113000
        RRULE:FREQ=WEEKLY;UNTIL=20261216T055959Z;BYDAY=TU
        EXDATE;TZID=America/Chicago:20261201T100000
        DTSTAMP:20261123T145012Z
        UID:0a1b2c3d4e@google.com
        CREATED:20241220T101112Z
        SEQUENCE:0
        STATUS:CONFIRMED
        SUMMARY:Fiddle lesson
        TRANSP:OPAQUE
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=America/Chicago:20261209T150000
        DTEND;TZID=America/Chicago:20261209T163000
        DTSTAMP:20261123T145012Z
        UID:0a1b2c3d4e@google.com
        RECURRENCE-ID;TZID=America/Chicago:20261208T100000
        SEQUENCE:1
        STATUS:CONFIRMED
        SUMMARY:Fiddle lesson\\, moved
        TRANSP:OPAQUE
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;TZID=America/Chicago:20261215T100000
        DTEND;TZID=America/Chicago:20261215T113000
        UID:0a1b2c3d4e@google.com
        RECURRENCE-ID;TZID=America/Chicago:20261215T100000
        SEQUENCE:2
        STATUS:CANCELLED
        SUMMARY:Fiddle lesson
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261224
        DTEND;VALUE=DATE:20261227
        UID:holidays@google.com
        SUMMARY:At my mother’s
        TRANSP:OPAQUE
        END:VEVENT
        BEGIN:VEVENT
        DTSTART;VALUE=DATE:20261210
        DTEND;VALUE=DATE:20261211
        UID:birthday@google.com
        SUMMARY:June’s birthday
        TRANSP:TRANSPARENT
        END:VEVENT
        BEGIN:VEVENT
        DTSTART:20261211T020000Z
        DTEND:20261211T050000Z
        UID:show@google.com
        SUMMARY:Show at the Cannery
        BEGIN:VALARM
        ACTION:DISPLAY
        TRIGGER:-P0DT0H30M0S
        END:VALARM
        END:VEVENT",
    );
    assert_eq!(
        told(&google, chicago()),
        [
            "2026-11-24 16:00–17:30 Fiddle lesson",
            "2026-12-09 21:00–22:30 Fiddle lesson, moved",
            "2026-12-11 02:00–05:00 Show at the Cannery",
            "2026-12-24 06:00–12-27 06:00 At my mother’s",
        ]
    );
    let reading = reading(&google, chicago());
    assert_eq!(reading.name.as_deref(), Some("maren@example.test"));
    assert_eq!(reading.stretches.iter().filter(|it| it.is_all_day).count(), 1);
    // Days are midnight to midnight by whose calendar it is.
    let berlin = told(&google, zone("Europe/Berlin"));
    assert_eq!(berlin[3], "2026-12-23 23:00–12-26 23:00 At my mother’s");
}

#[test]
fn apples_calendar_is_read() {
    let apple = file(
        "CALSCALE:GREGORIAN
        PRODID:-//Apple Inc.//macOS 15.1//EN
        X-APPLE-CALENDAR-COLOR:#FF2968
        X-WR-CALNAME:Gigs\\, Nashville
        BEGIN:VEVENT
        CREATED:20261101T120000Z
        UID:6F9619FF-8B86-D011-B42D-00CF4FC964FF
        DTSTART:20261127T193000
        DURATION:PT2H30M
        SUMMARY:Rounder night
        X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC
        END:VEVENT
        BEGIN:VEVENT
        UID:6F9619FF-8B86-D011-B42D-00CF4FC964F0
        DTSTART;TZID=Europe/London:20261129T220000
        DTEND;TZID=Europe/London:20261130T020000
        SUMMARY:Night bus
        END:VEVENT
        BEGIN:VEVENT
        UID:6F9619FF-8B86-D011-B42D-00CF4FC964F1
        DTSTART;TZID=America/Chicago:20261202T090000
        DTEND;TZID=America/New_York:20261202T130000
        SUMMARY:Flight
        END:VEVENT
        BEGIN:VEVENT
        UID:6F9619FF-8B86-D011-B42D-00CF4FC964F2
        DTSTART;VALUE=DATE:20261205
        SUMMARY:One day\\;
         and no more
        END:VEVENT
        BEGIN:VEVENT
        UID:6F9619FF-8B86-D011-B42D-00CF4FC964F3
        DTSTART:20261206T120000Z
        SUMMARY:A reminder takes no time
        END:VEVENT",
    );
    // A line is folded with one space that is no part of it.
    let apple = apple.replace("\\;\r\nand", "\\;\r\n  and");
    assert_eq!(
        told(&apple, chicago()),
        [
            "2026-11-28 01:30–04:00 Rounder night",
            "2026-11-29 22:00–11-30 02:00 Night bus",
            "2026-12-02 15:00–18:00 Flight",
            "2026-12-05 06:00–12-06 06:00 One day; and no more",
        ]
    );
    assert_eq!(reading(&apple, chicago()).name.as_deref(), Some("Gigs, Nashville"));
}

#[test]
fn outlooks_calendar_is_read() {
    let outlook = file(
        "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
        METHOD:PUBLISH
        BEGIN:VTIMEZONE
        TZID:Central Standard Time
        BEGIN:STANDARD
        DTSTART:16010101T020000
        TZOFFSETFROM:-0500
        TZOFFSETTO:-0600
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11
        END:STANDARD
        BEGIN:DAYLIGHT
        DTSTART:16010101T020000
        TZOFFSETFROM:-0600
        TZOFFSETTO:-0500
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3
        END:DAYLIGHT
        END:VTIMEZONE
        BEGIN:VEVENT
        UID:040000008200E00074C5B7101A82E008
        RRULE:FREQ=MONTHLY;COUNT=3;BYDAY=-1FR
        SUMMARY:Section rehearsal
        DTSTART;TZID=Central Standard Time:20261127T130000
        DTEND;TZID=Central Standard Time:20261127T150000
        TRANSP:OPAQUE
        STATUS:CONFIRMED
        SEQUENCE:3
        X-MICROSOFT-CDO-BUSYSTATUS:BUSY
        X-MICROSOFT-CDO-ALLDAYEVENT:FALSE
        END:VEVENT
        BEGIN:VEVENT
        UID:040000008200E00074C5B7101A82E008
        RECURRENCE-ID;TZID=Central Standard Time:20261225T130000
        SUMMARY:Section rehearsal
        DTSTART;TZID=Central Standard Time:20261223T130000
        DTEND;TZID=Central Standard Time:20261223T150000
        SEQUENCE:4
        X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
        END:VEVENT
        BEGIN:VEVENT
        UID:040000008200E00074C5B7101A82E009
        SUMMARY:Might go
        DTSTART;TZID=Central Standard Time:20261201T130000
        DTEND;TZID=Central Standard Time:20261201T150000
        X-MICROSOFT-CDO-BUSYSTATUS:FREE
        END:VEVENT
        BEGIN:VEVENT
        UID:040000008200E00074C5B7101A82E010
        SUMMARY:Away
        DTSTART;VALUE=DATE:20261202
        DTEND;VALUE=DATE:20261202
        X-MICROSOFT-CDO-BUSYSTATUS:OOF
        X-MICROSOFT-CDO-ALLDAYEVENT:TRUE
        END:VEVENT",
    );
    assert_eq!(
        told(&outlook, zone("Europe/London")),
        [
            "2026-11-27 19:00–21:00 Section rehearsal",
            "2026-12-02 00:00–12-03 00:00 Away",
            "2026-12-23 19:00–21:00 Section rehearsal",
            "2027-01-29 19:00–21:00 Section rehearsal",
        ]
    );
}

#[test]
fn thunderbirds_calendar_is_read() {
    let thunderbird = file(
        "PRODID:-//Mozilla.org/NONSGML Mozilla Calendar V1.1//EN
        BEGIN:VTIMEZONE
        TZID:/mozilla.org/20070129_1/Europe/Berlin
        X-LIC-LOCATION:Europe/Berlin
        BEGIN:STANDARD
        TZOFFSETFROM:+0200
        TZOFFSETTO:+0100
        TZNAME:CET
        DTSTART:19701025T030000
        RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
        END:STANDARD
        END:VTIMEZONE
        BEGIN:VEVENT
        LAST-MODIFIED:20261101T101010Z
        X-MOZ-GENERATION:4
        UID:d6f5a3e0-7b2e-4f63-9d42-7f6f0b7b6a11
        SUMMARY:Choir
        DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20261124T190000
        DTEND;TZID=/mozilla.org/20070129_1/Europe/Berlin:20261124T210000
        RRULE:FREQ=DAILY;INTERVAL=3;COUNT=4
        RDATE;TZID=/mozilla.org/20070129_1/Europe/Berlin:20261220T110000
        RDATE;VALUE=PERIOD:20261221T100000Z/PT45M
        EXDATE:20261127T180000Z
        END:VEVENT
        BEGIN:VEVENT
        UID:d6f5a3e0-7b2e-4f63-9d42-7f6f0b7b6a12
        SUMMARY:Band
        DTSTART;TZID=Europe/Berlin:20261125T200000
        DTEND;TZID=Europe/Berlin:20261125T220000
        RRULE:FREQ=WEEKLY;COUNT=4
        END:VEVENT
        BEGIN:VEVENT
        UID:d6f5a3e0-7b2e-4f63-9d42-7f6f0b7b6a12
        RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20261209T200000
        SUMMARY:Band, later
        DTSTART;TZID=Europe/Berlin:20261209T210000
        DTEND;TZID=Europe/Berlin:20261209T220000
        END:VEVENT",
    );
    assert_eq!(
        told(&thunderbird, Zone::UTC),
        [
            "2026-11-24 18:00–20:00 Choir",
            "2026-11-25 19:00–21:00 Band",
            "2026-11-30 18:00–20:00 Choir",
            "2026-12-02 19:00–21:00 Band",
            "2026-12-03 18:00–20:00 Choir",
            "2026-12-09 20:00–21:00 Band, later",
            "2026-12-16 20:00–21:00 Band, later",
            "2026-12-20 10:00–12:00 Choir",
            "2026-12-21 10:00–10:45 Choir",
        ]
    );
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
fn a_studio_that_only_tells_its_busy_times_is_read() {
    let studio = file(
        "BEGIN:VFREEBUSY
        UID:room-a
        DTSTART:20261123T000000Z
        DTEND:20270123T000000Z
        FREEBUSY;FBTYPE=BUSY:20261201T100000Z/PT3H,20261202T140000Z/20261202T180000Z
        FREEBUSY;FBTYPE=FREE:20261203T100000Z/PT3H
        FREEBUSY:20261204T100000Z/PT1H
        END:VFREEBUSY",
    );
    assert_eq!(
        told(&studio, chicago()),
        ["2026-12-01 10:00–13:00", "2026-12-02 14:00–18:00", "2026-12-04 10:00–11:00"]
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

const ZONES: [&str; 6] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Havana",
    "UTC",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A rule that a person would make.
#[derive(Clone, Debug)]
struct Rule {
    zone: &'static str,
    /// Days after the window's first.
    first: i64,
    minute: i64,
    length: i64,
    weekly: bool,
    every: i64,
    /// Besides that of the first day.
    days: Vec<usize>,
    count: Option<usize>,
    /// Days after the first.
    until: Option<i64>,
    left_out: Vec<usize>,
}

impl Rule {
    fn start(&self) -> NaiveDateTime {
        let day = window().starts_at().date_naive() + TimeDelta::days(self.first);
        day.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(self.minute)
    }

    fn until(&self) -> Option<NaiveDateTime> {
        Some(self.start() + TimeDelta::days(self.until?))
    }

    /// Read day by day from the first.
    fn slowly(&self) -> Vec<NaiveDateTime> {
        let start = self.start();
        let monday = start.date().week(Weekday::Mon).first_day();
        let is_one = |day: chrono::NaiveDate| {
            let weekday = day.weekday().num_days_from_monday() as usize;
            let is_day = self.days.contains(&weekday) || day.weekday() == start.weekday();
            match self.weekly {
                true => is_day && (day - monday).num_days() / 7 % self.every == 0,
                false => (day - start.date()).num_days() % self.every == 0,
            }
        };
        let last = window().ends_at().date_naive() + TimeDelta::days(2);
        let days = start.date().iter_days().take_while(|day| *day <= last);
        let times = days.filter(|day| is_one(*day)).map(|day| day.and_time(start.time()));
        let times = times.take_while(|at| self.until().is_none_or(|until| *at <= until));
        times.take(self.count.unwrap_or(usize::MAX)).collect()
    }

    fn file(&self) -> String {
        let told = |at: NaiveDateTime| at.format("%Y%m%dT%H%M%S").to_string();
        let mut rule = format!("FREQ={}", if self.weekly { "WEEKLY" } else { "DAILY" });
        rule += &format!(";INTERVAL={}", self.every);
        if self.weekly {
            let first = self.start().weekday().num_days_from_monday() as usize;
            let days: Vec<&str> = self.days.iter().chain([&first]).map(|day| DAYS[*day]).collect();
            rule += &format!(";BYDAY={}", days.join(","));
        }
        rule += &self.count.map_or(String::new(), |count| format!(";COUNT={count}"));
        rule += &self.until().map_or(String::new(), |until| format!(";UNTIL={}", told(until)));
        let zone = self.zone;
        let all = self.slowly();
        let left_out = self.left_out.iter().filter_map(|at| all.get(*at));
        let left_out: String =
            left_out.map(|at| format!("EXDATE;TZID={zone}:{}\n", told(*at))).collect();
        let end = told(self.start() + TimeDelta::minutes(self.length));
        event(&format!(
            "UID:1\nDTSTART;TZID={zone}:{}\nDTEND;TZID={zone}:{end}\nRRULE:{rule}\n{left_out}",
            told(self.start())
        ))
    }

    fn slots(&self) -> Vec<Slot> {
        let clock = zone(self.zone);
        let all = self.slowly().into_iter().enumerate();
        let there = all.filter(|(at, _)| !self.left_out.contains(at));
        let slot = |(_, at): (usize, NaiveDateTime)| {
            let length = TimeDelta::minutes(self.length);
            let (from, mut to) = (clock.start(at), clock.end(at + length));
            if clock.local(from) != at {
                to = to.max(from + length);
            }
            Slot::new(from, to).ok()?.within(&window())
        };
        there.filter_map(slot).collect()
    }
}

prop_compose! {
    fn rule()(
        zone in prop::sample::select(ZONES.to_vec()),
        first in -900i64..300,
        // Round the hours at which clocks change, mostly.
        minute in prop_oneof![0i64..240, 0i64..1440],
        length in 15i64..600,
        weekly in any::<bool>(),
        every in 1i64..5,
        days in vec(0usize..7, 0..4),
        count in prop::option::weighted(0.3, 1usize..600),
        until in prop::option::weighted(0.3, 0i64..1_500),
        left_out in vec(0usize..400, 0..4),
    ) -> Rule {
        // A rule has one end or none.
        let until = until.filter(|_| count.is_none());
        Rule { zone, first, minute, length, weekly, every, days, count, until, left_out }
    }
}

proptest! {
    #[test]
    fn a_series_equals_a_slow_reading_of_its_rule(rule in rule()) {
        let read = reading(&rule.file(), Zone::UTC);
        let slots: Vec<Slot> = read.stretches.into_iter().map(|it| it.slot).collect();
        prop_assert_eq!(slots, rule.slots(), "{}", rule.file());
    }
}
