//! The sample world of `demo`: some sixty players with careers that ring true, two producers, an
//! admin, and bookings in every status, so that each page has something to show.
//!
//! It is the same each time: drawn from a fixed seed around the day it is made. Everybody in it is
//! invented.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{fill, record};
