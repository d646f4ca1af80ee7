use std::collections::HashMap;

use chrono::{DateTime, Utc};
use roaring::RoaringBitmap;

use super::{
    facts::{Facts, Ordering},
    rates::Rates,
    search::{Chart, Near, Search},
    words,
};
use crate::values::{Money, MusicianId, Slot};

/// What a listing says of one player, as far as a search asks.
#[derive(Clone, Debug)]
pub(in crate::discovery) struct Entry {
    pub(in crate::discovery) id: MusicianId,
    pub(in crate::discovery) name: String,
    pub(in crate::discovery) instruments: Vec<i32>,
    /// With all above them.
    pub(in crate::discovery) genres: Vec<i32>,
    pub(in crate::discovery) works_in_room: bool,
    pub(in crate::discovery) works_remotely: bool,
    pub(in crate::discovery) charts: Vec<Chart>,
    pub(in crate::discovery) languages: Vec<String>,
    pub(in crate::discovery) unions: Vec<String>,
    pub(in crate::discovery) has_audio: bool,
    pub(in crate::discovery) words: Vec<String>,
    /// Degrees.
    pub(in crate::discovery) at: Option<(f64, f64)>,
    pub(in crate::discovery) session_rate: Option<Rate>,
    pub(in crate::discovery) song_rate: Option<Rate>,
    pub(in crate::discovery) listed_at: DateTime<Utc>,
    /// Sorted, none touching another.
    pub(in crate::discovery) free: Vec<Slot>,
}

/// What somebody asks: in their own currency, and in millionths of a euro where it has a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Rate {
    pub(in crate::discovery) own: Money,
    pub(in crate::discovery) micros: Option<i64>,
}

impl Rate {
    /// Whether it is no more than `top`, which is `micros` in millionths of a euro. A currency is
    /// compared with itself without any rate.
    pub(in crate::discovery) fn is_within(self, top: Money, micros: Option<i64>) -> bool {
        if self.own.currency() == top.currency() {
            return self.own.minor() <= top.minor();
        }
        self.micros.zip(micros).is_some_and(|(rate, top)| rate <= top)
    }
}

/// What many listings have in common; each has its set of those who do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::discovery) enum Tag {
    Instrument(i32),
    Genre(i32),
    Room,
    Remote,
    Chart(Chart),
    Audio,
    /// By their numbers in `Index::names`.
    Language(u32),
    Union(u32),
    Word(u32),
    /// A word of the name they go by.
    Name(u32),
}

/// All listings, in memory: counts who fits without asking the database, and so knows which way
/// through it is short. The database stays the truth: a result is always read from there.
///
/// Each player has a number here; sets of players are sets of numbers.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Index {
    numbers: HashMap<i64, u32>,
    pub(super) facts: Vec<Facts>,
    pub(super) listed: RoaringBitmap,
    tags: HashMap<Tag, RoaringBitmap>,
    names: HashMap<Box<str>, u32>,
    spelled: Vec<Box<str>>,
    pub(in crate::discovery) rates: Rates,
}

impl Index {
    /// Takes in a listing, in the place of what was known of the player.
    pub(in crate::discovery) fn put(&mut self, entry: Entry) {
        self.remove(entry.id);
        let tags = self.tags_of(&entry);
        let number = match self.numbers.get(&entry.id.number()) {
            Some(number) => *number,
            None => {
                let next =
                    u32::try_from(self.facts.len()).expect("fewer than four thousand million");
                self.numbers.insert(entry.id.number(), next);
                self.facts.push(Facts::default());
                next
            }
        };
        for tag in &tags {
            self.tags.entry(*tag).or_default().insert(number);
        }
        self.listed.insert(number);
        let seconds = |slot: &Slot| (slot.starts_at().timestamp(), slot.ends_at().timestamp());
        self.facts[number as usize] = Facts {
            id: entry.id.number(),
            at: entry.at,
            session_rate: entry.session_rate,
            song_rate: entry.song_rate,
            listed_at: entry.listed_at.timestamp_micros(),
            free: entry.free.iter().map(seconds).collect(),
            tags: tags.into(),
        };
    }

