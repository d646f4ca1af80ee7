use askama::Template;
use axum::{
    extract::OriginalUri,
    response::{IntoResponse, Response},
};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Cursor, Review, Summary},
        store,
    },
    forms::After,
};
use crate::{
    musicians::{self, Profile},
    values::MusicianId,
    web::{Card, Db, Error, Frame, Moved, Page, Path, Query, Section, filters},
};

/// How many stand on one page.
const PAGE: usize = 20;

/// A page of a player's reviews, and where the next begins.
pub(super) async fn page(
    db: &mut PgConnection,
    musician: MusicianId,
    after: Option<Cursor>,
) -> sqlx::Result<(Vec<Review>, Option<Cursor>)> {
    let mut reviews = store::page(db, musician, after, PAGE as i64 + 1).await?;
    let more = reviews.len() > PAGE;
    reviews.truncate(PAGE);
    let next = reviews.last().filter(|_| more).map(Cursor::of);
    Ok((reviews, next))
}

#[derive(Template)]
#[template(path = "reviews/index.html")]
struct IndexPage {
    frame: Frame,
    card: Card,
    profile: Profile,
    review_summary: Summary,
    reviews: Vec<Review>,
    is_first: bool,
    next: Option<Cursor>,
}

pub(crate) async fn index(
    frame: Frame,
    mut db: Db,
    OriginalUri(uri): OriginalUri,
    Path(slug): Path<String>,
    Query(after): Query<After>,
) -> Result<Response, Error> {
    let profile = musicians::find_published(&mut db, &slug).await?.ok_or(Error::NotFound)?;
    if profile.slug != slug {
        return Ok(Moved::from(&uri, &profile.slug).into_response());
    }
    let after = after.cursor()?;
    let (reviews, next) = page(&mut db, profile.id, after).await?;
    let title = format!("Reviews of {}", profile.name);
    let said = format!("What producers say of sessions with {}, {}.", profile.name, profile.place);
    let page = IndexPage {
        card: Card::new(&frame, &format!("/musicians/{}/reviews", profile.slug), title, &said),
        frame: frame.at(Section::Musicians),
        review_summary: store::summary(&mut db, profile.id).await?,
        reviews,
        is_first: after.is_none(),
        next,
        profile,
    };
    Ok(Page::ok(page).into_response())
}
