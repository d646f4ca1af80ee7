use serde::Deserialize;

use super::super::super::model::{Ask, Asks, BadAsk, Kind, Music, OpenCall, Part, Terms, When};
use crate::{
    availability::{Room, Town},
    catalog::Catalog,
    packs,
    values::{FieldErrors, GenreId, Line, Money, Prose, Zone},
};

/// A request for a player's time as it was typed, so that a page can show it again.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct CallForm {
    /// The number of a call of the caller's own that asks several players, to ask one more for it: what
    /// it says of the work, of where and of when is taken from there. Left out: a new call.
    pub(in crate::bookings::web) call: String,
    /// Of the recording; a working title will do.
    pub(in crate::bookings::web) title: String,
    pub(in crate::bookings::web) artist: String,
    /// `room` or `remote`.
    pub(in crate::bookings::web) kind: String,
    /// In a room: the day of the session, `2026-12-08`.
    pub(in crate::bookings::web) date: String,
    /// In a room: by the clock of `zone`, `10:00`.
    pub(in crate::bookings::web) from: String,
    /// In a room: on the same day; midnight is `24:00`.
    pub(in crate::bookings::web) to: String,
    /// In a room: whose clock the times are told by, `America/Chicago`.
    pub(in crate::bookings::web) zone: String,
    /// In a room: where it is.
    pub(in crate::bookings::web) place: String,
    /// In a room: the town, for the way there; left out, what follows the last comma of the place.
    pub(in crate::bookings::web) town: String,
    /// Remote: by when, by the player's clock.
    pub(in crate::bookings::web) due_date: String,
    pub(in crate::bookings::web) due_time: String,
    pub(in crate::bookings::web) brief: String,
    /// How many are played.
    pub(in crate::bookings::web) songs: String,
    /// `none`, `lead_sheet`, `chord_sheet`, `number_chart`, `notation` or `tablature`.
    pub(in crate::bookings::web) charts: String,
    /// `sight_read` or `prepared`, where there are charts.
    pub(in crate::bookings::web) reading: String,
    /// Remote: `92 bpm`, or where the tempo map is.
    pub(in crate::bookings::web) tempo: String,
    pub(in crate::bookings::web) key: String,
    /// Remote: `4/4`.
    pub(in crate::bookings::web) time_signature: String,
    /// Remote: in Hz, `48000`.
    pub(in crate::bookings::web) sample_rate: String,
    /// Remote: `16`, `24` or `32`.
    pub(in crate::bookings::web) bit_depth: String,
    /// Remote: `mono` or `stereo`.
    pub(in crate::bookings::web) channels: String,
    /// Remote: how many whole takes.
    pub(in crate::bookings::web) passes: String,
    /// Remote: bars before the first.
    pub(in crate::bookings::web) count_in: String,
    /// Remote: `dry`, `wet` or `both`.
    pub(in crate::bookings::web) sound: String,
    /// Remote: how files are named.
    pub(in crate::bookings::web) naming: String,
    /// Remote: of `punch_ins`, `bar_one`, `mixes`, `click` and `uncompressed`, those that hold.
    pub(in crate::bookings::web) with: Vec<String>,
    /// `one`, or `several` where more players are asked at once and the first yes takes it. Left out:
    /// one.
    pub(in crate::bookings::web) asks: String,
    /// The slug of one of the player's instruments.
    pub(in crate::bookings::web) instrument: String,
    /// Slugs of more of them, which they bring as well.
    pub(in crate::bookings::web) doubles: Vec<String>,
    /// `player`, `leader` or `contractor`. Left out: player.
    pub(in crate::bookings::web) role: String,
    pub(in crate::bookings::web) overdubs: String,
    /// A class of porterage, of those that the terms have, and how many pieces of it.
    pub(in crate::bookings::web) class: String,
    pub(in crate::bookings::web) pieces: String,
    /// The slug of a genre.
    pub(in crate::bookings::web) genre: String,
    /// An amount in the player's currency, `380.00`.
    pub(in crate::bookings::web) fee: String,
    /// What it is for, in words.
    pub(in crate::bookings::web) covers: String,
    /// The name that the credit will have. Left out: the player's.
    pub(in crate::bookings::web) credited_as: String,
    /// The number of what it is counted by, of those that the player works by. Left out: their own
    /// terms.
    pub(in crate::bookings::web) pack: String,
    /// `yes` where it is to be booked at once, by the rules the player has set; left out, it is a
    /// request.
    pub(in crate::bookings::web) at_once: String,
    /// Until when an answer is wanted, by the same clock as the call. Left out: 48 hours.
    pub(in crate::bookings::web) answer_date: String,
    pub(in crate::bookings::web) answer_time: String,
    /// Made with the form, so that sending it twice asks once; what was put beside it under this key
    /// goes with it.
    pub(in crate::bookings::web) form_key: String,
    /// What a browser sends of files it was not asked to add.
    #[schema(ignore)]
    pub(in crate::bookings::web) file: Vec<String>,
    /// Of the files that lie beside it, those that are taken away again.
    #[schema(ignore)]
    pub(in crate::bookings::web) leave_out: Vec<String>,
    /// Pressed to see what it comes to: then nothing is sent.
    #[schema(ignore)]
    pub(in crate::bookings::web) count: String,
}

