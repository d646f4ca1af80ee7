use std::io::Cursor;

use axum::{
    body::{Body, Bytes},
    http::{Request, StatusCode},
};
use first_call::files::Files;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use sqlx::query_scalar;

use crate::{
    calls,
    support::{Client, PASSWORD, Reply, TestApp},
};

const RED: [u8; 3] = [200, 30, 30];
const GREEN: [u8; 3] = [30, 160, 30];
const BLUE: [u8; 3] = [30, 30, 200];
const WHITE: [u8; 3] = [250, 250, 250];

/// Red, green, blue, white: top left, top right, bottom left, bottom right.
fn quarters(width: u32, height: u32) -> DynamicImage {
    let color = |x, y| match (x < width / 2, y < height / 2) {
        (true, true) => RED,
        (false, true) => GREEN,
        (true, false) => BLUE,
        (false, false) => WHITE,
    };
    RgbImage::from_fn(width, height, |x, y| Rgb(color(x, y))).into()
}

fn written(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// A JPEG that says which way up it is, where it was taken and with what.
fn telling_jpeg(picture: &DynamicImage, orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: [u8; 4]| {
        let mut bytes = tag.to_le_bytes().to_vec();
        bytes.extend(kind.to_le_bytes());
        bytes.extend(count.to_le_bytes());
        bytes.extend(value);
        bytes
    };
    // The directory has three entries and ends at 8 + 2 + 36 + 4 = 50.
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(entry(0x010f, 2, 10, 50u32.to_le_bytes()));
    tiff.extend(entry(0x0112, 3, 1, [orientation, 0, 0, 0]));
    tiff.extend(entry(0x8825, 4, 1, 60u32.to_le_bytes()));
    tiff.extend([0; 4]);
    tiff.extend(b"SECRETCAM\0");
    tiff.extend(b"\x01\0");
    tiff.extend(entry(0x0001, 2, 2, *b"N\0\0\0"));
    tiff.extend([0; 4]);
    let mut jpeg = written(picture, ImageFormat::Jpeg);
    let length = u16::try_from(tiff.len() + 8).unwrap().to_be_bytes();
    let app1 = [&[0xff, 0xe1], &length[..], b"Exif\0\0", &tiff].concat();
    jpeg.splice(2..2, app1);
    jpeg
}

fn multipart(field: &str, name: &str, kind: &str, file: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: {kind}\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--edge--\r\n"].concat();
    ("multipart/form-data; boundary=edge".into(), body)
}

async fn send(who: &Client, method: &str, path: &str, (kind, body): (String, Vec<u8>)) -> Reply {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("content-type", kind)
        .header("sec-fetch-site", "same-origin");
    who.send(request, Body::from(body)).await
}

async fn upload(who: &Client, file: &[u8]) -> Reply {
    send(who, "POST", "/profile/portrait", multipart("portrait", "me.jpg", "image/jpeg", file))
        .await
}

struct Scene {
    app: TestApp,
    maren: Client,
    reader: Client,
    files: Files,
}

async fn scene() -> Scene {
    let app = TestApp::new().await;
    let files = Files::in_memory();
    app.app.kept.put(files.clone());
    let (maren, reader) = (app.musician("Maren Oakley").await, app.stranger());
    Scene { app, maren, reader, files }
}

impl Scene {
    /// How many files there are, and how many of them a row names.
    async fn kept(&self) -> (usize, i64) {
        let named = query_scalar("select count(*) from portrait_files").fetch_one(self.app.db());
        (self.files.list("portraits").await.unwrap().len(), named.await.unwrap())
    }

    /// The big portrait on the profile page.
    async fn shown(&self) -> String {
        let page = self.reader.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
        let all = page.attributes(".intro img.mono", "src");
        all.first().unwrap_or_else(|| panic!("no portrait is shown")).clone()
    }
}

fn is_near(pixel: Rgb<u8>, color: [u8; 3]) -> bool {
    pixel.0.iter().zip(color).all(|(is, wanted)| is.abs_diff(wanted) < 25)
}

/// The colours in the middles of the quarters, from the top left by rows.
fn corners(picture: &RgbImage) -> [Rgb<u8>; 4] {
    let (near, far) = (picture.width() / 4, picture.width() * 3 / 4);
    [(near, near), (far, near), (near, far), (far, far)].map(|(x, y)| *picture.get_pixel(x, y))
}

#[tokio::test]
async fn a_portrait_is_cut_square_and_shown_wherever_the_player_is() {
    let s = scene().await;
    let page = s.maren.get("/profile/portrait").await.expect(StatusCode::OK);
    assert_eq!(page.texts("span.mono.big"), ["MO"]);
    let sent = upload(&s.maren, &written(&quarters(1600, 1200), ImageFormat::Jpeg)).await;
    assert_eq!(sent.expect(StatusCode::SEE_OTHER).location(), "/profile/portrait");
    assert_eq!(s.kept().await, (3, 3));

    let large = s.shown().await;
    for (side, address) in [
        (96, large.replace("-320", "-96")),
        (320, large.clone()),
        (800, large.replace("-320", "-800")),
    ] {
        let file = s.reader.get(&address).await.expect(StatusCode::OK);
        assert_eq!(file.header("content-type"), "image/jpeg");
        assert_eq!(file.header("cache-control"), "public, max-age=86400");
        assert_eq!(file.header("x-content-type-options"), "nosniff");
        let picture = image::load_from_memory(&file.bytes).unwrap().into_rgb8();
        assert_eq!((picture.width(), picture.height()), (side, side));
        for (pixel, color) in corners(&picture).into_iter().zip([RED, GREEN, BLUE, WHITE]) {
            assert!(is_near(pixel, color), "{pixel:?} is not {color:?}");
        }
        let again = Request::get(&address).header("if-none-match", file.header("etag"));
        s.reader.send(again, Body::empty()).await.expect(StatusCode::NOT_MODIFIED);
    }
    let found = s.reader.get("/musicians").await;
    assert_eq!(found.attributes(".player img.mono", "loading"), ["lazy"]);
    assert_eq!(found.attributes(".player img.mono", "width"), ["48"]);
    let page = s.reader.get("/musicians/maren-oakley").await;
    assert_eq!(page.attributes(".intro img.mono", "alt"), ["Maren Oakley"]);
}

#[tokio::test]
async fn a_picture_is_turned_the_right_way_up_and_nothing_else_of_it_is_kept() {
    let s = scene().await;
    for (orientation, expected) in [
        (1, [RED, GREEN, BLUE, WHITE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (8, [GREEN, WHITE, RED, BLUE]),
        (2, [GREEN, RED, WHITE, BLUE]),
    ] {
        let sent = telling_jpeg(&quarters(400, 400), orientation);
        let holds = |file: &[u8], word: &[u8]| file.windows(word.len()).any(|at| at == word);
        assert!(holds(&sent, b"Exif") && holds(&sent, b"SECRETCAM"));
        upload(&s.maren, &sent).await.expect(StatusCode::SEE_OTHER);
        let large = s.shown().await;
        for address in [large.replace("-320", "-96"), large.clone(), large.replace("-320", "-800")]
        {
            let file = s.reader.get(&address).await.expect(StatusCode::OK).bytes;
            for word in [
                &b"Exif"[..],
                b"SECRETCAM",
                b"GPS",
                b"II*\0",
                b"http://ns.adobe.com",
                b"ICC_PROFILE",
            ] {
                assert!(!holds(&file, word), "{word:?} is still there");
            }
        }
        let file = s.reader.get(&large).await.bytes;
        let picture = image::load_from_memory(&file).unwrap().into_rgb8();
        for (pixel, color) in corners(&picture).into_iter().zip(expected) {
            assert!(is_near(pixel, color), "{orientation}: {pixel:?} is not {color:?}");
        }
    }
    assert_eq!(s.kept().await, (3, 3), "each took the place of the one before");
}

#[tokio::test]
async fn every_format_we_name_is_taken_and_what_shows_through_is_paper() {
    let s = scene().await;
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP] {
        upload(&s.maren, &written(&quarters(300, 500), format)).await.expect(StatusCode::SEE_OTHER);
        s.reader.get(&s.shown().await).await.expect(StatusCode::OK);
    }
    let clear = DynamicImage::from(RgbaImage::from_pixel(400, 400, Rgba([0, 0, 0, 0])));
    for file in [
        written(&clear, ImageFormat::Png),
        written(&clear, ImageFormat::WebP),
        written(&DynamicImage::from(clear.to_luma_alpha16()), ImageFormat::Png),
    ] {
        upload(&s.maren, &file).await.expect(StatusCode::SEE_OTHER);
        let file = s.reader.get(&s.shown().await).await.bytes;
        let picture = image::load_from_memory(&file).unwrap().into_rgb8();
        assert!(is_near(*picture.get_pixel(160, 160), [0xfb, 0xf9, 0xf5]));
    }
    // Not blown up.
    let small = s.shown().await.replace("-320", "-800");
    let picture = image::load_from_memory(&s.reader.get(&small).await.bytes).unwrap();
    assert_eq!(picture.width(), 400);
}

fn crc(bytes: &[u8]) -> [u8; 4] {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 }
        })
    };
    (!bytes.iter().fold(!0, step)).to_be_bytes()
}

fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let told = [kind, data].concat();
    [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &told, &crc(&told)].concat()
}

/// Some bytes that say they are a PNG of this size.
fn bomb(width: u32, height: u32) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let data = [0x78, 0x9c, 0x03, 0, 0, 0, 0, 1];
    let chunks = [chunk(b"IHDR", &head), chunk(b"IDAT", &data), chunk(b"IEND", &[])].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &chunks].concat()
}

fn moving_png() -> Vec<u8> {
    let mut png = written(&quarters(300, 300), ImageFormat::Png);
    png.splice(33..33, chunk(b"acTL", &[0, 0, 0, 2, 0, 0, 0, 0]));
    png
}

fn moving_webp() -> Vec<u8> {
    let still = written(&quarters(300, 300), ImageFormat::WebP);
    let riff = |kind: &[u8; 4], data: &[u8]| {
        let length = u32::try_from(data.len()).unwrap().to_le_bytes();
        [&kind[..], &length, data, &vec![0; data.len() % 2]].concat()
    };
    let side = [43, 1, 0];
    let frame = [&[0; 6][..], &side, &side, &[100, 0, 0, 0], &still[12..]].concat();
    let chunks = [
        riff(b"VP8X", &[&[2, 0, 0, 0][..], &side, &side].concat()),
        riff(b"ANIM", &[0; 6]),
        riff(b"ANMF", &frame),
        riff(b"ANMF", &frame),
    ];
    riff(b"RIFF", &[&b"WEBP"[..], &chunks.concat()].concat())
}

