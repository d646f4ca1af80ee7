use chrono::NaiveDate;

use super::order::Mark;
use crate::values::{Money, MusicianId, Zone};

/// A player's credits in one genre.
#[derive(Clone, Debug)]
pub(in crate::discovery) struct Kind {
    pub(in crate::discovery) slug: String,
    pub(in crate::discovery) genre: String,
    /// Confirmed by both sides.
    pub(in crate::discovery) credits: i64,
    /// Claimed by the player and confirmed by nobody: shown apart, never counted.
    pub(in crate::discovery) claimed: i64,
    pub(in crate::discovery) years: Vec<Year>,
    /// When the last confirmed one was played.
    pub(in crate::discovery) last_played_on: Option<NaiveDate>,
}

#[derive(Clone, Copy, Debug)]
pub(in crate::discovery) struct Year {
    pub(in crate::discovery) year: i32,
    pub(in crate::discovery) credits: i64,
    pub(in crate::discovery) claimed: i64,
}

/// Somebody who was found, as their listing tells.
#[derive(Clone, Debug)]
pub(in crate::discovery) struct Standing {
    pub(in crate::discovery) id: MusicianId,
    pub(in crate::discovery) slug: String,
    pub(in crate::discovery) name: String,
    pub(in crate::discovery) headline: String,
    pub(in crate::discovery) place: String,
    pub(in crate::discovery) zone: Zone,
    pub(in crate::discovery) works_in_room: bool,
    pub(in crate::discovery) works_remotely: bool,
    pub(in crate::discovery) session_rate: Option<Money>,
    pub(in crate::discovery) song_rate: Option<Money>,
    pub(in crate::discovery) has_audio: bool,
    /// The primary first.
    pub(in crate::discovery) instruments: Vec<i32>,
    pub(in crate::discovery) genres: Vec<i32>,
    /// The hash of their portrait.
    pub(in crate::discovery) portrait: Option<String>,
    /// Matching confirmed credits.
    pub(in crate::discovery) credits: i32,
    pub(in crate::discovery) last_played_on: Option<NaiveDate>,
    /// Matching credits nobody confirmed.
    pub(in crate::discovery) claimed: i32,
    /// What was matched: 0 stands for any.
    pub(in crate::discovery) instrument: i32,
    pub(in crate::discovery) genre: i32,
    pub(in crate::discovery) mark: Mark,
    pub(in crate::discovery) is_new: bool,
}
