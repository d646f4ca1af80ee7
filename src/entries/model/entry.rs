use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

use crate::values::Zone;

/// What another program's calendar shows of something of ours. A mail keeps it until it goes, so it
/// holds no address of the site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// What it is called on this site as long as it lives: `booking-17`.
    pub(crate) name: String,
    /// How often it was changed since it was made.
    pub(crate) sequence: i64,
    pub(crate) changed_at: DateTime<Utc>,
    pub(crate) when: When,
    pub(crate) standing: Standing,
    pub(crate) summary: String,
    /// Empty where it is nowhere.
    pub(crate) location: String,
    /// Sentences, each in a line of its own.
    pub(crate) description: String,
    /// Where more of it stands: a path on this site.
    pub(crate) path: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum When {
    /// By the clock of a place.
    Hours { starts_at: DateTime<Utc>, ends_at: DateTime<Utc>, zone: Zone },
    /// A day on which something is due. It takes none of its hours.
    Day(NaiveDate),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Standing {
    /// Asked for: it takes nobody's time yet.
    Tentative,
    Confirmed,
    Cancelled,
}

impl Entry {
    /// Whether somebody is busy by it.
    pub(crate) fn takes_time(&self) -> bool {
        self.standing == Standing::Confirmed && matches!(self.when, When::Hours { .. })
    }

    /// The same for whoever may know no more than that somebody is busy, or is so no longer. What
    /// never took anybody's time is nothing to them.
    pub(crate) fn into_busy(self) -> Option<Entry> {
        let took_time = matches!(self.when, When::Hours { .. });
        (took_time && self.standing != Standing::Tentative).then(|| Entry {
            summary: "Busy".into(),
            location: String::new(),
            description: String::new(),
            path: None,
            ..self
        })
    }
}
