use std::borrow::Cow;

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::{
    index::{Index, Question, Tag, small},
    players::Players,
    search::{Chart, Condition, Near, Search, Time, Way},
};
use crate::{
    availability::SESSION,
    catalog::Catalog,
    musicians::Union,
    values::{Currency, Language, Money, Slot, Zone},
};

/// Distances a search offers, in kilometres.
pub(in crate::discovery) const RINGS: [u32; 5] = [10, 25, 50, 100, 250];

/// Top rates a search offers, in whole units of the currency.
const TOPS: [i64; 5] = [100, 200, 300, 500, 1_000];

/// Any time that is soon enough: how it is told, and how many days from today on.
const SOON: [(&str, i64); 2] =
    [("3 h any time in the coming week", 6), ("3 h any time in the coming month", 27)];

/// One thing a search could ask for, and how many it would find.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct Count {
    /// As it stands in the address.
    pub(in crate::discovery) value: String,
    pub(in crate::discovery) told: String,
    pub(in crate::discovery) players: u64,
    pub(in crate::discovery) is_chosen: bool,
}

impl Count {
    /// Nothing where there are none, unless it is what was asked for.
    fn worth_telling(value: &str, told: &str, players: u64, is_chosen: bool) -> Option<Count> {
        let count = || Count { value: value.into(), told: told.into(), players, is_chosen };
        (players > 0 || is_chosen).then(count)
    }
}

/// How many a search finds, and would find if one of its conditions were another: each count is of
/// those who meet all the other conditions.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Counts {
    pub(in crate::discovery) all: u64,
    pub(in crate::discovery) instruments: Vec<Count>,
    /// Of several instruments: how many play all of them.
    pub(in crate::discovery) together: Option<u64>,
    pub(in crate::discovery) genres: Vec<Count>,
    pub(in crate::discovery) ways: Vec<Count>,
    pub(in crate::discovery) rings: Vec<Count>,
    pub(in crate::discovery) tops: Vec<Count>,
    pub(in crate::discovery) charts: Vec<Count>,
    pub(in crate::discovery) languages: Vec<Count>,
    pub(in crate::discovery) unions: Vec<Count>,
    pub(in crate::discovery) audio: Vec<Count>,
    /// For a session from today up to a day.
    pub(in crate::discovery) any_time: Vec<Count>,
    /// How many there would be without each condition, whatever of it.
    pub(in crate::discovery) without: Vec<(Condition, u64)>,
}

/// What the counts are made from.
pub(in crate::discovery) struct Asked<'a> {
    pub(in crate::discovery) search: &'a Search,
    pub(in crate::discovery) catalog: &'a Catalog,
    /// In which top rates are told.
    pub(in crate::discovery) currency: Currency,
    /// By whose clock days begin.
    pub(in crate::discovery) zone: Zone,
    pub(in crate::discovery) now: DateTime<Utc>,
}

impl Counts {
    pub(in crate::discovery) fn of(
        index: &Index,
        asked: &Asked<'_>,
        sets: &[(Condition, Players)],
    ) -> Counts {
        let all = index.meeting(sets);
        let but = |condition: Condition| match sets.iter().any(|(c, _)| *c == condition) {
            true => index.meeting_but(sets, Some(condition)),
            false => all.clone(),
        };
        let search = asked.search;
        let without = sets.iter().map(|(condition, _)| {
            let players = match condition {
                // Which rate counts depends on the way; and of no place, either says nothing.
                Condition::Way => {
                    index.meeting_where(&Search { way: Way::Any, ..search.clone() }, sets)
                }
                Condition::Place if search.way == Way::Either => {
                    let anywhere = Search { way: Way::Any, near: None, ..search.clone() };
                    index.meeting_where(&anywhere, sets)
                }
                _ => but(*condition),
            };
            (*condition, players.len())
        });
        Counts {
            all: all.len(),
            without: without.collect(),
            instruments: instruments(index, asked, &all, &but(Condition::Instrument)),
            together: together(index, search, &but(Condition::Instrument)),
            genres: genres(index, asked, &but(Condition::Genre)),
            ways: ways(index, asked.search, sets, &but(Condition::Way)),
            rings: rings(index, asked.search, sets, &but(Condition::Place)),
            tops: tops(index, asked, sets, &but(Condition::TopRate)),
            charts: charts(index, asked.search, &but(Condition::Charts)),
            languages: languages(index, asked.search, &but(Condition::Languages)),
            unions: unions(index, asked.search, &but(Condition::Union)),
            audio: audio(index, asked.search, &but(Condition::Audio)),
            any_time: any_time(index, asked, &but(Condition::Time)),
        }
    }
}

