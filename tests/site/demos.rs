use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use chrono::TimeDelta;
use first_call::{
    demos::{self, Studio},
    files::Files,
};
use serde_json::{Value, json};

use crate::{
    calls,
    support::{
        Client, PASSWORD, Reply, TestApp,
        sound::{RATE, aiff, encode, tone, wav, wav_of},
    },
};

const EDGE: &str = "----a-browser-draws-this-line";

/// Where a test's files are: a folder, so that what is only half written shows too.
struct Shelf(tempfile::TempDir);

impl Shelf {
    fn of(app: &TestApp) -> Shelf {
        let folder = tempfile::tempdir().unwrap();
        app.app.kept.put(Files::in_folder(folder.path()).unwrap());
        Shelf(folder)
    }

    /// How many files there are, finished or not.
    fn count(&self) -> usize {
        let entries = std::fs::read_dir(self.0.path().join("demos"));
        entries.map_or(0, Iterator::count)
    }
}

/// A form's text fields.
type Fields<'a> = &'a [(&'a str, &'a str)];

const FIDDLE: Fields<'static> =
    &[("title", "Dust on the Piano"), ("instrument", "fiddle"), ("genre", "country")];

/// A form with a file as a browser sends it: the file last.
fn form(fields: Fields<'_>, name: &str, file: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for (field, value) in fields {
        let head = format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n");
        body.extend(head.as_bytes());
        body.extend(value.as_bytes());
        body.extend(b"\r\n");
    }
    let head = format!(
        "--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: audio/mpeg\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(file);
    body.extend(format!("\r\n--{EDGE}--\r\n").as_bytes());
    body
}

async fn send(who: &Client, to: &str, body: Body) -> Reply {
    let kind = format!("multipart/form-data; boundary={EDGE}");
    let request =
        Request::post(to).header("content-type", kind).header("sec-fetch-site", "same-origin");
    who.send(request, body).await
}

/// Sends it by the page.
async fn upload(who: &Client, fields: Fields<'_>, name: &str, file: &[u8]) -> Reply {
    send(who, "/profile/demos", form(fields, name, file).into()).await
}

