mod api;
mod cards;
mod find;
mod forms;
mod home;
mod profile;
mod search;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use home::home;
pub(crate) use profile::show;
pub(crate) use search::index;
