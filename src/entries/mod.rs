//! Lines in the calendars of other programs, as RFC 5545 writes them.
//!
//! An *entry* is what such a calendar shows of something of ours. It bears one name for life and a
//! number that rises with each change, so that whoever reads it again knows it again. It is written
//! as a file of its own or as one of many in a feed, and the same thing always in the same bytes.

mod model;

pub(crate) use model::{Entry, FILE_TYPE, Standing, Title, When, write};
