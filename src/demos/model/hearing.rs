use std::time::{Duration, Instant};

use ebur128::{Channel, EbuR128, Mode};

use super::{Kind, clock};

/// A demo is at most so long.
pub(in crate::demos) const MOST_SECONDS: u64 = 10 * 60;
const LEAST_SECONDS: f64 = 1.0;
/// What a recording may have; telephones have less, nobody has more.
const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;
/// Decoding ten minutes takes a few seconds; what takes longer was made to.
const DECODED_WITHIN: Duration = Duration::from_secs(90);
/// How many stretches the loudest sample of each is kept of.
const PEAKS: usize = 600;
/// So many times a second the loudest sample is taken while listening.
const LOOKS: u32 = 100;

/// What somebody who listened to all of a file can tell.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::demos) struct Heard {
    pub(in crate::demos) rate: u32,
    pub(in crate::demos) channels: usize,
    pub(in crate::demos) frames: u64,
    pub(in crate::demos) lufs: f32,
    pub(in crate::demos) peaks: Vec<u8>,
}

impl Heard {
    pub(in crate::demos) fn duration_ms(&self) -> i32 {
        i32::try_from(self.frames * 1000 / u64::from(self.rate)).unwrap_or(i32::MAX)
    }
}

/// Listens to a file as it is decoded, and stops what takes too long.
pub(in crate::demos) struct Listener {
    began: Instant,
    meter: Option<Meter>,
}

struct Meter {
    rate: u32,
    channels: usize,
    frames: u64,
    ebur128: EbuR128,
    looks: Vec<f32>,
    /// Of the look under way: its loudest so far, and how many frames of it have been seen.
    loudest: f32,
    seen: u32,
}

impl Listener {
    pub(in crate::demos) fn new() -> Listener {
        Listener { began: Instant::now(), meter: None }
    }

    /// Takes in what was decoded: frames of `channels` samples each.
    pub(in crate::demos) fn hear(
        &mut self,
        samples: &[f32],
        rate: u32,
        channels: usize,
    ) -> Result<(), Unusable> {
        if self.began.elapsed() > DECODED_WITHIN {
            return Err(Unusable::TakesTooLong);
        }
        let meter = match &mut self.meter {
            Some(meter) => meter,
            none => none.insert(Meter::new(rate, channels)?),
        };
        if (meter.rate, meter.channels) != (rate, channels) {
            return Err(Unusable::Changes);
        }
        meter.add(samples)
    }

    pub(in crate::demos) fn finish(self) -> Result<Heard, Unusable> {
        let Some(mut meter) = self.meter.filter(|meter| meter.frames > 0) else {
            return Err(Unusable::Empty);
        };
        if (meter.frames as f64) < LEAST_SECONDS * f64::from(meter.rate) {
            return Err(Unusable::TooShort);
        }
        if meter.seen > 0 {
            meter.looks.push(meter.loudest);
        }
        // Nothing is above the gate of -70 LUFS.
        let lufs = meter.ebur128.loudness_global().unwrap_or(f64::NEG_INFINITY);
        if !lufs.is_finite() {
            return Err(Unusable::Silent);
        }
        Ok(Heard {
            rate: meter.rate,
            channels: meter.channels,
            frames: meter.frames,
            lufs: lufs as f32,
            peaks: peaks(&meter.looks),
        })
    }
}

impl Meter {
    fn new(rate: u32, channels: usize) -> Result<Meter, Unusable> {
        if !RATES.contains(&rate) {
            return Err(Unusable::Rate(rate));
        }
        let count = u32::try_from(channels).ok().filter(|count| (1..=2).contains(count));
        let count = count.ok_or(Unusable::Channels(channels))?;
        let mut ebur128 = EbuR128::new(count, rate, Mode::I).map_err(|_| Unusable::Damaged)?;
        if count == 1 {
            // It comes out of both speakers, as browsers play it.
            ebur128.set_channel(0, Channel::DualMono).map_err(|_| Unusable::Damaged)?;
        }
        Ok(Meter { rate, channels, frames: 0, ebur128, looks: Vec::new(), loudest: 0.0, seen: 0 })
    }

    fn add(&mut self, samples: &[f32]) -> Result<(), Unusable> {
        self.frames += (samples.len() / self.channels) as u64;
        if self.frames > MOST_SECONDS * u64::from(self.rate) {
            return Err(Unusable::TooLong);
        }
        if samples.iter().any(|sample| !sample.is_finite()) {
            return Err(Unusable::Damaged);
        }
        self.ebur128.add_frames_f32(samples).map_err(|_| Unusable::Damaged)?;
        for frame in samples.chunks_exact(self.channels) {
            self.loudest = frame.iter().fold(self.loudest, |most, sample| most.max(sample.abs()));
            self.seen += 1;
            if self.seen == self.rate / LOOKS {
                self.looks.push(std::mem::take(&mut self.loudest));
                self.seen = 0;
            }
        }
        Ok(())
    }
}

/// The loudest in each of at most [`PEAKS`] stretches of one length.
fn peaks(looks: &[f32]) -> Vec<u8> {
    let n = looks.len().min(PEAKS);
    let stretch = |at: usize| &looks[at * looks.len() / n..(at + 1) * looks.len() / n];
    let loudest = |looks: &[f32]| looks.iter().copied().fold(0.0, f32::max);
    (0..n).map(|at| (loudest(stretch(at)).min(1.0) * 255.0).round() as u8).collect()
}

