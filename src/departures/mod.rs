//! Leaving: an account deleted, and what others keep of it.
//!
//! Who leaves takes with them whatever says who they are. Bookings stay for the other side, with a
//! *deleted account* where the name was; credits stay with the name they were given under, because
//! the record says it; what they said of others in reviews stays without a name, and what others said
//! of them goes. Nobody leaves while somebody counts on them: what is confirmed ahead and
//! what waits for an answer is settled first, and by them.

mod actions;
mod model;
mod store;
pub(crate) mod web;
