//! What a session costs, and what is owed when it is cancelled.
//!
//! A *pack* is the rules of an agreement; its *versions* are figures that hold from a day on. Admins
//! make new ones and never change one. The open pack has no amounts: under it a player's own terms
//! count, and what it says holds where they said nothing. [`Terms`] are a version, or a player's own
//! figures, as they stood when [`find_terms`] read them. They are kept whole with what was agreed on
//! by them, so it never costs something else later. [`Terms::quote`] counts a [`Job`] line by line,
//! [`Terms::overtime`] what it ran over, and the [`Ladder`] what is owed when somebody cancels.
//!
//! Every amount is in minor units of one currency. A line is rounded to the minor unit once, halves
//! up; nothing is rounded after.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{PackError, find_terms, list_terms};
pub(crate) use model::lasting;
pub use model::{
    Agreed, Canceller, Carried, Contractor, Doubling, Health, Item, Job, Ladder, Line, NotShare,
    OWN_PORTERAGE, Owed, Porterage, Preset, Quote, Rates, Refusal, Rests, Role, Rung, Session,
    Share, Songs, Step, StepFee, Terms, Work,
};
