//! Bytes in an object store: a folder by default, S3 where it is configured.
//!
//! A file is written once, under a random key in a folder of its room (`demos/3f…`), and never
//! changed: a new version is a new file. What it is called, what type it has and whose it is stands
//! in the room's own table; a file no row names is swept away ([`Files::sweep`]) a day later.
//!
//! In a handler: `files::of(&app)` is the store; [`Files::put`] or [`Files::begin`] writes,
//! [`Files::remove`] deletes (after the commit), `files::serve` answers with one.

mod model;
mod store;
pub(crate) mod web;

pub use model::FileKey;
pub(crate) use model::{ACCEPT, Audio, Kind, MOST_BYTES, Taken, Unusable, size};
pub(crate) use store::FileReader;
pub use store::{Files, FilesError, Stored, Upload};
pub(crate) use web::{Received, Served, Stopped, enter, of, receive, serve, unreadable};