/// Sends it as a program does, and takes the demo that is there then.
async fn added(who: &Client, name: &str, file: &[u8]) -> Value {
    let reply = send(who, "/api/v1/profile/demos", form(FIDDLE, name, file).into()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{name}: {}", reply.body);
    reply.json()
}

async fn titles(who: &Client) -> Vec<String> {
    who.get("/profile/demos").await.expect(StatusCode::OK).texts(".demo .what b")
}

/// Every kind that is taken, with what it is encoded with; and the type a browser gets it as.
fn kinds() -> Vec<(&'static str, Vec<u8>, &'static str, &'static str)> {
    let sound = wav(-20.0, 3.0);
    let made = |kind, with: &[&str]| encode(&sound, kind, with);
    vec![
        ("take.wav", sound.clone(), "WAV", "audio/wav"),
        ("take.wav", made("wav", &["-c:a", "pcm_s24le"]), "WAV", "audio/wav"),
        ("take.wav", made("wav", &["-c:a", "pcm_mulaw"]), "WAV", "audio/wav"),
        ("take.aiff", aiff(-20.0, 3.0), "AIFF", "audio/wav"),
        ("take.flac", made("flac", &[]), "FLAC", "audio/flac"),
        ("take.mp3", made("mp3", &["-b:a", "192k"]), "MP3", "audio/mpeg"),
        ("take.m4a", made("m4a", &["-c:a", "aac"]), "M4A", "audio/mp4"),
        ("take.m4a", made("m4a", &["-c:a", "alac"]), "M4A", "audio/wav"),
        ("take.aac", made("aac", &[]), "AAC", "audio/aac"),
        ("take.ogg", made("ogg", &["-c:a", "libvorbis", "-b:a", "160k"]), "Ogg", "audio/ogg"),
        ("take.oga", made("oga", &["-c:a", "flac"]), "Ogg", "audio/wav"),
        ("take.opus", made("opus", &["-b:a", "128k"]), "Opus", "audio/ogg"),
        ("take.webm", made("webm", &["-c:a", "libopus", "-b:a", "128k"]), "WebM", "audio/wav"),
    ]
}

#[tokio::test]
async fn every_kind_is_decoded_measured_and_heard() {
    let app = TestApp::new().await;
    let _shelf = Shelf::of(&app);
    let (maren, stranger) = (app.musician("Maren Oakley").await, app.stranger());
    for (name, file, format, served) in kinds() {
        let demo = added(&maren, name, &file).await;
        assert_eq!(demo["format"], format, "{name}");
        let length = demo["duration_ms"].as_i64().unwrap();
        assert!((2990..3110).contains(&length), "{name} as {format}: {length} ms");
        let lufs = demo["loudness_lufs"].as_f64().unwrap();
        assert!((lufs + 20.0).abs() < 0.5, "{name} as {format}: {lufs} LUFS");
        let peaks = demo["peaks"].as_array().unwrap();
        assert!((290..=600).contains(&peaks.len()), "{}", peaks.len());
        let middle = peaks[peaks.len() / 2].as_i64().unwrap();
        assert!((22..=30).contains(&middle), "a tenth of the scale: {middle}");

        let audio = demo["audio"].as_str().unwrap();
        let heard = stranger.get(audio).await.expect(StatusCode::OK);
        assert_eq!(heard.header("content-type"), served, "{name}");
        if served == "audio/wav" && format != "WAV" {
            assert!(heard.bytes.starts_with(b"RIFF") && heard.bytes.len() > 500_000, "{name}");
        } else if format != "WAV" {
            assert_eq!(heard.bytes, file, "{name}");
        }
        let gone = Request::delete(format!("/api/v1/profile/demos/{}", demo["id"]));
        assert_eq!(maren.send(gone, Body::empty()).await.status, StatusCode::NO_CONTENT);
    }
}

#[tokio::test]
async fn loudness_is_that_of_two_speakers_whether_mono_or_stereo() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let mono: Vec<i16> = tone(-30.0, 4.0).into_iter().map(|[left, _]| left).collect();
    let mono = wav_of(RATE, 1, &mono);
    for (name, file, lufs) in [
        ("stereo.wav", wav(-23.0, 4.0), -23.0),
        ("mono.wav", mono.clone(), -30.0),
        ("mono.opus", encode(&mono, "opus", &["-b:a", "96k"]), -30.0),
    ] {
        let demo = added(&maren, name, &file).await;
        let told = demo["loudness_lufs"].as_f64().unwrap();
        assert!((told - lufs).abs() < 0.5, "{name}: {told}");
    }
}

#[tokio::test]
async fn a_player_adds_a_demo_and_a_producer_hears_it_on_the_profile() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let (maren, stranger) = (app.musician("Maren Oakley").await, app.stranger());
    assert!(!stranger.get("/musicians/maren-oakley").await.body.contains("demo-player"));
    let fields = [FIDDLE, &[("part", "Both fiddles"), ("form_key", "f1")]].concat();
    let sent = upload(&maren, &fields, "take 1.wav", &wav(-20.0, 65.0)).await;
    assert_eq!(sent.location(), "/profile/demos?added=1");
    let page = maren.get(sent.location()).await.expect(StatusCode::OK);
    assert_eq!(page.texts("main .notice"), ["“Dust on the Piano” is here: WAV, 1:05, −20.0 LUFS."]);
    assert_eq!(shelf.count(), 1);

    let page = stranger.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".demo .what b"), ["Dust on the Piano"]);
    assert_eq!(page.texts(".demo .what .meta"), ["Fiddle, country. Both fiddles."]);
    assert_eq!(page.texts(".demo .long"), ["1:05"]);
    assert_eq!(page.attributes(".demo audio", "src"), ["/demos/1/audio"]);
    assert_eq!(page.attributes(".demo audio", "preload"), ["none"]);
    let wave = page.attributes(".demo .wave path", "d").remove(0);
    assert!(wave.starts_with("M5 1v38m11-38v38") && wave.len() < 500, "{wave}");

    let list = stranger.get("/api/v1/musicians/maren-oakley/demos").await.json();
    assert_eq!(list["items"][0]["title"], "Dust on the Piano");
    assert_eq!(list["next"], Value::Null);
    assert_eq!(maren.get("/api/v1/profile/demos").await.json(), list);
}

