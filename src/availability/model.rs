use std::collections::BTreeMap;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use crate::values::{BookingId, DaySpan, Slot, Zone};

/// When somebody works in an ordinary week: wall-clock spans by ISO weekday, 1 for Monday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(pub Vec<(i16, DaySpan)>);

/// A single day that is not like its weekday. Without spans it is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayPlan {
    pub spans: Vec<DaySpan>,
    pub note: String,
}

/// Time that a confirmed booking takes, what is kept clear around it included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    pub booking: BookingId,
    pub session: Slot,
    pub blocks: Slot,
}

/// What decides whether a player is free, as known for `window`.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub zone: Zone,
    pub window: Slot,
    pub hours: Hours,
    pub exceptions: BTreeMap<NaiveDate, DayPlan>,
    pub busy: Vec<Busy>,
    /// Kept clear before and after each session.
    pub before: TimeDelta,
    pub after: TimeDelta,
}

/// Why a player cannot be had for a slot. Fit to be shown to anyone: it never says for whom they
/// are booked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFree {
    #[error("is outside the hours this player works")]
    OutsideHours,
    #[error("overlaps another session of this player, or the time kept clear around it")]
    Booked,
    #[error("is further ahead than this calendar was read for")]
    OutOfReach,
}

impl Calendar {
    /// Whether a session may be put into `slot`, or why not.
    pub fn may_take(&self, slot: Slot) -> Result<(), NotFree> {
        if !self.window.contains(&slot) {
            return Err(NotFree::OutOfReach);
        }
        self.clashes(slot)?;
        if self.open(slot).iter().any(|open| open.contains(&slot)) {
            Ok(())
        } else {
            Err(NotFree::OutsideHours)
        }
    }

    /// Whether `slot` runs into a confirmed booking, whatever the hours: a player may take on work
    /// outside them, never two sessions at once.
    pub fn clashes(&self, slot: Slot) -> Result<(), NotFree> {
        let blocks = self.blocks(slot);
        let clash = self.busy.iter().any(|busy| busy.blocks.overlaps(&blocks));
        if clash { Err(NotFree::Booked) } else { Ok(()) }
    }

    /// The time a session in `slot` takes once confirmed.
    pub fn blocks(&self, slot: Slot) -> Slot {
        slot.widened(self.before, self.after)
    }

    /// Open hours inside `window`, touching ones joined, bookings not considered.
    pub fn open(&self, window: Slot) -> Vec<Slot> {
        let first = self.zone.date(window.starts_at()).pred_opt();
        let last = self.zone.date(window.ends_at());
        let days = first.into_iter().flat_map(|first| first.iter_days());
        let mut open: Vec<Slot> = days
            .take_while(|day| *day <= last)
            .flat_map(|day| self.open_on(day))
            .filter_map(|slot| slot.within(&window))
            .collect();
        open.sort();
        joined(open)
    }

    /// The spans of one wall-clock day, as instants.
    pub fn open_on(&self, day: NaiveDate) -> Vec<Slot> {
        let weekday = day.weekday().number_from_monday();
        let spans: Vec<DaySpan> = match self.exceptions.get(&day) {
            Some(plan) => plan.spans.clone(),
            None => {
                let hours = self.hours.0.iter();
                hours.filter(|(d, _)| u32::try_from(*d) == Ok(weekday)).map(|(_, s)| *s).collect()
            }
        };
        spans.into_iter().filter_map(|span| span.on(day, self.zone)).collect()
    }

    /// Where a session may be put inside `window`: a slot may be taken exactly when one of these
    /// contains it.
    pub fn free(&self, window: Slot) -> Vec<Slot> {
        let Some(window) = window.within(&self.window) else { return Vec::new() };
        let mut free = self.open(window);
        for busy in &self.busy {
            // A session must end `after` before the next one's time begins, and start `before`
            // after the last one's time ended.
            let taken = busy.blocks.widened(self.after, self.before);
            free = free.into_iter().flat_map(|slot| without(slot, taken)).collect();
        }
        free
    }

