//! How fast a calendar answers: one musician's open time for a year, reckoned anew, and free spans of
//! a month over HTTP, in the world that searches are measured in.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

#[path = "../search/load.rs"]
mod load;
#[path = "../search/servers.rs"]
#[allow(dead_code, reason = "how much memory a server takes is told beside searches")]
mod servers;

use std::{
    path::Path,
    time::{Duration, Instant},
};

use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser;
use first_call::{
    availability,
    postgres::{Cluster, Options},
    values::{Clock, MusicianId, Slot},
};
use sqlx::{Connection, PgConnection, query_as};

use servers::{Server, fill};

#[derive(Parser)]
#[command(about = "Measures reckoning a year of open time, and reading a month of free spans")]
struct Choice {
    /// How many musicians there are
    #[arg(long, default_value_t = 100_000)]
    musicians: i64,
    /// How many ask at once
    #[arg(long, default_value_t = 8)]
    clients: usize,
    /// How many players' years are reckoned
    #[arg(long, default_value_t = 400)]
    years: i64,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

fn main() {
    let choice = Choice::parse();
    let folder = fill(choice.musicians);
    // On this thread: the server ends with it.
    let options = Options { data_dir: folder.clone(), bin_dir: None, fast: false };
    let cluster = Cluster::start(&options, &mut |line| eprintln!("{line}")).unwrap();
    let url = cluster.url("first_call");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let players = runtime.block_on(players(&url, choice.years));
    runtime.block_on(reckon_years(&url, &players));
    read_months(&choice, &url, &folder, &players);
}

/// Some of everybody, spread over all ids: with their page's names.
async fn players(url: &str, most: i64) -> Vec<(MusicianId, String)> {
    let mut db = PgConnection::connect(url).await.unwrap();
    let spread = "select id, slug from musicians where status = 'published'
                  order by hashint8(id) limit $1";
    query_as(spread).bind(most).fetch_all(&mut db).await.unwrap()
}

/// Reads everything that decides about a year and reckons it; then the same with the write that a
/// change of hours makes, for as far as search keeps it.
async fn reckon_years(url: &str, players: &[(MusicianId, String)]) {
    let mut db = PgConnection::connect(url).await.unwrap();
    let now = Clock::System.now();
    let year = Slot::new(now, now + TimeDelta::days(365)).unwrap();
    let (mut reckoned, mut kept) = (Vec::new(), Vec::new());
    let mut spans = 0;
    for (id, _) in players {
        let begun = Instant::now();
        let calendar = availability::calendar(&mut db, *id, year, now).await.unwrap();
        spans += calendar.free_whenever(year, None).len();
        reckoned.push(begun.elapsed().as_secs_f64());
        let begun = Instant::now();
        availability::keep_open_time(&mut db, &[*id], now).await.unwrap();
        kept.push(begun.elapsed().as_secs_f64());
    }
    println!("| what | p50 ms | p95 ms | slowest ms |\n|---|--:|--:|--:|");
    told(&format!("a year of open time, {} spans on average", spans / players.len()), reckoned);
    told("a season of it, reckoned and written for search", kept);
}

fn told(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| 1e3 * times[((times.len() - 1) as f64 * part) as usize];
    println!("| {what} | {:.2} | {:.2} | {:.2} |", at(0.5), at(0.95), at(1.0));
}

/// Asks the public JSON for what may be asked of each player in a month.
fn read_months(choice: &Choice, url: &str, folder: &Path, players: &[(MusicianId, String)]) {
    let server = Server::start(url, folder);
    let today: DateTime<Utc> = Clock::System.now();
    let last = (today + TimeDelta::days(29)).format("%Y-%m-%d");
    let paths: Vec<String> = players
        .iter()
        .map(|(_, slug)| format!("/api/v1/musicians/{slug}/times?to={last}&length=180"))
        .collect();
    load::run(server.address, &paths, choice.clients, Duration::from_secs(1), "");
    let turn = load::run(server.address, &paths, choice.clients, Duration::from_secs(5), "");
    println!(
        "| free spans of 30 days over HTTP, {} clients: {:.0} a second, {} failed, {} bytes | {:.2} | {:.2} | {:.2} |",
        choice.clients,
        turn.rate,
        turn.failed,
        turn.bytes,
        turn.within(0.5),
        turn.within(0.95),
        turn.within(1.0),
    );
}
