mod api;
mod pages;
mod views;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::{day, month, week, why};
