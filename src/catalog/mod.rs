//! What players play and in what manner: instruments in families, genres in a tree, each with the
//! words people use for it.
//!
//! The whole catalog is some hundreds of rows, so a request that needs it reads all of it and asks
//! the [`Catalog`], which knows aliases, kin and descendants.

mod model;
mod store;
pub(crate) mod web;

pub use model::{Catalog, Family, Genre, Instrument};
pub(crate) use model::{family_name, plain};
pub(crate) use places_stub::{Place, meant};
pub use store::load;
pub(crate) use web::kept;
mod places_stub;
