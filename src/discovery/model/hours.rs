//! Who is free in each hour, as sets: what is asked of a hundred thousand players for each search is
//! answered by a few of these.

use std::collections::HashMap;

use super::{facts::Facts, players::Players};

const HOUR: i64 = 3_600;
/// Hours that are kept: a season, and what is over of it until it is noticed.
const MOST: usize = 24 * 140;

/// For each hour of the epoch those who are free for all of it.
#[derive(Debug, Default)]
pub(super) struct Hours(HashMap<i64, Players>);

/// The whole hours within some seconds of the epoch.
fn whole((from, to): (i64, i64)) -> std::ops::Range<i64> {
    from.div_euclid(HOUR) + i64::from(from.rem_euclid(HOUR) > 0)..to.div_euclid(HOUR)
}

/// The first whole hour that is not over before then.
pub(super) fn next_hour(from: i64) -> i64 {
    whole((from, from)).start * HOUR
}

impl Hours {
    pub(super) fn put(&mut self, number: u32, free: &[(i64, i64)]) {
        for hour in free.iter().copied().flat_map(whole) {
            self.0.entry(hour).or_default().insert(number);
        }
        if self.0.len() > MOST {
            let last = self.0.keys().copied().max().unwrap_or_default();
            self.0.retain(|hour, _| *hour > last - MOST as i64 + 24 * 10);
        }
    }

    pub(super) fn remove(&mut self, number: u32, free: &[(i64, i64)]) {
        for hour in free.iter().copied().flat_map(whole) {
            if let Some(set) = self.0.get_mut(&hour) {
                set.remove(number);
            }
        }
    }

    /// Those of `among` who are free from then to then.
    pub(super) fn free(&self, facts: &[Facts], (from, to): (i64, i64), among: &Players) -> Players {
        let hours = whole((from, to));
        let is_free = |number: &u32| facts[*number as usize].is_free(from, to);
        if hours.is_empty() {
            return among.iter().filter(is_free).collect();
        }
        let Some(mut likely) = self.all_of(hours.clone()) else { return Players::default() };
        likely &= among;
        match hours.start * HOUR == from && hours.end * HOUR == to {
            true => likely,
            false => likely.iter().filter(is_free).collect(),
        }
    }

    /// Those of `among` who are free for `length` seconds somewhere within then and then.
    pub(super) fn free_within(
        &self,
        facts: &[Facts],
        (from, to): (i64, i64),
        length: i64,
        among: &Players,
    ) -> Players {
        // So many whole hours in a row are long enough; whoever has less than `least` is not free
        // for so long.
        let enough = (length + HOUR - 1) / HOUR;
        let least = length / HOUR - 1;
        let is_free = |number: &u32| facts[*number as usize].next_free(from, to, length).is_some();
        if least < 1 {
            return among.iter().filter(is_free).collect();
        }
        let (mut sure, mut likely) = (Players::default(), Players::default());
        let hours = whole((from, to));
        for first in hours.clone() {
            let Some(mut row) = self.0.get(&first).cloned() else { continue };
            for further in 1..=enough {
                if further == least {
                    likely |= &row;
                }
                if further == enough {
                    sure |= &row;
                    break;
                }
                match self.0.get(&(first + further)) {
                    Some(next) if first + further < hours.end => row &= next,
                    _ => break,
                }
            }
        }
        likely.take_out(&sure);
        likely &= among;
        sure &= among;
        sure.extend(likely.iter().filter(is_free));
        sure
    }

    /// Those of `among` who are free for `length` seconds, of two hours or more, somewhere within then
    /// and then, where `later` are those who are from the next whole hour on. It asks only few one by
    /// one: whoever begins earlier and is not among `later` is free for the whole hours that follow.
    pub(super) fn free_sooner(
        &self,
        facts: &[Facts],
        (from, to): (i64, i64),
        length: i64,
        later: &Players,
        among: &Players,
    ) -> u64 {
        let hours = whole((from, to));
        let Some(mut sooner) = self.all_of(hours.start..hours.start + length / HOUR - 1) else {
            return later.shared(among);
        };
        sooner &= among;
        sooner.take_out(later);
        let is_free = |number: &u32| facts[*number as usize].next_free(from, to, length).is_some();
        later.shared(among) + sooner.iter().filter(is_free).count() as u64
    }

    fn all_of(&self, hours: std::ops::Range<i64>) -> Option<Players> {
        let mut sets = hours.map(|hour| self.0.get(&hour));
        let mut all = sets.next()??.clone();
        for set in sets {
            all &= set?;
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    /// Stretches in quarters of an hour, none touching another.
    fn free() -> impl Strategy<Value = Vec<(i64, i64)>> {
        vec((1_i64..20, 1_i64..40), 0..12).prop_map(|pairs| {
            let mut at = 0;
            let stretch = |(gap, length): (i64, i64)| {
                let from = at + gap * 900;
                at = from + length * 900;
                (from, at)
            };
            pairs.into_iter().map(stretch).collect()
        })
    }

    proptest! {
        #[test]
        fn sets_of_hours_say_what_each_player_says(
            players in vec(free(), 1..40), from in 0_i64..60, span in 1_i64..60, length in 1_i64..30,
        ) {
            let mut hours = Hours::default();
            hours.put(0, &[(0, 90_000)]);
            hours.remove(0, &[(0, 90_000)]);
            for (number, free) in players.iter().enumerate() {
                hours.put(number as u32, free);
            }
            let of = |free: &Vec<(i64, i64)>| Facts { free: free.clone().into(), ..Facts::default() };
            let facts: Vec<Facts> = players.iter().map(of).collect();
            let all: Players = (0..players.len() as u32).collect();
            let (from, to, length) = (from * 900, (from + span) * 900, length * 900);
            let slow = |fits: &dyn Fn(&Facts) -> bool| -> Players {
                all.iter().filter(|number| fits(&facts[*number as usize])).collect()
            };
            prop_assert_eq!(
                hours.free(&facts, (from, to), &all),
                slow(&|one| one.is_free(from, to))
            );
            let long = length.max(2 * HOUR);
            let hour = next_hour(from);
            let later = hours.free_within(&facts, (hour, to.max(hour)), long, &all);
            prop_assert_eq!(
                hours.free_sooner(&facts, (from, to), long, &later, &all),
                slow(&|one| one.next_free(from, to, long).is_some()).len()
            );
            prop_assert_eq!(
                hours.free_within(&facts, (from, to), length, &all),
                slow(&|one| one.next_free(from, to, length).is_some())
            );
        }
    }
}
