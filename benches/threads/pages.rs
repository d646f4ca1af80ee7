//! Pages that are open, as far as they can tell what came.

use std::{net::SocketAddr, time::Instant};

use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
    sync::mpsc::UnboundedSender,
};

use crate::world::Side;

/// A message on a page.
pub(crate) struct Came {
    pub(crate) message: usize,
    pub(crate) at: Instant,
    /// Whether it is the writer's page.
    pub(crate) own: bool,
}

/// Opens a page and reads on it until the server ends it. Once this answers, it is open.
pub(crate) async fn open(
    address: SocketAddr,
    booking: i64,
    side: &Side,
    tell: UnboundedSender<Came>,
) {
    let mut socket = TcpStream::connect(address).await.unwrap();
    let head = format!(
        "GET /api/v1/bookings/{booking}/messages/live HTTP/1.1\r\nHost: {address}\r\n\
         Authorization: Bearer {}\r\n\r\n",
        side.secret
    );
    socket.write_all(head.as_bytes()).await.unwrap();
    let mut first = [0; 12];
    socket.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");
    let role = side.role;
    tokio::spawn(async move {
        let mut lines = BufReader::new(socket).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let Some(data) = line.strip_prefix("data: ") else { continue };
            let at = Instant::now();
            let Ok(data) = serde_json::from_str::<serde_json::Value>(data) else { continue };
            let Some(message) = data["text"].as_str().and_then(|text| text.parse().ok()) else {
                continue;
            };
            if tell.send(Came { message, at, own: data["by"] == role }).is_err() {
                return;
            }
        }
    });
}
