mod docs;
mod once;

pub(crate) use docs::{docs, openapi_json};
pub(crate) use once::once;
