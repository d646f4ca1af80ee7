//! A player's profile, as its owner and the admins handle it.
//!
//! A profile is a *draft* until its owner *submits* it; an admin *publishes* it or asks for
//! *changes*, field by field; a published one can be *hidden*. Only published ones are public.

mod actions;
mod model;
mod store;
pub(crate) mod web;

pub use actions::{Judgement, ProfileError, judge};
pub use model::{Party, Plays, Profile, Refusal, Status, Union, Verb};
pub(crate) use store::{
    Event, Remark, events, find_any, find_owned, find_published, list_by_status, list_published,
    old_slugs, remarks,
};
