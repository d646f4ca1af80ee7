mod once;
mod reference;

pub(super) use once::{ANSWERS_KEPT, Answer, BadKey, Key, Known, RequestHash};
pub(super) use reference::Reference;
