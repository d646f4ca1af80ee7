//! What it takes to read in thousands of calendars from elsewhere, and what those notice of it who
//! look at pages meanwhile: the job's own code, against a server of calendars on this machine.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

mod feeds;
#[path = "../search/load.rs"]
#[allow(dead_code, reason = "one page alone is only read beside searches")]
mod load;

use std::{
    net::SocketAddr,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use clap::Parser;
use first_call::{
    App, Site, bench,
    config::Config,
    discovery,
    imports::{Fetcher, Looked, refresh_due},
    postgres::{Cluster, Options},
    router,
    serving::{Pools, create_if_missing, pools, prepare},
    values::Clock,
};
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool};

use feeds::Feeds;

#[derive(Parser)]
#[command(about = "Measures reading calendars in while pages are asked for")]
struct Choice {
    /// How many calendars there are; each has a player of its own
    #[arg(long, default_value_t = 10_000)]
    feeds: i64,
    /// How many ask for pages at once
    #[arg(long, default_value_t = 4)]
    clients: usize,
    /// How long a turn of asking for pages is, in seconds
    #[arg(long, default_value_t = 5.0)]
    turn: f64,
    /// How long each calendar's server thinks, in milliseconds
    #[arg(long, default_value_t = 50)]
    thinks: u64,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

const DATABASE: &str = "feeds";

fn main() {
    let choice = Choice::parse();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-feeds");
    // On this thread: the server ends with it.
    let options = Options { data_dir: folder, bin_dir: None, fast: false };
    let cluster = Cluster::start(&options, &mut |line| eprintln!("{line}")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(&choice, &cluster));
}

async fn measure(choice: &Choice, cluster: &Cluster) {
    let pools = world(choice, cluster).await;
    let feeds = Feeds::open(Duration::from_millis(choice.thinks)).await;
    let app = App::new(pools.reads.clone(), pools.writes.clone(), Clock::System, Site::default());
    app.kept.put(Fetcher::strict().standing_in(feeds::HOST, feeds.address));
    discovery::warm(&app).await.unwrap();
    let address = serve(&app).await;
    let pages = pages(&pools.reads).await;
    // Once before, so that what is kept ready is.
    let once = pages.clone();
    let asked = move || once.iter().for_each(|page| drop(load::get(address, page)));
    tokio::task::spawn_blocking(asked).await.unwrap();
    let alone = meanwhile(address, &pages, choice, tokio::time::sleep(ALONE)).await.0;
    let new = meanwhile(address, &pages, choice, read_in(&app, &pools, choice)).await;
    tell("all of them new", choice, &alone, &new);
    let again = "update imports set next_at = tried_at";
    sqlx::query(again).execute(&pools.writes).await.unwrap();
    let same = meanwhile(address, &pages, choice, read_in(&app, &pools, choice)).await;
    tell("all of them as they were", choice, &alone, &same);
    let rows = "select count(*) from imported_busy";
    let rows: i64 = sqlx::query_scalar(rows).fetch_one(&pools.reads).await.unwrap();
    println!("{rows} stretches kept. At most {} connections at once.", feeds.most());
}

/// Longer than a minute, in which whatever is kept ready is made anew.
const ALONE: Duration = Duration::from_secs(65);

/// Reads in all that is due; what came of it, and how many seconds it took.
async fn read_in(app: &App, pools: &Pools, choice: &Choice) -> (Looked, f64) {
    let begun = Instant::now();
    let mut all = Looked::default();
    while all.all() < choice.feeds.unsigned_abs() {
        let looked = refresh_due(app, &pools.jobs).await.unwrap();
        assert!(looked.all() > 0, "nothing is due, and only {} were read", all.all());
        all.changed += looked.changed;
        all.same += looked.same;
        all.failed += looked.failed;
    }
    (all, begun.elapsed().as_secs_f64())
}

/// What those who look at pages notice of `what`: turns of asking for them, until it is done.
async fn meanwhile<T>(
    address: SocketAddr,
    pages: &[String],
    choice: &Choice,
    what: impl Future<Output = T>,
) -> (Vec<load::Turn>, T) {
    let is_done = Arc::new(AtomicBool::new(false));
    let asking = tokio::spawn(turns(
        address,
        pages.to_vec(),
        (choice.clients, choice.turn),
        Arc::clone(&is_done),
    ));
    let done = what.await;
    is_done.store(true, Ordering::Relaxed);
    (asking.await.unwrap(), done)
}

fn tell(
    what: &str,
    choice: &Choice,
    alone: &[load::Turn],
    (meanwhile, (all, took)): &(Vec<load::Turn>, (Looked, f64)),
) {
    println!(
        "{} calendars, {what}, read in {took:.1} s ({:.0} a second): {} changed, {} failed.",
        all.all(),
        all.all() as f64 / took,
        all.changed,
        all.failed,
    );
    for (told, of) in [("the usual", usual as fn(_, _) -> _), ("the slowest", worst)] {
        println!(
            "Pages, {} at once, {told} of turns of {} s: p50 {:.1} ms without and {:.1} ms meanwhile, p95 \
             {:.1} and {:.1}.",
            choice.clients,
            choice.turn,
            of(alone, 0.5),
            of(meanwhile, 0.5),
            of(alone, 0.95),
            of(meanwhile, 0.95),
        );
    }
}

/// The turn in the middle.
fn usual(turns: &[load::Turn], part: f64) -> f64 {
    let mut all: Vec<f64> = turns.iter().map(|turn| turn.within(part)).collect();
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

/// The slowest turn.
fn worst(turns: &[load::Turn], part: f64) -> f64 {
    turns.iter().map(|turn| turn.within(part)).fold(0.0, f64::max)
}

/// A database with so many players, each with a calendar that is due.
async fn world(choice: &Choice, cluster: &Cluster) -> Pools {
    let maintenance = cluster.url("postgres");
    let mut db = PgConnection::connect(&maintenance).await.unwrap();
    let drop = AssertSqlSafe(format!("drop database if exists {DATABASE} with (force)"));
    sqlx::query(drop).execute(&mut db).await.unwrap();
    create_if_missing(&maintenance, DATABASE).await.unwrap();
    let url = cluster.url(DATABASE);
    prepare(&url, |line| eprintln!("{line}")).await.unwrap();
    let config = Config::try_parse_from(["first-call", "serve"]).unwrap();
    let pools = pools(&url, &config.data).unwrap();
    let now = Clock::System.now();
    bench::fill(&pools.writes, choice.feeds, now, |line| eprintln!("{line}")).await.unwrap();
    let due = "
        insert into imports (musician_id, name, url, body, body_hash, read_at, known, zone, busy_hash,
                             tried_at, next_at, created_at)
        select id, 'Gigs', 'https://' || $2 || '/' || id || '.ics', '', '', $1,
               tstzrange($1, $1 + interval '1 day'), zone, '', $1, $1, $1
        from musicians";
    sqlx::query(due).bind(now).bind(feeds::HOST).execute(&pools.writes).await.unwrap();
    pools
}

async fn serve(app: &App) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = router(app.clone());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

/// Players and searches, as strangers look at them.
async fn pages(db: &PgPool) -> Vec<String> {
    let slugs = "select slug from musicians where status = 'published' order by id limit 300";
    let slugs: Vec<String> = sqlx::query_scalar(slugs).fetch_all(db).await.unwrap();
    let searches = ["fiddle", "bass-guitar", "drums"];
    let searches =
        searches.into_iter().map(|it| format!("/musicians?instrument={it}&sort=soonest"));
    slugs.into_iter().map(|slug| format!("/musicians/{slug}")).chain(searches).collect()
}

/// Turns of asking for pages, one at least, until `enough`.
async fn turns(
    address: SocketAddr,
    pages: Vec<String>,
    (clients, turn): (usize, f64),
    enough: Arc<AtomicBool>,
) -> Vec<load::Turn> {
    let turns = move || {
        let mut turns = Vec::new();
        loop {
            turns.push(load::run(address, &pages, clients, Duration::from_secs_f64(turn), ""));
            if enough.load(Ordering::Relaxed) {
                return turns;
            }
        }
    };
    let (done, told) = tokio::sync::oneshot::channel();
    thread::spawn(move || done.send(turns()).map_err(drop));
    told.await.unwrap()
}
