//! The signature pieces that several rooms show: a day as a line, a name as a square.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::values::{Slot, Zone};

/// What a stretch of a day is. Drawn in this order, the asked last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StripKind {
    Open,
    /// By another calendar.
    Elsewhere,
    Move,
    /// Asked for, not agreed.
    Hold,
    Book,
    Want,
}

/// A day by a zone's clock, from 06:00 or from midnight to 24:00, one unit a minute: the `viewBox`
/// of the SVG. A day whose clocks change is as much shorter or longer.
#[derive(Clone, Debug)]
pub(crate) struct Strip {
    pub(crate) label: String,
    /// Length in minutes: 1080 or 1440, but for days of 23 or 25 hours.
    pub(crate) width: i64,
    pub(crate) blocks: Vec<Block>,
    /// Whether what was asked for is drawn here, for others to show too.
    pub(crate) is_pattern: bool,
    /// Whether what was asked for is the same as another shows.
    pub(crate) is_alike: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: StripKind,
    pub(crate) x: i64,
    pub(crate) width: i64,
}

impl Strip {
    /// From six on. `label` says the same in words.
    pub(crate) fn new(
        day: NaiveDate,
        zone: Zone,
        stretches: impl IntoIterator<Item = (StripKind, Slot)>,
        label: String,
    ) -> Strip {
        Strip::since(6, day, zone, stretches, label)
    }

    /// From midnight on.
    pub(crate) fn whole(
        day: NaiveDate,
        zone: Zone,
        stretches: impl IntoIterator<Item = (StripKind, Slot)>,
        label: String,
    ) -> Strip {
        Strip::since(0, day, zone, stretches, label)
    }

    fn since(
        hour: u32,
        day: NaiveDate,
        zone: Zone,
        stretches: impl IntoIterator<Item = (StripKind, Slot)>,
        label: String,
    ) -> Strip {
        let first = day.and_hms_opt(hour, 0, 0).map(|first| zone.start(first));
        let first = first.unwrap_or(DateTime::<Utc>::MIN_UTC);
        let midnight = day.succ_opt().and_then(|next| next.and_hms_opt(0, 0, 0));
        let end = midnight.map(|midnight| zone.start(midnight));
        let usual = 24 - i64::from(hour);
        let end = end.unwrap_or(first + TimeDelta::hours(usual));
        let window = Slot::new(first, end).ok();
        let mut blocks: Vec<Block> = stretches
            .into_iter()
            .filter_map(|(kind, slot)| {
                let slot = slot.within(window.as_ref()?)?;
                let x = (slot.starts_at() - first).num_minutes();
                Some(Block { kind, x, width: slot.length().num_minutes().max(1) })
            })
            .collect();
        blocks.sort_by_key(|block| block.kind);
        let width = window.map_or(usual * 60, |window| window.length().num_minutes());
        Strip { label, width, blocks, is_pattern: false, is_alike: false }
    }

    /// So many minutes as a part of the day: `22.2%`.
    pub(crate) fn part(&self, minutes: &i64) -> String {
        let tenths = (minutes * 1_000 + self.width / 2) / self.width.max(1);
        match tenths % 10 {
            0 => format!("{}%", tenths / 10),
            rest => format!("{}.{rest}%", tenths / 10),
        }
    }

    /// What was asked for, with the length of its day; it is the pattern for others then.
    pub(crate) fn drawn_for_others(&mut self) -> Option<(i64, Block)> {
        let asked = *self.blocks.iter().find(|block| block.is_asked())?;
        self.is_pattern = true;
        Some((self.width, asked))
    }

    /// Shows what was asked for by that pattern, where it is the same.
    pub(crate) fn draw_like(&mut self, (width, pattern): (i64, Block)) {
        let asked = self.blocks.iter().find(|block| block.is_asked());
        self.is_alike = self.width == width && asked == Some(&pattern);
    }
}

impl Block {
    pub(crate) fn class(&self) -> &'static str {
        match self.kind {
            StripKind::Open => "open",
            StripKind::Elsewhere => "else",
            StripKind::Hold => "hold",
            StripKind::Move => "move",
            StripKind::Book => "book",
            StripKind::Want => "want",
        }
    }

    pub(crate) fn y(&self) -> i64 {
        match self.kind {
            StripKind::Open | StripKind::Elsewhere | StripKind::Hold | StripKind::Book => 5,
            StripKind::Move => 10,
            StripKind::Want => 0,
        }
    }

    pub(crate) fn height(&self) -> i64 {
        24 - 2 * self.y()
    }

    pub(crate) fn is_asked(&self) -> bool {
        self.kind == StripKind::Want
    }

    pub(crate) fn end(&self) -> i64 {
        self.x + self.width
    }
}

/// A square sleeve with a name's initials, until there is a portrait.
#[derive(Clone, Debug)]
pub(crate) struct Monogram {
    pub(crate) initials: String,
    /// 0 to 5: which of the six sleeves.
    pub(crate) layout: u32,
    pub(crate) name: String,
    /// The hash of the portrait that stands in the sleeve's place.
    portrait: Option<String>,
}

impl Monogram {
    pub(crate) fn of(name: &str) -> Monogram {
        let words: Vec<&str> = name.split_whitespace().collect();
        let ends = match words.as_slice() {
            [] => vec![],
            [only] => vec![*only],
            [first, .., last] => vec![*first, *last],
        };
        let initials: String = ends
            .iter()
            .filter_map(|word| word.chars().next())
            .flat_map(char::to_uppercase)
            .collect();
        let layout = initials.chars().map(u32::from).sum::<u32>() % 6;
        Monogram { initials, layout, name: name.to_owned(), portrait: None }
    }

    /// The same with a portrait in its place, where there is one.
    pub(crate) fn pictured(self, hash: Option<&str>) -> Monogram {
        Monogram { portrait: hash.map(str::to_owned), ..self }
    }

    /// Where the portrait is, in a square of so many pixels.
    pub(crate) fn portrait(&self, side: u16) -> Option<String> {
        self.portrait.as_deref().map(|hash| portrait_at(hash, side))
    }
}

/// Where a square of a portrait is served, whose hash this is.
pub(crate) fn portrait_at(hash: &str, side: u16) -> String {
    format!("/portraits/{hash}-{side}.jpg")
}
