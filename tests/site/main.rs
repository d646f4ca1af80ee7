//! The site from outside: over HTTP, on a database of its own, with a clock the test holds.
//! One test binary, so it links once.
#![allow(unreachable_pub, reason = "a test binary has no outside")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod accounts;
mod addresses;
mod algebra;
mod api;
mod bench;
mod booking_lists;
mod bookings;
mod calendar;
mod calling;
#[path = "support/calls.rs"]
mod calls;
mod catalog;
mod credits;
mod days;
mod demos;
mod departures;
mod discovery;
mod explain;
mod favourites;
mod feeds;
mod filters;
mod foundation;
mod guessing;
mod histories;
mod imports;
mod inbox;
mod invoices;
mod notifications;
mod offers;
mod open_times;
mod packs;
mod permissions;
mod places;
mod portraits;
mod profiles;
mod races;
mod ranking;
mod rates;
mod ready;
mod relevance;
mod repeats;
mod reports;
mod reviews;
mod sample;
mod seo;
mod support;
mod threads;
mod watches;
mod weight;
