//! The day itself: the sheet that both sides of a booking open on it, and what becomes of a booking to
//! which one of them does not come.
//!
//! The *sheet* says when and where by both clocks, what is played, how to reach each other, who is
//! running late, and how the [`Clock`](model::Clock) stands: how long is left, from when on overtime
//! counts, and at what price. Start and end are marks of the report.
//!
//! From half an hour after the start, if nobody has marked it, either side may say that the other did
//! not come: a [`NoShow`](model::NoShow), with words and files that show it. The booking is *disputed*
//! then, and nothing else becomes of it. The other side has 72 hours to agree, or to give another
//! account with files of their own. Agreed on or not answered, the booking is cancelled as if by the one
//! who did not come; contested, an admin decides. Whoever said it may take it back until then.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::{add_contested_made, remove_all};
pub use actions::{settle_due, sweep};
