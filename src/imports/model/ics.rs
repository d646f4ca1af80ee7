//! A calendar file taken apart: which of its components say when somebody is busy, each as a text
//! of its own, with what matters of it.

use super::{MOST_EVENTS, Unreadable};

/// How long a line may be, unfolded: a thousand dates that are left out, and more.
const MOST_LINE: usize = 64 * 1024;
/// How long a component may be, of what matters in it.
const MOST_TEXT: usize = 256 * 1024;
/// How deep components may lie in each other: an alarm in an event is two.
const MOST_DEEP: usize = 16;
/// How many zones a file may describe: there are not five hundred on earth.
const MOST_ZONES: usize = 500;

/// What matters in an event; the rest, guests and alarms and pictures, is most of a file.
const OF_EVENTS: [&str; 14] = [
    "UID",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "RECURRENCE-ID",
    "SEQUENCE",
    "STATUS",
    "TRANSP",
    "SUMMARY",
    "X-MICROSOFT-CDO-BUSYSTATUS",
    "FREEBUSY",
];
const OF_ZONES: [&str; 8] = [
    "TZID",
    "X-LIC-LOCATION",
    "X-MICROSOFT-CDO-TZID",
    "DTSTART",
    "RRULE",
    "RDATE",
    "TZOFFSETFROM",
    "TZOFFSETTO",
];

/// The components of a file that matter, each from its `BEGIN` to its `END`.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// What the calendar calls itself.
    pub(super) name: Option<String>,
    pub(super) events: Vec<String>,
    /// Bare times that are busy, as some studios publish them.
    pub(super) busy: Vec<String>,
    pub(super) zones: Vec<String>,
    /// How many events are too long to be one.
    pub(super) overlong: usize,
}

/// What is being read inside a calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Event,
    Busy,
    Zone,
    Other,
}

impl Kind {
    fn of(component: &str) -> Kind {
        match component {
            "VEVENT" => Kind::Event,
            "VFREEBUSY" => Kind::Busy,
            "VTIMEZONE" => Kind::Zone,
            _ => Kind::Other,
        }
    }

    /// Whether a property matters, so many components deep inside the calendar.
    fn keeps(self, name: &str, depth: usize) -> bool {
        match self {
            Kind::Event | Kind::Busy => depth == 1 && OF_EVENTS.contains(&name),
            Kind::Zone => depth <= 2 && OF_ZONES.contains(&name),
            Kind::Other => false,
        }
    }
}

/// Takes a file apart. What it is called, and by what type, means nothing: it is a calendar when it
/// begins and ends as one.
pub(super) fn take_apart(file: &[u8]) -> Result<Parts, Unreadable> {
    let file = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    let mut parts = Parts::default();
    let mut open: Vec<String> = Vec::new();
    let (mut kind, mut text) = (Kind::Other, String::new());
    let mut calendars = 0;
    for line in unfolded(file) {
        let name = name_of(&line);
        let value = || line.split_once(':').map_or("", |(_, value)| value).trim();
        match (name.as_str(), open.len()) {
            ("BEGIN", 0) if value().eq_ignore_ascii_case("VCALENDAR") => {
                calendars += 1;
                open.push("VCALENDAR".into());
            }
            (_, 0) if calendars == 0 => return Err(Unreadable::NotCalendar),
            // Between calendars, and after the last, there is nothing to be read.
            (_, 0) => {}
            ("BEGIN", MOST_DEEP..) => return Err(Unreadable::Broken),
            ("BEGIN", depth) => {
                let component = value().to_ascii_uppercase();
                if depth == 1 {
                    (kind, text) = (Kind::of(&component), String::new());
                }
                if kind == Kind::Zone || depth == 1 {
                    push(&mut text, &line);
                }
                open.push(component);
            }
            ("END", depth) => {
                let component = value().to_ascii_uppercase();
                if open.last() != Some(&component) {
                    return Err(Unreadable::Broken);
                }
                open.pop();
                if kind == Kind::Zone || depth == 2 {
                    push(&mut text, &line);
                }
                if depth == 2 {
                    parts.put(kind, std::mem::take(&mut text))?;
                }
            }
            ("X-WR-CALNAME" | "NAME", 1) => parts.name = Some(value().to_owned()),
            (name, depth) if kind.keeps(name, depth - 1) => push(&mut text, &line),
            _ => {}
        }
    }
    if calendars == 0 {
        return Err(Unreadable::NotCalendar);
    }
    if open.is_empty() { Ok(parts) } else { Err(Unreadable::Broken) }
}

