mod api;
mod card;
mod forms;
mod list;
mod pages;
mod recordings;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use list::*;
pub(crate) use pages::{confirm, correct, correcting, finish, finishing, index};
pub(crate) use recordings::*;
