use std::{net::TcpListener, time::Duration};

use anyhow::Context;
use axum::Router;
use tokio::{
    signal::unix::{SignalKind, signal},
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use super::{
    database::Pools,
    jobs,
    listener::{self, Limits},
    metrics,
};
use crate::{config::ServerConfig, outbox::PostOffice, web::App};

/// How long connections to the database may take to come home, once nobody asks any more.
const HOME_WITHIN: Duration = Duration::from_secs(3);

/// All that serves.
pub struct Serving {
    pub listener: TcpListener,
    pub metrics: Option<TcpListener>,
    pub app: App,
    pub router: Router,
    pub pools: Pools,
    pub office: PostOffice,
}

/// Serves until somebody says stop; then finishes what is under way, within the deadline.
pub async fn serve(serving: Serving, config: &ServerConfig) -> anyhow::Result<()> {
    let Serving { listener, metrics, app, router, pools, office } = serving;
    let stopping = app.stopping.clone();
    stop_on_signal(stopping.clone())?;

    let of_metrics = metrics.map(|listener| -> anyhow::Result<_> {
        let named = [
            ("reads", pools.reads.clone()),
            ("writes", pools.writes.clone()),
            ("jobs", pools.jobs.clone()),
        ];
        let limits = Limits { connections: 16, stop_within: Duration::from_secs(1) };
        let router = metrics::router(named)?;
        Ok(tokio::spawn(listener::serve(listener, router, limits, stopping.clone())))
    });
    let of_metrics = of_metrics.transpose().context("metrics cannot be served")?;

    let stop_within = config.stop_within;
    let jobs = pools.jobs.clone();
    let worker = tokio::spawn(jobs::work(jobs, app, office, stop_within, stopping.clone()));

    let limits = Limits { connections: config.max_connections, stop_within };
    listener::serve(listener, router, limits, stopping).await?;
    if timeout(HOME_WITHIN, worker).await.is_err() {
        tracing::warn!("a job was cut; it will be done again");
    }
    if let Some(task) = of_metrics {
        task.await??;
    }
    let home =
        async { tokio::join!(pools.reads.close(), pools.writes.close(), pools.jobs.close()) };
    if timeout(HOME_WITHIN, home).await.is_err() {
        tracing::warn!("a connection to the database was cut");
    }
    Ok(())
}

/// Ctrl-C or SIGTERM stops in good order; the second one at once.
fn stop_on_signal(stopping: CancellationToken) -> anyhow::Result<()> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::spawn(async move {
        for said in ["stopping; once more stops at once", "stopped at once"] {
            tokio::select! {
                _ = interrupt.recv() => {}
                _ = terminate.recv() => {}
            }
            eprintln!("first-call: {said}");
            if stopping.is_cancelled() {
                // A Postgres of our own ends with us.
                std::process::exit(1);
            }
            stopping.cancel();
        }
    });
    Ok(())
}
