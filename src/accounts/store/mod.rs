mod people;
mod sign_ins;

pub(crate) use people::set_plays;
pub(super) use people::{
    Known, count_try, find_by_email, find_password, insert, insert_link, lock, set_admin,
    set_email, set_password, set_settings, set_verified, take_link,
};
pub(crate) use sign_ins::prune;
pub(super) use sign_ins::{
    end_sign_in, end_sign_ins, find_signed_in, insert_sign_in, list_sign_ins, touch_sign_in,
};
