//! Lists of choices that several forms have: what is sent, and how it reads.

use crate::values::{Currency, Zone};

/// `America/New_York` reads `America/New York`.
pub(crate) fn zones() -> Vec<(String, String)> {
    Zone::all().map(|zone| (zone.name().to_owned(), zone.name().replace('_', " "))).collect()
}

pub(crate) fn currencies() -> Vec<(String, String)> {
    let code = |currency: Currency| currency.code().to_owned();
    Currency::all().into_iter().map(|currency| (code(currency), code(currency))).collect()
}
