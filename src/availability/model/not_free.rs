use chrono::{NaiveDate, TimeDelta};

use crate::values::{BookingId, Minute, Slot, Zone};

/// Why a player cannot be had for a slot. Shown as it is, it is fit for anyone: it never says for
/// whom they are booked, nor where; [`NotFree::told_to_owner`] does.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotFree {
    #[error("is further ahead than this calendar was read for")]
    OutOfReach,
    #[error("is too soon: this player wants to be asked at least {} ahead", lasting(*.notice))]
    TooSoon { notice: TimeDelta },
    #[error("is too far ahead: this player is booked at most {} days ahead", .ahead.num_days())]
    TooFar { ahead: TimeDelta },
    #[error("overlaps another session of this player, or the time kept clear around it")]
    Booked { booking: BookingId, session: Slot },
    #[error("overlaps another session of this player, or the time kept clear around it")]
    KeptClear { booking: BookingId, session: Slot, kept: TimeDelta, missing: TimeDelta },
    #[error(
        "leaves this player no time to get there from another session, or from there to the next"
    )]
    Travel {
        booking: BookingId,
        /// The other room.
        room: String,
        travel: TimeDelta,
        /// By how much the later one would begin late.
        late_by: TimeDelta,
        /// Whether the other session is the earlier one.
        comes_from_there: bool,
    },
    #[error("leaves this player too little rest between two sessions")]
    Rest { booking: BookingId, session: Slot, rest: TimeDelta },
    #[error("is busy by another calendar of this player")]
    Elsewhere { calendar: String, summary: String, slot: Slot },
    #[error("is on a day on which this player has as many sessions as they take")]
    DayFull { day: NaiveDate, most: i16 },
    #[error("is in a week in which this player has as many sessions as they take")]
    WeekFull { monday: NaiveDate, most: i16 },
    #[error("is while this player is away: they are back on {}", .back_on.format("%A %-d %B %Y"))]
    Away { back_on: NaiveDate },
    #[error("is outside the hours this player works")]
    Closed { day: NaiveDate, note: String },
    #[error("is outside the hours this player works")]
    OutsideHours { day: NaiveDate, season: Option<String> },
    #[error("is not when sessions of this player start: {}", listed(.starts))]
    NoStart { starts: Vec<Minute>, zone: Zone },
}

impl NotFree {
    /// Whether it is time that is taken, rather than a rule of the player's own, which they may
    /// change.
    pub fn is_taken(&self) -> bool {
        use NotFree::*;
        matches!(self, Booked { .. } | KeptClear { .. } | Travel { .. } | Elsewhere { .. })
    }

    /// The booking that is in the way.
    pub fn booking(&self) -> Option<BookingId> {
        use NotFree::*;
        match self {
            Booked { booking, .. }
            | KeptClear { booking, .. }
            | Travel { booking, .. }
            | Rest { booking, .. } => Some(*booking),
            _ => None,
        }
    }

    /// All of it, as a sentence for the one whose calendar it is.
    pub fn told_to_owner(&self, zone: Zone) -> String {
        use NotFree::*;
        let day = |day: &NaiveDate| day.format("%A %-d %B %Y").to_string();
        match self {
            OutOfReach => "That is further ahead than anybody may be asked.".into(),
            TooSoon { notice } => {
                format!("You want to be asked at least {} ahead.", lasting(*notice))
            }
            TooFar { ahead } => format!("You are booked at most {} days ahead.", ahead.num_days()),
            Booked { session, .. } => format!("You have a session {}.", zone.span(session)),
            KeptClear { session, kept, missing, .. } => format!(
                "You keep {} clear between sessions; with the one {} {} of that would be missing.",
                lasting(*kept),
                zone.span(session),
                lasting(*missing),
            ),
            Travel { room, travel, late_by, comes_from_there: true, .. } => format!(
                "{} travel from {room} leaves you late by {}.",
                possessive(*travel),
                lasting(*late_by),
            ),
            Travel { room, travel, late_by, comes_from_there: false, .. } => format!(
                "{} travel to {room} leaves you late there by {}.",
                possessive(*travel),
                lasting(*late_by),
            ),
            Rest { session, rest, .. } => format!(
                "You rest {} between sessions; the one {} is closer than that.",
                lasting(*rest),
                zone.span(session),
            ),
            Elsewhere { calendar, summary, slot } if summary.is_empty() => {
                format!("Your calendar “{calendar}” is busy {}.", zone.span(slot))
            }
            Elsewhere { calendar, summary, slot } => {
                format!("Your calendar “{calendar}” has “{summary}” {}.", zone.span(slot))
            }
            DayFull { day: full, most } => {
                format!("On {} you have your {}.", day(full), sessions(*most))
            }
            WeekFull { monday, most } => {
                format!("In the week of {} you have your {}.", day(monday), sessions(*most))
            }
            Away { back_on } => format!("You are away until you are back on {}.", day(back_on)),
            Closed { day: closed, note } if note.is_empty() => {
                format!("You planned {} apart, and it is not open then.", day(closed))
            }
            Closed { day: closed, note } => {
                format!("You planned {} apart (“{note}”), and it is not open then.", day(closed))
            }
            OutsideHours { day: closed, season: None } => {
                format!("It is outside your weekly hours of {}.", closed.format("%A"))
            }
            OutsideHours { day: closed, season: Some(season) } => format!(
                "It is outside your hours of {} in the season “{season}”.",
                closed.format("%A")
            ),
            NoStart { starts, .. } => format!("Your sessions start at {}.", listed(starts)),
        }
    }
}

fn sessions(most: i16) -> String {
    if most == 1 { "one session".into() } else { format!("{most} sessions") }
}

fn listed(starts: &[Minute]) -> String {
    let told: Vec<String> = starts.iter().map(Minute::to_string).collect();
    match told.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}

/// `40 minutes`, `1 hour 30 minutes`, `2 days`.
pub fn lasting(time: TimeDelta) -> String {
    let counted = |number: i64, unit: &str| {
        (number > 0).then(|| format!("{number} {unit}{}", if number == 1 { "" } else { "s" }))
    };
    let minutes = time.num_minutes();
    if minutes >= 2_880 && minutes % 1_440 == 0 {
        return counted(minutes / 1_440, "day").unwrap_or_default();
    }
    let parts: Vec<String> = [counted(minutes / 60, "hour"), counted(minutes % 60, "minute")]
        .into_iter()
        .flatten()
        .collect();
    if parts.is_empty() { "no time".into() } else { parts.join(" ") }
}

/// `40 minutes’`, `1 hour’s`.
fn possessive(time: TimeDelta) -> String {
    let told = lasting(time);
    if told.ends_with('s') { format!("{told}’") } else { format!("{told}’s") }
}
