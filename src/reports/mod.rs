//! What was played, and what it comes to: the report of a session, signed by both sides and sealed.
//!
//! From an hour before a session either side marks when it *started* and *ended*, and writes down
//! rests and instruments beside the first. Every change is a [version](model::Version) of its own.
//! The [`Report`](model::Report) is made of the booking and its latest version: what runs past the
//! booked end is overtime, counted by the terms that were pinned to the booking; what those say
//! nothing of is agreed on. Once the session is over each side signs the report's text by its hash,
//! so that whatever changes in it takes a signature back. When both have signed the same text it is
//! *sealed*: text and SHA-256 are kept, and Postgres lets nobody change them.
//!
//! From two hours before until the start is marked either side says that it is *late*, and by how much;
//! where the session did begin late, that is a fact of the report.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::{ReportError, add_late_made, add_made, say_late};
pub(crate) use model::{
    Delay, DelayDraft, LEAST_LATE, MOST_LATE, Mark, Marks, Papers, Report, ReportItem, Told,
    Written,
};
pub(crate) use store::{find, sealed};
