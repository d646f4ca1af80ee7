//! A Postgres of our own, started, killed and missed in earnest.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

mod folders;
mod kills;
mod programs;
mod starts;
mod support;
