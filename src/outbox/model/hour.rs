use std::{fmt, str::FromStr};

use chrono::{DateTime, TimeDelta, Utc};

use crate::values::Zone;

/// A full hour of a wall-clock day, 0 to 23.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour(u8);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a full hour of the day: write it like 08:00")]
pub struct NotHour;

impl Hour {
    pub fn all() -> impl Iterator<Item = Hour> {
        (0..24).map(Hour)
    }

    /// When the clocks of `zone` show it next, once a day: the first time of a day on which it comes
    /// twice, and where they jump over it, when they go on.
    pub fn next(self, zone: Zone, now: DateTime<Utc>) -> DateTime<Utc> {
        let days = zone.date(now).iter_days().take(4);
        let times = days.filter_map(|day| {
            let at = zone.start(day.and_hms_opt(self.0.into(), 0, 0)?);
            // A day that a place left out has no hours.
            (at > now && zone.date(at) == day).then_some(at)
        });
        times.min().unwrap_or(now + TimeDelta::days(1))
    }

    pub(in crate::outbox) fn number(self) -> i16 {
        self.0.into()
    }
}

impl TryFrom<i16> for Hour {
    type Error = NotHour;

    fn try_from(hour: i16) -> Result<Hour, NotHour> {
        u8::try_from(hour).ok().filter(|hour| *hour < 24).map(Hour).ok_or(NotHour)
    }
}

impl FromStr for Hour {
    type Err = NotHour;

    fn from_str(text: &str) -> Result<Hour, NotHour> {
        let text = text.trim();
        Hour::all().find(|hour| hour.to_string() == text).ok_or(NotHour)
    }
}

/// `08:00`.
impl fmt::Display for Hour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:00", self.0)
    }
}

#[cfg(test)]
mod tests {
    use chrono::Timelike;
    use proptest::prelude::*;

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn next(hour: u8, place: &str, now: &str) -> String {
        Hour(hour).next(zone(place), now.parse().unwrap()).format("%Y-%m-%dT%H:%MZ").to_string()
    }

    #[test]
    fn the_mail_of_the_day_follows_the_clock_on_the_wall() {
        assert_eq!(next(8, "Europe/London", "2026-11-23T07:59:00Z"), "2026-11-23T08:00Z");
        assert_eq!(next(8, "Europe/London", "2026-11-23T08:00:00Z"), "2026-11-24T08:00Z");
        // The clocks go forward in the night to the 28th.
        assert_eq!(next(8, "Europe/London", "2027-03-27T08:00:00Z"), "2027-03-28T07:00Z");
        assert_eq!(next(1, "Europe/London", "2027-03-27T12:00:00Z"), "2027-03-28T01:00Z");
        // And back in the night to the 31st: one in the morning comes twice, and the mail once.
        assert_eq!(next(1, "Europe/London", "2027-10-30T12:00:00Z"), "2027-10-31T00:00Z");
        assert_eq!(next(1, "Europe/London", "2027-10-31T00:00:00Z"), "2027-11-01T01:00Z");
        assert_eq!(next(8, "Asia/Kathmandu", "2026-11-23T12:00:00Z"), "2026-11-24T02:15Z");
        // Samoa had no 30th.
        assert_eq!(next(8, "Pacific/Apia", "2011-12-29T20:00:00Z"), "2011-12-30T18:00Z");
    }

    #[test]
    fn an_hour_reads_as_it_is_written() {
        for hour in Hour::all() {
            assert_eq!(hour.to_string().parse(), Ok(hour));
        }
        for wrong in ["", "24:00", "8", "08:30", "-1:00", "08:00:00"] {
            assert_eq!(wrong.parse::<Hour>(), Err(NotHour), "{wrong}");
        }
    }

    proptest! {
        /// Whatever the clocks do: once on each day that there is, never twice, never missed.
        #[test]
        fn there_is_one_a_day_in_every_zone(
            place in 0..Zone::all().count(), hour in 0u8..24, start in 1_767_225_600i64..1_924_992_000,
        ) {
            let place = Zone::all().nth(place).unwrap();
            let now = DateTime::from_timestamp(start, 0).unwrap();
            let first = Hour(hour).next(place, now);
            prop_assert!(first > now);
            let second = Hour(hour).next(place, first);
            prop_assert_eq!(place.date(first).succ_opt().unwrap(), place.date(second));
            let local = place.local(first);
            prop_assert!(local.hour() >= u32::from(hour), "never before its hour");
            // Nobody waits longer than a day, and the hour that autumn adds.
            prop_assert!(first - now <= TimeDelta::hours(26));
            let just_before = Hour(hour).next(place, first - TimeDelta::seconds(1));
            prop_assert_eq!(just_before, first);
        }
    }
}
