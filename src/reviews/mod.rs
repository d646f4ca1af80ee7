//! What the two sides of a finished booking say of each other, blind until both have spoken.
//!
//! Once a booking is done, either side may write one review of the other within
//! [`WRITTEN_WITHIN`](model::WRITTEN_WITHIN). Nobody reads it until both have written, which
//! publishes both, or until [`BLIND_FOR`](model::BLIND_FOR) has gone since the first did, which
//! publishes what there is. It can be changed until then, and never after. What a producer says of
//! a player is public and counts in search; what a player says of a producer is read by the two
//! sides. An admin may take a published one down, for a reason.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::publish_due;
pub(crate) use model::{Review, Summary};
pub(crate) use store::{shown, summary};
