use std::{fmt, str::FromStr};

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};

use super::{Slot, Zone};

/// A minute of a wall-clock day, 0 to 1440; 1440 is the midnight that ends it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Minute(i16);

/// Part of a wall-clock day, half-open, within one day.
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
}

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
        if minute <= 1440 { Ok(Minute(minute)) } else { Err(BadDaySpan::NotTime) }
    }
}

impl fmt::Display for Minute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl DaySpan {
    pub fn new(from: Minute, to: Minute) -> Result<DaySpan, BadDaySpan> {
        if from < to { Ok(DaySpan { from, to }) } else { Err(BadDaySpan::Backwards) }
    }

    /// From rows, whose constraints say that they are a span.
    pub fn from_minutes(from: i16, to: i16) -> Result<DaySpan, BadDaySpan> {
        let fits = |minute: &i16| (0..=1440).contains(minute);
        if !fits(&from) || !fits(&to) {
            return Err(BadDaySpan::NotTime);
        }
        DaySpan::new(Minute(from), Minute(to))
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
