//! What was done, by whom; append-only, in the transaction of the deed.

mod store;

pub(crate) use store::{Deed, note};
