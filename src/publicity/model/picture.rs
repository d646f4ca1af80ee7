use anyhow::Context;
use askama::Template;
use image::{
    ImageFormat, RgbImage,
    imageops::{self, FilterType},
    load_from_memory_with_format,
};
use resvg::tiny_skia::{Pixmap, Transform};
use sha2::{Digest, Sha256};

use super::fonts::{Fitted, Fonts, Style};
use crate::{files::FileKey, values::in_sentence, web::Monogram};

const WIDTH: u32 = 1200;
const HEIGHT: u32 = 630;

/// What the picture of a page shows.
#[derive(Clone, Debug)]
pub(in crate::publicity) struct Sleeve {
    /// A player's name, a recording's title.
    pub(in crate::publicity) heading: String,
    pub(in crate::publicity) is_work: bool,
    /// What they play, whose recording it is.
    pub(in crate::publicity) below: String,
    pub(in crate::publicity) credits: i64,
    /// A track record, one genre a row.
    pub(in crate::publicity) record: Vec<Bars>,
    /// Who played, and what.
    pub(in crate::publicity) players: Vec<(String, String)>,
    /// Where it stands, as people read it.
    pub(in crate::publicity) address: String,
    /// The portrait that takes the sleeve's place.
    pub(in crate::publicity) portrait: Option<FileKey>,
}

/// Confirmed credits of a genre in each of the last years, the newest last.
#[derive(Clone, Debug)]
pub(in crate::publicity) struct Bars {
    pub(in crate::publicity) genre: String,
    pub(in crate::publicity) credits: i64,
    pub(in crate::publicity) years: Vec<i64>,
}

struct Line {
    text: String,
    y: f32,
}

struct Row {
    genre: String,
    credits: i64,
    y: i64,
    bars: Vec<Bar>,
}

struct Bar {
    x: i64,
    y: i64,
    height: i64,
    /// Of this year.
    is_now: bool,
}

#[derive(Template)]
#[template(path = "publicity/card.svg", escape = "html")]
struct CardSvg {
    mono: Monogram,
    /// None where we have no such letters.
    initials: Option<String>,
    heading: Vec<Line>,
    heading_size: f32,
    is_work: bool,
    below: Vec<Line>,
    below_size: f32,
    credits: i64,
    rows: Vec<Row>,
    lines: Vec<Line>,
    address: String,
}

/// Part of what tells one picture from another: a picture changes with its look.
const LOOK: &str = include_str!("../../../templates/publicity/card.svg");

/// Where words begin, and how much room they have: the sleeve stands to their right.
const ROOM: f32 = 780.0;
/// Where the sleeve is, and its side: as in the template.
const SLEEVE: (i64, i64, u32) = (896, 136, 240);
/// How many rows fit below the head.
const ROWS: usize = 3;
const NAMES: usize = 4;

impl Sleeve {
    /// Tells its picture from every other.
    pub(in crate::publicity) fn version(&self) -> String {
        let shown = format!("{self:?} {} {LOOK}", env!("CARGO_PKG_VERSION"));
        hex::encode(&Sha256::digest(shown)[..16])
    }

    /// Draws it, with the portrait where it was found. Takes some hundredths of a second.
    pub(in crate::publicity) fn draw(
        &self,
        fonts: &Fonts,
        portrait: Option<&[u8]>,
    ) -> anyhow::Result<RgbImage> {
        let svg = self.lay_out(fonts)?;
        let tree = fonts.read(&svg).context("our own SVG can be read")?;
        let mut pixmap = Pixmap::new(WIDTH, HEIGHT).context("the size is fixed")?;
        resvg::render(&tree, Transform::default(), &mut pixmap.as_mut());
        let pixels = pixmap.data().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
        let mut picture = RgbImage::from_raw(WIDTH, HEIGHT, pixels).context("the sizes fit")?;
        let portrait =
            portrait.and_then(|jpeg| load_from_memory_with_format(jpeg, ImageFormat::Jpeg).ok());
        if let Some(portrait) = portrait {
            let (x, y, side) = SLEEVE;
            let portrait = portrait.resize_exact(side, side, FilterType::CatmullRom).into_rgb8();
            imageops::replace(&mut picture, &portrait, x, y);
        }
        Ok(picture)
    }

