//! What the words of a search say of the listings in memory.

use roaring::{MultiOps, RoaringBitmap};

use super::{
    index::{Index, Said},
    players::Players,
    search::Search,
};

/// A word that begins many is read as this many of them.
const MOST_READINGS: usize = 60;

impl Index {
    /// What words of listings each typed word may mean, the likeliest kind only.
    pub(in crate::discovery) fn readings(&self, search: &Search) -> Vec<Vec<&str>> {
        let is_sure = |word: &String| search.spelled.contains(word);
        search.words.iter().map(|word| self.reading(word, is_sure(word))).collect()
    }

    /// Of several readings the one that most of these players have.
    pub(in crate::discovery) fn usual<'a>(
        &self,
        readings: &[&'a str],
        among: &Players,
    ) -> Option<&'a str> {
        let have = |word: &&&str| {
            let saying = self.saying(Said::Word, word).into_iter().flatten();
            saying.filter(|number| among.contains(*number)).count()
        };
        readings.iter().rev().max_by_key(have).copied()
    }

    /// Who has all of the words in their very name.
    pub(in crate::discovery) fn called(&self, readings: &[Vec<&str>]) -> Players {
        Players::in_all(readings.iter().map(|words| self.said(Said::Name, words)))
    }

    /// In a word that `is_sure` no slip is looked for: it may begin another, no more.
    fn reading(&self, typed: &str, is_sure: bool) -> Vec<&str> {
        let is_there =
            |number| self.said.get(&Said::Word(number)).is_some_and(|players| !players.is_empty());
        let mut readings = self.vocabulary.readings(typed, is_sure, is_there);
        readings.truncate(MOST_READINGS);
        readings
    }

    /// Who says one of these words.
    pub(super) fn said(&self, kind: fn(u32) -> Said, words: &[&str]) -> Players {
        let sets: Vec<&RoaringBitmap> =
            words.iter().filter_map(|word| self.saying(kind, word)).collect();
        sets.union().iter().collect()
    }

    fn saying(&self, kind: fn(u32) -> Said, word: &str) -> Option<&RoaringBitmap> {
        self.said.get(&kind(self.vocabulary.number(word)?))
    }
}
