use chrono::{DateTime, TimeDelta, Utc};

use super::{calendar::Calendar, shape::Shape};
use crate::values::{DaySpan, Minute, Slot, Zone};

/// What is kept of a calendar for search to look up: the same answers, for some time ahead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OpenTime {
    /// Where a session may be put, whenever one asks: sorted, none touching another.
    pub(crate) free: Vec<Slot>,
    pub(crate) known_until: DateTime<Utc>,
    /// Of the 28 days from now on, how many have room for a session.
    pub(crate) open_days: i16,
    /// What else decides: by whose clock at which minutes sessions start, and from when to when
    /// they may be asked for.
    pub(crate) zone: Zone,
    pub(crate) starts: Vec<Minute>,
    pub(crate) notice: TimeDelta,
    pub(crate) ahead: Option<TimeDelta>,
}

/// When sessions start in free time, where they do at these minutes of a day by a clock.
pub(crate) fn starts_of(free: &[Slot], minutes: &[i16], zone: Zone) -> Vec<DateTime<Utc>> {
    let start = |minute: &i16| DaySpan::from_minutes(*minute, 1440).map(DaySpan::from).ok();
    let starts = minutes.iter().filter_map(start).collect();
    let shape = Shape { starts, ..Shape::default() };
    free.iter().flat_map(|slot| shape.starts_in(*slot, TimeDelta::zero(), zone)).collect()
}

/// How far ahead open time is kept: a season, and a week in case nobody keeps it meanwhile.
pub(crate) const KEPT_AHEAD: TimeDelta = TimeDelta::days(100);

/// What has room for a session, unless somebody says how long theirs is.
pub(crate) const SESSION: TimeDelta = TimeDelta::hours(3);

impl OpenTime {
    /// What `calendar` says, from `now` on.
    pub(crate) fn of(calendar: &Calendar, now: DateTime<Utc>) -> OpenTime {
        let free = calendar.free_whenever(calendar.window, None);
        let open_day = |day: i64| {
            let from = now + TimeDelta::days(day);
            let today = Slot::new(from, from + TimeDelta::days(1)).expect("a day goes forwards");
            let within = |slot: &Slot| slot.within(&today);
            free.iter().filter_map(within).any(|slot| calendar.begun(slot, SESSION).is_some())
        };
        let open_days = (0..28).filter(|day| open_day(*day)).count();
        OpenTime {
            open_days: i16::try_from(open_days).expect("28 at most"),
            known_until: calendar.window.ends_at(),
            zone: calendar.zone,
            starts: calendar.shape.starts.clone(),
            notice: calendar.shape.notice,
            ahead: calendar.shape.ahead,
            free,
        }
    }

    /// The calendar's window of what is kept at `now`.
    pub(crate) fn window(now: DateTime<Utc>) -> Slot {
        Slot::new(now - TimeDelta::days(1), now + KEPT_AHEAD).expect("a season goes forwards")
    }
}
