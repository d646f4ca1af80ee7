use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageFormat, Limits, RgbImage,
    codecs::{
        jpeg::{JpegDecoder, JpegEncoder},
        png::PngDecoder,
        webp::WebPDecoder,
    },
    imageops::FilterType,
};
use sha2::{Digest, Sha256};

use crate::musicians::Status;

/// What is kept of a portrait: squares with sides of so many pixels, the biggest first.
pub(super) const SIDES: [u16; 3] = [800, 320, 96];
/// How much somebody may send.
pub(super) const MOST_BYTES: usize = 10 * 1024 * 1024;
/// How large a picture may be, decoded. A camera's is 12 to 24 million, a good one's 40.
const MOST_PIXELS: u64 = 40_000_000;
/// What decoding may take of memory: four bytes of each pixel, and as much again to work with.
const MOST_MEMORY: u64 = 2 * 4 * MOST_PIXELS;
/// A smaller picture says nothing about anybody.
const LEAST_SIDE: u32 = 160;
/// What shows through a picture: paper.
const PAPER: [u8; 3] = [0xfb, 0xf9, 0xf5];

/// Why a file is no portrait, as a predicate of its field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum NotPortrait {
    #[error("is missing: choose a file first")]
    Missing,
    #[error("is more than 10 MiB: send a smaller one")]
    TooHeavy,
    #[error("is not a JPEG, PNG or WebP picture")]
    Unknown,
    #[error("is damaged, or breaks off: save it anew, then send it again")]
    Broken,
    #[error("moves: send a still picture")]
    Moving,
    #[error("is {0} by {1} pixels, which is more than 40 million: send a smaller one")]
    TooLarge(u32, u32),
    #[error("is only {0} by {1} pixels: send one of at least 160 by 160")]
    TooSmall(u32, u32),
}

/// Why a portrait stays as it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("This profile is being reviewed: take it back first, then change its portrait.")]
    UnderReview,
    #[error("Two files of yours are on their way already: wait until one of them is here.")]
    TwoAtOnce,
}

/// What is being reviewed is not changed under the reader.
pub(super) fn may_change(status: Status) -> Result<(), Refusal> {
    if status == Status::Submitted { Err(Refusal::UnderReview) } else { Ok(()) }
}

/// A portrait as we keep it: JPEGs with nothing in them but the picture.
#[derive(Clone, Debug)]
pub(super) struct Squares {
    /// As [`SIDES`].
    pub(super) files: Vec<(u16, Vec<u8>)>,
    /// The SHA-256 of the biggest, in hex.
    pub(super) hash: String,
}

impl Squares {
    /// Of a file as somebody sent it. Takes up to some seconds and some hundred megabytes.
    pub(super) fn cut(file: &[u8]) -> Result<Squares, NotPortrait> {
        let mut rest = square(decode(file)?);
        let mut files = Vec::new();
        for side in SIDES {
            let length = u32::from(side).min(rest.width());
            if length < rest.width() {
                rest = DynamicImage::from(rest)
                    .resize_exact(length, length, FilterType::Lanczos3)
                    .into_rgb8();
            }
            files.push((side, encode(&rest)?));
        }
        let hash = hex::encode(Sha256::digest(&files[0].1));
        Ok(Squares { files, hash })
    }
}

/// Decodes what the file begins as, whatever it is called; its limits stand before a pixel is read.
fn decode(file: &[u8]) -> Result<DynamicImage, NotPortrait> {
    let broken = |_| NotPortrait::Broken;
    let read = Cursor::new(file);
    match image::guess_format(file) {
        _ if file.is_empty() => Err(NotPortrait::Missing),
        Ok(ImageFormat::Jpeg) => {
            let decoder = JpegDecoder::new(read).map_err(broken)?;
            // The decoder would fill up with grey what is not there.
            if !jpeg_ends(file) {
                return Err(NotPortrait::Broken);
            }
            within_limits(decoder)
        }
        Ok(ImageFormat::Png) => {
            let decoder = PngDecoder::with_limits(read, limits()).map_err(broken)?;
            if decoder.is_apng().map_err(broken)? {
                return Err(NotPortrait::Moving);
            }
            within_limits(decoder)
        }
        Ok(ImageFormat::WebP) => {
            let decoder = WebPDecoder::new(read).map_err(broken)?;
            if decoder.has_animation() {
                return Err(NotPortrait::Moving);
            }
            within_limits(decoder)
        }
        _ => Err(NotPortrait::Unknown),
    }
}

fn limits() -> Limits {
    let mut limits = Limits::default();
    limits.max_alloc = Some(MOST_MEMORY);
    limits
}

fn within_limits(mut decoder: impl ImageDecoder) -> Result<DynamicImage, NotPortrait> {
    let (width, height) = decoder.dimensions();
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(NotPortrait::TooLarge(width, height));
    }
    if width.min(height) < LEAST_SIDE {
        return Err(NotPortrait::TooSmall(width, height));
    }
    decoder.set_limits(limits()).map_err(|_| NotPortrait::Broken)?;
    // Only told where the file tells it; where it does so in a broken way, it stays as it lies.
    let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
    let mut picture = DynamicImage::from_decoder(decoder).map_err(|_| NotPortrait::Broken)?;
    picture.apply_orientation(orientation);
    Ok(picture)
}

/// The middle of a picture, on paper where it lets light through.
fn square(picture: DynamicImage) -> RgbImage {
    let (width, height) = (picture.width(), picture.height());
    let side = width.min(height);
    let middle = picture.crop_imm((width - side) / 2, (height - side) / 2, side, side);
    drop(picture);
    if !middle.color().has_alpha() {
        return middle.into_rgb8();
    }
    let mut flat = RgbImage::new(side, side);
    for (to, from) in flat.pixels_mut().zip(middle.into_rgba8().pixels()) {
        let [.., alpha] = from.0;
        let (over, under) = (u16::from(alpha), u16::from(255 - alpha));
        for ((to, from), paper) in to.0.iter_mut().zip(from.0).zip(PAPER) {
            let mixed = (u16::from(from) * over + u16::from(paper) * under + 127) / 255;
            *to = u8::try_from(mixed).unwrap_or(u8::MAX);
        }
    }
    flat
}

fn encode(picture: &RgbImage) -> Result<Vec<u8>, NotPortrait> {
    let mut jpeg = Vec::new();
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, 85);
    picture.write_with_encoder(encoder).map_err(|_| NotPortrait::Broken)?;
    Ok(jpeg)
}

/// Whether a JPEG comes to its end. Goes from marker to marker, because a picture inside of its
/// metadata has an end as well.
fn jpeg_ends(file: &[u8]) -> bool {
    let mut at = 2;
    while let Some(&[0xff, marker]) = file.get(at..at + 2).and_then(|two| two.first_chunk()) {
        at += match marker {
            0xd9 => return true,
            // Filled up, or without a length.
            0xff => 1,
            0x01 | 0xd0..=0xd8 => 2,
            _ => match file.get(at + 2..at + 4) {
                Some(&[high, low]) => 2 + usize::from(u16::from_be_bytes([high, low])),
                _ => return false,
            },
        };
        if marker == 0xda {
            // Data, until something that is no escaped byte and no restart.
            let data = file.get(at..).unwrap_or_default();
            let next = data
                .windows(2)
                .position(|two| two[0] == 0xff && !matches!(two[1], 0x00 | 0xd0..=0xd7 | 0xff));
            at += match next {
                Some(next) => next,
                None => return false,
            };
        }
    }
    false
}
