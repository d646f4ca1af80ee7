//! What is sent twice is done once.
//!
//! A change that carries a key is answered once: the answer is written down in the transaction of the
//! change, and the same request with the same key gets it again. Programs make up a key and send it as
//! `Idempotency-Key`. A form has one in its address, made with the page it stands on, so a second click
//! and a browser that sends again get what the first got.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::prune;
