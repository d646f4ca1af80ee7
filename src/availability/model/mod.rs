mod calendar;
mod not_free;
mod open_time;
mod opening;
mod shape;
mod slots;

pub use calendar::{Busy, Calendar, What};
pub use not_free::{NotFree, lasting};
pub(crate) use open_time::{KEPT_AHEAD, OpenTime, SESSION, starts_of};
pub use opening::{Absence, DayPlan, Hours, Opening, Rule, Season};
pub(super) use opening::{NewAbsence, NewSeason};
pub use shape::{Room, Shape, Town, Travel};

#[cfg(test)]
mod tests;
