use chrono::TimeDelta;

use crate::{
    catalog::{Catalog, Genre, Instrument, great_circle_km},
    musicians::Union,
    values::{GenreId, InstrumentId, Language, Money, Slot, Zone},
};

use super::{order::Sort, words};

/// How a player works for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::discovery) enum Way {
    #[default]
    Any,
    Room,
    Remote,
    /// In a room near the place asked for, or remotely from anywhere.
    Either,
}

/// What somebody can play from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::discovery) enum Chart {
    Notation,
    Numbers,
    Ear,
}

impl Chart {
    pub(in crate::discovery) const ALL: [Chart; 3] = [Chart::Notation, Chart::Numbers, Chart::Ear];

    /// As it stands in the address.
    pub(in crate::discovery) fn word(self) -> &'static str {
        match self {
            Chart::Notation => "notation",
            Chart::Numbers => "numbers",
            Chart::Ear => "ear",
        }
    }

    pub(in crate::discovery) fn told(self) -> &'static str {
        match self {
            Chart::Notation => "Reads notation",
            Chart::Numbers => "Number charts",
            Chart::Ear => "Plays by ear",
        }
    }
}

/// A place on the map, and how far around it.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::discovery) struct Near {
    pub(in crate::discovery) name: String,
    /// Degrees.
    pub(in crate::discovery) latitude: f64,
    pub(in crate::discovery) longitude: f64,
    pub(in crate::discovery) km: u32,
}

impl Near {
    /// Kilometres over the ground.
    pub(in crate::discovery) fn distance(&self, at: (f64, f64)) -> f64 {
        great_circle_km((self.latitude, self.longitude), at)
    }

    /// Whether that is near enough.
    pub(in crate::discovery) fn reaches(&self, at: (f64, f64)) -> bool {
        // A degree of latitude is 111 km everywhere: most are too far by that alone.
        (at.0 - self.latitude).abs() * 111.0 <= f64::from(self.km) + 1.0
            && self.distance(at) <= f64::from(self.km)
    }
}

/// When somebody is wanted, with the clock it was asked by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discovery) enum Time {
    /// From then to then.
    Slot(Slot, Zone),
    /// Any `length` within `window`.
    Within { window: Slot, length: TimeDelta, zone: Zone },
}

impl Time {
    /// All of the time it speaks of.
    pub(in crate::discovery) fn window(&self) -> Slot {
        match self {
            Time::Slot(slot, _) => *slot,
            Time::Within { window, .. } => *window,
        }
    }

    pub(in crate::discovery) fn length(&self) -> TimeDelta {
        match self {
            Time::Slot(slot, _) => slot.length(),
            Time::Within { length, .. } => *length,
        }
    }

    pub(in crate::discovery) fn zone(&self) -> Zone {
        match self {
            Time::Slot(_, zone) | Time::Within { zone, .. } => *zone,
        }
    }

    fn told(&self) -> String {
        match self {
            Time::Slot(slot, zone) => {
                let day = zone.local(slot.starts_at()).format("%A %-d %B");
                format!("{day}, {}", zone.hours(slot))
            }
            Time::Within { window, length, zone } => {
                let day = |at| zone.local(at).format("%A %-d %B").to_string();
                let first = day(window.starts_at());
                let last = day(window.ends_at() - TimeDelta::seconds(1));
                let length = told_length(*length);
                match first == last {
                    true => format!("{length} on {first}"),
                    false => format!("{length} from {first} to {last}"),
                }
            }
        }
    }
}

