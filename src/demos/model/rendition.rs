//! What every browser plays: WAV of 16 bits, written by ourselves, with no more samples a second than
//! anybody hears.

use std::f64::consts::{PI, TAU};

use super::hearing::MOST_SECONDS;

/// Bytes of one sample.
const SAMPLE: u64 = 2;
const HEAD: u64 = 44;
/// A studio may record four times as fast; a rendition of that would be ten times the file.
const MOST_RATE: u32 = 48_000;
/// No rendition is longer than this many bytes: ten minutes of two channels.
pub(in crate::demos) const MOST_BYTES: u64 = length(MOST_SECONDS * MOST_RATE as u64, 2);

/// How long a file of so many frames is.
const fn length(frames: u64, channels: usize) -> u64 {
    HEAD + frames * channels as u64 * SAMPLE
}

/// A rendition under way: it is given all samples of the original, and answers the bytes of its own.
pub(in crate::demos) struct Rendition {
    /// Of the rendition.
    frames: u64,
    rate: u32,
    /// Of so many frames of the original one is kept.
    factor: usize,
    /// What is left out above half the rate of the rendition, or it would sound where it is not.
    filter: Vec<f32>,
    /// What the filter still needs of each channel.
    channels: Vec<Vec<f32>>,
    /// Where in that the next frame begins.
    next: usize,
}

impl Rendition {
    pub(in crate::demos) fn new(frames: u64, rate: u32, channels: usize) -> Rendition {
        let factor = rate.div_ceil(MOST_RATE).max(1);
        let filter = filter(factor as usize);
        // Silence before the beginning, so that nothing is shifted.
        let before = vec![0.0; filter.len() / 2];
        Rendition {
            frames: frames.div_ceil(u64::from(factor)),
            rate: rate / factor,
            factor: factor as usize,
            filter,
            channels: vec![before; channels],
            next: 0,
        }
    }

    /// How many bytes it will have.
    pub(in crate::demos) fn bytes(&self) -> u64 {
        length(self.frames, self.channels.len())
    }

    /// What stands before the samples. Ten minutes of two channels are far from the limit of the
    /// format's 32 bits.
    pub(in crate::demos) fn head(&self) -> Vec<u8> {
        let data = u32::try_from(self.bytes() - HEAD).unwrap_or(u32::MAX);
        let channels = self.channels.len() as u16;
        let block = channels * SAMPLE as u16;
        let mut head = Vec::with_capacity(HEAD as usize);
        head.extend(b"RIFF");
        head.extend(data.saturating_add(HEAD as u32 - 8).to_le_bytes());
        head.extend(b"WAVEfmt ");
        head.extend(16u32.to_le_bytes());
        head.extend(1u16.to_le_bytes());
        head.extend(channels.to_le_bytes());
        head.extend(self.rate.to_le_bytes());
        head.extend((self.rate * u32::from(block)).to_le_bytes());
        head.extend(block.to_le_bytes());
        head.extend((SAMPLE as u16 * 8).to_le_bytes());
        head.extend(b"data");
        head.extend(data.to_le_bytes());
        head
    }

    /// The bytes that can be told once these samples are there: frames of all channels.
    pub(in crate::demos) fn press(&mut self, samples: &[f32]) -> Vec<u8> {
        if self.factor == 1 {
            return samples.iter().flat_map(whole).collect();
        }
        for frame in samples.chunks_exact(self.channels.len()) {
            for (channel, sample) in self.channels.iter_mut().zip(frame) {
                channel.push(*sample);
            }
        }
        let there = self.channels.first().map_or(0, Vec::len);
        let mut bytes = Vec::new();
        while self.next + self.filter.len() <= there {
            for channel in &self.channels {
                let heard = &channel[self.next..self.next + self.filter.len()];
                bytes.extend(whole(&dot(heard, &self.filter)));
            }
            self.next += self.factor;
        }
        let done = self.next.min(there);
        for channel in &mut self.channels {
            channel.drain(..done);
        }
        self.next -= done;
        bytes
    }

    /// The last bytes, with silence after the end.
    pub(in crate::demos) fn end(&mut self) -> Vec<u8> {
        match self.factor {
            1 => Vec::new(),
            _ => self.press(&vec![0.0; self.filter.len() / 2 * self.channels.len()]),
        }
    }
}

