use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};

use super::{
    not_free::NotFree,
    opening::{Opening, Rule},
    shape::{Room, Shape},
    slots::{joined, outside},
};
use crate::values::{BookingId, DaySpan, Slot, Zone};

/// Time that is taken.
#[derive(Clone, Debug, PartialEq)]
pub struct Busy {
    pub what: What,
    /// The session itself, or what another calendar has.
    pub slot: Slot,
    /// Kept clear around a session, as it was when it was confirmed.
    pub before: TimeDelta,
    pub after: TimeDelta,
    pub room: Option<Room>,
}

/// What takes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A confirmed session.
    Booking(BookingId),
    /// Something in a calendar of theirs elsewhere, as its owner named both.
    Elsewhere { calendar: String, summary: String },
}

impl Busy {
    pub fn booking(&self) -> Option<BookingId> {
        match self.what {
            What::Booking(id) => Some(id),
            What::Elsewhere { .. } => None,
        }
    }

    /// The session with what is kept clear around it.
    pub fn blocks(&self) -> Slot {
        self.slot.widened(self.before, self.after)
    }
}

/// What decides whether a player is free, as known for `window`.
#[derive(Clone, Debug)]
pub struct Calendar {
    pub zone: Zone,
    pub window: Slot,
    /// The time of asking: notice counts from it.
    pub now: DateTime<Utc>,
    pub opening: Opening,
    pub shape: Shape,
    /// Everything that touches the window, and the sessions of the weeks around it. In order.
    pub busy: Vec<Busy>,
}

/// What has to lie between one thing and the next.
#[derive(Clone, Copy)]
struct Gap {
    kept: TimeDelta,
    travel: TimeDelta,
    rest: TimeDelta,
}

impl Gap {
    fn length(self) -> TimeDelta {
        (self.kept + self.travel).max(self.rest)
    }
}

impl Calendar {
    /// Whether a session in `room` may be asked for in `slot`, or why not. A room nobody knows yet
    /// is as far from every other as one in the same town.
    pub fn may_take(&self, slot: Slot, room: Option<&Room>) -> Result<(), NotFree> {
        self.reasons(slot, room).into_iter().next().map_or(Ok(()), Err)
    }

    /// Whether a session in `slot` runs into time that is taken, whatever the rules of the player.
    pub fn clashes(&self, slot: Slot, room: Option<&Room>) -> Result<(), NotFree> {
        let mut clashes = self.busy.iter().filter_map(|busy| self.clash(busy, slot, room));
        clashes.find(NotFree::is_taken).map_or(Ok(()), Err)
    }

    /// The same as if one session were not there: for whatever is to take its place.
    pub fn without(&self, booking: BookingId) -> Calendar {
        let mut without = self.clone();
        without.busy.retain(|busy| busy.booking() != Some(booking));
        without
    }

    /// The same as if it were asked at another time.
    pub fn asked_at(self, now: DateTime<Utc>) -> Calendar {
        Calendar { now, ..self }
    }

    /// The time a session in `slot` takes once confirmed, but for the way to it.
    pub fn blocks(&self, slot: Slot) -> Slot {
        slot.widened(self.shape.before, self.shape.after)
    }

    /// Everything that stands against a session in `slot`; nothing if it may be taken.
    pub fn reasons(&self, slot: Slot, room: Option<&Room>) -> Vec<NotFree> {
        if !self.window.contains(&slot) {
            return vec![NotFree::OutOfReach];
        }
        let Shape { notice, ahead, starts, .. } = &self.shape;
        let mut reasons: Vec<NotFree> =
            self.busy.iter().filter_map(|busy| self.clash(busy, slot, room)).collect();
        if slot.starts_at() < self.shape.earliest(self.now) {
            reasons.push(NotFree::TooSoon { notice: *notice });
        }
        if let Some(ahead) = ahead.filter(|ahead| slot.ends_at() > self.now + *ahead) {
            reasons.push(NotFree::TooFar { ahead });
        }
        reasons.extend(
            self.full().into_iter().filter_map(|(full, why)| full.overlaps(&slot).then_some(why)),
        );
        if !self.open(slot).iter().any(|open| open.contains(&slot)) {
            reasons.push(self.closed(slot));
        }
        if !self.shape.starts_at(slot.starts_at(), self.zone) {
            reasons.push(NotFree::NoStart { starts: starts.clone(), zone: self.zone });
        }
        reasons
    }