#[tokio::test]
async fn a_demo_is_heard_in_parts_and_only_by_whom_the_profile_is_seen() {
    let app = TestApp::new().await;
    let (maren, stranger) = (app.musician("Maren Oakley").await, app.stranger());
    let file = wav(-20.0, 2.0);
    added(&maren, "take.wav", &file).await;
    let ask = async |who: &Client, headers: &[(&str, &str)]| {
        let request =
            headers.iter().fold(Request::get("/demos/1/audio"), |request, (name, value)| {
                request.header(*name, *value)
            });
        who.send(request, Body::empty()).await
    };
    let whole = ask(&stranger, &[]).await;
    assert_eq!((whole.status, &whole.bytes), (StatusCode::OK, &file));
    for (header, value) in [
        ("accept-ranges", "bytes"),
        ("content-disposition", "inline"),
        ("x-content-type-options", "nosniff"),
        ("content-security-policy", "sandbox"),
    ] {
        assert_eq!(whole.header(header), value);
    }
    assert_eq!(whole.header("content-length"), file.len().to_string());
    assert_eq!(whole.header("content-encoding"), "");
    let gzip = ask(&stranger, &[("accept-encoding", "gzip"), ("range", "bytes=44-47")]).await;
    assert_eq!(gzip.status, StatusCode::PARTIAL_CONTENT);
    assert_eq!(gzip.bytes, file[44..48]);
    assert_eq!(gzip.header("content-range"), format!("bytes 44-47/{}", file.len()));
    let last = ask(&stranger, &[("range", "bytes=-10")]).await;
    assert_eq!(last.bytes, file[file.len() - 10..]);
    let behind = ask(&stranger, &[("range", "bytes=9999999-")]).await;
    assert_eq!(behind.status, StatusCode::RANGE_NOT_SATISFIABLE);
    assert_eq!(behind.header("content-range"), format!("bytes */{}", file.len()));
    let etag = whole.header("etag").to_owned();
    let same = ask(&stranger, &[("range", "bytes=0-3"), ("if-range", &etag)]).await;
    assert_eq!(same.bytes, b"RIFF");
    let other = ask(&stranger, &[("range", "bytes=0-3"), ("if-range", "\"other\"")]).await;
    assert_eq!((other.status, other.bytes.len()), (StatusCode::OK, file.len()));
    assert_eq!(ask(&stranger, &[("if-none-match", &etag)]).await.status, StatusCode::NOT_MODIFIED);
    let head = Request::head("/demos/1/audio");
    let head = stranger.send(head, Body::empty()).await.expect(StatusCode::OK);
    assert_eq!((head.header("content-length"), head.bytes.len()), (&*file.len().to_string(), 0));

    let ada = app.admin("Ada Winterbourne").await;
    let hide = [("word", "For a while.")];
    ada.post("/admin/profiles/1/hide", hide).await.expect(StatusCode::SEE_OTHER);
    let josiah = app.musician("Josiah Pell").await;
    for (who, status) in [
        (&stranger, StatusCode::NOT_FOUND),
        (&josiah, StatusCode::NOT_FOUND),
        (&maren, StatusCode::OK),
        (&ada, StatusCode::OK),
    ] {
        assert_eq!(ask(who, &[]).await.status, status);
    }
    let list = stranger.get("/api/v1/musicians/maren-oakley/demos").await;
    assert_eq!(list.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn demos_are_edited_moved_and_removed_with_their_files() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let (maren, josiah) = (app.musician("Maren Oakley").await, app.musician("Josiah Pell").await);
    for (title, file) in
        [("One", wav(-20.0, 1.5)), ("Two", aiff(-20.0, 1.5)), ("Three", wav(-12.0, 1.5))]
    {
        let fields = [("title", title), ("instrument", "fiddle"), ("genre", "folk")];
        let name = if title == "Two" { "a.aif" } else { "a.wav" };
        assert_eq!(upload(&maren, &fields, name, &file).await.status, StatusCode::SEE_OTHER);
    }
    assert_eq!(shelf.count(), 4, "the AIFF has its rendition beside it");
    maren.post("/profile/demos/3/up", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&maren).await, ["One", "Three", "Two"]);
    maren.post("/profile/demos/1/up", ()).await.expect(StatusCode::SEE_OTHER);
    maren.post_json("/api/v1/profile/demos/1/down", ()).await.expect(StatusCode::OK);
    assert_eq!(titles(&maren).await, ["Three", "One", "Two"]);

    let form = maren.get("/profile/demos/1").await.expect(StatusCode::OK);
    assert_eq!(form.attributes("#title", "value"), ["One"]);
    assert_eq!(form.attributes("#genre option[selected]", "value"), ["folk"]);
    let wrong =
        [("title", " "), ("instrument", "tuba"), ("genre", "noise of frogs"), ("credit", "7")];
    let again =
        maren.post("/profile/demos/1", wrong).await.expect(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(
        again.texts("#faults li"),
        [
            "Title cannot be empty",
            "Instrument is none of those on your profile: choose one, or add it there first",
            "Genre is none we know: choose one",
            "Credit is none of your confirmed credits: choose one of them, or none",
        ]
    );
    let right =
        [("title", "The First"), ("instrument", "fiddle"), ("genre", "country"), ("part", "Solo")];
    maren.post("/profile/demos/1", right).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&maren).await, ["Three", "The First", "Two"]);

    for path in ["/profile/demos/1/remove", "/profile/demos/1/up", "/profile/demos/1"] {
        assert_eq!(josiah.post(path, right).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    maren.post("/profile/demos/2/remove", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(titles(&maren).await, ["Three", "The First"]);
    assert_eq!(shelf.count(), 2);
    assert_eq!(app.stranger().get("/demos/2/audio").await.status, StatusCode::NOT_FOUND);
}

/// What is refused, and what is said of the file.
fn refused() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    let sound = wav(-20.0, 3.0);
    let made = |kind, with: &[&str]| encode(&sound, kind, with);
    let cut = |file: &[u8]| file[..file.len() * 2 / 3].to_vec();
    let flac = made("flac", &[]);
    let bent = |mut file: Vec<u8>| {
        let middle = file.len() / 2;
        file[middle..middle + 200].iter_mut().for_each(|byte| *byte ^= 0x5a);
        file
    };
    let mut endless = sound.clone();
    endless[40..44].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut nothing = wav_of(RATE, 2, &[]);
    nothing.truncate(44);
    let hours = wav_of(8_000, 1, &vec![0; 8_000 * 60 * 60]);
    let bomb = encode(&hours, "flac", &[]);
    assert!(bomb.len() < 1024 * 1024, "an hour of nothing is small");
    let six: Vec<i16> = tone(-20.0, 2.0).into_iter().flat_map(|[left, _]| [left; 6]).collect();
    let mut tag = b"ID3\x04\0\0\x7f\x7f\x7f\x7f".to_vec();
    tag.extend([0; 4096]);
    let moov_first = made("m4a", &["-c:a", "aac", "-movflags", "+faststart"]);
    let video = encode(
        &sound,
        "mp4",
        &["-f", "lavfi", "-i", "testsrc=d=2:s=64x64:r=5", "-c:a", "aac", "-shortest"],
    );
    let cut_short = "is cut short: it cannot be read to the end that it announces";
    let damaged = "is damaged or cut short: it cannot be decoded to its end";
    vec![
        ("", Vec::new(), "is missing: choose one"),
        ("a.wav", Vec::new(), "is empty: it has no sound in it"),
        ("a.wav", nothing, "is empty: it has no sound in it"),
        ("a.wav", wav(-20.0, 0.5), "is shorter than a second"),
        ("a.wav", wav_of(RATE, 2, &[0; 300_000]), "is silent from beginning to end"),
        ("a.flac", bomb, "is longer than 10 minutes"),
        ("a.wav", wav_of(8_000, 1, &vec![9; 8_000 * 601]), "is longer than 10 minutes"),
        ("a.wav", wav_of(RATE, 6, &six), "has 6 channels: mix it to mono or stereo"),
        ("a.wav", wav_of(4_000, 1, &[900; 20_000]), "has 4000 samples a second"),
        ("a.txt", sound.clone(), "has a name that ends in nothing we take"),
        ("a", sound.clone(), "has a name that ends in nothing we take"),
        (
            "a.mp3",
            sound.clone(),
            "is called .mp3, but what is in it is WAV: give it its right name",
        ),
        (
            "a.flac",
            made("ogg", &["-c:a", "libvorbis"]),
            "is called .flac, but what is in it is Ogg",
        ),
        (
            "a.mp3",
            b"<!doctype html><script>alert(1)</script>".repeat(9),
            "is called .mp3, but it is not audio",
        ),
        (
            "a.wav",
            b"\x89PNG\r\n\x1a\n".repeat(90),
            "is called .wav, but it is not audio of that kind",
        ),
        ("a.mp3", tag, cut_short),
        ("a.wav", cut(&sound), cut_short),
        ("a.wav", endless, damaged),
        ("a.aiff", cut(&aiff(-20.0, 3.0)), cut_short),
        ("a.flac", cut(&flac), "is cut short"),
        ("a.flac", bent(flac), damaged),
        ("a.mp3", cut(&made("mp3", &[])), "is cut short: it says it is 0:03 long"),
        ("a.m4a", cut(&made("m4a", &["-c:a", "aac"])), damaged),
        ("a.m4a", cut(&moov_first), damaged),
        ("a.ogg", cut(&made("ogg", &["-c:a", "libvorbis"])), "is cut short"),
        ("a.opus", cut(&made("opus", &[])), "is cut short"),
        ("a.webm", cut(&made("webm", &["-c:a", "libopus"])), damaged),
        ("a.mp4", video, "is a video: send its sound alone"),
    ]
}

#[tokio::test]
async fn what_is_no_demo_is_refused_with_the_reason_and_leaves_nothing_behind() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let mut wrong = Vec::new();
    for (name, file, why) in refused() {
        let reply = upload(&maren, FIDDLE, name, &file).await;
        let said = reply.texts("#faults li").join(" ");
        if reply.status != StatusCode::UNPROCESSABLE_ENTITY
            || !said.starts_with(&format!("File {why}"))
        {
            wrong.push(format!("{name}: {why:?} expected, {} said: {said:?}", reply.status));
        }
        assert_eq!(reply.attributes("#title", "value"), ["Dust on the Piano"], "{name}");
        assert_eq!(shelf.count(), 0, "{name}: {why}");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(titles(&maren).await, [""; 0]);
}

/// The same numbers in each run, without a crate for them.
fn numbers(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % below
    }
}

