mod attempts;
mod people;
mod sign_ins;

pub(super) use attempts::{count_attempts, insert_attempt, lock_attempts};
pub(crate) use people::set_plays;
pub(super) use people::{
    find, find_by_email, find_link, forget_links, insert, insert_link, lock, set_admin, set_email,
    set_password, set_settings, set_verified, take_link,
};
pub(super) use sign_ins::{
    end_sign_in, end_sign_ins, find_signed_in, insert_sign_in, list_sign_ins, touch_sign_in,
};
pub(crate) use sign_ins::{prune, still_open};
