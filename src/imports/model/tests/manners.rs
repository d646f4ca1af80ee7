//! Calendars in the manners of the programs that write them.

use super::*;

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
