//! What the rest of the web is told of us: a picture for each public page, the sitemap, and what
//! robots may read.
//!
//! A picture is drawn here, from our own fonts, when somebody first asks for it, and kept for as
//! long as what it shows stays the same. Only what everybody may see is ever in one.

mod model;
mod store;
pub(crate) mod web;
