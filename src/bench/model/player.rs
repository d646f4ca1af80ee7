use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;

use super::{
    City, Of, Rate, World,
    past::{Booking, Credit, Demo, Past, Review},
    week,
    wheel::normal,
    words::{self, Name},
};
use crate::values::{DaySpan, Zone};

/// One musician with everything that is theirs.
#[derive(Debug)]
pub(in crate::bench) struct Player<'a> {
    pub(in crate::bench) id: i64,
    pub(in crate::bench) slug: String,
    pub(in crate::bench) name: String,
    pub(in crate::bench) headline: String,
    pub(in crate::bench) about: String,
    pub(in crate::bench) city: &'a City,
    pub(in crate::bench) in_room: bool,
    pub(in crate::bench) remotely: bool,
    pub(in crate::bench) currency: &'a str,
    pub(in crate::bench) session_rate: Option<i64>,
    pub(in crate::bench) song_rate: Option<i64>,
    pub(in crate::bench) rate_includes: &'static str,
    pub(in crate::bench) remote_setup: &'static str,
    pub(in crate::bench) notation: bool,
    pub(in crate::bench) numbers: bool,
    pub(in crate::bench) ear: bool,
    pub(in crate::bench) languages: Vec<&'static str>,
    pub(in crate::bench) unions: Vec<&'static str>,
    /// Minutes kept clear before and after.
    pub(in crate::bench) clear: (i64, i64),
    /// Minutes from room to room, and from the request to the start.
    pub(in crate::bench) travel: i16,
    pub(in crate::bench) notice: i32,
    /// Minutes of the day at which sessions start; of most players any.
    pub(in crate::bench) starts: &'static [&'static str],
    pub(in crate::bench) created_at: DateTime<Utc>,
    pub(in crate::bench) published_at: DateTime<Utc>,
    /// Instruments with the gear, the first one first.
    pub(in crate::bench) plays: Vec<(i64, &'static str)>,
    pub(in crate::bench) genres: Vec<i64>,
    pub(in crate::bench) hours: Vec<(i16, DaySpan)>,
    pub(in crate::bench) closed: Vec<NaiveDate>,
    pub(in crate::bench) bookings: Vec<Booking>,
    pub(in crate::bench) credits: Vec<Credit>,
    pub(in crate::bench) reviews: Vec<Review>,
    pub(in crate::bench) demos: Vec<Demo>,
}

