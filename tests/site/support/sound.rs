//! Audio made for a test: a tone of known loudness, in every kind of file.

use std::{
    f64::consts::TAU,
    io::Write,
    process::{Command, Stdio},
};

pub const RATE: u32 = 48_000;

/// A sine of 1 kHz in both of two channels, its peak at so many dBFS: by EBU Tech 3341 its
/// loudness is the same number in LUFS.
pub fn tone(decibels: f64, seconds: f64) -> Vec<[i16; 2]> {
    let most = 10f64.powf(decibels / 20.0) * 32_767.0;
    let sample = |n: u32| (most * (f64::from(n) * 1000.0 / f64::from(RATE) * TAU).sin()) as i16;
    (0..(seconds * f64::from(RATE)) as u32).map(|n| [sample(n); 2]).collect()
}

/// As [`wav_of`], the tone.
pub fn wav(decibels: f64, seconds: f64) -> Vec<u8> {
    wav_of(RATE, 2, tone(decibels, seconds).as_flattened())
}

pub fn wav_of(rate: u32, channels: u16, samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = u32::try_from(data.len()).unwrap();
    let mut wav = b"RIFF".to_vec();
    wav.extend((length + 36).to_le_bytes());
    wav.extend(b"WAVEfmt \x10\0\0\0\x01\0");
    wav.extend(channels.to_le_bytes());
    wav.extend(rate.to_le_bytes());
    wav.extend((rate * u32::from(channels) * 2).to_le_bytes());
    wav.extend((channels * 2).to_le_bytes());
    wav.extend(16u16.to_le_bytes());
    wav.extend(b"data");
    wav.extend(length.to_le_bytes());
    wav.extend(data);
    wav
}

pub fn aiff(decibels: f64, seconds: f64) -> Vec<u8> {
    let frames = tone(decibels, seconds);
    let data: Vec<u8> = frames.iter().flatten().flat_map(|sample| sample.to_be_bytes()).collect();
    let mut comm = 2u16.to_be_bytes().to_vec();
    comm.extend(u32::try_from(frames.len()).unwrap().to_be_bytes());
    comm.extend(16u16.to_be_bytes());
    // 48,000 as a float of 80 bits.
    comm.extend([0x40, 0x0e, 0xbb, 0x80, 0, 0, 0, 0, 0, 0]);
    let mut ssnd = vec![0; 8];
    ssnd.extend(data);
    let mut chunks = b"AIFF".to_vec();
    for (name, content) in [(b"COMM", comm), (b"SSND", ssnd)] {
        chunks.extend(name);
        chunks.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
        chunks.extend(content);
    }
    let mut aiff = b"FORM".to_vec();
    aiff.extend(u32::try_from(chunks.len()).unwrap().to_be_bytes());
    aiff.extend(chunks);
    aiff
}

/// What ffmpeg makes of a WAV: `kind` is how the file's name ends, `with` what to encode it with.
pub fn encode(wav: &[u8], kind: &str, with: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("made.{kind}"));
    let mut ffmpeg = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "wav", "-i", "pipe:0"])
        .args(with)
        .arg(&file)
        .stdin(Stdio::piped())
        .spawn()
        .expect("tests/run installs ffmpeg");
    // It may have enough before it has read all.
    let _ = ffmpeg.stdin.take().unwrap().write_all(wav);
    assert!(ffmpeg.wait().unwrap().success(), "{kind} {with:?}");
    std::fs::read(file).unwrap()
}
