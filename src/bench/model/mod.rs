mod past;
mod player;
mod recording;
mod week;
mod wheel;
mod words;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use fastrand::Rng;

pub(super) use past::{Booking, Time};
pub(super) use player::Player;
pub(super) use recording::Recording;
use wheel::Wheel;

use crate::{
    catalog::{Catalog, Genre},
    values::Zone,
};

pub(super) const BOOKINGS_EACH: i64 = 10;
pub(super) const CREDITS_EACH: i64 = 30;
/// One producer books for so many players, and one recording has so many credits.
const PLAYERS_TO_A_PRODUCER: i64 = 20;
const CREDITS_TO_A_RECORDING: i64 = 5;

/// Throws differently for each of whatever there are, and the same each time.
const SEED: u64 = 1977;

#[derive(Clone, Copy, Debug)]
enum Of {
    Player,
    Recording,
    Artist,
    Producer,
}

fn dice(of: Of, id: i64) -> Rng {
    // The finish of splitmix64: neighbours have nothing in common.
    let mut x = (SEED + of as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ id.unsigned_abs();
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    Rng::with_seed(x ^ (x >> 31))
}

/// A place to be at home.
#[derive(Clone, Debug)]
pub(super) struct City {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) country: String,
    pub(super) zone: Zone,
    pub(super) population: i32,
}

/// What one euro buys.
#[derive(Clone, Debug)]
pub(super) struct Rate {
    pub(super) currency: String,
    pub(super) per_euro: f64,
    pub(super) exponent: i16,
}

/// Something to choose, by wheel, and what is close to it.
#[derive(Debug)]
struct Choice {
    id: i64,
    name: String,
    group: usize,
}

#[derive(Debug, Default)]
struct Choices {
    all: Vec<Choice>,
    wheel: Wheel,
    /// For each group its members and their wheel.
    groups: Vec<(Vec<usize>, Wheel)>,
}

/// Everything that a player is drawn from.
#[derive(Debug)]
pub(super) struct World {
    pub(super) musicians: i64,
    pub(super) now: DateTime<Utc>,
    instruments: Choices,
    genres: Choices,
    cities: Vec<City>,
    places: Wheel,
    /// By country.
    rates: HashMap<&'static str, Rate>,
    dollars: Rate,
}

/// Who books.
#[derive(Debug)]
pub(super) struct Producer {
    pub(super) id: i64,
    pub(super) name: String,
    pub(super) zone: Zone,
}

impl World {
    pub(super) fn new(
        musicians: i64,
        catalog: &Catalog,
        cities: Vec<City>,
        rates: &[Rate],
        now: DateTime<Utc>,
    ) -> World {
        let instruments = catalog.instruments.iter();
        let instruments = instruments.map(|i| (i.id.number(), &*i.slug, &*i.name, &*i.family));
        let genres = catalog.genres.iter();
        let genres = genres.map(|g| (g.id.number(), &*g.slug, &*g.name, root(catalog, g)));
        let rate = |code: &str| rates.iter().find(|rate| rate.currency == code).cloned();
        let spent = words::pairs(words::CURRENCIES)
            .filter_map(|(country, code)| Some((country, rate(code)?)));
        World {
            musicians,
            now,
            instruments: Choices::of(instruments.collect(), words::INSTRUMENTS, 1.25),
            genres: Choices::of(genres.collect(), words::GENRES, 1.1),
            places: Wheel::of(
                cities.iter().map(|city| f64::from(city.population.max(1)).powf(0.9)),
            ),
            cities,
            rates: spent.collect(),
            dollars: rate("USD").unwrap_or(Rate {
                currency: "USD".into(),
                per_euro: 1.0,
                exponent: 2,
            }),
        }
    }

    pub(super) fn producers(&self) -> i64 {
        self.musicians / PLAYERS_TO_A_PRODUCER + 2
    }

    /// The account of whoever publishes profiles; the musicians' come first, then the producers'.
    pub(super) fn admin(&self) -> i64 {
        self.musicians + self.producers() + 1
    }

    /// At least as many as one player needs.
    pub(super) fn recordings(&self) -> i64 {
        (self.musicians * CREDITS_EACH / CREDITS_TO_A_RECORDING).max(2 * CREDITS_EACH)
    }

    /// The `number`th producer, from 1 on.
    pub(super) fn producer(&self, number: i64) -> Producer {
        let mut dice = dice(Of::Producer, number);
        let name = words::name(&mut dice).full;
        let zone = self.cities[self.places.spin(&mut dice)].zone;
        Producer { id: self.musicians + number, name, zone }
    }
}

/// What a genre is a kind of.
fn root<'a>(catalog: &'a Catalog, genre: &'a Genre) -> &'a str {
    let mut root = genre;
    while let Some(parent) = root.parent_id.and_then(|id| catalog.genre_by_id(id)) {
        root = parent;
    }
    &root.slug
}

impl Choices {
    /// `first` are the slugs of those most chosen.
    fn of(all: Vec<(i64, &str, &str, &str)>, first: &str, steepness: f64) -> Choices {
        let first: Vec<&str> = first.split_whitespace().collect();
        let mut late = first.len();
        let ranks: Vec<usize> = all
            .iter()
            .map(|(_, slug, ..)| {
                first.iter().position(|other| other == slug).unwrap_or_else(|| {
                    late += 1;
                    late
                })
            })
            .collect();
        let mut names: Vec<&str> = Vec::new();
        let mut members: Vec<Vec<usize>> = Vec::new();
        let mut choices = Vec::new();
        for (at, (id, _, name, group)) in all.into_iter().enumerate() {
            let group = names.iter().position(|other| *other == group).unwrap_or_else(|| {
                names.push(group);
                members.push(Vec::new());
                names.len() - 1
            });
            members[group].push(at);
            choices.push(Choice { id, name: name.to_owned(), group });
        }
        let groups = members.into_iter().map(|members| {
            let wheel = Wheel::zipf(members.iter().map(|at| ranks[*at]), steepness);
            (members, wheel)
        });
        Choices {
            groups: groups.collect(),
            wheel: Wheel::zipf(ranks.iter().copied(), steepness),
            all: choices,
        }
    }

    /// Up to `count` different ones, those after the first mostly of its kind.
    fn some(&self, count: usize, dice: &mut Rng) -> Vec<usize> {
        let mut chosen: Vec<usize> = Vec::new();
        let (members, of_kind) = {
            let first = self.wheel.spin(dice);
            chosen.push(first);
            &self.groups[self.all[first].group]
        };
        for _ in 1..count {
            let next = match dice.u8(..10) < 6 {
                true => members[of_kind.spin(dice)],
                false => self.wheel.spin(dice),
            };
            if !chosen.contains(&next) {
                chosen.push(next);
            }
        }
        chosen
    }
}
