use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

use crate::values::{EmptySlot, Slot, Zone};

#[derive(
    Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, sqlx::Type, utoipa::ToSchema,
)]
#[sqlx(type_name = "call_kind", rename_all = "snake_case")]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Everybody meets.
    Room,
    /// The player records at their own place, by a due date.
    Remote,
}

impl Kind {
    pub fn word(self) -> &'static str {
        match self {
            Kind::Room => "room",
            Kind::Remote => "remote",
        }
    }
}

/// When a call is: a session in a room, or by when remote work is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    Room(Slot),
    Remote(DateTime<Utc>),
}

impl When {
    pub fn kind(self) -> Kind {
        match self {
            When::Room(_) => Kind::Room,
            When::Remote(_) => Kind::Remote,
        }
    }

    /// The session, if people meet for one.
    pub fn session(self) -> Option<Slot> {
        match self {
            When::Room(slot) => Some(slot),
            When::Remote(_) => None,
        }
    }

    /// After this no answer helps: the session has begun, or the work was due.
    pub fn starts_at(self) -> DateTime<Utc> {
        match self {
            When::Room(slot) => slot.starts_at(),
            When::Remote(due_at) => due_at,
        }
    }

    /// The session is over. Remote work is over when somebody says so, never by the clock.
    pub fn is_over(self, now: DateTime<Utc>) -> bool {
        self.session().is_some_and(|slot| slot.ends_at() <= now)
    }

    pub fn day(self, zone: Zone) -> NaiveDate {
        zone.date(self.starts_at())
    }

    /// `Tue 8 Dec 2026, 10:00–13:00 CST`, `by Tue 8 Dec 2026, 18:00 CST`.
    pub fn told(self, zone: Zone) -> String {
        match self {
            When::Room(slot) => zone.span(&slot),
            When::Remote(due_at) => format!("by {}", zone.moment(due_at)),
        }
    }
}

/// A query selects it as `(starts_at, ends_at, due_at) as "when!: When"`.
impl Type<Postgres> for When {
    fn type_info() -> PgTypeInfo {
        <Triple as Type<Postgres>>::type_info()
    }
}

type Triple = (Option<DateTime<Utc>>, Option<DateTime<Utc>>, Option<DateTime<Utc>>);

impl<'r> Decode<'r, Postgres> for When {
    fn decode(value: PgValueRef<'r>) -> Result<When, BoxDynError> {
        match <Triple as Decode<Postgres>>::decode(value)? {
            (Some(starts_at), Some(ends_at), None) => {
                Ok(When::Room(Slot::new(starts_at, ends_at)?))
            }
            (None, None, Some(due_at)) => Ok(When::Remote(due_at)),
            _ => Err(EmptySlot.into()),
        }
    }
}
