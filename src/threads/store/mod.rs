mod files;
mod messages;
mod pages;
mod readers;

pub(super) use files::{count_files, find_file, insert_files, list_keys};
pub(super) use messages::{
    count_since, delete_of, find, find_sent, insert, is_gone, list, lock_booking, since, status,
};
pub(super) use pages::{
    forget_pages, insert_page, is_looked_at, keep_pages, remove_page, tell_pages, tell_servers,
};
pub(super) use readers::{
    Due, due, list_threads, mark, mark_mailed, mark_read, note_message, postpone, standing,
};
