mod hits;
mod listings;
mod pages;
mod probes;
mod walk;

pub(super) use hits::{Statement, hits};
pub(super) use listings::{kin, listing_page, listings, rates, set_rates, words};
pub(crate) use pages::track_record;
pub(super) use pages::{CreditRow, Weights, YearRow, counts, find_watch, newest_credits, weights};
pub(super) use walk::{Asking, Plan};
