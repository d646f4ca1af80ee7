//! Calendars elsewhere that take a player's time.
//!
//! A player subscribes to the address of a calendar, or brings a file. It is read, its recurrences
//! are written out for a year and a half ahead, and each stretch is a row of `imported_busy`, which
//! the player's own calendar reads beside bookings. A job reads each address again twice an hour,
//! on any one of the servers; whoever is about to promise a player's time has those read anew that
//! are not fresh. What fails keeps the last good copy, and says since when.
//!
//! Nothing of that trusts anybody: addresses lead where strangers say, and files hold what they
//! like. Where nothing is fetched from is in `model/network.rs`, and held at each hop when a name is
//! looked up and the connection made; what a file may cost is held where it is read.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::freshen;
pub use actions::{Fetcher, Looked, LookedUp, Names, refresh_due};
pub use model::{Reading, Stretch, Unreadable, is_forbidden, read};
pub(crate) use store::{is_stale, prune};
