mod job;
mod ladder;
mod own;
mod pack;
mod quote;
mod rates;
mod share;
mod terms;

pub(crate) use job::lasting;
pub use job::{Agreed, Carried, Item, Job, Line, Quote, Role, Work};
pub use ladder::{Canceller, Ladder, Owed, Preset, Rung, Step};
pub use own::OWN_PORTERAGE;
pub(super) use own::{OwnTerms, Player};
pub(super) use pack::{Draft, Pack, Standing, Version, in_force};
pub use rates::{Contractor, Doubling, Health, Porterage, Rates, Rests, Session, Songs, StepFee};
pub use share::{NotShare, Share};
pub use terms::{Refusal, Terms};
