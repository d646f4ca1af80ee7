//! How fast searching and reading are: one Postgres, one server, everything measured in turns of a
//! few seconds, so that whatever else the machine does falls on all alike. Trust the ratios.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

mod kinds;
mod load;
mod pgbench;
mod report;
mod servers;

use std::time::{Duration, Instant};

use clap::Parser;
use first_call::postgres::{Cluster, Options};

use kinds::{Kind, kinds, sign_in};
use load::Turn;
use pgbench::PgBench;
use servers::{Server, fill};

#[derive(Parser)]
#[command(about = "Measures searching and reading beside pgbench and a page that does nothing")]
struct Choice {
    /// How many musicians there are
    #[arg(long, default_value_t = 100_000)]
    musicians: i64,
    /// How many ask at once
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// The median of so many rounds is told
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How long a turn is, in seconds
    #[arg(long, default_value_t = 2.0)]
    turn: f64,
    /// Only kinds with this in their name
    #[arg(long, default_value = "")]
    only: String,
    /// Only what is answered in the first seconds after a start
    #[arg(long)]
    first_seconds: bool,
    /// Hand the world's server over to you until Enter is pressed, instead of measuring
    #[arg(long)]
    hold: bool,
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
    let kinds = kinds(&url, &choice.only);
    if choice.hold {
        let server = Server::start(&url, &folder);
        println!("{url}\nhttp://{}\n{}", server.address, sign_in(&url));
        std::io::stdin().read_line(&mut String::new()).unwrap();
        return;
    }
    println!("{}", report::machine(choice.musicians, choice.clients));
    if !choice.first_seconds {
        measure(&choice, &kinds, &url, &folder);
    }
    start_afresh(&choice, &kinds, &url, &folder);
}

/// Everything in turns, in so many rounds.
fn measure(choice: &Choice, kinds: &[Kind], url: &str, folder: &std::path::Path) {
    let server = Server::start(url, folder);
    let address = server.address;
    let turn = Duration::from_secs_f64(choice.turn);
    let pgbench = PgBench::find(url, folder);
    let reader = sign_in(url);
    let kinds: Vec<Kind> = kinds.iter().map(|kind| kind.clone().deepened(address)).collect();
    let mut scripts =
        pgbench.iter().flat_map(|it| it.scripts(kinds.iter().filter(|kind| kind.is_search())));
    let scripts: Vec<_> = kinds
        .iter()
        .map(|kind| (kind, kind.is_search().then(|| scripts.next()).flatten()))
        .collect();
    let mut rows: Vec<report::Row> = Vec::new();
    for round in 0..choice.rounds {
        for (at, (kind, scripts)) in scripts.iter().enumerate() {
            eprintln!("round {} of {}: {}", round + 1, choice.rounds, kind.name);
            let run = |paths: &[String]| load::run(address, paths, choice.clients, turn, "");
            // Half a second to get warm after what came before.
            load::run(address, &kind.pages, choice.clients, turn / 4, "");
            if !kind.is_search() {
                // Pages of players and recordings are kept: measured is whoever comes second.
                kind.pages.iter().for_each(|path| drop(load::get(address, path)));
            }
            if round == 0 {
                rows.push(report::Row::new(kind.name));
            }
            let row = &mut rows[at];
            row.pages.push(run(&kind.pages));
            row.made.push(load::run(address, &kind.pages, choice.clients, turn, &reader));
            if !kind.json.is_empty() {
                row.json.push(run(&kind.json));
            }
            if let (Some(pgbench), Some(scripts)) = (&pgbench, scripts) {
                // As many connections as our server has, and as many as there are clients.
                for clients in [8, choice.clients] {
                    row.sql.push(pgbench.run(scripts, clients, turn));
                }
            }
        }
    }
    println!("{}", report::table(&rows));
    println!("The server's memory at the end: {} MiB.\n", server.memory());
}

/// A server that was just started, asked for everything at once.
fn start_afresh(choice: &Choice, kinds: &[Kind], url: &str, folder: &std::path::Path) {
    let pages: Vec<String> =
        kinds.iter().filter(|kind| kind.is_search()).flat_map(|kind| kind.pages.clone()).collect();
    if pages.is_empty() {
        return;
    }
    let mut turns: Vec<(f64, Turn)> = Vec::new();
    for _ in 0..choice.rounds {
        let begun = Instant::now();
        let server = Server::start(url, folder);
        let ready = begun.elapsed().as_secs_f64();
        let five = Duration::from_secs(5);
        turns.push((ready, load::run(server.address, &pages, choice.clients, five, "")));
    }
    println!("{}", report::starts(&turns));
}
