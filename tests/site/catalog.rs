use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;

use crate::support::TestApp;

const MUSICBRAINZ: &str = include_str!("catalog/musicbrainz-instruments.tsv");
const DDEX: &str = include_str!("catalog/ddex-instrument-types.txt");

/// What we say of an instrument is what the lists say, to the letter.
#[tokio::test]
async fn instruments_carry_the_exact_names_of_the_outside_lists() {
    let app = TestApp::new().await;
    let known: BTreeMap<i64, &str> = MUSICBRAINZ
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let mut columns = line.split('\t');
            (columns.next().unwrap().parse().unwrap(), columns.next().unwrap())
        })
        .collect();
    let types: BTreeSet<&str> = DDEX.lines().collect();
    let mut db = app.db().acquire().await.unwrap();
    let catalog = first_call::catalog::load(&mut db).await.unwrap();
    assert!(catalog.instruments.len() >= 200 && catalog.genres.len() >= 120);
    for instrument in &catalog.instruments {
        assert!(types.contains(instrument.ddex_type.as_str()), "{}", instrument.slug);
        match (instrument.musicbrainz_id, &instrument.musicbrainz_name) {
            (Some(id), Some(name)) => assert_eq!(known.get(&id), Some(&name.as_str())),
            (None, None) => assert_eq!(instrument.family, "voices", "{}", instrument.slug),
            other => panic!("{}: {other:?}", instrument.slug),
        }
    }
}

#[tokio::test]
async fn an_instrument_is_known_by_the_words_people_use() {
    let app = TestApp::new().await;
    let mut db = app.db().acquire().await.unwrap();
    let catalog = first_call::catalog::load(&mut db).await.unwrap();
    for (said, meant) in [
        ("keys", "keyboards"),
        ("sax", "saxophone"),
        ("upright", "double-bass"),
        ("B3", "hammond-organ"),
        ("pedal steel", "pedal-steel-guitar"),
        ("Fiddle", "fiddle"),
        ("BODHRÁN", "bodhran"),
    ] {
        let found = catalog.instrument(said).map(|found| found.slug.as_str());
        assert_eq!(found, Some(meant), "{said}");
    }
}

#[tokio::test]
async fn each_instrument_and_genre_has_a_page() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let index = anyone.get("/instruments").await.expect(StatusCode::OK);
    let links = index.attributes(".tags a", "href");
    assert!(links.len() > 320, "{}", links.len());
    for link in links.iter().step_by(17) {
        anyone.get(link).await.expect(StatusCode::OK);
    }
    let fiddle = anyone.get("/instruments/fiddle").await;
    assert!(fiddle.attributes("dd a", "href").contains(&"/instruments/violin".to_owned()));
    assert_eq!(anyone.get("/genres/nonsense").await.status, StatusCode::NOT_FOUND);
    let all = anyone.get("/api/v1/instruments").await.json();
    assert!(
        all.as_array()
            .unwrap()
            .iter()
            .any(|one| one["slug"] == "fiddle" && one["kin"][0].is_string())
    );
}
