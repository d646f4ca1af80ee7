//! From a router to something that serves: connections with their limits, pools of database
//! connections, the worker that does jobs, health, metrics and logs, and an orderly end.
//!
//! | file | what it knows |
//! |---|---|
//! | `logs` | what is written to stderr, and how |
//! | `database` | the database made and brought up to date, and the pools to it |
//! | `listener` | sockets: who may come in, how long they may take, how they are sent home |
//! | `jobs` | what is done after or apart from requests, by any one of the servers |
//! | `web` | whether this process lives, and whether it should be sent requests |
//! | `metrics` | what Prometheus is told |
//! | `site` | all of them together, from start to stop |

mod database;
mod jobs;
mod listener;
mod logs;
mod metrics;
mod site;
pub(crate) mod web;

pub use database::{Pools, create_if_missing, pools, prepare};
pub use listener::{TakenAddress, listen};
pub use logs::log_to_stderr;
pub use site::{Serving, serve};
