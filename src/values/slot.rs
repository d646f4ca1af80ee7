use chrono::{DateTime, TimeDelta, Utc};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef, types::PgRange},
};

/// A stretch of time from `starts_at` up to, not including, `ends_at`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slot {
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must end after it starts")]
pub struct EmptySlot;

impl Slot {
    pub fn new(starts_at: DateTime<Utc>, ends_at: DateTime<Utc>) -> Result<Slot, EmptySlot> {
        if starts_at < ends_at { Ok(Slot { starts_at, ends_at }) } else { Err(EmptySlot) }
    }

    pub fn starts_at(&self) -> DateTime<Utc> {
        self.starts_at
    }

    pub fn ends_at(&self) -> DateTime<Utc> {
        self.ends_at
    }

    pub fn length(&self) -> TimeDelta {
        self.ends_at - self.starts_at
    }

    pub fn overlaps(&self, other: &Slot) -> bool {
        self.starts_at < other.ends_at && other.starts_at < self.ends_at
    }

    pub fn contains(&self, other: &Slot) -> bool {
        self.starts_at <= other.starts_at && other.ends_at <= self.ends_at
    }

    /// The slot with some time added before and after.
    pub fn widened(&self, before: TimeDelta, after: TimeDelta) -> Slot {
        Slot { starts_at: self.starts_at - before, ends_at: self.ends_at + after }
    }

    /// The part of this slot inside `window`.
    pub fn within(&self, window: &Slot) -> Option<Slot> {
        let from = self.starts_at.max(window.starts_at);
        let to = self.ends_at.min(window.ends_at);
        Slot::new(from, to).ok()
    }
}

/// A slot as `tstzrange`.
impl From<Slot> for PgRange<DateTime<Utc>> {
    fn from(slot: Slot) -> PgRange<DateTime<Utc>> {
        (slot.starts_at..slot.ends_at).into()
    }
}

/// A query selects a slot as the pair `(starts_at, ends_at) as "slot!: Slot"`.
impl Type<Postgres> for Slot {
    fn type_info() -> PgTypeInfo {
        <(DateTime<Utc>, DateTime<Utc>) as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Slot {
    fn decode(value: PgValueRef<'r>) -> Result<Slot, BoxDynError> {
        let (starts_at, ends_at) = <(DateTime<Utc>, DateTime<Utc>)>::decode(value)?;
        Ok(Slot::new(starts_at, ends_at)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(starts: i64, ends: i64) -> Slot {
        let hour = |h: i64| DateTime::UNIX_EPOCH + TimeDelta::hours(h);
        Slot::new(hour(starts), hour(ends)).unwrap()
    }

    #[test]
    fn back_to_back_slots_do_not_overlap() {
        assert!(slot(9, 12).overlaps(&slot(11, 13)));
        assert!(!slot(9, 12).overlaps(&slot(12, 13)));
        assert!(
            slot(9, 12).widened(TimeDelta::zero(), TimeDelta::minutes(1)).overlaps(&slot(12, 13))
        );
    }

    #[test]
    fn a_slot_is_cut_to_a_window() {
        assert_eq!(slot(9, 12).within(&slot(10, 20)), Some(slot(10, 12)));
        assert_eq!(slot(9, 12).within(&slot(12, 20)), None);
        assert!(slot(9, 12).contains(&slot(9, 12)));
        assert!(!slot(9, 12).contains(&slot(9, 13)));
    }
}
