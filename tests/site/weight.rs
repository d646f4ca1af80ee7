//! The first view of a page is small: what a phone on a train loads before anything can be read.

use std::collections::BTreeSet;

use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};

use crate::support::{Client, Reply, TestApp};

/// As a browser asks.
async fn fetch(anyone: &Client, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT_ENCODING, "gzip, deflate, br");
    anyone.send(request, Body::empty()).await
}

/// What a module brings with it.
fn imports(script: &str) -> Vec<String> {
    let lines = script.lines().filter(|line| line.trim_start().starts_with("import"));
    let names = lines.filter_map(|line| line.split('"').nth(1).map(str::to_owned));
    names.collect()
}

/// Everything the page at `path` makes a browser load, with the bytes over the wire.
async fn load(anyone: &Client, path: &str) -> (Reply, Vec<(String, usize)>) {
    let page = anyone.get(path).await.expect(StatusCode::OK);
    let mut loaded = vec![(path.to_owned(), fetch(anyone, path).await.bytes.len())];
    let mut wanted: Vec<String> = Vec::new();
    wanted.extend(page.attributes("link[rel=stylesheet], link[rel~=icon]", "href"));
    wanted.extend(page.attributes("script[src]", "src"));
    let mut seen = BTreeSet::new();
    while let Some(asset) = wanted.pop() {
        if !seen.insert(asset.clone()) {
            continue;
        }
        let answer = fetch(anyone, &asset).await;
        assert_eq!(answer.status, StatusCode::OK, "{asset}");
        loaded.push((asset.clone(), answer.bytes.len()));
        if asset.ends_with(".js") {
            let folder = asset.rsplit_once('/').unwrap().0;
            let plain = anyone.get(&asset).await.body;
            let names = imports(&plain);
            wanted.extend(
                names.iter().map(|name| format!("{folder}/{}", name.trim_start_matches("./"))),
            );
        }
        if asset.ends_with(".css") {
            let plain = anyone.get(&asset).await.body;
            assert!(
                !plain.contains("@import") && !plain.contains("url(http"),
                "{asset} loads more"
            );
        }
    }
    (page, loaded)
}

#[tokio::test]
async fn search_and_profile_weigh_little_and_nothing_but_one_stylesheet_holds_them_up() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    let anyone = app.stranger();
    for path in [
        "/musicians",
        "/musicians?instrument=fiddle&genre=country&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago",
        "/musicians?place=Nashville&way=either&max=400&currency=USD&charts=numbers&q=the",
        "/musicians/maren-oakley",
        "/musicians/lonnie-vasquez-hart",
        "/",
    ] {
        let (page, loaded) = load(&anyone, path).await;
        let plain = page.body.len();
        let all: usize = loaded.iter().map(|(_, bytes)| bytes).sum();
        assert!(plain <= 20 * 1024, "{path} is {plain} bytes");
        assert!(all <= 60 * 1024, "{path} takes {all} bytes over the wire: {loaded:?}");

        assert_eq!(page.attributes("link[rel=stylesheet]", "href").len(), 1, "{path}");
        let scripts = page.attributes("script[src]", "src").len();
        let patient = page.attributes("script[src][type=module], script[src][defer]", "src").len();
        assert!(scripts > 0 && scripts == patient, "{path}: no script holds it up");
        // Data for search engines is no script.
        let inline = page.texts("script:not([src]):not([type='application/ld+json'])");
        assert!(inline.is_empty(), "{path}: {inline:?}");
        assert!(
            page.texts("style").is_empty() && page.attributes("[style]", "style").is_empty(),
            "{path}"
        );
        assert!(!page.body.contains("javascript:"), "{path}");
        for address in page.attributes("[src], link[href]:not([rel=canonical])", "src") {
            assert!(address.starts_with('/'), "{path} loads {address} from elsewhere");
        }
    }
}

