//! What others must hear of: mail and inbox lines, written in the transaction of what they tell.
//!
//! A mail is a row and a job in Postgres (graphile_worker); a worker sends it after the commit,
//! retries with back-off, and keeps its Message-ID however often it tries.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::PostOffice;
pub(crate) use actions::{prune, send};
pub use model::{Letter, Link};
pub use store::prepare;
pub(crate) use store::{SEND_MAIL, post, tell, waiting};
