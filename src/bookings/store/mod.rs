mod bookings;
mod changes;
mod response;
mod sheets;
mod unread;

pub(super) use bookings::{
    count, events, find_musician, find_sent, list, lock, lock_overdue, rooms,
};
pub(crate) use bookings::{find, find_any};
pub(super) use changes::{insert, insert_call, put_way, record};
pub use response::response;
pub(super) use sheets::{sheet, sheets};
pub(super) use unread::unread;
