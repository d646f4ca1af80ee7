use axum::{
    extract::{FromRequestParts, RawQuery},
    http::request::Parts,
};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use serde::Deserialize;
use std::convert::Infallible;

use super::super::model::{
    Chart, Cursor, Near, Search, Sort, Time, Wanted, Way, lean, spelled, words_of,
};
use crate::{
    catalog::{Catalog, Place},
    values::{
        Currency, FieldErrors, GenreId, InstrumentId, Line, Minute, Money, Slot, Zone, read_day,
    },
};

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
    /// Instead of from and to: so many hours, any time that day, or up to `until`.
    pub(super) hours: String,
    /// The last day, with `hours`.
    pub(super) until: String,
    /// By whose clock: an IANA name.
    pub(super) zone: String,
    /// The most a session may cost, or a song where it is remote.
    pub(super) max: String,
    /// The currency of `max`; other currencies are converted.
    pub(super) currency: String,
    /// `notation`, `numbers`, `ear`; several mean all of them.
    pub(super) charts: Vec<String>,
    /// ISO 639-1 codes; several mean all of them.
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

/// What the address asked for, and what of it made no sense.
pub(super) struct Read {
    pub(super) search: Search,
    pub(super) zone: Zone,
    pub(super) currency: Currency,
    pub(super) cursor: Option<Cursor>,
    pub(super) ignored: FieldErrors,
}