    /// How one thing that is busy stands against a session.
    fn clash(&self, busy: &Busy, slot: Slot, room: Option<&Room>) -> Option<NotFree> {
        if busy.slot.overlaps(&slot) {
            return Some(match &busy.what {
                What::Booking(booking) => NotFree::Booked { booking: *booking, session: busy.slot },
                What::Elsewhere { .. } => self.elsewhere(busy),
            });
        }
        let comes_from_there = busy.slot.ends_at() <= slot.starts_at();
        let gap = self.gap(busy, comes_from_there, room);
        let there_is = if comes_from_there {
            slot.starts_at() - busy.slot.ends_at()
        } else {
            busy.slot.starts_at() - slot.ends_at()
        };
        if there_is >= gap.length() {
            return None;
        }
        let What::Booking(booking) = busy.what else { return Some(self.elsewhere(busy)) };
        let session = busy.slot;
        Some(if there_is < gap.kept {
            NotFree::KeptClear { booking, session, kept: gap.kept, missing: gap.kept - there_is }
        } else if there_is < gap.kept + gap.travel {
            NotFree::Travel {
                booking,
                room: busy
                    .room
                    .as_ref()
                    .map_or_else(|| "the other room".into(), |r| r.name.clone()),
                travel: gap.travel,
                late_by: gap.kept + gap.travel - there_is,
                comes_from_there,
            }
        } else {
            NotFree::Rest { booking, session, rest: gap.rest }
        })
    }

    fn elsewhere(&self, busy: &Busy) -> NotFree {
        let (calendar, summary) = match &busy.what {
            What::Elsewhere { calendar, summary } => (calendar.clone(), summary.clone()),
            What::Booking(_) => Default::default(),
        };
        NotFree::Elsewhere { calendar, summary, slot: busy.slot }
    }

    /// Between something busy and a new session in `room`, whichever comes first.
    fn gap(&self, busy: &Busy, busy_comes_first: bool, room: Option<&Room>) -> Gap {
        let kept = if busy_comes_first {
            busy.after + self.shape.before
        } else {
            self.shape.after + busy.before
        };
        match busy.what {
            What::Booking(_) => Gap {
                kept,
                travel: self.shape.travel.between(busy.room.as_ref(), room),
                rest: self.shape.rest,
            },
            // Where that is, nobody knows.
            What::Elsewhere { .. } => {
                Gap { kept, travel: TimeDelta::zero(), rest: TimeDelta::zero() }
            }
        }
    }

    /// Where no new session in `room` may be, because of something busy.
    fn taken_by(&self, busy: &Busy, room: Option<&Room>) -> Slot {
        let before = self.gap(busy, false, room).length();
        let after = self.gap(busy, true, room).length();
        busy.slot.widened(before, after)
    }

    /// The ways to the first two sessions that begin at or after `from`, each from the session before
    /// it: what changes with a session that comes or goes then. Never longer than there is time for.
    pub fn ways_from(&self, from: DateTime<Utc>) -> Vec<(BookingId, TimeDelta)> {
        let mut sessions: Vec<&Busy> =
            self.busy.iter().filter(|busy| busy.booking().is_some()).collect();
        sessions.sort_by_key(|busy| busy.slot);
        let mut ways: Vec<(BookingId, TimeDelta)> = Vec::new();
        let mut last: Option<&Busy> = None;
        for busy in sessions {
            if let Some(id) = busy.booking().filter(|_| from <= busy.slot.starts_at()) {
                let way = last.map_or(TimeDelta::zero(), |last| {
                    let way = self.shape.travel.between(last.room.as_ref(), busy.room.as_ref());
                    let time = busy.blocks().starts_at() - last.blocks().ends_at();
                    way.min(time.max(TimeDelta::zero()))
                });
                ways.push((id, way));
            }
            last = Some(busy);
        }
        ways.truncate(2);
        ways
    }

    /// Days and weeks that have as many sessions as the player takes, each with what to say of it.
    fn full(&self) -> Vec<(Slot, NotFree)> {
        let (a_day, a_week) = (self.shape.most_a_day, self.shape.most_a_week);
        if a_day.is_none() && a_week.is_none() {
            return Vec::new();
        }
        let mut days: BTreeMap<NaiveDate, i16> = BTreeMap::new();
        let mut weeks: BTreeMap<NaiveDate, i16> = BTreeMap::new();
        for busy in self.busy.iter().filter(|busy| busy.booking().is_some()) {
            let first = self.zone.date(busy.slot.starts_at());
            let touched = first.iter_days().take_while(|day| {
                *day == first
                    || self.midnight(*day).is_some_and(|begins| begins < busy.slot.ends_at())
            });
            let mut mondays: Vec<NaiveDate> = Vec::new();
            for day in touched {
                *days.entry(day).or_default() += 1;
                let monday = day.week(Weekday::Mon).first_day();
                if !mondays.contains(&monday) {
                    mondays.push(monday);
                }
            }
            for monday in mondays {
                *weeks.entry(monday).or_default() += 1;
            }
        }
        let full_days = days.into_iter().filter_map(|(day, number)| {
            let most = a_day.filter(|most| number >= *most)?;
            Some((self.between(day, 1)?, NotFree::DayFull { day, most }))
        });
        let full_weeks = weeks.into_iter().filter_map(|(monday, number)| {
            let most = a_week.filter(|most| number >= *most)?;
            Some((self.between(monday, 7)?, NotFree::WeekFull { monday, most }))
        });
        full_days.chain(full_weeks).collect()
    }

