//! Orders that only the index knows.

use chrono::{DateTime, TimeDelta, Utc};

use super::{facts::Facts, index::Index, players::Players, search::Search, sets::is_remote, terms};
use crate::values::Slot;

/// Behind everybody who has what an order goes by.
pub(in crate::discovery) const LAST: i64 = 1 << 52;

/// Whoever is free soonest is mostly free within a day, and nearly always within a week.
const SOON: [i64; 2] = [24 * 3_600, 7 * 24 * 3_600];

/// What an order is made of.
pub(in crate::discovery) struct Ordering<'a>(&'a Facts);

impl Ordering<'_> {
    /// What they ask for what `search` would ask of them.
    pub(in crate::discovery) fn rate(&self, search: &Search) -> Option<i64> {
        self.0.rate(is_remote(self.0, search))?.micros
    }

    pub(in crate::discovery) fn listed_at(&self) -> i64 {
        self.0.listed_at
    }
}

impl Index {
    /// The first `most` of a set after `after`, as (key, player), lower keys first.
    pub(in crate::discovery) fn ordered(
        &self,
        set: &Players,
        key: impl Fn(Ordering<'_>) -> i64,
        after: (i64, i64),
        most: usize,
    ) -> Vec<(i64, i64)> {
        self.least(set, |facts| key(Ordering(facts)), after, most)
    }

    /// The same, by when their first stretch of at least `length` within `window` begins.
    pub(in crate::discovery) fn soonest(
        &self,
        set: &Players,
        (window, length): (Slot, TimeDelta),
        (after, most): ((i64, i64), usize),
        now: DateTime<Utc>,
    ) -> Vec<(i64, i64)> {
        let (from, to) = (window.starts_at().timestamp(), window.ends_at().timestamp());
        let (length, now) = (length.num_seconds(), terms::seconds(now));
        let key = |facts: &Facts| {
            let (from, to) = facts.terms.within((from, to), now);
            facts.next_free(from, to, length).map_or(LAST, |(at, _)| at)
        };
        for soon in SOON.map(|seconds| from + seconds + length).into_iter().filter(|it| *it < to) {
            // Whoever else is free is free later than all of these.
            let them = self.free_within((from, soon), length, set, now);
            let first = self.least(&them, key, after, most);
            if first.len() == most {
                return first;
            }
        }
        self.least(set, key, after, most)
    }

    fn least(
        &self,
        set: &Players,
        key: impl Fn(&Facts) -> i64,
        after: (i64, i64),
        most: usize,
    ) -> Vec<(i64, i64)> {
        let keyed = set.iter().map(|number| {
            let facts = &self.facts[number as usize];
            (key(facts), facts.id)
        });
        let mut rest: Vec<(i64, i64)> = keyed.filter(|one| *one > after).collect();
        if rest.len() > most {
            rest.select_nth_unstable(most);
            rest.truncate(most);
        }
        rest.sort_unstable();
        rest
    }
}