pub(super) const LABELS: [(&str, &str); 22] = [
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

/// A list that takes more than this is somebody trying things out.
const MOST_CHOICES: usize = 8;

/// How far around a place, where nobody says.
const USUAL_KM: u32 = 50;

impl<S: Send + Sync> FromRequestParts<S> for SearchForm {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<SearchForm, Infallible> {
        let RawQuery(query) = RawQuery::from_request_parts(parts, state).await?;
        Ok(SearchForm::of(query.as_deref().unwrap_or_default()))
    }
}

impl SearchForm {
    /// Takes an address apart. Whatever it is, it is some search: what means nothing is kept apart,
    /// and of what is said twice the last counts.
    pub(in crate::discovery) fn of(query: &str) -> SearchForm {
        let mut form = SearchForm::default();
        for (name, value) in form_urlencoded::parse(query.as_bytes()) {
            let value = value.trim().to_owned();
            let several = match &*name {
                "instrument" => Some(&mut form.instrument),
                "charts" => Some(&mut form.charts),
                "language" => Some(&mut form.language),
                "union" => Some(&mut form.union),
                _ => None,
            };
            if let Some(list) = several {
                if !value.is_empty() && !list.contains(&value) {
                    list.push(value);
                }
                continue;
            }
            match form.field(&name) {
                Some(field) if !value.is_empty() || field.is_empty() => *field = value,
                Some(_) => {}
                None => form.unknown.push(name.chars().take(40).collect()),
            }
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
            "zone" => self.date.is_empty(),
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

    /// Where to ask a player for what was searched: the instrument that matched, and the time.
    pub(super) fn asking(&self, player: &str, instrument: Option<&str>, remote: bool) -> String {
        let not_theirs = [
            "place", "km", "match", "way", "max", "currency", "charts", "language", "union",
            "audio", "q", "sort", "after", "hours", "until",
        ];
        let instrument = ("instrument", instrument.unwrap_or_default());
        let remote = ("remote", if remote { "1" } else { "" });
        self.address(&format!("{player}/calls/new"), &not_theirs, &[instrument, remote])
    }

    /// The city asked for, to be looked up before the rest is read.
    pub(super) fn city(&self) -> Option<&str> {
        Some(self.place.as_str()).filter(|place| !place.is_empty() && place.len() <= 200)
    }

    /// Reads what makes sense and notes the rest. `home` is the clock of a reader who named none;
    /// `city` is what [`SearchForm::city`] was found to be.
    pub(super) fn read(
        &self,
        catalog: &Catalog,
        city: Option<&Place>,
        home: Zone,
        now: DateTime<Utc>,
    ) -> Read {
        let mut ignored = FieldErrors::default();
        for name in self.unknown.iter().take(5) {
            ignored.add("unknown", format!("says “{name}”, which is nothing to search by"));
        }
        let zone = match self.zone.as_str() {
            "" => home,
            name => ignored.take("zone", name.parse()).unwrap_or(home),
        };
        let currency = match self.currency.as_str() {
            "" => None,
            code => ignored.take("currency", code.parse::<Currency>()),
        };
        let currency = currency.unwrap_or_else(Currency::usual);
        let instruments = self.instruments(catalog, &mut ignored);
        let genre = self.genre(catalog, &mut ignored);
        let words = line::<100>("q", &self.q, &mut ignored).map(|words| words_of(&words));
        let words: Vec<String> = words.unwrap_or_default();
        let spelled = if words.is_empty() { Vec::new() } else { spelled(catalog, &words) };
        let leans = instruments.is_empty() && genre.is_none() && !words.is_empty();
        let search = Search {
            all: self.all(&mut ignored) && instruments.len() > 1,
            leaning: if leans { lean(catalog, &words, &spelled) } else { None },
            spelled,
            instruments,
            genre,
            near: self.near(city, &mut ignored),
            way: self.way(city.is_some(), &mut ignored),
            time: self.time(zone, now, &mut ignored),
            top_rate: self.top_rate(currency, &mut ignored),
            charts: self.charts(&mut ignored),
            languages: self.languages(&mut ignored),
            unions: self.unions(&mut ignored),
            has_audio: self.audio(&mut ignored),
            words,
            sort: match self.sort.as_str() {
                "" => Sort::Best,
                word => {
                    ignored.take("sort", word.parse().map_err(|()| NO_ORDER)).unwrap_or_default()
                }
            },
        };
        let cursor = match self.after.as_str() {
            "" => None,
            after => ignored.take("after", after.parse::<Cursor>().map_err(|_| NO_PLACE)),
        };
        Read { search, zone, currency, cursor, ignored }
    }

    fn instruments(
        &self,
        catalog: &Catalog,
        ignored: &mut FieldErrors,
    ) -> Vec<Wanted<InstrumentId>> {
        let mut wanted: Vec<Wanted<InstrumentId>> = Vec::new();
        let known = |text: &String| catalog.instrument(text).ok_or(NO_INSTRUMENT);
        for text in self.instrument.iter().take(MOST_CHOICES) {
            let found = ignored.take("instrument", known(text));
            if let Some(found) = found.filter(|one| !wanted.iter().any(|w| w.id == one.id)) {
                wanted.push(Wanted::instrument(found));
            }
        }
        if self.instrument.len() > MOST_CHOICES {
            ignored.add("instrument", "has more than 8: the first 8 are searched");
        }
        wanted
    }

    fn all(&self, ignored: &mut FieldErrors) -> bool {
        if !matches!(self.all.as_str(), "" | "any" | "all") {
            ignored.add("match", "is any, or all");
        }
        self.all == "all"
    }

    fn genre(&self, catalog: &Catalog, ignored: &mut FieldErrors) -> Option<Wanted<GenreId>> {
        let text = Some(self.genre.as_str()).filter(|text| !text.is_empty())?;
        let found = catalog.genre(text).map(Wanted::genre);
        ignored.take("genre", found.ok_or("is not a genre we know by that name"))
    }

    fn near(&self, city: Option<&Place>, ignored: &mut FieldErrors) -> Option<Near> {
        line::<80>("place", &self.place, ignored)?;
        let place = ignored.take("place", city.ok_or(NO_CITY));
        let km = match self.km.as_str() {
            "" => Some(USUAL_KM),
            text => {
                let km = text.parse().ok().filter(|km| (1..=1_000).contains(km));
                ignored.take("km", km.ok_or("is not a number of kilometres from 1 to 1000"))
            }
        };
        let place = place?;
        Some(Near {
            name: place.name.clone(),
            latitude: place.latitude,
            longitude: place.longitude,
            km: km.unwrap_or(USUAL_KM),
        })
    }

    fn way(&self, has_place: bool, ignored: &mut FieldErrors) -> Way {
        match self.way.as_str() {
            "" => Way::Any,
            "room" => Way::Room,
            "remote" => Way::Remote,
            "either" if has_place => Way::Either,
            "either" => {
                ignored.add("way", "asks for a room near a place, or remote: say which place");
                Way::Any
            }
            _ => {
                ignored.add("way", "is in a room, remote, or either");
                Way::Any
            }
        }
    }

    /// A whole time, or nothing: half of one is said to be ignored.
    fn time(&self, zone: Zone, now: DateTime<Utc>, ignored: &mut FieldErrors) -> Option<Time> {
        let parts = [&self.date, &self.from, &self.to, &self.hours, &self.until];
        if parts.iter().all(|text| text.is_empty()) {
            return None;
        }
        if self.date.is_empty() {
            ignored.add("date", "is missing, so the time was ignored: say which day");
            return None;
        }
        let day = ignored.take("date", read_day(&self.date))?;
        let time = match self.hours.as_str() {
            "" => self.slot(day, zone, ignored).map(|slot| Time::Slot(slot, zone)),
            hours => self.within(day, hours, zone, now, ignored),
        }?;
        if time.window().ends_at() <= now
            || matches!(time, Time::Slot(slot, _) if slot.starts_at() <= now)
        {
            ignored.add("date", "is over: nobody is free then");
            return None;
        }
        if time.window().ends_at() > now + TimeDelta::days(550) {
            ignored.add("date", "is further ahead than anyone can be asked for: 18 months");
            return None;
        }
        Some(time)
    }

    fn slot(&self, day: NaiveDate, zone: Zone, ignored: &mut FieldErrors) -> Option<Slot> {
        if !self.until.is_empty() {
            ignored.add("until", "needs a number of hours, any time up to that day");
        }
        let minute = |text: &str, usual: &str| match text {
            "" => usual.parse::<Minute>(),
            text => text.parse(),
        };
        let from = ignored.take("from", minute(&self.from, "10:00"));
        let to = ignored.take("to", minute(&self.to, "13:00"));
        let (from, to) = (from?, to?);
        let starts = ignored.take("from", zone.read(from.on(day)?))?;
        ignored.take("to", Slot::new(starts, zone.end(to.on(day)?)))
    }

    fn within(
        &self,
        day: NaiveDate,
        hours: &str,
        zone: Zone,
        now: DateTime<Utc>,
        ignored: &mut FieldErrors,
    ) -> Option<Time> {
        let hours = hours.replace(',', ".").parse::<f64>().ok();
        let hours = hours.filter(|hours| (0.5..=24.0).contains(hours)).ok_or(NO_HOURS);
        let minutes = ignored.take("hours", hours)? * 60.0;
        let last = match self.until.as_str() {
            "" => Some(day),
            until => ignored.take("until", read_day(until)),
        }?;
        if last < day || (last - day).num_days() > 31 {
            ignored.add("until", "is before the date, or more than a month after it");
            return None;
        }
        let from = zone.start(day.and_time(NaiveTime::MIN)).max(now);
        let to = zone.end(last.succ_opt()?.and_time(NaiveTime::MIN));
        let window = ignored
            .take("date", Slot::new(from, to).map_err(|_| "is over: nobody is free then"))?;
        Some(Time::Within { window, length: TimeDelta::minutes(minutes.round() as i64), zone })
    }

    fn top_rate(&self, currency: Currency, ignored: &mut FieldErrors) -> Option<Money> {
        let text = Some(self.max.as_str()).filter(|text| !text.is_empty())?;
        ignored.take("max", Money::parse(text, currency))
    }

    fn charts(&self, ignored: &mut FieldErrors) -> Vec<Chart> {
        let known = |text: &String| Chart::ALL.into_iter().find(|chart| chart.word() == text);
        let each = self.charts.iter().take(MOST_CHOICES);
        each.filter_map(|text| ignored.take("charts", known(text).ok_or(NO_CHART))).collect()
    }

    fn languages(&self, ignored: &mut FieldErrors) -> Vec<String> {
        let known = |code: &String| {
            let is_code = code.len() == 2 && code.bytes().all(|b| b.is_ascii_lowercase());
            is_code.then(|| code.clone()).ok_or("are told by two letters, such as en")
        };
        let each = self.language.iter().take(MOST_CHOICES);
        each.filter_map(|code| ignored.take("language", known(code))).collect()
    }

    fn unions(&self, ignored: &mut FieldErrors) -> Vec<String> {
        let known = |code: &String| {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            let is_code = code.len() <= 40 && code.chars().all(plain);
            is_code.then(|| code.clone()).ok_or("is none we know")
        };
        let each = self.union.iter().take(MOST_CHOICES);
        each.filter_map(|code| ignored.take("union", known(code))).collect()
    }

    fn audio(&self, ignored: &mut FieldErrors) -> bool {
        if !matches!(self.audio.as_str(), "" | "0" | "1") {
            ignored.add("audio", "are wanted, 1, or not");
        }
        self.audio == "1"
    }
}

const NO_INSTRUMENT: &str = "is not an instrument we know by that name";
const NO_CITY: &str = "is no city we know: write its name, and its country after a comma";
const NO_HOURS: &str = "is not a number of hours from half of one to 24";
const NO_CHART: &str = "are notation, numbers, or ear";
const NO_ORDER: &str = "is best, soonest, rate, credits, or newest";
const NO_PLACE: &str = "is none of ours: this is the beginning";

fn line<const MAX: usize>(
    field: &'static str,
    text: &str,
    ignored: &mut FieldErrors,
) -> Option<String> {
    let line = ignored.take(field, Line::<MAX>::optional(text)).flatten();
    line.map(|line| line.as_str().to_owned())
}
