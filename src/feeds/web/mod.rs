mod api;
mod forms;
mod pages;
mod reading;

// All of them: `utoipa::path` keeps a type beside each handler.
pub(crate) use api::*;
pub(crate) use pages::{list, make, revoke};
pub(crate) use reading::read;

use super::actions::FeedError;
use crate::{
    values::Secret,
    web::{Error, Site},
};

impl From<FeedError> for Error {
    fn from(error: FeedError) -> Error {
        match error {
            FeedError::NotFound => Error::NotFound,
            FeedError::Refused(refusal) => Error::Refused(refusal.to_string()),
            FeedError::Unwritten(error) => Error::Unexpected(error.into()),
            FeedError::Database(error) => error.into(),
        }
    }
}

/// Where a feed is read, whole; and the same as calendar programs open it to subscribe.
fn addresses(site: &Site, secret: &Secret) -> (String, String) {
    let url = format!("{}/feeds/{}.ics", site.public_url, secret.reveal());
    let webcal = url.split_once("://").map_or(&*url, |(_, rest)| rest);
    let webcal = format!("webcal://{webcal}");
    (url, webcal)
}
