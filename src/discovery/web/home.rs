use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;

use super::{
    super::{
        model::{Found, Rank, Search},
        store::{self, CreditRow},
    },
    cards, find,
    forms::SearchForm,
    search::{Hit, genres},
};
use crate::{
    catalog,
    values::Zone,
    web::{Card, Db, Error, Frame, Now, Page, filters, zones},
};

/// How many players the first page shows who are free soon.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "discovery/home.html")]
struct HomePage {
    frame: Frame,
    card: Card,
    form: SearchForm,
    instruments: Vec<String>,
    genres: Vec<(String, String)>,
    zones: Vec<(String, String)>,
    soon: Vec<Hit>,
    credits: Vec<CreditRow>,
    players: i64,
    recordings: i64,
    confirmed: i64,
}

pub(crate) async fn home(Now(now): Now, frame: Frame, mut db: Db) -> Result<Response, Error> {
    let catalog = catalog::load(&mut db).await?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    let form = SearchForm {
        date: (zone.date(now) + TimeDelta::days(1)).to_string(),
        from: "10:00".into(),
        to: "13:00".into(),
        zone: zone.name().into(),
        ..SearchForm::default()
    };
    let hits = find::find(&mut db, &Search::default(), Rank::first(), now).await?;
    let blank = SearchForm::default();
    let each = |found: Found| {
        let calendar = hits.calendars.get(&found.profile.id);
        Hit::of(found, calendar, &Search::default(), &blank, now)
    };
    let mut soon: Vec<Hit> = hits.found.into_iter().map(each).collect();
    soon.retain(|hit| hit.next_free.is_some());
    soon.sort_by_key(|hit| hit.next_free.map(|(slot, _)| slot.starts_at()));
    soon.truncate(SHOWN);
    let (players, recordings, confirmed) = store::counts(&mut db).await?;
    let page = HomePage {
        card: cards::of_home(&frame),
        instruments: catalog.instruments.iter().map(|one| one.name.clone()).collect(),
        genres: genres(&catalog, &form),
        zones: zones(),
        soon,
        credits: store::newest_credits(&mut db, None, 6).await?,
        players,
        recordings,
        confirmed,
        frame,
        form,
    };
    Ok(Page::ok(page).into_response())
}
