//! Asking for a player's time, and what becomes of it.
//!
//! A *call* is what a producer puts together: a session in a room, or remote work by a due date. A
//! *booking* is the engagement of one player for it. It is *requested*; the player *confirms* or
//! *declines* it, the producer may *withdraw* it, and unanswered it *lapses*; a confirmed one is
//! *cancelled* by either with a reason, or because one did not come, or *done*. [`Booking::step`] is that story as one table,
//! and every button, API answer and refusal comes from it.
//!
//! Whoever is to answer may put other terms to the other side instead: an [`Offer`]. Of a request it
//! is a counter-offer, and whose turn it is changes; of a confirmed booking it is a proposal to move
//! it or to change its fee, and all stays as agreed, the time held, until it is accepted.
//!
//! A bare request takes nobody's time. Confirming does, with what the player keeps clear around
//! each session: the musician is locked, the calendar asked, and a constraint in Postgres stands
//! behind both, so two confirmed sessions of a player never overlap.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{BookingError, Offered, Sent, lapse_due, offer, request, sweep, take_step};
pub(crate) use actions::{call_off, entries_of, remove_files, send_made};
pub use model::{
    Ask, Asks, Became, Booking, CallFile, Channels, Charts, Event, Kind, Music, Offer, OfferTerms,
    Part, Party, Reading, Refusal, RemoteBrief, Response, Sound, Status, Step, Verb, When, Word,
};
pub use store::response;
pub(crate) use store::{find, find_any, lock_with_sides, put_disputed};
