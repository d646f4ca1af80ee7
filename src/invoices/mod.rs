//! What is owed for bookings: invoices and credit notes, earnings and spending by month.
//!
//! A player makes out one *invoice* for a booking that is done, by the lines of its sealed report, or
//! that was cancelled with something owed. It is a [`Paper`](model::Paper): all it says is fixed when
//! it is issued, with what either side said of themselves for such papers, their
//! [`Billing`](model::Billing) details. Nobody edits it or takes it away. It is *paid* once the player
//! says so, and *cancelled* by a credit note, after which the booking may have another. Both take the
//! next number of the player's series, which has no gaps: the number is counted in the transaction that
//! writes the paper, under the lock of the series.
//!
//! The *ledger* adds up what bookings come to, by month of the reader's own clock and by currency.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::add_made;
pub(crate) use model::Billing;
