mod billing;
mod invoices;
mod ledger;
mod series;

pub(super) use billing::{find_billing, keep_billing};
pub(super) use invoices::{
    count, find, insert, list, list_to_make, lock, mark_cancelled, mark_paid, standing,
};
pub(super) use ledger::{entries, months, years};
pub(super) use series::{find_player, is_begun, lock_series, next_number, set_next, take_number};
