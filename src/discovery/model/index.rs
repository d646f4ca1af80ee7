use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, TimeDelta, Utc};
use roaring::RoaringBitmap;

use super::{
    facts::Facts,
    hours::Hours,
    players::Players,
    rates::Rates,
    search::{Chart, Near},
    terms::{self, Bands, Terms},
    vocabulary::Vocabulary,
};
use crate::values::{Money, MusicianId, Slot};

/// What a listing says of one player, as far as a search asks.
#[derive(Clone, Debug)]
pub(in crate::discovery) struct Entry {
    pub(in crate::discovery) id: MusicianId,
    /// Of the name they go by.
    pub(in crate::discovery) name_words: Vec<String>,
    pub(in crate::discovery) instruments: Vec<i32>,
    /// With all above them.
    pub(in crate::discovery) genres: Vec<i32>,
    pub(in crate::discovery) works_in_room: bool,
    pub(in crate::discovery) works_remotely: bool,
    pub(in crate::discovery) charts: Vec<Chart>,
    pub(in crate::discovery) languages: Vec<String>,
    pub(in crate::discovery) unions: Vec<String>,
    pub(in crate::discovery) has_audio: bool,
    pub(in crate::discovery) words: Vec<String>,
    /// Degrees.
    pub(in crate::discovery) at: Option<(f64, f64)>,
    pub(in crate::discovery) session_rate: Option<Rate>,
    pub(in crate::discovery) song_rate: Option<Rate>,
    pub(in crate::discovery) listed_at: DateTime<Utc>,
    /// Sorted, none touching another.
    pub(in crate::discovery) free: Vec<Slot>,
    /// When sessions start in it, where that is not whenever: sorted.
    pub(in crate::discovery) starts: Option<Vec<DateTime<Utc>>>,
    /// From now on, when they may be asked for, and until when.
    pub(in crate::discovery) notice: TimeDelta,
    pub(in crate::discovery) ahead: Option<TimeDelta>,
}

/// What somebody asks: in their own currency, and in millionths of a euro where it has a rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Rate {
    pub(in crate::discovery) own: Money,
    pub(in crate::discovery) micros: Option<i64>,
}

impl Rate {
    /// Whether it is no more than `top`, which is `micros` in millionths of a euro. A currency is
    /// compared with itself without any rate.
    pub(in crate::discovery) fn is_within(self, top: Money, micros: Option<i64>) -> bool {
        if self.own.currency() == top.currency() {
            return self.own.minor() <= top.minor();
        }
        self.micros.zip(micros).is_some_and(|(rate, top)| rate <= top)
    }
}

/// What many listings have in common; each has its set of those who do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(in crate::discovery) enum Tag {
    Instrument(i32),
    /// Who plays that instrument or one of its kin.
    Serves(i32),
    Genre(i32),
    Room,
    Remote,
    Chart(Chart),
    Audio,
    /// By their numbers in `Index::vocabulary`.
    Language(u32),
    Union(u32),
}

/// A word that listings have, by its number in `Index::vocabulary`. Most are said by few.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Said {
    Word(u32),
    /// Of the name they go by.
    Name(u32),
}

/// All listings, in memory: counts who fits without asking the database, and so knows which way
/// through it is short. The database stays the truth: a result is always read from there.
///
/// Each player has a number here; sets of players are sets of numbers.
#[derive(Debug, Default)]
pub(in crate::discovery) struct Index {
    numbers: HashMap<i64, u32>,
    pub(super) facts: Vec<Facts>,
    pub(super) listed: Players,
    tags: HashMap<Tag, Players>,
    pub(super) said: HashMap<Said, RoaringBitmap>,
    pub(super) vocabulary: Vocabulary,
    /// Numbers of the languages and unions that anybody has.
    languages: BTreeSet<u32>,
    unions: BTreeSet<u32>,
    pub(super) hours: Hours,
    pub(super) bands: Bands,
    /// What was asked of everybody before; kept up with every change.
    answers: Mutex<HashMap<Question, Arc<Players>>>,
    /// By which instruments each is the kin of.
    serves: HashMap<i32, Vec<i32>>,
    pub(in crate::discovery) rates: Rates,
}

/// What no tag tells and many searches ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Question {
    /// Who asks no more than so much in minor units of a currency, for a song or for a session.
    TopRate { remote: bool, currency: &'static str, minor: i64 },
    /// Who is at home within so many kilometres of a point; degrees as bits.
    Near { latitude: u64, longitude: u64, km: u32 },
    /// Who is free for so long within then and then, in seconds.
    Free { from: i64, to: i64, length: i64 },
}

/// So many are remembered.
const MOST_QUESTIONS: usize = 500;

impl Question {
    pub(super) fn near(near: &Near, km: u32) -> Question {
        let (latitude, longitude) = (near.latitude.to_bits(), near.longitude.to_bits());
        Question::Near { latitude, longitude, km }
    }

    pub(super) fn top_rate(remote: bool, top: Money) -> Question {
        Question::TopRate { remote, currency: top.currency().code(), minor: top.minor() }
    }

