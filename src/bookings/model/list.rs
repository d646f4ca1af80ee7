use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Kind, Party, Status};
use crate::values::{BookingId, CallId, InstrumentId};

/// How many calls stand on one page of an inbox, and how many bookings in one answer to a program.
pub(in crate::bookings) const PAGE: usize = 25;

/// Which part of somebody's bookings a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::bookings) enum Tab {
    /// What waits for an answer: first one's own, then the other side's; the most urgent first.
    #[default]
    Waiting,
    /// Confirmed and not over, the soonest first.
    Ahead,
    /// All the rest, the latest first.
    Past,
    /// Everything, the latest first.
    All,
}

impl Tab {
    pub(in crate::bookings) const ALL: [Tab; 4] = [Tab::Waiting, Tab::Ahead, Tab::Past, Tab::All];

    pub(in crate::bookings) fn word(self) -> &'static str {
        match self {
            Tab::Waiting => "waiting",
            Tab::Ahead => "ahead",
            Tab::Past => "past",
            Tab::All => "all",
        }
    }

    pub(in crate::bookings) fn soonest_first(self) -> bool {
        matches!(self, Tab::Waiting | Tab::Ahead)
    }

    fn has(self, tally: &Tally) -> bool {
        match self {
            Tab::Waiting => tally.awaits.is_some(),
            Tab::Ahead => tally.stands == Status::Confirmed && !tally.is_over,
            Tab::Past => match tally.stands {
                Status::Requested => false,
                Status::Confirmed => tally.is_over,
                _ => true,
            },
            Tab::All => true,
        }
    }
}

/// Whose answer is awaited, as one of the sides sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bookings) enum Turn {
    Mine,
    Theirs,
}

impl Turn {
    pub(in crate::bookings) const ALL: [Turn; 2] = [Turn::Mine, Turn::Theirs];

    pub(in crate::bookings) fn word(self) -> &'static str {
        match self {
            Turn::Mine => "mine",
            Turn::Theirs => "theirs",
        }
    }
}

/// What is chosen from what there is: beside each choice stands how many it would leave.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::bookings) struct Choices {
    /// Only those in which one is this side.
    pub(in crate::bookings) role: Option<Party>,
    /// Only those that wait for this answer.
    pub(in crate::bookings) turn: Option<Turn>,
    /// Only those that stand so now.
    pub(in crate::bookings) status: Option<Status>,
    pub(in crate::bookings) kind: Option<Kind>,
    pub(in crate::bookings) instrument: Option<InstrumentId>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::bookings) struct Filter {
    pub(in crate::bookings) choices: Choices,
    /// Only those that begin, or are due, from here on.
    pub(in crate::bookings) from: Option<DateTime<Utc>>,
    /// Only those that do before this.
    pub(in crate::bookings) until: Option<DateTime<Utc>>,
    /// Only those whose other side's name has this in it.
    pub(in crate::bookings) with: Option<String>,
    /// Only those whose title, artist or other side has this in it.
    pub(in crate::bookings) words: Option<String>,
}

impl Filter {
    pub(in crate::bookings) fn is_narrow(&self) -> bool {
        let Filter { choices, from, until, with, words } = self;
        *choices != Choices::default()
            || from.is_some()
            || until.is_some()
            || with.is_some()
            || words.is_some()
    }
}

/// Words as `like` wants them: anywhere, and nothing in them is special.
pub(in crate::bookings) fn pattern(words: &str) -> String {
    let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
    format!("%{escaped}%")
}

/// How many of an account's bookings stand alike: whatever an inbox counts is a sum of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub(in crate::bookings) struct Tally {
    pub(in crate::bookings) side: Party,
    pub(in crate::bookings) stands: Status,
    /// Whose answer is awaited now.
    pub(in crate::bookings) awaits: Option<Party>,
    /// Confirmed, and the session is over.
    pub(in crate::bookings) is_over: bool,
    pub(in crate::bookings) is_remote: bool,
    pub(in crate::bookings) instrument_id: InstrumentId,
    pub(in crate::bookings) count: i64,
}

impl Tally {
    fn kind(&self) -> Kind {
        if self.is_remote { Kind::Remote } else { Kind::Room }
    }

    fn turn(&self) -> Option<Turn> {
        let awaits = self.awaits?;
        Some(if awaits == self.side { Turn::Mine } else { Turn::Theirs })
    }

    fn fits(&self, choices: &Choices) -> bool {
        let Choices { role, turn, status, kind, instrument } = *choices;
        role.is_none_or(|role| role == self.side)
            && turn.is_none_or(|turn| self.turn() == Some(turn))
            && status.is_none_or(|status| status == self.stands)
            && kind.is_none_or(|kind| kind == self.kind())
            && instrument.is_none_or(|instrument| instrument == self.instrument_id)
    }
}

