//! When a player can be had.
//!
//! Weekly hours and single-day exceptions are wall-clock times in the player's own zone; confirmed
//! bookings take time out of them, with what the player keeps clear around each. A [`Calendar`]
//! holds all of that for some window, and is the one place that says what is free: search, the
//! profile's strip, the request form and the booking itself all ask it.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::extend_open_times;
pub(crate) use actions::keep_open_time;
pub use model::{Busy, Calendar, DayPlan, Hours, NotFree};
pub(crate) use model::{KEPT_AHEAD, SESSION};
pub(crate) use store::{calendar, calendars, lock};
