//! What only the JSON face has: its description as OpenAPI, a page to read it by, and answers that
//! are given once.
//!
//! A change that carries an `Idempotency-Key` is answered once: the answer is written down in the
//! transaction of the change, and the same key gets it again.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::prune;
