mod api;
mod door;
mod forms;
mod own;
mod pages;
mod proof;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use door::{Admin, Verified, recognise};
pub(crate) use own::*;
pub(crate) use pages::*;
pub(crate) use proof::prove;
