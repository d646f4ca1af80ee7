//! Searches that are kept, and mail when somebody new fits.
//!
//! A *watch* is a search somebody keeps, with everybody it is known to have found. A job looks each
//! of them through again and again; who fits and is not known is news, told in one mail a day at
//! most. Each mail carries a link that stops those of its watch: for a mail program at one press
//! (RFC 8058), for a person on a page with a button. A search for a time that has passed is over.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::look_through;
pub(crate) use store::prune;
