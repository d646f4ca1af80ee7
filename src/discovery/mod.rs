//! Finding and reading about players: search, the profile page, the first page.
//!
//! A search ranks by what players have demonstrably done: who plays the very instrument before who
//! plays its kin, then by confirmed credits that match. SQL answers who fits in that order; whether
//! somebody is free is asked of `availability`, the same code that a booking asks.

mod model;
mod store;
pub(crate) mod web;

pub(crate) use store::track_record;
