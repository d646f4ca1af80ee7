use std::{
    io::{ErrorKind, Read, Write},
    time::{Duration, Instant},
};

use sqlx::{Connection, PgConnection};

use crate::support::{Data, Person, Program, command, database, musician};

const MIB: u64 = 1024 * 1024;

/// The head of a WAV of one channel in 24 bits, 96,000 samples a second, with so many bytes to come.
fn wav_head(bytes: u32) -> Vec<u8> {
    let mut head = b"RIFF".to_vec();
    head.extend((bytes + 36).to_le_bytes());
    head.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    head.extend(96_000u32.to_le_bytes());
    head.extend(288_000u32.to_le_bytes());
    head.extend(b"\x03\0\x18\0data");
    head.extend(bytes.to_le_bytes());
    head
}

/// Sends a demo of so many bytes of sound, a piece at a time; answers what the server says, and the
/// most memory it held meanwhile.
fn send(program: &Program, maren: &Person, bytes: u32) -> (String, u64) {
    let field = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let fields = [("title", "Barn"), ("instrument", "fiddle"), ("genre", "country")];
    let mut start: Vec<u8> =
        fields.iter().flat_map(|(name, value)| field(name, value).into_bytes()).collect();
    start.extend(
        b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.wav\"\r\n\
          Content-Type: audio/wav\r\n\r\n",
    );
    start.extend(wav_head(bytes));
    let end = b"\r\n--edge--\r\n";
    let mut socket = program.connect();
    let head = format!(
        "POST /api/v1/profile/demos HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\
         Authorization: Bearer {}\r\nContent-Type: multipart/form-data; boundary=edge\r\n\
         Content-Length: {}\r\n\r\n",
        program.address,
        maren.secret(),
        start.len() + bytes as usize + end.len(),
    );
    socket.write_all(head.as_bytes()).unwrap();
    socket.write_all(&start).unwrap();
    // A saw, so that it is loud enough to be a demo.
    let piece: Vec<u8> =
        (0..96_000u32).flat_map(|n| (n * 20_000 % 8_000_000).to_le_bytes()[..3].to_vec()).collect();
    let (mut left, mut most) = (bytes as usize, 0);
    while left > 0 {
        let part = left.min(piece.len());
        socket.write_all(&piece[..part]).unwrap();
        left -= part;
        most = most.max(program.memory());
    }
    socket.write_all(end).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(2))).unwrap();
    let (mut answer, sent) = (Vec::new(), Instant::now());
    while let Err(error) = socket.read_to_end(&mut answer) {
        assert_eq!(error.kind(), ErrorKind::WouldBlock, "{error}");
        assert!(sent.elapsed() < Duration::from_secs(60), "no answer");
        most = most.max(program.memory());
    }
    (String::from_utf8_lossy(&answer).into_owned(), most)
}

/// Twenty who send at once would otherwise take a gigabyte.
#[tokio::test(flavor = "multi_thread")]
async fn a_demo_is_never_whole_in_memory() {
    let (data, url) = (Data::new(), database("uploads").await);
    let program = Program::start(command(&["serve"], &data).env("DATABASE_URL", &url));
    let mut db = PgConnection::connect(&url).await.unwrap();
    let maren = musician(&mut db, "Maren Oakley").await;
    // Everything that any upload needs is there then, such as the pieces in which a file is kept.
    let (answer, before) = send(&program, &maren, 8 * MIB as u32);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let (answer, most) = send(&program, &maren, 45 * MIB as u32);
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let grown = most.saturating_sub(before);
    assert!(grown < 20 * MIB, "it took {} MiB more for a file of 45", grown / MIB);
}