/// `3 h`, `1 h 30 min`.
pub(in crate::discovery) fn told_length(length: TimeDelta) -> String {
    match (length.num_hours(), length.num_minutes() % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

/// What is looked for. Parsed: everything in it means something.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Search {
    pub(in crate::discovery) instruments: Vec<Wanted<InstrumentId>>,
    /// Whether all of the instruments are wanted of one player, or any.
    pub(in crate::discovery) all: bool,
    pub(in crate::discovery) genre: Option<Wanted<GenreId>>,
    pub(in crate::discovery) near: Option<Near>,
    pub(in crate::discovery) way: Way,
    pub(in crate::discovery) time: Option<Time>,
    pub(in crate::discovery) top_rate: Option<Money>,
    pub(in crate::discovery) charts: Vec<Chart>,
    /// ISO 639-1 codes; all are wanted.
    pub(in crate::discovery) languages: Vec<String>,
    /// Any of them will do.
    pub(in crate::discovery) unions: Vec<String>,
    pub(in crate::discovery) has_audio: bool,
    /// As the database's `words_in_order` makes them.
    pub(in crate::discovery) words: Vec<String>,
    /// Those of them that the catalog knows: nobody slipped who typed these.
    pub(in crate::discovery) spelled: Vec<String>,
    /// An instrument or genre that the words name: who has credits of that comes first.
    pub(in crate::discovery) leaning: Option<Leaning>,
    pub(in crate::discovery) sort: Sort,
}

/// What words name: one of both at least.
pub(in crate::discovery) type Leaning = (Option<Wanted<InstrumentId>>, Option<Wanted<GenreId>>);

/// A thing of the catalog, and what serves as well: an instrument's kin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Wanted<Id> {
    pub(in crate::discovery) id: Id,
    pub(in crate::discovery) slug: String,
    pub(in crate::discovery) name: String,
    pub(in crate::discovery) also: Vec<Id>,
}

impl Wanted<InstrumentId> {
    pub(in crate::discovery) fn instrument(found: &Instrument) -> Wanted<InstrumentId> {
        Wanted {
            id: found.id,
            slug: found.slug.clone(),
            name: found.name.clone(),
            also: found.kin.clone(),
        }
    }
}

impl Wanted<GenreId> {
    pub(in crate::discovery) fn genre(found: &Genre) -> Wanted<GenreId> {
        Wanted {
            id: found.id,
            slug: found.slug.clone(),
            name: found.name.clone(),
            also: Vec::new(),
        }
    }
}

/// Those of some words that are in the name of an instrument or genre, or in another for the same.
pub(in crate::discovery) fn spelled(catalog: &Catalog, words: &[String]) -> Vec<String> {
    words.iter().filter(|word| catalog.has_word(word)).cloned().collect()
}

/// The instrument and the genre that some words name, a slip forgiven in those that are not
/// `spelled` as the catalog does.
pub(in crate::discovery) fn lean(
    catalog: &Catalog,
    words: &[String],
    spelled: &[String],
) -> Option<Leaning> {
    let named = |name: &str, aliases: &[String]| named(catalog, (words, spelled), name, aliases);
    let instruments = catalog.instruments.iter();
    let instrument = instruments
        .filter_map(|one| Some((named(&one.name, &one.aliases)?, one)))
        .max_by_key(|(likeness, one)| (*likeness, std::cmp::Reverse(one.id)));
    let genre = catalog
        .genres
        .iter()
        .filter_map(|one| Some((named(&one.name, &one.aliases)?, one)))
        .max_by_key(|(likeness, one)| (*likeness, std::cmp::Reverse(one.id)));
    match (instrument, genre) {
        (None, None) => None,
        (instrument, genre) => Some((
            instrument.map(|(_, one)| Wanted::instrument(one)),
            genre.map(|(_, one)| Wanted::genre(one)),
        )),
    }
}

/// How well a name, or another for the same, is said by some of `words` in a row: more of its words
/// are better, then fewer slips. None when it is not said whole.
fn named(
    catalog: &Catalog,
    (words, spelled): (&[String], &[String]),
    name: &str,
    aliases: &[String],
) -> Option<(usize, i64)> {
    let names = std::iter::once(name).chain(aliases.iter().map(String::as_str));
    let said = |name: &str| {
        let name = catalog.words_of_name(name);
        let slips = |said: &[String]| {
            let each =
                said.iter().zip(name).map(|(typed, known)| match words::likeness(typed, known) {
                    Some(0) => Some(0),
                    // What only begins like a name does not name it.
                    Some(1) | None => None,
                    Some(_) if spelled.contains(typed) => None,
                    Some(likeness) => Some(likeness as i64),
                });
            each.sum::<Option<i64>>()
        };
        let best = words.windows(name.len().max(1)).filter_map(slips).min()?;
        Some((name.len(), -best))
    };
    names.filter_map(said).max()
}

/// One condition of a search that could be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discovery) enum Condition {
    Instrument,
    Genre,
    Place,
    Way,
    Time,
    TopRate,
    Charts,
    Languages,
    Union,
    Audio,
    Words,
}

