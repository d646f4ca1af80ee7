//! A believable world of any size, to measure in: `bench-data`.
//!
//! Everybody in it is drawn from dice of their own, thrown from a fixed seed and their number, so a
//! batch needs to know nothing of the others: memory stays the same for a million, and two batches
//! may be written at once. What players play, where they live and what they ask is skewed like life.
//! The rows go in by `copy`, past the triggers; after that open time and listings are made by the
//! same code that keeps them in everyday use.
//!
//! `bench-sql` tells what searches ask of Postgres, so that `pgbench` can ask just that. What is done
//! with both is in `benches/`.

mod actions;
mod model;
mod store;

pub use actions::{NotEmpty, fill, statements};
