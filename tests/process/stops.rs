use std::{
    io::{Read, Write},
    net::TcpStream,
    time::Instant,
};

use rustix::process::Signal;

use crate::support::{Data, Program, command, until, until_gone};

/// A change of which half is sent.
fn half_a_change(program: &Program) -> TcpStream {
    let mut socket = program.connect();
    let head = format!(
        "POST /dev/clock HTTP/1.1\r\nHost: {}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: 7\r\n\r\nhou",
        program.address
    );
    socket.write_all(head.as_bytes()).unwrap();
    // Answered in turn, so the head above was read.
    assert!(program.get("/healthz").contains("alive"));
    socket
}

#[test]
fn told_to_stop_it_finishes_what_is_under_way_and_its_postgres_ends() {
    let data = Data::new();
    let mut program = Program::start(&mut command(&["demo"], &data));
    let postgres = data.postgres();
    let mut under_way = half_a_change(&program);
    let mut idle = program.connect();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: here\r\n\r\n").unwrap();
    let mut first = [0; 12];
    idle.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200");

    program.signal(Signal::TERM);
    let mut rest = Vec::new();
    idle.read_to_end(&mut rest).unwrap(); // who asks for nothing is sent home at once
    until("nobody is let in any more", || TcpStream::connect(&program.address).err());
    under_way.write_all(b"rs=1").unwrap();
    let mut answer = String::new();
    under_way.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");

    assert!(program.wait().success(), "{}", program.log());
    until_gone(postgres);
}

#[test]
fn what_does_not_finish_in_time_is_cut() {
    let data = Data::new();
    let mut program = Program::start(command(&["demo"], &data).env("FIRST_CALL_STOP_WITHIN", "1"));
    let mut under_way = half_a_change(&program);
    let told = Instant::now();
    program.signal(Signal::INT);
    assert!(program.wait().success(), "{}", program.log());
    assert!(told.elapsed().as_secs() < 5, "took {:?}", told.elapsed());
    let mut answer = Vec::new();
    let _ = under_way.read_to_end(&mut answer); // reset, or nothing
    assert!(!answer.starts_with(b"HTTP/1.1 303"));
}

#[test]
fn told_twice_it_stops_at_once() {
    let data = Data::new();
    let mut program = Program::start(command(&["demo"], &data).env("FIRST_CALL_STOP_WITHIN", "60"));
    let postgres = data.postgres();
    let _under_way = half_a_change(&program);
    program.signal(Signal::INT);
    until("it heard", || program.log().contains("stopping").then_some(()));
    program.signal(Signal::INT);
    assert_eq!(program.wait().code(), Some(1));
    until_gone(postgres);
}
