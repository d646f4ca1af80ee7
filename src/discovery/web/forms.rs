use axum::{
    extract::{FromRequestParts, RawQuery},
    http::request::Parts,
};
use serde::Deserialize;
use std::convert::Infallible;

use super::super::model::Sort;
use crate::values::FieldErrors;

/// What is looked for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct SearchForm {
    /// Slugs, names or other words for them: `fiddle`, `B3`, `upright`. Several mean any of them.
    pub(super) instrument: Vec<String>,
    /// `all`: one player for all of the instruments.
    #[param(rename = "match")]
    pub(super) all: String,
    /// A slug, a name or another word for it; a parent finds its children.
    pub(super) genre: String,
    /// A city, with its country where that is not plain: `Nashville`, `Paris, US`.
    pub(super) place: String,
    /// How far around it, in kilometres; 50 where nothing is said.
    pub(super) km: String,
    /// `room`, `remote`, `either` for in a room there or remote from anywhere, or nothing.
    pub(super) way: String,
    /// `2026-12-08`
    pub(super) date: String,
    /// `10:00`
    pub(super) from: String,
    /// `13:00`
    pub(super) to: String,
    /// Instead of from and to: so many hours, any time that day, or up to `until`. Without a date,
    /// from today on, for a week where `until` is not said either.
    pub(super) hours: String,
    /// The last day, with `hours`.
    pub(super) until: String,
    /// By whose clock: an IANA name.
    pub(super) zone: String,
    /// The most a session may cost, or a song where it is remote: with `either`, for whoever is not
    /// in a room near enough.
    pub(super) max: String,
    /// The currency of `max`; other currencies are converted.
    pub(super) currency: String,
    /// `notation`, `numbers`, `ear`; several mean all of them.
    pub(super) charts: Vec<String>,
    /// ISO 639-1 codes, or English names; several mean all of them.
    pub(super) language: Vec<String>,
    /// Codes of unions; several mean any of them.
    pub(super) union: Vec<String>,
    /// `1`: with demos to hear.
    pub(super) audio: String,
    /// Words of names, profiles, gear, recordings and artists.
    pub(super) q: String,
    /// `best`, `soonest`, `rate`, `credits`, `newest`.
    pub(super) sort: String,
    /// The `next` of the page before.
    pub(super) after: String,
    /// What else was in the address, and means nothing here.
    #[param(ignore)]
    #[serde(skip)]
    pub(super) unknown: Vec<String>,
}

const LABELS: [(&str, &str); 22] = [
    ("instrument", "Instrument"),
    ("match", "Any or all"),
    ("genre", "Genre"),
    ("place", "Place"),
    ("km", "Distance"),
    ("way", "Where"),
    ("date", "Date"),
    ("from", "From"),
    ("to", "To"),
    ("hours", "Hours"),
    ("until", "Until"),
    ("zone", "Time zone"),
    ("max", "At most"),
    ("currency", "Currency"),
    ("charts", "Charts"),
    ("language", "Languages"),
    ("union", "Union"),
    ("audio", "Demos"),
    ("q", "Words"),
    ("sort", "Order"),
    ("after", "The place in the list"),
    ("unknown", "The address"),
];

impl<S: Send + Sync> FromRequestParts<S> for SearchForm {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<SearchForm, Infallible> {
        let RawQuery(query) = RawQuery::from_request_parts(parts, state).await?;
        Ok(SearchForm::of(query.as_deref().unwrap_or_default()))
    }
}

/// A list that takes more than this is somebody trying things out.
pub(super) const MOST_CHOICES: usize = 8;
/// So much of what means nothing is named.
const MOST_UNKNOWN: usize = 5;
/// What makes sense is never longer than this. More of it is not carried along in all the links of
/// a page, of which there are hundreds.
const LONGEST: usize = 120;

fn cut(text: &str, most: usize) -> String {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end]).to_owned()
}

/// What of a search means nothing to one player.
const NOT_THEIRS: [&str; 15] = [
    "place", "km", "match", "way", "max", "currency", "charts", "language", "union", "audio", "q",
    "sort", "after", "hours", "until",
];

