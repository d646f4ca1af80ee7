//! When a player can be had.
//!
//! Weekly hours, by season and past midnight, days that are not like their weekdays and times away
//! are wall-clock times in the player's own zone. Confirmed bookings take time out of them, and so
//! does what a calendar elsewhere has; the shape of a day says what has to lie between two sessions,
//! how many there may be, when they start and how long before one asks. A [`Calendar`] holds all of
//! that for some window, and is the one place that says what is free: search, the profile's strip,
//! the request form and the booking itself all ask it.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::CalendarError;
pub use actions::{extend_open_times, keep_open_time};
pub use model::{
    Absence, Busy, Calendar, DayPlan, Hours, NotFree, Opening, Room, Rule, Season, Shape, Town,
    Travel, What, lasting,
};
pub(crate) use model::{KEPT_AHEAD, SESSION, starts_of};
pub use store::calendar;
pub(crate) use store::{Player, calendars, find_own, lock, taken};
