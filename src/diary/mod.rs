//! A player's days on paper: the week, the month, the sheet for today.
//!
//! What [`Calendar`](crate::availability::Calendar) decides by is shown here with what it stands
//! for: sessions and requests by their names, what another calendar has, why a day is open or
//! closed. Only its owner reads it. Whoever asks "why am I not free here?" is answered by the very
//! function that refuses requests.

mod model;
mod store;
pub(crate) mod web;