/// Bends a file somewhere: bytes changed, left out, doubled, or its end gone.
fn bend(file: &[u8], number: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
    let mut bent = file.to_vec();
    // Heads are where decoders believe what they read.
    let reach = if number(2) == 0 { file.len().min(400) } else { file.len() };
    for _ in 0..=number(6) {
        let at = number(reach.min(bent.len()).max(1));
        match number(5) {
            0 => bent[at] = [0, 0xff, 0x7f, 0x80][number(4)],
            1 => bent[at] ^= 1 << number(8),
            2 => drop(bent.drain(at..(at + 1 + number(64)).min(bent.len()))),
            3 => {
                let piece = bent[at..(at + 64).min(bent.len())].to_vec();
                bent.splice(at..at, piece);
            }
            _ => bent.truncate(at.max(100)),
        }
    }
    bent
}

#[tokio::test]
async fn whatever_is_bent_in_a_file_the_answer_is_a_sentence_or_a_demo() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let mut number = numbers(20_261_123);
    for (name, file, ..) in kinds() {
        for _ in 0..12 {
            let bent = bend(&file, &mut number);
            let reply =
                send(&maren, "/api/v1/profile/demos", form(FIDDLE, name, &bent).into()).await;
            if reply.status == StatusCode::CREATED {
                let gone = Request::delete(format!("/api/v1/profile/demos/{}", reply.json()["id"]));
                maren.send(gone, Body::empty()).await;
            } else {
                assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", reply.body);
                assert!(reply.json()["errors"]["file"].is_array(), "{}", reply.body);
            }
            assert_eq!(shelf.count(), 0, "{name}");
        }
    }
}

