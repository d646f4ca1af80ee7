use chrono::TimeDelta;

use super::super::{
    actions::{self, Finder},
    model::{Search, Time, Wanted},
};
use crate::{
    availability::SESSION,
    catalog,
    values::{Slot, Zone},
    web::App,
};

/// Gets a server ready for its first search: all listings are read, and each connection has asked
/// what is asked most, so that nobody waits for that.
///
/// # Errors
///
/// When the database cannot be asked.
pub async fn warm(app: &App) -> anyhow::Result<()> {
    let now = app.clock.now();
    let mut connections = Vec::new();
    for _ in 0..app.reads.options().get_max_connections() {
        connections.push(app.reads.acquire().await?);
    }
    let Some(first) = connections.first_mut() else { return Ok(()) };
    let catalog = catalog::kept(app, first).await?;
    let finder = app.kept.get_or(Finder::default);
    finder.catch_up(first).await?;
    let window = Slot::new(now, now + TimeDelta::days(7)).expect("a week goes forwards");
    let of_everything = Search::default();
    let usual = Search {
        instruments: catalog.instruments.first().map(Wanted::instrument).into_iter().collect(),
        genre: catalog.genres.first().map(Wanted::genre),
        time: Some(Time::Within { window, length: SESSION, zone: Zone::UTC }),
        ..Search::default()
    };
    for db in &mut connections {
        for search in [&of_everything, &usual] {
            actions::first_few(db, &finder, search, now).await?;
        }
    }
    Ok(())
}
