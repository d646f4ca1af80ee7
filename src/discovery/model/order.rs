use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};

/// How many are on a page.
pub(in crate::discovery) const PAGE: usize = 12;

/// Of so many places in a row, the last is kept for somebody new. It is `a_place_in` of the
/// database's `ranking_weights`; a test holds the two together.
pub(in crate::discovery) const RESERVED_EACH: usize = 6;

/// In what order those who fit come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(in crate::discovery) enum Sort {
    /// By points, with places kept for who is new.
    #[default]
    Best,
    /// Who has room for a session first.
    Soonest,
    /// The lowest rate first.
    Rate,
    /// The most matching confirmed credits first.
    Credits,
    /// Who was listed last first.
    Newest,
}

impl Sort {
    pub(in crate::discovery) const ALL: [Sort; 5] =
        [Sort::Best, Sort::Soonest, Sort::Rate, Sort::Credits, Sort::Newest];

    /// As it stands in the address.
    pub(in crate::discovery) fn word(self) -> &'static str {
        match self {
            Sort::Best => "best",
            Sort::Soonest => "soonest",
            Sort::Rate => "rate",
            Sort::Credits => "credits",
            Sort::Newest => "newest",
        }
    }

    pub(in crate::discovery) fn told(self) -> &'static str {
        match self {
            Sort::Best => "Best match",
            Sort::Soonest => "Soonest free",
            Sort::Rate => "Lowest rate",
            Sort::Credits => "Most credits",
            Sort::Newest => "Newest here",
        }
    }
}

impl FromStr for Sort {
    type Err = ();

    fn from_str(text: &str) -> Result<Sort, ()> {
        Sort::ALL.into_iter().find(|sort| sort.word() == text).ok_or(())
    }
}

/// Where a page ends and the next begins, in each of the two rows of people a page is made of:
/// those who stand by what they have done, and newcomers.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::discovery) struct Cursor {
    /// When the first page was asked for: who was new then is new on all of its pages.
    pub(in crate::discovery) at: DateTime<Utc>,
    pub(in crate::discovery) main: Mark,
    pub(in crate::discovery) new: Mark,
}

/// The last one seen of a row: how close their instrument is to the one wanted, what the row is
/// ordered by, and who.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::discovery) struct Mark {
    pub(in crate::discovery) closeness: i32,
    pub(in crate::discovery) key: f64,
    pub(in crate::discovery) id: i64,
}

impl Mark {
    /// Before everybody, where a higher key comes first.
    pub(in crate::discovery) const HIGHEST: Mark = Mark { closeness: 0, key: f64::INFINITY, id: 0 };
    /// Before everybody, where a lower key comes first.
    pub(in crate::discovery) const LOWEST: Mark =
        Mark { closeness: 0, key: f64::NEG_INFINITY, id: 0 };
}

impl Cursor {
    pub(in crate::discovery) fn first(sort: Sort, at: DateTime<Utc>) -> Cursor {
        let main = match sort {
            Sort::Best | Sort::Credits | Sort::Newest => Mark::HIGHEST,
            Sort::Soonest | Sort::Rate => Mark::LOWEST,
        };
        Cursor { at, main, new: Mark::HIGHEST }
    }

    pub(in crate::discovery) fn is_first(&self) -> bool {
        self.main.id == 0 && self.new.id == 0
    }
}

/// Opaque to everybody else. Keys are written to the bit: a page neither loses nor repeats anyone.
impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.at.timestamp_millis())?;
        for mark in [self.main, self.new] {
            write!(f, "-{:x}-{:x}-{:x}", mark.closeness, mark.key.to_bits(), mark.id)?;
        }
        Ok(())
    }
}

/// No page was asked for this late, in seconds: the year 2200. Much later Postgres has no calendar.
const FAR: i64 = 7_258_118_400;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::discovery) struct NoCursor;

impl FromStr for Cursor {
    type Err = NoCursor;