#[tokio::test]
async fn a_file_that_is_too_large_is_told_so_by_page_and_program() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let mut large = wav(-20.0, 1.0);
    large.resize(50 * 1024 * 1024 + 1, 0);
    let reply = upload(&maren, FIDDLE, "a.wav", &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let said = "File is larger than 50 MiB, and no more fits: send it smaller, as FLAC, MP3 or M4A";
    assert_eq!(reply.texts("#faults li"), [said]);
    let body = form(FIDDLE, "a.wav", &large);
    let reply = send(&maren, "/api/v1/profile/demos", body.into()).await;
    assert_eq!(reply.json()["type"], "/api/docs#problem-too-large");
    large.resize(130 * 1024 * 1024, 0);
    let reply = upload(&maren, FIDDLE, "a.wav", &large).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!((shelf.count(), titles(&maren).await.len()), (0, 0));
}

#[tokio::test]
async fn a_sender_who_goes_away_in_the_middle_leaves_nothing() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let whole = form(FIDDLE, "a.wav", &wav(-20.0, 3.0));
    let half = Bytes::from(whole[..whole.len() / 2].to_vec());
    let broken = || Err(std::io::Error::other("the line broke"));
    for end in [Some(broken()), None] {
        let pieces = [Ok(half.slice(..5000)), Ok(half.slice(5000..))].into_iter().chain(end);
        let body = Body::from_stream(futures_util::stream::iter(pieces));
        let reply = send(&maren, "/profile/demos", body).await;
        assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.body);
        assert!(reply.body.contains("did not arrive whole"), "{}", reply.body);
        assert_eq!(shelf.count(), 0);
    }
    assert_eq!(titles(&maren).await, [""; 0]);
    let reply = upload(&maren, FIDDLE, "a.wav", &wav(-20.0, 1.0)).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "and nobody waits for the one who went");
}

