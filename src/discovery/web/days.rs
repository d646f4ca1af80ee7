//! The coming days of a player, one column each: what may still be booked.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    availability::Calendar,
    values::{Slot, Zone},
};

/// How many days stand on a profile.
pub(super) const DAYS: usize = 14;

/// The columns begin at six and end with the day.
const FROM: i64 = 6 * 60;
const UNTIL: i64 = 24 * 60;

/// One day by the player's clock.
pub(super) struct Day {
    pub(super) day: NaiveDate,
    /// What is free, as a path in a column of 20 by 72: a quarter of an hour is one high.
    pub(super) path: String,
    /// `9–18`, `13:30–18`.
    pub(super) hours: Vec<String>,
}

/// The next days from `now` on.
pub(super) fn days(calendar: &Calendar, now: DateTime<Utc>) -> Vec<Day> {
    let zone = calendar.zone;
    let ahead = Slot::new(now, now + TimeDelta::days(DAYS as i64 + 1)).expect("days go forwards");
    let free = calendar.free(ahead, None);
    let first = zone.date(now);
    first.iter_days().take(DAYS).map(|day| column(day, zone, &free)).collect()
}

fn column(day: NaiveDate, zone: Zone, free: &[Slot]) -> Day {
    let midnight = |day: NaiveDate| zone.start(day.and_time(chrono::NaiveTime::MIN));
    let whole = Slot::new(midnight(day), midnight(day + TimeDelta::days(1)));
    let whole = whole.expect("a day ends after it began");
    let of_day: Vec<Slot> = free.iter().filter_map(|slot| slot.within(&whole)).collect();
    let minute = |at: DateTime<Utc>| {
        let local = zone.local(at);
        (local - day.and_time(chrono::NaiveTime::MIN)).num_minutes()
    };
    let mut path = String::new();
    for slot in &of_day {
        let (from, until) = (minute(slot.starts_at()), minute(slot.ends_at()));
        let (top, end) = ((from.max(FROM) - FROM) / 15, (until.clamp(FROM, UNTIL) - FROM) / 15);
        if end > top {
            let height = end - top;
            path += &format!("M0 {top}h20v{height}h-20z");
        }
    }
    let clock = |minute: i64| match minute % 60 {
        0 => format!("{}", minute / 60),
        past => format!("{}:{past:02}", minute / 60),
    };
    let short = |slot: &Slot| {
        format!("{}–{}", clock(minute(slot.starts_at())), clock(minute(slot.ends_at())))
    };
    Day { day, path, hours: of_day.iter().map(short).collect() }
}
