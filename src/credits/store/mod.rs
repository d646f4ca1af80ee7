mod credits;
mod recordings;

pub(crate) use credits::list_of_recording;
pub(super) use credits::{
    Draft, find, find_of_booking, insert, list_confirmed, list_open, lock, record,
};
pub(super) use recordings::{
    Listed, find_recording, insert_recording, list_recordings, list_recordings_with,
    remove_if_bare, set_isrc,
};
