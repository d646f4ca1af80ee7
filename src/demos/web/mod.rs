mod api;
mod audio;
mod forms;
mod pages;
mod upload;

pub(crate) use api::*;
pub(crate) use audio::audio;
pub(crate) use pages::{change, changing, create, index, take_step};
