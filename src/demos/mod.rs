//! Audio on a profile: taken in, checked by decoding it to its end, and heard.
//!
//! A file streams into the store piece by piece; then it is decoded whole, which tells whether it
//! is what it says, how long, how loud and of what shape. What some browser would not play gets a
//! rendition as WAV beside it. Only then is there a row: a file that is refused, or only half sent,
//! leaves nothing behind, and what a crash leaves the nightly sweep takes.
//!
//! A demo is heard by whoever may see the profile it is on.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::{Made, add_made, remove_all};
pub use actions::{Studio, sweep};
pub(crate) use model::Demo;
pub(crate) use store::list as shown;
