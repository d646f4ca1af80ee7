use serde::{Deserialize, Serialize};

use super::{Booking, Party, When};
use crate::{
    packs::{Carried, Job, Quote, Role},
    values::{Money, in_sentence},
};

/// What one player is asked to do for a call, beside playing their instrument.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Part {
    /// Instruments beside the first, by name.
    pub doubles: Vec<String>,
    pub role: Role,
    pub overdubs: u16,
    /// What is heavy to carry: a class of the terms, and how many pieces.
    pub porterage: Option<Carried>,
    /// What the fee covers, in words.
    pub covers: String,
    /// The name the credit will have.
    pub credited_as: String,
}

impl Part {
    /// What is counted of it.
    pub(in crate::bookings) fn job(&self, when: When, songs: u16) -> Job {
        let work = match when {
            When::Room(slot) => {
                Job::session(u16::try_from(slot.length().num_minutes()).unwrap_or(u16::MAX))
            }
            When::Remote(_) => Job::songs(songs),
        };
        Job {
            doubles: u16::try_from(self.doubles.len()).unwrap_or(u16::MAX),
            overdubs: self.overdubs,
            role: self.role,
            porterage: self.porterage.iter().cloned().collect(),
            ..work
        }
    }

    /// `mandolin and viola`, where there are any.
    pub(in crate::bookings) fn doubles_told(&self) -> Option<String> {
        let names: Vec<String> = self.doubles.iter().map(|name| in_sentence(name)).collect();
        match names.as_slice() {
            [] => None,
            [one] => Some(one.clone()),
            [first @ .., last] => Some(format!("{} and {last}", first.join(", "))),
        }
    }
}

impl Booking {
    /// What was asked to be done, as a job that terms count; of the oldest nothing is known but the time.
    pub(crate) fn job(&self) -> Job {
        let songs = self.music.as_ref().map_or(1, |music| music.songs);
        let part = self.part.as_ref().map(|part| part.0.clone()).unwrap_or_default();
        part.job(self.when, songs)
    }

    /// What a fee for it is made of, by the terms it was asked under; none where those say nothing of
    /// such work.
    pub fn made_of(&self, fee: Money) -> Option<Quote> {
        self.terms.as_ref()?.quote_for(&self.job(), fee).ok()
    }

    /// What is to be played, fact by fact, as its sides read it.
    pub(crate) fn facts(&self, reader: Option<Party>) -> Vec<(&'static str, String)> {
        let Some(music) = &self.music else { return Vec::new() };
        let shown = |text: String| self.shown(&text, Some(Party::Producer), reader).into_owned();
        let remote = music.remote.iter().flat_map(|brief| brief.facts());
        [("Songs", music.songs.to_string()), ("Charts", music.charts_told())]
            .into_iter()
            .chain(remote.map(|(what, is)| (what, shown(is))))
            .collect()
    }

    /// `mandolin and viola`, where more than the first instrument is brought.
    pub(crate) fn doubles_told(&self) -> Option<String> {
        self.part.as_ref()?.doubles_told()
    }

    /// The name the credit will have.
    pub fn credited_as(&self) -> &str {
        self.part.as_ref().map_or(&self.musician, |part| &part.credited_as)
    }
}
