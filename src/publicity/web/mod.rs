mod pictures;
mod sitemap;

pub(crate) use pictures::{icon, of_musician, of_recording};
pub(crate) use sitemap::{robots, sitemap, sitemap_part};
