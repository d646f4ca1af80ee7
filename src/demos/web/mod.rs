mod api;
mod audio;
mod forms;
mod pages;
mod public;
mod upload;

pub(crate) use api::*;
pub(crate) use audio::audio;
pub(crate) use pages::{change, changing, create, index, take_step};
pub(crate) use public::shown;
