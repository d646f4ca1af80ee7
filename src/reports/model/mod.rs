mod letters;
mod marks;
mod papers;
mod report;

pub(super) use letters::{letter_of_change, letter_of_seal, letter_of_signature};
pub(super) use marks::Mark;
pub(crate) use marks::Marks;
pub(super) use papers::{Fault, Papers, Refusal, Seal, Signature, Signed, Version, Written};
pub(crate) use report::Report;
pub(super) use report::{hash_of, stamp};
