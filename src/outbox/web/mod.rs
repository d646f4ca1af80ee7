mod inbox;
mod written;

pub(crate) use inbox::*;
pub(crate) use written::{written_mail, written_mails};
