//! The command line.

use std::{fs, path::Path, process::ExitCode};

use anyhow::Context;
use first_call::{
    App, Site,
    accounts::{self, DEMO_PASSWORD},
    bench,
    config::{AdminCommand, Command, Config},
    discovery::{self, RatesError},
    files::Files,
    outbox::PostOffice,
    postgres::{Cluster, Options},
    router, sample,
    serving::{self, Serving, TakenAddress, listen},
    values::{Clock, Email, Line},
};

/// The database of a Postgres of our own.
const DATABASE: &str = "first_call";

fn main() -> ExitCode {
    let config = match Config::read() {
        Ok(config) => config,
        Err(problem) => return unusable(&problem),
    };
    serving::log_to_stderr(&config.log, config.command == Command::Demo);
    match run(&config) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) if is_unusable(&error) => unusable(&format!("{error:#}")),
        Err(error) => {
            eprintln!("first-call: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn is_unusable(error: &anyhow::Error) -> bool {
    error.is::<TakenAddress>() || error.is::<Unusable>() || error.is::<bench::NotEmpty>()
}

/// What was asked for cannot be: one line.
fn unusable(problem: &str) -> ExitCode {
    eprintln!("first-call: {problem}");
    ExitCode::from(2)
}

/// A value that the command line could not tell was wrong.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Unusable(String);

fn progress(sentence: &str) {
    eprintln!("first-call: {sentence}");
}

fn run(config: &Config) -> anyhow::Result<()> {
    // Before anything that takes long.
    let sockets = Sockets::take(config)?;
    // On this thread and before there is a runtime: the server ends with the thread that starts it.
    let mut cluster = start_cluster(config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = runtime.block_on(act(config, sockets, cluster.as_ref()));
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    if let Some(cluster) = &mut cluster {
        cluster.stop();
    }
    result
}

/// What `demo` and `serve` listen on.
struct Sockets {
    site: std::net::TcpListener,
    metrics: Option<std::net::TcpListener>,
}

impl Sockets {
    fn take(config: &Config) -> Result<Option<Sockets>, TakenAddress> {
        if !matches!(config.command, Command::Demo | Command::Serve) {
            return Ok(None);
        }
        let site = listen(config.server.listen)?;
        let metrics = config.server.metrics_listen.map(listen).transpose()?;
        Ok(Some(Sockets { site, metrics }))
    }
}

fn start_cluster(config: &Config) -> anyhow::Result<Option<Cluster>> {
    if config.data.database_url.is_some() {
        return Ok(None);
    }
    let data_dir = config.data.data_dir.clone();
    let options = Options { data_dir, bin_dir: config.data.pg_bin_dir.clone(), fast: false };
    Cluster::start(&options, &mut progress).map(Some)
}

async fn act(
    config: &Config,
    sockets: Option<Sockets>,
    cluster: Option<&Cluster>,
) -> anyhow::Result<()> {
    let url = match (cluster, &config.data.database_url) {
        (Some(cluster), _) => {
            serving::create_if_missing(&cluster.url("postgres"), DATABASE).await?;
            cluster.url(DATABASE)
        }
        (None, Some(url)) => url.reveal().to_owned(),
        (None, None) => unreachable!("without a URL a cluster was started"),
    };
    serving::prepare(&url, progress).await?;
    match (&config.command, sockets) {
        (Command::Admin { command }, _) => administer(config, command, &url).await,
        (Command::BenchData { musicians }, _) => bench_data(config, *musicians, &url).await,
        (Command::BenchSql { queries }, _) => bench_sql(config, queries, &url).await,
        (Command::ExchangeRates { file }, _) => exchange_rates(config, file, &url).await,
        (_, Some(sockets)) => serve(config, sockets, &url).await,
        (_, None) => Ok(()),
    }
}

async fn administer(config: &Config, command: &AdminCommand, url: &str) -> anyhow::Result<()> {
    let AdminCommand::Create { email, name } = command;
    let email = email.parse::<Email>().map_err(|error| Unusable(format!("{email} {error}")))?;
    let name = Line::parse(name).map_err(|error| Unusable(format!("the name {error}")))?;
    let pools = serving::pools(url, &config.data)?;
    let mut db = pools.writes.acquire().await?;
    let path = accounts::create_admin(&mut db, &email, name, Clock::System.now()).await?;
    let address = match &config.server.public_url {
        Some(url) => url.clone(),
        None => format!("http://{}", config.server.listen),
    };
    println!("{email} is an admin. Within half an hour, set a password at {address}{path}");
    Ok(())
}

async fn bench_data(config: &Config, musicians: i64, url: &str) -> anyhow::Result<()> {
    let pools = serving::pools(url, &config.data)?;
    bench::fill(&pools.writes, musicians, Clock::System.now(), progress).await
}

async fn bench_sql(config: &Config, queries: &[String], url: &str) -> anyhow::Result<()> {
    let pools = serving::pools(url, &config.data)?;
    for line in bench::statements(&pools.reads, queries, Clock::System.now()).await? {
        println!("{line}");
    }
    Ok(())
}

async fn exchange_rates(config: &Config, file: &Path, url: &str) -> anyhow::Result<()> {
    let name = file.display();
    let text = match file.to_str() {
        Some("-") => std::io::read_to_string(std::io::stdin()),
        _ => fs::read_to_string(file),
    };
    let text = text.map_err(|error| Unusable(format!("{name} cannot be read: {error}")))?;
    let pools = serving::pools(url, &config.data)?;
    let mut db = pools.writes.acquire().await?;
    match discovery::set_exchange_rates(&mut db, &text).await {
        Ok((day, currencies)) => {
            println!("The rates of {day} for {currencies} currencies are in use.");
            Ok(())
        }
        Err(RatesError::NoRates(problem)) => Err(Unusable(format!("{name} {problem}")).into()),
        Err(RatesError::Database(error)) => Err(error.into()),
    }
}

async fn serve(config: &Config, sockets: Sockets, url: &str) -> anyhow::Result<()> {
    let demo = config.command == Command::Demo;
    let site = site(config, &sockets)?;
    let told = told_address(&site.public_url, &listens(&sockets)?);
    let office = office(config, &site)?;
    let clock = if demo { demo_clock(site.clock_file.as_deref()) } else { Clock::System };

    let pools = serving::pools(url, &config.data)?;
    let files = Files::open(&config.files, &config.data.data_dir).context("files have no place")?;
    if demo && sample::fill(&pools.writes, clock.now()).await? {
        sample::record(&pools.writes, &files, clock.now()).await?;
        progress("made the sample world");
    }
    let app = App::new(pools.reads.clone(), pools.writes.clone(), clock, site);
    app.kept.put(files);
    discovery::warm(&app).await?;
    println!("First Call serves on {told}");
    if demo {
        for who in ["producer", "musician", "admin"] {
            println!("  sign in as {who}@example.test, password: {DEMO_PASSWORD}");
        }
    }
    let Sockets { site: listener, metrics } = sockets;
    let serving = Serving { listener, metrics, router: router(app.clone()), app, pools, office };
    serving::serve(serving, &config.server).await
}

/// The address it listens on, as a URL.
fn listens(sockets: &Sockets) -> anyhow::Result<String> {
    Ok(format!("http://{}", sockets.site.local_addr()?))
}

fn told_address(public_url: &str, listens: &str) -> String {
    if public_url == listens { listens.to_owned() } else { format!("{listens} for {public_url}") }
}

fn site(config: &Config, sockets: &Sockets) -> anyhow::Result<Site> {
    let demo = config.command == Command::Demo;
    let data_dir = &config.data.data_dir;
    fs::create_dir_all(data_dir)
        .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
    Ok(Site {
        public_url: config.server.public_url.clone().unwrap_or(listens(sockets)?),
        demo,
        mail_dir: config.mail.smtp_url.is_none().then(|| data_dir.join("mail")),
        clock_file: demo.then(|| data_dir.join("clock")),
        client_ip: config.server.client_ip.clone(),
    })
}

fn office(config: &Config, site: &Site) -> anyhow::Result<PostOffice> {
    let from = config.mail.mail_from.clone();
    match (&config.mail.smtp_url, &site.mail_dir) {
        (None, Some(folder)) => PostOffice::by_folder(folder, from, &site.public_url)
            .with_context(|| format!("the folder {} cannot be made", folder.display())),
        (url, _) => {
            let url = url.as_ref().context("mail has neither a server nor a folder")?;
            PostOffice::by_server(url.reveal(), from, &site.public_url)
        }
    }
}

/// The demo's clock, as far ahead as it was moved before.
fn demo_clock(file: Option<&Path>) -> Clock {
    let kept = file.and_then(|file| fs::read_to_string(file).ok());
    Clock::ahead_by(kept.and_then(|text| text.trim().parse().ok()).unwrap_or(0))
}