    /// The first stretch at or after `from` that has room for `length`.
    pub fn next_free(&self, from: DateTime<Utc>, length: TimeDelta) -> Option<Slot> {
        let window = Slot::new(from, self.window.ends_at()).ok()?;
        self.free(window).into_iter().find(|slot| slot.length() >= length)
    }
}

/// What is kept of a calendar for search to look up: the same answers, for some time ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenTime {
    /// Where a session may be put: sorted, none touching another.
    pub(crate) free: Vec<Slot>,
    pub(crate) known_until: DateTime<Utc>,
    /// Of the 28 days from now on, how many have room for a session.
    pub(crate) open_days: i16,
}

/// How far ahead open time is kept: a season, and a week in case nobody keeps it meanwhile.
pub(crate) const KEPT_AHEAD: TimeDelta = TimeDelta::days(100);

/// What has room for a session, unless somebody says how long theirs is.
pub(crate) const SESSION: TimeDelta = TimeDelta::hours(3);

impl OpenTime {
    /// What `calendar` says, from `now` on.
    pub(crate) fn of(calendar: &Calendar, now: DateTime<Utc>) -> OpenTime {
        let free = calendar.free(calendar.window);
        let open_day = |day: i64| {
            let from = now + TimeDelta::days(day);
            let today = Slot::new(from, from + TimeDelta::days(1)).expect("a day goes forwards");
            let within = |slot: &Slot| slot.within(&today);
            free.iter().filter_map(within).any(|slot| slot.length() >= SESSION)
        };
        let open_days = (0..28).filter(|day| open_day(*day)).count();
        OpenTime {
            open_days: i16::try_from(open_days).expect("28 at most"),
            known_until: calendar.window.ends_at(),
            free,
        }
    }

    /// The calendar's window of what is kept at `now`.
    pub(crate) fn window(now: DateTime<Utc>) -> Slot {
        Slot::new(now - TimeDelta::days(1), now + KEPT_AHEAD).expect("a season goes forwards")
    }
}

/// Sorted slots with those that touch or overlap made one.
fn joined(slots: Vec<Slot>) -> Vec<Slot> {
    let mut joined: Vec<Slot> = Vec::new();
    for slot in slots {
        match joined.last_mut() {
            Some(last) if slot.starts_at() <= last.ends_at() => {
                let end = last.ends_at().max(slot.ends_at());
                *last = Slot::new(last.starts_at(), end).unwrap_or(*last);
            }
            _ => joined.push(slot),
        }
    }
    joined
}