impl Condition {
    /// What is given up most easily first.
    pub(in crate::discovery) const ALL: [Condition; 11] = [
        Condition::TopRate,
        Condition::Audio,
        Condition::Union,
        Condition::Languages,
        Condition::Charts,
        Condition::Time,
        Condition::Place,
        Condition::Way,
        Condition::Words,
        Condition::Genre,
        Condition::Instrument,
    ];

    /// Follows "Without".
    pub(in crate::discovery) fn told(self) -> &'static str {
        match self {
            Condition::Instrument => "the instrument",
            Condition::Genre => "the genre",
            Condition::Place => "the place",
            Condition::Way => "in a room or remote",
            Condition::Time => "the time",
            Condition::TopRate => "the top rate",
            Condition::Charts => "the charts",
            Condition::Languages => "the languages",
            Condition::Union => "the union",
            Condition::Audio => "demos to hear",
            Condition::Words => "the words",
        }
    }

    /// The fields that say it.
    pub(in crate::discovery) fn fields(self) -> &'static [&'static str] {
        match self {
            Condition::Instrument => &["instrument", "match"],
            Condition::Genre => &["genre"],
            Condition::Place => &["place", "km"],
            Condition::Way => &["way"],
            Condition::Time => &["date", "until", "hours", "from", "to"],
            Condition::TopRate => &["max", "currency"],
            Condition::Charts => &["charts"],
            Condition::Languages => &["language"],
            Condition::Union => &["union"],
            Condition::Audio => &["audio"],
            Condition::Words => &["q"],
        }
    }
}

impl Search {
    /// The conditions it has.
    pub(in crate::discovery) fn conditions(&self) -> Vec<Condition> {
        let has = |condition: &Condition| match condition {
            Condition::Instrument => !self.instruments.is_empty(),
            Condition::Genre => self.genre.is_some(),
            Condition::Place => self.near.is_some(),
            Condition::Way => matches!(self.way, Way::Room | Way::Remote),
            Condition::Time => self.time.is_some(),
            Condition::TopRate => self.top_rate.is_some(),
            Condition::Charts => !self.charts.is_empty(),
            Condition::Languages => !self.languages.is_empty(),
            Condition::Union => !self.unions.is_empty(),
            Condition::Audio => self.has_audio,
            Condition::Words => !self.words.is_empty(),
        };
        Condition::ALL.into_iter().filter(has).collect()
    }

    /// What was searched, as the head of the page: `Fiddle, country, Tuesday 8 December,
    /// 10:00–13:00 CST`.
    pub(in crate::discovery) fn told(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some((first, rest)) = self.instruments.split_first() {
            let joint = if self.all { " and " } else { " or " };
            let rest = rest.iter().map(|one| crate::values::in_sentence(&one.name));
            let names: Vec<String> = std::iter::once(first.name.clone()).chain(rest).collect();
            parts.push(names.join(joint));
        }
        parts.extend(self.genre.as_ref().map(|genre| match parts.is_empty() {
            true => genre.name.clone(),
            false => crate::values::in_sentence(&genre.name),
        }));
        parts.extend(self.time.as_ref().map(Time::told));
        parts.extend(self.near.as_ref().map(|near| format!("{} km around {}", near.km, near.name)));
        match self.way {
            Way::Room => parts.push("in a room".into()),
            Way::Remote => parts.push("remote".into()),
            Way::Either => parts.push("or remote".into()),
            Way::Any => {}
        }
        parts.extend(self.top_rate.map(|rate| format!("at most {rate}")));
        parts.extend(self.charts.iter().map(|chart| crate::values::in_sentence(chart.told())));
        let languages = self.languages.iter().filter_map(|code| Language::of_code(code));
        parts.extend(languages.map(|language| format!("speaks {}", language.name())));
        let unions = self.unions.iter().filter_map(|code| Union::of_code(code));
        let unions: Vec<_> = unions.map(Union::name).collect();
        parts.extend((!unions.is_empty()).then(|| unions.join(" or ")));
        parts.extend(self.has_audio.then(|| "with demos".to_owned()));
        if !self.words.is_empty() {
            parts.push(format!("“{}”", self.words.join(" ")));
        }
        if parts.is_empty() { "Musicians".into() } else { capitalised(&parts.join(", ")) }
    }
}

/// What stands in the middle of a line as well as at the head of it.
fn capitalised(line: &str) -> String {
    let mut letters = line.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
