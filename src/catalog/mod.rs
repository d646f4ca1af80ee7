//! What players play, in what manner, and where: instruments in families, genres in a tree, each with the
//! words people use for it.
//!
//! The whole catalog is some hundreds of rows, so a request that needs it reads all of it and asks
//! the [`Catalog`], which knows aliases, kin and descendants. Places are cities of GeoNames, asked for
//! by name as people write it.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::bring_places;
pub(crate) use model::places::{Place, great_circle_km, in_public};
pub use model::{Catalog, Family, Genre, Instrument};
pub(crate) use model::{family_name, plain, words_of};
pub use store::load;
pub(crate) use store::meant;
pub(crate) use web::kept;
