mod calendars;
mod open_times;
mod opening;

pub use calendars::calendar;
pub(crate) use calendars::{Player, calendars, find_own, lock, taken};
pub(super) use open_times::{put_open_times, refresh_listings, running_out};
pub(super) use opening::{
    insert_absence, insert_days, insert_season, opening, put_shape, remove_absence, remove_days,
    remove_season, replace_hours, update_season,
};
