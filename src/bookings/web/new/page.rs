use askama::Template;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::{
    super::{
        super::model::{CallFile, Channels, Charts, OpenCall, Reading, Sound, When, free_on},
        forms::{BIT_DEPTHS, CallForm, LABELS, SAMPLE_RATES, WITH},
        views::{Asked, DayView, Told, length},
    },
    desk::{Desk, Reckoning},
};
use crate::{
    availability::SESSION,
    files,
    musicians::Profile,
    values::{CallId, FieldErrors, Slot, Zone, read_day},
    web::{Frame, Section, filters},
};

struct Opening {
    told: String,
    yours: Option<String>,
    address: String,
}

#[derive(Template)]
#[template(path = "bookings/new.html")]
pub(super) struct NewPage {
    frame: Frame,
    player: Profile,
    day: Option<DayView>,
    told: Option<Told>,
    others: Vec<Told>,
    openings: Vec<Opening>,
    /// How long the starts are for.
    length: String,
    starts: Vec<Opening>,
    instruments: Vec<(String, String)>,
    genres: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    packs: Vec<(String, String)>,
    money: Option<Reckoning>,
    form: CallForm,
    errors: FieldErrors,
    /// What lies beside the form, or goes with the call that is out.
    files: Vec<CallFile>,
    /// What may be booked at once, where the player lets anything be.
    at_once: Option<String>,
    /// The call that one more player is asked for.
    out: Option<Out>,
    /// Calls that are out, to ask this player for one of them.
    open: Vec<(CallId, String)>,
    charts: Vec<(String, String)>,
    readings: Vec<(String, String)>,
    sample_rates: Vec<(String, String)>,
    bit_depths: Vec<(String, String)>,
    channels: Vec<(String, String)>,
    sounds: Vec<(String, String)>,
    roles: Vec<(String, String)>,
    /// Classes of porterage of any of the terms.
    classes: Vec<(String, String)>,
}

/// What a call that is out says already.
struct Out {
    told: String,
    artist: String,
    where_it_is: String,
    facts: Vec<(&'static str, String)>,
    brief: String,
}

impl Out {
    fn of(call: &OpenCall) -> Out {
        let mut facts = Vec::new();
        if let Some(music) = &call.music {
            facts.push(("Songs", music.songs_told()));
            facts.push(("Charts", music.charts_told()));
            facts.extend(music.remote.iter().flat_map(|brief| brief.facts()));
        }
        Out {
            told: call.told(),
            artist: call.artist.clone(),
            where_it_is: if call.place.is_empty() { "Remote".into() } else { call.place.clone() },
            facts,
            brief: call.brief.clone(),
        }
    }
}

impl NewPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn with(&self) -> &'static [(&'static str, &'static str)] {
        &WITH
    }

    fn accept(&self) -> &'static str {
        files::ACCEPT
    }

    fn most_bytes(&self) -> u64 {
        files::MOST_BYTES
    }

    fn fee_hint(&self) -> String {
        format!("In {}, for all of it.", self.player.currency)
    }
}

/// Words of a form's list, each with how it is told.
fn pairs<'a>(all: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(String, String)> {
    all.into_iter().map(|(word, told)| (word.to_owned(), told.to_owned())).collect()
}

