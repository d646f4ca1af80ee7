mod address;
mod clocks;
mod event;
mod ics;
mod network;
mod reading;
mod series;
#[cfg(test)]
mod tests;

use chrono::{DateTime, TimeDelta, Utc};

pub(super) use address::{Address, BadAddress};
pub use network::is_forbidden;
pub(super) use reading::hash_of;
pub use reading::{Reading, read};

use crate::{
    outbox::{Letter, Topic},
    values::{ImportId, Line, MusicianId, Slot, Zone},
};

/// How many calendars one player reads in.
pub(super) const MOST: usize = 10;
/// How large a calendar may be, unpacked.
pub(super) const MOST_BYTES: usize = 5 * 1024 * 1024;
pub(super) const MOST_EVENTS: usize = 5_000;
/// How many times one calendar may keep somebody busy, in the window that is written out.
pub(super) const MOST_STRETCHES: usize = 20_000;

/// How far a calendar is written out, before and after now.
const KNOWN_BEHIND: TimeDelta = TimeDelta::days(2);
const KNOWN_AHEAD: TimeDelta = TimeDelta::days(560);
/// With less than this ahead it is written out again.
const LEAST_AHEAD: TimeDelta = TimeDelta::days(550);

/// How often a calendar is looked at, if all is well, and how seldom at most if not.
const LOOKED_AT_EACH: TimeDelta = TimeDelta::minutes(30);
const AT_LEAST_EACH: TimeDelta = TimeDelta::hours(6);
/// Whoever has taken a calendar to look at it has so long: then another may.
pub(super) const LEASE: TimeDelta = TimeDelta::minutes(5);
/// A copy older than this is not good enough to promise somebody's time by.
pub(super) const FRESH: TimeDelta = TimeDelta::minutes(15);
/// One that failed just now is not tried again for each who presses a button.
pub(super) const TRIED_JUST_NOW: TimeDelta = TimeDelta::minutes(1);
/// When its owner is told that a calendar cannot be read.
const TOLD_AFTER: TimeDelta = TimeDelta::days(7);
/// How long one that was removed can be put back.
pub(super) const KEPT_FOR: TimeDelta = TimeDelta::days(1);

/// What its owner calls a calendar.
pub(super) type Name = Line<100>;

/// Time that a calendar elsewhere takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    pub slot: Slot,
    /// For the owner alone.
    pub summary: String,
    pub is_all_day: bool,
}

/// Why what somebody sent, or what was found at an address, is not read as a calendar: a predicate
/// of it, fit to be shown. Nothing of what came is ever told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("is missing: choose a file first")]
    Missing,
    #[error("is larger than 5 MiB: make a calendar of what is still ahead, and give that")]
    TooLarge,
    #[error("is not a calendar: it does not begin with BEGIN:VCALENDAR, as an .ics file does")]
    NotCalendar,
    #[error("is damaged: it breaks off, or its parts do not fit together")]
    Broken,
    #[error(
        "has more than {MOST_EVENTS} events: make a calendar of what is still ahead, and give that"
    )]
    TooManyEvents,
    #[error(
        "is busy more than {MOST_STRETCHES} times in the coming year and a half, which is more than can be kept"
    )]
    TooManyStretches,
    #[error(
        "has something that repeats each minute or second, which cannot be read: take that out first"
    )]
    TooOften,
    #[error("takes too long to work out: its events repeat in too many ways")]
    TooMuchWork,
}

/// Why nothing came from an address: a predicate of it, fit to be shown. It says nothing of what
/// the network said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unfetched {
    #[error("leads into a private network, where nothing is fetched from")]
    Forbidden,
    #[error("leads on to an address that is not https, where nothing is fetched from")]
    Unsafe,
    #[error("leads on from one address to the next too often")]
    TooFar,
    #[error("names a server that is not found: look whether it is written right")]
    NoServer,
    #[error("cannot be reached: its server does not answer as it should")]
    Unreachable,
    #[error("answers too slowly: nothing whole came in time")]
    TooSlow,
    #[error("leads to nothing any more: its server answers {0}")]
    Gone(u16),
    #[error("is not open to us: its server answers {0}. Copy the calendar’s secret address anew")]
    NotOpen(u16),
    #[error("is in trouble: its server answers {0}")]
    Trouble(u16),
    #[error("is asked for by too many at once just now: try again in a minute")]
    Busy,
}

