use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use super::{Of, World, dice, words};

/// So many recordings of one artist.
const TO_AN_ARTIST: i64 = 12;

#[derive(Debug)]
pub(in crate::bench) struct Recording {
    pub(in crate::bench) id: i64,
    pub(in crate::bench) title: String,
    pub(in crate::bench) artist: String,
    pub(in crate::bench) isrc: Option<String>,
    pub(in crate::bench) created_at: DateTime<Utc>,
}

impl World {
    pub(in crate::bench) fn recording(&self, id: i64) -> Recording {
        let created_at = self.recorded_at(id);
        let mut dice = dice(Of::Recording, -id);
        let isrc = (dice.u8(..10) < 7).then(|| isrc(id, created_at));
        let artist = words::artist(&mut super::dice(Of::Artist, id / TO_AN_ARTIST));
        Recording { id, title: words::title(&mut dice), artist, isrc, created_at }
    }

    /// Years back, more of the last few.
    pub(super) fn recorded_at(&self, id: i64) -> DateTime<Utc> {
        let back = dice(Of::Recording, id).f64().powf(1.6);
        self.now - TimeDelta::days(40 + (back * 4300.0) as i64)
    }

    /// One of this genre that is not among `taken`: each genre has a stretch of the numbers.
    pub(super) fn some_recording(&self, genre: usize, taken: &[i64], dice: &mut Rng) -> i64 {
        let all = self.recordings() as f64;
        let (from, to) = self.genres.wheel.field(genre);
        let within = |part: f64| ((from + (to - from) * part) * all) as i64 + 1;
        let mut id = within(dice.f64()).min(self.recordings());
        while taken.contains(&id) {
            id = id % self.recordings() + 1;
        }
        id
    }
}

/// Twelve characters: each registrant has a hundred thousand.
fn isrc(id: i64, at: DateTime<Utc>) -> String {
    let digit = |n: i64| {
        let n = u32::try_from(n % 36).expect("a digit is small");
        char::from_digit(n, 36).expect("36 has 36 digits").to_ascii_uppercase()
    };
    let registrant = id / 100_000;
    let (a, b, c) = (digit(registrant / 1296), digit(registrant / 36), digit(registrant));
    format!("QZ{a}{b}{c}{}{:05}", at.format("%y"), id % 100_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recording_has_a_code_of_its_own() {
        let at = "2026-11-23T15:00:00Z".parse().unwrap();
        assert_eq!(isrc(17, at), "QZ0002600017");
        assert_eq!(isrc(6_000_000, at), "QZ01O2600000");
    }
}
