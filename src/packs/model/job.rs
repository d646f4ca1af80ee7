use serde::{Deserialize, Serialize};

use crate::values::Money;

/// What a player is asked to do, as far as it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    pub work: Work,
    /// Instruments beside the first.
    pub doubles: u16,
    pub overdubs: u16,
    pub role: Role,
    pub porterage: Vec<Carried>,
    /// No session for the same producer comes before it that day.
    pub is_first_that_day: bool,
    /// What the two sides agreed on beside the terms.
    pub agreed: Vec<Agreed>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// In a room.
    Session { minutes: u16 },
    /// Recorded remotely, each for `each`, or for what the terms say.
    Songs { count: u16, each: Option<Money> },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    #[default]
    Player,
    Leader,
    Contractor,
}

/// Pieces of a class of porterage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Carried {
    pub class: String,
    pub pieces: u16,
}

/// Something agreed on, and what it adds; less than nothing takes off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    pub what: String,
    pub amount: Money,
}

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Item {
    Session,
    Songs,
    Overtime,
    Doubling,
    Overdubs,
    Leader,
    Contractor,
    Porterage,
    Agreed,
    Pension,
    Health,
}

/// An amount with the sentence that explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Line {
    pub item: Item,
    /// `Overtime: 2 × 15 min at £32.50.`
    pub sentence: String,
    pub amount: Money,
    /// The terms name no amount: it is for the two sides to agree on, and nothing is counted.
    pub is_by_agreement: bool,
}

/// What a job comes to. Every line is rounded to the minor unit by itself, halves up; sums are exact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Quote {
    /// Due to the player.
    pub lines: Vec<Line>,
    /// Of the lines.
    pub total: Money,
    /// Paid to the funds of the union besides.
    pub besides: Vec<Line>,
    /// Of all: what the producer pays.
    pub cost: Money,
}

impl Job {
    /// A session in a room, and nothing else.
    pub fn session(minutes: u16) -> Job {
        Job::of(Work::Session { minutes })
    }

    /// Songs at the player's own place, and nothing else.
    pub fn songs(count: u16) -> Job {
        Job::of(Work::Songs { count, each: None })
    }

    fn of(work: Work) -> Job {
        Job {
            work,
            doubles: 0,
            overdubs: 0,
            role: Role::Player,
            porterage: Vec::new(),
            is_first_that_day: true,
            agreed: Vec::new(),
        }
    }
}

/// `3 h`, `2 h 30 min`, `15 min`.
pub(crate) fn lasting(minutes: u32) -> String {
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}