#[tokio::test]
async fn what_is_no_portrait_is_refused_at_the_field_and_leaves_nothing_behind() {
    let s = scene().await;
    let jpeg = written(&quarters(400, 400), ImageFormat::Jpeg);
    let png = written(&quarters(400, 400), ImageFormat::Png);
    let webp = written(&quarters(400, 400), ImageFormat::WebP);
    let cut = |file: &[u8]| file[..file.len() * 2 / 3].to_vec();
    // The end of the picture inside is not the end of the picture.
    let mut cut_with_a_thumbnail = telling_jpeg(&quarters(400, 400), 1);
    let thumbnail = written(&quarters(160, 160), ImageFormat::Jpeg);
    let app2 =
        [&[0xff, 0xe2][..], &u16::try_from(thumbnail.len() + 2).unwrap().to_be_bytes(), &thumbnail]
            .concat();
    cut_with_a_thumbnail.splice(2..2, app2);
    let cut_with_a_thumbnail = cut(&cut_with_a_thumbnail);
    let mut garbled = jpeg.clone();
    for byte in garbled.iter_mut().skip(20).step_by(3) {
        *byte ^= 0x5a;
    }
    let svg = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>".to_vec();
    let damaged = "is damaged, or breaks off: save it anew, then send it again";
    let unknown = "is not a JPEG, PNG or WebP picture";
    for (what, file, says) in [
        ("nothing", vec![], "is missing: choose a file first"),
        ("text", b"This is a photograph of me.".to_vec(), unknown),
        ("an SVG", svg, unknown),
        ("a GIF", b"GIF89a\x01\0\x01\0\0\0\0;".to_vec(), unknown),
        ("a beginning", jpeg[..3].to_vec(), damaged),
        ("half a JPEG", cut(&jpeg), damaged),
        ("half a JPEG with a whole one inside", cut_with_a_thumbnail, damaged),
        ("half a PNG", cut(&png), damaged),
        ("half a WebP", cut(&webp), damaged),
        ("a JPEG with other bytes", garbled, damaged),
        ("a PNG that is none", [&b"\x89PNG\r\n\x1a\n"[..], &jpeg].concat(), damaged),
        ("a moving PNG", moving_png(), "moves: send a still picture"),
        ("a moving WebP", moving_webp(), "moves: send a still picture"),
        (
            "a bomb",
            bomb(50_000, 50_000),
            "is 50000 by 50000 pixels, which is more than 40 million: send a smaller one",
        ),
        (
            "a long bomb",
            bomb(60_000, 1_000),
            "is 60000 by 1000 pixels, which is more than 40 million: send a smaller one",
        ),
        (
            "a stamp",
            written(&quarters(159, 900), ImageFormat::Png),
            "is only 159 by 900 pixels: send one of at least 160 by 160",
        ),
        (
            "more than fits",
            vec![0xff; 10 * 1024 * 1024 + 1],
            "is more than 10 MiB: send a smaller one",
        ),
    ] {
        let page = upload(&s.maren, &file).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(page.texts("#portrait-error"), [format!("Portrait {says}.")], "{what}");
        assert_eq!(s.kept().await, (0, 0), "{what}");
        let form = multipart("portrait", "me.jpg", "image/jpeg", &file);
        let problem = send(&s.maren, "PUT", "/api/v1/profile/portrait", form).await;
        assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
        assert_eq!(problem.json()["errors"]["portrait"][0], says, "{what}");
    }
}

