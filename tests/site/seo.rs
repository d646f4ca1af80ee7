//! What search engines and other sites read of us.

use axum::{
    body::Body,
    http::{Request, StatusCode},
};
use chrono::{DateTime, TimeDelta};
use serde_json::{Value, json};
use sqlx::query;

use crate::{
    calls,
    support::{Client, Reply, TestApp},
};

const SITE: &str = "http://127.0.0.1:3000";

struct Scene {
    app: TestApp,
    ines: Client,
    maren: Client,
    reader: Client,
}

/// Ines and Maren made a recording, and both confirmed the credit.
async fn scene() -> Scene {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let call = calls::call(json!({ "date": "2026-11-24" }));
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    let booking = sent.expect(StatusCode::SEE_OTHER).location().to_owned();
    maren.post(&format!("{booking}/accept"), ()).await.expect(StatusCode::SEE_OTHER);
    app.wait(TimeDelta::days(2));
    let credit = json!({
        "title": "Dust on the Piano", "artist": "June Harrow", "isrc": "USRC17600833",
        "credited_as": "Maren Oakley", "instrument": "fiddle",
    });
    ines.post(&format!("{booking}/done"), credit).await.expect(StatusCode::SEE_OTHER);
    maren.post("/credits/1/confirm", ()).await.expect(StatusCode::SEE_OTHER);
    let reader = app.stranger();
    Scene { app, ines, maren, reader }
}

/// The linked data of a page, of which there is one.
fn linked(page: &Reply) -> Value {
    let found = page.texts("script[type='application/ld+json']");
    assert_eq!(found.len(), 1, "{}", page.body);
    let from = page.body.find("<script type=\"application/ld+json\">").unwrap();
    let text = &page.body[from..];
    let text = &text[text.find('>').unwrap() + 1..text.find("</script>").unwrap()];
    serde_json::from_str(text).unwrap()
}

fn meta(page: &Reply, name: &str) -> Vec<String> {
    let selector = format!("head meta[name='{name}'], head meta[property='{name}']");
    page.attributes(&selector, "content")
}

fn canonical(page: &Reply) -> Vec<String> {
    page.attributes("head link[rel=canonical]", "href")
}

