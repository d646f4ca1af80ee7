use std::{fmt, str::FromStr};

use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{Party, Status};
use crate::values::BookingId;

/// How many bookings stand on one page of a list.
pub(in crate::bookings) const PAGE: usize = 25;

/// Which part of somebody's bookings a list shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::bookings) enum Tab {
    /// Requests still to be answered, the most urgent first.
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
}

#[derive(Clone, Debug, Default)]
pub(in crate::bookings) struct Filter {
    pub(in crate::bookings) tab: Tab,
    /// Only those in which one is this side.
    pub(in crate::bookings) role: Option<Party>,
    /// Only those that stand so now.
    pub(in crate::bookings) status: Option<Status>,
    /// Only those whose title, artist or other side has this in it.
    pub(in crate::bookings) words: Option<String>,
    pub(in crate::bookings) after: Option<Cursor>,
}

impl Filter {
    /// The words as `like` wants them: anywhere, and nothing in them is special.
    pub(in crate::bookings) fn pattern(&self) -> Option<String> {
        let words = self.words.as_ref()?;
        let escaped = words.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        Some(format!("%{escaped}%"))
    }
}

/// How many stand in the tabs that ask for something.
#[derive(Clone, Copy, Debug, Default)]
pub(in crate::bookings) struct Counts {
    pub(in crate::bookings) waiting: i64,
    pub(in crate::bookings) ahead: i64,
}

/// Where a page of a list ended: the time it is ordered by, and the booking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::bookings) struct Cursor {
    pub(in crate::bookings) at: DateTime<Utc>,
    pub(in crate::bookings) id: BookingId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not where a page of this list ended")]
pub(in crate::bookings) struct NotCursor;

impl FromStr for Cursor {
    type Err = NotCursor;

    fn from_str(text: &str) -> Result<Cursor, NotCursor> {
        let (at, id) = text.split_once('.').ok_or(NotCursor)?;
        let at = at.parse().ok().and_then(DateTime::from_timestamp_micros);
        // Postgres knows no time before its own beginning.
        let at = at.filter(|at| *at >= DateTime::UNIX_EPOCH).ok_or(NotCursor)?;
        Ok(Cursor { at, id: id.parse().map_err(|_| NotCursor)? })
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.at.timestamp_micros(), self.id)
    }
}
