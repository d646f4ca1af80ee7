//! A player's profile, as its owner and the admins handle it.
//!
//! A profile is a *draft* until its owner *submits* it; an admin *publishes* it or asks for
//! *changes*, field by field; a published one can be *hidden*. Only published ones are public.

mod model;
mod store;

pub use model::{Plays, Profile, Status};
pub(crate) use store::{find_owned, find_published, list_published};
