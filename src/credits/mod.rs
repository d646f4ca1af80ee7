//! Recordings and who played on them.
//!
//! Marking a booking done names the recording and drafts a *credit*: one performer, one
//! instrument, one recording, one session. The other side confirms it, or corrects it and hands it
//! back; what both agreed is *confirmed* and final, stands in public, and is what search ranks by.
//! A drafted credit is seen by its two sides alone and counts for nothing.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{CreditError, confirm, correct, finish};
pub use model::{Credit, Detail, Recording, Refusal, Side, Status, recording_address};
pub(crate) use store::list_of_recording;
