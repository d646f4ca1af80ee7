//! The picture of a player: taken in, made ours, shown.
//!
//! What somebody sends is only ever looked at: it is decoded within limits, turned the right way
//! up, cut square, and written anew as JPEGs of our own, so that nothing else that was in the file
//! is ever served: no place, no camera, no second file inside. A portrait is shown to whom its
//! profile is shown, under an address with its hash in it; until there is one, a monogram stands
//! for it.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::{remove_all, sweep};
pub(crate) use store::find_file;
