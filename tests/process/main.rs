//! The real program, started, asked, stopped and killed.
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod kills;
mod mails;
mod pools;
mod sockets;
mod starts;
mod stops;
mod support;