    /// Reckons by these rates from now on.
    pub(in crate::discovery) fn set_rates(&mut self, rates: Rates) {
        let reckoned = |rate: Rate| Rate { micros: rates.micro_euros(rate.own), ..rate };
        for facts in &mut self.facts {
            facts.session_rate = facts.session_rate.map(reckoned);
            facts.song_rate = facts.song_rate.map(reckoned);
        }
        self.rates = rates;
    }

    /// Forgets somebody who is no longer listed.
    pub(in crate::discovery) fn remove(&mut self, id: MusicianId) {
        let Some(number) = self.numbers.get(&id.number()).copied() else { return };
        if !self.listed.remove(number) {
            return;
        }
        let facts = std::mem::take(&mut self.facts[number as usize]);
        for tag in &facts.tags {
            if let Some(set) = self.tags.get_mut(tag) {
                set.remove(number);
            }
        }
    }

    fn tags_of(&mut self, entry: &Entry) -> Vec<Tag> {
        let mut tags: Vec<Tag> = entry.instruments.iter().map(|id| Tag::Instrument(*id)).collect();
        tags.extend(entry.genres.iter().map(|id| Tag::Genre(*id)));
        tags.extend(entry.charts.iter().map(|chart| Tag::Chart(*chart)));
        tags.extend(entry.works_in_room.then_some(Tag::Room));
        tags.extend(entry.works_remotely.then_some(Tag::Remote));
        tags.extend(entry.has_audio.then_some(Tag::Audio));
        tags.extend(entry.languages.iter().map(|code| Tag::Language(self.number(code))));
        tags.extend(entry.unions.iter().map(|code| Tag::Union(self.number(code))));
        tags.extend(entry.words.iter().map(|word| Tag::Word(self.number(word))));
        let name = words::words_of(&entry.name);
        tags.extend(name.iter().map(|word| Tag::Name(self.number(word))));
        tags
    }

    fn number(&mut self, name: &str) -> u32 {
        if let Some(number) = self.names.get(name) {
            return *number;
        }
        let number = u32::try_from(self.spelled.len()).expect("a language has fewer words");
        self.names.insert(name.into(), number);
        self.spelled.push(name.into());
        number
    }

    pub(super) fn tagged(&self, tag: Tag) -> RoaringBitmap {
        self.tags.get(&tag).cloned().unwrap_or_default()
    }

    pub(super) fn named(&self, tag: fn(u32) -> Tag, name: &str) -> RoaringBitmap {
        self.names.get(name).map(|number| self.tagged(tag(*number))).unwrap_or_default()
    }

    pub(super) fn set(&self, tag: Tag) -> Option<&RoaringBitmap> {
        self.tags.get(&tag)
    }

    /// Every language, or union, that anyone has, with the set of those who do.
    pub(super) fn each_named(
        &self,
        pick: fn(&Tag) -> Option<u32>,
    ) -> impl Iterator<Item = (&str, &RoaringBitmap)> {
        self.tags.iter().filter_map(move |(tag, set)| {
            let number = pick(tag)?;
            Some((&*self.spelled[number as usize], set))
        })
    }

    /// The players of a set.
    pub(in crate::discovery) fn ids(&self, set: &RoaringBitmap) -> Vec<i64> {
        set.iter().map(|number| self.facts[number as usize].id).collect()
    }

    /// What words of listings each typed word may mean, the likeliest kind only.
    pub(in crate::discovery) fn readings(&self, search: &Search) -> Vec<Vec<&str>> {
        let is_sure = |word: &String| search.spelled.contains(word);
        search.words.iter().map(|word| self.reading(word, is_sure(word))).collect()
    }

    /// Who has all of the words in their very name.
    pub(in crate::discovery) fn called(&self, readings: &[Vec<&str>]) -> RoaringBitmap {
        let any = |words: &Vec<&str>| {
            let each = words.iter().map(|word| self.named(Tag::Name, word));
            each.reduce(|any, set| any | set).unwrap_or_default()
        };
        readings.iter().map(any).reduce(|all, set| all & set).unwrap_or_default()
    }

