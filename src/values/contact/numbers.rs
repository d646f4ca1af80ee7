//! Telephone numbers among all the other numbers of the trade.

use std::ops::Range;

/// Words before a number that say that it is one to call.
const CALLED: [&str; 9] =
    ["tel", "telephone", "phone", "cell", "cellphone", "mobile", "mob", "whatsapp", "sms"];
/// Between such a word and the number.
const LINKING: [&str; 5] = ["is", "number", "no", "nr", "on"];
/// What is measured is not called.
const UNITS: [&str; 7] = ["hz", "khz", "ms", "bpm", "bars", "samples", "db"];

/// Digits that stand together, and what stands before them.
struct Group {
    span: Range<usize>,
    before: String,
    /// Whether a plus stands before its first digit.
    plus: bool,
}

fn is_between(c: char) -> bool {
    " -./()\u{a0}\u{202f}\u{2011}".contains(c)
}

pub(super) fn spans(small: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    for run in runs(small) {
        let mut from = 0;
        while from < run.len() {
            let to = (from + 1..=run.len())
                .rev()
                .find(|to| stands_apart(&run, from, *to) && is_called(small, &run[from..*to]));
            match to {
                Some(to) => {
                    found.push(start(small, &run[from])..run[to - 1].span.end);
                    from = to;
                }
                None => from += 1,
            }
        }
    }
    found
}

/// Where a number begins, its plus and its bracket included.
fn start(small: &str, first: &Group) -> usize {
    small[..first.span.start].trim_end_matches(['+', '(']).len()
}

/// Groups of digits with no more than two signs between each; of codes with letters, none.
fn runs(small: &str) -> Vec<Vec<Group>> {
    let mut runs = vec![Vec::new()];
    let mut before = String::new();
    let mut at = 0;
    while let Some(c) = small[at..].chars().next() {
        if !c.is_ascii_digit() {
            before.push(c);
            at += c.len_utf8();
            continue;
        }
        let rest = &small[at..];
        let length = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let span = at..at + length;
        at = span.end;
        let signs = before.trim_end_matches('+');
        let joined =
            !signs.is_empty() && signs.chars().count() <= 3 && signs.chars().all(is_between);
        let plus = before.ends_with('+');
        let group = Group { plus, before: std::mem::take(&mut before), span };
        if plus || !joined {
            runs.push(Vec::new());
        }
        if let Some(run) = runs.last_mut() {
            run.push(group);
        }
    }
    for run in &mut runs {
        // A sum, an hour, a code: what goes on beyond its digits.
        let led = |group: &Group| {
            let before = &small[..group.span.start];
            before.ends_with(|c: char| c.is_alphabetic() || ":,$£€¥#".contains(c))
        };
        let trailed = |group: &Group| {
            let after = &small[group.span.end..];
            let goes_on = |sign| {
                after
                    .strip_prefix(sign)
                    .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
            };
            after.starts_with(char::is_alphabetic) || goes_on(':') || goes_on(',')
        };
        if run.first().is_some_and(led) {
            run.remove(0);
        }
        if run.last().is_some_and(trailed) {
            run.pop();
        }
    }
    runs.retain(|run| !run.is_empty());
    runs
}

/// Whether groups are apart from those around them: not cut out of a longer code.
fn stands_apart(run: &[Group], from: usize, to: usize) -> bool {
    let apart = |group: &Group| group.plus || group.before.contains([' ', '\u{a0}', '\u{202f}']);
    (from == 0 || apart(&run[from])) && run.get(to).is_none_or(apart)
}

fn is_called(small: &str, groups: &[Group]) -> bool {
    let lengths: Vec<usize> = groups.iter().map(|group| group.span.len()).collect();
    let digits: String = groups.iter().map(|group| &small[group.span.clone()]).collect();
    let n = digits.len();
    if groups[0].plus {
        return if digits.starts_with('1') { n == 11 } else { (8..=15).contains(&n) };
    }
    if !(7..=15).contains(&n) {
        return false;
    }
    digits.starts_with("00") && !digits.starts_with("000") && n >= 12
        || is_american(&digits, &lengths)
        || is_local(small, groups, &lengths)
        || is_national(small, groups, &digits, &lengths)
        || is_introduced(small, groups) && lengths.iter().any(|length| *length > 1)
}

/// `615 555 0123`, with the 1 before it or without.
fn is_american(digits: &str, lengths: &[usize]) -> bool {
    let (digits, lengths) = match (lengths, digits.strip_prefix('1')) {
        ([1, rest @ ..], Some(digits)) => (digits, rest),
        ([11], Some(digits)) => (digits, [10].as_slice()),
        _ => (digits, lengths),
    };
    let digit = |at: usize| digits.as_bytes().get(at).copied().unwrap_or(b'0');
    matches!(lengths, [3, 3, 4] | [3, 7] | [6, 4] | [10]) && digit(0) >= b'2' && digit(3) >= b'2'
}

/// `555-0123`, unless it is measured.
fn is_local(small: &str, groups: &[Group], lengths: &[usize]) -> bool {
    let [first, second] = groups else { return false };
    let next = small[second.span.end..].split_whitespace().next().unwrap_or_default();
    let next = next.trim_end_matches(['.', ',', ';', ')']);
    lengths == [3, 4]
        && second.before == "-"
        && small.as_bytes()[first.span.start] >= b'2'
        && !UNITS.contains(&next)
}

/// `020 7946 0018`, `06 12 34 56 78`: with the nought before it that is dialled at home.
fn is_national(small: &str, groups: &[Group], digits: &str, lengths: &[usize]) -> bool {
    if !digits.starts_with('0') || digits.starts_with("00") || !(9..=11).contains(&digits.len()) {
        return false;
    }
    let dated = matches!(lengths, [2, 2, 4, ..] | [2, 2, 2])
        && groups[1].before == groups[2].before
        && ["-", ".", "/"].contains(&groups[1].before.as_str());
    let is_postal_code = *lengths == [5, 4] && groups[1].before == "-";
    let shaped = match lengths {
        [_] | [2, 4, 4] | [2, 8] => true,
        [first, rest @ ..] if *first >= 3 => rest.iter().all(|length| *length >= 2),
        pairs => pairs.iter().all(|length| *length == 2),
    };
    shaped && !dated && !is_postal_code && !counts_up(small, groups, lengths)
}

/// Tracks, bars, takes: `01 02 03 04 05`.
fn counts_up(small: &str, groups: &[Group], lengths: &[usize]) -> bool {
    const STEP: u32 = 10;
    let numbers: Vec<u32> =
        groups.iter().filter_map(|group| small[group.span.clone()].parse().ok()).collect();
    let rises = |pair: &[u32]| pair[0] < pair[1] && pair[1] - pair[0] <= STEP;
    lengths.len() >= 3
        && lengths.windows(2).all(|pair| pair[0] == pair[1])
        && numbers.windows(2).all(rises)
}

/// A word before it says so.
fn is_introduced(small: &str, groups: &[Group]) -> bool {
    let before = small[..groups[0].span.start].trim_end_matches('(');
    let mut words = before.split_whitespace().rev().map(|word| word.trim_matches([':', '.', '(']));
    let word = words.find(|word| !LINKING.contains(word) && !word.is_empty());
    word.is_some_and(|word| CALLED.contains(&word))
}
