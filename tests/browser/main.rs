//! Journeys through the real program in a real browser.
#![allow(unreachable_pub, reason = "a test binary has no outside")]

mod support;
