//! The only way from here to servers of strangers.

use std::{
    fmt, io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    time::{Duration, Instant},
};

use reqwest::{
    Client, Response,
    dns::{Addrs, Name, Resolve, Resolving},
    header::{
        ACCEPT, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED,
        LOCATION,
    },
    redirect,
};
use tokio::{sync::Semaphore, time::timeout};
use url::Url;

use super::super::model::{
    Address, BadAddress, Failure, MOST_BYTES, Unfetched, Unreadable, is_forbidden,
};

/// How many connections there are at once, of this whole server, and how many of them its job may
/// have: somebody who waits at a page finds one.
const CONNECTIONS: usize = 16;
pub(super) const OF_THE_JOB: usize = 12;

/// How long a calendar may take to come, from the first look-up to its last byte.
const WITHIN: Duration = Duration::from_secs(10);
/// The same where somebody waits at a page, perhaps with a transaction open around it.
const WITHIN_FOR_SOMEBODY: Duration = Duration::from_secs(7);

const MOST_HOPS: usize = 3;
/// A longer tag is no use: it is kept beside the copy.
const MOST_TAG: usize = 300;

/// Who knows which machines have a name.
pub trait Names: fmt::Debug + Send + Sync {
    fn look_up(&self, name: &str) -> LookedUp;
}

/// What comes of a look-up.
pub type LookedUp = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// As the system knows them.
#[derive(Debug)]
struct SystemNames;

impl Names for SystemNames {
    fn look_up(&self, name: &str) -> LookedUp {
        let name = name.to_owned();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            Ok(found.map(|at| at.ip()).collect())
        })
    }
}

/// Looks names up and holds every address of each against what is forbidden. A connection is made
/// to an address that was held here and to no other, so whatever a name leads to a moment later
/// changes nothing.
#[derive(Clone, Debug)]
struct Guard {
    names: Arc<dyn Names>,
    port: u16,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let (looked_up, port) = (self.names.look_up(name.as_str()), self.port);
        Box::pin(async move {
            let found = looked_up.await.map_err(|_| Stopped(Unfetched::NoServer))?;
            if found.is_empty() {
                return Err(Stopped(Unfetched::NoServer).into());
            }
            if found.iter().any(|address| is_forbidden(*address)) {
                return Err(Stopped(Unfetched::Forbidden).into());
            }
            let found = found.into_iter().map(move |address| SocketAddr::new(address, port));
            Ok(Box::new(found) as Addrs)
        })
    }
}

/// Carries our own reason through the client.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("{0}")]
struct Stopped(Unfetched);

/// What an address had.
#[derive(Debug)]
pub(super) enum Fetched {
    /// What it had before.
    Same,
    New {
        body: Vec<u8>,
        etag: Option<String>,
        last_modified: Option<String>,
    },
}

/// What its server said of the copy that is there.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tags<'a> {
    pub(super) etag: Option<&'a str>,
    pub(super) last_modified: Option<&'a str>,
}

/// Whether somebody waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Haste {
    None,
    SomebodyWaits,
}

/// Fetches calendars.
#[derive(Debug)]
pub struct Fetcher {
    client: Client,
    connections: Semaphore,
    within: Duration,
    /// A host that a server on this machine answers for, over plain http.
    stand_in: Option<(String, SocketAddr)>,
}

impl Fetcher {
    /// What everybody is served by: https alone, to nowhere that is forbidden.
    pub fn strict() -> Fetcher {
        Fetcher::by(Arc::new(SystemNames), 443)
    }

    /// The same by other names, and with connections to another port: so a test sees whether any is
    /// made. No configuration leads here.
    pub fn by(names: Arc<dyn Names>, port: u16) -> Fetcher {
        Fetcher {
            client: client(Guard { names, port }),
            connections: Semaphore::new(CONNECTIONS),
            within: WITHIN,
            stand_in: None,
        }
    }

    /// Lets a server on this machine answer for a host, over plain http, for tests and benches. No
    /// configuration leads here.
    pub fn standing_in(self, host: &str, server: SocketAddr) -> Fetcher {
        Fetcher { stand_in: Some((host.to_owned(), server)), ..self }
    }

    /// With less patience, for tests.
    pub fn within(self, within: Duration) -> Fetcher {
        Fetcher { within, ..self }
    }

