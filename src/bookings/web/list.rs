//! Which bookings somebody asks for, as an address says it: what makes no sense is noted and ignored.

use chrono::{Days, NaiveDate};
use serde::Deserialize;

use super::super::model::{Choices, Cursor, Filter, Kind, Party, Status, Tab, Turn};
use crate::{
    catalog::Catalog,
    values::{FieldErrors, Line, Zone, read_day},
};

/// Which of one's bookings to list, as an address says it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListQuery {
    /// `waiting`, `ahead`, `past` or `all`.
    pub(super) tab: String,
    /// `producer` or `musician`: only where one is that side.
    pub(super) role: String,
    /// `mine` or `theirs`: only what waits for that answer.
    pub(super) turn: String,
    /// Only those that stand so now, such as `confirmed`.
    pub(super) status: String,
    /// `room` or `remote`.
    pub(super) kind: String,
    /// The slug or the name of an instrument.
    pub(super) instrument: String,
    /// Only those that begin, or are due, on this day or later, by the reader's clock: `2026-12-08`.
    pub(super) from: String,
    /// Only those that do on this day or before.
    pub(super) until: String,
    /// Part of the other side's name.
    pub(super) with: String,
    /// Words of a title, an artist or the other side's name.
    pub(super) q: String,
    /// What `next` of the page before held.
    pub(super) after: String,
}

/// What an address asked for, and what of it made no sense.
pub(super) struct Read {
    pub(super) tab: Option<Tab>,
    pub(super) filter: Filter,
    pub(super) after: Option<Cursor>,
    pub(super) ignored: FieldErrors,
}

impl ListQuery {
    /// `zone` is the clock by which days are meant.
    pub(super) fn read(&self, catalog: &Catalog, zone: Zone) -> Read {
        let mut ignored = FieldErrors::default();
        let it = &mut ignored;
        let choices = Choices {
            role: named(it, "role", &self.role, [Party::Producer, Party::Musician], Party::word),
            turn: named(it, "turn", &self.turn, Turn::ALL, Turn::word),
            status: named(it, "status", &self.status, Status::ALL, Status::word),
            kind: named(it, "kind", &self.kind, [Kind::Room, Kind::Remote], Kind::word),
            instrument: match self.instrument.trim() {
                "" => None,
                text => {
                    let found = catalog.instrument(text).map(|instrument| instrument.id);
                    it.take("instrument", found.ok_or("is not one of ours"))
                }
            },
        };
        let begins = |day: NaiveDate| zone.start(day.and_time(chrono::NaiveTime::MIN));
        let from = day(it, "from", &self.from).map(begins);
        let until = day(it, "until", &self.until).map(|day| begins(day + Days::new(1)));
        if from.zip(until).is_some_and(|(from, until)| until <= from) {
            it.add("until", "is before the first day, so nothing can be between them");
        }
        let filter = Filter {
            choices,
            from,
            until,
            with: words(it, "with", &self.with),
            words: words(it, "q", &self.q),
        };
        let after = match self.after.as_str() {
            "" => None,
            after => it.take("after", after.parse::<Cursor>()),
        };
        Read { tab: named(it, "tab", &self.tab, Tab::ALL, Tab::word), filter, after, ignored }
    }

    /// The address of the list with some of it otherwise; from its first page on.
    pub(super) fn address(&self, otherwise: &[(&str, &str)]) -> String {
        let fields = [
            ("tab", &self.tab),
            ("role", &self.role),
            ("turn", &self.turn),
            ("status", &self.status),
            ("kind", &self.kind),
            ("instrument", &self.instrument),
            ("from", &self.from),
            ("until", &self.until),
            ("with", &self.with),
            ("q", &self.q),
        ];
        let kept = fields.into_iter().map(|(name, value)| (name, value.as_str()));
        let kept = kept.filter(|(name, _)| otherwise.iter().all(|(other, _)| name != other));
        let all = otherwise.iter().copied().chain(kept).filter(|(_, value)| !value.is_empty());
        let pair = |(name, value): (&str, &str)| {
            format!("{name}={}", value.bytes().map(escaped).collect::<String>())
        };
        format!("/bookings?{}", all.map(pair).collect::<Vec<_>>().join("&"))
    }
}

/// What each field is called in a sentence.
const LABELS: [(&str, &str); 11] = [
    ("tab", "The list"),
    ("role", "The side"),
    ("turn", "Whose answer"),
    ("status", "The status"),
    ("kind", "Where"),
    ("instrument", "The instrument"),
    ("from", "The first day"),
    ("until", "The last day"),
    ("with", "The name"),
    ("q", "What you look for"),
    ("after", "The place in the list"),
];

/// What was ignored, in sentences.
pub(super) fn notes(ignored: &FieldErrors) -> Vec<String> {
    let label = |field: &str| {
        LABELS.iter().find(|(known, _)| *known == field).map_or("This", |(_, label)| label)
    };
    let each = |(field, faults): (&'static str, &[String])| {
        faults.iter().map(|fault| format!("{} {fault}.", label(field))).collect::<Vec<_>>()
    };
    ignored.iter().flat_map(each).collect()
}

/// The one of `all` that a word names; nothing said is none.
fn named<T: Copy, const N: usize>(
    ignored: &mut FieldErrors,
    field: &'static str,
    said: &str,
    all: [T; N],
    word: impl Fn(T) -> &'static str,
) -> Option<T> {
    let said = said.trim();
    if said.is_empty() {
        return None;
    }
    let found = all.into_iter().find(|one| word(*one) == said);
    let words = || all.map(&word).join(", ");
    ignored.take(field, found.ok_or_else(|| format!("is none of {}", words())))
}

fn day(ignored: &mut FieldErrors, field: &'static str, said: &str) -> Option<NaiveDate> {
    if said.trim().is_empty() { None } else { ignored.take(field, read_day(said)) }
}

fn words(ignored: &mut FieldErrors, field: &'static str, said: &str) -> Option<String> {
    let line = ignored.take(field, Line::<100>::optional(said)).flatten()?;
    Some(line.to_string())
}

fn escaped(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || byte == b'-' {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}
