//! Sums of stretches of time.

use crate::values::Slot;

/// Sorted slots with those that touch or overlap made one.
pub(super) fn joined(mut slots: Vec<Slot>) -> Vec<Slot> {
    slots.sort();
    let mut joined: Vec<Slot> = Vec::new();
    for slot in slots {
        match joined.last_mut() {
            Some(last) if slot.starts_at() <= last.ends_at() => {
                let end = last.ends_at().max(slot.ends_at());
                *last = Slot::new(last.starts_at(), end).unwrap_or(*last);
            }
            _ => joined.push(slot),
        }
    }
    joined
}

/// What is left of sorted `slots` outside `taken`, which is sorted and joined.
pub(super) fn outside(slots: Vec<Slot>, taken: &[Slot]) -> Vec<Slot> {
    let mut left = Vec::with_capacity(slots.len());
    let mut first = 0;
    for slot in slots {
        let mut from = slot.starts_at();
        while first < taken.len() && taken[first].ends_at() <= from {
            first += 1;
        }
        for taken in &taken[first..] {
            if taken.starts_at() >= slot.ends_at() {
                break;
            }
            left.extend(Slot::new(from, taken.starts_at()).ok());
            from = from.max(taken.ends_at());
        }
        left.extend(Slot::new(from, slot.ends_at()).ok());
    }
    left
}
