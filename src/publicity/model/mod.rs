mod fonts;
mod picture;
mod sitemap;

pub(super) use fonts::Fonts;
pub(super) use picture::{Bars, Sleeve};
pub(super) use sitemap::{Kind, PAGE, Part};
