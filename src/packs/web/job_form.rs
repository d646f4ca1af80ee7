use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use super::{
    super::model::{Carried, Job, Role, Terms, Work},
    reading::{Reading, at, rows, said},
};
use crate::values::{FieldErrors, Minute, Zone, read_day};

/// What a session or songs would be, to see what they come to. Left out, it is a session of three
/// hours today under the player's own terms, with nothing added.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobForm {
    /// The slug of a pack under which the player works; left out, their own terms.
    pub(super) pack: String,
    /// `room` or `remote`.
    #[param(example = "room")]
    pub(super) work: String,
    /// In a room: how long, in minutes.
    #[param(example = "180")]
    pub(super) minutes: String,
    /// Remotely: how many.
    pub(super) songs: String,
    /// Remotely: for each, where it is more than the terms say.
    pub(super) each: String,
    /// How many instruments, the first one too.
    #[param(example = "2")]
    pub(super) instruments: String,
    pub(super) overdubs: String,
    /// `player`, `leader` or `contractor`.
    pub(super) role: String,
    /// Classes of porterage.
    pub(super) class: Vec<String>,
    /// How many pieces of each class.
    pub(super) pieces: Vec<String>,
    /// The day, by the player's clock: `2026-12-08`. The figures of that day count.
    pub(super) date: String,
    /// When it starts, or by when songs are due, `10:00`. With the day, cancelling is told in money.
    pub(super) from: String,
    /// `later` for a session that is not the first for the same producer that day.
    pub(super) session: String,
}

pub(super) const LABELS: [(&str, &str); 12] = [
    ("pack", "Terms"),
    ("work", "Kind of work"),
    ("minutes", "Length"),
    ("songs", "Songs"),
    ("each", "Fee of a song"),
    ("instruments", "Instruments"),
    ("overdubs", "Overdubs"),
    ("role", "Role"),
    ("class", "Porterage"),
    ("date", "Day"),
    ("from", "Time"),
    ("session", "Session of the day"),
];

/// A job, and when it is, as far as that was said.
#[derive(Clone, Debug)]
pub(super) struct Asked {
    pub(super) job: Job,
    pub(super) starts_at: Option<DateTime<Utc>>,
}

impl JobForm {
    /// The day whose figures count; today where none could be read.
    pub(super) fn day(&self, zone: Zone, now: DateTime<Utc>) -> NaiveDate {
        read_day(&self.date).unwrap_or_else(|_| zone.date(now))
    }

    pub(super) fn is_remote(&self) -> bool {
        self.work == "remote"
    }

    pub(super) fn class(&self) -> &str {
        at(&self.class, 0)
    }

    pub(super) fn pieces(&self) -> &str {
        at(&self.pieces, 0)
    }

    /// Reads what was typed, by `terms` and the player's clock.
    pub(super) fn read(
        &self,
        terms: &Terms,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Result<Asked, FieldErrors> {
        let mut read = Reading::new(Some(terms.currency));
        let work = match said(&self.work).unwrap_or("room") {
            "room" => {
                let minutes = read.number("minutes", &self.minutes, (1, 840), "minutes");
                Some(Work::Session { minutes: minutes.unwrap_or(180) })
            }
            "remote" => {
                let count = read.number("songs", &self.songs, (1, 100), "songs");
                let each = read.money("each", &self.each);
                Some(Work::Songs { count: count.unwrap_or(1), each })
            }
            _ => None,
        };
        let work = read.errors.take("work", work.ok_or("has to be in a room, or remote"));
        let instruments = read.number("instruments", &self.instruments, (1, 20), "instruments");
        let overdubs = read.number("overdubs", &self.overdubs, (0, 20), "overdubs");
        let role = match said(&self.role) {
            None | Some("player") => Ok(Role::Player),
            Some("leader") => Ok(Role::Leader),
            Some("contractor") => Ok(Role::Contractor),
            Some(_) => Err("is none of the three there are"),
        };
        let role = read.errors.take("role", role);
        let mut porterage = Vec::new();
        for row in 0..rows(&[&self.class, &self.pieces]) {
            let pieces = read.number("class", at(&self.pieces, row), (0, 100), "pieces");
            if let Some(class) = said(at(&self.class, row)) {
                porterage.push(Carried { class: class.to_owned(), pieces: pieces.unwrap_or(1) });
            }
        }
        let starts_at = self.starts_at(&mut read, zone, now);
        match (work, role) {
            (Some(work), Some(role)) if read.errors.is_empty() => {
                let job = Job {
                    work,
                    doubles: instruments.unwrap_or(1) - 1,
                    overdubs: overdubs.unwrap_or(0),
                    role,
                    porterage,
                    is_first_that_day: self.session != "later",
                    agreed: Vec::new(),
                };
                Ok(Asked { job, starts_at })
            }
            _ => Err(read.errors),
        }
    }

    fn starts_at(
        &self,
        read: &mut Reading,
        zone: Zone,
        now: DateTime<Utc>,
    ) -> Option<DateTime<Utc>> {
        let day = read.day("date", &self.date);
        let minute =
            said(&self.from).and_then(|text| read.errors.take("from", text.parse::<Minute>()));
        let (day, minute) = match (day, minute) {
            (None, Some(_)) if said(&self.date).is_none() => {
                read.errors.add("date", "is missing, though a time is there");
                return None;
            }
            (Some(day), None) if day < zone.date(now) => {
                read.errors.add("date", "is in the past: ask for a day still to come");
                return None;
            }
            (day, minute) => (day?, minute?),
        };
        let starts_at = read.errors.take("from", zone.read(minute.on(day)?));
        if starts_at.is_some_and(|at| at <= now) {
            read.errors.add("date", "is in the past: ask for a day still to come");
        }
        starts_at
    }
}
