mod digests;
mod mails;
mod wishes;

pub(super) use digests::{drop_lines, insert_line, lock_due, set_due, take_lines};
pub use mails::prepare;
pub(crate) use mails::{SEND_MAIL, waiting};
pub(super) use mails::{find_unsent, forget_mails, insert, mark_sent};
pub(crate) use wishes::find_wishes;
pub(super) use wishes::{
    find_stop, forget_stops, insert_stop, lock_wishes, note, put_mail_ways, put_wishes, set_hour,
};
