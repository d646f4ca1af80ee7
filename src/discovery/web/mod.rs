mod api;
mod asked;
mod cards;
mod days;
mod forms;
mod found;
mod home;
mod profile;
mod ranking;
mod reading;
mod record;
mod search;
mod sought;
mod warm;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use asked::statements;
pub(crate) use found::*;
pub(crate) use home::home;
pub(crate) use profile::show;
pub(crate) use ranking::ranking;
pub(crate) use search::index;
pub(crate) use sought::{Sought, seek};
pub use warm::warm;
