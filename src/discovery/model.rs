use std::{fmt, str::FromStr};

use chrono::NaiveDate;

use crate::{
    musicians::Profile,
    values::{GenreId, InstrumentId, Money, MusicianId, Slot, Zone},
};

/// How a player works for a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Way {
    #[default]
    Either,
    Room,
    Remote,
}

/// What is looked for. Parsed: everything in it means something.
#[derive(Clone, Debug, Default)]
pub(super) struct Search {
    pub(super) instrument: Option<Wanted<InstrumentId>>,
    pub(super) genre: Option<Wanted<GenreId>>,
    pub(super) place: Option<String>,
    pub(super) way: Way,
    /// The time asked for, with the clock it was asked by.
    pub(super) time: Option<(Slot, Zone)>,
    pub(super) top_rate: Option<Money>,
    pub(super) words: Vec<String>,
}

/// A thing of the catalog, and what serves as well: an instrument's kin, a genre's descendants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Wanted<Id> {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) also: Vec<Id>,
}

impl<Id: Copy> Wanted<Id> {
    pub(super) fn all(&self) -> Vec<Id> {
        std::iter::once(self.id).chain(self.also.iter().copied()).collect()
    }
}

/// One condition of a search that could be dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Condition {
    Instrument,
    Genre,
    Place,
    Way,
    Time,
    TopRate,
    Words,
}

impl Condition {
    pub(super) const ALL: [Condition; 7] = [
        Condition::TopRate,
        Condition::Time,
        Condition::Place,
        Condition::Way,
        Condition::Words,
        Condition::Genre,
        Condition::Instrument,
    ];

    /// Follows "Without".
    pub(super) fn told(self) -> &'static str {
        match self {
            Condition::Instrument => "the instrument",
            Condition::Genre => "the genre",
            Condition::Place => "the place",
            Condition::Way => "in a room or remote",
            Condition::Time => "the time",
            Condition::TopRate => "the top rate",
            Condition::Words => "the words",
        }
    }

    /// The fields that say it.
    pub(super) fn fields(self) -> &'static [&'static str] {
        match self {
            Condition::Instrument => &["instrument"],
            Condition::Genre => &["genre"],
            Condition::Place => &["place"],
            Condition::Way => &["way"],
            Condition::Time => &["date", "from", "to"],
            Condition::TopRate => &["max"],
            Condition::Words => &["q"],
        }
    }
}

impl Search {
    /// The conditions it has.
    pub(super) fn conditions(&self) -> Vec<Condition> {
        let has = |condition: &Condition| match condition {
            Condition::Instrument => self.instrument.is_some(),
            Condition::Genre => self.genre.is_some(),
            Condition::Place => self.place.is_some(),
            Condition::Way => self.way != Way::Either,
            Condition::Time => self.time.is_some(),
            Condition::TopRate => self.top_rate.is_some(),
            Condition::Words => !self.words.is_empty(),
        };
        Condition::ALL.into_iter().filter(has).collect()
    }

    /// The same search without one of its conditions.
    pub(super) fn without(&self, condition: Condition) -> Search {
        let mut search = self.clone();
        match condition {
            Condition::Instrument => search.instrument = None,
            Condition::Genre => search.genre = None,
            Condition::Place => search.place = None,
            Condition::Way => search.way = Way::Either,
            Condition::Time => search.time = None,
            Condition::TopRate => search.top_rate = None,
            Condition::Words => search.words.clear(),
        }
        search
    }

    /// What was searched, as the head of the page: `Fiddle, country, Tuesday 8 December,
    /// 10:00–13:00 CST`.
    pub(super) fn told(&self) -> String {
        let mut parts = Vec::new();
        if let Some(instrument) = &self.instrument {
            parts.push(instrument.name.clone());
        }
        let genre = self.genre.as_ref().map(|genre| {
            if parts.is_empty() {
                genre.name.clone()
            } else {
                crate::values::in_sentence(&genre.name)
            }
        });
        parts.extend(genre);
        if let Some((slot, zone)) = &self.time {
            let day = zone.local(slot.starts_at()).format("%A %-d %B");
            parts.push(format!("{day}, {}", zone.hours(slot)));
        }
        parts.extend(self.place.clone());
        match self.way {
            Way::Room => parts.push("in a room".into()),
            Way::Remote => parts.push("remote".into()),
            Way::Either => {}
        }
        parts.extend(self.top_rate.map(|rate| format!("at most {rate}")));
        if !self.words.is_empty() {
            parts.push(format!("“{}”", self.words.join(" ")));
        }
        if parts.is_empty() { "Musicians".into() } else { parts.join(", ") }
    }
}

/// Where a player stands in the order of a search, and where a page ends: who plays the very
/// instrument first, then the most matching credits, then who came first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// 0 for the very instrument, 1 for its kin.
    pub(super) closeness: i32,
    /// Matching confirmed credits, negated, so that the order is ascending throughout.
    pub(super) lacking: i64,
    pub(super) id: MusicianId,
}

impl Rank {
    /// Before everybody.
    pub(super) fn first() -> Rank {
        Rank { closeness: -1, lacking: i64::MIN, id: 0.into() }
    }
}

/// `0-23-17`: opaque to everybody else.
impl fmt::Display for Rank {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.closeness, self.lacking.unsigned_abs(), self.id)
    }
}

impl FromStr for Rank {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> Result<Rank, Self::Err> {
        let mut parts = text.splitn(3, '-');
        let mut part = || parts.next().unwrap_or_default();
        let closeness: u8 = part().parse()?;
        let credits: u32 = part().parse()?;
        let id: u32 = part().parse()?;
        Ok(Rank {
            closeness: closeness.into(),
            lacking: -i64::from(credits),
            id: i64::from(id).into(),
        })
    }
}

/// Somebody who fits, before their time is asked about.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) rank: Rank,
    /// When the last matching credit was played.
    pub(super) last_played_on: Option<NaiveDate>,
}

/// Somebody who was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) profile: Profile,
    pub(super) credits: i64,
    pub(super) last_played_on: Option<NaiveDate>,
}

/// Confirmed credits of one kind: by year, and when the last was played.
#[derive(Clone, Debug)]
pub(super) struct Kind {
    pub(super) genre: String,
    pub(super) credits: i64,
    pub(super) years: Vec<(i32, i64)>,
    pub(super) last_played_on: NaiveDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rank_is_told_and_read_back() {
        let rank = Rank { closeness: 1, lacking: -23, id: 17.into() };
        assert_eq!(rank.to_string(), "1-23-17");
        assert_eq!("1-23-17".parse(), Ok(rank));
        for wrong in ["", "1-2", "a-b-c", "1--2-3", "1-2-99999999999999999999"] {
            assert!(wrong.parse::<Rank>().is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn more_credits_rank_before_fewer_and_the_instrument_before_its_kin() {
        let rank =
            |closeness, credits: i64, id| Rank { closeness, lacking: -credits, id: i64::into(id) };
        assert!(rank(0, 3, 9) < rank(0, 2, 1));
        assert!(rank(0, 0, 9) < rank(1, 50, 1));
        assert!(Rank::first() < rank(0, 1_000, 1));
    }
}
