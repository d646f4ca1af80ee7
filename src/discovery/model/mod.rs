mod facets;
mod facts;
mod index;
mod order;
mod rates;
mod search;
mod sets;
mod standing;
mod words;

pub(super) use facets::{Asked, Count, Counts};
pub(super) use index::{Entry, Index, Rate, small};
pub(super) use order::{Cursor, Mark, PAGE, RESERVED_EACH, Sort, seat};
pub use rates::NoRates;
pub(super) use rates::{Rates, published};
pub(super) use search::{Chart, Condition, Near, Search, Time, Wanted, Way, lean, spelled};
pub(super) use standing::{Kind, Standing, Year};
pub(super) use words::{ask, words_of};
