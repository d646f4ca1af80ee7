//! Series held against a slow reading of their rules.

use chrono::{Datelike, NaiveDateTime, Weekday};
use proptest::{collection::vec, prelude::*};

use super::*;

const ZONES: [&str; 6] = [
    "America/New_York",
    "Europe/London",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Havana",
    "UTC",
];
const DAYS: [&str; 7] = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/// A rule that a person would make.
#[derive(Clone, Debug)]
struct Rule {
    zone: &'static str,
    /// Days after the window's first.
    first: i64,
    minute: i64,
    length: i64,
    weekly: bool,
    every: i64,
    /// Besides that of the first day.
    days: Vec<usize>,
    count: Option<usize>,
    /// Days after the first.
    until: Option<i64>,
    left_out: Vec<usize>,
}

impl Rule {
    fn start(&self) -> NaiveDateTime {
        let day = window().starts_at().date_naive() + TimeDelta::days(self.first);
        day.and_hms_opt(0, 0, 0).unwrap() + TimeDelta::minutes(self.minute)
    }

    fn until(&self) -> Option<NaiveDateTime> {
        Some(self.start() + TimeDelta::days(self.until?))
    }

    /// Read day by day from the first.
    fn slowly(&self) -> Vec<NaiveDateTime> {
        let start = self.start();
        let monday = start.date().week(Weekday::Mon).first_day();
        let is_one = |day: chrono::NaiveDate| {
            let weekday = day.weekday().num_days_from_monday() as usize;
            let is_day = self.days.contains(&weekday) || day.weekday() == start.weekday();
            match self.weekly {
                true => is_day && (day - monday).num_days() / 7 % self.every == 0,
                false => (day - start.date()).num_days() % self.every == 0,
            }
        };
        let last = window().ends_at().date_naive() + TimeDelta::days(2);
        let days = start.date().iter_days().take_while(|day| *day <= last);
        let times = days.filter(|day| is_one(*day)).map(|day| day.and_time(start.time()));
        let times = times.take_while(|at| self.until().is_none_or(|until| *at <= until));
        times.take(self.count.unwrap_or(usize::MAX)).collect()
    }

    fn file(&self) -> String {
        let told = |at: NaiveDateTime| at.format("%Y%m%dT%H%M%S").to_string();
        let mut rule = format!("FREQ={}", if self.weekly { "WEEKLY" } else { "DAILY" });
        rule += &format!(";INTERVAL={}", self.every);
        if self.weekly {
            let first = self.start().weekday().num_days_from_monday() as usize;
            let days: Vec<&str> = self.days.iter().chain([&first]).map(|day| DAYS[*day]).collect();
            rule += &format!(";BYDAY={}", days.join(","));
        }
        rule += &self.count.map_or(String::new(), |count| format!(";COUNT={count}"));
        rule += &self.until().map_or(String::new(), |until| format!(";UNTIL={}", told(until)));
        let zone = self.zone;
        let all = self.slowly();
        let left_out = self.left_out.iter().filter_map(|at| all.get(*at));
        let left_out: String =
            left_out.map(|at| format!("EXDATE;TZID={zone}:{}\n", told(*at))).collect();
        let end = told(self.start() + TimeDelta::minutes(self.length));
        event(&format!(
            "UID:1\nDTSTART;TZID={zone}:{}\nDTEND;TZID={zone}:{end}\nRRULE:{rule}\n{left_out}",
            told(self.start())
        ))
    }

    fn slots(&self) -> Vec<Slot> {
        let clock = zone(self.zone);
        let all = self.slowly().into_iter().enumerate();
        let there = all.filter(|(at, _)| !self.left_out.contains(at));
        let slot = |(_, at): (usize, NaiveDateTime)| {
            let length = TimeDelta::minutes(self.length);
            let (from, mut to) = (clock.start(at), clock.end(at + length));
            if clock.local(from) != at {
                to = to.max(from + length);
            }
            Slot::new(from, to).ok()?.within(&window())
        };
        there.filter_map(slot).collect()
    }
}

prop_compose! {
    fn rule()(
        zone in prop::sample::select(ZONES.to_vec()),
        first in -900i64..300,
        // Round the hours at which clocks change, mostly.
        minute in prop_oneof![0i64..240, 0i64..1440],
        length in 15i64..600,
        weekly in any::<bool>(),
        every in 1i64..5,
        days in vec(0usize..7, 0..4),
        count in prop::option::weighted(0.3, 1usize..600),
        until in prop::option::weighted(0.3, 0i64..1_500),
        left_out in vec(0usize..400, 0..4),
    ) -> Rule {
        // A rule has one end or none.
        let until = until.filter(|_| count.is_none());
        Rule { zone, first, minute, length, weekly, every, days, count, until, left_out }
    }
}

proptest! {
    #[test]
    fn a_series_equals_a_slow_reading_of_its_rule(rule in rule()) {
        let read = reading(&rule.file(), Zone::UTC);
        prop_assert_eq!(&read.note, "");
        let slots: Vec<Slot> = read.stretches.into_iter().map(|it| it.slot).collect();
        prop_assert_eq!(slots, rule.slots(), "{}", rule.file());
    }
}
