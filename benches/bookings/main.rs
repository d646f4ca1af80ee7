//! How fast bookings are confirmed, how long those wait who want one player at once, and how fast an
//! inbox of ten thousand bookings is read: over HTTP, on a Postgres as `crate::postgres` starts it.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

mod hands;
#[path = "../search/load.rs"]
mod load;
mod statements;
mod world;

use std::{
    fs,
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use clap::Parser;
use first_call::postgres::{Cluster, Options};

use hands::{Answer, Task, accept};
use world::{DATABASE, Ids, PLAYERS, World};

#[derive(Parser)]
#[command(about = "Measures confirming bookings, racing for one player, and reading inboxes")]
struct Choice {
    /// How many rounds there are; medians are told
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// How many accept at once, each the requests of other players
    #[arg(long, default_value_t = 32)]
    clients: usize,
    /// How many want the same player at once
    #[arg(long, default_value_t = 64)]
    racers: usize,
    /// How many such races a round has
    #[arg(long, default_value_t = 10)]
    races: i64,
    /// How long a turn of reading is, in seconds
    #[arg(long, default_value_t = 2.0)]
    turn: f64,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

struct Server {
    program: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path, url: &str) -> Server {
        let mut program = Command::new(env!("CARGO_BIN_EXE_first-call"));
        program.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url, "--data-dir"]);
        program.arg(folder.join("server")).stdout(Stdio::piped());
        // A line for each request, as ever, but nobody reads it.
        program.stderr(fs::File::create(folder.join("log")).unwrap());
        let mut program = program.spawn().unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let told = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("First Call serves on http://").map(str::to_owned));
        let address = told.expect("it says where it serves").parse().unwrap();
        load::get(address, "/musicians");
        Server { program, address }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

fn main() {
    let choice = Choice::parse();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-bookings");
    // On this thread: the server ends with it.
    let options = Options { data_dir: folder.clone(), bin_dir: None, fast: false };
    let cluster = Cluster::start(&options, &mut |line| eprintln!("{line}")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(&choice, &cluster, &folder));
}

