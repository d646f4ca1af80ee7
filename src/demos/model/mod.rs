mod decode;
mod hearing;
mod kind;
pub(super) mod rendition;

use chrono::{DateTime, NaiveDate, Utc};

pub(super) use decode::{Ear, decode};
pub(super) use hearing::{Heard, Listener, MOST_SECONDS, Unusable};
pub(super) use kind::{ACCEPT, Kind, ends_in_order};

use crate::{
    files::FileKey,
    values::{CreditId, DemoId, GenreId, InstrumentId, Line, RecordingId},
};

/// A producer hears one or two; more than this nobody does.
pub(super) const MOST_DEMOS: i64 = 12;
/// What a file may have.
pub(super) const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// How many strokes a waveform is drawn with: a divisor of its width, and few, because a profile
/// with a dozen demos is still to be a light page.
const STROKES: usize = 40;

/// What a player says of a demo. One that exists is fit to be kept.
#[derive(Clone, Debug)]
pub(super) struct Detail {
    pub(super) title: Line<100>,
    pub(super) instrument: InstrumentId,
    pub(super) genre: GenreId,
    pub(super) credit: Option<CreditId>,
    pub(super) part: Option<Line<120>>,
}

/// Why a demo is not taken, or not moved. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("Twelve demos are on your profile, and no more fit: remove one first.")]
    Full,
    #[error("Two files of yours are on their way already: wait until one of them is here.")]
    TwoAtOnce,
}

/// Which way a demo moves in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Way {
    Up,
    Down,
}

/// The list with one of it a place further; as it was where there is none.
pub(super) fn moved(mut order: Vec<DemoId>, id: DemoId, way: Way) -> Vec<DemoId> {
    let at = order.iter().position(|one| *one == id);
    let to = match (at, way) {
        (Some(at), Way::Up) => at.checked_sub(1),
        (Some(at), Way::Down) => Some(at + 1).filter(|to| *to < order.len()),
        (None, _) => None,
    };
    if let (Some(at), Some(to)) = (at, to) {
        order.swap(at, to);
    }
    order
}

/// A demo, as it is shown and heard.
#[derive(Clone, Debug)]
pub(crate) struct Demo {
    pub(crate) id: DemoId,
    pub(crate) title: String,
    pub(crate) part: String,
    pub(crate) instrument: String,
    pub(crate) instrument_slug: String,
    pub(crate) genre: String,
    pub(crate) genre_slug: String,
    pub(crate) credit: Option<Credited>,
    /// `FLAC`.
    pub(crate) format: String,
    pub(crate) duration_ms: i32,
    pub(crate) lufs: f32,
    pub(crate) peaks: Vec<u8>,
    pub(crate) created_at: DateTime<Utc>,
}

/// The confirmed credit that a demo is a part of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Credited {
    pub(crate) id: CreditId,
    pub(crate) recording: RecordingId,
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) played_on: NaiveDate,
}

/// Where the bytes of a demo are, as sent and as played.
#[derive(Clone, Debug)]
pub(super) struct Bytes {
    pub(super) original: FileKey,
    pub(super) format: String,
    pub(super) original_bytes: i64,
    pub(super) playable: Option<FileKey>,
    pub(super) playable_bytes: Option<i64>,
}

impl Demo {
    /// `1:05`.
    pub(crate) fn length(&self) -> String {
        clock(u64::try_from(self.duration_ms).unwrap_or(0))
    }

    /// To be listened to at the end of a page's path.
    pub(crate) fn audio(&self) -> String {
        format!("/demos/{}/audio", self.id)
    }

    pub(crate) fn seconds(&self) -> String {
        format!("{:.2}", f64::from(self.duration_ms) / 1000.0)
    }

    pub(crate) fn loudness(&self) -> String {
        format!("{:.1}", self.lufs)
    }

    /// As it reads on a page, with a true minus.
    pub(crate) fn loudness_told(&self) -> String {
        self.loudness().replace('-', "\u{2212}")
    }

    /// The waveform as the path of an SVG of 440 by 40: strokes on one middle line, each relative
    /// to the end of the one before, because that is short. Its loudest is as high as any demo's,
    /// because it is played as loud.
    pub(crate) fn wave(&self) -> String {
        let n = self.peaks.len().min(STROKES);
        let loudest = |peaks: &[u8]| usize::from(peaks.iter().copied().max().unwrap_or(0));
        let most = loudest(&self.peaks).max(1);
        let height = |at: usize| {
            let stretch = &self.peaks[at * self.peaks.len() / n..(at + 1) * self.peaks.len() / n];
            1 + loudest(stretch) * 18 / most
        };
        let step = 440 / n.max(1);
        let mut path = String::new();
        let mut below = 0;
        for at in 0..n {
            let half = height(at);
            path += &match at {
                0 => format!("M{} {}v{}", step / 2, 20 - half, 2 * half),
                _ => format!("m{step}-{}v{}", below + half, 2 * half),
            };
            below = half;
        }
        path
    }
}

/// Milliseconds as `1:05`, or `1:00:05` from an hour on.
pub(super) fn clock(ms: u64) -> String {
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    match hours {
        0 => format!("{minutes}:{seconds:02}"),
        _ => format!("{hours}:{minutes:02}:{seconds:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_moves_by_one_place_and_never_out_of_the_list() {
        let ids = |ids: [i64; 3]| ids.map(DemoId::from).to_vec();
        let step = |id: i64, way| moved(ids([1, 2, 3]), id.into(), way);
        assert_eq!(step(2, Way::Up), ids([2, 1, 3]));
        assert_eq!(step(2, Way::Down), ids([1, 3, 2]));
        assert_eq!(step(1, Way::Up), ids([1, 2, 3]));
        assert_eq!(step(3, Way::Down), ids([1, 2, 3]));
        assert_eq!(step(9, Way::Down), ids([1, 2, 3]));
    }

    #[test]
    fn a_length_reads_as_on_a_player() {
        assert_eq!(clock(0), "0:00");
        assert_eq!(clock(65_900), "1:05");
        assert_eq!(clock(3_605_000), "1:00:05");
    }
}
