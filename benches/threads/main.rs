//! How soon a message is on the page of the other side: two servers on one Postgres, a thousand pages
//! open on them, and people who write. The two sides of each booking sit at different servers.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

mod pages;
mod world;

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use clap::Parser;
use first_call::postgres::{Cluster, Options};
use tokio::{sync::mpsc, time::interval};

use pages::{Came, open};
use world::World;

#[derive(Parser)]
#[command(about = "Measures from a message's sending to its delivery to open pages")]
struct Choice {
    /// How many pages are open, on two servers
    #[arg(long, default_value_t = 1000)]
    pages: usize,
    /// How many messages are written in a second
    #[arg(long, default_value_t = 50)]
    rate: u64,
    /// How many in all
    #[arg(long, default_value_t = 2000)]
    messages: usize,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

/// How long after the last message it is waited for what is still on its way.
const PATIENCE: Duration = Duration::from_secs(10);

struct Server {
    program: Child,
    address: SocketAddr,
}

impl Server {
    fn start(folder: &Path, name: &str, url: &str) -> Server {
        let mut program = Command::new(env!("CARGO_BIN_EXE_first-call"));
        program.args(["serve", "--listen", "127.0.0.1:0", "--log", "error", "--database-url", url]);
        program.arg("--data-dir").arg(folder.join(name)).stdout(Stdio::piped());
        let mut program = program.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().rsplit_once("http://").unwrap().1.parse().unwrap();
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
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench-threads");
    // On this thread: the server ends with it.
    let options = Options { data_dir: folder.clone(), bin_dir: None, fast: false };
    let cluster = Cluster::start(&options, &mut |line| eprintln!("{line}")).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(measure(&choice, &cluster, &folder));
}

async fn measure(choice: &Choice, cluster: &Cluster, folder: &Path) {
    let world = World::make(cluster, choice.pages / 2).await;
    let url = cluster.url(world::DATABASE);
    let servers = [Server::start(folder, "a", &url), Server::start(folder, "b", &url)];
    let addresses = [servers[0].address, servers[1].address];
    let world = Arc::new(world);

    let (tell, mut told) = mpsc::unbounded_channel();
    let begun = Instant::now();
    for (booking, sides) in &world.bookings {
        for (side, address) in sides.iter().zip(addresses) {
            open(address, *booking, side, tell.clone()).await;
        }
    }
    drop(tell);
    println!(
        "{} pages open on two servers after {:.1} s.",
        world.bookings.len() * 2,
        begun.elapsed().as_secs_f64()
    );
    let sent = write(choice, &world, addresses).await;
    let came = collect(&mut told, sent.len() * 2).await;
    report(choice, &sent, &came);
}

/// Writes at the pace that was asked for, whatever the answers take; when each began.
async fn write(choice: &Choice, world: &Arc<World>, addresses: [SocketAddr; 2]) -> Vec<Instant> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::new();
    let mut pace = interval(Duration::from_secs(1) / u32::try_from(choice.rate).unwrap());
    let (mut sent, mut answers) = (Vec::new(), Vec::new());
    for n in 0..choice.messages {
        pace.tick().await;
        let (booking, sides) = &world.bookings[n * 7 % world.bookings.len()];
        // Each side in turn, at its own server.
        let at = n / world.bookings.len() % 2;
        let secret = &sides[at].secret;
        let url = format!("http://{}/api/v1/bookings/{booking}/messages", addresses[at]);
        let request = client.post(url).bearer_auth(secret);
        let request = request.json(&serde_json::json!({ "text": n.to_string() }));
        sent.push(Instant::now());
        answers.push(tokio::spawn(async move { request.send().await.unwrap().status() }));
    }
    for answer in answers {
        assert_eq!(answer.await.unwrap(), 201);
    }
    sent
}

async fn collect(told: &mut mpsc::UnboundedReceiver<Came>, expected: usize) -> Vec<Came> {
    let mut came = Vec::new();
    while came.len() < expected {
        match tokio::time::timeout(PATIENCE, told.recv()).await {
            Ok(Some(one)) => came.push(one),
            _ => break,
        }
    }
    came
}

fn report(choice: &Choice, sent: &[Instant], came: &[Came]) {
    let took = |own: bool| {
        let of = came.iter().filter(|one| one.own == own);
        let mut took: Vec<f64> =
            of.map(|one| one.at.duration_since(sent[one.message]).as_secs_f64() * 1e3).collect();
        took.sort_by(f64::total_cmp);
        took
    };
    println!("{} messages, {} a second, each to two pages:", sent.len(), choice.rate);
    for (who, took) in [
        ("the other side, at the other server", took(false)),
        ("the writer's own page", took(true)),
    ] {
        let part = |part: f64| took[((took.len() - 1) as f64 * part).round() as usize];
        let lost = sent.len() - took.len();
        println!(
            "  {who}: p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, at most {:.1} ms; {lost} lost",
            part(0.5),
            part(0.95),
            part(0.99),
            part(1.0),
        );
    }
}
