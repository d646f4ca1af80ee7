use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use fastrand::Rng;

use super::{BOOKINGS_EACH, CREDITS_EACH, City, World, week, words};
use crate::values::{DaySpan, Slot};

/// What was asked of a player, and what came of it.
#[derive(Debug)]
pub(in crate::bench) struct Booking {
    /// Of the call as well: each call of this world has one booking.
    pub(in crate::bench) id: i64,
    pub(in crate::bench) producer: i64,
    pub(in crate::bench) title: String,
    pub(in crate::bench) artist: String,
    pub(in crate::bench) brief: &'static str,
    pub(in crate::bench) time: Time,
    pub(in crate::bench) instrument: i64,
    pub(in crate::bench) genre: i64,
    pub(in crate::bench) fee: i64,
    pub(in crate::bench) currency: String,
    pub(in crate::bench) created_at: DateTime<Utc>,
    pub(in crate::bench) reply_by: DateTime<Utc>,
    pub(in crate::bench) events: Vec<Event>,
    /// Where in the world's lists those are.
    choice: (usize, usize),
}

#[derive(Clone, Copy, Debug)]
pub(in crate::bench) enum Time {
    Room { session: Slot, blocks: Slot },
    Remote { due_at: DateTime<Utc> },
}

#[derive(Debug)]
pub(in crate::bench) struct Event {
    pub(in crate::bench) status: &'static str,
    pub(in crate::bench) by: Option<i64>,
    pub(in crate::bench) at: DateTime<Utc>,
}

#[derive(Debug)]
pub(in crate::bench) struct Credit {
    pub(in crate::bench) id: i64,
    pub(in crate::bench) recording: i64,
    pub(in crate::bench) instrument: i64,
    pub(in crate::bench) genre: i64,
    pub(in crate::bench) booking: Option<i64>,
    pub(in crate::bench) played_on: NaiveDate,
    pub(in crate::bench) status: &'static str,
    pub(in crate::bench) awaits: Option<&'static str>,
    pub(in crate::bench) created_at: DateTime<Utc>,
    pub(in crate::bench) confirmed_at: Option<DateTime<Utc>>,
}

#[derive(Debug)]
pub(in crate::bench) struct Review {
    pub(in crate::bench) id: i64,
    pub(in crate::bench) booking: i64,
    pub(in crate::bench) side: &'static str,
    pub(in crate::bench) by: i64,
    pub(in crate::bench) stars: u8,
    pub(in crate::bench) words: &'static str,
    pub(in crate::bench) written_at: DateTime<Utc>,
    pub(in crate::bench) published_at: Option<DateTime<Utc>>,
}

/// A row whose file is nowhere: nobody listens to this world.
#[derive(Debug)]
pub(in crate::bench) struct Demo {
    pub(in crate::bench) id: i64,
    pub(in crate::bench) instrument: i64,
    pub(in crate::bench) genre: i64,
    pub(in crate::bench) credit: i64,
    pub(in crate::bench) title: String,
    pub(in crate::bench) position: usize,
    pub(in crate::bench) duration_ms: i32,
    pub(in crate::bench) lufs: f32,
    pub(in crate::bench) peaks: Vec<u8>,
}

impl Booking {
    pub(in crate::bench) fn status(&self) -> &'static str {
        self.events.last().expect("a booking begins with being asked for").status
    }

    fn ended_at(&self) -> DateTime<Utc> {
        match self.time {
            Time::Room { session, .. } => session.ends_at(),
            Time::Remote { due_at } => due_at,
        }
    }
}

/// Whose past it is.
pub(super) struct Past<'a> {
    pub(super) world: &'a World,
    pub(super) player: i64,
    pub(super) name: &'a str,
    pub(super) plays: &'a [usize],
    pub(super) genres: &'a [usize],
    pub(super) city: &'a City,
    /// In a room, remotely.
    pub(super) ways: (bool, bool),
    pub(super) hours: &'a [(i16, DaySpan)],
    pub(super) clear: (i64, i64),
    pub(super) is_new: bool,
    pub(super) fee: i64,
    pub(super) currency: &'a str,
}

