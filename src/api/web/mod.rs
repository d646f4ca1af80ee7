mod docs;

pub(crate) use docs::{docs, openapi_json};
