//! The rules of the house, checked: which room may use which, and where each kind of line lives.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// What only one kind of file may contain.
const ONLY_IN: [(&str, &[&str]); 5] = [
    ("query!(", &["store"]),
    ("query_as!(", &["store"]),
    ("query_scalar!(", &["store"]),
    (".begin()", &["actions"]),
    ("StatusCode::", &["web"]),
];

/// Inside a room, a file (or the folder that took its place) uses only those before it.
const RANKS: [&str; 4] = ["model", "store", "actions", "web"];

/// Rooms that are no rooms of the trade, so their files have no ranks.
const UNRANKED: [&str; 5] = ["values", "web", "postgres", "serving", "routes"];

/// Names that say nothing about what is inside.
const NOUNLESS: [&str; 6] = ["util", "utils", "helpers", "common", "types", "misc"];

/// Forms that change something and need no key, each with why.
const UNKEYED: [(&str, &str); 17] = [
    ("/sign-in", "nobody is signed in: answers are kept for accounts"),
    ("/sign-up", "nobody is signed in"),
    ("/forgotten", "nobody is signed in"),
    ("/reset/", "nobody is signed in, and the link works once"),
    ("/verify/", "nobody need be signed in, and the link works once"),
    ("/mails/stop/", "nobody need be signed in, and to stop twice is to stop"),
    ("/mails/start/", "nobody need be signed in, and to start twice is to start"),
    ("/watches/stop/", "nobody need be signed in, and to stop twice is to stop"),
    ("/sign-out", "whoever is out is out"),
    ("/account/email", "a password is in it, of which nothing is kept"),
    ("/account/password", "a password is in it"),
    ("/account/delete", "a password is in it, and whoever is gone is gone"),
    ("/calendar/feeds", "a secret is answered, which is shown once"),
    ("/profile/portrait", "the same picture is the same portrait"),
    (
        "/bookings/{{ booking.id }}/no-show{% if",
        "files come with it; an account is given once, and a second is refused",
    ),
    ("/musicians/{{ player.slug }}/calls/files", "the same file is beside the form once"),
    ("/calendar/imports/file", "files are read one after the other, and what is twice is removed"),
];

/// A file past this is a folder of the same rank; a test in its file is not counted.
const MOST_LINES: usize = 400;

struct Source {
    path: PathBuf,
    text: String,
}

impl Source {
    /// The room it is in: `bookings` for `bookings/web/forms.rs`, `routes` for `routes/api.rs`.
    fn room(&self) -> String {
        self.part(0)
    }

    /// Its rank in the room: `web` for `bookings/web/forms.rs`.
    fn rank(&self) -> String {
        if self.path.components().count() < 2 { String::new() } else { self.part(1) }
    }

    fn part(&self, at: usize) -> String {
        let part = self.path.components().nth(at).unwrap();
        part.as_os_str().to_str().unwrap().trim_end_matches(".rs").to_owned()
    }

    /// The source without its tests and its comments.
    fn code(&self) -> String {
        let code = self.text.split("#[cfg(test)]").next().unwrap();
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        lines.collect::<Vec<_>>().join("\n")
    }
}

fn sources() -> Vec<Source> {
    fn walk(folder: &Path, found: &mut Vec<Source>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push(Source { path: path.strip_prefix("src").unwrap().into(), text });
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("src"), &mut found);
    assert!(found.len() > 20, "the source is here");
    found
}

/// The rooms in the order in which `lib.rs` names them.
fn rooms() -> Vec<String> {
    let map = fs::read_to_string("src/lib.rs").unwrap();
    let modules = map.lines().filter_map(|line| {
        let line = line.strip_prefix("pub ").unwrap_or(line);
        Some(line.strip_prefix("mod ")?.strip_suffix(';')?.to_owned())
    });
    modules.collect()
}

fn place<T: AsRef<str>>(name: &str, order: &[T]) -> Option<usize> {
    order.iter().position(|other| other.as_ref() == name)
}

