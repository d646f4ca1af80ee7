use std::{fmt, str::FromStr};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Slot, Zone};

/// A minute of a wall-clock day, 0 to 1440; 1440 is the midnight that ends it. The end of a
/// [`DaySpan`] may be one of the day after: up to 2880.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(i16);

/// Part of a wall-clock day, half-open. One that runs past midnight belongs to the day it begins on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DaySpan {
    from: Minute,
    to: Minute,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDaySpan {
    #[error("is not a time of day: write it like 09:30")]
    NotTime,
    #[error("must end after it starts, on the same day: midnight is 24:00")]
    Backwards,
    #[error(
        "ends before it starts, and read as running past midnight it would last {0} hours: at most 12"
    )]
    LongNight(i16),
}

/// The minutes of a day.
const DAY: i16 = 1440;
/// Who writes an end before a start means the day after, unless that were longer than this.
const LONGEST_NIGHT: i16 = 12 * 60;

impl Minute {
    pub fn number(self) -> i16 {
        self.0
    }

    /// This minute of a day, by no clock in particular.
    pub fn on(self, day: NaiveDate) -> Option<NaiveDateTime> {
        day.and_hms_opt(0, 0, 0)?.checked_add_signed(TimeDelta::minutes(self.0.into()))
    }
}

impl FromStr for Minute {
    type Err = BadDaySpan;

    /// Reads `9:30`, `09:30` or `24:00`.
    fn from_str(text: &str) -> Result<Minute, BadDaySpan> {
        let (hours, minutes) = text.trim().split_once(':').ok_or(BadDaySpan::NotTime)?;
        let number = |text: &str, most: usize| {
            let fits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
            if fits { text.parse::<i16>().ok() } else { None }
        };
        let hours = number(hours, 2).ok_or(BadDaySpan::NotTime)?;
        let minutes = number(minutes, 2).filter(|m| *m < 60).ok_or(BadDaySpan::NotTime)?;
        let minute = hours * 60 + minutes;
        if minute <= DAY { Ok(Minute(minute)) } else { Err(BadDaySpan::NotTime) }
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minute = if self.0 > DAY { self.0 - DAY } else { self.0 };
        write!(f, "{:02}:{:02}", minute / 60, minute % 60)
    }
}

impl DaySpan {
    pub fn new(from: Minute, to: Minute) -> Result<DaySpan, BadDaySpan> {
        if from < to { Ok(DaySpan { from, to }) } else { Err(BadDaySpan::Backwards) }
    }

    /// As people write hours: an end that is not after the start is one of the day after.
    pub fn through_midnight(from: Minute, to: Minute) -> Result<DaySpan, BadDaySpan> {
        let to = if to <= from { Minute(to.0 + DAY) } else { to };
        let length = to.0 - from.0;
        if to.0 > DAY && length > LONGEST_NIGHT {
            return Err(BadDaySpan::LongNight((length + 59) / 60));
        }
        DaySpan::new(from, to)
    }

    /// From minutes after the midnight that begins the day: of rows, whose constraints say that they
    /// are a span.
    pub fn from_minutes(from: i16, to: i16) -> Result<DaySpan, BadDaySpan> {
        if !(0..DAY).contains(&from) || !(1..=2 * DAY).contains(&to) {
            return Err(BadDaySpan::NotTime);
        }
        DaySpan::new(Minute(from), Minute(to)).and_then(|span| match to - from > DAY {
            true => Err(BadDaySpan::LongNight((to - from) / 60)),
            false => Ok(span),
        })
    }

    /// All of a day.
    pub fn whole_day() -> DaySpan {
        DaySpan { from: Minute(0), to: Minute(DAY) }
    }

    pub fn from(self) -> Minute {
        self.from
    }

    pub fn to(self) -> Minute {
        self.to
    }

    pub fn overlaps(self, other: DaySpan) -> bool {
        self.from < other.to && other.from < self.to
    }

    /// What of it is before the midnight that ends its day.
    pub fn this_day(self) -> DaySpan {
        DaySpan { from: self.from, to: self.to.min(Minute(DAY)) }
    }

    /// What of it is after that midnight, as a span of the day after.
    pub fn next_day(self) -> Option<DaySpan> {
        let to = self.to.0 - DAY;
        (to > 0).then_some(DaySpan { from: Minute(0), to: Minute(to) })
    }

    /// When this is on `day` by the clocks of `zone`: nothing when they jump over all of it.
    pub fn on(self, day: NaiveDate, zone: Zone) -> Option<Slot> {
        Slot::new(zone.start(self.from.on(day)?), zone.end(self.to.on(day)?)).ok()
    }
}

impl fmt::Display for DaySpan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}–{}", self.from, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_is_read_as_people_write_it() {
        assert_eq!("9:05".parse(), Ok(Minute(545)));
        assert_eq!("24:00".parse(), Ok(Minute(1440)));
        for wrong in ["", "9", "24:01", "12:60", "-1:00", "+1:00", "09:5a", "a:b", "1:2:3"] {
            assert_eq!(wrong.parse::<Minute>(), Err(BadDaySpan::NotTime), "{wrong:?}");
        }
    }

    #[test]
    fn an_end_before_its_start_is_of_the_day_after() {
        let read = |from: &str, to: &str| {
            DaySpan::through_midnight(from.parse().unwrap(), to.parse().unwrap())
        };
        let night = read("22:00", "02:00").unwrap();
        assert_eq!((night.from().number(), night.to().number()), (1320, 1560));
        assert_eq!(night.to_string(), "22:00–02:00");
        assert_eq!(night.this_day().to_string(), "22:00–24:00");
        assert_eq!(night.next_day().unwrap().to_string(), "00:00–02:00");
        assert_eq!(read("09:00", "24:00").unwrap().next_day(), None);
        assert_eq!(read("18:00", "09:00"), Err(BadDaySpan::LongNight(15)));
        assert_eq!(read("09:00", "09:00"), Err(BadDaySpan::LongNight(24)));
        assert_eq!(DaySpan::from_minutes(0, 1441), Err(BadDaySpan::LongNight(24)));
        assert_eq!(DaySpan::from_minutes(1440, 1500), Err(BadDaySpan::NotTime));
    }

    #[test]
    fn hours_made_in_winter_keep_their_wall_clock_in_summer() {
        let span = DaySpan::new("09:00".parse().unwrap(), "18:00".parse().unwrap()).unwrap();
        let london: Zone = "Europe/London".parse().unwrap();
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let winter = span.on(day("2027-01-12"), london).unwrap();
        let summer = span.on(day("2027-07-13"), london).unwrap();
        assert_eq!(winter.starts_at().to_rfc3339(), "2027-01-12T09:00:00+00:00");
        assert_eq!(summer.starts_at().to_rfc3339(), "2027-07-13T08:00:00+00:00");
    }

    #[test]
    fn the_doubled_hour_of_autumn_is_not_lost() {
        let span = DaySpan::new("00:00".parse().unwrap(), "01:30".parse().unwrap()).unwrap();
        let london: Zone = "Europe/London".parse().unwrap();
        let night = span.on("2027-10-31".parse().unwrap(), london).unwrap();
        assert_eq!(night.length(), TimeDelta::minutes(150));
    }

    #[test]
    fn a_span_the_clocks_jump_over_is_no_time() {
        let span = DaySpan::new("01:00".parse().unwrap(), "02:00".parse().unwrap()).unwrap();
        let london: Zone = "Europe/London".parse().unwrap();
        assert_eq!(span.on("2027-03-28".parse().unwrap(), london), None);
    }
}
