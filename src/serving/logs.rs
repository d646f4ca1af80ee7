use std::io::{IsTerminal, stderr};

use tracing_subscriber::{
    Layer, filter::Targets, fmt, layer::SubscriberExt, util::SubscriberInitExt,
};

use crate::config::{LogConfig, LogFormat};

/// What is logged when nobody says.
const USUAL: &str = "info,sqlx=warn,graphile_worker=warn";

/// Sends the log to stderr. A demo is somebody's terminal: it only hears of what is wrong.
pub fn log_to_stderr(config: &LogConfig, quiet: bool) {
    let usual = if quiet { "warn" } else { USUAL };
    let filter = config.filter.as_deref().unwrap_or(usual);
    let filter: Targets = filter.parse().expect("the command line has read it");
    // What these log below is what went over the wire: cookies, addresses, secrets.
    let filter =
        filter.with_targets([("hyper", tracing::Level::INFO), ("lettre", tracing::Level::INFO)]);
    let layer = match config.format {
        LogFormat::Text => {
            fmt::layer().with_writer(stderr).with_ansi(stderr().is_terminal()).boxed()
        }
        LogFormat::Json => fmt::layer()
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_writer(stderr)
            .boxed(),
    };
    tracing_subscriber::registry().with(layer.with_filter(filter)).init();
}