impl Counts {
    /// Of a time whose counts nobody knows: what giving it up would find is known, and of all else
    /// only where already nobody meets the other conditions.
    pub(in crate::discovery) fn leave_out_the_time(&mut self) {
        if self.all > 0 {
            self.without = vec![(Condition::Time, self.all)];
        }
    }
}

/// The chosen first, then the most players.
fn sorted(counts: impl Iterator<Item = Count>) -> Vec<Count> {
    let mut counts: Vec<Count> = counts.collect();
    counts.sort_by(|a, b| {
        let key = |count: &Count| (!count.is_chosen, u64::MAX - count.players);
        key(a).cmp(&key(b)).then_with(|| a.told.cmp(&b.told))
    });
    counts
}

fn shared(index: &Index, tag: Tag, with: &Players) -> u64 {
    index.set(tag).map_or(0, |set| set.shared(with))
}

fn instruments(index: &Index, asked: &Asked<'_>, all: &Players, but: &Players) -> Vec<Count> {
    let search = asked.search;
    // Of several that are all wanted, one more narrows those who are left.
    let with = if search.all { all } else { but };
    let tag = if search.all { Tag::Instrument } else { Tag::Serves };
    let count = |one: &crate::catalog::Instrument| {
        let is_chosen = search.instruments.iter().any(|wanted| wanted.id == one.id);
        let players = shared(index, tag(small(one.id.number())), with);
        Count::worth_telling(&one.slug, &one.name, players, is_chosen)
    };
    sorted(asked.catalog.instruments.iter().filter_map(count))
}

fn together(index: &Index, search: &Search, but: &Players) -> Option<u64> {
    let each = search.instruments.iter().map(|wanted| index.players(&[wanted.id]));
    (search.instruments.len() > 1).then(|| Players::in_all(each).shared(but))
}

fn genres(index: &Index, asked: &Asked<'_>, but: &Players) -> Vec<Count> {
    let chosen = asked.search.genre.as_ref().map(|wanted| wanted.id);
    let count = |one: &crate::catalog::Genre| {
        let players = shared(index, Tag::Genre(small(one.id.number())), but);
        Count::worth_telling(&one.slug, &one.name, players, chosen == Some(one.id))
    };
    sorted(asked.catalog.genres.iter().filter_map(count))
}

fn ways(
    index: &Index,
    search: &Search,
    sets: &[(Condition, Players)],
    but: &Players,
) -> Vec<Count> {
    let each = [
        ("room", "In a room", Way::Room),
        ("remote", "Remote", Way::Remote),
        ("either", "Room there, or remote", Way::Either),
    ];
    // What is near enough, and which rate counts, depends on the way.
    let others_depend = search.top_rate.is_some() || search.way == Way::Either;
    let players = |way: Way| match way {
        Way::Room if !others_depend => shared(index, Tag::Room, but),
        Way::Remote if !others_depend => shared(index, Tag::Remote, but),
        _ => index.meeting_where(&Search { way, ..search.clone() }, sets).len(),
    };
    let count = |(value, told, way): (&str, &str, Way)| Count {
        value: value.into(),
        told: told.into(),
        players: players(way),
        is_chosen: search.way == way,
    };
    let makes_sense = |way: Way| way != Way::Either || search.near.is_some();
    each.into_iter().filter(|(.., way)| makes_sense(*way)).map(count).collect()
}

fn rings(
    index: &Index,
    search: &Search,
    sets: &[(Condition, Players)],
    but: &Players,
) -> Vec<Count> {
    let Some(near) = &search.near else { return Vec::new() };
    let players = |km: u32| match search.way {
        // Who is remote, and which rate counts, depends on the distance.
        Way::Either => {
            let near = Some(Near { km, ..near.clone() });
            index.meeting_where(&Search { near, ..search.clone() }, sets).len()
        }
        _ => index.answer(Question::near(near, km)).shared(but),
    };
    let count = |km: u32| Count {
        value: km.to_string(),
        told: format!("{km} km"),
        players: players(km),
        is_chosen: near.km == km,
    };
    RINGS.into_iter().map(count).collect()
}

