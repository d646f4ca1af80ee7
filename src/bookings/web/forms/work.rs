//! What is to be played, by one player and for how much beside the fee.

use super::{
    super::super::model::{
        BadAsk, Channels, Charts, Kind, Music, Part, Reading, RemoteBrief, Sound, Terms,
    },
    CallForm,
};
use crate::{
    packs::{Carried, Role},
    values::{FieldErrors, Line, Prose},
};

/// In Hz.
pub(in crate::bookings::web) const SAMPLE_RATES: [u32; 6] =
    [44_100, 48_000, 88_200, 96_000, 176_400, 192_000];
pub(in crate::bookings::web) const BIT_DEPTHS: [u16; 3] = [16, 24, 32];

/// What remote files may come with, each with how a form asks for it.
pub(in crate::bookings::web) const WITH: [(&str, &str); 5] = [
    ("punch_ins", "Punch-ins are included"),
    ("bar_one", "Files start at bar 1"),
    ("mixes", "I send a mix without the instrument, and one with a guide to it"),
    ("click", "I send the click as a file of its own"),
    ("uncompressed", "Uncompressed files only"),
];

fn chosen<T>(field: &'static str, found: Option<T>, errors: &mut FieldErrors) -> Option<T> {
    errors.take(field, found.ok_or(BadAsk::NotChosen))
}

impl CallForm {
    pub(super) fn read_music(&self, kind: Option<Kind>, errors: &mut FieldErrors) -> Option<Music> {
        let songs = errors.number("songs", &self.songs, (1, 60), "songs");
        let charts = chosen("charts", Charts::meant(&self.charts), errors);
        let reading = match charts {
            None | Some(Charts::None) => None,
            Some(_) => chosen("reading", Reading::meant(&self.reading), errors),
        };
        let remote = match kind {
            Some(Kind::Remote) => Some(self.read_remote_brief(errors)),
            _ => None,
        };
        Some(Music {
            songs: songs?,
            charts: charts?,
            reading,
            remote: match remote {
                Some(brief) => Some(brief?),
                None => None,
            },
        })
    }

    fn read_remote_brief(&self, errors: &mut FieldErrors) -> Option<RemoteBrief> {
        let line = |field, text: &str, errors: &mut FieldErrors| {
            errors.take(field, Line::<80>::parse(text)).map(|line| line.to_string())
        };
        let tempo = line("tempo", &self.tempo, errors);
        let key = line("key", &self.key, errors);
        let time_signature = line("time_signature", &self.time_signature, errors);
        let rate = self.sample_rate.trim().parse().ok();
        let rate = rate.filter(|rate| SAMPLE_RATES.contains(rate));
        let sample_rate = chosen("sample_rate", rate, errors);
        let depth = self.bit_depth.trim().parse().ok();
        let depth = depth.filter(|depth| BIT_DEPTHS.contains(depth));
        let bit_depth = chosen("bit_depth", depth, errors);
        let channels = chosen("channels", Channels::meant(&self.channels), errors);
        let sound = chosen("sound", Sound::meant(&self.sound), errors);
        let passes = errors.number("passes", &self.passes, (1, 20), "whole takes");
        let count_in = errors.number("count_in", &self.count_in, (0, 16), "bars");
        let naming = line("naming", &self.naming, errors);
        Some(RemoteBrief {
            tempo: tempo?,
            key: key?,
            time_signature: time_signature?,
            sample_rate: sample_rate?,
            bit_depth: bit_depth?,
            channels: channels?,
            passes: passes?,
            punch_ins: self.is_with("punch_ins"),
            starts_at_bar_one: self.is_with("bar_one"),
            count_in: count_in?,
            mixes: self.is_with("mixes"),
            click: self.is_with("click"),
            uncompressed: self.is_with("uncompressed"),
            sound: sound?,
            naming: naming?,
        })
    }

    pub(in crate::bookings::web) fn is_with(&self, word: &str) -> bool {
        self.with.iter().any(|one| one.trim() == word)
    }

    pub(in crate::bookings::web) fn doubles_on(&self, slug: &str) -> bool {
        self.doubles.iter().any(|one| one.trim() == slug)
    }

    pub(super) fn read_part(&self, terms: Terms<'_>, errors: &mut FieldErrors) -> Option<Part> {
        let counted = self.read_counted(terms, errors);
        let covers = errors.take("covers", Prose::<400>::parse(&self.covers));
        let name = match self.credited_as.trim() {
            "" => &terms.player.name,
            typed => typed,
        };
        let credited_as = errors.take("credited_as", Line::<100>::parse(name));
        Some(Part {
            covers: covers?.to_string(),
            credited_as: credited_as?.to_string(),
            ..counted?
        })
    }

    /// What of a part is counted, and no words.
    pub(in crate::bookings::web) fn read_counted(
        &self,
        terms: Terms<'_>,
        errors: &mut FieldErrors,
    ) -> Option<Part> {
        let doubles = errors.take("doubles", terms.doubles(&self.instrument, &self.doubles));
        let role = match self.role.trim() {
            "" | "player" => Some(Role::Player),
            "leader" => Some(Role::Leader),
            "contractor" => Some(Role::Contractor),
            _ => chosen("role", None, errors),
        };
        let overdubs = match self.overdubs.trim() {
            "" => Some(0),
            text => errors.number("overdubs", text, (0, 20), "overdubs"),
        };
        let class = self.class.trim();
        let porterage = match class {
            "" => Some(None),
            class => {
                let pieces = if self.pieces.trim().is_empty() { "1" } else { &self.pieces };
                let pieces = errors.number("pieces", pieces, (1, 100), "pieces");
                pieces.map(|pieces| Some(Carried { class: class.into(), pieces }))
            }
        };
        Some(Part {
            doubles: doubles?,
            role: role?,
            overdubs: overdubs?,
            porterage: porterage?,
            ..Part::default()
        })
    }
}