    fn midnight(&self, day: NaiveDate) -> Option<DateTime<Utc>> {
        Some(self.zone.start(day.and_time(NaiveTime::MIN)))
    }

    /// From the midnight that begins a day, so many days on.
    fn between(&self, day: NaiveDate, days: u64) -> Option<Slot> {
        let end = day.checked_add_days(Days::new(days))?;
        Slot::new(self.midnight(day)?, self.midnight(end)?).ok()
    }

    /// All of a day, by the player's clock: nothing where the clocks leave it out.
    pub fn whole_day(&self, day: NaiveDate) -> Option<Slot> {
        self.between(day, 1)
    }

    /// Why a slot is not open, by the first of its days that is not.
    fn closed(&self, slot: Slot) -> NotFree {
        let open = self.open(slot);
        let from = match open.first() {
            Some(first) if first.starts_at() <= slot.starts_at() => first.ends_at(),
            _ => slot.starts_at(),
        };
        let day = self.zone.date(from);
        match self.opening.rule(day) {
            Rule::Away(absence) => NotFree::Away { back_on: absence.back_on },
            Rule::Single(plan) => NotFree::Closed { day, note: plan.note.clone() },
            Rule::Season(season) => {
                NotFree::OutsideHours { day, season: Some(season.name.clone()) }
            }
            Rule::Ordinary(_) => NotFree::OutsideHours { day, season: None },
        }
    }

    /// Open hours inside `window`, touching ones joined, nothing that is busy considered.
    pub fn open(&self, window: Slot) -> Vec<Slot> {
        let first = self.zone.date(window.starts_at()).pred_opt();
        let last = self.zone.date(window.ends_at());
        let days = first.into_iter().flat_map(|first| first.iter_days());
        let open = days
            .take_while(|day| *day <= last)
            .flat_map(|day| self.opening.on(day, self.zone))
            .filter_map(|slot| slot.within(&window))
            .collect();
        joined(open)
    }

    /// What is open between the two midnights of a day.
    pub fn open_on(&self, day: NaiveDate) -> Vec<Slot> {
        self.whole_day(day).map(|whole| self.open(whole)).unwrap_or_default()
    }

    /// Where a session in `room` may be put inside `window`, if one asks now: a slot may be taken
    /// exactly when one of these contains it and it begins when sessions of this player start.
    pub fn free(&self, window: Slot, room: Option<&Room>) -> Vec<Slot> {
        let from = window.starts_at().max(self.shape.earliest(self.now));
        let to =
            self.shape.latest(self.now).map_or(window.ends_at(), |to| to.min(window.ends_at()));
        let window = Slot::new(from, to).ok();
        window.map(|window| self.free_whenever(window, room)).unwrap_or_default()
    }

    /// The same, whenever one asks.
    pub fn free_whenever(&self, window: Slot, room: Option<&Room>) -> Vec<Slot> {
        let Some(window) = window.within(&self.window) else { return Vec::new() };
        let taken = self.busy.iter().map(|busy| self.taken_by(busy, room));
        let full = self.full().into_iter().map(|(full, _)| full);
        outside(self.open(window), &joined(taken.chain(full).collect()))
    }

    /// The first stretch at or after `from` that has room for `length`, from the first moment at
    /// which a session may start.
    pub fn next_free(
        &self,
        from: DateTime<Utc>,
        length: TimeDelta,
        room: Option<&Room>,
    ) -> Option<Slot> {
        let window = Slot::new(from, self.window.ends_at()).ok()?;
        self.free(window, room).into_iter().find_map(|stretch| self.begun(stretch, length))
    }

    /// A stretch from the first moment at which a session of `length` may start in it.
    pub fn begun(&self, stretch: Slot, length: TimeDelta) -> Option<Slot> {
        let start = self.shape.starts_in(stretch, length, self.zone).into_iter().next()?;
        Slot::new(start, stretch.ends_at()).ok()
    }

    /// Sessions of `length` that may be asked for inside `window`, for somebody to choose from:
    /// where they may start whenever, at each half hour of the clock.
    pub fn offers(&self, window: Slot, length: TimeDelta, room: Option<&Room>) -> Vec<Slot> {
        let half_hours = || {
            let minute = |n: i16| DaySpan::from_minutes(n * 30, 1440).ok();
            (0..48).filter_map(minute).map(DaySpan::from).collect()
        };
        let shape = match self.shape.starts.is_empty() {
            true => Shape { starts: half_hours(), ..self.shape.clone() },
            false => self.shape.clone(),
        };
        let free = self.free(window, room).into_iter();
        let starts = free.flat_map(|stretch| shape.starts_in(stretch, length, self.zone));
        starts.filter_map(|start| Slot::new(start, start + length).ok()).collect()
    }
}
