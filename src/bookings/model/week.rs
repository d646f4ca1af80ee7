use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};

use super::{Status, When};
use crate::values::{BookingId, Money, Zone};

/// Something a player has in the days ahead.
#[derive(Clone, Debug)]
pub(in crate::bookings) struct Planned {
    pub(in crate::bookings) id: BookingId,
    pub(in crate::bookings) title: String,
    pub(in crate::bookings) when: When,
    pub(in crate::bookings) status: Status,
}

/// Fees of one month in one currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bookings) struct Earned {
    /// Confirmed, and not marked done.
    pub(in crate::bookings) confirmed: Money,
    pub(in crate::bookings) done: Money,
}

/// The month that is now by a zone's clock: its first day, and its two ends.
pub(in crate::bookings) fn month(
    zone: Zone,
    now: DateTime<Utc>,
) -> (NaiveDate, DateTime<Utc>, DateTime<Utc>) {
    let first = zone.date(now).with_day(1).expect("each month has a first day");
    let begins = |day: NaiveDate| zone.start(day.and_hms_opt(0, 0, 0).expect("is a time"));
    (first, begins(first), begins(first + Months::new(1)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_begins_by_the_clock_on_the_wall() {
        let zone: Zone = "America/Chicago".parse().unwrap();
        let (first, from, until) = month(zone, "2026-12-01T03:00:00Z".parse().unwrap());
        assert_eq!(first.to_string(), "2026-11-01");
        assert_eq!(from.to_rfc3339(), "2026-11-01T05:00:00+00:00");
        assert_eq!(until.to_rfc3339(), "2026-12-01T06:00:00+00:00");
    }
}