impl SearchForm {
    /// Takes an address apart. Whatever it is, it is some search: what means nothing is kept apart,
    /// and of what is said twice the last counts. A button that gives a choice up sends the name of
    /// its field as `without`, beside all the fields.
    pub(in crate::discovery) fn of(query: &str) -> SearchForm {
        let mut form = SearchForm::default();
        let mut without = String::new();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = cut(value.trim(), LONGEST);
            let several = match &*name {
                "instrument" => Some(&mut form.instrument),
                "charts" => Some(&mut form.charts),
                "language" => Some(&mut form.language),
                "union" => Some(&mut form.union),
                _ => None,
            };
            if let Some(list) = several {
                // One more than are read, so that it is noted.
                if !value.is_empty() && list.len() <= MOST_CHOICES && !list.contains(&value) {
                    list.push(value);
                }
                continue;
            }
            if name == "without" {
                without = value;
                continue;
            }
            match form.field(&name) {
                Some(field) if !value.is_empty() || field.is_empty() => *field = value,
                Some(_) => {}
                None => {
                    if form.unknown.len() < MOST_UNKNOWN {
                        form.unknown.push(cut(&name, 40));
                    }
                }
            }
        }
        if let Some(field) = form.field(&without) {
            field.clear();
        }
        form
    }

    fn field(&mut self, name: &str) -> Option<&mut String> {
        Some(match name {
            "match" => &mut self.all,
            "genre" => &mut self.genre,
            "place" => &mut self.place,
            "km" => &mut self.km,
            "way" => &mut self.way,
            "date" => &mut self.date,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "hours" => &mut self.hours,
            "until" => &mut self.until,
            "zone" => &mut self.zone,
            "max" => &mut self.max,
            "currency" => &mut self.currency,
            "audio" => &mut self.audio,
            "q" => &mut self.q,
            "sort" => &mut self.sort,
            "after" => &mut self.after,
            _ => return None,
        })
    }

    /// Every field with what is in it, in the order of the address.
    fn pairs(&self) -> Vec<(&'static str, &str)> {
        let mut pairs: Vec<(&'static str, &str)> = Vec::new();
        pairs.extend(self.instrument.iter().map(|value| ("instrument", value.as_str())));
        pairs.push(("match", &self.all));
        pairs.push(("genre", &self.genre));
        pairs.push(("place", &self.place));
        pairs.push(("km", &self.km));
        pairs.push(("way", &self.way));
        pairs.push(("date", &self.date));
        pairs.push(("from", &self.from));
        pairs.push(("to", &self.to));
        pairs.push(("hours", &self.hours));
        pairs.push(("until", &self.until));
        pairs.push(("zone", &self.zone));
        pairs.push(("max", &self.max));
        pairs.push(("currency", &self.currency));
        pairs.extend(self.charts.iter().map(|value| ("charts", value.as_str())));
        pairs.extend(self.language.iter().map(|value| ("language", value.as_str())));
        pairs.extend(self.union.iter().map(|value| ("union", value.as_str())));
        pairs.push(("audio", &self.audio));
        pairs.push(("q", &self.q));
        pairs.push(("sort", &self.sort));
        let needless = |(name, value): &(&str, &str)| match *name {
            "zone" => self.date.is_empty() && self.hours.is_empty(),
            "from" | "to" => self.date.is_empty() || !self.hours.is_empty(),
            "currency" => self.max.is_empty(),
            "km" => self.place.is_empty(),
            "match" => self.instrument.len() < 2,
            "sort" => *value == Sort::Best.word(),
            _ => false,
        };
        pairs.retain(|pair| !pair.1.is_empty() && !needless(pair));
        pairs
    }

    /// The address of this search with some fields left out, and others set.
    pub(super) fn address(&self, path: &str, without: &[&str], set: &[(&str, &str)]) -> String {
        let kept = self.pairs().into_iter().filter(|(name, _)| {
            !without.contains(name) && !set.iter().any(|(changed, _)| changed == name)
        });
        let all = kept.chain(set.iter().copied().filter(|(_, value)| !value.is_empty()));
        let query: Vec<String> =
            all.map(|(name, value)| format!("{name}={}", crate::web::escape(value))).collect();
        if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
    }

    /// The same as links on the page of this search have it, of which there are many: what follows
    /// the path, where anything does.
    pub(super) fn beside(&self, without: &[&str], set: &[(&str, &str)]) -> String {
        let query = self.address("", without, set);
        if query.is_empty() { "/musicians".into() } else { query }
    }

    /// What is kept of it, where somebody keeps it: neither the page nor the order.
    pub(super) fn query(&self) -> String {
        let address = self.address("", &["after", "sort"], &[]);
        address.strip_prefix('?').unwrap_or_default().to_owned()
    }

    /// Where to ask a player for what was searched: the instrument that matched, and the time.
    pub(super) fn asking(&self, player: &str, instrument: Option<&str>) -> String {
        let instrument = ("instrument", instrument.unwrap_or_default());
        self.address(&format!("{player}/calls/new"), &NOT_THEIRS, &[instrument])
    }

    /// What every player of a page is asked with: all but the instrument, which is their own.
    pub(super) fn asked_of_all(&self, remote: bool) -> Vec<(&'static str, String)> {
        let theirs = |(name, _): &(&str, &str)| *name != "instrument" && !NOT_THEIRS.contains(name);
        let pairs = self.pairs().into_iter().filter(theirs);
        let remote = remote.then_some(("remote", "1"));
        pairs.chain(remote).map(|(name, value)| (name, value.to_owned())).collect()
    }

    /// Where to read about a player: with the time that was asked for and the instrument that
    /// matched, to ask them for the same. A time is by the player's clock where no other is named.
    pub(super) fn reading(
        &self,
        player: &str,
        instrument: Option<&str>,
        by_own_clock: bool,
    ) -> String {
        match self.date.is_empty() || !self.hours.is_empty() {
            true => player.to_owned(),
            false => {
                let instrument = ("instrument", instrument.unwrap_or_default());
                let zone = ("zone", if by_own_clock { "" } else { &self.zone });
                self.address(player, &NOT_THEIRS, &[instrument, zone])
            }
        }
    }

    pub(super) fn asks_for_time(&self) -> bool {
        !(self.date.is_empty() && self.hours.is_empty())
    }

    /// The city asked for, to be looked up before the rest is read.
    pub(super) fn city(&self) -> Option<&str> {
        Some(self.place.as_str()).filter(|place| !place.is_empty() && place.len() <= 200)
    }
}

/// The labels of what was ignored, each with why, as sentences.
pub(super) fn notes(ignored: &FieldErrors) -> Vec<String> {
    let label = |field: &str| {
        LABELS.iter().find(|(known, _)| *known == field).map_or("This", |(_, label)| label)
    };
    let each = |(field, faults): (&'static str, &[String])| {
        faults.iter().map(|fault| format!("{} {fault}.", label(field))).collect::<Vec<_>>()
    };
    ignored.iter().flat_map(each).collect()
}