impl Desk {
    pub(super) fn page(
        self,
        frame: Frame,
        form: CallForm,
        files: Vec<CallFile>,
        errors: FieldErrors,
    ) -> NewPage {
        let reader = frame.zone();
        let asked = form.zone.parse().ok();
        let asked = asked.and_then(|zone: Zone| {
            let slot = form.read_session(Some(zone), &mut FieldErrors::default())?;
            Some((zone, slot))
        });
        let day = match asked {
            Some((_, slot)) => Some(self.calendar.zone.date(slot.starts_at())),
            None => read_day(&form.date).ok(),
        };
        let next = || self.calendar.next_free(self.now, TimeDelta::minutes(30), None);
        let day = day.or_else(|| Some(self.calendar.zone.date(next()?.starts_at())));
        let slot = asked.map(|(_, slot)| slot);
        let slot = slot.map(|slot| Asked { slot, booking: None, is_live: true });
        let of_day = |day| DayView::of(&self.player.name, &self.calendar, day, slot);
        let told = asked.map(|(zone, slot)| Told::by(zone, When::Room(slot)));
        let others = asked.map(|(zone, slot)| {
            let mut clocks = vec![self.player.zone];
            clocks.extend(reader);
            clocks.dedup();
            let differs = |clock: &Zone| !clock.agrees_with(zone, slot.starts_at());
            let told = |clock| Told::by(clock, When::Room(slot));
            clocks.into_iter().filter(differs).map(told).collect()
        });
        let money = self.money(&form);
        let classes = self.packs.iter().flat_map(|terms| &terms.rates().porterage);
        let classes = classes.map(|class| (class.class.as_str(), class.class.as_str()));
        let mut classes = pairs([("", "Nothing heavy")].into_iter().chain(classes));
        classes.dedup();
        let number = |number: u32, unit: &str| (number.to_string(), format!("{number} {unit}"));
        NewPage {
            at_once: self.instant.is_on.then(|| self.instant.told()),
            out: self.out.as_ref().map(Out::of),
            open: self.open.iter().map(|call| (call.id, call.told())).collect(),
            charts: self.charts(),
            readings: pairs(Reading::ALL.iter().map(|one| (one.word(), one.told()))),
            sample_rates: SAMPLE_RATES.into_iter().map(|rate| number(rate, "Hz")).collect(),
            bit_depths: BIT_DEPTHS.into_iter().map(|bits| number(bits.into(), "bit")).collect(),
            channels: pairs(Channels::ALL.iter().map(|one| (one.word(), one.told()))),
            sounds: pairs(Sound::ALL.iter().map(|one| (one.word(), one.told()))),
            roles: pairs([
                ("player", "Player"),
                ("leader", "Leader"),
                ("contractor", "Contractor"),
            ]),
            classes,
            packs: self.packs.iter().map(|terms| (terms.pack.to_string(), terms.told())).collect(),
            money,
            day: day.map(of_day),
            told,
            others: others.unwrap_or_default(),
            openings: self.openings(day.unwrap_or_default(), reader, &form),
            length: length(slot.map_or(SESSION, |asked| asked.slot.length())),
            starts: self.starts(
                day.unwrap_or_default(),
                slot.map(|asked| asked.slot),
                reader,
                &form,
            ),
            instruments: self.instruments(),
            genres: self.genres(),
            zones: zones(self.player.zone, reader, self.now),
            frame: frame.at(Section::Musicians),
            player: self.player,
            form,
            files: if self.out.is_some() { self.out_files } else { files },
            errors,
        }
    }

    /// How music may be written, and what of it the player says they do not read.
    fn charts(&self) -> Vec<(String, String)> {
        let reads = |charts: Charts| match charts {
            Charts::None => self.player.plays_by_ear,
            Charts::NumberChart => self.player.reads_numbers,
            Charts::Notation => self.player.reads_notation,
            Charts::LeadSheet | Charts::ChordSheet | Charts::Tablature => true,
        };
        let told = |charts: &Charts| match reads(*charts) {
            true => charts.told().to_owned(),
            false => format!("{} ({} does not say so)", charts.told(), self.player.name),
        };
        Charts::ALL.iter().map(|charts| (charts.word().to_owned(), told(charts))).collect()
    }

