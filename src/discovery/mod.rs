//! Finding and reading about players: search, the profile page, the first page.
//!
//! A search ranks by what players have demonstrably done: who plays the very instrument before who
//! plays its kin, then by points, made of confirmed credits that match before anything else. Postgres
//! walks the listings in that order and answers; an [`Index`](model::Index) of all of them in memory
//! counts who would fit otherwise, and so tells which way to walk is short.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{RatesError, set_exchange_rates};
pub use model::NoRates;
pub(crate) use store::track_record;
pub(crate) use web::statements;
pub use web::warm;
pub(crate) use web::{Sought, seek};
