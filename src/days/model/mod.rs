mod clock;
mod letters;
mod no_show;

pub(super) use clock::{Clock, Stage};
pub(super) use letters::{
    letter_of_claim, letter_of_contest, letter_of_ruling, letter_of_settlement,
    letter_of_taking_back,
};
pub(super) use no_show::{
    ANSWERED_WITHIN, Draft, Evidence, NoShow, Outcome, Refusal, Standing, Statement, Verb, Who,
    claim, claimed_from,
};
