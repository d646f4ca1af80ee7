mod calendars;
mod open_times;

pub(super) use calendars::{Player, find_own, insert_day, remove_day, replace_hours};
pub(crate) use calendars::{calendar, calendars, lock};
pub(super) use open_times::{put_open_times, refresh_listings, running_out};
