use std::fmt::{Display, Write};

use chrono::{DateTime, Utc};

use super::super::model::{Booking, Player, Producer, Recording, Time, World};

/// Rows for each table in the text form of `copy`.
#[derive(Debug, Default)]
pub(in crate::bench) struct Sheets(Vec<(&'static str, String)>);

/// Where ids are counted.
pub(super) const NUMBERED: [&str; 10] = [
    "accounts",
    "musicians",
    "profile_events",
    "calls",
    "bookings",
    "booking_events",
    "recordings",
    "credits",
    "reviews",
    "demos",
];

const ACCOUNTS: &str = "accounts (id, email, name, password_hash, is_admin, plays, books, zone, \
    verified_at, created_at)";
const MUSICIANS: &str = "musicians (id, account_id, slug, name, headline, about, place, place_id, \
    zone, works_in_room, works_remotely, currency, session_rate, song_rate, rate_includes, \
    remote_setup, reads_notation, reads_numbers, plays_by_ear, languages, unions, \
    status, created_at, published_at, changed_at)";
const PROFILE_EVENTS: &str = "profile_events (id, musician_id, status, by_account, at)";
const INSTRUMENTS: &str =
    "musician_instruments (musician_id, instrument_id, gear, is_primary, position)";
const GENRES: &str = "musician_genres (musician_id, genre_id)";
const HOURS: &str = "weekly_hours (musician_id, weekday, from_minute, to_minute)";
const EXCEPTIONS: &str = "day_exceptions (musician_id, day)";
const SHAPES: &str = "day_shapes (musician_id, buffer_before, buffer_after, travel, travel_minutes, \
    notice, starts)";
const CALLS: &str = "calls (id, producer_id, title, artist, kind, starts_at, ends_at, due_at, zone, \
    place, brief, genre_id, created_at)";
const BOOKINGS: &str = "bookings (id, call_id, musician_id, instrument_id, fee, currency, status, \
    reply_by, blocks, created_at, producer_id, happens_at, ends_at, awaits, answer_by)";
const BOOKING_EVENTS: &str = "booking_events (id, booking_id, status, by_account, at)";
const RECORDINGS: &str = "recordings (id, title, artist, isrc, created_at)";
const CREDITS: &str = "credits (id, recording_id, musician_id, credited_as, instrument_id, genre_id, \
    booking_id, played_on, status, awaits, confirmed_at, created_at)";
const REVIEWS: &str = "reviews (id, booking_id, by_side, by_account, musician_id, stars, words, \
    written_at, published_at)";
const DEMOS: &str = "demos (id, musician_id, instrument_id, genre_id, credit_id, title, position, \
    file_key, format, file_bytes, sha256, duration_ms, lufs, peaks, created_at)";

/// A password that nobody can have: it is the hash of none.
const NO_PASSWORD: &str = "!";

/// One row being written.
struct Row<'a> {
    sheet: &'a mut String,
    is_begun: bool,
}

impl Row<'_> {
    fn field(&mut self) -> &mut String {
        if std::mem::replace(&mut self.is_begun, true) {
            self.sheet.push('\t');
        }
        self.sheet
    }

    fn text(mut self, text: &str) -> Self {
        let sheet = self.field();
        for letter in text.chars() {
            if matches!(letter, '\\' | '\t' | '\n' | '\r') {
                sheet.push('\\');
            }
            sheet.push(letter);
        }
        self
    }

    /// Something that is never more than letters, digits and points.
    fn put(mut self, value: impl Display) -> Self {
        write!(self.field(), "{value}").expect("a string takes whatever is written");
        self
    }

    fn maybe(self, value: Option<impl Display>) -> Self {
        match value {
            Some(value) => self.put(value),
            None => self.put("\\N"),
        }
    }

    fn truth(self, value: bool) -> Self {
        self.put(if value { 't' } else { 'f' })
    }

    fn at(self, at: DateTime<Utc>) -> Self {
        self.put(moment(at))
    }

    fn list(self, words: &[&str]) -> Self {
        self.put(format_args!("{{{}}}", words.join(",")))
    }

    fn bytes(mut self, bytes: &[u8]) -> Self {
        let sheet = self.field();
        sheet.push_str("\\\\x");
        sheet.push_str(&hex::encode(bytes));
        self
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        self.sheet.push('\n');
    }
}