/// What is left of `slot` outside `taken`.
fn without(slot: Slot, taken: Slot) -> impl Iterator<Item = Slot> {
    let before = Slot::new(slot.starts_at(), slot.ends_at().min(taken.starts_at()));
    let after = Slot::new(slot.starts_at().max(taken.ends_at()), slot.ends_at());
    let parts = if slot.overlaps(&taken) { [before.ok(), after.ok()] } else { [Some(slot), None] };
    parts.into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn zone(name: &str) -> Zone {
        name.parse().unwrap()
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn slot(from: &str, to: &str) -> Slot {
        Slot::new(at(from), at(to)).unwrap()
    }

    fn span(from: i16, to: i16) -> DaySpan {
        DaySpan::from_minutes(from, to).unwrap()
    }

    fn calendar(name: &str, window: Slot, hours: Vec<(i16, DaySpan)>) -> Calendar {
        Calendar {
            zone: zone(name),
            window,
            hours: Hours(hours),
            exceptions: BTreeMap::new(),
            busy: Vec::new(),
            before: TimeDelta::zero(),
            after: TimeDelta::zero(),
        }
    }

    #[test]
    fn hours_up_to_midnight_and_from_it_on_are_one_stretch() {
        let window = slot("2026-12-07T00:00:00Z", "2026-12-10T00:00:00Z");
        let hours = vec![(1, span(1320, 1440)), (2, span(0, 120))];
        let night = calendar("UTC", window, hours);
        assert_eq!(night.open(window), [slot("2026-12-07T22:00:00Z", "2026-12-08T02:00:00Z")]);
        assert_eq!(night.may_take(slot("2026-12-07T23:00:00Z", "2026-12-08T01:00:00Z")), Ok(()));
    }

    #[test]
    fn a_musician_who_moves_keeps_the_wall_clock_not_the_instant() {
        let window = slot("2026-12-08T00:00:00Z", "2026-12-09T00:00:00Z");
        let hours = vec![(2, span(540, 720))];
        let open = |name| calendar(name, window, hours.clone()).open(window)[0].starts_at();
        assert_eq!(open("America/Chicago"), at("2026-12-08T15:00:00Z"));
        assert_eq!(open("Europe/Berlin"), at("2026-12-08T08:00:00Z"));
        assert_eq!(open("Asia/Kathmandu"), at("2026-12-08T03:15:00Z"));
    }

    #[test]
    fn a_day_the_clocks_leave_out_has_no_hours() {
        let window = slot("2011-12-28T00:00:00Z", "2012-01-02T00:00:00Z");
        let every_day = (1..=7).map(|day| (day, span(540, 1080))).collect();
        let apia = calendar("Pacific/Apia", window, every_day);
        assert!(apia.open_on("2011-12-30".parse().unwrap()).is_empty());
        assert_eq!(apia.open_on("2011-12-31".parse().unwrap()).len(), 1);
    }

    #[test]
    fn an_exception_stands_in_the_place_of_the_weekday() {
        let window = slot("2026-12-07T00:00:00Z", "2026-12-10T00:00:00Z");
        let mut calendar = calendar("UTC", window, vec![(2, span(540, 1080))]);
        let tuesday = "2026-12-08".parse().unwrap();
        calendar.exceptions.insert(tuesday, DayPlan::default());
        assert_eq!(
            calendar.may_take(slot("2026-12-08T10:00:00Z", "2026-12-08T11:00:00Z")),
            Err(NotFree::OutsideHours)
        );
        let evening = DayPlan { spans: vec![span(1140, 1320)], note: String::new() };
        calendar.exceptions.insert(tuesday, evening);
        assert_eq!(calendar.open(window), [slot("2026-12-08T19:00:00Z", "2026-12-08T22:00:00Z")]);
    }

    /// Zones and instants around which clocks change.
    const CHANGES: [(&str, &str); 8] = [
        ("America/New_York", "2027-03-14T07:00:00Z"),
        ("America/New_York", "2027-11-07T06:00:00Z"),
        ("Europe/London", "2027-03-28T01:00:00Z"),
        ("Europe/London", "2027-10-31T01:00:00Z"),
        ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
        ("Australia/Lord_Howe", "2027-10-02T15:30:00Z"),
        ("Asia/Kathmandu", "2027-05-01T00:00:00Z"),
        ("Pacific/Apia", "2011-12-30T10:00:00Z"),
    ];

    prop_compose! {
        fn day_span()(from in 0i16..1440, length in 1i16..600) -> DaySpan {
            span(from, (from + length).min(1440))
        }
    }

    prop_compose! {
        fn around()(
            (name, change) in prop::sample::select(CHANGES.to_vec()),
            hours in vec((1i16..=7, day_span()), 0..12),
            exceptions in vec((-3i64..4, vec(day_span(), 0..3)), 0..3),
            busy in vec((-60i64..60, 1i64..16), 0..6),
            before in 0i64..120,
            after in 0i64..120,
        ) -> Calendar {
            let change = at(change);
            let reach = TimeDelta::days(4);
            let mut calendar = calendar(name, Slot::new(change - reach, change + reach).unwrap(), hours);
            calendar.before = TimeDelta::minutes(before);
            calendar.after = TimeDelta::minutes(after);
            for (days, spans) in exceptions {
                let day = calendar.zone.date(change) + TimeDelta::days(days);
                calendar.exceptions.insert(day, DayPlan { spans, note: String::new() });
            }
            for (n, (hours, half_hours)) in busy.into_iter().enumerate() {
                let from = change + TimeDelta::hours(hours);
                let session = Slot::new(from, from + TimeDelta::minutes(half_hours * 30)).unwrap();
                calendar.busy.push(Busy {
                    booking: (n as i64).into(),
                    session,
                    blocks: session.widened(calendar.before, calendar.after),
                });
            }
            calendar
        }
    }

    /// The rules read minute by minute: is this minute of the wall clock open, and far enough from
    /// every booking?
    fn slowly(calendar: &Calendar, slot: Slot) -> bool {
        let blocks = slot.widened(calendar.before, calendar.after);
        let clear = calendar.busy.iter().all(|busy| !busy.blocks.overlaps(&blocks));
        let minutes =
            (0..slot.length().num_minutes()).map(|n| slot.starts_at() + TimeDelta::minutes(n));
        let open = |minute: DateTime<Utc>| {
            let local = calendar.zone.local(minute);
            let weekday = i16::try_from(local.weekday().number_from_monday()).unwrap();
            let of_day = local.signed_duration_since(local.date().and_hms_opt(0, 0, 0).unwrap());
            let of_day = i16::try_from(of_day.num_minutes()).unwrap();
            let inside =
                |span: &DaySpan| span.from().number() <= of_day && of_day < span.to().number();
            match calendar.exceptions.get(&local.date()) {
                Some(plan) => plan.spans.iter().any(inside),
                None => calendar.hours.0.iter().any(|(d, span)| *d == weekday && inside(span)),
            }
        };
        clear && minutes.into_iter().all(open)
    }

    proptest! {
        #[test]
        fn whatever_says_free_and_whatever_books_agree(
            calendar in around(), from in -4_000i64..4_000, minutes in 1i64..400,
        ) {
            let middle = calendar.window.starts_at() + TimeDelta::days(4);
            let starts = middle + TimeDelta::minutes(from);
            let slot = Slot::new(starts, starts + TimeDelta::minutes(minutes)).unwrap();
            let listed = calendar.free(calendar.window).iter().any(|free| free.contains(&slot));
            prop_assert_eq!(calendar.may_take(slot).is_ok(), listed);
        }

        #[test]
        fn what_is_free_is_open_and_the_next_free_time_is_the_first(
            calendar in around(), minutes in 30i64..300,
        ) {
            let open = calendar.open(calendar.window);
            let free = calendar.free(calendar.window);
            for slot in &free {
                prop_assert!(open.iter().any(|open| open.contains(slot)));
            }
            let length = TimeDelta::minutes(minutes);
            let next = calendar.next_free(calendar.window.starts_at(), length);
            prop_assert_eq!(next, free.iter().find(|slot| slot.length() >= length).copied());
            if let Some(next) = next {
                let taken = Slot::new(next.starts_at(), next.starts_at() + length).unwrap();
                prop_assert_eq!(calendar.may_take(taken), Ok(()));
            }
        }

        #[test]
        fn the_calendar_equals_a_slow_reading_of_the_rules(
            calendar in around(), from in -3_000i64..3_000, minutes in 1i64..200,
        ) {
            let middle = calendar.window.starts_at() + TimeDelta::days(4);
            let starts = middle + TimeDelta::minutes(from);
            let slot = Slot::new(starts, starts + TimeDelta::minutes(minutes)).unwrap();
            // Where clocks jump inside an hour that is open, both must say the same as well.
            prop_assert_eq!(calendar.may_take(slot).is_ok(), slowly(&calendar, slot), "{:?}", slot);
        }
    }
}