/// The first name after each `prefix` in the source, with `use` groups taken apart.
fn names_after(source: &str, prefix: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, _) in source.match_indices(prefix) {
        if source[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &source[at + prefix.len()..];
        let listed = match rest.strip_prefix('{') {
            Some(group) => top_level(group),
            None => vec![rest],
        };
        for name in listed {
            let letters = name.trim_start().chars();
            names.insert(letters.take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    names
}

/// The parts of a `{…}` group between its own commas.
fn top_level(group: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                parts.push(&group[start..at]);
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                parts.push(&group[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts
}

#[test]
fn rooms_use_only_rooms_above_them() {
    let rooms = rooms();
    for source in sources() {
        let Some(here) = place(&source.room(), &rooms) else { continue };
        for name in names_after(&source.code(), "crate::") {
            let there = place(&name, &rooms);
            assert!(
                there.is_none_or(|there| there <= here),
                "{} uses {name}, which is below it",
                source.path.display()
            );
        }
    }
}

#[test]
fn files_of_a_room_use_only_those_before_them() {
    for source in sources() {
        if UNRANKED.contains(&source.room().as_str()) {
            continue;
        }
        let Some(here) = place(&source.rank(), &RANKS) else { continue };
        // Inside a folder, `super` is the folder itself and its siblings are its own affair.
        let deep = source.path.components().count() > 2;
        let up =
            if deep && !source.path.ends_with("mod.rs") { "super::super::" } else { "super::" };
        for name in names_after(&source.code(), up) {
            let there = place(&name, &RANKS);
            assert!(
                there.is_none_or(|there| there < here || (deep && there == here)),
                "{} uses {name}",
                source.path.display()
            );
        }
    }
}

#[test]
fn each_kind_of_line_has_its_file() {
    for source in sources() {
        let code = source.code();
        for (word, homes) in ONLY_IN {
            let home =
                homes.contains(&source.rank().as_str()) || homes.contains(&source.room().as_str());
            assert!(
                !code.contains(word) || home,
                "{} has `{word}`, which lives in {homes:?}",
                source.path.display()
            );
        }
    }
}

#[test]
fn sql_takes_the_time_as_an_argument() {
    for source in sources().iter().filter(|source| source.rank() == "store") {
        for clock in ["now()", "current_timestamp", "current_date", "clock_timestamp"] {
            assert!(!source.code().contains(clock), "{} asks {clock}", source.path.display());
        }
    }
}

#[test]
fn every_room_and_file_has_a_noun_and_fits_its_walls() {
    for source in sources() {
        for part in source.path.iter() {
            let name = part.to_str().unwrap().trim_end_matches(".rs");
            assert!(!NOUNLESS.contains(&name), "{} says nothing", source.path.display());
        }
        let lines = source.text.split("#[cfg(test)]").next().unwrap().lines().count();
        assert!(
            lines <= MOST_LINES,
            "{} has {lines} lines: a folder of the same rank?",
            source.path.display()
        );
    }
}

#[test]
fn every_room_tells_its_story() {
    for source in sources().iter().filter(|source| source.path.ends_with("mod.rs")) {
        let path = source.path.display();
        if source.path.components().count() == 2 {
            assert!(source.text.starts_with("//! "), "{path} opens without a story");
        }
    }
}

/// The tags of a template that begin with `start`, each with its place.
fn tags<'a>(template: &'a str, start: &str) -> Vec<(usize, &'a str)> {
    let whole = |at: usize| {
        let (mut quoted, mut depth) = (false, 0);
        let bytes = template.as_bytes();
        let end = (at..bytes.len() - 1).find(|&here| {
            match &bytes[here..here + 2] {
                b"{{" | b"{%" => depth += 1,
                b"}}" | b"%}" => depth -= 1,
                [b'"', _] if depth == 0 => quoted = !quoted,
                _ => {}
            }
            bytes[here] == b'>' && !quoted && depth == 0
        });
        (at, &template[at..=end.unwrap()])
    };
    template.match_indices(start).map(|(at, _)| whole(at)).collect()
}

/// Where `attribute` of a tag leads.
fn leads_to<'a>(tag: &'a str, attribute: &str) -> Option<&'a str> {
    let rest = tag.split_once(&format!(" {attribute}=\""))?.1;
    Some(rest.split_once("\" ").map_or(rest, |(address, _)| address))
}

/// A second click does nothing more: see `Frame::once`.
#[test]
fn every_form_that_changes_something_is_known_when_it_comes_again() {
    let mut forms = 0;
    for path in templates() {
        let text = fs::read_to_string(&path).unwrap();
        let sent = |address: &str| {
            let keyed = address.contains("{{ frame.once() }}") || address.contains("{{ once }}");
            keyed || UNKEYED.iter().any(|(free, _)| address.starts_with(free))
        };
        for (at, form) in tags(&text, "<form") {
            if !form.contains("method=\"post\"") {
                continue;
            }
            forms += 1;
            let fields = text[at..].split("</form>").next().unwrap();
            let with_key = fields.contains("name=\"form_key\"");
            let address = leads_to(form, "action").unwrap();
            assert!(with_key || sent(address), "{}: {form}", path.display());
        }
        for (_, button) in tags(&text, "<button") {
            let Some(address) = leads_to(button, "formaction") else { continue };
            // To ask for an empty form changes nothing.
            assert!(sent(address) || address.contains("/new"), "{}: {button}", path.display());
        }
    }
    assert!(forms > 60, "the templates are here");
}

fn templates() -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => walk(&path, found),
                false => found.push(path),
            }
        }
    }
    let mut found = Vec::new();
    walk(Path::new("templates"), &mut found);
    found
}
