use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarDuration, ICalendarMethod,
        ICalendarParameter, ICalendarProperty as Property, ICalendarStatus, ICalendarTransparency,
        ICalendarValue, ICalendarValueType, Uri,
    },
};
use chrono::{DateTime, NaiveTime, Utc};

use super::{Entry, Standing, When};
use crate::values::{Zone, host_of};

/// The media type of what [`write`] writes.
pub(crate) const FILE_TYPE: &str = "text/calendar; charset=utf-8";

/// How often whoever subscribes is asked to read again, in hours.
const READ_EACH: u32 = 1;

/// What a feed says of itself, which a file of one entry does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Title<'a> {
    pub(crate) name: &'a str,
    pub(crate) zone: Zone,
}

/// Writes entries down as they are sent from the site at `public_url`. The same entries are always
/// the same bytes, whatever the time is.
pub(crate) fn write(public_url: &str, title: Option<Title<'_>>, entries: &[Entry]) -> String {
    let events = entries.iter().map(|entry| event(public_url, entry));
    let mut components: Vec<_> = std::iter::once(head(title)).chain(events).collect();
    components[0].component_ids = (1..).take(entries.len()).collect();
    let mut calendar = ICalendar { components };
    // A zone that is not described is no zone at all to many programs.
    calendar.add_missing_timezones();
    calendar.to_string()
}

fn head(title: Option<Title<'_>>) -> ICalendarComponent {
    let mut head = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    head.add_property(Property::Version, text("2.0"));
    head.add_property(Property::Prodid, text("-//First Call//First Call//EN"));
    head.add_property(Property::Method, ICalendarMethod::Publish);
    if let Some(Title { name, zone }) = title {
        // Each as its standard has it (RFC 7986), and as it was long before.
        let older = |name: &str| Property::Other(name.to_owned());
        let each = ICalendarDuration { hours: READ_EACH, ..ICalendarDuration::default() };
        head.add_property(Property::Name, text(name));
        head.add_property(older("X-WR-CALNAME"), text(name));
        head.add_property(older("X-WR-TIMEZONE"), text(zone.name()));
        head.add_property(older("X-PUBLISHED-TTL"), text(&each.to_string()));
        let duration = ICalendarParameter::value(ICalendarValueType::Duration);
        head.add_property_with_params(Property::RefreshInterval, [duration], each);
    }
    head
}

fn event(public_url: &str, entry: &Entry) -> ICalendarComponent {
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_property(Property::Uid, text(&format!("{}@{}", entry.name, host_of(public_url))));
    event.add_sequence(entry.sequence);
    event.add_dtstamp(universal(entry.changed_at));
    event.add_property(Property::LastModified, universal(entry.changed_at));
    set_times(&mut event, entry.when);
    event.add_property(
        Property::Status,
        match entry.standing {
            Standing::Tentative => ICalendarStatus::Tentative,
            Standing::Confirmed => ICalendarStatus::Confirmed,
            Standing::Cancelled => ICalendarStatus::Cancelled,
        },
    );
    event.add_property(
        Property::Transp,
        match entry.takes_time() {
            true => ICalendarTransparency::Opaque,
            false => ICalendarTransparency::Transparent,
        },
    );
    event.add_property(Property::Summary, text(&entry.summary));
    if !entry.location.is_empty() {
        event.add_property(Property::Location, text(&entry.location));
    }
    let url = entry.path.as_ref().map(|path| format!("{public_url}{path}"));
    // Some show no URL, but every one the description.
    let lines = [Some(entry.description.as_str()), url.as_deref()];
    let lines: Vec<&str> = lines.into_iter().flatten().filter(|line| !line.is_empty()).collect();
    if !lines.is_empty() {
        event.add_property(Property::Description, text(&lines.join("\n")));
    }
    if let Some(url) = url {
        event.add_property(Property::Url, ICalendarValue::Uri(Uri::Location(url)));
    }
    event
}

fn set_times(event: &mut ICalendarComponent, when: When) {
    let (starts, ends) = (Property::Dtstart, Property::Dtend);
    match when {
        When::Hours { starts_at, ends_at, zone } => {
            match local(zone, starts_at).zip(local(zone, ends_at)) {
                Some((from, to)) => {
                    let zone = || [ICalendarParameter::tzid(zone.name().to_owned())];
                    event.add_property_with_params(starts, zone(), from);
                    event.add_property_with_params(ends, zone(), to);
                }
                None => {
                    event.add_property(starts, universal(starts_at));
                    event.add_property(ends, universal(ends_at));
                }
            }
        }
        When::Day(day) => {
            let date = |day: chrono::NaiveDate| {
                let midnight = day.and_time(NaiveTime::MIN).and_utc();
                PartialDateTime::from_date_timestamp(midnight.timestamp())
            };
            let kind = || [ICalendarParameter::value(ICalendarValueType::Date)];
            event.add_property_with_params(starts, kind(), date(day));
            event.add_property_with_params(ends, kind(), date(day.succ_opt().unwrap_or(day)));
        }
    }
}

/// An instant by the clock of a place; nothing where that would not say which instant it is. A time
/// that comes twice, when clocks go back, means its first coming, but not to every program.
fn local(zone: Zone, at: DateTime<Utc>) -> Option<PartialDateTime> {
    let local = zone.local(at);
    let says_it = zone != Zone::UTC && zone.start(local) == at && zone.end(local) == at;
    says_it.then(|| PartialDateTime::from_naive_timestamp(local.and_utc().timestamp()))
}

