use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::model::{Ask, BadAsk, Kind, Terms, Times, Verb, When, Word};
use crate::{
    availability::{Room, Town},
    catalog::Catalog,
    values::{FieldErrors, Line, Minute, Money, Prose, Slot, Zone, read_day},
};

/// A request for a player's time as it was typed, so that a page can show it again.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CallForm {
    /// Of the recording; a working title will do.
    pub(super) title: String,
    pub(super) artist: String,
    /// `room` or `remote`.
    pub(super) kind: String,
    /// In a room: the day of the session, `2026-12-08`.
    pub(super) date: String,
    /// In a room: by the clock of `zone`, `10:00`.
    pub(super) from: String,
    /// In a room: on the same day; midnight is `24:00`.
    pub(super) to: String,
    /// In a room: whose clock the times are told by, `America/Chicago`.
    pub(super) zone: String,
    /// In a room: where it is.
    pub(super) place: String,
    /// In a room: the town, for the way there; left out, what follows the last comma of the place.
    pub(super) town: String,
    /// Remote: by when, by the player's clock.
    pub(super) due_date: String,
    pub(super) due_time: String,
    pub(super) brief: String,
    /// The slug of one of the player's instruments.
    pub(super) instrument: String,
    /// The slug of a genre.
    pub(super) genre: String,
    /// An amount in the player's currency, `380.00`.
    pub(super) fee: String,
    /// The number of what it is counted by, of those that the player works by. Left out: their own
    /// terms.
    pub(super) pack: String,
    /// Until when an answer is wanted, by the same clock as the call. Left out: 48 hours.
    pub(super) answer_date: String,
    pub(super) answer_time: String,
    /// Made with the form, so that sending it twice asks once.
    pub(super) form_key: String,
}

/// Every field with its label, in the order of the page.
pub(super) const LABELS: [(&str, &str); 19] = [
    ("title", "Title"),
    ("artist", "Artist"),
    ("instrument", "Instrument"),
    ("genre", "Genre"),
    ("brief", "Brief"),
    ("kind", "Kind of work"),
    ("date", "Date"),
    ("from", "From"),
    ("to", "To"),
    ("zone", "Zone"),
    ("place", "Place"),
    ("town", "Town"),
    ("due_date", "Due date"),
    ("due_time", "Due time"),
    ("fee", "Fee"),
    ("pack", "Counted by"),
    ("answer_date", "Answer date"),
    ("answer_time", "Answer time"),
    ("form_key", "This form’s key"),
];

impl CallForm {
    /// What may tell the town: what was typed as one, or the end of the place.
    pub(super) fn town_typed(&self) -> &str {
        let end = || self.place.rsplit_once(',').map_or("", |(_, town)| town);
        Some(self.town.trim()).filter(|town| !town.is_empty()).unwrap_or_else(end).trim()
    }

    /// Reads what was typed, naming every field that will not do. `town` is what
    /// [`CallForm::town_typed`] turned out to be.
    pub(super) fn read(
        &self,
        terms: Terms<'_>,
        catalog: &Catalog,
        town: Option<Town>,
    ) -> Result<Ask, FieldErrors> {
        let mut errors = FieldErrors::default();
        let title = errors.take("title", Line::parse(&self.title));
        let artist = errors.take("artist", Line::parse(&self.artist));
        let brief = errors.take("brief", Prose::parse(&self.brief));
        let instrument = errors.take("instrument", terms.instrument(&self.instrument));
        let genre = catalog.genres.iter().find(|genre| genre.slug == self.genre.trim());
        let genre = errors.take("genre", genre.map(|genre| genre.id).ok_or(BadAsk::NotGenre));
        let fee = errors.take("fee", Money::parse(&self.fee, terms.player.currency));
        let fee = fee.and_then(|fee| errors.take("fee", terms.fee(fee)));
        let counted = errors.take("pack", terms.counted_by(&self.pack));
        let form_key = errors.take("form_key", Line::optional(&self.form_key));
        let kind = errors.take("kind", terms.kind(&self.kind));
        let (zone, when, place) = match kind {
            Some(Kind::Room) => self.read_room(terms, town, &mut errors),
            Some(Kind::Remote) => self.read_remote(terms, &mut errors),
            None => (None, None, None),
        };
        let answer_by = zone.map(|zone| self.read_answer_by(terms.times, zone, when, &mut errors));
        let ask = || {
            Some(Ask {
                title: title?,
                artist: artist?,
                when: when?,
                zone: zone?,
                place,
                town: town.filter(|_| kind == Some(Kind::Room)).map(|town| town.id),
                brief: brief?,
                instrument: instrument?,
                genre: genre?,
                fee: fee?,
                terms: counted?,
                answer_by: answer_by?,
                form_key: form_key?,
            })
        };
        // Whatever is missing or wrong has left its fault.
        ask().filter(|_| errors.is_empty()).ok_or(errors)
    }

