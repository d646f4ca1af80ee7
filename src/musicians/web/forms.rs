use serde::Deserialize;

use super::super::model::{Detail, Profile, Union};
use crate::{
    catalog::Catalog,
    values::{Currency, FieldErrors, GenreId, InstrumentId, Language, Line, Money, Prose, Zone},
};

/// A profile as it was typed. Instruments stand in rows: the n-th of `instrument` has the n-th of
/// `gear`, and `primary` is the number of the first among them.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ProfileForm {
    /// The version the form was made from.
    pub(super) version: String,
    pub(super) name: String,
    pub(super) headline: String,
    pub(super) about: String,
    pub(super) place: String,
    pub(super) zone: String,
    /// `room`, `remote`.
    pub(super) works: Vec<String>,
    pub(super) currency: String,
    pub(super) session_rate: String,
    pub(super) song_rate: String,
    pub(super) rate_includes: String,
    pub(super) remote_setup: String,
    pub(super) room_setup: String,
    /// Names or ISO 639-1 codes, the best first; empty ones are left out.
    pub(super) language: Vec<String>,
    /// Codes, such as `afm`.
    pub(super) union: Vec<String>,
    /// `notation`, `numbers`, `ear`.
    pub(super) charts: Vec<String>,
    /// Slugs, names or other words; empty rows are left out.
    pub(super) instrument: Vec<String>,
    pub(super) gear: Vec<String>,
    pub(super) primary: String,
    /// Slugs.
    pub(super) genre: Vec<String>,
}

/// A row of the form's instruments.
pub(super) struct InstrumentRow {
    pub(super) at: usize,
    pub(super) name: String,
    pub(super) gear: String,
    pub(super) is_primary: bool,
}

/// Each field with its label: of the form, of an admin's remarks, and of the list of faults.
pub(crate) const FIELDS: [(&str, &str); 17] = [
    ("version", "This profile"),
    ("name", "Name"),
    ("headline", "Headline"),
    ("about", "About"),
    ("place", "Place"),
    ("zone", "Time zone"),
    ("language", "Languages"),
    ("works", "How you work"),
    ("remote_setup", "Where you record"),
    ("room_setup", "What you bring"),
    ("currency", "Currency"),
    ("session_rate", "Rate for a session"),
    ("song_rate", "Rate for a song"),
    ("rate_includes", "What it covers"),
    ("union", "Unions"),
    ("instrument", "Instruments"),
    ("genre", "Genres"),
];

const MOST_LANGUAGES: usize = 8;

impl ProfileForm {
    pub(super) fn of(profile: &Profile, catalog: &Catalog) -> ProfileForm {
        let ticked = |pairs: &[(bool, &str)]| {
            pairs.iter().filter(|(is, _)| *is).map(|(_, word)| (*word).to_owned()).collect()
        };
        let rate = |rate: Option<Money>| rate.map(Money::typed).unwrap_or_default();
        let genres = profile.genres.iter().filter_map(|id| catalog.genre_by_id(*id));
        ProfileForm {
            version: profile.version.to_string(),
            name: profile.name.clone(),
            headline: profile.headline.clone(),
            about: profile.about.clone(),
            place: profile.place_typed.clone(),
            zone: profile.zone.name().into(),
            works: ticked(&[(profile.works_in_room, "room"), (profile.works_remotely, "remote")]),
            currency: profile.currency.code().into(),
            session_rate: rate(profile.session_rate),
            song_rate: rate(profile.song_rate),
            rate_includes: profile.rate_includes.clone(),
            remote_setup: profile.remote_setup.clone(),
            room_setup: profile.room_setup.clone(),
            language: profile.languages.iter().map(|one| one.name().into()).collect(),
            union: profile.unions.iter().map(|one| one.code().into()).collect(),
            charts: ticked(&[
                (profile.reads_notation, "notation"),
                (profile.reads_numbers, "numbers"),
                (profile.plays_by_ear, "ear"),
            ]),
            instrument: profile.instruments.iter().map(|plays| plays.name.clone()).collect(),
            gear: profile.instruments.iter().map(|plays| plays.gear.clone()).collect(),
            primary: "0".into(),
            genre: genres.map(|genre| genre.slug.clone()).collect(),
        }
    }

    pub(super) fn version(&self) -> i32 {
        self.version.trim().parse().unwrap_or(0)
    }

    pub(super) fn ticks(list: &[String], word: &str) -> bool {
        list.iter().any(|one| one == word)
    }

    /// Rows as the page shows them, numbered as they will be sent: what was typed, and three empty
    /// ones.
    pub(super) fn rows(&self) -> Vec<InstrumentRow> {
        let filled = self.instrument.len();
        let text = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        let typed = (0..filled).filter(|at| !text(&self.instrument, *at).trim().is_empty());
        let row = |(at, was): (usize, usize)| InstrumentRow {
            at,
            name: text(&self.instrument, was),
            gear: text(&self.gear, was),
            is_primary: self.primary == was.to_string(),
        };
        typed.chain(filled..filled + 3).enumerate().map(row).collect()
    }

    /// What was typed of languages, and room for two more.
    pub(super) fn language_rows(&self) -> Vec<&str> {
        let typed = self.language.iter().map(String::as_str).filter(|text| !text.trim().is_empty());
        let mut rows: Vec<&str> = typed.take(MOST_LANGUAGES + 1).collect();
        rows.resize(rows.len().max((rows.len() + 2).min(MOST_LANGUAGES)), "");
        rows
    }

