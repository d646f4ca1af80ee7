//! What somebody types, as the words of listings it may mean.

/// How many slips any word is forgiven, at most.
pub(super) const SLIPS: usize = 2;

/// How many slips a word of some length is forgiven.
fn slips(word: &str) -> usize {
    match word.chars().count() {
        0..=3 => 0,
        4 => 1,
        _ => SLIPS,
    }
}

/// How well `known` serves for what was `typed`: 0 for the word itself or its plural, then what
/// begins with it, then by how many slips are between them. None: not at all.
pub(in crate::discovery) fn likeness(typed: &str, known: &str) -> Option<usize> {
    if typed == known || is_plural(typed, known) || is_plural(known, typed) {
        return Some(0);
    }
    if typed.len() >= 3 && known.starts_with(typed) {
        return Some(1);
    }
    let most = slips(typed).min(slips(known));
    if most == 0 || typed.len().abs_diff(known.len()) > most {
        return None;
    }
    let slips = strsim::osa_distance(typed, known);
    (slips <= most).then_some(1 + slips)
}

fn is_plural(one: &str, many: &str) -> bool {
    many.strip_prefix(one).is_some_and(|rest| rest == "s" || rest == "es")
}

/// A question in Postgres's `tsquery`: every word, each in any of its readings.
pub(in crate::discovery) fn ask(readings: &[Vec<&str>]) -> String {
    let quoted = |word: &&str| format!("'{}'", word.replace('\\', "\\\\").replace('\'', "''"));
    let any = |words: &Vec<&str>| {
        format!("({})", words.iter().map(quoted).collect::<Vec<_>>().join(" | "))
    };
    readings.iter().map(any).collect::<Vec<_>>().join(" & ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog::words_of;

    #[test]
    fn a_slip_is_forgiven_in_a_word_long_enough_to_tell() {
        assert_eq!(likeness("pedal", "pedal"), Some(0));
        assert_eq!(likeness("fiddle", "fiddles"), Some(0));
        assert_eq!(likeness("mand", "mandolin"), Some(1));
        assert_eq!(likeness("pedle", "pedal"), Some(3));
        assert_eq!(likeness("fidlle", "fiddle"), Some(2));
        assert_eq!(likeness("sax", "sex"), None);
        assert_eq!(likeness("bass", "bassoon"), Some(1));
        assert_eq!(likeness("harp", "drums"), None);
    }

    #[test]
    fn words_are_asked_for_without_breaking_the_question() {
        assert_eq!(words_of("Beyoncé  R&B  O'Hara"), ["beyonce", "r", "b", "o", "hara"]);
        assert_eq!(
            ask(&[vec!["pedal"], vec!["steel", "steels"]]),
            "('pedal') & ('steel' | 'steels')"
        );
    }
}
