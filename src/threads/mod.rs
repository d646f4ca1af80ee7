//! What the two sides of a booking write to each other: text and files, as long as there is something
//! to speak of.
//!
//! Until a booking was confirmed, ways past us (addresses, numbers, links, handles) are hidden from
//! the other side; what was written is kept as it was. Each side's mark says how far it has read.
//!
//! A page that is open hears of news at once: whoever writes tells Postgres in the same transaction,
//! each server listens on one connection, and its [`Pages`] read what they have not shown yet. Nothing
//! is sent by that way but "look again", so nothing can be lost on it. Where nobody looks, a job
//! tells the other side by mail, once for a burst.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::remove_all;
pub use actions::{Pages, mail_due, sweep};
