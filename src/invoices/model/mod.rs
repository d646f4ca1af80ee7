mod billing;
mod invoice;
mod ledger;
mod letters;
mod list;
mod paper;

pub(crate) use billing::Billing;
pub(super) use billing::TaxRate;
pub(super) use invoice::{Invoice, Issued, Refusal, State, lines_owed};
pub(super) use ledger::{Entry, Month, Span, read_month, totals};
pub(super) use letters::{letter_of_credit, letter_of_invoice};
pub(super) use list::{Counts, Filter, PAGE, Player, Show, ToMake};
pub(super) use paper::{Owing, Paper, PaperLine, Wording};
