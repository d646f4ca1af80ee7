use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::TimeDelta;

use super::{
    super::{
        actions::{self, Finder},
        model::{Cursor, Search, Sort},
        store::{self, CreditRow},
    },
    cards,
    forms::SearchForm,
    search::{self, Hit, Showing},
};
use crate::{
    accounts::Actor,
    catalog,
    values::{Currency, Zone},
    web::{App, Card, Db, Error, Frame, Now, Page, filters},
};

/// How many players the first page shows who are free soon.
const SHOWN: usize = 5;

#[derive(Template)]
#[template(path = "discovery/home.html")]
struct HomePage {
    frame: Frame,
    card: Card,
    form: SearchForm,
    soon: Vec<Hit>,
    credits: Vec<CreditRow>,
    players: i64,
    recordings: i64,
    confirmed: i64,
}

pub(crate) async fn home(
    State(app): State<App>,
    Now(now): Now,
    frame: Frame,
    actor: Option<Actor>,
    mut db: Db,
) -> Result<Response, Error> {
    let catalog = catalog::kept(&app, &mut db).await?;
    let zone = frame.zone().unwrap_or(Zone::UTC);
    let form = SearchForm {
        date: (zone.date(now) + TimeDelta::days(1)).to_string(),
        from: "10:00".into(),
        to: "13:00".into(),
        zone: zone.name().into(),
        ..SearchForm::default()
    };
    let search = Search { sort: Sort::Soonest, ..Search::default() };
    let finder = app.kept.get_or(Finder::default);
    let cursor = Cursor::first(Sort::Soonest, now);
    let found =
        actions::find(&mut db, (&finder, &catalog), &search, cursor, Currency::usual(), now)
            .await?;
    let blank = SearchForm::default();
    let showing = Showing { search: &search, form: &blank, catalog: &catalog };
    let hits = found.hits.into_iter().zip(found.times);
    let soon = hits.filter(|(_, free)| free.next.is_some()).take(SHOWN);
    let mut soon: Vec<Hit> = soon.map(|(hit, free)| Hit::of(hit, free, &showing)).collect();
    search::mark_kept(&mut db, actor.as_ref(), &mut soon).await?;
    let (players, recordings, confirmed) = store::counts(&mut db).await?;
    let page = HomePage {
        card: cards::of_home(&frame),
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