impl Parts {
    fn put(&mut self, kind: Kind, text: String) -> Result<(), Unreadable> {
        if matches!(kind, Kind::Event | Kind::Busy) {
            if self.events.len() + self.busy.len() + self.overlong >= MOST_EVENTS {
                return Err(Unreadable::TooManyEvents);
            }
            if text.len() > MOST_TEXT {
                self.overlong += 1;
                return Ok(());
            }
        }
        match kind {
            Kind::Event => self.events.push(text),
            Kind::Busy => self.busy.push(text),
            Kind::Zone if self.zones.len() < MOST_ZONES && text.len() <= MOST_TEXT => {
                self.zones.push(text);
            }
            Kind::Zone | Kind::Other => {}
        }
        Ok(())
    }
}

/// Adds a line; past what a component may be long, one more, so that it shows.
fn push(text: &mut String, line: &str) {
    if text.len() <= MOST_TEXT {
        text.push_str(line);
        text.push_str("\r\n");
    }
}

/// Up to the first colon or semicolon, in capitals.
fn name_of(line: &str) -> String {
    let end = line.find([':', ';']).unwrap_or(line.len());
    line[..end].trim().to_ascii_uppercase()
}

/// The lines of a file that are not empty, each made whole again. Folding counts bytes, so a letter
/// may be split by it: the bytes are joined before they are read as text. What goes past the
/// longest line there may be is left out.
fn unfolded(file: &[u8]) -> impl Iterator<Item = String> {
    let mut lines = file
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
        .peekable();
    std::iter::from_fn(move || {
        let mut whole: Vec<u8> = lines.next()?.to_vec();
        while let Some(more) = lines.next_if(|line| matches!(line.first(), Some(b' ' | b'\t'))) {
            if whole.len() + more.len() <= MOST_LINE {
                whole.extend_from_slice(&more[1..]);
            }
        }
        whole.truncate(MOST_LINE);
        Some(String::from_utf8_lossy(&whole).into_owned())
    })
    .filter(|line| !line.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_taken_apart_and_what_does_not_matter_is_left() {
        let file = "\u{feff}BEGIN:VCALENDAR\r\nX-WR-CALNAME:Gigs\r\nBEGIN:VEVENT\r\nUID:1\r\n\
            SUMMARY:Overdubs at the\r\n  farm\r\nATTENDEE:mailto:june@example.test\r\n\
            BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nDTSTART:20261208T100000Z\r\n\
            END:VEVENT\r\nEND:VCALENDAR\r\n";
        let parts = take_apart(file.as_bytes()).unwrap();
        assert_eq!(parts.name.as_deref(), Some("Gigs"));
        assert_eq!(
            parts.events,
            [
                "BEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Overdubs at the farm\r\nDTSTART:20261208T100000Z\r\nEND:VEVENT\r\n"
            ]
        );
    }

    #[test]
    fn a_letter_that_folding_split_is_whole_again() {
        let file = b"BEGIN:VCALENDAR\nX-WR-CALNAME:Caf\xc3\n \xa9\nEND:VCALENDAR";
        assert_eq!(take_apart(file).unwrap().name.as_deref(), Some("Café"));
    }

    #[test]
    fn what_is_no_calendar_or_breaks_off_is_told_apart() {
        let fails = |file: &str| take_apart(file.as_bytes()).err();
        for file in ["", "  \n", "<!doctype html>", "BEGIN:VCARD\nEND:VCARD", "x\nBEGIN:VCALENDAR"]
        {
            assert_eq!(fails(file), Some(Unreadable::NotCalendar), "{file:?}");
        }
        for file in [
            "BEGIN:VCALENDAR",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1",
            "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VCALENDAR",
        ] {
            assert_eq!(fails(file), Some(Unreadable::Broken), "{file:?}");
        }
        assert!(take_apart(b"begin:vcalendar\n\nend:vcalendar\n\n").is_ok());
    }

    #[test]
    fn more_events_than_anybody_has_are_refused() {
        let event = "BEGIN:VEVENT\nDTSTART:20261208T100000Z\nEND:VEVENT\n";
        let file = |events| format!("BEGIN:VCALENDAR\n{}END:VCALENDAR\n", event.repeat(events));
        assert_eq!(take_apart(file(MOST_EVENTS).as_bytes()).unwrap().events.len(), MOST_EVENTS);
        let more = take_apart(file(MOST_EVENTS + 1).as_bytes());
        assert_eq!(more.err(), Some(Unreadable::TooManyEvents));
    }
}
