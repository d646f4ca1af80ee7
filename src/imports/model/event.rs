//! One event of a file, as its words say it.

use calcard::{
    Entry, Parser,
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarDuration, ICalendarEntry, ICalendarFreeBusyType,
        ICalendarParameterName, ICalendarParameterValue, ICalendarPeriod, ICalendarProperty,
        ICalendarRecurrenceRule, ICalendarStatus, ICalendarTransparency, ICalendarValue,
    },
};
use chrono::{DateTime, Days, NaiveDate, NaiveDateTime, TimeDelta, Utc};

use super::clocks::{Clock, Clocks, local};
use crate::values::{Slot, Zone};

/// A longer title is cut.
const MOST_SUMMARY: usize = 200;

/// What a file says of one that it cannot mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct NoEvent;

/// When something is.
#[derive(Clone, Debug)]
pub(super) enum When {
    /// From midnight on, by the player's own clock.
    Day(NaiveDate),
    Time(NaiveDateTime, Clock),
}

/// How long something takes from its start on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    Days(u64),
    /// By the clock on the wall: from ten to one, whatever the clocks do in between.
    Wall(TimeDelta),
    /// As time passes.
    Exact(TimeDelta),
}

/// When something is, again and again, with its own length where it has one.
pub(super) type Times = Vec<(When, Option<Length>)>;

/// An event, or what is different about one of a series.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) uid: String,
    pub(super) summary: String,
    /// Whether it takes the time of whose calendar this is.
    pub(super) is_busy: bool,
    pub(super) start: When,
    pub(super) length: Length,
    pub(super) rules: Vec<(ICalendarRecurrenceRule, Option<NaiveDateTime>)>,
    /// Further times.
    pub(super) extra: Times,
    pub(super) except: Vec<When>,
    /// Which of its series this is in the place of, and whether of all after that as well.
    pub(super) replaces: Option<(When, bool)>,
    pub(super) sequence: i64,
}

impl When {
    fn read(told: &PartialDateTime, clock: impl FnOnce() -> Clock) -> Option<When> {
        let at = local(told)?;
        Some(match (told.has_time(), told.tz_hour) {
            (false, _) => When::Day(at.date()),
            (true, Some(hour)) => {
                let seconds = i32::from(hour) * 3600 + i32::from(told.tz_minute.unwrap_or(0)) * 60;
                When::Time(at, Clock::Offset(if told.tz_minus { -seconds } else { seconds }))
            }
            (true, None) => When::Time(at, clock()),
        })
    }

    pub(super) fn local(&self) -> NaiveDateTime {
        match self {
            When::Day(day) => day.and_time(chrono::NaiveTime::MIN),
            When::Time(at, _) => *at,
        }
    }

    pub(super) fn starts_at(&self, own: Zone) -> DateTime<Utc> {
        match self {
            When::Day(_) => own.start(self.local()),
            When::Time(at, clock) => clock.start(*at),
        }
    }

    /// The same event at another time of the wall's clock.
    pub(super) fn moved_to(&self, at: NaiveDateTime) -> When {
        match self {
            When::Day(_) => When::Day(at.date()),
            When::Time(_, clock) => When::Time(at, clock.clone()),
        }
    }

    /// The time from here on for so long; nothing where that is none.
    pub(super) fn for_length(&self, length: Length, own: Zone) -> Option<Slot> {
        let start = self.starts_at(own);
        let wall = |clock: &Clock, at: NaiveDateTime, long: TimeDelta| {
            let end = clock.end(at.checked_add_signed(long)?);
            // What begins in an hour the clocks jump over is as long as ever after the jump.
            let is_jumped_over = clock.local(start) != at;
            Some(if is_jumped_over { end.max(start.checked_add_signed(long)?) } else { end })
        };
        let end = match (self, length) {
            (When::Day(day), Length::Days(days)) => {
                own.end(day.checked_add_days(Days::new(days))?.and_time(chrono::NaiveTime::MIN))
            }
            (_, Length::Days(days)) => start.checked_add_days(Days::new(days))?,
            (When::Time(at, clock), Length::Wall(long)) => wall(clock, *at, long)?,
            (When::Day(_), Length::Wall(long)) => wall(&Clock::Zone(own), self.local(), long)?,
            (_, Length::Exact(long)) => start.checked_add_signed(long)?,
        };
        Slot::new(start, end).ok()
    }
}

impl Length {
    pub(super) fn about(self) -> TimeDelta {
        match self {
            Length::Days(days) => i64::try_from(days).ok().and_then(TimeDelta::try_days),
            Length::Wall(long) | Length::Exact(long) => Some(long),
        }
        .unwrap_or(TimeDelta::MAX)
    }

