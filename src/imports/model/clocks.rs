//! By whose clock a time in a file is told.

use std::{
    collections::{BTreeSet, HashMap},
    str::FromStr,
    sync::Arc,
};

use calcard::{
    Entry, Parser,
    common::{PartialDateTime, timezone::Tz},
    icalendar::{ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue},
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::series;
use crate::values::{Slot, Zone};

/// What a wall-clock time is told by.
#[derive(Clone, Debug)]
pub(super) enum Clock {
    Zone(Zone),
    /// Seconds east of Greenwich, all year.
    Offset(i32),
    /// One that a file describes and the world has no name for.
    Described(Arc<Described>),
}

/// When the clocks of somewhere change: from each instant on, so many seconds east.
#[derive(Debug)]
pub(super) struct Described {
    /// What holds before the first change.
    before: i32,
    changes: Vec<(DateTime<Utc>, i32)>,
}

impl Clock {
    /// When a wall-clock time begins, by the rule of [`Zone::start`].
    pub(super) fn start(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self {
            Clock::Zone(zone) => zone.start(local),
            Clock::Offset(east) => earlier(local, *east),
            Clock::Described(described) => described.both(local).0,
        }
    }

    /// When it ends, by the rule of [`Zone::end`].
    pub(super) fn end(&self, local: NaiveDateTime) -> DateTime<Utc> {
        match self {
            Clock::Zone(zone) => zone.end(local),
            Clock::Offset(east) => earlier(local, *east),
            Clock::Described(described) => described.both(local).1,
        }
    }

    pub(super) fn is_same(&self, other: &Clock) -> bool {
        match (self, other) {
            (Clock::Zone(one), Clock::Zone(other)) => one == other,
            (Clock::Offset(one), Clock::Offset(other)) => one == other,
            (Clock::Described(one), Clock::Described(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    pub(super) fn local(&self, at: DateTime<Utc>) -> NaiveDateTime {
        match self {
            Clock::Zone(zone) => zone.local(at),
            Clock::Offset(east) => at.naive_utc() + TimeDelta::seconds((*east).into()),
            Clock::Described(described) => {
                at.naive_utc() + TimeDelta::seconds(described.at(at).into())
            }
        }
    }
}

fn earlier(local: NaiveDateTime, east: i32) -> DateTime<Utc> {
    local.and_utc() - TimeDelta::seconds(east.into())
}

impl Described {
    /// Of a zone's component, for a time in which it is asked.
    fn read(zone: &[ICalendarComponent], window: &Slot) -> Option<Described> {
        let mut changes = Vec::new();
        for part in zone {
            let kind = &part.component_type;
            if matches!(kind, ICalendarComponentType::Standard | ICalendarComponentType::Daylight) {
                changes.extend(changes_of(part, window)?);
            }
        }
        changes.sort_unstable();
        let before = changes.first()?.1;
        let changes = changes.into_iter().map(|(at, _, to)| (at, to)).collect();
        Some(Described { before, changes })
    }

    fn at(&self, at: DateTime<Utc>) -> i32 {
        let next = self.changes.partition_point(|(from, _)| *from <= at);
        if next == 0 { self.before } else { self.changes[next - 1].1 }
    }

    /// When a wall-clock time is, the first and the last time it is.
    fn both(&self, local: NaiveDateTime) -> (DateTime<Utc>, DateTime<Utc>) {
        let is_then = |east: &i32| self.at(earlier(local, *east)) == *east;
        let known = self.changes.iter().map(|(_, east)| *east).chain([self.before]);
        let offsets: BTreeSet<i32> = known.collect();
        // The further east, the earlier.
        let mut found = offsets.iter().rev().filter(|east| is_then(east));
        let first = found.next().map(|east| earlier(local, *east));
        let last = found.next_back().map(|east| earlier(local, *east));
        let jump = || {
            // Jumped over: the instant they jump.
            let west = offsets.first().copied().unwrap_or(self.before);
            let latest = earlier(local, west);
            let jumps = self.changes.iter().rev().find(|(at, _)| *at <= latest);
            jumps.map_or(latest, |(at, _)| *at)
        };
        let first = first.unwrap_or_else(jump);
        (first, last.unwrap_or(first))
    }
}

/// When one half of a zone's year begins: at which instants, coming from which offset, to which.
fn changes_of(part: &ICalendarComponent, window: &Slot) -> Option<Vec<(DateTime<Utc>, i32, i32)>> {
    let value = |name: ICalendarProperty| part.property(&name).and_then(|it| it.values.first());
    let offset = |name| match value(name) {
        Some(ICalendarValue::PartialDateTime(offset)) => east(offset),
        _ => None,
    };
    let from = offset(ICalendarProperty::Tzoffsetfrom)?;
    let to = offset(ICalendarProperty::Tzoffsetto)?;
    let Some(ICalendarValue::PartialDateTime(start)) = value(ICalendarProperty::Dtstart) else {
        return None;
    };
    let start = local(start)?;
    let mut begins = vec![start];
    // Two years before, so that what holds at the window's beginning is known.
    let reach = TimeDelta::days(800);
    let (first, last) =
        (window.starts_at().naive_utc() - reach, window.ends_at().naive_utc() + reach);
    if let Some(ICalendarValue::RecurrenceRule(rule)) = value(ICalendarProperty::Rrule) {
        let until = rule.until.as_ref().and_then(local);
        // Told by the world's clock, where the others are told by the wall's.
        let is_utc = rule.until.as_ref().is_some_and(PartialDateTime::has_zone);
        let shift = TimeDelta::seconds(if is_utc { from.into() } else { 0 });
        let last = until.map_or(last, |until| last.min(until + shift));
        begins.extend(series::occurrences(rule, start, first, last).ok()?);
    }
    for more in part.properties(&ICalendarProperty::Rdate).flat_map(|entry| &entry.values) {
        if let ICalendarValue::PartialDateTime(more) = more {
            begins.extend(local(more));
        }
    }
    Some(begins.into_iter().map(|at| (earlier(at, from), from, to)).collect())
}

/// Seconds east, of `-0600`.
fn east(offset: &PartialDateTime) -> Option<i32> {
    let seconds = i32::from(offset.tz_hour?) * 3600 + i32::from(offset.tz_minute.unwrap_or(0)) * 60;
    (seconds <= 24 * 3600).then_some(if offset.tz_minus { -seconds } else { seconds })
}

/// A date, with its midnight where no time is told; nothing where there is no such time.
pub(super) fn local(told: &PartialDateTime) -> Option<NaiveDateTime> {
    let day = NaiveDate::from_ymd_opt(i32::from(told.year?), told.month?.into(), told.day?.into())?;
    let part = |part: Option<u8>| u32::from(part.unwrap_or(0));
    // A second that was put in is the one before it.
    day.and_hms_opt(part(told.hour), part(told.minute), part(told.second).min(59))
}

/// The clocks that the times of one file are told by.
#[derive(Debug)]
pub(super) struct Clocks {
    own: Clock,
    described: HashMap<String, Clock>,
    /// Names that mean nothing to us: their times are read by the player's own clock.
    pub(super) strange: BTreeSet<String>,
}

impl Clocks {
    pub(super) fn of(zones: &[String], own: Zone, window: &Slot) -> Clocks {
        let described = zones.iter().filter_map(|text| described(text, window)).collect();
        Clocks { own: Clock::Zone(own), described, strange: BTreeSet::new() }
    }

    /// That of times which name none.
    pub(super) fn own(&self) -> &Clock {
        &self.own
    }

    /// That of this name: as the world knows it, or as the file describes it.
    pub(super) fn named(&mut self, name: &str) -> Clock {
        if let Some(clock) = self.described.get(name).cloned().or_else(|| known(name)) {
            return clock;
        }
        self.strange.insert(name.chars().filter(|c| !c.is_control()).take(60).collect());
        self.own.clone()
    }
}

/// A zone of a file by its name there. What the world has a name for is read as that, for a file's
/// own description is often of one year only.
fn described(text: &str, window: &Slot) -> Option<(String, Clock)> {
    let Entry::ICalendar(zone) = Parser::new(text).entry() else { return None };
    let whole = zone.components.first()?;
    let name = whole.property(&ICalendarProperty::Tzid)?.values.first()?.as_text()?.to_owned();
    let clock = match whole.timezone() {
        Some((_, Tz::Tz(tz))) => Clock::Zone(tz.name().parse().ok()?),
        Some((_, Tz::Fixed(offset))) => Clock::Offset(offset.local_minus_utc()),
        _ => Clock::Described(Arc::new(Described::read(&zone.components, window)?)),
    };
    Some((name, clock))
}

/// IANA's names and Windows'.
fn known(name: &str) -> Option<Clock> {
    match Tz::from_str(name).ok()? {
        Tz::Tz(tz) => tz.name().parse().ok().map(Clock::Zone),
        Tz::Fixed(offset) => Some(Clock::Offset(offset.local_minus_utc())),
        Tz::Floating => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn wall(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap()
    }

    fn window() -> Slot {
        Slot::new(at("2026-11-21T15:00:00Z"), at("2028-06-05T15:00:00Z")).unwrap()
    }

    /// New York's, under a name of its own, as Outlook writes one that somebody changed.
    const CUSTOM: &str = "BEGIN:VTIMEZONE\r\nTZID:Customized Time Zone\r\n\
        BEGIN:STANDARD\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0500\r\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=1SU;BYMONTH=11\r\nEND:STANDARD\r\n\
        BEGIN:DAYLIGHT\r\nDTSTART:16010101T020000\r\nTZOFFSETFROM:-0500\r\nTZOFFSETTO:-0400\r\n\
        RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=2SU;BYMONTH=3\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\n";

    #[test]
    fn a_zone_that_only_a_file_knows_keeps_time_as_the_file_says() {
        let mut clocks = Clocks::of(&[CUSTOM.into()], Zone::UTC, &window());
        let custom = clocks.named("Customized Time Zone");
        let new_york: Zone = "America/New_York".parse().unwrap();
        for day in ["2026-12-08 10:00", "2027-03-14 02:30", "2027-03-14 03:00", "2027-07-01 12:00"]
            .into_iter()
            .chain(["2027-11-07 00:59", "2027-11-07 01:30", "2027-11-07 02:00", "2028-03-12 02:00"])
        {
            assert_eq!(custom.start(wall(day)), new_york.start(wall(day)), "{day}");
            assert_eq!(custom.end(wall(day)), new_york.end(wall(day)), "{day}");
        }
        let summer = at("2027-07-01T12:00:00Z");
        assert_eq!(custom.local(summer), new_york.local(summer));
        assert!(clocks.strange.is_empty());
    }

    #[test]
    fn names_of_windows_and_of_old_programs_are_known() {
        let mut clocks = Clocks::of(&[], Zone::UTC, &window());
        let noon = wall("2026-12-08 12:00");
        for (name, is) in [
            ("America/Chicago", "2026-12-08T18:00:00Z"),
            ("Central Standard Time", "2026-12-08T18:00:00Z"),
            ("W. Europe Standard Time", "2026-12-08T11:00:00Z"),
            ("/softwarestudio.org/Olson_20011030_5/America/Chicago", "2026-12-08T18:00:00Z"),
        ] {
            assert_eq!(clocks.named(name).start(noon), at(is), "{name}");
        }
        assert!(clocks.strange.is_empty());
        assert_eq!(clocks.named("Mars/Olympus Mons").start(noon), at("2026-12-08T12:00:00Z"));
        assert_eq!(clocks.strange.iter().collect::<Vec<_>>(), ["Mars/Olympus Mons"]);
    }
}
