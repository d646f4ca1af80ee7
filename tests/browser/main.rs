//! Journeys through the real program in a real browser.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod calendar;
mod calls;
mod days;
mod demos;
mod feeds;
mod journeys;
mod looks;
mod search;
mod support;
mod terms;
mod threads;
