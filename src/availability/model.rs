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
