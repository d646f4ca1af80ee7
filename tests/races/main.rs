//! The promise that no musician is booked twice, and that what was acknowledged stays true: through
//! real processes, two servers on one database, and `kill -9`.
#![allow(unreachable_pub, reason = "a test binary has no outside")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

#[path = "../site/support/calls.rs"]
mod calls;
#[path = "../site/support/http.rs"]
mod http;
mod kills;
mod race;
mod storm;
mod world;