    fn of(duration: &ICalendarDuration) -> Option<Length> {
        let long = duration.to_time_delta()?;
        let days = u64::from(duration.weeks) * 7 + u64::from(duration.days);
        let is_of_days = duration.hours == 0 && duration.minutes == 0 && duration.seconds == 0;
        match () {
            () if long < TimeDelta::zero() => None,
            // A day is a day, also when the clocks change in it.
            () if is_of_days || days > 0 => Some(Length::Wall(long)),
            () => Some(Length::Exact(long)),
        }
    }

    /// Up to an end that is told as a time of its own.
    fn until(start: &When, end: &When, own: Zone) -> Option<Length> {
        let length = match (start, end) {
            (When::Day(first), When::Day(last)) => {
                // The last day is not one of them, but some programs think it is.
                return u64::try_from((*last - *first).num_days())
                    .ok()
                    .map(|d| Length::Days(d.max(1)));
            }
            (When::Time(from, a), When::Time(to, b)) if a.is_same(b) => Length::Wall(*to - *from),
            _ => Length::Exact(end.starts_at(own) - start.starts_at(own)),
        };
        (length.about() >= TimeDelta::zero()).then_some(length)
    }
}

/// The whole of one component.
pub(super) fn component(text: &str) -> Option<ICalendar> {
    match Parser::new(text).entry() {
        Entry::ICalendar(read) if !read.components.is_empty() => Some(read),
        _ => None,
    }
}

fn first(of: &ICalendarComponent, name: ICalendarProperty) -> Option<&ICalendarValue> {
    of.property(&name)?.values.first()
}

fn times<'a>(
    entry: &'a ICalendarEntry,
    clocks: &mut Clocks,
    default: Option<&Clock>,
) -> Vec<Option<(When, Option<Length>)>> {
    let clock = clock_of(entry, clocks, default);
    let when = |told: &PartialDateTime| When::read(told, || clock.clone());
    let read = |value: &'a ICalendarValue| match value {
        ICalendarValue::PartialDateTime(told) => Some((when(told)?, None)),
        ICalendarValue::Period(ICalendarPeriod::Duration { start, duration }) => {
            Some((when(start)?, Some(Length::of(duration)?)))
        }
        ICalendarValue::Period(ICalendarPeriod::Range { start, end }) => {
            let (start, end) = (when(start)?, when(end)?);
            let length = Length::until(&start, &end, Zone::UTC)?;
            Some((start, Some(length)))
        }
        _ => None,
    };
    entry.values.iter().map(read).collect()
}

/// The clock an entry names, or else that of the event, or else the player's.
fn clock_of(entry: &ICalendarEntry, clocks: &mut Clocks, default: Option<&Clock>) -> Clock {
    match entry.tz_id() {
        Some(name) => clocks.named(name),
        None => default.unwrap_or_else(|| clocks.own()).clone(),
    }
}

/// Reads an event's text.
pub(super) fn read(text: &str, clocks: &mut Clocks, own: Zone) -> Result<Event, NoEvent> {
    let read = component(text).ok_or(NoEvent)?;
    let it = read.components.first().ok_or(NoEvent)?;
    let replaces = it.property(&ICalendarProperty::RecurrenceId);
    let start = it.property(&ICalendarProperty::Dtstart).or(replaces).ok_or(NoEvent)?;
    let clock = clock_of(start, clocks, None);
    let one = |entry: &ICalendarEntry, clocks: &mut Clocks| {
        times(entry, clocks, Some(&clock)).into_iter().next().flatten().map(|(when, _)| when)
    };
    let begins = one(start, clocks).ok_or(NoEvent)?;
    let end = match it.property(&ICalendarProperty::Dtend) {
        Some(end) => Some(one(end, clocks).ok_or(NoEvent)?),
        None => None,
    };
    let length = length_of(it, &begins, end.as_ref(), own)?;
    let replaces = match replaces {
        Some(entry) => Some((one(entry, clocks).ok_or(NoEvent)?, is_for_all_after(entry))),
        None => None,
    };
    let mut listed = |name: ICalendarProperty| -> Times {
        let entries = it.properties(&name);
        entries.flat_map(|entry| times(entry, clocks, Some(&clock))).flatten().collect()
    };
    let extra = listed(ICalendarProperty::Rdate);
    let except = listed(ICalendarProperty::Exdate).into_iter().map(|(when, _)| when).collect();
    Ok(Event {
        uid: it.uid().unwrap_or_default().to_owned(),
        summary: summary(it),
        is_busy: is_busy(it),
        rules: rules(it, &clock)?,
        start: begins,
        length,
        extra,
        except,
        replaces,
        sequence: match first(it, ICalendarProperty::Sequence) {
            Some(ICalendarValue::Integer(number)) => *number,
            _ => 0,
        },
    })
}

