mod api;
mod forms;
mod pages;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::{add_day, remove_day, set_hours, show};
