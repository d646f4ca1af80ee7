//! What a player lets producers book at once, without being asked first.
//!
//! A player who switches it on says of which work, on which days and between which hours, how long
//! ahead, and for how much at least. What a fee has to be is beside that what their terms come to: who
//! pays less sends a request. [`Rules::take`] decides, and the booking is made as any other is: the
//! calendar is asked, its rules hold, and nothing is confirmed over anything.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use model::NotAtOnce;
pub(crate) use model::{Rules, Wanted};
pub(crate) use store::find;
