use std::{
    io::{ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use crate::support::{Data, Program, command, until};

fn serve(data: &Data) -> Program {
    Program::start(&mut command(&["serve"], data))
}

#[test]
fn a_head_that_does_not_come_to_its_end_is_not_waited_for() {
    let data = Data::new();
    let program = serve(&data);
    let started = Instant::now();
    let mut silent = program.connect();
    let mut slow = program.connect();
    slow.write_all(b"GET / HTTP/1.1\r\nHo").unwrap();
    for socket in [&mut silent, &mut slow] {
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        assert!(!answer.starts_with(b"HTTP/1.1 2"));
    }
    let took = started.elapsed();
    assert!(took > Duration::from_secs(9) && took < Duration::from_secs(15), "took {took:?}");
}

#[test]
fn a_body_that_does_not_come_to_its_end_is_told_so() {
    let data = Data::new();
    let program = Program::start(&mut command(&["demo"], &data));
    let answer = program.say(&format!(
        "POST /dev/clock HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 7\r\n\r\nhou",
        program.address
    ));
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
    assert!(answer.contains("<h1>Too slow</h1>"), "{answer}");
    assert!(answer.contains("content-security-policy: default-src 'none'"), "{answer}");
}

#[test]
fn connections_past_the_cap_wait_for_a_seat() {
    let data = Data::new();
    let program = Program::start(command(&["serve"], &data).env("FIRST_CALL_MAX_CONNECTIONS", "2"));
    let ask =
        format!("GET /healthz HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", program.address);
    let (first, _second) = (program.connect(), program.connect());
    let mut third = program.connect();
    third.write_all(ask.as_bytes()).unwrap();
    third.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut answer = [0; 12];
    let waits = third.read_exact(&mut answer).unwrap_err();
    assert!(matches!(waits.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut), "{waits}");

    drop(first);
    third.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    third.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 200");
}

#[test]
fn nonsense_and_odd_methods_are_refused() {
    let data = Data::new();
    let program = serve(&data);
    let host = &program.address;
    let trace = program.say(&format!(
        "TRACE /readyz HTTP/1.1\r\nHost: {host}\r\nCookie: a=b\r\nConnection: close\r\n\r\n"
    ));
    assert!(trace.starts_with("HTTP/1.1 405") && !trace.contains("a=b"), "{trace}");
    let smuggled = program.say(&format!(
        "POST / HTTP/1.1\r\nHost: {host}\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd"
    ));
    assert!(smuggled.starts_with("HTTP/1.1 400"), "{smuggled}");
    assert!(program.say("HELLO\r\n\r\n").starts_with("HTTP/1.1 400"));
    let head = program
        .say(&format!("HEAD /recordings HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
    assert!(head.starts_with("HTTP/1.1 200") && head.ends_with("\r\n\r\n"), "{head}");
}

#[test]
fn what_happens_is_counted_at_an_address_of_its_own() {
    let data = Data::new();
    let mut free = std::net::TcpListener::bind("127.0.0.1:0").map(|it| it.local_addr().unwrap());
    let address = free.as_mut().unwrap().to_string();
    let program =
        Program::start(command(&["serve"], &data).env("FIRST_CALL_METRICS_LISTEN", &address));
    program.get("/readyz");
    program.get("/bookings/17");
    assert!(program.get("/metrics").starts_with("HTTP/1.1 404"));
    let counts = until("the counts are served", || {
        let mut socket = std::net::TcpStream::connect(&address).ok()?;
        socket
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
            .ok()?;
        let mut counts = String::new();
        socket.read_to_string(&mut counts).ok()?;
        Some(counts)
    });
    for line in [
        "http_requests_total{method=\"GET\",route=\"/readyz\",status=\"200\"} 1",
        "http_requests_total{method=\"GET\",route=\"/bookings/{id}\",status=\"303\"} 1",
        "db_connections{pool=\"writes\"",
        "mails_waiting 0",
    ] {
        assert!(counts.contains(line), "{line} is not in {counts}");
    }
}
