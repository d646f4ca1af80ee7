//! What only the JSON face has: its description as OpenAPI, and a page to read it by.

mod model;
pub(crate) mod web;
