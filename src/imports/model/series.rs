//! What repeats: when, by the clock on the wall. The library that reads the rule writes it out; how
//! far it may run is held here, because it counts from the very first time and stops for nobody.

use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency,
        ICalendarProperty, ICalendarRecurrenceRule, ICalendarValue,
    },
};
use chrono::{Datelike, NaiveDateTime, TimeDelta, Timelike};

use super::{MOST_STRETCHES, Unreadable};

/// How many times a day something may begin, by what its rule lists.
const MOST_A_DAY: usize = 200;
/// How many entries a list of a rule may have; a year has no more days.
const MOST_LISTED: usize = 400;

/// Why a rule is not written out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoSeries {
    /// It makes no sense, and says nothing of the rest of the file.
    Senseless,
    /// It would take too long, or give too much.
    TooMuch(Unreadable),
}

/// The wall-clock times from `from` up to and with `until` at which something begins that first
/// does at `start`. The first time itself is one even where the rule would leave it out.
pub(super) fn occurrences(
    rule: &ICalendarRecurrenceRule,
    start: NaiveDateTime,
    from: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<NaiveDateTime>, NoSeries> {
    if until < start {
        return Ok(vec![start]);
    }
    check(rule)?;
    let begin = if rule.count.is_some() { start } else { forwarded(rule, start, from) };
    if until < begin {
        // It was over before anybody looks.
        return Ok(Vec::new());
    }
    let mut rule = rule.clone();
    rule.until = Some(told(until));
    // One more than there may be, so that it shows.
    let limit = MOST_STRETCHES + 1;
    let expanded = series(&rule, begin).expand_dates(Tz::Floating, limit);
    if !expanded.errors.is_empty() {
        return Err(NoSeries::Senseless);
    }
    if expanded.events.len() >= limit {
        return Err(NoSeries::TooMuch(Unreadable::TooManyStretches));
    }
    let mut times: Vec<NaiveDateTime> =
        expanded.events.iter().map(|event| event.start.naive_local()).collect();
    if times.first() != Some(&start) && start >= from {
        times.insert(0, start);
    }
    Ok(times)
}

/// Keeps away from what the library would work at for minutes.
fn check(rule: &ICalendarRecurrenceRule) -> Result<(), NoSeries> {
    let is_too_often =
        matches!(rule.freq, ICalendarFrequency::Minutely | ICalendarFrequency::Secondly);
    if is_too_often {
        return Err(NoSeries::TooMuch(Unreadable::TooOften));
    }
    let times = [&rule.byhour, &rule.byminute, &rule.bysecond];
    let a_day: usize = times.iter().map(|list| list.len().max(1)).product();
    let lists = [
        rule.byday.len(),
        rule.bymonth.len(),
        rule.bymonthday.len(),
        rule.byyearday.len(),
        rule.byweekno.len(),
        rule.bysetpos.len(),
    ];
    if a_day > MOST_A_DAY || lists.iter().any(|listed| *listed > MOST_LISTED) {
        return Err(NoSeries::TooMuch(Unreadable::TooMuchWork));
    }
    Ok(())
}

/// A first time nearer to `from`, in step with the rule: what goes on since long ago is counted from
/// there, or a daily walk since 1990 would use up what there may be before it came to today.
fn forwarded(
    rule: &ICalendarRecurrenceRule,
    start: NaiveDateTime,
    from: NaiveDateTime,
) -> NaiveDateTime {
    let every = i64::from(rule.interval.unwrap_or(1).max(1));
    let since = from - start;
    if since <= TimeDelta::zero() {
        return start;
    }
    let step = match rule.freq {
        ICalendarFrequency::Hourly => TimeDelta::hours(every),
        ICalendarFrequency::Daily => TimeDelta::days(every),
        ICalendarFrequency::Weekly => TimeDelta::weeks(every),
        _ => return forwarded_by_years(every, start, from),
    };
    let steps = since.num_seconds() / step.num_seconds();
    start + TimeDelta::seconds(step.num_seconds() * steps)
}

/// Months are in step after as many years as they are apart, whatever their number.
fn forwarded_by_years(every: i64, start: NaiveDateTime, from: NaiveDateTime) -> NaiveDateTime {
    let years = i64::from(from.year() - start.year()) - 1;
    let steps = (years / every).max(0);
    // A day that not every year has is in step every fourth time at least, but for a turn of the century.
    let tried = (0..=8).filter_map(|back| {
        let year = i64::from(start.year()) + every * (steps - back).max(0);
        start.with_year(i32::try_from(year).ok()?)
    });
    tried.into_iter().next().unwrap_or(start)
}

/// A calendar with nothing in it but this series.
fn series(rule: &ICalendarRecurrenceRule, start: NaiveDateTime) -> ICalendar {
    let start = ICalendarValue::PartialDateTime(Box::new(told(start)));
    let rule = ICalendarValue::RecurrenceRule(Box::new(rule.clone()));
    let entry = |name, value| ICalendarEntry { name, params: Vec::new(), values: vec![value] };
    let entries =
        vec![entry(ICalendarProperty::Dtstart, start), entry(ICalendarProperty::Rrule, rule)];
    let component_type = ICalendarComponentType::VEvent;
    ICalendar {
        components: vec![ICalendarComponent { component_type, entries, component_ids: Vec::new() }],
    }
}

/// A time as a file would tell it, by no clock in particular.
fn told(at: NaiveDateTime) -> PartialDateTime {
    let part = |part: u32| u8::try_from(part).ok();
    PartialDateTime {
        year: u16::try_from(at.year()).ok(),
        month: part(at.month()),
        day: part(at.day()),
        hour: part(at.hour()),
        minute: part(at.minute()),
        second: part(at.second()),
        ..PartialDateTime::default()
    }
}