    fn lay_out(&self, fonts: &Fonts) -> Result<String, askama::Error> {
        let sizes = &[(96.0, 1), (84.0, 1), (72.0, 2), (60.0, 2), (50.0, 2)];
        let style = Style { sizes, room: ROOM, is_italic: self.is_work };
        let heading = fonts.fit(&self.heading, &style);
        // A name we have no letters for is told by the address; the sleeve stands for it.
        let is_told = heading.is_some();
        let heading =
            heading.or_else(|| fonts.fit(&self.below, &Style { is_italic: false, ..style }));
        let style = Style { sizes: &[(38.0, 1), (32.0, 2)], room: ROOM, is_italic: false };
        let below = fonts.fit(&self.below, &style).filter(|_| is_told);
        let mono = Monogram::of(&self.heading);
        let style = Style { sizes: &[(1.0, 1)], room: 9.0, is_italic: false };
        let initials = fonts.fit(&mono.initials, &style).map(|_| mono.initials.clone());
        let heading_size = heading.as_ref().map_or(0.0, |heading| heading.size);
        let below_size = below.as_ref().map_or(0.0, |below| below.size);
        let mut y = 120.0;
        let card = CardSvg {
            initials,
            mono,
            heading: set(heading, 1.08, &mut y),
            heading_size,
            is_work: self.is_work && is_told,
            below: {
                y += 14.0;
                set(below, 1.3, &mut y)
            },
            below_size,
            credits: self.credits,
            rows: rows(&self.record, fonts),
            lines: self.lines(fonts),
            address: self.address.clone(),
        };
        card.render()
    }

    /// The first of those who played, and how many more did.
    fn lines(&self, fonts: &Fonts) -> Vec<Line> {
        let style = Style { sizes: &[(32.0, 1)], room: ROOM, is_italic: false };
        let line = |text: &str| fonts.fit(text, &style)?.lines.into_iter().next();
        let shown = if self.players.len() > NAMES { NAMES - 1 } else { NAMES };
        let each = self.players.iter().take(shown).filter_map(|(name, plays)| {
            let named = line(name).and_then(|_| line(&format!("{name}, {}", in_sentence(plays))));
            named.or_else(|| line(plays))
        });
        let more = self.players.len().saturating_sub(shown);
        let more = (more > 0).then(|| format!("and {more} more"));
        let set = |(at, text)| Line { text, y: 432.0 + 42.0 * at };
        (0..).map(|at: u8| f32::from(at)).zip(each.chain(more)).map(set).collect()
    }
}

/// Sets lines one under the other, and moves `y` to the last.
fn set(fitted: Option<Fitted>, leading: f32, y: &mut f32) -> Vec<Line> {
    let Some(fitted) = fitted else { return Vec::new() };
    let line = |text| {
        *y += fitted.size * leading;
        Line { text, y: *y }
    };
    fitted.lines.into_iter().map(line).collect()
}

/// All rows on one scale.
fn rows(record: &[Bars], fonts: &Fonts) -> Vec<Row> {
    let most = record.iter().flat_map(|bars| &bars.years).copied().max().unwrap_or(1).max(1);
    let row = |(at, bars): (i64, &Bars)| {
        let y = 448 + at * 52;
        let last = bars.years.len().saturating_sub(1);
        let bar = |(year, n): (usize, &i64)| {
            let height = if *n > 0 { (n * 38 / most).max(4) } else { 0 };
            Bar { x: year as i64 * 52, y: y - height, height, is_now: year == last }
        };
        let bars_of = bars.years.iter().enumerate().map(bar).collect();
        let style = Style { sizes: &[(30.0, 1), (24.0, 1)], room: 220.0, is_italic: false };
        let genre = fonts.fit(&bars.genre, &style).and_then(|genre| genre.lines.into_iter().next());
        Row { genre: genre.unwrap_or_default(), credits: bars.credits, y, bars: bars_of }
    };
    (0..).zip(record.iter().take(ROWS)).map(row).collect()
}
