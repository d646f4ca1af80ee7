//! What somebody was told, in the app: the lines that [`crate::outbox`] wrote for them.
//!
//! A line leads to what it is about, and is read once it was opened.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::read_of;