fn universal(at: DateTime<Utc>) -> PartialDateTime {
    PartialDateTime::from_utc_timestamp(at.timestamp())
}

/// Text with line breaks of one kind and nothing that may not stand in a file. Its folding and its
/// escapes are calcard's.
fn text(text: &str) -> ICalendarValue {
    let lines = text.replace("\r\n", "\n").replace('\r', "\n");
    let stands = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
    ICalendarValue::Text(lines.chars().filter(stands).collect())
}

#[cfg(test)]
mod tests {
    use calcard::{Entry as Read, Parser};
    use proptest::prelude::*;

    use super::*;

    const SITE: &str = "https://firstcall.example:8443";

    fn entry() -> Entry {
        Entry {
            name: "booking-17".into(),
            sequence: 1,
            changed_at: at("2026-12-03T18:00:00Z"),
            when: hours("2026-12-08T16:00:00Z", "2026-12-08T19:00:00Z", "America/Chicago"),
            standing: Standing::Confirmed,
            summary: "Dust on the Piano, fiddle".into(),
            location: "Cedar Street Sound; Nashville".into(),
            description: "Fiddle, for $380.00.\nPlayer: Maren Oakley.".into(),
            path: Some("/bookings/17".into()),
        }
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn hours(from: &str, to: &str, zone: &str) -> When {
        When::Hours { starts_at: at(from), ends_at: at(to), zone: zone.parse().unwrap() }
    }

    /// The lines of an event, unfolded.
    fn lines(entry: &Entry) -> Vec<String> {
        let text = write(SITE, None, std::slice::from_ref(entry)).replace("\r\n ", "");
        let event = text.split("BEGIN:VEVENT\r\n").nth(1).unwrap();
        event.split("\r\n").take_while(|line| *line != "END:VEVENT").map(str::to_owned).collect()
    }

    #[test]
    fn an_event_is_what_rfc_5545_has_it_be() {
        assert_eq!(
            lines(&entry()),
            [
                "UID:booking-17@firstcall.example",
                "SEQUENCE:1",
                "DTSTAMP:20261203T180000Z",
                "LAST-MODIFIED:20261203T180000Z",
                "DTSTART;TZID=America/Chicago:20261208T100000",
                "DTEND;TZID=America/Chicago:20261208T130000",
                "STATUS:CONFIRMED",
                "TRANSP:OPAQUE",
                "SUMMARY:Dust on the Piano\\, fiddle",
                "LOCATION:Cedar Street Sound\\; Nashville",
                "DESCRIPTION:Fiddle\\, for $380.00.\\nPlayer: Maren Oakley.\\nhttps://firstcall.example:8443/bookings/17",
                "URL:https://firstcall.example:8443/bookings/17",
            ]
        );
    }

    #[test]
    fn a_time_that_comes_twice_is_told_by_the_worlds_clock() {
        let told = |when| lines(&Entry { when, ..entry() })[4..6].to_vec();
        let once = hours("2027-10-30T23:30:00Z", "2027-10-31T02:00:00Z", "Europe/London");
        assert_eq!(
            told(once),
            [
                "DTSTART;TZID=Europe/London:20271031T003000",
                "DTEND;TZID=Europe/London:20271031T020000"
            ]
        );
        for (ends_at, ends) in [
            ("2027-10-31T00:30:00Z", "DTEND:20271031T003000Z"),
            ("2027-10-31T01:30:00Z", "DTEND:20271031T013000Z"),
        ] {
            let twice = hours("2027-10-30T23:30:00Z", ends_at, "Europe/London");
            assert_eq!(told(twice), ["DTSTART:20271030T233000Z", ends]);
        }
        let day = When::Day("2026-12-31".parse().unwrap());
        assert_eq!(told(day), ["DTSTART;VALUE=DATE:20261231", "DTEND;VALUE=DATE:20270101"]);
    }

    #[test]
    fn a_zone_is_described_once_however_many_are_in_it() {
        let text = write(SITE, None, &[entry(), entry()]);
        assert_eq!(text.matches("BEGIN:VTIMEZONE\r\nTZID:America/Chicago\r\n").count(), 1);
    }

    proptest! {
        #[test]
        fn any_text_is_folded_within_75_octets_and_read_as_it_was(
            summary in any::<String>(),
            location in "(\\PC|[\r\n\t;,\\\\]){1,200}",
        ) {
            let text = write(SITE, None, &[Entry { summary: summary.clone(), location: location.clone(), ..entry() }]);
            for line in text.split_terminator("\r\n") {
                prop_assert!(line.len() <= 75 && !line.contains(['\r', '\n']), "{:?}", line);
            }
            let Read::ICalendar(calendar) = Parser::new(&text).entry() else { panic!("{text}") };
            let event = calendar.components.iter().find(|it| it.component_type == ICalendarComponentType::VEvent).unwrap();
            let read = |name: Property| {
                let entry = event.property(&name)?;
                Some(entry.values.first()?.as_text()?.to_owned())
            };
            let plain = |said: &str| match text_of(said) { text if text.is_empty() => None, text => Some(text) };
            prop_assert_eq!(read(Property::Summary).filter(|text| !text.is_empty()), plain(&summary));
            prop_assert_eq!(read(Property::Location).filter(|text| !text.is_empty()), plain(&location));
        }
    }

    /// What of a text can stand in a file.
    fn text_of(said: &str) -> String {
        match text(said) {
            ICalendarValue::Text(text) => text,
            other => panic!("{other:?}"),
        }
    }
}