/// Everything that can be counted of an account's bookings, within the days, names and words asked for.
#[derive(Clone, Debug, Default)]
pub(in crate::bookings) struct Tallies(pub(in crate::bookings) Vec<Tally>);

impl Tallies {
    /// How many bookings a list has.
    pub(in crate::bookings) fn of(&self, tab: Tab, choices: &Choices) -> i64 {
        let fit = self.0.iter().filter(|tally| tab.has(tally) && tally.fits(choices));
        fit.map(|tally| tally.count).sum()
    }

    /// Confirmed sessions that are over, and that nobody has marked done.
    pub(in crate::bookings) fn over(&self) -> i64 {
        self.0.iter().filter(|tally| tally.is_over).map(|tally| tally.count).sum()
    }

    /// The instruments there are any bookings for, each once.
    pub(in crate::bookings) fn instruments(&self) -> Vec<InstrumentId> {
        let mut all: Vec<_> = self.0.iter().map(|tally| tally.instrument_id).collect();
        all.sort();
        all.dedup();
        all
    }

    /// The sides one is on.
    pub(in crate::bookings) fn has_side(&self, side: Party) -> bool {
        self.0.iter().any(|tally| tally.side == side)
    }
}

/// What a list counts by: a page shows calls, with everybody who was asked; a program reads bookings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bookings) enum Unit {
    Call,
    Booking,
}

/// A line of a list, and where it stands: the next page begins behind the last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, sqlx::FromRow)]
pub(in crate::bookings) struct Cursor {
    /// Of what waits: whether it does for the other side.
    pub(in crate::bookings) theirs: bool,
    /// Until when it may be answered; else when it is.
    pub(in crate::bookings) at: DateTime<Utc>,
    pub(in crate::bookings) call_id: CallId,
    /// Zero for the whole call.
    pub(in crate::bookings) id: BookingId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not where a page of this list ended")]
pub(in crate::bookings) struct NotCursor;

impl FromStr for Cursor {
    type Err = NotCursor;

    fn from_str(text: &str) -> Result<Cursor, NotCursor> {
        let parts: Vec<&str> = text.splitn(4, '.').collect();
        let [theirs, at, call, id] = parts[..] else { return Err(NotCursor) };
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros);
        // Postgres knows no time before its own beginning.
        let at = at.filter(|at| *at >= DateTime::UNIX_EPOCH).ok_or(NotCursor)?;
        Ok(Cursor {
            theirs: match theirs {
                "0" => false,
                "1" => true,
                _ => return Err(NotCursor),
            },
            at,
            call_id: call.parse().map_err(|_| NotCursor)?,
            id: id.parse().map_err(|_| NotCursor)?,
        })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Cursor { theirs, at, call_id, id } = *self;
        write!(f, "{}.{}.{call_id}.{id}", u8::from(theirs), at.timestamp_micros())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_cursor_is_read_as_it_was_written(
            theirs in any::<bool>(),
            at in 0i64..8_000_000_000_000_000,
            call in any::<i64>(),
            id in any::<i64>(),
        ) {
            let at = DateTime::from_timestamp_micros(at).unwrap();
            let cursor = Cursor { theirs, at, call_id: call.into(), id: id.into() };
            prop_assert_eq!(cursor.to_string().parse(), Ok(cursor));
        }

        #[test]
        fn whatever_stands_in_an_address_is_a_cursor_or_none(text in "[-0-9.x]{0,40}") {
            let _ = text.parse::<Cursor>();
        }
    }

    /// Each way a booking can stand is in one list at least, and what is past is in no other but all.
    #[test]
    fn every_booking_is_on_a_tab() {
        for stands in Status::ALL {
            for (awaits, is_over) in [(None, false), (Some(Party::Producer), false), (None, true)] {
                let is_open = matches!(stands, Status::Requested | Status::Confirmed);
                if (awaits.is_some() || is_over) && !is_open
                    || stands == Status::Requested && (awaits.is_none() || is_over)
                {
                    continue;
                }
                let tally = Tally {
                    side: Party::Producer,
                    stands,
                    awaits,
                    is_over,
                    is_remote: false,
                    instrument_id: 1.into(),
                    count: 1,
                };
                let on = |tab: Tab| tab.has(&tally);
                assert!(on(Tab::All));
                assert_ne!(on(Tab::Waiting) || on(Tab::Ahead), on(Tab::Past), "{tally:?}");
            }
        }
    }
}
