//! Those who accept, each on a connection of their own that stays open.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Barrier},
    thread,
    time::{Duration, Instant},
};

/// A booking to accept, and the secret of who may.
pub(crate) type Task = (i64, String);

/// What came of one acceptance.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) took: Duration,
}

/// Lets each hand do its tasks, one after the other, all hands from the same moment on; how long they
/// were at it together, and what came of each.
pub(crate) fn accept(address: SocketAddr, hands: Vec<Vec<Task>>) -> (Duration, Vec<Answer>) {
    let start = Arc::new(Barrier::new(hands.len() + 1));
    let at_work: Vec<_> = hands
        .into_iter()
        .map(|tasks| {
            let start = Arc::clone(&start);
            let mut line = Line::open(address);
            thread::spawn(move || {
                start.wait();
                tasks.iter().map(|task| line.accept(task)).collect::<Vec<_>>()
            })
        })
        .collect();
    start.wait();
    let begun = Instant::now();
    let answers = at_work.into_iter().flat_map(|hand| hand.join().unwrap()).collect();
    (begun.elapsed(), answers)
}

struct Line(BufReader<TcpStream>);

impl Line {
    fn open(address: SocketAddr) -> Line {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Line(BufReader::new(stream))
    }

    fn accept(&mut self, (booking, secret): &Task) -> Answer {
        let asked = Instant::now();
        let body = r#"{"word":""}"#;
        write!(
            self.0.get_mut(),
            "POST /api/v1/bookings/{booking}/accept HTTP/1.1\r\nHost: localhost\r\n\
             Authorization: Bearer {secret}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        let (mut status, mut length) = (0, 0);
        loop {
            let mut field = String::new();
            assert!(self.0.read_line(&mut field).unwrap() > 0, "hung up");
            let field = field.trim_end().to_ascii_lowercase();
            if let Some(rest) = field.strip_prefix("http/1.1 ") {
                status = rest[..3].parse().unwrap();
            } else if let Some(rest) = field.strip_prefix("content-length:") {
                length = rest.trim().parse().unwrap();
            } else if field.is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).unwrap();
        Answer { status, took: asked.elapsed() }
    }
}
