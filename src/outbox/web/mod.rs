mod inbox;
mod written;

pub(crate) use inbox::{inbox, notices_json, open, read_all, read_all_json};
pub(crate) use written::{written_mail, written_mails};