/// Every field with its label, in the order of the page.
pub(in crate::bookings::web) const LABELS: [(&str, &str); 42] = [
    ("call", "The call"),
    ("title", "Title"),
    ("artist", "Artist"),
    ("instrument", "Instrument"),
    ("doubles", "Doubling"),
    ("genre", "Genre"),
    ("songs", "Songs"),
    ("charts", "Charts"),
    ("reading", "Reading"),
    ("brief", "Brief"),
    ("file", "File"),
    ("kind", "Kind of work"),
    ("date", "Date"),
    ("from", "From"),
    ("to", "To"),
    ("zone", "Zone"),
    ("place", "Place"),
    ("town", "Town"),
    ("due_date", "Due date"),
    ("due_time", "Due time"),
    ("tempo", "Tempo"),
    ("key", "Key"),
    ("time_signature", "Time signature"),
    ("sample_rate", "Sample rate"),
    ("bit_depth", "Bit depth"),
    ("channels", "Channels"),
    ("sound", "Sound"),
    ("passes", "Whole takes"),
    ("count_in", "Count-in"),
    ("naming", "File names"),
    ("role", "Role"),
    ("overdubs", "Overdubs"),
    ("class", "Porterage"),
    ("pieces", "Pieces"),
    ("fee", "Fee"),
    ("covers", "What it covers"),
    ("pack", "Counted by"),
    ("credited_as", "Credited as"),
    ("asks", "Who is asked"),
    ("at_once", "Book at once"),
    ("answer_date", "Answer date"),
    ("answer_time", "Answer time"),
];

/// What a call says to everybody who is asked.
struct Work {
    title: Line<160>,
    artist: Line<160>,
    when: When,
    zone: Zone,
    place: Option<Line<200>>,
    town: Option<i64>,
    brief: Prose<4000>,
    music: Music,
    asks: Asks,
    genre: GenreId,
}

impl CallForm {
    /// What may tell the town: what was typed as one, or the end of the place.
    pub(in crate::bookings::web) fn town_typed(&self) -> &str {
        let end = || self.place.rsplit_once(',').map_or("", |(_, town)| town);
        Some(self.town.trim()).filter(|town| !town.is_empty()).unwrap_or_else(end).trim()
    }

    /// Reads what was typed, naming every field that will not do. `town` is what
    /// [`CallForm::town_typed`] turned out to be; of a call that is `out` already, only what this
    /// player is asked for is read.
    pub(in crate::bookings::web) fn read(
        &self,
        terms: Terms<'_>,
        catalog: &Catalog,
        town: Option<Town>,
        out: Option<&OpenCall>,
    ) -> Result<Ask, FieldErrors> {
        let mut errors = FieldErrors::default();
        let work = match out {
            Some(call) => self.read_out(call, terms, &mut errors),
            None => self.read_work(terms, catalog, town, &mut errors),
        };
        let instrument = errors.take("instrument", terms.instrument(&self.instrument));
        let part = self.read_part(terms, &mut errors);
        let fee = errors.take("fee", Money::parse(&self.fee, terms.player.currency));
        let fee = fee.and_then(|fee| errors.take("fee", terms.fee(fee)));
        let counted = errors.take("pack", terms.counted_by(&self.pack));
        let form_key = errors.take("form_key", Line::optional(&self.form_key));
        let clock = work.as_ref().map(|work| (work.zone, work.when));
        let answer_by = clock
            .map(|(zone, when)| self.read_answer_by(terms.times, zone, Some(when), &mut errors));
        if let (Some(work), Some(part), Some(fee), Some(Some(counted))) =
            (&work, &part, fee, &counted)
        {
            CallForm::check_fee(counted, work, part, fee, &mut errors);
        }
        let ask = || {
            let work = work?;
            Some(Ask {
                title: work.title,
                artist: work.artist,
                when: work.when,
                zone: work.zone,
                place: work.place,
                town: work.town,
                brief: work.brief,
                music: work.music,
                asks: work.asks,
                call: out.map(|call| call.id),
                instrument: instrument?,
                part: part?,
                genre: work.genre,
                fee: fee?,
                terms: counted?,
                at_once: self.at_once == "yes",
                answer_by: answer_by?,
                form_key: form_key?,
            })
        };
        // Whatever is missing or wrong has left its fault.
        let ask = ask();
        if let Some(ask) = ask.as_ref().filter(|ask| ask.at_once) {
            let now = terms.times.now;
            errors.take("at_once", ask.take_at_once(terms.instant, terms.player, now));
        }
        ask.filter(|_| errors.is_empty()).ok_or(errors)
    }

