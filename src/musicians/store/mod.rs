mod addresses;
mod read;
mod write;

pub(crate) use addresses::old_slugs;
pub(super) use addresses::{forget_old_slugs, lock_slugs, set_slug, slug_taken};
pub(super) use read::{extras, lock};
pub(crate) use read::{find_any, find_owned, find_published, list_by_status, list_published};
pub(crate) use write::{Event, Remark, events, remarks};
pub(super) use write::{insert, record, replace_parts, set_remarks, update};
