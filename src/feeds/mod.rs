//! Secret addresses at which other programs read a player's bookings.
//!
//! A *feed* is such an address: whoever has it may read, so it holds 256 random bits, is shown once,
//! and only its hash is kept. It tells *everything*, or only when its player is *busy*. What was made
//! can be revoked, and nothing answers there any more. What is read is what [`crate::bookings`] say
//! now; it is the same bytes until something of it changes, so that asking again costs little.

mod actions;
mod model;
mod store;
pub(crate) mod web;
