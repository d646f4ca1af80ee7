use std::fmt;

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::values::{AccountId, Currency, GenreId, InstrumentId, Money, MusicianId, Zone};

/// Where a profile stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, sqlx::Type, utoipa::ToSchema)]
#[sqlx(type_name = "profile_status", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Draft,
    Submitted,
    Published,
    ChangesRequested,
    Hidden,
}

/// An instrument on a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plays {
    pub instrument: InstrumentId,
    pub slug: String,
    pub name: String,
    pub gear: String,
    pub is_primary: bool,
}

/// A player, as others see them.
#[derive(Clone, Debug)]
pub struct Profile {
    pub id: MusicianId,
    pub account_id: AccountId,
    pub slug: String,
    pub name: String,
    pub headline: String,
    pub about: String,
    pub place: String,
    pub zone: Zone,
    pub works_in_room: bool,
    pub works_remotely: bool,
    pub currency: Currency,
    /// For a session of three hours.
    pub session_rate: Option<Money>,
    /// For a remote song.
    pub song_rate: Option<Money>,
    pub reads_notation: bool,
    pub reads_numbers: bool,
    pub plays_by_ear: bool,
    /// Minutes kept clear before and after each session in a room.
    pub buffer_before: i16,
    pub buffer_after: i16,
    pub status: Status,
    pub version: i32,
    pub published_at: Option<DateTime<Utc>>,
    /// The primary first.
    pub instruments: Vec<Plays>,
    pub genres: Vec<GenreId>,
}

impl Profile {
    pub fn plays(&self, instrument: InstrumentId) -> bool {
        self.instruments.iter().any(|plays| plays.instrument == instrument)
    }

    /// `Fiddle, octave fiddle, mandolin`.
    pub fn instruments_line(&self) -> String {
        let mut names = self.instruments.iter().map(|plays| plays.name.as_str());
        let first = names.next().unwrap_or_default().to_owned();
        names.fold(first, |line, name| line + ", " + &lower_first(name))
    }
}

/// A name in the middle of a sentence: `Mandolin` reads `mandolin`, `B3` stays.
fn lower_first(name: &str) -> String {
    let mut letters = name.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => name.to_owned(),
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Status::Draft => "draft",
            Status::Submitted => "submitted",
            Status::Published => "published",
            Status::ChangesRequested => "changes requested",
            Status::Hidden => "hidden",
        })
    }
}