async fn measure(choice: &Choice, cluster: &Cluster, folder: &Path) {
    let mut world = World::make(cluster).await;
    let url = cluster.url(DATABASE);
    let secrets = world.sign_players_in().await;
    confirm(choice, &mut world, &secrets, folder, &url).await;
    let server = Server::start(folder, &url);
    race(choice, &mut world, &secrets, server.address).await;
    read(choice, &mut world, server.address).await;
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// Milliseconds within which this part of all was answered.
fn within(answers: &[Answer], part: f64) -> f64 {
    let mut took: Vec<f64> = answers.iter().map(|one| one.took.as_secs_f64() * 1e3).collect();
    took.sort_by(f64::total_cmp);
    took[((took.len() - 1) as f64 * part).round() as usize]
}

/// Every player accepts a request, some at once; in turns with `pgbench`, which sends what one such
/// acceptance sent. The last player's is the one that is listened to, so it is nobody else's turn.
async fn confirm(choice: &Choice, world: &mut World, secrets: &[String], folder: &Path, url: &str) {
    let each = (PLAYERS as usize - 1) / choice.clients;
    let task = |batch, player: usize| -> Task {
        (Ids { batch, player: player as i64 + 1 }.booking(), secrets[player].clone())
    };
    let (mut over_http, mut by_pgbench, mut all) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..choice.rounds {
        let batch = world.ask_everybody().await;
        let server = Server::start(folder, url);
        let tasks = |hand| (0..each).map(move |n| hand + choice.clients * n);
        let hands = (0..choice.clients).map(|hand| tasks(hand).map(|at| task(batch, at)).collect());
        let (took, answers) = accept(server.address, hands.collect());
        assert!(answers.iter().all(|one| one.status == 200), "some were refused");
        over_http.push(answers.len() as f64 / took.as_secs_f64());
        all.extend(answers);
        drop(server);

        let last = PLAYERS as usize - 1;
        // One before, after which that connection knows the statements and their types.
        let known = world.ask_everybody().await;
        let batch = world.ask_everybody().await;
        statements::listen(&mut world.db, true).await;
        let server = Server::start(folder, url);
        let log = statements::log(folder);
        accept(server.address, vec![(0..last).take(16).map(|at| task(known, at)).collect()]);
        let from = statements::length(&log);
        let (_, answers) = accept(server.address, vec![vec![task(batch, last)]]);
        assert_eq!(answers[0].status, 200);
        drop(server);
        statements::listen(&mut world.db, false).await;
        let sample = Ids { batch, player: PLAYERS };
        let script = statements::script(&mut world.db, (&log, from), sample, choice.clients).await;
        by_pgbench.extend(statements::pgbench(folder, url, &script, choice.clients, each));
        let ids: Vec<i64> = (1..=PLAYERS).map(|player| Ids { batch, player }.booking()).collect();
        let confirmed = world.confirmed(&ids).await;
        let wanted = (each * choice.clients) as i64 + 1;
        assert!(by_pgbench.is_empty() || confirmed == wanted, "{confirmed} of {wanted}");
    }
    let (page, sql) = (median(over_http), median(by_pgbench));
    println!(
        "| {} clients, each other players’ requests | /s | p50 ms | p95 ms | p99 ms |",
        choice.clients
    );
    println!("|---|--:|--:|--:|--:|");
    println!(
        "| confirmed over HTTP | {page:.0} | {:.1} | {:.1} | {:.1} |",
        within(&all, 0.5),
        within(&all, 0.95),
        within(&all, 0.99)
    );
    println!("| the same statements by `pgbench` | {sql:.0} | – | – | – |");
    println!("| HTTP : `pgbench` | {:.2} | | | |\n", page / sql);
}

async fn race(choice: &Choice, world: &mut World, secrets: &[String], address: SocketAddr) {
    let mut rounds = Vec::new();
    for round in 0..choice.rounds as i64 {
        let mut all = Vec::new();
        for race in 0..choice.races {
            let racers = i32::try_from(choice.racers).unwrap();
            let bookings = world.race(round * choice.races + race, racers).await;
            let hands = bookings.iter().map(|id| vec![(*id, secrets[0].clone())]).collect();
            let (_, answers) = accept(address, hands);
            let won = answers.iter().filter(|one| one.status == 200).count();
            let told = answers.iter().filter(|one| one.status == 409).count();
            assert_eq!((won, told), (1, choice.racers - 1), "one wins and the others are told");
            assert_eq!(world.confirmed(&bookings).await, 1);
            all.extend(answers);
        }
        rounds.push(all);
    }
    let at = |part: f64| median(rounds.iter().map(|round| within(round, part)).collect());
    let slowest = rounds.iter().map(|round| within(round, 1.0)).fold(0.0, f64::max);
    println!(
        "| {} racers for one player, {} times | p50 ms | p95 ms | p99 ms | slowest of all ms |",
        choice.racers,
        choice.races * choice.rounds as i64
    );
    println!("|---|--:|--:|--:|--:|");
    println!(
        "| one confirmed each time | {:.1} | {:.1} | {:.1} | {slowest:.1} |\n",
        at(0.5),
        at(0.95),
        at(0.99)
    );
}

async fn read(choice: &Choice, world: &mut World, address: SocketAddr) {
    let people = [
        ("producer, 10 000 bookings", 5_000_000 + PLAYERS + 1),
        ("musician, 800 bookings", 4_000_000 + PLAYERS + 1),
    ];
    println!("| inbox | clients | page /s | p50 ms | p95 ms | kB | JSON /s | p50 ms | p95 ms |");
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
    for (who, account) in people {
        let secret = world.sign_in(account).await;
        let headers = format!("Authorization: Bearer {secret}\r\nCookie: sign_in={secret}\r\n");
        for (what, query) in [
            ("waiting", "tab=waiting"),
            ("ahead", "tab=ahead"),
            ("past", "tab=past"),
            ("all", "tab=all"),
            ("past, remote and done", "tab=past&kind=remote&status=done"),
            ("all, by words", "tab=all&q=take+77"),
        ] {
            for clients in [1, 8] {
                let turns = |path: String| {
                    let (paths, turn) = ([path], Duration::from_secs_f64(choice.turn));
                    load::run(address, &paths, clients, turn / 4, &headers);
                    let turns: Vec<_> = (0..choice.rounds)
                        .map(|_| load::run(address, &paths, clients, turn, &headers))
                        .collect();
                    assert!(turns.iter().all(|turn| turn.failed == 0), "{what} failed");
                    let of =
                        |value: fn(&load::Turn) -> f64| median(turns.iter().map(value).collect());
                    let kilobytes = of(|turn| turn.bytes as f64 / 1024.0);
                    (of(|it| it.rate), of(|it| it.within(0.5)), of(|it| it.within(0.95)), kilobytes)
                };
                let page = turns(format!("/bookings?{query}"));
                let json = turns(format!("/api/v1/bookings?{query}"));
                println!(
                    "| {who}: {what} | {clients} | {:.0} | {:.1} | {:.1} | {:.1} | {:.0} | {:.1} | {:.1} |",
                    page.0, page.1, page.2, page.3, json.0, json.1, json.2
                );
            }
        }
    }
}
