//! Finding players: an index of all listings kept in memory, followed as they change, and the
//! statement that reads the page itself.

mod finder;
mod finding;
mod fitting;
mod preparing;
mod rates;

pub(crate) use finder::Finder;
pub(super) use finding::{Found, Free, find, first_few, looser, statement};
pub(super) use fitting::fitting;
pub use rates::{RatesError, set_exchange_rates};

use super::{model, store};