    fn read_room(
        &self,
        terms: Terms<'_>,
        town: Option<Town>,
        errors: &mut FieldErrors,
    ) -> (Option<Zone>, Option<When>, Option<Line<200>>) {
        let place: Option<Line<200>> = errors.take("place", Line::parse(&self.place));
        if town.is_none() && !self.town.trim().is_empty() {
            errors.add("town", BadAsk::NotTown);
        }
        let zone = errors.take("zone", self.zone.parse::<Zone>());
        let slot = self.read_session(zone, errors);
        let room = place.as_ref().map(|place| Room { name: place.to_string(), town });
        let slot = slot
            .zip(zone)
            .and_then(|(slot, zone)| CallForm::fit(slot, terms.times, room.as_ref(), zone, errors));
        (zone, slot.map(When::Room), place)
    }

    /// A session that is ahead, as long as sessions are, and for which the player is free.
    pub(super) fn fit(
        slot: Slot,
        times: Times<'_>,
        room: Option<&Room>,
        zone: Zone,
        errors: &mut FieldErrors,
    ) -> Option<Slot> {
        let is_today = zone.date(slot.starts_at()) == zone.date(times.now);
        let field = if is_today { "from" } else { "date" };
        errors.take(field, times.ahead(slot.starts_at()))?;
        let slot = errors.take("to", times.length(slot))?;
        errors.take("from", times.free(slot, room))
    }

    /// The session as typed, whatever the player's calendar says.
    pub(super) fn read_session(
        &self,
        zone: Option<Zone>,
        errors: &mut FieldErrors,
    ) -> Option<Slot> {
        let date = errors.take("date", read_day(&self.date));
        let from = errors.take("from", self.from.parse::<Minute>());
        // A time field cannot say 24:00; nothing ends at the first minute of its own day.
        let to = if self.to.trim() == "00:00" { "24:00" } else { &self.to };
        let to = errors.take("to", to.parse::<Minute>());
        let (zone, date, from, to) = (zone?, date?, from?, to?);
        if from >= to {
            errors.add("to", BadAsk::Backwards);
            return None;
        }
        let (from, to) = (from.on(date)?, to.on(date)?);
        let starts_at = errors.take("from", zone.read(from));
        let ends_at = errors.take("to", zone.read(to).map(|_| zone.end(to)));
        errors.take("to", Slot::new(starts_at?, ends_at?))
    }

    fn read_remote(
        &self,
        terms: Terms<'_>,
        errors: &mut FieldErrors,
    ) -> (Option<Zone>, Option<When>, Option<Line<200>>) {
        let zone = terms.player.zone;
        let due_at = self.read_due(zone, terms.times, errors);
        (Some(zone), due_at.map(When::Remote), None)
    }

    pub(super) fn read_due(
        &self,
        zone: Zone,
        times: Times<'_>,
        errors: &mut FieldErrors,
    ) -> Option<DateTime<Utc>> {
        let date = errors.take("due_date", read_day(&self.due_date));
        let time = errors.take("due_time", self.due_time.parse::<Minute>());
        let due_at = date.zip(time).and_then(|(date, time)| time.on(date));
        let due_at = due_at.and_then(|due_at| errors.take("due_time", zone.read(due_at)));
        due_at.and_then(|due_at| errors.take("due_date", times.ahead(due_at)))
    }

    pub(super) fn read_answer_by(
        &self,
        times: Times<'_>,
        zone: Zone,
        when: Option<When>,
        errors: &mut FieldErrors,
    ) -> Option<DateTime<Utc>> {
        if self.answer_date.trim().is_empty() && self.answer_time.trim().is_empty() {
            return None;
        }
        let date = errors.take("answer_date", read_day(&self.answer_date));
        let time = errors.take("answer_time", self.answer_time.parse::<Minute>());
        let at = date.zip(time).and_then(|(date, time)| time.on(date));
        let at = at.and_then(|at| errors.take("answer_time", zone.read(at)));
        at.and_then(|at| errors.take("answer_date", times.answer_by(at, when)))
    }
}

/// What is said with a step.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct WordForm {
    /// A few words with an answer; the reason when cancelling, which cannot do without.
    pub(super) word: String,
}

impl WordForm {
    pub(super) fn read(&self, verb: Verb) -> Result<Option<Word>, FieldErrors> {
        let mut errors = FieldErrors::default();
        let word = if verb.wants_a_reason() {
            errors.take("word", Word::parse(&self.word)).map(Some)
        } else {
            errors.take("word", Word::optional(&self.word))
        };
        word.ok_or(errors)
    }
}