#[tokio::test]
async fn what_a_file_is_called_means_nothing() {
    let s = scene().await;
    let file = written(&quarters(400, 400), ImageFormat::Png);
    for (name, kind) in [
        ("../../../etc/passwd", "image/png"),
        ("<script>alert(1)</script>.svg", "image/svg+xml"),
        ("me.exe", "application/octet-stream"),
        ("", "image/jpeg"),
    ] {
        let form = multipart("portrait", name, kind, &file);
        send(&s.maren, "POST", "/profile/portrait", form).await.expect(StatusCode::SEE_OTHER);
        assert_eq!(s.kept().await, (3, 3), "the same picture once");
    }
    for key in s.files.list("portraits").await.unwrap() {
        assert_eq!(key.as_str().len(), "portraits/".len() + 32, "{key}");
    }
    for (field, body) in [("picture", &file[..]), ("portrait", b"")] {
        let form = multipart(field, "me.png", "image/png", body);
        let page = send(&s.maren, "POST", "/profile/portrait", form).await;
        assert_eq!(
            page.expect(StatusCode::UNPROCESSABLE_ENTITY).texts("#portrait-error"),
            ["Portrait is missing: choose a file first."]
        );
    }
    let plain = s.maren.post("/profile/portrait", [("portrait", "me.jpg")]).await;
    plain.expect(StatusCode::BAD_REQUEST);
    let broken = ("multipart/form-data; boundary=edge".to_owned(), b"--edge\r\nnonsense".to_vec());
    send(&s.maren, "POST", "/profile/portrait", broken).await.expect(StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn sent_twice_at_once_it_is_kept_once() {
    let s = scene().await;
    let file = written(&quarters(600, 600), ImageFormat::Jpeg);
    let (one, other) = tokio::join!(upload(&s.maren, &file), upload(&s.maren, &file));
    one.expect(StatusCode::SEE_OTHER);
    other.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.kept().await, (3, 3));
    let (red, blue) = (quarters(600, 600), quarters(600, 600).rotate180());
    let (red, blue) = (written(&red, ImageFormat::Png), written(&blue, ImageFormat::Png));
    let (one, other) = tokio::join!(upload(&s.maren, &red), upload(&s.maren, &blue));
    one.expect(StatusCode::SEE_OTHER);
    other.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.kept().await, (3, 3));
    s.reader.get(&s.shown().await).await.expect(StatusCode::OK);
}

