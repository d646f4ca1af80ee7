//! What is to be played for a call, as players ask before they say yes.

use serde::{Deserialize, Serialize};

use crate::values::in_sentence;

/// What everybody who is asked for a call is told of the music.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Music {
    pub songs: u16,
    pub charts: Charts,
    /// None where nothing is written down.
    pub reading: Option<Reading>,
    /// Of remote work, and only of that.
    pub remote: Option<RemoteBrief>,
}

/// How the music is written down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Charts {
    /// Nothing is: it is played by ear.
    None,
    LeadSheet,
    ChordSheet,
    NumberChart,
    Notation,
    Tablature,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reading {
    SightRead,
    Prepared,
}

/// How parts that a player records at their own place are to come: what no session's engineer is there
/// to be asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct RemoteBrief {
    /// `92 bpm`, or where the tempo map is.
    #[schema(example = "92 bpm")]
    pub tempo: String,
    #[schema(example = "D major")]
    pub key: String,
    #[schema(example = "4/4")]
    pub time_signature: String,
    /// Hz.
    #[schema(example = 48000)]
    pub sample_rate: u32,
    #[schema(example = 24)]
    pub bit_depth: u16,
    pub channels: Channels,
    /// How many whole takes.
    pub passes: u16,
    /// The fee covers them.
    pub punch_ins: bool,
    pub starts_at_bar_one: bool,
    /// Bars.
    pub count_in: u16,
    /// The player is sent a mix without the instrument, and one with a guide to it.
    pub mixes: bool,
    /// The player is sent the click as a file of its own.
    pub click: bool,
    pub uncompressed: bool,
    pub sound: Sound,
    /// How files are named.
    #[schema(example = "Title_Instrument_Pass")]
    pub naming: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channels {
    Mono,
    Stereo,
}

/// Whether effects are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Sound {
    Dry,
    Wet,
    Both,
}

/// Who is asked for a call.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "call_asks", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Asks {
    One,
    /// Several at once: the first yes takes it.
    Several,
}

/// A choice of a form: each with its word in an address or a document, and as people say it.
macro_rules! choices {
    ($name:ident: $($choice:ident $word:literal $told:literal),+ $(,)?) => {
        impl $name {
            pub(in crate::bookings) const ALL: &'static [$name] = &[$($name::$choice),+];

            pub(in crate::bookings) fn word(self) -> &'static str {
                match self { $($name::$choice => $word),+ }
            }

            pub(in crate::bookings) fn told(self) -> &'static str {
                match self { $($name::$choice => $told),+ }
            }

            pub(in crate::bookings) fn meant(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|one| one.word() == word.trim())
            }
        }
    };
}

choices! { Charts:
    None "none" "No charts: by ear",
    LeadSheet "lead_sheet" "Lead sheet",
    ChordSheet "chord_sheet" "Chord sheet",
    NumberChart "number_chart" "Number chart",
    Notation "notation" "Full notation",
    Tablature "tablature" "Tablature",
}
choices! { Reading:
    SightRead "sight_read" "Sight-read on the day",
    Prepared "prepared" "Sent ahead, to be prepared",
}
choices! { Channels: Mono "mono" "Mono", Stereo "stereo" "Stereo" }
choices! { Sound:
    Dry "dry" "Dry",
    Wet "wet" "Wet",
    Both "both" "Dry and wet, each as files of their own",
}
choices! { Asks:
    One "one" "Only this player is asked.",
    Several "several" "Several players are asked: the first yes takes it.",
}

impl Asks {
    pub(in crate::bookings) fn is_several(self) -> bool {
        self == Asks::Several
    }
}

impl Music {
    /// `Number chart, sent ahead, to be prepared`.
    pub(in crate::bookings) fn charts_told(&self) -> String {
        match self.reading {
            Some(reading) => format!("{}, {}", self.charts.told(), in_sentence(reading.told())),
            None => self.charts.told().into(),
        }
    }

    /// `1 song`.
    pub(in crate::bookings) fn songs_told(&self) -> String {
        format!("{} song{}", self.songs, if self.songs == 1 { "" } else { "s" })
    }
}

impl RemoteBrief {
    /// Each fact with its name.
    pub(in crate::bookings) fn facts(&self) -> Vec<(&'static str, String)> {
        let passes = match (self.passes, self.punch_ins) {
            (1, true) => "1 whole take, punch-ins included".into(),
            (1, false) => "1 whole take, without punch-ins".into(),
            (n, true) => format!("{n} whole takes, punch-ins included"),
            (n, false) => format!("{n} whole takes, without punch-ins"),
        };
        let count_in = match self.count_in {
            0 => "no count-in".into(),
            1 => "1 bar of count-in".into(),
            bars => format!("{bars} bars of count-in"),
        };
        let start = match self.starts_at_bar_one {
            true => format!("Files start at bar 1, {count_in}"),
            false => format!("Files start where the playing does, {count_in}"),
        };
        let sent = match (self.mixes, self.click) {
            (true, true) => "A mix without the instrument, one with a guide to it, and the click",
            (true, false) => "A mix without the instrument, and one with a guide to it",
            (false, true) => "The click as a file of its own",
            (false, false) => "No mix and no click",
        };
        let kilohertz = f64::from(self.sample_rate) / 1000.0;
        let format = format!(
            "{kilohertz} kHz, {} bit, {}{}",
            self.bit_depth,
            self.channels.told().to_lowercase(),
            if self.uncompressed { ", uncompressed only" } else { "" },
        );
        vec![
            ("Tempo", self.tempo.clone()),
            ("Key", self.key.clone()),
            ("Time", self.time_signature.clone()),
            ("Files", format),
            ("Takes", passes),
            ("Start", start),
            ("Sound", self.sound.told().into()),
            ("Sent to the player", sent.into()),
            ("Named", self.naming.clone()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_remote_brief_is_told_fact_by_fact() {
        let brief = RemoteBrief {
            tempo: "92 bpm".into(),
            key: "D major".into(),
            time_signature: "6/8".into(),
            sample_rate: 44_100,
            bit_depth: 24,
            channels: Channels::Stereo,
            passes: 2,
            punch_ins: true,
            starts_at_bar_one: true,
            count_in: 2,
            mixes: true,
            click: true,
            uncompressed: true,
            sound: Sound::Dry,
            naming: "Title_Fiddle_Pass".into(),
        };
        let told: Vec<String> =
            brief.facts().into_iter().map(|(what, is)| format!("{what}: {is}.")).collect();
        assert_eq!(
            told.join(" "),
            "Tempo: 92 bpm. Key: D major. Time: 6/8. Files: 44.1 kHz, 24 bit, stereo, uncompressed only. \
             Takes: 2 whole takes, punch-ins included. Start: Files start at bar 1, 2 bars of count-in. \
             Sound: Dry. Sent to the player: A mix without the instrument, one with a guide to it, and the \
             click. Named: Title_Fiddle_Pass."
        );
    }

    #[test]
    fn what_a_document_says_is_what_an_address_says() {
        for charts in Charts::ALL {
            assert_eq!(serde_json::to_value(charts).unwrap(), charts.word());
            assert_eq!(Charts::meant(charts.word()), Some(*charts));
        }
        for reading in Reading::ALL {
            assert_eq!(serde_json::to_value(reading).unwrap(), reading.word());
        }
        for asks in Asks::ALL {
            assert_eq!(serde_json::to_value(asks).unwrap(), asks.word());
        }
    }
}