/// The heaviest that somebody in earnest would ask: every filter set, and a whole page that fits.
#[tokio::test]
async fn a_search_with_every_filter_set_and_a_whole_page_of_players_weighs_little_too() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    // Everybody is one of those who are looked for.
    for sql in [
        "update musicians set place = 'Springfield, MO, US', works_in_room = true,
             works_remotely = true, session_rate = 42000, currency = 'USD', reads_notation = true,
             reads_numbers = true, languages = '{en,es,de}', unions = '{afm}', zone = 'America/Chicago',
             place_id = (select id from places where name = 'Springfield' and division = 'MO')",
        "delete from weekly_hours",
        "insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
             select id, d, f, f + 330 from musicians, generate_series(1, 7) d, unnest('{480,855}'::int[]) f",
        "insert into musician_instruments (musician_id, instrument_id, is_primary, position)
             select m.id, i.id, false, 12 + row_number() over (partition by m.id order by i.id)
             from musicians m, instruments i where i.slug in ('acoustic-guitar', 'fiddle') on conflict do nothing",
        "insert into musician_genres (musician_id, genre_id)
             select m.id, g.id from musicians m, genres g where g.slug = 'country' on conflict do nothing",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let mut db = app.db().acquire().await.unwrap();
    first_call::availability::extend_open_times(&mut db, app.now()).await.unwrap();
    drop(db);
    let (anyone, ines) = (app.stranger(), app.producer("Ines Calloway").await);
    let what = "instrument=acoustic-guitar&instrument=fiddle&genre=country&place=Springfield,+MO,+US&km=100\
                &zone=America/Chicago&max=500&currency=USD&charts=numbers";
    let all = format!("{what}&way=room&charts=notation&language=en&union=afm");
    let (span, slot) =
        ("date=2026-12-08&until=2026-12-18&hours=3", "date=2026-12-08&from=10:00&to=13:00");
    // Who is signed in has a button more beside each player.
    for (query, most, most_signed_in) in [
        (String::new(), 15_360, 17_408),
        (format!("instrument=fiddle&genre=country&zone=America/Chicago&{slot}"), 18_944, 20_992),
        (what.to_owned(), 18_944, 20_992),
        (format!("{what}&{span}"), 18_944, 20_992),
        (format!("{what}&{slot}"), 20_480, 22_528),
        (format!("{all}&{span}"), 20_480, 22_528),
        (format!("{all}&{slot}"), 20_480, 22_528),
    ] {
        let path = format!("/musicians?{query}");
        for (who, most) in [(&anyone, most), (&ines, most_signed_in)] {
            let (page, loaded) = load(who, &path).await;
            assert_eq!(page.texts(".player").len(), 12, "{path}");
            let plain = page.body.len();
            let all: usize = loaded.iter().map(|(_, bytes)| bytes).sum();
            assert!(plain <= most, "{path} is {plain} bytes: {}", parts(&page.body));
            assert!(all <= 60 * 1024, "{path} takes {all} bytes over the wire: {loaded:?}");
        }
    }
}

/// How much of a search is what.
fn parts(page: &str) -> String {
    let ends =
        ["<main", "class=\"found\"", "class=\"results\"", "<ol class=\"list\"", "</ol>", "</html>"];
    let mut from = 0;
    let mut told = String::new();
    for end in ends {
        let at = page.find(end).unwrap_or(page.len());
        told += &format!("{} up to {end}, ", at.saturating_sub(from));
        from = at;
    }
    told
}

/// What a page names is there: also the icon that browsers ask for unasked.
#[tokio::test]
async fn every_asset_a_page_names_is_there_and_so_is_the_icon() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    let anyone = app.stranger();
    for path in
        ["/", "/musicians", "/musicians/maren-oakley", "/recordings", "/sign-in", "/api/docs"]
    {
        let (page, _) = load(&anyone, path).await;
        let icons = page.attributes("link[rel~=icon]", "href");
        assert_eq!(icons.len(), 1, "{path}");
        let icon = anyone.get(&icons[0]).await.expect(StatusCode::OK);
        assert_eq!(icon.header("content-type"), "image/svg+xml");
        for image in page.attributes("img[src]", "src") {
            assert_eq!(anyone.get(&image).await.status, StatusCode::OK, "{path}: {image}");
        }
    }
    let unasked = anyone.get("/favicon.ico").await;
    assert_eq!(unasked.status, StatusCode::OK);
    assert!(unasked.header("cache-control").contains("max-age"));
}

