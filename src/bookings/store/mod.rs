mod bookings;
mod calls;
mod changes;
mod files;
mod inbox;
mod locks;
mod offers;
mod response;
mod sheets;
mod unread;

pub(super) use bookings::{
    events, find_all, find_asked, find_in_the_way, find_musician, find_sent, lock, lock_overdue,
    lock_unanswered, rooms,
};
pub(crate) use bookings::{find, find_any};
pub(super) use calls::{asked, find_call, lock_call, lock_others, open_calls};
pub(crate) use changes::put_disputed;
pub(super) use changes::{insert, insert_call, put_broken, put_owed, put_terms, put_way, record};
pub(super) use files::{
    count_unsent, delete_files_of, delete_left, delete_unsent, files_of, find_file, insert_unsent,
    is_beside, list_keys, send_files, unsent,
};
pub(super) use inbox::{Asked, earned, list, look_up, planned, tally};
pub(crate) use locks::lock_with_sides;
pub(super) use offers::{insert_first_offer, insert_offer, is_offered, offers, settle_offer};
pub use response::response;
pub(super) use sheets::{sheet, sheets};
pub(super) use unread::unread;