    /// Reads what was typed, naming every field that will not do.
    pub(super) fn read(&self, catalog: &Catalog) -> Result<Detail, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Line::parse(&self.name));
        let headline = errors.take("headline", Line::optional(&self.headline));
        let about = errors.take("about", Prose::optional(&self.about));
        let place = errors.take("place", Line::optional(&self.place));
        let zone = errors.take("zone", self.zone.parse::<Zone>());
        let currency = errors.take("currency", self.currency.parse::<Currency>());
        let session_rate = rate("session_rate", &self.session_rate, currency, &mut errors);
        let song_rate = rate("song_rate", &self.song_rate, currency, &mut errors);
        let instruments = self.instruments(catalog, &mut errors);
        let genres = self.genres(catalog, &mut errors);
        let rate_includes = errors.take("rate_includes", Prose::optional(&self.rate_includes));
        let remote_setup = errors.take("remote_setup", Prose::optional(&self.remote_setup));
        let room_setup = errors.take("room_setup", Prose::optional(&self.room_setup));
        let languages = self.languages(&mut errors);
        let unions = self.unions(&mut errors);
        let all = (name, zone, currency);
        let (Some(name), Some(zone), Some(currency)) = all else { return Err(errors) };
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Detail {
            name,
            headline: headline.flatten(),
            about: about.flatten(),
            place: place.flatten(),
            zone,
            works_in_room: Self::ticks(&self.works, "room"),
            works_remotely: Self::ticks(&self.works, "remote"),
            currency,
            session_rate,
            song_rate,
            rate_includes: rate_includes.flatten(),
            remote_setup: remote_setup.flatten(),
            room_setup: room_setup.flatten(),
            languages,
            unions,
            reads_notation: Self::ticks(&self.charts, "notation"),
            reads_numbers: Self::ticks(&self.charts, "numbers"),
            plays_by_ear: Self::ticks(&self.charts, "ear"),
            instruments,
            genres,
        })
    }

    fn languages(&self, errors: &mut FieldErrors) -> Vec<Language> {
        let mut languages: Vec<Language> = Vec::new();
        let typed = || self.language.iter().filter(|text| !text.trim().is_empty());
        for text in typed().take(MOST_LANGUAGES) {
            match errors.take("language", text.parse::<Language>()) {
                Some(known) if !languages.contains(&known) => languages.push(known),
                _ => {}
            }
        }
        if typed().count() > MOST_LANGUAGES {
            errors.add("language", "are more than 8: keep those you can take direction in");
        }
        languages
    }

    fn unions(&self, errors: &mut FieldErrors) -> Vec<Union> {
        let mut unions: Vec<Union> = Vec::new();
        for code in self.union.iter().filter(|code| !code.trim().is_empty()) {
            match Union::of_code(code.trim()) {
                Some(known) if unions.contains(&known) => {}
                Some(known) => unions.push(known),
                None => errors.add("union", "have one that is not in our list"),
            }
        }
        unions
    }

    /// The primary first.
    fn instruments(
        &self,
        catalog: &Catalog,
        errors: &mut FieldErrors,
    ) -> Vec<(InstrumentId, Option<Line<200>>)> {
        let primary = self.primary.trim().parse::<usize>().unwrap_or(0);
        let mut rows: Vec<(bool, (InstrumentId, Option<Line<200>>))> = Vec::new();
        for (at, text) in self.instrument.iter().enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let gear = self.gear.get(at).map_or("", String::as_str);
            let gear = errors.take("instrument", Line::optional(gear)).flatten();
            match catalog.instrument(text) {
                Some(known) if rows.iter().any(|(_, (id, _))| *id == known.id) => {
                    errors.add("instrument", format!("has {} twice", known.name));
                }
                Some(known) => rows.push((at != primary, (known.id, gear))),
                None => {
                    let shown: String = text.chars().take(40).collect();
                    errors.add("instrument", format!("has “{shown}”, which is not in our catalog"));
                }
            }
        }
        if rows.len() > 20 {
            errors.add("instrument", "are more than 20: keep those you are booked for");
        }
        rows.sort_by_key(|(later, _)| *later);
        rows.into_iter().map(|(_, row)| row).collect()
    }

    fn genres(&self, catalog: &Catalog, errors: &mut FieldErrors) -> Vec<GenreId> {
        let mut ids: Vec<GenreId> = Vec::new();
        for slug in self.genre.iter().filter(|slug| !slug.trim().is_empty()) {
            match catalog.genre(slug) {
                Some(known) if ids.contains(&known.id) => {}
                Some(known) => ids.push(known.id),
                None => errors.add("genre", "have one that is not in our catalog"),
            }
        }
        if ids.len() > 30 {
            errors.add("genre", "are more than 30: keep those you are booked for");
        }
        ids
    }
}

fn rate(
    field: &'static str,
    text: &str,
    currency: Option<Currency>,
    errors: &mut FieldErrors,
) -> Option<Money> {
    let text = Some(text.trim()).filter(|text| !text.is_empty())?;
    errors.take(field, Money::parse(text, currency?))
}
