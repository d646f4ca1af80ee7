use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::model::{Search, Wanted, Way};
use crate::{
    catalog::{Catalog, Genre, Instrument},
    values::{Currency, FieldErrors, Line, Minute, Money, Slot, Zone, read_day},
};

/// What is looked for, as it stands in the address.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct SearchForm {
    /// A slug, a name or another word for it: `fiddle`, `B3`, `upright`.
    pub(super) instrument: String,
    /// A slug, a name or another word for it; a parent finds its children.
    pub(super) genre: String,
    /// Part of where a player is at home.
    pub(super) place: String,
    /// `room`, `remote`, or nothing for either.
    pub(super) way: String,
    /// `2026-12-08`
    pub(super) date: String,
    /// `10:00`
    pub(super) from: String,
    /// `13:00`
    pub(super) to: String,
    /// By whose clock: an IANA name.
    pub(super) zone: String,
    /// The most a session may cost, or a song where it is remote.
    pub(super) max: String,
    /// The currency of `max`: who is paid in another is left out.
    pub(super) currency: String,
    /// Words of the name, the profile or the gear.
    pub(super) q: String,
    /// The `next` of the page before.
    pub(super) after: String,
}

/// What the address asked for, and what of it made no sense.
pub(super) struct Read {
    pub(super) search: Search,
    pub(super) zone: Zone,
    pub(super) ignored: FieldErrors,
}

pub(super) const LABELS: [(&str, &str); 11] = [
    ("instrument", "Instrument"),
    ("genre", "Genre"),
    ("place", "Place"),
    ("way", "Where"),
    ("date", "Date"),
    ("from", "From"),
    ("to", "To"),
    ("zone", "Time zone"),
    ("max", "At most"),
    ("currency", "Currency"),
    ("q", "Words"),
];

impl SearchForm {
    /// Reads what makes sense and notes the rest. `home` is the clock of a reader who named none.
    pub(super) fn read(&self, catalog: &Catalog, home: Zone, now: DateTime<Utc>) -> Read {
        let mut ignored = FieldErrors::default();
        let zone = match self.zone.trim() {
            "" => home,
            name => ignored.take("zone", name.parse()).unwrap_or(home),
        };
        let search = Search {
            instrument: self.instrument(catalog, &mut ignored),
            genre: self.genre(catalog, &mut ignored),
            place: line::<80>("place", &self.place, &mut ignored),
            way: match self.way.trim() {
                "" => Way::Either,
                "room" => Way::Room,
                "remote" => Way::Remote,
                _ => {
                    ignored.add("way", "is in a room, remote, or either");
                    Way::Either
                }
            },
            time: self.time(zone, now, &mut ignored).map(|slot| (slot, zone)),
            top_rate: self.top_rate(&mut ignored),
            words: line::<100>("q", &self.q, &mut ignored)
                .map(|words| words.split_whitespace().map(str::to_owned).collect())
                .unwrap_or_default(),
        };
        Read { search, zone, ignored }
    }

    fn instrument(
        &self,
        catalog: &Catalog,
        ignored: &mut FieldErrors,
    ) -> Option<Wanted<crate::values::InstrumentId>> {
        let text = Some(self.instrument.trim()).filter(|text| !text.is_empty())?;
        let wanted = |found: &Instrument| Wanted {
            id: found.id,
            name: found.name.clone(),
            also: found.kin.clone(),
        };
        let found = catalog.instrument(text).map(wanted);
        ignored.take("instrument", found.ok_or("is not an instrument we know by that name"))
    }

    fn genre(
        &self,
        catalog: &Catalog,
        ignored: &mut FieldErrors,
    ) -> Option<Wanted<crate::values::GenreId>> {
        let text = Some(self.genre.trim()).filter(|text| !text.is_empty())?;
        let wanted = |found: &Genre| Wanted {
            id: found.id,
            name: found.name.clone(),
            also: catalog
                .with_descendants(found.id)
                .into_iter()
                .filter(|id| *id != found.id)
                .collect(),
        };
        let found = catalog.genre(text).map(wanted);
        ignored.take("genre", found.ok_or("is not a genre we know by that name"))
    }

    /// A whole time, or nothing: half of one is said to be ignored.
    fn time(&self, zone: Zone, now: DateTime<Utc>, ignored: &mut FieldErrors) -> Option<Slot> {
        let parts = [("date", &self.date), ("from", &self.from), ("to", &self.to)];
        if parts.iter().all(|(_, text)| text.trim().is_empty()) {
            return None;
        }
        if self.date.trim().is_empty() {
            ignored.add("date", "is missing, so the time was ignored: say which day");
            return None;
        }
        let day = ignored.take("date", read_day(&self.date))?;
        let minute = |text: &str, usual: &str| match text.trim() {
            "" => usual.parse::<Minute>(),
            text => text.parse(),
        };
        let from = ignored.take("from", minute(&self.from, "10:00"));
        let to = ignored.take("to", minute(&self.to, "13:00"));
        let (from, to) = (from?, to?);
        let starts = ignored.take("from", zone.read(from.on(day)?))?;
        let slot = ignored.take("to", Slot::new(starts, zone.end(to.on(day)?)))?;
        if slot.starts_at() <= now {
            ignored.add("date", "is over: nobody is free then");
            return None;
        }
        if slot.starts_at() > now + chrono::TimeDelta::days(550) {
            ignored.add("date", "is further ahead than anyone can be asked for: 18 months");
            return None;
        }
        Some(slot)
    }

    fn top_rate(&self, ignored: &mut FieldErrors) -> Option<Money> {
        let text = Some(self.max.trim()).filter(|text| !text.is_empty())?;
        let currency = match self.currency.trim() {
            "" => "USD",
            code => code,
        };
        let currency = ignored.take("currency", currency.parse::<Currency>())?;
        ignored.take("max", Money::parse(text, currency))
    }

    /// The address of this search with some fields emptied or set.
    pub(super) fn address(&self, path: &str, without: &[&str], after: Option<String>) -> String {
        let fields = [
            ("instrument", &self.instrument),
            ("genre", &self.genre),
            ("place", &self.place),
            ("way", &self.way),
            ("date", &self.date),
            ("from", &self.from),
            ("to", &self.to),
            ("zone", &self.zone),
            ("max", &self.max),
            ("currency", &self.currency),
            ("q", &self.q),
        ];
        let kept = fields
            .into_iter()
            .filter(|(name, text)| !without.contains(name) && !text.is_empty())
            .map(|(name, text)| format!("{name}={}", crate::web::escape(text)))
            .chain(after.map(|after| format!("after={after}")));
        let query = kept.collect::<Vec<_>>().join("&");
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }
}

fn line<const MAX: usize>(
    field: &'static str,
    text: &str,
    ignored: &mut FieldErrors,
) -> Option<String> {
    let line = ignored.take(field, Line::<MAX>::optional(text)).flatten();
    line.map(|line| line.as_str().to_owned())
}
