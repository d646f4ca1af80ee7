//! The real program, started, asked, stopped and killed.
#![allow(unreachable_pub, reason = "a test binary has no outside")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../site/support/calls.rs"]
mod calls;
mod kills;
mod mails;
mod pools;
mod sockets;
mod starts;
mod stops;
mod support;
mod threads;
mod uploads;
