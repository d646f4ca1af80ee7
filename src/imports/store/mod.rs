mod due;
mod imports;

pub(crate) use due::is_stale;
pub(super) use due::{Due, find_body, set_failed, set_known, set_read, take, take_due, take_stale};
pub(crate) use imports::prune;
pub(super) use imports::{
    Copy, New, find, find_player, forget_removed, insert, list, list_removed, lock, lock_player,
    put_back, remove, replace_busy, set_name,
};
