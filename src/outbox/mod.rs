//! What others must hear of: mail and inbox lines, written in the transaction of what they tell.
//!
//! Every [`Letter`] is about a [`Topic`], and its reader chose for each how they are told: by mail at
//! once, in one mail a day, or not by mail; in the app, or not. What may wait is kept as a line until
//! the reader's own hour; what would run out before it goes at once. Each mail that may be stopped
//! has a link that stops its like.
//!
//! A mail is a row and a job in Postgres (graphile_worker); a worker sends it after the commit,
//! retries with back-off, and keeps its Message-ID however often it tries.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{PostOffice, send_digests};
pub(crate) use actions::{
    Stopped, find_stopped, move_digest, post, prune, restart, send, set_wishes, stop, tell,
};
pub use model::{Hour, Letter, Link, NotHour, Topic, UnknownTopic, UnknownWay, Way, Wish, Wishes};
pub use store::prepare;
pub(crate) use store::{SEND_MAIL, find_wishes, waiting};