impl World {
    pub(in crate::bench) fn player(&self, id: i64) -> Player<'_> {
        let mut dice = super::dice(Of::Player, id);
        let dice = &mut dice;
        let Name { full: name, slug } = words::name(dice);
        let plays = self.instruments.some(how_many(dice, [30, 30, 25, 15]), dice);
        let genres = self.genres.some(how_many(dice, [15, 30, 30, 25]), dice);
        let city = &self.cities[self.places.spin(dice)];
        let (in_room, remotely) =
            [(true, false), (true, true), (false, true)][how_many(dice, [45, 45, 10, 0]) - 1];
        let is_new = dice.u8(..10) == 0;
        let published_at = match is_new {
            true => self.now - TimeDelta::minutes(dice.i64(81 * 1440..88 * 1440)),
            false => self.now - TimeDelta::minutes(dice.i64(500 * 1440..2500 * 1440)),
        };
        let rate = self.rate(&city.country);
        let fee = 260.0 * (0.45 * normal(dice)).exp();
        let hours = week::hours(dice);
        let clear = [(0, 0), (15, 15), (30, 30), (60, 30)][dice.usize(..4)];
        let past = Past {
            world: self,
            player: id,
            name: &name,
            plays: &plays,
            genres: &genres,
            city,
            ways: (in_room, remotely),
            hours: &hours,
            clear,
            is_new,
            fee: minor(fee, rate),
            currency: &rate.currency,
        };
        let bookings = past.bookings(dice);
        let credits = past.credits(&bookings, dice);
        let reviews = past.reviews(&bookings, dice);
        let demos = past.demos(&credits, dice);
        let first = &self.instruments.all[plays[0]].name;
        let begins = |pattern: &str| capital(&pattern.replace("{}", &first.to_lowercase()));
        let headline = begins(words::HEADLINES[dice.usize(..words::HEADLINES.len())]);
        Player {
            id,
            slug: format!("{slug}-{id}"),
            headline,
            about: about(dice),
            in_room,
            remotely,
            currency: &rate.currency,
            session_rate: (in_room && dice.u8(..20) > 0).then(|| minor(fee, rate)),
            song_rate: (remotely && dice.u8(..20) > 0)
                .then(|| minor(fee * (0.5 + 0.3 * dice.f64()), rate)),
            rate_includes: words::RATES[dice.usize(..words::RATES.len())],
            remote_setup: if remotely {
                words::ROOMS[dice.usize(..words::ROOMS.len())]
            } else {
                ""
            },
            notation: dice.u8(..10) < 5,
            numbers: dice.u8(..10) < 3,
            ear: dice.u8(..10) < 7,
            languages: languages(&city.country, dice),
            unions: unions(&city.country, dice),
            clear,
            created_at: published_at - TimeDelta::days(3),
            published_at,
            plays: plays
                .iter()
                .map(|at| {
                    let gear = words::GEAR[dice.usize(..words::GEAR.len())];
                    (self.instruments.all[*at].id, gear)
                })
                .collect(),
            genres: genres.iter().map(|at| self.genres.all[*at].id).collect(),
            closed: self.closed(dice),
            travel: [0, 0, 20, 40][dice.usize(..4)],
            notice: [0, 0, 0, 120, 720, 1440, 1440, 2880][dice.usize(..8)],
            starts: if dice.u8(..20) == 0 { &["540", "600", "720", "900", "1080"] } else { &[] },
            name,
            city,
            hours,
            bookings,
            credits,
            reviews,
            demos,
        }
    }

    fn rate(&self, country: &str) -> &Rate {
        self.rates.get(country).unwrap_or(&self.dollars)
    }

    /// A stretch of days off, for some.
    fn closed(&self, dice: &mut Rng) -> Vec<NaiveDate> {
        if dice.u8(..10) >= 3 {
            return Vec::new();
        }
        let first = self.now.date_naive() + TimeDelta::days(dice.i64(1..90));
        first.iter_days().take(dice.usize(1..8)).collect()
    }
}

/// One more than the number of a field, widths in hundredths.
fn how_many(dice: &mut Rng, widths: [u8; 4]) -> usize {
    let at = dice.u8(..100);
    let mut end = 0;
    let ends = widths.iter().map(|width| {
        end += width;
        end
    });
    1 + ends.filter(|end| *end <= at).count()
}

/// Euros as a round amount of a currency, in its minor units.
fn minor(euros: f64, rate: &Rate) -> i64 {
    let amount = euros * rate.per_euro;
    // Two digits, the second a 0 or a 5.
    let step = 10_f64.powf(amount.log10().floor()) / 20.0;
    let round = (amount / step).round() * step;
    (round * 10_f64.powi(rate.exponent.into())).round() as i64
}

fn about(dice: &mut Rng) -> String {
    let mut said: Vec<&str> = Vec::new();
    for _ in 0..dice.usize(2..6) {
        let sentence = words::ABOUT[dice.usize(..words::ABOUT.len())];
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    said.join(" ")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn languages(country: &str, dice: &mut Rng) -> Vec<&'static str> {
    let mut spoken: Vec<&str> = words::pairs(words::LANGUAGES)
        .filter(|(of, _)| *of == country)
        .map(|(_, code)| code)
        .collect();
    if spoken.is_empty() || dice.u8(..10) < 6 {
        spoken.push("en");
    }
    spoken
}

fn unions(country: &str, dice: &mut Rng) -> Vec<&'static str> {
    let here = words::pairs(words::UNIONS).filter(|(of, _)| *of == country);
    here.filter(|_| dice.u8(..10) < 4).map(|(_, code)| code).collect()
}

/// The zone a player's times are told in.
impl Player<'_> {
    pub(in crate::bench) fn zone(&self) -> Zone {
        self.city.zone
    }
}