#[tokio::test]
async fn a_profile_tells_who_plays_what_for_how_much_and_on_what() {
    let s = scene().await;
    let page = s.reader.get("/musicians/maren-oakley?date=2026-12-08").await.expect(StatusCode::OK);
    let url = format!("{SITE}/musicians/maren-oakley");
    assert_eq!(canonical(&page), [url.as_str()]);
    for (name, content) in [
        ("og:title", "Maren Oakley, fiddle"),
        ("og:type", "profile"),
        ("og:url", url.as_str()),
        ("og:image", &format!("{url}/card.png")),
        ("og:image:width", "1200"),
        ("og:image:height", "630"),
        ("twitter:card", "summary_large_image"),
        (
            "description",
            "Fiddle like a dusty barn. Fiddle in Nashville, Tennessee. 1 confirmed credit.",
        ),
    ] {
        assert_eq!(meta(&page, name), [content], "{name}");
    }
    assert!(meta(&page, "robots").is_empty());
    insta::assert_json_snapshot!(linked(&page), @r#"
    {
      "@context": "https://schema.org",
      "@type": "ProfilePage",
      "url": "http://127.0.0.1:3000/musicians/maren-oakley",
      "mainEntity": {
        "@type": "Person",
        "@id": "http://127.0.0.1:3000/musicians/maren-oakley#player",
        "name": "Maren Oakley",
        "url": "http://127.0.0.1:3000/musicians/maren-oakley",
        "jobTitle": "Session musician",
        "knowsAbout": [
          "Fiddle",
          "Country"
        ],
        "makesOffer": [
          {
            "@type": "Offer",
            "url": "http://127.0.0.1:3000/musicians/maren-oakley",
            "itemOffered": {
              "@type": "Service",
              "name": "Session of three hours in a room",
              "serviceType": "Session musician"
            },
            "price": "380.00",
            "priceCurrency": "USD"
          },
          {
            "@type": "Offer",
            "url": "http://127.0.0.1:3000/musicians/maren-oakley",
            "itemOffered": {
              "@type": "Service",
              "name": "Remote recording of a song",
              "serviceType": "Session musician"
            },
            "price": "150.00",
            "priceCurrency": "USD"
          }
        ],
        "performerIn": [
          {
            "@type": "Event",
            "name": "Recording of Dust on the Piano",
            "startDate": "2026-11-24",
            "recordedIn": {
              "@type": "MusicRecording",
              "name": "Dust on the Piano",
              "url": "http://127.0.0.1:3000/recordings/1-dust-on-the-piano",
              "byArtist": {
                "@type": "MusicGroup",
                "name": "June Harrow"
              }
            }
          }
        ],
        "description": "Fiddle like a dusty barn",
        "homeLocation": {
          "@type": "Place",
          "name": "Nashville, Tennessee"
        }
      }
    }
    "#);
}

#[tokio::test]
async fn a_rate_by_agreement_is_told_to_nobody() {
    let s = scene().await;
    query("update musicians set session_rate = null, works_remotely = false")
        .execute(s.app.db())
        .await
        .unwrap();
    let page = s.reader.get("/musicians/maren-oakley").await;
    let offers = linked(&page)["mainEntity"]["makesOffer"].clone();
    assert_eq!(offers.as_array().unwrap().len(), 1);
    assert_eq!(offers[0].get("price"), None);
}

#[tokio::test]
async fn a_recording_tells_who_is_confirmed_to_have_played() {
    let s = scene().await;
    // A draft that only its sides see.
    query("insert into credits (recording_id, credited_as, instrument_id, genre_id, played_on, created_at, awaits)
           select 1, 'Josiah Pell', instrument_id, genre_id, played_on, created_at, 'musician' from credits")
        .execute(s.app.db())
        .await
        .unwrap();
    let page = s.reader.get("/recordings/1-dust-on-the-piano").await.expect(StatusCode::OK);
    assert_eq!(canonical(&page), [format!("{SITE}/recordings/1-dust-on-the-piano")]);
    assert_eq!(meta(&page, "og:type"), ["music.song"]);
    insta::assert_json_snapshot!(linked(&page), @r#"
    {
      "@context": "https://schema.org",
      "@type": "MusicRecording",
      "@id": "http://127.0.0.1:3000/recordings/1-dust-on-the-piano",
      "url": "http://127.0.0.1:3000/recordings/1-dust-on-the-piano",
      "name": "Dust on the Piano",
      "byArtist": {
        "@type": "MusicGroup",
        "name": "June Harrow"
      },
      "contributor": [
        {
          "@type": "Role",
          "roleName": "Fiddle",
          "startDate": "2026-11-24",
          "contributor": {
            "@type": "Person",
            "name": "Maren Oakley",
            "@id": "http://127.0.0.1:3000/musicians/maren-oakley#player",
            "url": "http://127.0.0.1:3000/musicians/maren-oakley"
          }
        }
      ],
      "isrcCode": "USRC17600833"
    }
    "#);
    let old = s.reader.get("/recordings/1-another-title").await;
    assert_eq!(
        old.expect(StatusCode::PERMANENT_REDIRECT).location(),
        "/recordings/1-dust-on-the-piano"
    );
}

#[tokio::test]
async fn a_hostile_name_stays_a_name() {
    let s = scene().await;
    let name = "</script><script>alert(1)</script><!-- \"'&\u{2028}";
    for sql in [
        "update musicians set name = $1, headline = $1, about = $1, place = $1",
        "update recordings set title = $1, artist = $1",
        "update credits set credited_as = $1",
    ] {
        query(sql).bind(name).execute(s.app.db()).await.unwrap();
    }
    let profile = s.reader.get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(linked(&profile)["mainEntity"]["name"], name);
    let moved = s.reader.get("/recordings/1").await.expect(StatusCode::PERMANENT_REDIRECT);
    let recording = s.reader.get(moved.location()).await.expect(StatusCode::OK);
    assert_eq!(linked(&recording)["name"], name);
    for page in [&profile, &recording] {
        // Ours, the data, and nothing else.
        assert_eq!(page.texts("script").len(), 2);
        assert!(!page.body.contains("<script>"), "{}", page.body);
        assert!(meta(page, "og:title")[0].contains("</script>"), "it is read as it was typed");
    }
    for path in
        ["/musicians/maren-oakley/card.png".to_owned(), moved.location().to_owned() + "/card.png"]
    {
        s.reader.get(&path).await.expect(StatusCode::OK);
    }
}

#[tokio::test]
async fn the_first_page_says_how_to_search_us() {
    let app = TestApp::new().await;
    let page = app.stranger().get("/").await.expect(StatusCode::OK);
    assert_eq!(canonical(&page), [format!("{SITE}/")]);
    insta::assert_json_snapshot!(linked(&page), @r#"
    {
      "@context": "https://schema.org",
      "@type": "WebSite",
      "name": "First Call",
      "url": "http://127.0.0.1:3000/",
      "description": "Find a session musician who is free and has done exactly that, book them, and leave with the credit.",
      "potentialAction": {
        "@type": "SearchAction",
        "target": {
          "@type": "EntryPoint",
          "urlTemplate": "http://127.0.0.1:3000/musicians?q={words}"
        },
        "query-input": "required name=words"
      }
    }
    "#);
}

#[tokio::test]
async fn of_all_searches_only_the_one_for_nothing_is_listed() {
    let s = scene().await;
    for (asked, address, is_listed) in [
        ("/musicians", "/musicians", true),
        ("/musicians?instrument=&genre=&zone=Europe%2FLondon&q=", "/musicians", true),
        ("/musicians?utm_source=letter", "/musicians", true),
        ("/musicians?sort=credits", "/musicians", false),
        ("/musicians?instrument=fiddle&zone=&from=10%3A00", "/musicians?instrument=fiddle", false),
        ("/musicians?q=dusty+barn&after=x", "/musicians?q=dusty%20barn", false),
    ] {
        let page = s.reader.get(asked).await.expect(StatusCode::OK);
        assert_eq!(canonical(&page), [format!("{SITE}{address}")], "{asked}");
        assert_eq!(meta(&page, "robots").is_empty(), is_listed, "{asked}");
    }
    let found = s.reader.get("/recordings?q=dust").await.expect(StatusCode::OK);
    assert_eq!(meta(&found, "robots"), ["noindex"]);
}

#[tokio::test]
async fn what_only_one_reader_sees_is_listed_nowhere() {
    let s = scene().await;
    for path in ["/account", "/inbox", "/bookings", "/musicians/maren-oakley", "/"] {
        let page = s.ines.get(path).await.expect(StatusCode::OK);
        assert_eq!(meta(&page, "robots"), ["noindex"], "{path}");
    }
    for path in ["/sign-in", "/sign-up", "/forgotten", "/nothing-here"] {
        assert_eq!(meta(&s.reader.get(path).await, "robots"), ["noindex"], "{path}");
    }
    let robots = s.reader.get("/robots.txt").await.expect(StatusCode::OK);
    assert!(robots.header("content-type").starts_with("text/plain"));
    let lines: Vec<&str> = robots.body.lines().collect();
    for line in ["User-agent: *", "Disallow: /bookings", "Disallow: /admin"] {
        assert!(lines.contains(&line), "{line} in {lines:?}");
    }
    assert_eq!(lines.last(), Some(&format!("Sitemap: {SITE}/sitemap.xml").as_str()));
}

/// Whatever asks a stranger to sign in is no use to a robot.
#[tokio::test]
async fn robots_are_kept_from_every_page_that_asks_for_a_sign_in() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let robot = app.stranger();
    let text = robot.get("/robots.txt").await.expect(StatusCode::OK).body;
    let kept_from: Vec<&str> =
        text.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    let covers = |rule: &str, path: &str| match rule.split_once('*') {
        Some((start, rest)) => path.strip_prefix(start).is_some_and(|path| path.contains(rest)),
        None => path.starts_with(rule),
    };
    let mut asked = 0;
    for (_, path) in first_call::PAGES.iter().filter(|(method, _)| *method == "get") {
        let path = path.replace("{slug}", "maren-oakley").replace("{id}", "1");
        let page = robot.get(&path).await;
        let wants_sign_in =
            page.status == StatusCode::SEE_OTHER && page.location().starts_with("/sign-in");
        if wants_sign_in || page.status == StatusCode::FORBIDDEN {
            assert!(kept_from.iter().any(|rule| covers(rule, &path)), "{path}");
            asked += 1;
        }
    }
    assert!(asked > 15, "{asked}");
}

/// What the schema at sitemaps.org asks of a document: the one root in the one namespace, one to
/// 50,000 entries, each with a whole address of ours first and a date after it. Answers the
/// addresses.
fn valid(reply: &Reply, root: &str, entry: &str) -> Vec<String> {
    assert_eq!(reply.header("content-type"), "application/xml; charset=utf-8");
    let xml = roxmltree::Document::parse(&reply.body).unwrap();
    let namespace = "http://www.sitemaps.org/schemas/sitemap/0.9";
    assert!(xml.root_element().has_tag_name((namespace, root)));
    let entries: Vec<_> =
        xml.root_element().children().filter(roxmltree::Node::is_element).collect();
    assert!((1..=50_000).contains(&entries.len()), "{} entries", entries.len());
    let address = |node: &roxmltree::Node<'_, '_>| {
        assert!(node.has_tag_name((namespace, entry)));
        let parts: Vec<_> = node.children().filter(roxmltree::Node::is_element).collect();
        assert!(parts[0].has_tag_name((namespace, "loc")));
        if let Some(at) = parts.get(1) {
            assert!(at.has_tag_name((namespace, "lastmod")));
            DateTime::parse_from_rfc3339(at.text().unwrap()).unwrap();
        }
        assert!(parts.len() <= 2);
        let url = url::Url::parse(parts[0].text().unwrap()).unwrap();
        assert!(url.as_str().starts_with(SITE) && (12..=2048).contains(&url.as_str().len()));
        url[url::Position::BeforePath..].to_owned()
    };
    entries.iter().map(address).collect()
}

#[tokio::test]
async fn the_sitemap_lists_what_is_public_and_every_address_of_it_is_there() {
    let s = scene().await;
    s.app.musician("Josiah Pell").await;
    query("update musicians set status = 'hidden' where slug = 'josiah-pell'")
        .execute(s.app.db())
        .await
        .unwrap();
    let parts = valid(&s.reader.get("/sitemap.xml").await, "sitemapindex", "sitemap");
    assert_eq!(
        parts,
        ["/sitemap-pages-0.xml", "/sitemap-musicians-0.xml", "/sitemap-recordings-0.xml"]
    );
    let mut all = Vec::new();
    for part in &parts {
        all.extend(valid(&s.reader.get(part).await.expect(StatusCode::OK), "urlset", "url"));
    }
    for path in [
        "/",
        "/musicians/maren-oakley",
        "/recordings/1-dust-on-the-piano",
        "/instruments/fiddle",
        "/genres/country",
        "/packs",
    ] {
        assert!(all.iter().any(|listed| listed == path), "{path}");
    }
    assert!(!all.iter().any(|path| path.contains("josiah")));
    assert!(all.len() > 100);
    for path in all.iter().step_by(17).chain(all.last()) {
        let page = s.reader.get(path).await.expect(StatusCode::OK);
        assert!(meta(&page, "robots").is_empty(), "{path}");
    }
    for nothing in ["musicians-1.xml", "pages-1.xml", "people-0.xml", "musicians--1.xml", "x"] {
        let reply = s.reader.get(&format!("/sitemap-{nothing}")).await;
        assert_eq!(reply.status, StatusCode::NOT_FOUND, "{nothing}");
    }
}

#[tokio::test]
async fn no_part_of_the_sitemap_is_longer_than_it_may_be() {
    let app = TestApp::new().await;
    query(
        "insert into recordings (title, artist, created_at)
           select 'Track ' || n, 'June Harrow', now() from generate_series(1, 12000) n",
    )
    .execute(app.db())
    .await
    .unwrap();
    query("insert into credits (recording_id, credited_as, instrument_id, genre_id, played_on, status, confirmed_at, created_at)
           select r.id, 'Maren Oakley', 1, 1, '2026-01-01', 'confirmed', now(), now() from recordings r")
        .execute(app.db())
        .await
        .unwrap();
    let reader = app.stranger();
    let parts = valid(&reader.get("/sitemap.xml").await, "sitemapindex", "sitemap");
    let mut listed = std::collections::BTreeSet::new();
    for part in parts.iter().filter(|part| part.contains("recordings")) {
        let addresses = valid(&reader.get(part).await, "urlset", "url");
        assert!(addresses.len() <= 5_000);
        listed.extend(addresses);
    }
    assert_eq!(listed.len(), 12_000, "each once");
}

/// The picture behind an address, and its tag.
async fn picture(who: &Client, path: &str) -> (image::RgbImage, String) {
    let reply = who.get(path).await.expect(StatusCode::OK);
    assert_eq!(reply.header("content-type"), "image/png");
    let drawn = image::load_from_memory_with_format(&reply.bytes, image::ImageFormat::Png).unwrap();
    if let Ok(folder) = std::env::var("SHOW_PICTURES") {
        let name = path.replace('/', "_");
        std::fs::write(format!("{folder}/{name}-{}", &reply.header("etag")[1..9]), &reply.bytes)
            .unwrap();
    }
    assert_eq!((drawn.width(), drawn.height()), (1200, 630));
    (drawn.to_rgb8(), reply.header("etag").to_owned())
}

/// How many pixels of a part are neither paper nor anything near it.
fn inked(picture: &image::RgbImage, x: std::ops::Range<u32>, y: std::ops::Range<u32>) -> usize {
    let dark = |x, y| picture.get_pixel(x, y).0.iter().all(|channel| *channel < 128);
    x.flat_map(|x| y.clone().map(move |y| (x, y))).filter(|(x, y)| dark(*x, *y)).count()
}

#[tokio::test]
async fn a_page_has_a_picture_that_changes_with_what_it_shows() {
    let s = scene().await;
    let path = "/musicians/maren-oakley/card.png";
    let (first, tag) = picture(&s.reader, path).await;
    assert!(inked(&first, 64..864, 120..300) > 2_000, "the name stands there");
    assert_eq!(picture(&s.reader, path).await.1, tag, "the same picture");
    let again = Request::get(path).header("if-none-match", &tag);
    let same = s.reader.send(again, Body::empty()).await.expect(StatusCode::NOT_MODIFIED);
    assert!(same.bytes.is_empty());
    query("update musicians set name = 'Maren Vale'").execute(s.app.db()).await.unwrap();
    assert_ne!(picture(&s.reader, path).await.1, tag);
    let (recording, _) = picture(&s.reader, "/recordings/1-dust-on-the-piano/card.png").await;
    assert!(inked(&recording, 64..864, 380..440) > 200, "who played stands there");
    query("update musicians set status = 'hidden'").execute(s.app.db()).await.unwrap();
    assert_eq!(s.maren.get(path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_name_we_have_no_letters_for_gives_no_empty_boxes() {
    let s = scene().await;
    let mut without = Vec::new();
    for (name, is_drawn) in [
        ("Zoë Đặng-Łukasiewicz", true),
        ("Ζωή Παπαδοπούλου", true),
        ("Зоя Петрова", true),
        ("محمد عبد الله", true),
        ("Maren 🎻 Oakley", true),
        ("高橋 結衣", false),
        ("สมชาย ใจดี", false),
        ("🎻", false),
        (
            "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewaren",
            true,
        ),
        (
            "Maximiliana Theodora Wilhelmina Featherstonehaugh Cholmondeley Smythe the Elder of Nashville, Tenn.",
            true,
        ),
    ] {
        query("update musicians set name = $1").bind(name).execute(s.app.db()).await.unwrap();
        let (drawn, _) = picture(&s.reader, "/musicians/maren-oakley/card.png").await;
        assert!(inked(&drawn, 64..880, 124..300) > 1_500, "{name}");
        let words = image::imageops::crop_imm(&drawn, 64, 124, 816, 250).to_image().into_raw();
        if is_drawn {
            assert!(!without.contains(&words), "{name}");
        } else {
            without.push(words);
        }
        assert!(inked(&drawn, 896..1136, 136..376) > 0, "the sleeve is there");
    }
    // They show what is played instead, and so the same.
    assert_eq!(without.len(), 3);
    without.dedup();
    assert_eq!(without.len(), 1);
}
