use askama::Template;
use axum::response::{IntoResponse, Response};

use super::super::store::{self, Weights};
use crate::web::{Db, Error, Frame, Page, Section};

/// How the best match is ordered, in words, from the very numbers the database orders by.
#[derive(Template)]
#[template(path = "discovery/ranking.html")]
struct RankingPage {
    frame: Frame,
    weights: Weights,
    /// Credits, and the points they bring.
    examples: Vec<(i64, i64)>,
}

pub(crate) async fn ranking(frame: Frame, mut db: Db) -> Result<Response, Error> {
    let weights = store::weights(&mut db).await?;
    let points = |credits: i64| {
        let doublings = (1.0 + credits as f64).log2();
        (credits, (f64::from(weights.a_doubling_of_credits) * doublings).round() as i64)
    };
    let page = RankingPage {
        examples: [0, 1, 3, 7, 23, 63].map(points).into(),
        frame: frame.at(Section::Musicians),
        weights,
    };
    Ok(Page::ok(page).into_response())
}