    /// Whether these facts are an answer to it.
    fn is_met(self, facts: &Facts, rates: &Rates) -> bool {
        match self {
            Question::TopRate { remote, currency, minor } => {
                let Ok(currency) = currency.parse() else { return false };
                let top = Money::new(minor, currency);
                let micros = rates.micro_euros(top);
                facts.rate(remote).is_some_and(|rate| rate.is_within(top, micros))
            }
            Question::Near { latitude, longitude, km } => {
                let (latitude, longitude) = (f64::from_bits(latitude), f64::from_bits(longitude));
                let near = Near { name: String::new(), latitude, longitude, km };
                facts.at.is_some_and(|at| near.reaches(at))
            }
            Question::Free { from, to, length } => facts.next_free(from, to, length).is_some(),
        }
    }
}

impl Index {
    /// Without listings yet. `kin` are pairs of an instrument and what serves in its place.
    pub(in crate::discovery) fn new(kin: &[(i32, i32)], rates: Rates) -> Index {
        let mut serves: HashMap<i32, Vec<i32>> = HashMap::new();
        for (instrument, kin) in kin {
            serves.entry(*kin).or_default().push(*instrument);
        }
        Index { serves, rates, ..Index::default() }
    }

    /// Who meets a question: asked of everybody once.
    pub(super) fn answer(&self, question: Question) -> Arc<Players> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(answer) = answers.get(&question) {
            return Arc::clone(answer);
        }
        drop(answers);
        let is_met = |number: &u32| question.is_met(&self.facts[*number as usize], &self.rates);
        let answer: Arc<Players> = Arc::new(match question {
            Question::Free { from, to, length } => {
                self.free_whenever((from, to.max(from)), length, &self.listed)
            }
            _ => self.listed.iter().filter(is_met).collect(),
        });
        answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.len() >= MOST_QUESTIONS {
            answers.clear();
        }
        answers.insert(question, Arc::clone(&answer));
        answer
    }

    /// Forgets who is free from some time before then on: nobody asks that any more.
    pub(super) fn forget_before(&self, then: i64) {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.retain(|other, _| !matches!(other, Question::Free { from, .. } if *from < then));
    }

    /// Takes in a listing, in the place of what was known of the player.
    pub(in crate::discovery) fn put(&mut self, entry: Entry) {
        self.remove(entry.id);
        let tags = self.tags_of(&entry);
        let said = self.said_by(&entry);
        let number = match self.numbers.get(&entry.id.number()) {
            Some(number) => *number,
            None => {
                let next =
                    u32::try_from(self.facts.len()).expect("fewer than four thousand million");
                self.numbers.insert(entry.id.number(), next);
                self.facts.push(Facts::default());
                next
            }
        };
        for tag in &tags {
            self.tags.entry(*tag).or_default().insert(number);
        }
        for word in &said {
            self.said.entry(*word).or_default().insert(number);
        }
        self.listed.insert(number);
        let seconds = |slot: &Slot| (slot.starts_at().timestamp(), slot.ends_at().timestamp());
        self.facts[number as usize] = Facts {
            id: entry.id.number(),
            at: entry.at,
            session_rate: entry.session_rate,
            song_rate: entry.song_rate,
            listed_at: entry.listed_at.timestamp_micros(),
            free: entry.free.iter().map(seconds).collect(),
            starts: entry.starts.map(|all| all.iter().map(DateTime::timestamp).collect()),
            terms: Terms {
                notice: entry.notice.num_seconds(),
                ahead: entry.ahead.map_or(i64::MAX, |ahead| ahead.num_seconds()),
            },
            tags: tags.into(),
            said: said.into(),
        };
        let facts = &self.facts[number as usize];
        self.hours.put(number, &facts.free);
        self.bands.put(number, facts);
        let answers = self.answers.get_mut().unwrap_or_else(PoisonError::into_inner);
        for (question, answer) in answers {
            if question.is_met(facts, &self.rates) {
                Arc::make_mut(answer).insert(number);
            }
        }
    }

    /// Reckons by these rates from now on.
    pub(in crate::discovery) fn set_rates(&mut self, rates: Rates) {
        let reckoned = |rate: Rate| Rate { micros: rates.micro_euros(rate.own), ..rate };
        for facts in &mut self.facts {
            facts.session_rate = facts.session_rate.map(reckoned);
            facts.song_rate = facts.song_rate.map(reckoned);
        }
        self.rates = rates;
        self.answers.get_mut().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets somebody who is no longer listed.
    pub(in crate::discovery) fn remove(&mut self, id: MusicianId) {
        let Some(number) = self.numbers.get(&id.number()).copied() else { return };
        if !self.listed.contains(number) {
            return;
        }
        self.listed.remove(number);
        let facts = std::mem::take(&mut self.facts[number as usize]);
        self.hours.remove(number, &facts.free);
        self.bands.remove(number, &facts);
        let answers = self.answers.get_mut().unwrap_or_else(PoisonError::into_inner);
        for answer in answers.values_mut() {
            Arc::make_mut(answer).remove(number);
        }
        for tag in &facts.tags {
            if let Some(set) = self.tags.get_mut(tag) {
                set.remove(number);
            }
        }
        for word in &facts.said {
            if let Some(set) = self.said.get_mut(word) {
                set.remove(number);
            }
        }
    }

    fn tags_of(&mut self, entry: &Entry) -> Vec<Tag> {
        let mut tags: Vec<Tag> = entry.instruments.iter().map(|id| Tag::Instrument(*id)).collect();
        let kin = entry.instruments.iter().filter_map(|id| self.serves.get(id)).flatten();
        let mut serves: Vec<i32> = kin.chain(&entry.instruments).copied().collect();
        serves.sort_unstable();
        serves.dedup();
        tags.extend(serves.into_iter().map(Tag::Serves));
        tags.extend(entry.genres.iter().map(|id| Tag::Genre(*id)));
        tags.extend(entry.charts.iter().map(|chart| Tag::Chart(*chart)));
        tags.extend(entry.works_in_room.then_some(Tag::Room));
        tags.extend(entry.works_remotely.then_some(Tag::Remote));
        tags.extend(entry.has_audio.then_some(Tag::Audio));
        for code in &entry.languages {
            let number = self.vocabulary.take(code);
            self.languages.insert(number);
            tags.push(Tag::Language(number));
        }
        for code in &entry.unions {
            let number = self.vocabulary.take(code);
            self.unions.insert(number);
            tags.push(Tag::Union(number));
        }
        tags
    }

    fn said_by(&mut self, entry: &Entry) -> Vec<Said> {
        let words = entry.words.iter().map(|word| Said::Word(self.vocabulary.take(word)));
        let mut said: Vec<Said> = words.collect();
        said.extend(entry.name_words.iter().map(|word| Said::Name(self.vocabulary.take(word))));
        said
    }

    pub(super) fn tagged(&self, tag: Tag) -> Players {
        self.tags.get(&tag).cloned().unwrap_or_default()
    }

    pub(super) fn named(&self, tag: fn(u32) -> Tag, name: &str) -> Players {
        self.vocabulary.number(name).map(|number| self.tagged(tag(number))).unwrap_or_default()
    }

    pub(super) fn set(&self, tag: Tag) -> Option<&Players> {
        self.tags.get(&tag)
    }

    /// Every language that anyone has, with the set of those who do.
    pub(super) fn languages(&self) -> impl Iterator<Item = (&str, &Players)> {
        self.each(&self.languages, Tag::Language)
    }

    /// Every union that anyone is in, with the set of those who are.
    pub(super) fn unions(&self) -> impl Iterator<Item = (&str, &Players)> {
        self.each(&self.unions, Tag::Union)
    }

    fn each<'a>(
        &'a self,
        numbers: &'a BTreeSet<u32>,
        tag: fn(u32) -> Tag,
    ) -> impl Iterator<Item = (&'a str, &'a Players)> {
        let with_set =
            move |number: &u32| Some((self.vocabulary.word(*number), self.set(tag(*number))?));
        numbers.iter().filter_map(with_set)
    }

    /// The players of a set.
    pub(in crate::discovery) fn ids(&self, set: &Players) -> Vec<i64> {
        set.iter().map(|number| self.facts[number as usize].id).collect()
    }

    /// The first stretch with room for `length` that a player has within `window`, asked at `now`.
    pub(in crate::discovery) fn next_free(
        &self,
        id: MusicianId,
        window: Slot,
        length: TimeDelta,
        now: DateTime<Utc>,
    ) -> Option<Slot> {
        let facts = self.facts_of(id)?;
        let window = (window.starts_at().timestamp(), window.ends_at().timestamp());
        let (from, to) = facts.terms.within(window, terms::seconds(now));
        slot(facts.next_free(from, to, length.num_seconds())?)
    }

    pub(super) fn facts_of(&self, id: MusicianId) -> Option<&Facts> {
        self.facts.get(*self.numbers.get(&id.number())? as usize)
    }

    /// What a player has free that touches `window`, asked at `now`.
    pub(in crate::discovery) fn free(
        &self,
        id: MusicianId,
        window: Slot,
        now: DateTime<Utc>,
    ) -> Vec<Slot> {
        let Some(facts) = self.facts_of(id) else { return Vec::new() };
        let (from, to) = (window.starts_at().timestamp(), window.ends_at().timestamp());
        let touching = facts.after(from).take_while(|(starts, _)| *starts < to);
        let may = facts.terms.within((i64::MIN, i64::MAX), terms::seconds(now));
        let cut = |(starts, ends): &(i64, i64)| slot(((*starts).max(may.0), (*ends).min(may.1)));
        touching.filter_map(cut).collect()
    }
}

fn slot((from, to): (i64, i64)) -> Option<Slot> {
    let at = |seconds| DateTime::from_timestamp(seconds, 0);
    Slot::new(at(from)?, at(to)?).ok()
}

/// The catalog is small: its ids are kept in half the room.
pub(in crate::discovery) fn small(id: i64) -> i32 {
    i32::try_from(id).unwrap_or(i32::MAX)
}
