mod entry;
mod ics;

pub(crate) use entry::{Entry, Standing, When};
pub(crate) use ics::{FILE_TYPE, Title, write};