#[tokio::test]
async fn names_and_tags_are_not_looked_at_let_alone_shown() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let title = format!("title=<script>alert(1)</script>{}", "x".repeat(60_000));
    let tagged = ["-metadata", &title, "-metadata", "comment=../../etc/passwd"];
    let tagged = encode(&wav(-20.0, 1.5), "mp3", &tagged);
    let long = format!("{}.mp3", "n".repeat(5000));
    for name in [
        "../../../etc/cron.d/a.mp3",
        "<b>.mp3",
        "a\u{202e}3pm.mp3",
        "nul\\0.mp3",
        "C:\\a.mp3",
        &long,
    ] {
        added(&maren, name, &tagged).await;
    }
    let page = app.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(page.texts(".demo .what b"), ["Dust on the Piano"; 2]);
    let page = app.stranger().get("/musicians/maren-oakley/demos").await;
    assert_eq!(page.texts(".demo .what b"), ["Dust on the Piano"; 6]);
    for wrong in ["alert(1)", "passwd", "cron", "nnnn"] {
        assert!(!page.body.contains(wrong), "{wrong}");
    }
}

#[tokio::test]
async fn every_field_of_a_demo_says_what_is_wrong_with_it_and_the_file_too() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let long = "x".repeat(2000);
    let file = wav(-20.0, 1.5);
    for (field, value, why) in [
        ("title", "", "Title cannot be empty"),
        ("title", &long, "Title is too long: 2000 characters, and 100 fit"),
        ("title", "a\0b", "Title has a character that cannot be printed: write it again by hand"),
        (
            "instrument",
            "",
            "Instrument is none of those on your profile: choose one, or add it there first",
        ),
        ("genre", "-1", "Genre is none we know: choose one"),
        (
            "credit",
            "9999999999999999999999",
            "Credit is none of your confirmed credits: choose one of them, or none",
        ),
        ("credit", "-1", "Credit is none of your confirmed credits: choose one of them, or none"),
        ("part", &long, "Part is too long: 2000 characters, and 120 fit"),
        ("form_key", &long, "This form’s key is too long: 2000 characters, and 200 fit"),
    ] {
        let fields: Vec<_> = FIDDLE.iter().filter(|(name, _)| *name != field).copied().collect();
        let fields = [&fields[..], &[(field, value)]].concat();
        let reply = upload(&maren, &fields, "a.wav", &file).await;
        assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY, "{field}");
        assert_eq!(reply.texts("#faults li"), [why]);
        assert_eq!(shelf.count(), 0, "a file that was fine is let go as well");
    }
    let both = upload(&maren, &[("title", " ")], "a.mp3", &file).await;
    assert_eq!(both.texts("#faults li").len(), 4);
    let endless = [("title", &*"x".repeat(10_000))];
    let reply = upload(&maren, &endless, "a.wav", &file).await;
    assert_eq!(reply.status, StatusCode::PAYLOAD_TOO_LARGE);
    let marked = [("title", "<b>Dust</b>"), ("instrument", "fiddle"), ("genre", "country")];
    upload(&maren, &marked, "a.wav", &file).await.location();
    assert_eq!(titles(&maren).await, ["<b>Dust</b>"]);
}

