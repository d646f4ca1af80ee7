//! The words of listings, to find what was typed among them.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
};

use super::words::{self, SLIPS};

/// Every word that any listing has or had, with its number.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    numbers: BTreeMap<Box<str>, u32>,
    spelled: Vec<Box<str>>,
    /// By length: the number of each word, and which letters are in it.
    lengths: HashMap<usize, Vec<(u32, u32)>>,
}

impl Vocabulary {
    pub(super) fn number(&self, word: &str) -> Option<u32> {
        self.numbers.get(word).copied()
    }

    pub(super) fn word(&self, number: u32) -> &str {
        &self.spelled[number as usize]
    }

    /// The number of a word, a new one if need be.
    pub(super) fn take(&mut self, word: &str) -> u32 {
        if let Some(number) = self.number(word) {
            return number;
        }
        let number = u32::try_from(self.spelled.len()).expect("a language has fewer words");
        self.numbers.insert(word.into(), number);
        self.spelled.push(word.into());
        self.lengths.entry(word.len()).or_default().push((number, letters(word)));
        number
    }

    /// What `typed` may mean of the words that are `there`, the likeliest kind only, in order: see
    /// [`words::likeness`]. Slips are not looked for in a word that `is_sure`.
    pub(super) fn readings(
        &self,
        typed: &str,
        is_sure: bool,
        is_there: impl Fn(u32) -> bool,
    ) -> Vec<&str> {
        let mut found: Vec<&str> = [typed.to_owned(), format!("{typed}s"), format!("{typed}es")]
            .iter()
            .map(String::as_str)
            .chain(typed.strip_suffix('s'))
            .chain(typed.strip_suffix("es"))
            .filter_map(|word| self.numbers.get_key_value(word))
            .filter(|(_, number)| is_there(**number))
            .map(|(word, _)| &**word)
            .collect();
        if found.is_empty() && typed.len() >= 3 {
            let from = self.numbers.range::<str, _>((Bound::Included(typed), Bound::Unbounded));
            let like = from.take_while(|(word, _)| word.starts_with(typed));
            found = like.filter(|(_, it)| is_there(**it)).map(|(word, _)| &**word).collect();
        }
        if found.is_empty() && !is_sure {
            found = self.slipped(typed, is_there);
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// The words with the fewest slips between them and `typed`.
    fn slipped(&self, typed: &str, is_there: impl Fn(u32) -> bool) -> Vec<&str> {
        let mine = letters(typed);
        let lengths = typed.len().saturating_sub(SLIPS)..=typed.len() + SLIPS;
        let near = lengths.filter_map(|length| self.lengths.get(&length)).flatten();
        // A slip changes two of the letters that are in a word at most.
        let near = near.filter(|(_, theirs)| (mine ^ theirs).count_ones() as usize <= 2 * SLIPS);
        let near =
            near.filter(|(number, _)| is_there(*number)).map(|(number, _)| self.word(*number));
        let mut best: (usize, Vec<&str>) = (usize::MAX, Vec::new());
        for (likeness, word) in near.filter_map(|word| Some((words::likeness(typed, word)?, word)))
        {
            if likeness < best.0 {
                best = (likeness, Vec::new());
            }
            if likeness == best.0 {
                best.1.push(word);
            }
        }
        best.1
    }
}

/// Which letters are in a word; all that are not Latin share what bits are left.
fn letters(word: &str) -> u32 {
    word.bytes().fold(0, |letters, byte| {
        let bit = match byte {
            b'a'..=b'z' => byte - b'a',
            other => 26 + other % 6,
        };
        letters | 1 << bit
    })
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    proptest! {
        #[test]
        fn the_likeliest_readings_are_those_of_looking_at_every_word(
            known in vec("[abcé]{1,7}s?", 1..40), typed in "[abcé]{1,7}s?", is_sure: bool,
        ) {
            let mut vocabulary = Vocabulary::default();
            for word in &known {
                vocabulary.take(word);
            }
            let is_there = |number: u32| number % 5 != 3;
            let mut slow: Vec<(usize, &str)> = vocabulary
                .numbers
                .iter()
                .filter(|(_, number)| is_there(**number))
                .filter_map(|(word, _)| Some((words::likeness(&typed, word)?, &**word)))
                .filter(|(likeness, _)| !is_sure || *likeness <= 1)
                .collect();
            slow.sort_unstable();
            let least = slow.first().map_or(0, |(likeness, _)| *likeness);
            slow.retain(|(likeness, _)| *likeness == least);
            let slow: Vec<&str> = slow.into_iter().map(|(_, word)| word).collect();
            prop_assert_eq!(vocabulary.readings(&typed, is_sure, is_there), slow);
        }
    }
}
