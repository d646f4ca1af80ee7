mod digest;
mod hour;
mod letter;
mod mail;
mod topic;
mod wishes;

pub(super) use digest::Digest;
pub use hour::{Hour, NotHour};
pub use letter::{Letter, Link};
pub(super) use mail::{Draft, Mail};
pub(crate) use mail::{Part, PartLine};
pub use topic::{Topic, UnknownTopic};
pub(super) use wishes::{Line, Reader, Stop};
pub use wishes::{UnknownWay, Way, Wish, Wishes};