/// A player who filled in everything: a dozen instruments with what they are, a dozen demos, all
/// that can be said of rates and rooms, three reviews of some length, and others beside them.
#[tokio::test]
async fn a_profile_with_all_there_can_be_on_it_weighs_little_too() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    for sql in [
        "update musicians set about = repeat('A fiddle like a dusty barn, and no hurry about it. ', 10),
             room_setup = repeat('One chair without arms. ', 9), remote_setup = repeat('A treated room. ', 8),
             rate_includes = repeat('Two rounds. ', 6), languages = '{en,es,de,fr}', unions = '{afm,mu}'
         where slug = 'maren-oakley'",
        "insert into musician_instruments (musician_id, instrument_id, is_primary, position)
             select m.id, i.id, false, 20 + i.id from musicians m, instruments i
             where m.slug = 'maren-oakley' order by i.id limit 12 on conflict do nothing",
        "update musician_instruments set gear = repeat('A good old one. ', 2)
             where musician_id = (select id from musicians where slug = 'maren-oakley')",
        "insert into demos (musician_id, instrument_id, genre_id, credit_id, title, part, position, file_key,
                            format, file_bytes, sha256, duration_ms, lufs, peaks, created_at)
             select c.musician_id, c.instrument_id, c.genre_id, c.id, 'The Long Way Round to Abilene, take ' || n,
                    'all three fiddles and the solo from 1:10', n, 'key ' || n, 'wav', 1, '', 185000 + n, -18,
                    decode(repeat('10ff80c0', 150), 'hex'), c.created_at
             from (select *, row_number() over (order by played_on desc, id) n from credits
                   where musician_id = (select id from musicians where slug = 'maren-oakley')
                     and status = 'confirmed') c where n <= 12",
        "update reviews set words = repeat('On time, in tune, and kind to the assistant. ', 5)
             where musician_id = (select id from musicians where slug = 'maren-oakley')",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let (anyone, ines) = (app.stranger(), app.producer("Ines Calloway").await);
    // Who is signed in has a button more, and the ways that are theirs.
    for (who, most) in [(&anyone, 20_480), (&ines, 21_504)] {
        let (page, loaded) = load(who, "/musicians/maren-oakley").await;
        assert!(page.texts("[aria-labelledby=gear] .gear li").len() >= 12);
        assert_eq!(page.texts("demo-player").len(), 2);
        assert!(loaded.iter().any(|(path, _)| path.contains("player")), "{loaded:?}");
        let plain = page.body.len();
        let all: usize = loaded.iter().map(|(_, bytes)| bytes).sum();
        assert!(plain <= most, "{plain} bytes: {}", sections(&page.body));
        assert!(all <= 60 * 1024, "{all} bytes over the wire: {loaded:?}");
    }
    // The others are a page away.
    let page = anyone.get("/musicians/maren-oakley").await;
    assert_eq!(page.texts("[aria-labelledby=demos] .more"), ["All 12 demos"]);
    let all = page.attributes("[aria-labelledby=demos] .more a", "href");
    let all = anyone.get(&all[0]).await.expect(StatusCode::OK);
    assert_eq!(all.texts("h1"), ["Demos of Maren Oakley"]);
    assert_eq!(all.texts("demo-player").len(), 12);
}

/// How much of a profile is what.
fn sections(page: &str) -> String {
    let mut told = String::new();
    for section in page.split("<section") {
        let name: String = section.chars().skip_while(|c| *c != '"').take(40).collect();
        told += &format!("{} {}, ", section.len(), name);
    }
    told
}
