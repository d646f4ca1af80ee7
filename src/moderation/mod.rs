//! What admins do: read the profiles that were sent in, publish them or say what to change, take
//! one out of the public. Each deed is in the audit, and in the profile's own history.

pub(crate) mod web;
