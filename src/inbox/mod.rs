//! What somebody was told, in the app: the lines that [`crate::outbox`] wrote for them; and how they
//! want to be told, here and by mail.
//!
//! A line leads to what it is about, and is read once it was opened. What each topic's mails do is
//! chosen on a page, or stopped by a link in the mail itself, which needs no sign-in.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::read_of;