#[tokio::test]
async fn a_body_that_is_no_form_with_a_file_is_told_so() {
    let app = TestApp::new().await;
    let maren = app.musician("Maren Oakley").await;
    let plain = maren.post("/profile/demos", [("title", "Dust")]).await;
    assert_eq!(plain.status, StatusCode::BAD_REQUEST);
    let program = maren.post_json("/api/v1/profile/demos", json!({ "title": "Dust" })).await;
    assert_eq!(program.json()["type"], "/api/docs#problem-unreadable");
    let nonsense = send(&maren, "/profile/demos", Body::from("no line of any form")).await;
    assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn where_there_is_no_ffmpeg_opus_and_webm_are_refused_with_that_reason() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    app.app.kept.put(Studio::with_ffmpeg("no-such-program"));
    let maren = app.musician("Maren Oakley").await;
    let page = maren.get("/profile/demos").await;
    assert!(page.texts("#file-hint")[0].contains("Opus and WebM need the program ffmpeg"));
    for (name, kind, format) in [("a.opus", "opus", "Opus"), ("a.webm", "webm", "WebM")] {
        let file = encode(&wav(-20.0, 1.5), kind, &["-c:a", "libopus"]);
        let said = upload(&maren, FIDDLE, name, &file).await.texts("#faults li").remove(0);
        let why = "needs the program ffmpeg, and this server has none: send WAV, AIFF, FLAC";
        assert!(said.starts_with(&format!("File is {format}, which {why}")), "{said}");
        assert_eq!(shelf.count(), 0);
    }
    added(&maren, "a.wav", &wav(-20.0, 1.5)).await;
}

#[tokio::test]
async fn a_form_sent_twice_makes_one_demo() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let fields = [FIDDLE, &[("form_key", "the same")]].concat();
    let file = wav(-20.0, 2.0);
    let (one, other) = tokio::join!(
        upload(&maren, &fields, "a.wav", &file),
        upload(&maren, &fields, "a.wav", &file)
    );
    assert_eq!(one.location(), "/profile/demos?added=1");
    assert_eq!(other.location(), "/profile/demos?added=1");
    assert_eq!((shelf.count(), titles(&maren).await.len()), (1, 1));

    let call = async |file: &[u8]| {
        let kind = format!("multipart/form-data; boundary={EDGE}");
        let request = Request::post("/api/v1/profile/demos")
            .header("content-type", kind)
            .header("idempotency-key", "3fd1-17ab-22");
        maren.send(request, form(FIDDLE, "a.wav", file).into()).await
    };
    let first = call(&file).await.expect(StatusCode::CREATED).json();
    assert_eq!(call(&file).await.expect(StatusCode::CREATED).json(), first);
    let misused = call(&wav(-14.0, 2.0)).await;
    assert_eq!(misused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", misused.body);
    assert_eq!(shelf.count(), 2);
}

#[tokio::test]
async fn twelve_demos_are_enough() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let file = wav(-20.0, 1.0);
    for _ in 0..11 {
        added(&maren, "a.wav", &file).await;
    }
    // Two at once for the one place that is left.
    let (one, other) = tokio::join!(
        upload(&maren, FIDDLE, "a.wav", &file),
        upload(&maren, FIDDLE, "a.wav", &file)
    );
    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 409]);
    let more = upload(&maren, FIDDLE, "a.wav", &file).await.expect(StatusCode::CONFLICT);
    assert!(more.body.contains("Twelve demos are on your profile"));
    assert_eq!((shelf.count(), titles(&maren).await.len()), (12, 12));
    assert!(maren.get("/profile/demos").await.attributes("#file", "type").is_empty());
}

#[tokio::test]
async fn who_has_no_profile_or_no_confirmed_address_adds_nothing() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    assert_eq!(ines.get("/profile/demos").await.location(), "/profile");
    let reply = upload(&ines, FIDDLE, "a.wav", &wav(-20.0, 1.0)).await;
    assert_eq!(reply.status, StatusCode::NOT_FOUND);
    let reply = upload(&app.stranger(), FIDDLE, "a.wav", &wav(-20.0, 1.0)).await;
    assert_eq!(reply.location(), "/sign-in?next=/");
}

