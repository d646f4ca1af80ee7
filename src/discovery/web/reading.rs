//! Each field of a search, read: what makes no sense is noted and ignored.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Chart, Cursor, Near, Search, Sort, Time, Wanted, Way, lean, spelled},
        store,
    },
    forms::{MOST_CHOICES, SearchForm},
};
use crate::{
    catalog::{self, Catalog, Place, words_of},
    musicians::Union,
    values::{
        Currency, FieldErrors, GenreId, InstrumentId, Language, Line, Minute, Money, Slot, Zone,
        read_day,
    },
};

/// What the address asked for, and what of it made no sense.
pub(super) struct Read {
    pub(super) search: Search,
    pub(super) zone: Zone,
    pub(super) currency: Currency,
    pub(super) cursor: Option<Cursor>,
    pub(super) ignored: FieldErrors,
}

/// What of an address only the database knows.
#[derive(Debug, Default)]
pub(super) struct LookedUp {
    /// The city that is meant.
    city: Option<Place>,
    /// The words that are typed.
    words: Vec<String>,
}

/// How far around a place, where nobody says.
const USUAL_KM: u32 = 50;

/// How far ahead hours are looked for where no day is named at all.
const THIS_WEEK: Days = Days::new(6);

impl SearchForm {
    /// Asks the database what is needed to read the rest.
    pub(super) async fn look_up(&self, db: &mut PgConnection) -> sqlx::Result<LookedUp> {
        let city = match self.city() {
            Some(text) => catalog::meant(db, text).await?,
            None => None,
        };
        let words = match self.words() {
            Some(words) if words.as_str().is_ascii() => words_of(words.as_str()),
            Some(words) => store::words(db, words.as_str()).await?,
            None => Vec::new(),
        };
        Ok(LookedUp { city, words })
    }

    fn words(&self) -> Option<Line<100>> {
        Line::optional(&self.q).ok().flatten()
    }

    /// Reads what makes sense and notes the rest. `home` is the clock of a reader who named none.
    pub(super) fn read(
        &self,
        catalog: &Catalog,
        known: LookedUp,
        home: Zone,
        now: DateTime<Utc>,
    ) -> Read {
        let mut ignored = FieldErrors::default();
        for name in &self.unknown {
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
        let lists = [
            ("instrument", &self.instrument),
            ("charts", &self.charts),
            ("language", &self.language),
            ("union", &self.union),
        ];
        for (field, _) in lists.iter().filter(|(_, list)| list.len() > MOST_CHOICES) {
            ignored.add(field, "has more than 8: the first 8 are searched");
        }
        let instruments = self.instruments(catalog, &mut ignored);
        let genre = self.genre(catalog, &mut ignored);
        let LookedUp { city, words } = known;
        let typed = line::<100>("q", &self.q, &mut ignored).map(|words| words_of(&words));
        let typed = typed.unwrap_or_default();
        if words.is_empty() && self.words().is_some() {
            ignored.add("q", "have no letter and no figure: there is nothing to look for");
        }
        let spelled = if words.is_empty() { Vec::new() } else { spelled(catalog, &typed) };
        let leans = instruments.is_empty() && genre.is_none() && !words.is_empty();
        let search = Search {
            all: self.all(&mut ignored) && instruments.len() > 1,
            leaning: if leans { lean(catalog, &typed, &spelled) } else { None },
            spelled,
            instruments,
            genre,
            near: self.near(city.as_ref(), &mut ignored),
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
        let km = match self.km.as_str() {
            "" => Some(USUAL_KM),
            text => {
                let km = text.parse().ok().filter(|km| (1..=1_000).contains(km));
                ignored.take("km", km.ok_or("is not a number of kilometres from 1 to 1000"))
            }
        };
        line::<80>("place", &self.place, ignored)?;
        let place = ignored.take("place", city.ok_or(NO_CITY))?;
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
        let day = match self.date.as_str() {
            "" if self.hours.is_empty() => {
                ignored.add("date", "is missing, so the time was ignored: say which day");
                return None;
            }
            "" => zone.date(now),
            date => ignored.take("date", read_day(date))?,
        };
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
            "" if self.date.is_empty() => day.checked_add_days(THIS_WEEK),
            "" => Some(day),
            until => ignored.take("until", read_day(until)),
        }?;
        if last < day || (last - day).num_days() > 31 {
            ignored.add("until", "is before the first day, or more than a month after it");
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
        let known = |text: &String| text.parse().map(|known: Language| known.code().to_owned());
        let each = self.language.iter().take(MOST_CHOICES);
        each.filter_map(|text| ignored.take("language", known(text))).collect()
    }

    fn unions(&self, ignored: &mut FieldErrors) -> Vec<String> {
        let known = |code: &String| {
            let known = Union::of_code(&code.to_lowercase()).ok_or("is none we know");
            known.map(|union| union.code().to_owned())
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
const NO_PLACE: &str = "is not one that we gave out: this is the beginning";

fn line<const MAX: usize>(
    field: &'static str,
    text: &str,
    ignored: &mut FieldErrors,
) -> Option<String> {
    let line = ignored.take(field, Line::<MAX>::optional(text)).flatten();
    line.map(|line| line.as_str().to_owned())
}
