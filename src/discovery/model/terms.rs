//! What of a player's time moves with the clock, or depends on how long a session is: how long before
//! it one asks, how far ahead, and when sessions start.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    facts::Facts,
    hours::next_hour,
    index::{Index, Question},
    players::Players,
};
use crate::values::Slot;

/// From when to when somebody may be asked for, in seconds from now on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Terms {
    pub(super) notice: i64,
    pub(super) ahead: i64,
}

impl Default for Terms {
    fn default() -> Terms {
        Terms { notice: 0, ahead: i64::MAX }
    }
}

impl Terms {
    /// What of a window may be asked for at `now`.
    pub(super) fn within(self, (from, to): (i64, i64), now: i64) -> (i64, i64) {
        (from.max(now + self.notice), to.min(now.saturating_add(self.ahead)))
    }
}

/// The first whole second that is not before then.
pub(super) fn seconds(at: DateTime<Utc>) -> i64 {
    at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0)
}

/// Players by their terms: there are few of these, for both are chosen from a list.
#[derive(Debug, Default)]
pub(super) struct Bands {
    by_terms: BTreeMap<Terms, Players>,
    /// Whose sessions start at some times of the day alone.
    starting: Players,
}

impl Bands {
    pub(super) fn put(&mut self, number: u32, facts: &Facts) {
        self.by_terms.entry(facts.terms).or_default().insert(number);
        if facts.starts.is_some() {
            self.starting.insert(number);
        }
    }

    pub(super) fn remove(&mut self, number: u32, facts: &Facts) {
        if let Some(band) = self.by_terms.get_mut(&facts.terms) {
            band.remove(number);
        }
        self.starting.remove(number);
    }

    /// What of a window may be asked for at `now`, with those of `among` of whom that is so.
    fn windows(
        &self,
        window: (i64, i64),
        now: i64,
        among: &Players,
    ) -> BTreeMap<(i64, i64), Players> {
        let mut windows: BTreeMap<(i64, i64), Players> = BTreeMap::new();
        for (terms, band) in &self.by_terms {
            let (from, to) = terms.within(window, now);
            if from < to {
                *windows.entry((from, to)).or_default() |= band;
            }
        }
        windows.values_mut().for_each(|band| *band &= among);
        windows.retain(|_, band| !band.is_empty());
        windows
    }
}

impl Index {
    /// Those of `among` who may be asked at `now` for all of that time.
    pub(super) fn free_for(&self, window: (i64, i64), among: &Players, now: i64) -> Players {
        let windows = self.bands.windows(window, now, among);
        let Some(may) = windows.get(&window) else { return Players::default() };
        let mut free = self.hours.free(&self.facts, window, may);
        self.take_out(&mut free, |facts| facts.is_free(window.0, window.1));
        free
    }

    /// Those of `among` who may be asked at `now` for `length` seconds somewhere in that time.
    pub(super) fn free_within(
        &self,
        window: (i64, i64),
        length: i64,
        among: &Players,
        now: i64,
    ) -> Players {
        let mut all = Players::default();
        for ((from, to), band) in self.bands.windows(window, now, among) {
            all |= &self.free_whenever((from, to), length, &band);
        }
        all
    }

    /// The same, whenever one asks.
    pub(super) fn free_whenever(
        &self,
        window: (i64, i64),
        length: i64,
        among: &Players,
    ) -> Players {
        let (from, to) = window;
        let mut free = self.hours.free_within(&self.facts, window, length, among);
        self.take_out(&mut free, |facts| facts.next_free(from, to, length).is_some());
        free
    }

    /// Leaves only those in a set who may start when they say they do.
    fn take_out(&self, free: &mut Players, starts: impl Fn(&Facts) -> bool) {
        if self.bands.starting.is_empty() {
            return;
        }
        let mut unsure = self.bands.starting.clone();
        unsure &= free;
        for number in unsure.iter().filter(|number| !starts(&self.facts[*number as usize])) {
            free.remove(number);
        }
    }

    /// How many of `among` are free for `length`, of two hours or more, somewhere in `window`, asked
    /// at its beginning. It costs next to nothing: from the next whole hour on it is asked once in
    /// that hour.
    pub(super) fn free_soon(&self, window: Slot, length: TimeDelta, among: &Players) -> u64 {
        let now = seconds(window.starts_at());
        let (window, length) = ((now, window.ends_at().timestamp()), length.num_seconds());
        self.forget_before(next_hour(now));
        let each = self.bands.windows(window, now, among).into_iter();
        each.map(|((from, to), band)| {
            let later = self.answer(Question::Free { from: next_hour(from), to, length });
            self.hours.free_sooner(&self.facts, (from, to), length, &later, &band)
        })
        .sum()
    }
}