fn tops(
    index: &Index,
    asked: &Asked<'_>,
    sets: &[(Condition, Players)],
    but: &Players,
) -> Vec<Count> {
    let unit = 10_i64.pow(asked.currency.exponent());
    let scale = scale(index.rates.micro_euros(Money::new(unit, asked.currency)));
    let tops = TOPS.map(|top| Money::new(top * scale * unit, asked.currency));
    let search = asked.search;
    let players = |top: Money| match search.way {
        Way::Either => {
            index.meeting_where(&Search { top_rate: Some(top), ..search.clone() }, sets).len()
        }
        way => index.answer(Question::top_rate(way == Way::Remote, top)).shared(but),
    };
    let count = |top: Money| Count {
        value: top.typed(),
        told: top.to_string(),
        players: players(top),
        is_chosen: search.top_rate == Some(top),
    };
    tops.into_iter().map(count).collect()
}

/// Where a hundred dollars are ten thousand yen, and a million and more rupiah: by which power of ten
/// top rates are larger in a currency of which one unit is worth so much.
fn scale(micro_euros: Option<i64>) -> i64 {
    let units = micro_euros.filter(|micros| *micros > 0).map_or(1.0, |micros| 1e6 / micros as f64);
    10_i64.pow(units.log10().round().clamp(0.0, 6.0) as u32)
}

fn charts(index: &Index, search: &Search, but: &Players) -> Vec<Count> {
    let count = |chart: Chart| {
        // Chosen ones are all wanted: one more is counted beside them.
        let mut with = but.clone();
        for other in search.charts.iter().filter(|other| **other != chart) {
            with &= &index.tagged(Tag::Chart(*other));
        }
        Count {
            value: chart.word().into(),
            told: chart.told().into(),
            players: shared(index, Tag::Chart(chart), &with),
            is_chosen: search.charts.contains(&chart),
        }
    };
    Chart::ALL.into_iter().map(count).collect()
}

fn languages(index: &Index, search: &Search, but: &Players) -> Vec<Count> {
    let sets: Vec<(&str, &Players)> = index.languages().collect();
    let nobody = Players::default();
    let set_of = |code: &String| {
        sets.iter().find(|(known, _)| known == code).map_or(&nobody, |(_, set)| *set)
    };
    let count = |(code, set): &(&str, &Players)| {
        let others = search.languages.iter().filter(|other| other != code);
        let mut with = Cow::Borrowed(but);
        others.for_each(|other| *with.to_mut() &= set_of(other));
        let is_chosen = search.languages.iter().any(|chosen| chosen == code);
        let language = Language::of_code(code);
        let name: &str = language.map_or(code, |language| language.name());
        Count::worth_telling(code, name, set.shared(&with), is_chosen)
    };
    sorted(sets.iter().filter_map(count))
}

fn unions(index: &Index, search: &Search, but: &Players) -> Vec<Count> {
    let count = |(code, set): (&str, &Players)| {
        let is_chosen = search.unions.iter().any(|chosen| chosen == code);
        let name: &str = Union::of_code(code).map_or(code, |union| union.name());
        Count::worth_telling(code, name, set.shared(but), is_chosen)
    };
    sorted(index.unions().filter_map(count))
}

fn audio(index: &Index, search: &Search, but: &Players) -> Vec<Count> {
    vec![Count {
        value: "1".into(),
        told: "With demos to hear".into(),
        players: shared(index, Tag::Audio, but),
        is_chosen: search.has_audio,
    }]
}

fn any_time(index: &Index, asked: &Asked<'_>, but: &Players) -> Vec<Count> {
    let today = asked.zone.date(asked.now);
    let count = |(told, days): (&str, i64)| {
        let last = today + TimeDelta::days(days);
        let end = asked.zone.end(last.succ_opt()?.and_time(NaiveTime::MIN));
        let window = Slot::new(asked.now, end).ok()?;
        Some(Count {
            value: last.to_string(),
            told: told.into(),
            players: index.free_soon(window, SESSION, but),
            is_chosen: matches!(asked.search.time, Some(Time::Within { window: chosen, length, .. })
                if chosen == window && length == SESSION),
        })
    };
    SOON.into_iter().filter_map(count).collect()
}
