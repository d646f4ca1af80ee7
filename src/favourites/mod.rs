//! A producer's own "first call" list: whom, with what note, in what order.
//!
//! Nobody but its owner ever sees it. Whoever is taken off can be put back for a day. A player who
//! is hidden or gone keeps their line and the note, and nothing of theirs is shown.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use store::{kept_among, prune};