    /// In a word that `is_sure` no slip is looked for: it may begin another, no more.
    fn reading(&self, typed: &str, is_sure: bool) -> Vec<&str> {
        let is_there =
            |number: &u32| self.tags.get(&Tag::Word(*number)).is_some_and(|set| !set.is_empty());
        let mut best: Vec<(usize, &str)> = self
            .names
            .iter()
            .filter(|(_, number)| is_there(number))
            .filter_map(|(known, _)| Some((words::likeness(typed, known)?, &**known)))
            .filter(|(likeness, _)| !is_sure || *likeness <= 1)
            .collect();
        best.sort_unstable();
        let least = best.first().map_or(0, |(likeness, _)| *likeness);
        best.into_iter()
            .take_while(|(likeness, _)| *likeness == least)
            .take(MOST_READINGS)
            .map(|(_, known)| known)
            .collect()
    }

    /// The first stretch of at least `length` that a player has within `window`.
    pub(in crate::discovery) fn next_free(
        &self,
        id: MusicianId,
        window: Slot,
        length: chrono::TimeDelta,
    ) -> Option<Slot> {
        let (from, to) = (window.starts_at().timestamp(), window.ends_at().timestamp());
        let facts = &self.facts[*self.numbers.get(&id.number())? as usize];
        slot(facts.next_free(from, to, length.num_seconds())?)
    }

    /// What a player has free that touches `window`.
    pub(in crate::discovery) fn free(&self, id: MusicianId, window: Slot) -> Vec<Slot> {
        let Some(number) = self.numbers.get(&id.number()) else { return Vec::new() };
        let (from, to) = (window.starts_at().timestamp(), window.ends_at().timestamp());
        let facts = &self.facts[*number as usize];
        let touching = facts.after(from).take_while(|(starts, _)| *starts < to);
        touching.filter_map(|stretch| slot(*stretch)).collect()
    }

    /// Those of a set in an order that only memory knows, as (key, player), lower keys first, after
    /// `after`; those without a key are left out.
    pub(in crate::discovery) fn ordered(
        &self,
        set: &RoaringBitmap,
        key: impl Fn(Ordering<'_>) -> Option<i64>,
        after: (i64, i64),
        most: usize,
    ) -> Vec<(i64, i64)> {
        let keyed = set.iter().filter_map(|number| {
            let facts = &self.facts[number as usize];
            Some((key(Ordering(facts))?, facts.id))
        });
        let mut rest: Vec<(i64, i64)> = keyed.filter(|one| *one > after).collect();
        if rest.len() > most {
            rest.select_nth_unstable(most);
            rest.truncate(most);
        }
        rest.sort_unstable();
        rest
    }

    /// How many of `set` are within each of these distances.
    pub(super) fn within_rings(&self, set: &RoaringBitmap, near: &Near, rings: &[u32]) -> Vec<u64> {
        let mut counts = vec![0; rings.len()];
        for number in set {
            let Some(at) = self.facts[number as usize].at else { continue };
            let km = near.distance(at);
            for (count, ring) in counts.iter_mut().zip(rings) {
                *count += u64::from(km <= f64::from(*ring));
            }
        }
        counts
    }

    /// How many of `set` ask no more than each of these.
    pub(super) fn within_rates(
        &self,
        set: &RoaringBitmap,
        remote: bool,
        tops: &[Money],
    ) -> Vec<u64> {
        let tops: Vec<_> = tops.iter().map(|top| (*top, self.rates.micro_euros(*top))).collect();
        let mut counts = vec![0; tops.len()];
        for number in set {
            let Some(rate) = self.facts[number as usize].rate(remote) else { continue };
            for (count, (top, micros)) in counts.iter_mut().zip(&tops) {
                *count += u64::from(rate.is_within(*top, *micros));
            }
        }
        counts
    }
}

/// A word that begins many is read as this many of them.
const MOST_READINGS: usize = 60;

fn slot((from, to): (i64, i64)) -> Option<Slot> {
    let at = |seconds| DateTime::from_timestamp(seconds, 0);
    Slot::new(at(from)?, at(to)?).ok()
}

/// The catalog is small: its ids are kept in half the room.
pub(in crate::discovery) fn small(id: i64) -> i32 {
    i32::try_from(id).unwrap_or(i32::MAX)
}