/// Why a file is not taken, as a predicate that follows "File".
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(in crate::demos) enum Unusable {
    #[error("is missing: choose one")]
    Missing,
    #[error("is empty: it has no sound in it")]
    Empty,
    #[error("is silent from beginning to end")]
    Silent,
    #[error("is larger than 50 MiB, and no more fits: send it smaller, as FLAC, MP3 or M4A")]
    TooLarge,
    #[error("is longer than 10 minutes: cut it to what a producer should hear")]
    TooLong,
    #[error("is shorter than a second")]
    TooShort,
    #[error(
        "has a name that ends in nothing we take: send .wav, .aiff, .flac, .mp3, .m4a, .aac, .ogg, .opus or .webm"
    )]
    UnknownName,
    #[error("is called .{ending}, but it is not audio of that kind, nor of any we take")]
    NotAudio { ending: &'static str },
    #[error("is called .{ending}, but what is in it is {}: give it its right name, or send the one you meant", is.name())]
    Misnamed { ending: &'static str, is: Kind },
    #[error(
        "is {}, which needs the program ffmpeg, and this server has none: send WAV, AIFF, FLAC, MP3, M4A or Ogg Vorbis", .0.name()
    )]
    NoFfmpeg(Kind),
    #[error("has audio inside that we cannot decode: send WAV, AIFF, FLAC, MP3, M4A or Ogg Vorbis")]
    Codec,
    #[error("is a video: send its sound alone")]
    Video,
    #[error("is damaged or cut short: it cannot be decoded to its end")]
    Damaged,
    #[error("is cut short: it cannot be read to the end that it announces")]
    CutShort,
    #[error("is cut short: it says it is {} long, and only {} is there", clock(*says), clock(*has))]
    Shorter {
        /// Milliseconds.
        says: u64,
        has: u64,
    },
    #[error("has {0} channels: mix it to mono or stereo")]
    Channels(usize),
    #[error("has {0} samples a second: send it with 8,000 to 192,000")]
    Rate(u32),
    #[error("changes its rate or its channels in the middle")]
    Changes,
    #[error("takes too long to decode")]
    TakesTooLong,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sine of 1 kHz with this peak in dBFS, in each channel.
    fn sine(decibels: f32, seconds: u32, channels: usize) -> Vec<f32> {
        let most = 10f32.powf(decibels / 20.0);
        let wave = (0..48_000 * seconds).map(|n| {
            let turns = f64::from(n) * 1000.0 / 48_000.0;
            most * (turns * std::f64::consts::TAU).sin() as f32
        });
        wave.flat_map(|sample| std::iter::repeat_n(sample, channels)).collect()
    }

    fn heard(samples: &[f32], rate: u32, channels: usize) -> Result<Heard, Unusable> {
        let mut listener = Listener::new();
        for piece in samples.chunks(channels * 1000) {
            listener.hear(piece, rate, channels)?;
        }
        listener.finish()
    }

    /// EBU Tech 3341, case 1: a stereo sine of 1 kHz with its peak at -23 dBFS is -23 LUFS.
    #[test]
    fn loudness_is_what_the_standard_says() {
        for decibels in [-23.0, -20.0, -40.0] {
            for channels in [1, 2] {
                let heard = heard(&sine(decibels, 5, channels), 48_000, channels).unwrap();
                assert!((heard.lufs - decibels).abs() < 0.1, "{channels}: {}", heard.lufs);
                assert_eq!(heard.duration_ms(), 5000);
            }
        }
    }

    #[test]
    fn the_waveform_is_quiet_where_the_sound_is() {
        let sound = [sine(-60.0, 3, 1), sine(-6.0, 3, 1)].concat();
        let peaks = heard(&sound, 48_000, 1).unwrap().peaks;
        assert_eq!(peaks.len(), 600);
        assert!(peaks[..299].iter().all(|peak| *peak <= 1), "{peaks:?}");
        assert!(peaks[301..].iter().all(|peak| (127..=129).contains(peak)), "{peaks:?}");
    }

    #[test]
    fn what_cannot_be_a_demo_says_why() {
        let second = sine(-20.0, 1, 1);
        assert_eq!(Listener::new().finish(), Err(Unusable::Empty));
        assert_eq!(heard(&second[1..], 48_000, 1), Err(Unusable::TooShort));
        assert_eq!(heard(&[0.0; 100_000], 48_000, 1), Err(Unusable::Silent));
        assert_eq!(heard(&second, 4_000, 1), Err(Unusable::Rate(4_000)));
        assert_eq!(heard(&second, 48_000, 6), Err(Unusable::Channels(6)));
        assert_eq!(heard(&[f32::NAN; 9_000], 8_000, 1), Err(Unusable::Damaged));
        let mut listener = Listener::new();
        listener.hear(&second, 48_000, 1).unwrap();
        assert_eq!(listener.hear(&second, 44_100, 1), Err(Unusable::Changes));
        let long = vec![0.5; 8_000 * 601];
        assert_eq!(heard(&long, 8_000, 1), Err(Unusable::TooLong));
    }
}