fn whole(sample: &f32) -> [u8; 2] {
    ((sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16).to_le_bytes()
}

/// A sinc in a Blackman window: what is heard of one rate passes, up to 20 kHz of 48, and what the
/// other cannot hold is 70 dB below.
fn filter(factor: usize) -> Vec<f32> {
    if factor == 1 {
        return vec![1.0];
    }
    let half = 32 * factor as i64;
    let cut = 0.46 / factor as f64;
    let tap = |n: i64| {
        let turn = TAU * (n + half) as f64 / (2 * half) as f64;
        let window = 0.42 - 0.5 * turn.cos() + 0.08 * (2.0 * turn).cos();
        let sinc = match n {
            0 => 2.0 * cut,
            n => (TAU * cut * n as f64).sin() / (PI * n as f64),
        };
        window * sinc
    };
    let taps: Vec<f64> = (-half..=half).map(tap).collect();
    let all: f64 = taps.iter().sum();
    taps.into_iter().map(|tap| (tap / all) as f32).collect()
}

/// In eight sums, which the processor makes at once.
fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; 8];
    let (ones, others) = (one.chunks_exact(8), other.chunks_exact(8));
    let rest = ones.remainder().iter().zip(others.remainder());
    let rest: f32 = rest.map(|(one, other)| one * other).sum();
    for (one, other) in ones.zip(others) {
        for (sum, (one, other)) in sums.iter_mut().zip(one.iter().zip(other)) {
            *sum += one * other;
        }
    }
    sums.iter().sum::<f32>() + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendition_says_what_is_in_it() {
        let mut rendition = Rendition::new(3, 48_000, 2);
        let head = rendition.head();
        assert_eq!(head.len() as u64, HEAD);
        assert_eq!(rendition.bytes(), HEAD + 12);
        assert_eq!(&head[40..], 12u32.to_le_bytes());
        assert_eq!(&head[4..8], (12u32 + 36).to_le_bytes());
        let bytes = rendition.press(&[0.0, 1.0, -1.0, 2.0]);
        assert_eq!(bytes, [0, 0, 0xff, 0x7f, 0, 0x80, 0xff, 0x7f]);
        assert!(rendition.end().is_empty());
    }

    /// A sine of so many hertz through a rendition, in pieces: its rate, and its samples.
    fn rendered(rate: u32, hertz: f64, frames: u32) -> (u32, Vec<f64>) {
        let turn = |n: u32| f64::from(n) / f64::from(rate) * hertz * TAU;
        let sound: Vec<f32> = (0..frames).flat_map(|n| [0.5 * turn(n).sin() as f32; 2]).collect();
        let mut rendition = Rendition::new(frames.into(), rate, 2);
        let mut bytes: Vec<u8> =
            sound.chunks(2 * 1_001).flat_map(|piece| rendition.press(piece)).collect();
        bytes.extend(rendition.end());
        assert_eq!(bytes.len() as u64 + HEAD, rendition.bytes(), "{rate}");
        let left = bytes.chunks_exact(4).map(|frame| i16::from_le_bytes([frame[0], frame[1]]));
        (rendition.rate, left.map(|sample| f64::from(sample) / 32_768.0).collect())
    }

    #[test]
    fn what_is_recorded_faster_sounds_the_same_and_in_its_place() {
        for (rate, slower) in
            [(96_000, 48_000), (192_000, 48_000), (88_200, 44_100), (176_400, 44_100)]
        {
            for hertz in [50.0, 1_000.0, 15_000.0] {
                let (told, samples) = rendered(rate, hertz, rate / 5 + 3);
                assert_eq!(told, slower);
                // But for the edges, where silence begins.
                for (n, sample) in samples.iter().enumerate().skip(100).take(samples.len() - 200) {
                    let right = 0.5 * (n as f64 / f64::from(slower) * hertz * TAU).sin();
                    assert!((sample - right).abs() < 0.001, "{rate} {hertz}: {n}");
                }
            }
            // What nobody hears is not folded into what everybody does.
            let (_, samples) = rendered(rate, f64::from(slower) * 0.7, rate / 5);
            assert!(samples[100..samples.len() - 100].iter().all(|it| it.abs() < 0.001), "{rate}");
        }
    }

    #[test]
    fn no_rendition_is_larger_than_ten_minutes_as_anybody_hears_them() {
        for rate in [8_000, 44_100, 48_000, 48_001, 88_200, 96_000, 176_400, 192_000] {
            let rendition = Rendition::new(MOST_SECONDS * u64::from(rate), rate, 2);
            assert!(rendition.bytes() <= MOST_BYTES, "{rate}: {}", rendition.bytes());
        }
        assert_eq!(MOST_BYTES, 115_200_044);
    }
}