/// Ines books Maren for a session, and both agree on the credit of it.
async fn confirmed_credit(app: &TestApp, maren: &Client) {
    let ines = app.producer("Ines Calloway").await;
    let call = calls::call(json!({ "date": "2026-11-24", "place": "Room A", "brief": "Dry." }));
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    let booking = sent.location().to_owned();
    maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::days(2));
    let credit = json!({ "title": "Dust on the Piano", "artist": "June Harrow",
        "credited_as": "Maren Oakley", "instrument": "fiddle" });
    ines.post(&format!("{booking}/done"), credit).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_demo_is_tied_to_a_confirmed_credit_of_its_own_player_and_no_other() {
    let app = TestApp::new().await;
    let (maren, josiah) = (app.musician("Maren Oakley").await, app.musician("Josiah Pell").await);
    confirmed_credit(&app, &maren).await;
    let fields = [FIDDLE, &[("credit", "1")]].concat();
    let file = wav(-20.0, 1.5);
    let none = "Credit is none of your confirmed credits: choose one of them, or none";
    let early = upload(&maren, &fields, "a.wav", &file).await;
    assert_eq!(early.texts("#faults li"), [none], "it is not confirmed yet");
    maren.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let form = maren.get("/profile/demos").await;
    assert_eq!(form.texts("#credit option"), ["None", "Dust on the Piano, June Harrow (2026)"]);
    assert_eq!(upload(&maren, &fields, "a.wav", &file).await.location(), "/profile/demos?added=1");
    let page = app.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(page.texts(".demo .what .meta"), ["Fiddle, country. Confirmed credit , 2026"]);
    assert_eq!(page.attributes(".demo .what a", "href"), ["/recordings/1-"]);
    let stolen = upload(&josiah, &fields, "a.wav", &file).await;
    assert_eq!(stolen.texts("#faults li"), [none]);
}

#[tokio::test]
async fn who_leaves_takes_their_demos_along() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    added(&maren, "a.wav", &wav(-20.0, 1.5)).await;
    added(&maren, "a.aiff", &aiff(-20.0, 1.5)).await;
    assert_eq!(shelf.count(), 3);
    maren.post("/account/delete", [("current", PASSWORD)]).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(shelf.count(), 0);
    assert_eq!(app.stranger().get("/demos/1/audio").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_was_on_its_way_when_its_sender_left_is_kept_by_nobody() {
    let app = TestApp::new().await;
    let shelf = Shelf::of(&app);
    let maren = app.musician("Maren Oakley").await;
    let (line, rest) = tokio::sync::mpsc::channel::<Bytes>(1);
    let whole = Bytes::from(form(FIDDLE, "a.wav", &wav(-20.0, 3.0)));
    let pieces = futures_util::stream::unfold(rest, |mut rest| async {
        let piece = rest.recv().await?;
        Some((Ok::<_, std::io::Error>(piece), rest))
    });
    let sending = send(&maren, "/api/v1/profile/demos", Body::from_stream(pieces));
    let leaving = async {
        // The second piece finds room once the first was taken.
        line.send(whole.slice(..5000)).await.unwrap();
        line.send(whole.slice(5000..9000)).await.unwrap();
        line.send(whole.slice(9000..10000)).await.unwrap();
        let left = maren.post("/account/delete", [("current", PASSWORD)]).await;
        left.expect(StatusCode::SEE_OTHER);
        line.send(whole.slice(10000..)).await.unwrap();
        drop(line);
    };
    let (reply, ()) = futures_util::join!(sending, leaving);
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "{}", reply.body);
    assert_eq!(shelf.count(), 0);
    let rows: i64 =
        sqlx::query_scalar("select count(*) from demos").fetch_one(app.db()).await.unwrap();
    assert_eq!(rows, 0);
}

#[tokio::test]
async fn the_nightly_sweep_takes_only_what_no_demo_names() {
    let app = TestApp::new().await;
    let files = Files::in_memory();
    app.app.kept.put(files.clone());
    let maren = app.musician("Maren Oakley").await;
    added(&maren, "a.aiff", &aiff(-20.0, 1.5)).await;
    files.put("demos", Bytes::from_static(b"a crash left it")).await.unwrap();
    let mut db = app.db().acquire().await.unwrap();
    let now = first_call::values::Clock::System.now();
    assert_eq!(demos::sweep(&mut db, &files, now).await.unwrap(), 0, "it may be on its way");
    let tomorrow = now + TimeDelta::hours(25);
    assert_eq!(demos::sweep(&mut db, &files, tomorrow).await.unwrap(), 1);
    assert_eq!(files.list("demos").await.unwrap().len(), 2);
    assert_eq!(app.stranger().get("/demos/1/audio").await.status, StatusCode::OK);
}
