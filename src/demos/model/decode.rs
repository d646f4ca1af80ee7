use std::io;

use symphonia::core::{
    codecs::{
        CodecParameters,
        audio::{AudioCodecId, AudioDecoder, AudioDecoderOptions, well_known as codec},
    },
    errors::Error,
    formats::{
        FormatOptions, FormatReader, Track, TrackType,
        probe::{Hint, Probe, ProbeOptions},
    },
    io::{MediaSource, MediaSourceStream},
    meta::MetadataOptions,
};
use symphonia::default::{formats, get_codecs, meta};

use super::{Kind, Unusable};

/// What takes in decoded samples: frames interleaved, their rate, and how many channels.
pub(in crate::demos) type Ear<'a> = dyn FnMut(&[f32], u32, usize) -> Result<(), Unusable> + 'a;

/// Decodes a file of this kind whole. Answers whether every browser plays it as it is.
pub(in crate::demos) fn decode(
    kind: Kind,
    source: Box<dyn MediaSource>,
    ear: &mut Ear<'_>,
) -> Result<bool, Unusable> {
    let mut format = open(kind, source)?;
    let track = format.default_track(TrackType::Audio).cloned().ok_or(Unusable::Codec)?;
    if format.tracks().iter().any(is_video) {
        return Err(Unusable::Video);
    }
    let Some(CodecParameters::Audio(parameters)) = &track.codec_params else {
        return Err(Unusable::Codec);
    };
    let plays = plays_everywhere(kind, parameters.codec).ok_or(Unusable::Codec)?;
    let options = AudioDecoderOptions::default().verify(true);
    let decoder = get_codecs().make_audio_decoder(parameters, &options);
    let decoder = decoder.map_err(|_| Unusable::Codec)?;
    let (frames, rate) = drain(kind, &mut *format, track.id, decoder, ear)?;
    match announced(kind, &track) {
        Some(says) if frames < says && rate > 0 => {
            let ms = |frames: u64| frames.saturating_mul(1000) / u64::from(rate);
            Err(Unusable::Shorter { says: ms(says), has: ms(frames) })
        }
        _ => Ok(plays),
    }
}

/// A probe that knows nothing but this kind: a file is read as what it was found to be.
fn open(kind: Kind, source: Box<dyn MediaSource>) -> Result<Box<dyn FormatReader>, Unusable> {
    let mut probe = Probe::new_with_options(&ProbeOptions::default());
    match kind {
        Kind::Wav => probe.register_format::<formats::WavReader<'_>>(),
        Kind::Aiff => probe.register_format::<formats::AiffReader<'_>>(),
        Kind::Flac => probe.register_format::<formats::FlacReader<'_>>(),
        Kind::Mp3 => probe.register_format::<formats::MpaReader<'_>>(),
        Kind::M4a => probe.register_format::<formats::IsoMp4Reader<'_>>(),
        Kind::Aac => probe.register_format::<formats::AdtsReader<'_>>(),
        Kind::Ogg => probe.register_format::<formats::OggReader<'_>>(),
        Kind::Opus | Kind::Webm => return Err(Unusable::Codec),
    }
    probe.register_metadata::<meta::ApeReader<'_>>();
    probe.register_metadata::<meta::Id3v1Reader<'_>>();
    probe.register_metadata::<meta::Id3v2Reader<'_>>();
    let stream = MediaSourceStream::new(source, Default::default());
    let options = (FormatOptions::default(), MetadataOptions::default());
    probe.probe(&Hint::new(), stream, options.0, options.1).map_err(|error| match error {
        Error::IoError(error) if error.kind() == io::ErrorKind::UnexpectedEof => Unusable::CutShort,
        _ => Unusable::Damaged,
    })
}

/// Decodes every packet; answers how many frames there were, and their rate.
fn drain(
    kind: Kind,
    format: &mut dyn FormatReader,
    track: u32,
    mut decoder: Box<dyn AudioDecoder>,
    ear: &mut Ear<'_>,
) -> Result<(u64, u32), Unusable> {
    let (mut frames, mut rate) = (0, 0);
    let (mut packets, mut bad) = (0u64, 0u64);
    let mut samples: Vec<f32> = Vec::new();
    loop {
        let packet = match format.next_packet() {
            Ok(Some(packet)) if packet.track_id == track => packet,
            Ok(Some(_)) => continue,
            Ok(None) => break,
            Err(Error::IoError(error)) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(Unusable::CutShort);
            }
            Err(_) => return Err(Unusable::Damaged),
        };
        packets += 1;
        match decoder.decode(&packet) {
            Ok(decoded) => {
                let spec = decoded.spec();
                rate = spec.rate();
                let channels = spec.channels().count();
                frames += decoded.frames() as u64;
                decoded.copy_to_vec_interleaved(&mut samples);
                ear(&samples, rate, channels)?;
            }
            Err(Error::DecodeError(_)) => bad += 1,
            Err(_) => return Err(Unusable::Damaged),
        }
    }
    // A stream may begin in the middle of what it was cut from; no file does.
    let forgiven = if matches!(kind, Kind::Mp3 | Kind::Aac) { 2 + packets / 50 } else { 0 };
    if bad > forgiven || decoder.finalize().verify_ok == Some(false) {
        return Err(Unusable::Damaged);
    }
    Ok((frames, rate))
}

/// How many frames a file says it has, where it says so exactly.
fn announced(kind: Kind, track: &Track) -> Option<u64> {
    match kind {
        Kind::Wav | Kind::Aiff | Kind::Flac => track.num_frames,
        // Without an encoder's own note, the number is a guess from the first frames.
        Kind::Mp3 => track.num_frames.filter(|_| track.delay.is_some()),
        // Pages and tables are read to their end, or that is missed.
        _ => None,
    }
}

/// None for what is no audio we take. What was sent is kept either way; beside what some browser
/// does not play, a rendition is.
fn plays_everywhere(kind: Kind, is: AudioCodecId) -> Option<bool> {
    let linear = [
        codec::CODEC_ID_PCM_U8,
        codec::CODEC_ID_PCM_S16LE,
        codec::CODEC_ID_PCM_S24LE,
        codec::CODEC_ID_PCM_S32LE,
        codec::CODEC_ID_PCM_F32LE,
    ];
    match kind {
        Kind::Wav => Some(linear.contains(&is)),
        Kind::Aiff => Some(false),
        Kind::Flac => (is == codec::CODEC_ID_FLAC).then_some(true),
        Kind::Mp3 => (is == codec::CODEC_ID_MP3).then_some(true),
        Kind::Aac => (is == codec::CODEC_ID_AAC).then_some(true),
        Kind::M4a if is == codec::CODEC_ID_AAC => Some(true),
        Kind::M4a => (is == codec::CODEC_ID_ALAC).then_some(false),
        Kind::Ogg if is == codec::CODEC_ID_VORBIS => Some(true),
        Kind::Ogg => (is == codec::CODEC_ID_FLAC).then_some(false),
        Kind::Opus | Kind::Webm => None,
    }
}

fn is_video(track: &Track) -> bool {
    matches!(track.codec_params, Some(CodecParameters::Video(_)))
}