#[tokio::test]
async fn a_portrait_is_removed_and_the_monogram_stands_for_it_again() {
    let s = scene().await;
    let file = written(&quarters(400, 400), ImageFormat::Jpeg);
    upload(&s.maren, &file).await.expect(StatusCode::SEE_OTHER);
    let address = s.shown().await;
    let shown = s.reader.get(&address).await.expect(StatusCode::OK);
    assert_eq!(shown.header("cache-control"), "public, max-age=86400", "out of caches in a day");
    s.maren.post("/profile/portrait/remove", ()).await.expect(StatusCode::SEE_OTHER);
    s.maren.post("/profile/portrait/remove", ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.kept().await, (0, 0));
    let gone = s.reader.get(&address).await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    assert!(!gone.header("cache-control").contains("public"), "it may be there again");
    let page = s.reader.get("/musicians/maren-oakley").await;
    assert_eq!(page.texts(".intro span.mono"), ["MO"]);

    let form = multipart("portrait", "me.jpg", "image/jpeg", &file);
    let json = send(&s.maren, "PUT", "/api/v1/profile/portrait", form).await;
    let squares = json.expect(StatusCode::OK).json()["squares"].clone();
    assert_eq!(squares[1]["side"], 320);
    s.reader.get(squares[1]["url"].as_str().unwrap()).await.expect(StatusCode::OK);
    let request = Request::delete("/api/v1/profile/portrait");
    s.maren.send(request, Body::empty()).await.expect(StatusCode::NO_CONTENT);
    assert_eq!(s.kept().await, (0, 0));
}

#[tokio::test]
async fn programs_and_other_sites_are_told_of_it() {
    let s = scene().await;
    let path = "/musicians/maren-oakley/card.png";
    let sleeve = s.reader.get(path).await.expect(StatusCode::OK);
    upload(&s.maren, &written(&quarters(400, 400), ImageFormat::Jpeg))
        .await
        .expect(StatusCode::SEE_OTHER);
    let big = s.shown().await.replace("-320", "-800");
    let public = s.reader.get("/api/v1/musicians/maren-oakley").await.json();
    let found = s.reader.get("/api/v1/musicians").await.json();
    let own = s.maren.get("/api/v1/profile").await.json();
    for told in [&public, &found["items"][0], &own] {
        assert_eq!(told["portrait"], big.as_str(), "{told}");
    }
    let page = s.reader.get("/musicians/maren-oakley").await;
    assert!(page.body.contains(&format!("\"image\":\"http://127.0.0.1:3000{big}\"")));
    let card = s.reader.get(path).await.expect(StatusCode::OK);
    assert_ne!(card.header("etag"), sleeve.header("etag"));
    let card = image::load_from_memory(&card.bytes).unwrap().into_rgb8();
    let part = image::imageops::crop_imm(&card, 896, 136, 240, 240).to_image();
    for (pixel, color) in corners(&part).into_iter().zip([RED, GREEN, BLUE, WHITE]) {
        assert!(is_near(pixel, color), "{pixel:?} is not {color:?}");
    }
}