fn moment(at: DateTime<Utc>) -> impl Display {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ")
}

impl Sheets {
    /// The tables in the order in which their rows came, so that what is referred to is there.
    pub(super) fn each(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(table, rows)| (*table, rows.as_str()))
    }

    fn row(&mut self, table: &'static str) -> Row<'_> {
        let at = self.0.iter().position(|(other, _)| *other == table).unwrap_or_else(|| {
            self.0.push((table, String::new()));
            self.0.len() - 1
        });
        Row { sheet: &mut self.0[at].1, is_begun: false }
    }

    pub(in crate::bench) fn admin(&mut self, world: &World) {
        let joined = world.now - chrono::TimeDelta::days(3000);
        let row = self.row(ACCOUNTS).put(world.admin()).put("admin@bench.example.test");
        let row = row.text("Admin").text(NO_PASSWORD).truth(true).truth(false).truth(true);
        row.put("UTC").at(joined).at(joined);
    }

    pub(in crate::bench) fn producer(&mut self, producer: &Producer, world: &World) {
        let joined = world.now - chrono::TimeDelta::days(3000);
        let id = producer.id;
        let row = self.row(ACCOUNTS).put(id);
        let row = row.put(format_args!("producer{id}@bench.example.test")).text(&producer.name);
        let row = row.text(NO_PASSWORD).truth(false).truth(false).truth(true);
        row.put(producer.zone.name()).at(joined).at(joined);
    }

    pub(in crate::bench) fn recording(&mut self, it: &Recording) {
        let row = self.row(RECORDINGS).put(it.id).text(&it.title).text(&it.artist);
        row.maybe(it.isrc.as_deref()).at(it.created_at);
    }

    pub(in crate::bench) fn player(&mut self, it: &Player<'_>, world: &World) {
        self.account(it);
        self.profile(it);
        for (number, (status, by)) in
            (0..).zip([("draft", it.id), ("submitted", it.id), ("published", world.admin())])
        {
            let at = if status == "published" { it.published_at } else { it.created_at };
            let row = self.row(PROFILE_EVENTS).put(3 * it.id - number);
            row.put(it.id).put(status).put(by).at(at);
        }
        for (position, (instrument, gear)) in it.plays.iter().enumerate() {
            let row = self.row(INSTRUMENTS).put(it.id).put(instrument).text(gear);
            row.truth(position == 0).put(position + 1);
        }
        for genre in &it.genres {
            self.row(GENRES).put(it.id).put(genre);
        }
        for (weekday, span) in &it.hours {
            let row = self.row(HOURS).put(it.id).put(weekday);
            row.put(span.from().number()).put(span.to().number());
        }
        let row = self.row(SHAPES).put(it.id).put(it.clear.0).put(it.clear.1);
        let row = row.put(if it.travel > 0 { "fixed" } else { "none" }).put(it.travel);
        row.put(it.notice).list(it.starts);
        for day in &it.closed {
            self.row(EXCEPTIONS).put(it.id).put(day);
        }
        it.bookings.iter().for_each(|booking| self.booking(booking, it));
        self.credits(it);
        self.reviews(it);
        self.demos(it);
    }

    fn account(&mut self, it: &Player<'_>) {
        let row = self.row(ACCOUNTS).put(it.id);
        let row = row.put(format_args!("player{}@bench.example.test", it.id)).text(&it.name);
        let row = row.text(NO_PASSWORD).truth(false).truth(true).truth(false);
        row.put(it.zone().name()).at(it.created_at).at(it.created_at);
    }

    fn profile(&mut self, it: &Player<'_>) {
        let row = self.row(MUSICIANS).put(it.id).put(it.id).put(&it.slug).text(&it.name);
        let row = row.text(&it.headline).text(&it.about).text(&it.city.name).put(it.city.id);
        let row = row.put(it.zone().name()).truth(it.in_room).truth(it.remotely);
        let row = row.put(it.currency).maybe(it.session_rate).maybe(it.song_rate);
        let row = row.text(it.rate_includes).text(it.remote_setup);
        let row = row.truth(it.notation).truth(it.numbers).truth(it.ear);
        let row = row.list(&it.languages).list(&it.unions);
        row.put("published").at(it.created_at).at(it.published_at).at(it.published_at);
    }

    fn booking(&mut self, it: &Booking, player: &Player<'_>) {
        let row = self.row(CALLS).put(it.id).put(it.producer).text(&it.title).text(&it.artist);
        let (row, blocks) = match it.time {
            Time::Room { session, blocks } => {
                let row = row.put("room").at(session.starts_at()).at(session.ends_at());
                let (from, to) = (moment(blocks.starts_at()), moment(blocks.ends_at()));
                (row.maybe(None::<i64>), Some(format!("[{from},{to})")))
            }
            Time::Remote { due_at } => {
                let row = row.put("remote").maybe(None::<i64>).maybe(None::<i64>);
                (row.at(due_at), None)
            }
        };
        let place = if blocks.is_some() { player.city.name.as_str() } else { "" };
        let row = row.put(player.zone().name()).text(place).text(it.brief);
        row.put(it.genre).at(it.created_at);
        let row = self.row(BOOKINGS).put(it.id).put(it.id).put(player.id).put(it.instrument);
        let row = row.put(it.fee).put(&it.currency).put(it.status()).at(it.reply_by);
        let row = row.maybe(blocks).at(it.created_at).put(it.producer);
        let row = match it.time {
            Time::Room { session, .. } => row.at(session.starts_at()).at(session.ends_at()),
            Time::Remote { due_at } => row.at(due_at).maybe(None::<i64>),
        };
        match it.status() {
            "requested" => row.put("musician").at(it.reply_by),
            _ => row.maybe(None::<i64>).maybe(None::<i64>),
        };
        for (number, event) in (0..).zip(&it.events) {
            let row = self.row(BOOKING_EVENTS).put(3 * it.id - 2 + number).put(it.id);
            row.put(event.status).maybe(event.by).at(event.at);
        }
    }

    fn credits(&mut self, player: &Player<'_>) {
        for it in &player.credits {
            let row = self.row(CREDITS).put(it.id).put(it.recording).put(player.id);
            let row = row.text(&player.name).put(it.instrument).put(it.genre).maybe(it.booking);
            let row = row.put(it.played_on).put(it.status).maybe(it.awaits);
            let row = row.maybe(it.confirmed_at.map(moment));
            row.at(it.created_at);
        }
    }

    fn reviews(&mut self, player: &Player<'_>) {
        for it in &player.reviews {
            let row = self.row(REVIEWS).put(it.id).put(it.booking).put(it.side).put(it.by);
            let row = row.put(player.id).put(it.stars).text(it.words).at(it.written_at);
            row.maybe(it.published_at.map(moment));
        }
    }

    fn demos(&mut self, player: &Player<'_>) {
        for it in &player.demos {
            let row = self.row(DEMOS).put(it.id).put(player.id).put(it.instrument).put(it.genre);
            let row = row.put(it.credit).text(&it.title).put(it.position);
            let row = row.put(format_args!("demos/{:032x}", it.id)).put("mp3");
            let row = row.put(i64::from(it.duration_ms) * 24).bytes(&[0; 32]);
            let row = row.put(it.duration_ms).put(it.lufs).bytes(&it.peaks);
            row.at(player.published_at);
        }
    }
}
