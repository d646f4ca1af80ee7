use std::{convert::Infallible, net::IpAddr, path::PathBuf, sync::Arc};

use axum::{extract::FromRequestParts, http::request::Parts};
use axum_client_ip::ClientIpSource;
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio_util::sync::CancellationToken;

use super::{Assets, kept::Kept};
use crate::values::{Clock, Passwords};

/// What every handler may reach.
#[derive(Clone, Debug)]
pub struct App {
    /// Connections for requests that only read.
    pub reads: PgPool,
    /// Connections for requests that may write: one that comes back inside a transaction is
    /// thrown away (sqlx 0.9 leaves one behind when a `begin` is cancelled).
    pub writes: PgPool,
    pub clock: Clock,
    pub passwords: Passwords,
    pub site: Arc<Site>,
    /// Cancelled once this server is told to stop.
    pub(crate) stopping: CancellationToken,
    pub(crate) assets: Assets,
    /// What the rooms keep for the life of this server.
    pub kept: Kept,
}

/// Where and how this site is served.
#[derive(Clone, Debug)]
pub struct Site {
    /// The address people reach it by, without a slash at its end: `https://firstcall.example`.
    pub public_url: String,
    /// Whether mail is shown at `/dev/mail`, and the sample sign-ins on the sign-in page.
    pub demo: bool,
    /// Where mail is written when no server sends it.
    pub mail_dir: Option<PathBuf>,
    /// Where the demo keeps how far ahead its clock runs.
    pub clock_file: Option<PathBuf>,
    /// Who says what address a request comes from.
    pub client_ip: ClientIpSource,
}

impl Site {
    /// Cookies are only sent over TLS where the site is served over it.
    pub fn is_secure(&self) -> bool {
        self.public_url.starts_with("https://")
    }
}

impl Default for Site {
    fn default() -> Site {
        Site {
            public_url: "http://127.0.0.1:3000".into(),
            demo: false,
            mail_dir: None,
            clock_file: None,
            client_ip: ClientIpSource::ConnectInfo,
        }
    }
}

impl App {
    pub fn new(reads: PgPool, writes: PgPool, clock: Clock, site: Site) -> App {
        App {
            reads,
            writes,
            clock,
            passwords: Passwords::new(),
            site: Arc::new(site),
            stopping: CancellationToken::new(),
            assets: Assets::load(),
            kept: Kept::default(),
        }
    }

    /// With cheap password hashes, for tests that sign many people up.
    pub fn with_quick_passwords(self) -> App {
        App { passwords: Passwords::quick(), ..self }
    }
}

/// The instant of this request, read from the clock once.
pub(crate) struct Now(pub(crate) DateTime<Utc>);

impl FromRequestParts<App> for Now {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Now, Infallible> {
        let now = parts.extensions.get::<super::Visit>().map(super::Visit::now);
        Ok(Now(now.unwrap_or_else(|| app.clock.now())))
    }
}

/// The address of a client that cannot be told, as behind a Unix socket or in a test.
pub(super) const UNTOLD: IpAddr = IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED);