/// Why a calendar was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Failure {
    #[error(transparent)]
    Unfetched(#[from] Unfetched),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Why something is not done to a player's calendars. Fit to be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refusal {
    #[error("You read in {MOST} calendars, and no more fit. Remove one first.")]
    Full,
    #[error("You read in the same calendar again already, so this one stays removed.")]
    ReadAgain,
    #[error("This is a file that you brought: bring a newer one instead.")]
    IsFile,
    #[error("Two files of yours are on their way already: wait until one of them is here.")]
    TwoAtOnce,
}

/// A player, as the owner of calendars.
#[derive(Clone, Copy, Debug)]
pub(super) struct Player {
    pub(super) id: MusicianId,
    pub(super) zone: Zone,
}

/// A calendar elsewhere, as its owner sees it.
#[derive(Clone, Debug)]
pub(super) struct Import {
    pub(super) id: ImportId,
    pub(super) name: String,
    /// A secret, as a rule: only its host is ever shown.
    pub(super) url: Option<Address>,
    pub(super) read_at: DateTime<Utc>,
    pub(super) note: String,
    pub(super) error: String,
    pub(super) failing_since: Option<DateTime<Utc>>,
    /// How many stretches of the coming thirty days it keeps busy.
    pub(super) coming: i64,
    pub(super) removed_at: Option<DateTime<Utc>>,
}

/// How far a calendar is written out, and by whose clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) window: Slot,
    pub(super) zone: Zone,
}

impl Known {
    /// What is written out at `now` of a calendar that was never.
    pub(super) fn first(zone: Zone, now: DateTime<Utc>) -> Known {
        let window = Slot::new(now - KNOWN_BEHIND, now + KNOWN_AHEAD);
        Known { window: window.expect("a year and a half goes forwards"), zone }
    }

    /// The same, of one that is: as it is, for as long as that reaches far enough, so that what it
    /// says can be told to be the same.
    pub(super) fn next(self, zone: Zone, now: DateTime<Utc>) -> Known {
        if self.is_enough(zone, now) { self } else { Known::first(zone, now) }
    }

    pub(super) fn is_enough(self, zone: Zone, now: DateTime<Utc>) -> bool {
        self.zone == zone && self.window.ends_at() > now + LEAST_AHEAD
    }
}

/// When a calendar is looked at next, after it was read: a file when days have gone by.
pub(super) fn due_after_reading(
    known: Known,
    is_file: bool,
    now: DateTime<Utc>,
    spread: f64,
) -> DateTime<Utc> {
    if is_file {
        known.window.ends_at() - LEAST_AHEAD
    } else {
        now + spread_out(LOOKED_AT_EACH, spread)
    }
}

/// When it is tried again, after it failed so often one after the other.
pub(super) fn due_after_failing(failures: i16, now: DateTime<Utc>, spread: f64) -> DateTime<Utc> {
    let doubled = LOOKED_AT_EACH * 2_i32.pow(u32::try_from(failures.clamp(0, 5)).unwrap_or(0));
    now + spread_out(doubled.min(AT_LEAST_EACH), spread)
}

/// A tenth earlier or later, by a number between nought and one: whoever began together shall not
/// come together for ever.
fn spread_out(time: TimeDelta, spread: f64) -> TimeDelta {
    let thousandths = (900.0 + 200.0 * spread.clamp(0.0, 1.0)).round() as i32;
    time * thousandths / 1_000
}

/// Whether its owner is to hear that a calendar has not been read for long.
pub(super) fn is_to_be_told(
    failing_since: DateTime<Utc>,
    told_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> bool {
    told_at.is_none() && failing_since + TOLD_AFTER <= now
}

/// What they hear then.
pub(super) fn letter_of_failure(
    name: &str,
    why: Failure,
    read_at: DateTime<Utc>,
    zone: Zone,
) -> Letter {
    Letter::about(Topic::Profile, format!("Your calendar “{name}” has not been read for a week"))
        .saying(format!("It {why}."))
        .saying(format!(
            "It was last read on {}. Until it can be read again, what it said then keeps you busy, \
             and what was put into it since does not.",
            zone.moment(read_at)
        ))
        .saying("It is tried again every few hours. If you do not use it any more, remove it.")
        .opening("Open your calendars", "/calendar/imports")
}
