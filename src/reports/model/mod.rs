mod delay;
mod letters;
mod marks;
mod papers;
mod report;

pub(super) use delay::ReportDelay;
pub(crate) use delay::{Delay, DelayDraft, DelayFault, LEAST_LATE, MOST_LATE, NotLate, Told};
pub(super) use letters::{letter_of_change, letter_of_delay, letter_of_seal, letter_of_signature};
pub(crate) use marks::{Mark, Marks};
pub(super) use papers::{Fault, Refusal, Seal, Signature, Signed, Version};
pub(crate) use papers::{Papers, Written};
pub(crate) use report::{Report, ReportItem};
pub(super) use report::{ReportLine, hash_of, stamp};
