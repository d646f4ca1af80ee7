//! Clients that ask as fast as they are answered, each on a connection of its own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

/// What came of one turn.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) rate: f64,
    /// Seconds, sorted.
    times: Vec<f64>,
    /// Bytes of an answer's body, on average.
    pub(crate) bytes: usize,
    /// How many answers were not 200.
    pub(crate) failed: usize,
}

impl Turn {
    /// Milliseconds within which this part of all was answered.
    pub(crate) fn within(&self, part: f64) -> f64 {
        let at = (self.times.len() as f64 * part) as usize;
        1e3 * self.times[at.min(self.times.len() - 1)]
    }
}

/// Asks for these in turn for so long.
pub(crate) fn run(
    address: SocketAddr,
    paths: &[String],
    clients: usize,
    length: Duration,
    headers: &str,
) -> Turn {
    let begun = Instant::now();
    let hands: Vec<_> = (0..clients)
        .map(|hand| {
            let requests: Vec<String> = (0..paths.len())
                .map(|at| {
                    let path = &paths[(at * 7919 + hand * 31) % paths.len()];
                    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n")
                })
                .collect();
            thread::spawn(move || ask(address, &requests, begun, length))
        })
        .collect();
    let mut turn = Turn { rate: 0.0, times: Vec::new(), bytes: 0, failed: 0 };
    for hand in hands {
        let (times, bytes, failed) = hand.join().unwrap();
        turn.times.extend(times);
        turn.bytes += bytes;
        turn.failed += failed;
    }
    let answered = turn.times.len();
    turn.times.sort_by(f64::total_cmp);
    turn.rate = (answered - turn.failed) as f64 / begun.elapsed().as_secs_f64();
    turn.bytes /= answered;
    turn
}

fn ask(
    address: SocketAddr,
    requests: &[String],
    begun: Instant,
    length: Duration,
) -> (Vec<f64>, usize, usize) {
    let mut line = Line::open(address);
    let (mut times, mut bytes, mut failed) = (Vec::new(), 0, 0);
    for request in requests.iter().cycle() {
        let asked = Instant::now();
        let (size, is_well) = line.ask(request, &mut Vec::new());
        bytes += size;
        failed += usize::from(!is_well);
        times.push(asked.elapsed().as_secs_f64());
        if begun.elapsed() > length {
            break;
        }
    }
    (times, bytes, failed)
}

/// The body of one page.
pub(crate) fn get(address: SocketAddr, path: &str) -> String {
    let mut body = Vec::new();
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let (_, is_well) = Line::open(address).ask(&request, &mut body);
    assert!(is_well, "{path}: {}", String::from_utf8_lossy(&body));
    String::from_utf8(body).unwrap()
}

struct Line(BufReader<TcpStream>);

impl Line {
    fn open(address: SocketAddr) -> Line {
        let stream = TcpStream::connect(address).unwrap();
        stream.set_nodelay(true).unwrap();
        Line(BufReader::with_capacity(64 * 1024, stream))
    }

    /// Reads the whole answer; the number of bytes in its body, and whether it is a 200.
    fn ask(&mut self, request: &str, body: &mut Vec<u8>) -> (usize, bool) {
        self.0.get_mut().write_all(request.as_bytes()).unwrap();
        let mut head = String::new();
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let from = head.len();
            assert!(self.0.read_line(&mut head).unwrap() > 0, "hung up on {request}");
            let field = head[from..].trim_end();
            if field.is_empty() {
                break;
            }
            if let Some((name, value)) = field.split_once(':') {
                if name.eq_ignore_ascii_case("content-length") {
                    length = value.trim().parse().unwrap();
                }
                is_chunked |= name.eq_ignore_ascii_case("transfer-encoding");
            }
        }
        let is_well = head.starts_with("HTTP/1.1 200");
        if !is_chunked {
            body.resize(length, 0);
            self.0.read_exact(body).unwrap();
            return (length, is_well);
        }
        loop {
            let mut size = String::new();
            self.0.read_line(&mut size).unwrap();
            let size = usize::from_str_radix(size.trim(), 16).unwrap();
            let from = body.len();
            body.resize(from + size + 2, 0);
            self.0.read_exact(&mut body[from..]).unwrap();
            body.truncate(from + size);
            if size == 0 {
                return (body.len(), is_well);
            }
        }
    }
}
