use std::{
    io::{Read, Write},
    time::Instant,
};

use rustix::process::Signal;
use serde_json::json;
use sqlx::{Connection, PgConnection, query_scalar};

use crate::{
    calls,
    support::{Data, Person, Program, a_weekday, command, database, musician, producer},
};

const MIB: usize = 1024 * 1024;

/// Ines asked Maren for booking 1, by the program.
async fn booked(program: &Program, url: &str) -> (Person, Person) {
    let mut db = PgConnection::connect(url).await.unwrap();
    let (ines, maren) =
        (producer(&mut db, "Ines Calloway").await, musician(&mut db, "Maren Oakley").await);
    let genre: String =
        query_scalar("select min(slug) from genres").fetch_one(&mut db).await.unwrap();
    let call =
        calls::call(json!({ "date": a_weekday().to_string(), "place": "Room A", "genre": genre }));
    let calls = program.url("/api/v1/musicians/maren-oakley/calls");
    assert_eq!(ines.post(calls, call).await.unwrap().status(), 201);
    (ines, maren)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_programs_share_a_conversation_and_a_stop_ends_what_is_open_at_once() {
    let (one, two, url) = (Data::new(), Data::new(), database("threads").await);
    let start = |data| Program::start(command(&["serve"], data).env("DATABASE_URL", &url));
    let (one, mut two) = (start(&one), start(&two));
    let (ines, maren) = booked(&one, &url).await;
    let mut page = two.connect();
    let head = format!(
        "GET /api/v1/bookings/1/messages/live HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        two.address,
        maren.secret()
    );
    page.write_all(head.as_bytes()).unwrap();
    let mut read = String::new();
    let mut piece = [0; 4096];
    while !read.contains("retry:") {
        let n = page.read(&mut piece).unwrap();
        read += std::str::from_utf8(&piece[..n]).unwrap();
    }
    let message = json!({ "text": "Can you bring both fiddles?" });
    let sent = ines.post(one.url("/api/v1/bookings/1/messages"), message).await.unwrap();
    assert_eq!(sent.status(), 201);
    while !read.contains("both fiddles") {
        let n = page.read(&mut piece).unwrap();
        read += std::str::from_utf8(&piece[..n]).unwrap();
    }

    let told = Instant::now();
    two.signal(Signal::TERM);
    let mut rest = Vec::new();
    page.read_to_end(&mut rest).unwrap();
    assert!(two.wait().success(), "{}", two.log());
    assert!(told.elapsed().as_secs() < 5, "took {:?}", told.elapsed());
    assert!(one.stop().success());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_a_conversation_is_never_whole_in_memory() {
    let (data, url) = (Data::new(), database("attachments").await);
    let program = Program::start(command(&["serve"], &data).env("DATABASE_URL", &url));
    let (ines, _) = booked(&program, &url).await;
    let send = |mib: usize| {
        let start = b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n%PDF-1.7\n";
        let end = b"\r\n--edge--\r\n";
        let mut socket = program.connect();
        let head = format!(
            "POST /api/v1/bookings/1/messages/files HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
             Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=edge\r\n\
             Content-Length: {}\r\n\r\n",
            program.address,
            ines.secret(),
            start.len() + mib * MIB + end.len(),
        );
        socket.write_all(head.as_bytes()).unwrap();
        socket.write_all(start).unwrap();
        let mut most = 0;
        for _ in 0..mib {
            socket.write_all(&[7; MIB]).unwrap();
            most = most.max(program.memory());
        }
        socket.write_all(end).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer).into_owned();
        assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
        most.max(program.memory())
    };
    let before = send(8);
    let grown = send(60).saturating_sub(before);
    assert!(grown < 20 * MIB as u64, "it took {} MiB more for a file of 60", grown / MIB as u64);
    let kept = std::fs::read_dir(data.path().join("files/threads")).unwrap().count();
    assert_eq!(kept, 2);
}