    fn read_work(
        &self,
        terms: Terms<'_>,
        catalog: &Catalog,
        town: Option<Town>,
        errors: &mut FieldErrors,
    ) -> Option<Work> {
        let title = errors.take("title", Line::parse(&self.title));
        let artist = errors.take("artist", Line::parse(&self.artist));
        let brief = errors.take("brief", Prose::parse(&self.brief));
        let genre = catalog.genres.iter().find(|genre| genre.slug == self.genre.trim());
        let genre = errors.take("genre", genre.map(|genre| genre.id).ok_or(BadAsk::NotGenre));
        let kind = errors.take("kind", terms.kind(&self.kind));
        let (zone, when, place) = match kind {
            Some(Kind::Room) => self.read_room(terms, town, errors),
            Some(Kind::Remote) => self.read_remote(terms, errors),
            None => (None, None, None),
        };
        let music = self.read_music(kind, errors);
        let asks = match self.asks.trim() {
            "" => Some(Asks::One),
            word => errors.take("asks", Asks::meant(word).ok_or(BadAsk::NotChosen)),
        };
        Some(Work {
            title: title?,
            artist: artist?,
            when: when?,
            zone: zone?,
            place,
            town: town.filter(|_| kind == Some(Kind::Room)).map(|town| town.id),
            brief: brief?,
            music: music?,
            asks: asks?,
            genre: genre?,
        })
    }

    /// The work of a call that is out: this player may be asked for it, and is free then.
    fn read_out(
        &self,
        call: &OpenCall,
        terms: Terms<'_>,
        errors: &mut FieldErrors,
    ) -> Option<Work> {
        let word = if call.when.kind() == Kind::Room { "room" } else { "remote" };
        errors.take("call", terms.kind(word))?;
        let when = match call.when {
            When::Room(slot) => {
                let free = terms.times.free(slot, call.room().as_ref());
                When::Room(errors.take("call", free)?)
            }
            When::Remote(due) => When::Remote(errors.take("call", terms.times.ahead(due))?),
        };
        Some(Work {
            title: Line::parse(&call.title).ok()?,
            artist: Line::parse(&call.artist).ok()?,
            when,
            zone: call.zone,
            place: Line::optional(&call.place).ok()?,
            town: call.town.map(|(id, ..)| id),
            brief: Prose::parse(&call.brief).ok()?,
            music: call.music.as_ref()?.0.clone(),
            asks: Asks::Several,
            genre: call.genre,
        })
    }

    /// Nobody plays for less than an agreement says, and terms say nothing of what is not theirs.
    fn check_fee(
        terms: &packs::Terms,
        work: &Work,
        part: &Part,
        fee: Money,
        errors: &mut FieldErrors,
    ) {
        let job = part.job(work.when, work.music.songs);
        match terms.quote_for(&job, fee) {
            Err(packs::Refusal::BelowScale(name)) => {
                let least = terms.quote(&job).map_or(fee, |quote| quote.total);
                errors.add("fee", BadAsk::BelowScale { name, least });
            }
            // A player who says no rate agrees on a fee.
            Ok(_) | Err(packs::Refusal::NoSession | packs::Refusal::NoSong) => {}
            Err(why) => errors.add("pack", BadAsk::NoFee(why)),
        }
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

    fn read_remote(
        &self,
        terms: Terms<'_>,
        errors: &mut FieldErrors,
    ) -> (Option<Zone>, Option<When>, Option<Line<200>>) {
        let zone = terms.player.zone;
        let due_at = self.read_due(zone, terms.times, errors);
        (Some(zone), due_at.map(When::Remote), None)
    }
}
