//! The program as a person meets it: the real binary on a data folder of its own, in a real
//! Chromium. What is missing on the machine fails the test.

mod browser;
mod site;

pub use browser::{Browser, Screen};
pub use site::Site;
