mod api;
mod forms;
mod pages;
mod stops;
mod wishes;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::*;
pub(crate) use stops::*;
pub(crate) use wishes::*;
