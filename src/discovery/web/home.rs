use std::sync::{Mutex, PoisonError};

use askama::Template;
use axum::{
    extract::State,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};

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
    let found = actions::find(
        &mut db,
        (&finder, &catalog),
        &search,
        cursor,
        (Currency::usual(), Zone::UTC),
        now,
    )
    .await?;
    let blank = SearchForm::default();
    let showing = Showing { search: &search, form: &blank, catalog: &catalog };
    let hits = found.hits.into_iter().zip(found.times);
    let soon = hits.filter(|(_, free)| free.next.is_some()).take(SHOWN);
    let mut soon: Vec<Hit> = soon.map(|(hit, free)| Hit::of(hit, free, &showing)).collect();
    search::mark_kept(&mut db, actor.as_ref(), &mut soon).await?;
    let (players, recordings, confirmed) = count(&app, &mut db, now).await?;
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

/// How many players, recordings and confirmed credits there were, and when that was.
#[derive(Default)]
struct Tally(Mutex<Option<(DateTime<Utc>, Counted)>>);

type Counted = (i64, i64, i64);

/// Counting takes reading all of it, so it is done no more often than this.
const COUNTED_FOR: TimeDelta = TimeDelta::minutes(10);

async fn count(app: &App, db: &mut Db, now: DateTime<Utc>) -> Result<Counted, Error> {
    let tally = app.kept.get_or(Tally::default);
    {
        let mut last = tally.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, counts)) = &mut *last {
            if now - *at < COUNTED_FOR {
                return Ok(*counts);
            }
            // Whoever comes meanwhile is content with what was.
            *at = now;
        }
    }
    let counts = store::counts(db).await?;
    *tally.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((now, counts));
    Ok(counts)
}
