//! What changed of all that is public, as each server hears of it: so that what it keeps in memory
//! is never older than the last commit.
//!
//! Triggers write a row of `listing_changes` in the transaction that changes a player, their time,
//! or a recording. A [`Follower`] reads what it has not read yet, with one statement that mostly
//! finds nothing and that everybody who waits for it shares. Search follows with one, and so do the
//! public pages that are kept [ready](web::ready).

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::{Follower, Heard, forget};
pub(crate) use model::Subject;
