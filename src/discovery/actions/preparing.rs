//! What is decided about a search before the database is asked.

use chrono::{DateTime, Utc};

use super::{
    model::{Condition, Cursor, Index, LAST, PAGE, Players, Search, Sort, Time, ask, likeness},
    store::Plan,
};
use crate::{
    availability::{KEPT_AHEAD, SESSION},
    values::Slot,
};

/// What a search is about to be asked with, as the index sees it.
pub(super) struct Prepared {
    pub(super) plan: Plan,
    /// In an order that only the index knows: the keys of the first, in order, and of one more.
    pub(super) order: Option<Vec<(i64, i64)>>,
    pub(super) kin: bool,
    pub(super) words: String,
    pub(super) top_rate: Option<i64>,
    pub(super) read_as: Vec<(String, String)>,
    /// Who of them is called what the words say.
    pub(super) called: Vec<i64>,
    /// A word that nobody has: nobody fits.
    pub(super) is_vain: bool,
    pub(super) now: DateTime<Utc>,
}

pub(super) fn prepare(
    index: &Index,
    search: &Search,
    (readings, sets): (&[Vec<&str>], &[(Condition, Players)]),
    (cursor, most): (&Cursor, usize),
    now: DateTime<Utc>,
) -> Prepared {
    let all = index.meeting(sets);
    let read_as = search.words.iter().zip(readings).filter_map(|(word, readings)| {
        // Neither a plural nor a beginning is a slip; one reading is as like as another.
        let is_slip = readings.first().and_then(|one| likeness(word, one)).is_some_and(|it| it > 1);
        let usual = is_slip.then(|| index.usual(readings, &all)).flatten()?;
        Some((word.clone(), usual.to_owned()))
    });
    let window = search.time.as_ref().map_or_else(|| ahead(now), Time::window);
    let length = search.time.as_ref().map_or(SESSION, Time::length);
    let after = (cursor.main.key as i64, cursor.main.id);
    let order = match search.sort {
        Sort::Best | Sort::Credits => None,
        Sort::Rate => {
            Some(index.ordered(&all, |one| one.rate(search).unwrap_or(LAST), after, most + 1))
        }
        Sort::Soonest => Some(index.soonest(&all, (window, length), (after, most + 1), now)),
        Sort::Newest => {
            let after = (if cursor.main.key.is_finite() { after.0 } else { i64::MIN }, after.1);
            Some(index.ordered(&all, |one| -one.listed_at(), after, most + 1))
        }
    };
    let closest = index.closest(search, &all);
    let mut called = index.called(readings);
    called &= &all;
    let leads = search.sort == Sort::Best && !called.is_empty() && all.len() <= MOST_LED;
    Prepared {
        plan: if leads { Plan::Among(index.ids(&all)) } else { plan(index, search, &all, now) },
        called: if leads { index.ids(&called) } else { Vec::new() },
        kin: !(cursor.is_first() && closest > 2 * PAGE as u64),
        is_vain: all.is_empty() || readings.iter().any(Vec::is_empty),
        words: ask(readings),
        top_rate: search.top_rate.and_then(|top| index.rates.micro_euros(top)),
        read_as: read_as.collect(),
        now,
        order,
    }
}

/// Where no more than this fit, those who are called what the words say come first. Where more do,
/// the words are not only a name.
const MOST_LED: u64 = 2_000;

pub(super) fn ahead(now: DateTime<Utc>) -> Slot {
    Slot::new(now, now + KEPT_AHEAD).expect("a season goes forwards")
}

/// A walk reads as many entries as there are players between those who fit; where few fit it is
/// shorter to look at each of these.
fn plan(index: &Index, search: &Search, all: &Players, now: DateTime<Utc>) -> Plan {
    let of_instrument = Search { genre: search.genre.clone(), ..Search::default() };
    let walked = Search { instruments: search.instruments.clone(), ..of_instrument };
    let walked = index.meeting(&index.sets_to_meet(&walked, &[], now)).len();
    if all.len() * all.len() < 25 * walked.max(1) {
        Plan::Among(index.ids(all))
    } else {
        Plan::Walk
    }
}