    /// The next times the player is free, from a day on, each a press away.
    fn openings(&self, day: NaiveDate, reader: Option<Zone>, form: &CallForm) -> Vec<Opening> {
        let zone = self.calendar.zone;
        let days = day.iter_days().take(21);
        let free = days.flat_map(|day| free_on(&self.calendar, day, None));
        free.take(5)
            .map(|free| {
                let end = (free.starts_at() + SESSION).min(free.ends_at());
                let slot = Slot::new(free.starts_at(), end).unwrap_or(free);
                let yours = reader.filter(|r| !r.agrees_with(zone, free.starts_at()));
                Opening {
                    yours: yours.map(|reader| reader.hours(&free)),
                    ..self.opening(slot, zone.span(&free), reader, form)
                }
            })
            .collect()
    }

    /// Sessions as long as the one asked for that may be asked for on a day, each a press away.
    fn starts(
        &self,
        day: NaiveDate,
        asked: Option<Slot>,
        reader: Option<Zone>,
        form: &CallForm,
    ) -> Vec<Opening> {
        let zone = self.calendar.zone;
        let length = asked.map_or(SESSION, |slot| slot.length());
        let whole = self.calendar.whole_day(day);
        let offers = whole.map(|whole| self.calendar.offers(whole, length, None));
        // A time that the clocks show twice cannot be typed but as its first.
        let typed = |slot: &Slot| zone.start(zone.local(slot.starts_at())) == slot.starts_at();
        let offers = offers.unwrap_or_default().into_iter().filter(typed);
        offers.map(|slot| self.opening(slot, zone.hours(&slot), reader, form)).collect()
    }

    /// A way to the same form with another time.
    fn opening(&self, slot: Slot, told: String, reader: Option<Zone>, form: &CallForm) -> Opening {
        let zone = self.calendar.zone;
        let (from, to) = (zone.local(slot.starts_at()), zone.local(slot.ends_at()));
        let yours = reader.filter(|r| !r.agrees_with(zone, slot.starts_at()));
        Opening {
            told,
            yours: yours.map(|reader| reader.hours(&slot)),
            address: format!(
                "/musicians/{}/calls/new?instrument={}&genre={}&zone={zone}&date={}&from={}&to={}",
                self.player.slug,
                form.instrument,
                form.genre,
                from.format("%Y-%m-%d"),
                from.format("%H:%M"),
                to.format("%H:%M"),
            ),
        }
    }

    fn instruments(&self) -> Vec<(String, String)> {
        let plays = self.player.instruments.iter();
        plays.map(|plays| (plays.slug.clone(), plays.name.clone())).collect()
    }

    /// The player's own first, then all, each under its root.
    fn genres(&self) -> Vec<(String, String)> {
        let own = self.player.genres.iter().filter_map(|id| self.catalog.genre_by_id(*id));
        let mut genres: Vec<_> =
            own.map(|genre| (genre.slug.clone(), genre.name.clone())).collect();
        for (root, children) in self.catalog.genre_tree() {
            let own = |slug: &str| {
                self.player
                    .genres
                    .iter()
                    .any(|id| self.catalog.genre_by_id(*id).is_some_and(|genre| genre.slug == slug))
            };
            if !own(&root.slug) {
                genres.push((root.slug.clone(), root.name.clone()));
            }
            for child in children.into_iter().filter(|child| !own(&child.slug)) {
                genres.push((child.slug.clone(), format!("{}: {}", root.name, child.name)));
            }
        }
        genres
    }
}

/// The player's zone, the reader's, then all there are.
fn zones(player: Zone, reader: Option<Zone>, now: DateTime<Utc>) -> Vec<(String, String)> {
    let first = |zone: Zone, whose: &str| {
        (zone.name().to_owned(), format!("{zone} ({}), {whose}", zone.abbreviation(now)))
    };
    let mut zones = vec![first(player, "the player’s")];
    zones.extend(reader.filter(|reader| *reader != player).map(|reader| first(reader, "yours")));
    let rest = Zone::all().filter(|zone| *zone != player && Some(*zone) != reader);
    zones.extend(rest.map(|zone| (zone.name().to_owned(), zone.name().to_owned())));
    zones
}