    fn from_str(text: &str) -> Result<Cursor, NoCursor> {
        let numbers: Result<Vec<u64>, _> =
            text.split('-').map(|part| u64::from_str_radix(part, 16)).collect();
        let numbers: [u64; 7] = numbers.map_err(|_| NoCursor)?.try_into().map_err(|_| NoCursor)?;
        let [at, rest @ ..] = numbers;
        let at = i64::try_from(at).ok().filter(|at| *at < FAR * 1_000);
        let at = at.and_then(DateTime::from_timestamp_millis);
        let mark = |closeness: u64, key: u64, id: u64| {
            let key = f64::from_bits(key);
            if key.is_nan() {
                return Err(NoCursor);
            }
            Ok(Mark {
                closeness: u8::try_from(closeness).map_err(|_| NoCursor)?.into(),
                key,
                id: i64::try_from(id).map_err(|_| NoCursor)?,
            })
        };
        let [main_closeness, main_key, main_id, new_closeness, new_key, new_id] = rest;
        let new = mark(new_closeness, new_key, new_id)?;
        // Newcomers are in the order of an instant, in microseconds.
        if new.key.is_finite() && !(0.0..FAR as f64 * 1e6).contains(&new.key) {
            return Err(NoCursor);
        }
        let main = mark(main_closeness, main_key, main_id)?;
        Ok(Cursor { at: at.ok_or(NoCursor)?, main, new })
    }
}

/// Seats a page: each sixth place is kept for the first newcomer; who is short leaves their places
/// to the other row. Nobody comes before somebody whose instrument is closer to the one wanted.
/// Answers the page and whether anybody is left.
pub(in crate::discovery) fn seat<T>(
    main: Vec<T>,
    new: Vec<T>,
    page: usize,
    closeness: impl Fn(&T) -> i32,
) -> (Vec<T>, bool) {
    let (mut main, mut new) = (main.into_iter().peekable(), new.into_iter().peekable());
    let mut seated = Vec::with_capacity(page);
    while seated.len() < page {
        let is_kept = (seated.len() + 1) % RESERVED_EACH == 0;
        let takes_new = match (main.peek(), new.peek()) {
            (Some(old), Some(new)) => match closeness(new).cmp(&closeness(old)) {
                std::cmp::Ordering::Less => true,
                std::cmp::Ordering::Equal => is_kept,
                std::cmp::Ordering::Greater => false,
            },
            (None, Some(_)) => true,
            (_, None) => false,
        };
        match if takes_new { new.next() } else { main.next() } {
            Some(one) => seated.push(one),
            None => break,
        }
    }
    (seated, main.peek().is_some() || new.peek().is_some())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn each_sixth_place_is_for_somebody_new() {
        let (page, more) = seat((0..30).collect(), (100..110).collect(), 12, |_| 0);
        assert_eq!(page, [0, 1, 2, 3, 4, 100, 5, 6, 7, 8, 9, 101]);
        assert!(more);
    }

    #[test]
    fn nobody_leaves_a_place_empty() {
        assert_eq!(seat(vec![], vec![7, 8], 6, |_| 0), (vec![7, 8], false));
        assert_eq!(seat(vec![1, 2], vec![7, 8], 3, |_| 0), (vec![1, 2, 7], true));
        // Tens are of kin.
        let kin = |n: &i32| n / 10;
        assert_eq!(seat(vec![1, 11, 12], vec![7, 17], 5, kin).0, [1, 7, 11, 12, 17]);
        assert_eq!(seat((0..9).collect(), vec![], 9, |_| 0).0.len(), 9);
    }

    proptest! {
        #[test]
        fn a_cursor_is_told_and_read_back(
            at in 0i64..4_000_000_000_000, closeness in 0i32..3, key in prop::num::f64::NORMAL,
            id in 0i64..i64::MAX,
        ) {
            let mark = Mark { closeness, key, id };
            let at = DateTime::from_timestamp_millis(at).unwrap();
            let cursor = Cursor { at, main: mark, new: Mark::HIGHEST };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn no_text_breaks_the_reading(text in ".*") {
            let _ = text.parse::<Cursor>();
        }
    }
}
