//! Ways past us: addresses, numbers, links and handles in what somebody writes.
//!
//! The usual shapes are hidden, also spelled out as people spell them (`maren at gmail dot com`).
//! Whoever means to slip through will; what matters more is that no fee, date, time, bar, tempo or
//! code is ever taken for one.

mod numbers;

use std::{borrow::Cow, ops::Range};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Email,
    Number,
    Link,
    Handle,
}

impl Way {
    /// What stands where it stood.
    fn stand_in(self) -> &'static str {
        match self {
            Way::Email => "[e-mail hidden]",
            Way::Number => "[number hidden]",
            Way::Link => "[link hidden]",
            Way::Handle => "[handle hidden]",
        }
    }
}

/// Domains that end in these are named in running text.
const ENDINGS: [&str; 43] = [
    "app", "art", "audio", "au", "band", "bio", "biz", "br", "ca", "ch", "co", "com", "de", "dev",
    "dk", "es", "eu", "fi", "fr", "gg", "ie", "info", "io", "jp", "link", "ly", "mx", "music",
    "net", "nl", "nz", "online", "org", "page", "pl", "pt", "pro", "se", "site", "studio", "tv",
    "uk", "xyz",
];

/// So do some that are words as well: there a path must follow, as in `t.me/maren`.
const WORDS: [&str; 12] = ["am", "at", "be", "fm", "im", "in", "is", "it", "me", "no", "to", "us"];

/// Whose names come before a handle.
const SERVICES: [&str; 12] = [
    "facebook",
    "insta",
    "instagram",
    "messenger",
    "skype",
    "snapchat",
    "telegram",
    "tiktok",
    "twitter",
    "viber",
    "wechat",
    "whatsapp",
];
/// So do these, where a colon says so: they are other words too.
const SERVICES_BEFORE_A_COLON: [&str; 6] = ["discord", "fb", "ig", "signal", "snap", "tg"];

/// The text without ways past us; borrowed where it has none.
pub(crate) fn without_contact_details(text: &str) -> Cow<'_, str> {
    let mut ways = ways(text);
    if ways.is_empty() {
        return Cow::Borrowed(text);
    }
    ways.sort_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
    let (mut shown, mut at) = (String::with_capacity(text.len()), 0);
    for (span, way) in ways {
        if span.start >= at {
            shown.push_str(&text[at..span.start]);
            shown.push_str(way.stand_in());
        }
        at = at.max(span.end);
    }
    shown.push_str(&text[at..]);
    Cow::Owned(shown)
}

/// Whether it has any.
pub(crate) fn has_contact_details(text: &str) -> bool {
    !ways(text).is_empty()
}

fn ways(text: &str) -> Vec<(Range<usize>, Way)> {
    // As long as the text itself, byte for byte.
    let small = text.to_ascii_lowercase();
    let mut ways: Vec<_> = emails(&small).map(|span| (span, Way::Email)).collect();
    ways.extend(links(&small).into_iter().map(|span| (span, Way::Link)));
    ways.extend(handles(&small).into_iter().map(|span| (span, Way::Handle)));
    ways.extend(numbers::spans(&small).into_iter().map(|span| (span, Way::Number)));
    ways
}

/// What stands between a name and its domain, and what between the labels of that domain then;
/// `true` where the domain must end as domains do.
const AT: [(&str, &[&str], bool); 7] = [
    ("@", &[".", "(dot)", "[dot]", " (dot) ", " [dot] ", " dot "], false),
    (" @ ", &[".", " . ", "(dot)", "[dot]", " dot "], true),
    ("(at)", &[".", "(dot)", "[dot]", " (dot) ", " dot "], false),
    (" (at) ", &[".", "(dot)", "[dot]", " (dot) ", " dot "], false),
    ("[at]", &[".", "(dot)", "[dot]", " [dot] ", " dot "], false),
    (" [at] ", &[".", "(dot)", "[dot]", " [dot] ", " dot "], false),
    (" at ", &[" dot ", "(dot)", "[dot]", " (dot) ", " [dot] "], true),
];

fn emails(small: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    AT.iter().flat_map(move |(mark, dots, known)| {
        small.match_indices(mark).filter_map(move |(at, _)| {
            let is_name = |c: char| c.is_alphanumeric() || "._%+-".contains(c);
            let start = small[..at].trim_end_matches(is_name).len();
            let end = domain(small, at + mark.len(), dots, *known)?;
            (start < at).then_some(start..end)
        })
    })
}