#[tokio::test]
async fn a_portrait_is_seen_by_who_may_see_its_profile() {
    let s = scene().await;
    let ada = s.app.admin("Ada Winterbourne").await;
    let ines = s.app.producer("Ines Calloway").await;
    upload(&s.maren, &written(&quarters(400, 400), ImageFormat::Jpeg))
        .await
        .expect(StatusCode::SEE_OTHER);
    let address = s.shown().await;
    ada.post("/admin/profiles/1/hide", [("word", "A reason.")]).await.expect(StatusCode::SEE_OTHER);
    for who in [&s.reader, &ines] {
        assert_eq!(who.get(&address).await.status, StatusCode::NOT_FOUND);
    }
    for who in [&s.maren, &ada] {
        let file = who.get(&address).await.expect(StatusCode::OK);
        assert_eq!(file.header("cache-control"), "private, no-cache");
    }
    assert_eq!(ada.get("/admin/profiles/1").await.attributes(".intro img.mono", "width"), ["176"]);
    for name in ["x", "../1", &"0".repeat(64), &format!("{}-321.jpg", "0".repeat(64)), "-96.jpg"] {
        assert_eq!(s.reader.get(&format!("/portraits/{name}")).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn what_is_being_reviewed_keeps_its_face() {
    let s = scene().await;
    sqlx::query("update musicians set status = 'submitted'").execute(s.app.db()).await.unwrap();
    let file = written(&quarters(400, 400), ImageFormat::Jpeg);
    let refused = upload(&s.maren, &file).await.expect(StatusCode::CONFLICT);
    assert!(refused.texts(".lede")[0].starts_with("This profile is being reviewed"));
    assert_eq!(s.kept().await, (0, 0));
}

#[tokio::test]
async fn the_call_sheet_shows_who_is_booked() {
    let s = scene().await;
    let ines = s.app.producer("Ines Calloway").await;
    let call = calls::call(serde_json::json!({}));
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    let sheet = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
    assert!(ines.get(&sheet).await.attributes(".sheet img.mono", "src").is_empty());
    upload(&s.maren, &written(&quarters(400, 400), ImageFormat::Jpeg))
        .await
        .expect(StatusCode::SEE_OTHER);
    assert_eq!(ines.get(&sheet).await.attributes(".sheet img.mono", "src").len(), 1);
}

#[tokio::test]
async fn a_face_that_was_on_its_way_when_its_owner_left_is_kept_by_nobody() {
    let scene = scene().await;
    let picture = written(&quarters(400, 400), ImageFormat::Jpeg);
    let (kind, whole) = multipart("portrait", "me.jpg", "image/jpeg", &picture);
    let whole = Bytes::from(whole);
    let (line, rest) = tokio::sync::mpsc::channel::<Bytes>(1);
    let pieces = futures_util::stream::unfold(rest, |mut rest| async {
        let piece = rest.recv().await?;
        Some((Ok::<_, std::io::Error>(piece), rest))
    });
    let request = Request::put("/api/v1/profile/portrait").header("content-type", kind);
    let sending = scene.maren.send(request, Body::from_stream(pieces));
    let leaving = async {
        // The second piece finds room once the first was taken.
        for at in 0..3 {
            line.send(whole.slice(at * 300..(at + 1) * 300)).await.unwrap();
        }
        let left = scene.maren.post("/account/delete", [("current", PASSWORD)]).await;
        left.expect(StatusCode::SEE_OTHER);
        line.send(whole.slice(900..)).await.unwrap();
        drop(line);
    };
    let (reply, ()) = futures_util::join!(sending, leaving);
    assert_eq!(reply.status, StatusCode::NOT_FOUND, "{}", reply.body);
    assert_eq!(scene.kept().await, (0, 0));
}

#[tokio::test]
async fn nobody_takes_every_place_there_is_for_files() {
    let scene = scene().await;
    let picture = written(&quarters(400, 400), ImageFormat::Jpeg);
    let (kind, whole) = multipart("portrait", "me.jpg", "image/jpeg", &picture);
    let whole = Bytes::from(whole);
    // A line that is slow: a body, and where its pieces come from.
    let slow = || {
        let (line, rest) = tokio::sync::mpsc::channel::<Bytes>(1);
        let pieces = futures_util::stream::unfold(rest, |mut rest| async {
            let piece = rest.recv().await?;
            Some((Ok::<_, std::io::Error>(piece), rest))
        });
        let request = Request::put("/api/v1/profile/portrait").header("content-type", &kind);
        (line, scene.maren.send(request, Body::from_stream(pieces)))
    };
    let ((one, first), (other, second)) = (slow(), slow());
    let third = async {
        // The second piece of each finds room once its first was taken.
        for line in [&one, &other] {
            for at in 0..3 {
                line.send(whole.slice(at * 300..(at + 1) * 300)).await.unwrap();
            }
        }
        let refused = upload(&scene.maren, &picture).await;
        for line in [one, other] {
            line.send(whole.slice(900..)).await.unwrap();
        }
        refused
    };
    let (first, second, refused) = futures_util::join!(first, second, third);
    assert_eq!(refused.status, StatusCode::CONFLICT, "{}", refused.body);
    assert!(refused.body.contains("on their way already"), "{}", refused.body);
    assert_eq!((first.status, second.status), (StatusCode::OK, StatusCode::OK));
    upload(&scene.maren, &picture).await.expect(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn who_leaves_leaves_no_face_behind() {
    let s = scene().await;
    upload(&s.maren, &written(&quarters(400, 400), ImageFormat::Jpeg))
        .await
        .expect(StatusCode::SEE_OTHER);
    let address = s.shown().await;
    let gone = s.maren.post("/account/delete", [("current", PASSWORD)]).await;
    gone.expect(StatusCode::SEE_OTHER);
    assert_eq!(s.kept().await, (0, 0));
    assert_eq!(s.reader.get(&address).await.status, StatusCode::NOT_FOUND);
}
