//! Who is at the door: accounts, and the sign-ins that browsers and programs carry.
//!
//! A handler says who may enter by the type it asks for: [`Actor`] is anyone signed in,
//! [`Verified`] someone whose address is confirmed, [`Admin`] an admin. What an actor may do to
//! one particular thing is that thing's rule.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub(crate) use actions::Origin;
pub use actions::{AccountError, create_admin};
pub(crate) use model::safe_next;
pub use model::{Actor, DEMO_PASSWORD};
pub(crate) use store::{prune, set_plays, still_open};
pub(crate) use web::{Admin, Verified, prove, signed_out};