/// How long an event takes, by its end or its duration. Without either, a day is a day, and a time
/// takes none: a reminder.
fn length_of(
    it: &ICalendarComponent,
    begins: &When,
    end: Option<&When>,
    own: Zone,
) -> Result<Length, NoEvent> {
    if let Some(end) = end {
        return Length::until(begins, end, own).ok_or(NoEvent);
    }
    match (first(it, ICalendarProperty::Duration), begins) {
        (Some(ICalendarValue::Duration(long)), When::Day(_)) => {
            let days = Length::of(long).ok_or(NoEvent)?.about().num_days();
            Ok(Length::Days(u64::try_from(days).map_err(|_| NoEvent)?.max(1)))
        }
        (Some(ICalendarValue::Duration(long)), _) => Length::of(long).ok_or(NoEvent),
        (Some(_), _) => Err(NoEvent),
        (None, When::Day(_)) => Ok(Length::Days(1)),
        (None, _) => Ok(Length::Exact(TimeDelta::zero())),
    }
}

/// The times that a component lists as busy.
pub(super) fn read_busy(text: &str, clocks: &mut Clocks) -> Result<Vec<(When, Length)>, NoEvent> {
    let read = component(text).ok_or(NoEvent)?;
    let it = read.components.first().ok_or(NoEvent)?;
    let is_free = |entry: &ICalendarEntry| {
        let free = ICalendarParameterValue::Fbtype(ICalendarFreeBusyType::Free);
        entry.parameters(&ICalendarParameterName::Fbtype).any(|value| *value == free)
    };
    let mut busy = Vec::new();
    for entry in it.properties(&ICalendarProperty::Freebusy).filter(|entry| !is_free(entry)) {
        for period in times(entry, clocks, None) {
            let (when, length) = period.ok_or(NoEvent)?;
            busy.push((when, length.ok_or(NoEvent)?));
        }
    }
    Ok(busy)
}

fn is_for_all_after(entry: &ICalendarEntry) -> bool {
    entry.parameters(&ICalendarParameterName::Range).next().is_some()
}

/// Each rule with its end, by the clock of the event: it is told by the world's, as a rule.
fn rules(
    it: &ICalendarComponent,
    clock: &Clock,
) -> Result<Vec<(ICalendarRecurrenceRule, Option<NaiveDateTime>)>, NoEvent> {
    let values = it.properties(&ICalendarProperty::Rrule).flat_map(|entry| &entry.values);
    let each = values.map(|value| {
        let ICalendarValue::RecurrenceRule(rule) = value else { return Err(NoEvent) };
        let until = match &rule.until {
            None => None,
            Some(until) => match When::read(until, || clock.clone()).ok_or(NoEvent)? {
                When::Day(day) => Some(day.and_hms_opt(23, 59, 59).ok_or(NoEvent)?),
                When::Time(at, told) => Some(clock.local(told.end(at))),
            },
        };
        Ok((rule.as_ref().clone(), until))
    });
    each.collect()
}

fn summary(it: &ICalendarComponent) -> String {
    let text = first(it, ICalendarProperty::Summary).and_then(ICalendarValue::as_text);
    let text = text.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    text.chars().filter(|c| !c.is_control()).take(MOST_SUMMARY).collect()
}

/// Whether an event takes its time. One that is cancelled does not, nor does one that its owner
/// shows as free, in the words of the standard or in Outlook's.
fn is_busy(it: &ICalendarComponent) -> bool {
    let status = first(it, ICalendarProperty::Status);
    let shown = first(it, ICalendarProperty::Transp);
    let outlook = ICalendarProperty::Other("X-MICROSOFT-CDO-BUSYSTATUS".into());
    let outlook = first(it, outlook).and_then(ICalendarValue::as_text).unwrap_or_default();
    let is_free =
        matches!(shown, Some(ICalendarValue::Transparency(ICalendarTransparency::Transparent)));
    let is_cancelled = matches!(status, Some(ICalendarValue::Status(ICalendarStatus::Cancelled)));
    !is_cancelled && !is_free && !outlook.trim().eq_ignore_ascii_case("FREE")
}
