use askama::Template;
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};

use super::super::{model::Demo, store};
use crate::{
    musicians::{self, Profile},
    web::{Card, Db, Error, Frame, Moved, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "demos/shown.html")]
struct ShownPage {
    frame: Frame,
    card: Card,
    profile: Profile,
    demos: Vec<Demo>,
}

/// All demos of a player, of whom the profile has the first.
pub(crate) async fn shown(
    frame: Frame,
    mut db: Db,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
) -> Result<Response, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    if profile.slug != slug {
        return Ok(Moved::from(&uri, &profile.slug).into_response());
    }
    let title = format!("Demos of {}", profile.name);
    let said = format!("Hear {}, {}.", profile.name, profile.place);
    let page = ShownPage {
        card: Card::new(&frame, &format!("/musicians/{}/demos", profile.slug), title, &said),
        frame: frame.at(Section::Musicians),
        demos: store::list(&mut db, profile.id).await?,
        profile,
    };
    Ok(Page::ok(page).into_response())
}
