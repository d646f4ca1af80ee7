mod packs;
mod players;

pub(super) use packs::{find_pack, insert_version, list_packs, lock_pack, versions};
pub(super) use players::{find_own, find_player, find_public, lock_own, write_own};
