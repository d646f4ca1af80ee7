//! What every browser plays: WAV of 16 bits, written by ourselves.

/// Bytes of one sample.
const SAMPLE: u64 = 2;
const HEAD: u64 = 44;

/// How long the file will be.
pub(in crate::demos) fn length(frames: u64, channels: usize) -> u64 {
    HEAD + frames * channels as u64 * SAMPLE
}

/// What stands before the samples. Ten minutes of two channels are far from the limit of the
/// format's 32 bits.
pub(in crate::demos) fn head(frames: u64, rate: u32, channels: usize) -> Vec<u8> {
    let data = u32::try_from(length(frames, channels) - HEAD).unwrap_or(u32::MAX);
    let (channels, block) = (channels as u16, channels as u16 * SAMPLE as u16);
    let mut head = Vec::with_capacity(HEAD as usize);
    head.extend(b"RIFF");
    head.extend(data.saturating_add(HEAD as u32 - 8).to_le_bytes());
    head.extend(b"WAVEfmt ");
    head.extend(16u32.to_le_bytes());
    head.extend(1u16.to_le_bytes());
    head.extend(channels.to_le_bytes());
    head.extend(rate.to_le_bytes());
    head.extend((rate * u32::from(block)).to_le_bytes());
    head.extend(block.to_le_bytes());
    head.extend((SAMPLE as u16 * 8).to_le_bytes());
    head.extend(b"data");
    head.extend(data.to_le_bytes());
    head
}

pub(in crate::demos) fn samples(samples: &[f32]) -> Vec<u8> {
    let whole = |sample: &f32| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16;
    samples.iter().flat_map(|sample| whole(sample).to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rendition_says_what_is_in_it() {
        let head = head(3, 48_000, 2);
        assert_eq!(head.len() as u64, HEAD);
        assert_eq!(length(3, 2), HEAD + 12);
        assert_eq!(&head[40..], 12u32.to_le_bytes());
        assert_eq!(&head[4..8], (12u32 + 36).to_le_bytes());
        assert_eq!(samples(&[0.0, 1.0, -1.0, 2.0]), [0, 0, 0xff, 0x7f, 0, 0x80, 0xff, 0x7f]);
    }
}
