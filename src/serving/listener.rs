use std::{
    io,
    net::{SocketAddr, TcpListener as StdListener},
    sync::Arc,
    time::Duration,
};

use axum::{Router, body::Body, extract::ConnectInfo};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::{GracefulShutdown, Watcher},
};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore},
    task::JoinSet,
    time::{sleep, timeout},
};
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// How long a client may take to send the head of a request; also how long one may be silent
/// between two.
const HEAD_WITHIN: Duration = Duration::from_secs(10);

/// An address we cannot listen on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {}", if .cause.kind() == io::ErrorKind::AddrInUse {
    "something else does already; stop it, or choose another with FIRST_CALL_LISTEN".to_owned()
} else { .cause.to_string() })]
pub struct TakenAddress {
    address: SocketAddr,
    cause: io::Error,
}

/// Takes the address, before anything that takes long is begun. Who comes from now on waits.
pub fn listen(address: SocketAddr) -> Result<StdListener, TakenAddress> {
    let taken = |cause| TakenAddress { address, cause };
    let listener = StdListener::bind(address).map_err(taken)?;
    listener.set_nonblocking(true).map_err(taken)?;
    Ok(listener)
}

/// What connections may do.
pub(super) struct Limits {
    pub(super) connections: u32,
    pub(super) stop_within: Duration,
}

/// Serves until `stopping`; then takes no more in, lets requests under way finish within the
/// deadline, and cuts the rest.
pub(super) async fn serve(
    listener: StdListener,
    router: Router,
    limits: Limits,
    stopping: CancellationToken,
) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let seats = Arc::new(Semaphore::new(limits.connections as usize));
    let graceful = GracefulShutdown::new();
    let mut connections = JoinSet::new();
    while let Some((socket, peer, seat)) =
        stopping.run_until_cancelled(accept(&listener, &seats)).await
    {
        let router = router.clone();
        connections.spawn(attend(socket, peer, router, graceful.watcher(), seat));
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    if timeout(limits.stop_within, graceful.shutdown()).await.is_err() {
        tracing::warn!(left = connections.len(), "the time to stop is over: cutting connections");
    }
    connections.shutdown().await;
    Ok(())
}

/// The next connection, once there is a seat for it.
async fn accept(
    listener: &TcpListener,
    seats: &Arc<Semaphore>,
) -> (TcpStream, SocketAddr, OwnedSemaphorePermit) {
    let seat = seats.clone().acquire_owned().await.expect("the seats are never closed");
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => return (socket, peer, seat),
            Err(error) if is_of_the_peer(&error) => {}
            Err(error) => {
                // Out of files, mostly: some will be closed.
                tracing::error!(%error, "no connection can be accepted");
                sleep(Duration::from_millis(200)).await;
            }
        }
    }
}

fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

async fn attend(
    socket: TcpStream,
    peer: SocketAddr,
    router: Router,
    watcher: Watcher,
    _seat: OwnedSemaphorePermit,
) {
    let _ = socket.set_nodelay(true); // slower without, but right
    let connections = metrics::gauge!("http_connections");
    connections.increment(1);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request.map(Body::new))
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_WITHIN)
        .serve_connection(TokioIo::new(socket), service);
    if let Err(error) = watcher.watch(connection).await {
        tracing::debug!(%error, "a connection ended badly");
    }
    connections.decrement(1);
}