    /// Fetches what is at an address, unless it is what was there.
    pub(super) async fn fetch(
        &self,
        address: &Address,
        tags: Tags<'_>,
        haste: Haste,
    ) -> Result<Fetched, Failure> {
        let within = match haste {
            Haste::None => self.within,
            Haste::SomebodyWaits => self.within.min(WITHIN_FOR_SOMEBODY),
        };
        let begun = Instant::now();
        let fetched = match timeout(within, self.connections.acquire()).await {
            Ok(Ok(_one)) => {
                let rest = within.saturating_sub(begun.elapsed());
                let fetched = timeout(rest, self.follow(address, tags)).await;
                fetched.unwrap_or(Err(Unfetched::TooSlow.into()))
            }
            _ => Err(Unfetched::Busy.into()),
        };
        let outcome = match &fetched {
            Ok(Fetched::New { .. }) => "new",
            Ok(Fetched::Same) => "same",
            Err(_) => "failed",
        };
        metrics::counter!("calendar_fetches_total", "outcome" => outcome).increment(1);
        metrics::histogram!("calendar_fetch_seconds").record(begun.elapsed());
        fetched
    }

    /// Goes from an address to where it leads, each hop held against the rules again.
    async fn follow(&self, address: &Address, tags: Tags<'_>) -> Result<Fetched, Failure> {
        let mut address = address.clone();
        for _ in 0..=MOST_HOPS {
            let response = self.ask(&address, tags).await?;
            match response.status().as_u16() {
                200 => return take(response).await,
                304 if tags.etag.or(tags.last_modified).is_some() => return Ok(Fetched::Same),
                301 | 302 | 303 | 307 | 308 => address = next(&address, response.headers())?,
                gone @ (404 | 410) => return Err(Unfetched::Gone(gone).into()),
                closed @ (401 | 403) => return Err(Unfetched::NotOpen(closed).into()),
                other => return Err(Unfetched::Trouble(other).into()),
            }
        }
        Err(Unfetched::TooFar.into())
    }

    async fn ask(&self, address: &Address, tags: Tags<'_>) -> Result<Response, Failure> {
        let mut request = self.client.get(self.place(address));
        request = request.header(ACCEPT, "text/calendar, */*;q=0.1");
        if let Some(etag) = tags.etag {
            request = request.header(IF_NONE_MATCH, etag);
        }
        if let Some(then) = tags.last_modified {
            request = request.header(IF_MODIFIED_SINCE, then);
        }
        request.send().await.map_err(|error| reason(&error).into())
    }

    /// Where a request goes: to the address itself, but for a host that somebody stands in for.
    fn place(&self, address: &Address) -> Url {
        let mut url = address.reveal().clone();
        if let Some((_, server)) = self.stand_in.as_ref().filter(|(host, _)| host == address.host())
        {
            let is_set = url.set_scheme("http").is_ok()
                && url.set_ip_host(server.ip()).is_ok()
                && url.set_port(Some(server.port())).is_ok();
            debug_assert!(is_set, "every address takes another host");
        }
        url
    }
}

/// A client that keeps nothing, follows nothing and trusts whom browsers trust.
fn client(guard: Guard) -> Client {
    let roots: rustls::RootCertStore = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()
        .expect("ring speaks every version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    Client::builder()
        .tls_backend_preconfigured(tls)
        .dns_resolver(Arc::new(guard))
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        // A connection that is kept was held against what was forbidden then.
        .pool_max_idle_per_host(0)
        .user_agent(concat!(
            "First-Call/",
            env!("CARGO_PKG_VERSION"),
            " (reads a player's calendar)"
        ))
        .build()
        .expect("nothing of it is configured")
}

/// Where a server leads on to.
fn next(from: &Address, headers: &HeaderMap) -> Result<Address, Failure> {
    let to = headers.get(LOCATION).and_then(|to| to.to_str().ok());
    let to = to.and_then(|to| from.reveal().join(to).ok()).ok_or(Unfetched::Unreachable)?;
    Address::of(to).map_err(|why| match why {
        BadAddress::Forbidden => Unfetched::Forbidden.into(),
        _ => Unfetched::Unsafe.into(),
    })
}

/// Takes what came, as far as it may go: what it says of its own length and type means nothing.
async fn take(mut response: Response) -> Result<Fetched, Failure> {
    let said = |name: HeaderName| {
        let value = response.headers().get(name)?.to_str().ok()?;
        (value.len() <= MOST_TAG).then(|| value.to_owned())
    };
    let (etag, last_modified) = (said(ETAG), said(LAST_MODIFIED));
    let mut body = Vec::new();
    while let Some(piece) = response.chunk().await.map_err(|error| reason(&error))? {
        if body.len() + piece.len() > MOST_BYTES {
            return Err(Unreadable::TooLarge.into());
        }
        body.extend_from_slice(&piece);
    }
    Ok(Fetched::New { body, etag, last_modified })
}

/// Ours, where it was we who stopped; else that it did not work, and nothing more: what the network
/// said may tell of what is behind it.
fn reason(error: &reqwest::Error) -> Unfetched {
    let first: &(dyn std::error::Error + 'static) = error;
    let ours = std::iter::successors(Some(first), |error| error.source())
        .find_map(|error| error.downcast_ref::<Stopped>());
    ours.map_or(Unfetched::Unreachable, |stopped| stopped.0)
}
