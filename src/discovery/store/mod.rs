mod changes;
mod hits;
mod pages;
mod walk;

pub(super) use changes::{Changes, changes, horizon, listing_page, listings, rates};
pub(super) use hits::{Statement, hits};
pub(crate) use pages::track_record;
pub(super) use pages::{CreditRow, Weights, YearRow, counts, newest_credits, weights};
pub(super) use walk::{Asking, Plan};