/// Where a domain ends that begins at `from`.
fn domain(small: &str, from: usize, dots: &[&str], known: bool) -> Option<usize> {
    let (mut at, mut labels, mut end) = (from, 0, None);
    loop {
        let rest = &small[at..];
        let label = &rest[..rest.find(|c: char| !is_label(c)).unwrap_or(rest.len())];
        if label.is_empty() {
            return end;
        }
        at += label.len();
        let ends = label.len() >= 2 && label.chars().all(char::is_alphabetic);
        if labels > 0 && ends && (!known || ENDINGS.contains(&label)) {
            end = Some(at);
        }
        labels += 1;
        match dots.iter().find(|dot| small[at..].starts_with(**dot)) {
            Some(dot) => at += dot.len(),
            None => return end,
        }
    }
}

fn is_label(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

/// The words of a text, by where they stand.
fn words(small: &str, between: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, c) in small.char_indices().chain([(small.len(), ' ')]) {
        match (start, between(c) || at == small.len()) {
            (None, false) => start = Some(at),
            (Some(from), true) => {
                words.push(from..at);
                start = None;
            }
            _ => {}
        }
    }
    words
}

fn links(small: &str) -> Vec<Range<usize>> {
    let between = |c: char| c.is_whitespace() || ",;|<>()[]{}\"“”‘".contains(c);
    let mut links = Vec::new();
    for word in words(small, between) {
        let text = small[word.clone()].trim_end_matches(['.', ':', '!', '?', '\'', '’', '…']);
        let spelled = ["://", "mailto:", "tel:"].iter().any(|mark| text.contains(mark));
        if spelled || text.starts_with("www.") && text.len() > "www.a".len() {
            links.push(word.start..word.start + text.len());
            continue;
        }
        let mut at = word.start;
        for part in text.split([':', '=']) {
            if is_address(part) {
                links.push(at..at + part.len());
            }
            at += part.len() + 1;
        }
    }
    links
}

/// `maren.example.com/fiddle` without anything before it.
fn is_address(part: &str) -> bool {
    let host_ends = part.find(['/', '?', '#']).unwrap_or(part.len());
    let (host, path) = part.split_at(host_ends);
    let Some((before, ending)) = host.rsplit_once('.') else { return false };
    let plain = before.split('.').all(|label| !label.is_empty() && label.chars().all(is_label));
    let is_named = before.contains(|c: char| c.is_alphabetic());
    let is_path = path.len() > 1;
    let ends = ENDINGS.contains(&ending) || WORDS.contains(&ending) && is_path;
    plain && is_named && ends
}

fn handles(small: &str) -> Vec<Range<usize>> {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '.';
    let mut found: Vec<_> = small
        .match_indices('@')
        .filter(|(at, _)| !small[..*at].ends_with(|c: char| c.is_alphanumeric()))
        .filter(|(at, _)| small[at + 1..].starts_with(|c: char| c.is_alphabetic() || c == '_'))
        .filter_map(|(at, _)| {
            let rest = &small[at + 1..];
            let name = &rest[..rest.find(|c| !is_part(c)).unwrap_or(rest.len())];
            let name = name.trim_end_matches('.');
            (name.chars().count() >= 2).then_some(at..at + 1 + name.len())
        })
        .collect();
    let words = words(small, char::is_whitespace);
    let handle = |at: usize| named_after(small, &words, at);
    found.extend((0..words.len()).filter_map(handle));
    found
}

/// The handle that the name of a service at this word introduces.
fn named_after(small: &str, words: &[Range<usize>], at: usize) -> Option<Range<usize>> {
    let text = |at: usize| words.get(at).map(|word| &small[word.clone()]);
    let said = text(at)?.trim_start_matches(['(', '"', '“']);
    let name = said.trim_end_matches([':', '=']);
    let mut introduced = name.len() < said.len();
    let is_service =
        SERVICES.contains(&name) || introduced && SERVICES_BEFORE_A_COLON.contains(&name);
    if !is_service {
        return None;
    }
    let mut next = at + 1;
    while text(next).is_some_and(|word| ["is", "as", "under", "=", ":", "-"].contains(&word)) {
        introduced = true;
        next += 1;
    }
    let word = words.get(next)?;
    let handle = small[word.clone()].trim_end_matches(['.', ',', ';', '!', '?', ')', '"', '”']);
    let looks_like_one = handle.contains(|c: char| c.is_ascii_digit() || c == '_' || c == '.');
    let is_one = handle.chars().count() >= 2 && handle.contains(char::is_alphabetic);
    (is_one && (introduced || looks_like_one)).then_some(word.start..word.start + handle.len())
}

#[cfg(test)]
mod tests;
