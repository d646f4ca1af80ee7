use std::ops::{BitAndAssign, BitOrAssign};

use fixedbitset::FixedBitSet;
use multiversion::multiversion;

/// A set of players by their numbers in the index: a bit for each. Of a hundred thousand players two
/// such sets are met, or counted together, in less than a microsecond, however many are in them.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Players(FixedBitSet);

impl Players {
    /// How many they are.
    pub(in crate::discovery) fn len(&self) -> u64 {
        shared(self.0.as_slice(), self.0.as_slice())
    }

    pub(in crate::discovery) fn is_empty(&self) -> bool {
        self.0.is_clear()
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.0.contains(number as usize)
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.0.grow_and_insert(number as usize);
    }

    pub(super) fn remove(&mut self, number: u32) {
        if self.contains(number) {
            self.0.remove(number as usize);
        }
    }

    pub(in crate::discovery) fn iter(&self) -> impl Iterator<Item = u32> {
        self.0.ones().map(|number| u32::try_from(number).expect("numbers are given out as u32"))
    }

    /// How many are in both.
    pub(in crate::discovery) fn shared(&self, other: &Players) -> u64 {
        shared(self.0.as_slice(), other.0.as_slice())
    }

    /// Takes out those who are in the other.
    pub(super) fn take_out(&mut self, other: &Players) {
        self.0.difference_with(&other.0);
    }

    /// Those who are in each of some sets; nobody where there is none.
    pub(super) fn in_all(sets: impl IntoIterator<Item = Players>) -> Players {
        let met = |mut all: Players, set: Players| {
            all &= &set;
            all
        };
        sets.into_iter().reduce(met).unwrap_or_default()
    }

    /// Those who are in one of some sets at least.
    pub(super) fn in_any(sets: impl IntoIterator<Item = Players>) -> Players {
        let joined = |mut any: Players, set: Players| {
            any |= &set;
            any
        };
        sets.into_iter().reduce(joined).unwrap_or_default()
    }
}

/// Of all that a search does in memory this is the most: the processor it runs on does it in its
/// widest registers, whatever the program was built for.
#[multiversion(targets("x86_64+avx2+popcnt", "x86_64+popcnt"))]
fn shared(one: &[usize], other: &[usize]) -> u64 {
    let mut both = 0;
    // A loop, as a closure of an iterator's would not be compiled for that processor.
    for (one, other) in one.iter().zip(other) {
        both += u64::from((one & other).count_ones());
    }
    both
}

impl BitAndAssign<&Players> for Players {
    fn bitand_assign(&mut self, other: &Players) {
        self.0.intersect_with(&other.0);
    }
}

impl BitOrAssign<&Players> for Players {
    fn bitor_assign(&mut self, other: &Players) {
        self.0.union_with(&other.0);
    }
}

impl FromIterator<u32> for Players {
    fn from_iter<I: IntoIterator<Item = u32>>(numbers: I) -> Players {
        let mut players = Players::default();
        players.extend(numbers);
        players
    }
}

impl Extend<u32> for Players {
    fn extend<I: IntoIterator<Item = u32>>(&mut self, numbers: I) {
        numbers.into_iter().for_each(|number| self.insert(number));
    }
}

/// The same players, whatever room their sets have for more.
impl PartialEq for Players {
    fn eq(&self, other: &Players) -> bool {
        self.0.ones().eq(other.0.ones())
    }
}