impl Past<'_> {
    /// Eight that are over and two ahead, each in a week of its own, so that none runs into another.
    pub(super) fn bookings(&self, dice: &mut Rng) -> Vec<Booking> {
        let weeks = |number: i64, dice: &mut Rng| match (number, self.is_new) {
            (8, _) => dice.i64(1..7),
            (9, _) => dice.i64(7..13),
            (_, true) => -(2 + number),
            _ => -(5 + 8 * number + dice.i64(0..8)),
        };
        (0..BOOKINGS_EACH)
            .map(|number| {
                let weeks = weeks(number, dice);
                self.booking(number, weeks, dice)
            })
            .collect()
    }

    fn booking(&self, number: i64, weeks: i64, dice: &mut Rng) -> Booking {
        let World { now, .. } = *self.world;
        let (zone, today) = (self.city.zone, now.date_naive());
        let session = week::session(self.hours, zone, today, weeks, dice);
        let is_remote = match self.ways {
            (true, true) => dice.u8(..10) < 4,
            (in_room, _) => !in_room,
        };
        let (before, after) = (TimeDelta::minutes(self.clear.0), TimeDelta::minutes(self.clear.1));
        let time = match is_remote {
            true => Time::Remote { due_at: session.ends_at() },
            false => Time::Room { session, blocks: session.widened(before, after) },
        };
        let status = match (weeks < 0, dice.u8(..100)) {
            (false, 0..25) => "requested",
            (false, _) => "confirmed",
            (true, 0..65) => "done",
            (true, 65..80) => "declined",
            (true, 80..88) => "lapsed",
            (true, 88..94) => "cancelled",
            (true, _) => "withdrawn",
        };
        let lead = TimeDelta::minutes(dice.i64(3 * 1440..10 * 1440));
        let created_at = match status {
            "requested" => now - TimeDelta::minutes(dice.i64(60..4 * 1440)),
            "confirmed" => now - TimeDelta::minutes(dice.i64(4 * 1440..20 * 1440)),
            _ => session.starts_at() - lead,
        };
        let reply_by = (created_at + TimeDelta::days(6)).min(session.starts_at());
        let choice = (self.some(self.plays, dice), self.some(self.genres, dice));
        let producer = self.world.musicians + 1 + dice.i64(0..self.world.producers());
        let mut booking = Booking {
            id: (self.player - 1) * BOOKINGS_EACH + number + 1,
            producer,
            title: words::title(dice),
            artist: words::artist(dice),
            brief: words::BRIEFS[dice.usize(..words::BRIEFS.len())],
            time,
            instrument: self.world.instruments.all[choice.0].id,
            genre: self.world.genres.all[choice.1].id,
            fee: (self.fee as f64 * (0.8 + 0.4 * dice.f64())) as i64,
            currency: self.currency.to_owned(),
            created_at,
            reply_by,
            events: Vec::new(),
            choice,
        };
        booking.events = self.events(&booking, status, dice);
        booking
    }

    fn events(&self, booking: &Booking, status: &'static str, dice: &mut Rng) -> Vec<Event> {
        let producer = Some(booking.producer);
        let player = Some(self.player);
        let Booking { created_at, reply_by, .. } = *booking;
        let answer = created_at + (reply_by - created_at) * dice.i32(1..60) / 100;
        let event = |status, by, at| Event { status, by, at };
        let asked = event("requested", producer, created_at);
        let agreed = || event("confirmed", player, answer);
        match status {
            "requested" => vec![asked],
            "confirmed" => vec![asked, agreed()],
            "done" => {
                let end = booking.ended_at() + TimeDelta::minutes(dice.i64(10..3000));
                vec![asked, agreed(), event("done", producer, end)]
            }
            "cancelled" => {
                let later = answer + (reply_by - answer) / 2;
                vec![asked, agreed(), event("cancelled", producer, later)]
            }
            "withdrawn" => vec![asked, event("withdrawn", producer, answer)],
            "lapsed" => vec![asked, event("lapsed", None, reply_by)],
            status => vec![asked, event(status, player, answer)],
        }
    }

    /// One for each booking that is done, the rest from before; of newcomers the rest is only claimed.
    pub(super) fn credits(&self, bookings: &[Booking], dice: &mut Rng) -> Vec<Credit> {
        let done: Vec<&Booking> = bookings.iter().filter(|one| one.status() == "done").collect();
        let mut taken: Vec<i64> = Vec::new();
        (0..CREDITS_EACH)
            .map(|number| {
                let booking = done.get(number as usize).copied();
                let choice = booking.map_or_else(
                    || (self.some(self.plays, dice), self.some_genre(dice)),
                    |booking| booking.choice,
                );
                let recording = self.world.some_recording(choice.1, &taken, dice);
                taken.push(recording);
                let recorded_at = self.world.recorded_at(recording);
                let ended_at = booking.map_or(recorded_at, Booking::ended_at);
                let status = match (booking.is_some(), self.is_new, dice.u8(..100)) {
                    (true, _, 0..10) => "drafted",
                    (true, ..) => "confirmed",
                    (false, true, 5..) | (false, false, 0..10) => "claimed",
                    (false, ..) => "confirmed",
                };
                Credit {
                    id: (self.player - 1) * CREDITS_EACH + number + 1,
                    recording,
                    instrument: self.world.instruments.all[choice.0].id,
                    genre: self.world.genres.all[choice.1].id,
                    booking: booking.map(|booking| booking.id),
                    played_on: self.city.zone.date(ended_at),
                    status,
                    awaits: (status == "drafted").then_some("musician"),
                    created_at: ended_at,
                    confirmed_at: (status == "confirmed").then_some(ended_at + TimeDelta::days(2)),
                }
            })
            .collect()
    }

    pub(super) fn reviews(&self, bookings: &[Booking], dice: &mut Rng) -> Vec<Review> {
        let mut reviews = Vec::new();
        for booking in bookings.iter().filter(|one| one.status() == "done") {
            let sides = [("producer", booking.producer, 6), ("musician", self.player, 4)];
            for (at, (side, by, often)) in (0..).zip(sides) {
                if dice.u8(..10) < often {
                    let written_at = booking.ended_at() + TimeDelta::days(1);
                    let published_at = written_at + TimeDelta::days(7);
                    reviews.push(Review {
                        id: 2 * booking.id - at,
                        booking: booking.id,
                        side,
                        by,
                        stars: [5, 5, 5, 5, 4, 4, 4, 3, 2, 1][dice.usize(..10)],
                        words: words::PRAISE[dice.usize(..words::PRAISE.len())],
                        written_at,
                        published_at: (published_at < self.world.now).then_some(published_at),
                    });
                }
            }
        }
        reviews
    }

    pub(super) fn demos(&self, credits: &[Credit], dice: &mut Rng) -> Vec<Demo> {
        let count = [0, 0, 0, 1, 2][dice.usize(..5)];
        let confirmed = credits.iter().filter(|credit| credit.status == "confirmed");
        (0..)
            .zip(confirmed.take(count))
            .map(|(number, credit)| Demo {
                id: 2 * self.player - number,
                instrument: credit.instrument,
                genre: credit.genre,
                credit: credit.id,
                title: format!("{}, take {}", self.name, number + 1),
                position: number as usize + 1,
                duration_ms: dice.i32(20_000..240_000),
                lufs: -24.0 + 12.0 * dice.f32(),
                peaks: (0..200).map(|_| dice.u8(20..)).collect(),
            })
            .collect()
    }

    /// Mostly the first of them.
    fn some(&self, choices: &[usize], dice: &mut Rng) -> usize {
        let at = [0, 0, 0, 0, 0, 1, 1, 1, 2, 3][dice.usize(..10)];
        choices[at % choices.len()]
    }

    /// Now and then one that is not theirs.
    fn some_genre(&self, dice: &mut Rng) -> usize {
        match dice.u8(..12) {
            0 => self.world.genres.wheel.spin(dice),
            _ => self.some(self.genres, dice),
        }
    }
}
