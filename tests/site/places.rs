//! Cities while somebody types, how far they are from each other, and who is near one.

use std::collections::{BTreeMap, BTreeSet};

use axum::http::StatusCode;
use serde_json::Value;

use crate::support::{Client, TestApp};

async fn offers(anyone: &Client, typed: &str) -> Vec<Value> {
    let query = serde_urlencoded::to_string([("q", typed)]).unwrap();
    let answer = anyone.get(&format!("/api/v1/places?{query}")).await.expect(StatusCode::OK);
    answer.json().as_array().unwrap().clone()
}

fn told(offers: &[Value]) -> Vec<&str> {
    offers.iter().map(|offer| offer["told"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn while_somebody_types_the_larger_city_comes_first_and_accents_are_forgiven() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    for (typed, first) in [
        ("nashv", "Nashville, Tennessee, United States"),
        ("NASHV", "Nashville, Tennessee, United States"),
        ("lond", "London, United Kingdom"),
        ("paris", "Paris, France"),
        ("sao p", "São Paulo, Brazil"),
        ("são p", "São Paulo, Brazil"),
        ("zur", "Zürich, Switzerland"),
        ("zürich", "Zürich, Switzerland"),
        ("bogota", "Bogotá, Colombia"),
        ("  new   york", "New York City, New York, United States"),
        ("springfield", "Springfield, Missouri, United States"),
        // What is called exactly that before what only begins so.
        ("york", "York, United Kingdom"),
    ] {
        let offers = offers(&anyone, typed).await;
        assert_eq!(told(&offers).first(), Some(&first), "{typed}: {:?}", told(&offers));
        assert!(offers.len() <= 8);
        let people: Vec<i64> =
            offers.iter().skip(1).map(|offer| offer["population"].as_i64().unwrap()).collect();
        let exact = offers
            .iter()
            .skip(1)
            .filter(|offer| offer["name"].as_str().unwrap().eq_ignore_ascii_case(typed.trim()));
        let (before, after) = people.split_at(exact.count());
        assert!(before.is_sorted_by(|a, b| a >= b), "{typed}: {people:?}");
        assert!(after.is_sorted_by(|a, b| a >= b), "{typed}: {people:?}");
    }
}

#[tokio::test]
async fn what_follows_a_comma_tells_cities_of_one_name_apart() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let all = offers(&anyone, "springfield").await;
    let told: BTreeSet<&str> = told(&all).into_iter().collect();
    assert_eq!(told.len(), 8, "no two read alike: {told:?}");
    for (typed, id) in [
        ("springfield, il", 4250542),
        ("Springfield, Illinois", 4250542),
        ("springfield, MA, USA", 4951788),
        ("Springfield, Oregon, United States", 5754005),
        ("paris, texas", 4717560),
        ("Paris, US", 4717560),
        ("paris, france", 2988507),
        ("london, canada", 6058560),
        ("London, UK", 2643743),
        ("london, england", 2643743),
        ("nashville, by the river", 4644585),
    ] {
        let found = offers(&anyone, typed).await;
        assert_eq!(found[0]["id"], id, "{typed}: {}", found[0]["told"]);
    }
    assert_eq!(offers(&anyone, "springfield, france").await, [Value::Null; 0]);
}

/// Whatever is offered can be chosen: written into a field, it means that city and no other.
#[tokio::test]
async fn what_is_offered_means_exactly_that_city() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let cities: Vec<(i64, String, String, String)> = sqlx::query_as(
        "select id, name, country::text, division from places order by population desc, id",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert!(cities.len() > 30_000);
    // One for each letter that any name has; some that share their name with a larger one in their
    // country; and every thousandth.
    let (mut letters, mut names) = (BTreeSet::new(), BTreeMap::new());
    let mut tried = BTreeSet::new();
    for (at, (id, name, country, division)) in cities.iter().enumerate() {
        let has_new = name.chars().filter(|letter| letters.insert(*letter)).count() > 0;
        let within = if country == "US" { division.as_str() } else { "" };
        let known: &mut usize = names.entry((name, country, within)).or_default();
        *known += 1;
        if has_new || (*known > 1 && id % 10 == 0) || at % 1_000 == 0 || name.contains(',') {
            tried.insert((*id, name));
        }
    }
    assert!(tried.len() > 150, "{}", tried.len());
    let mut wrong = Vec::new();
    for (id, name) in tried {
        let found = offers(&anyone, name).await;
        let Some(offer) = found.iter().find(|offer| offer["id"] == id) else {
            // More than eight begin so; but the name itself must be known.
            if found.is_empty() {
                wrong.push(format!("{name} is not found"));
            }
            continue;
        };
        let value = offer["value"].as_str().unwrap();
        let again = offers(&anyone, value).await;
        if again.first().is_none_or(|first| first["id"] != id) {
            wrong.push(format!("{value} means {:?}", told(&again)));
        }
        if found.iter().any(|other| other["id"] != id && other["told"] == offer["told"]) {
            wrong.push(format!("{} reads like another", offer["told"]));
        }
        let query = serde_urlencoded::to_string([("place", value)]).unwrap();
        let page = anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
        let h1 = page.texts("h1").concat();
        if h1 != format!("50 km around {name}") {
            wrong.push(format!("searching {value}: {h1}"));
        }
    }
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
}

/// What tells a city apart from a larger one of its name is for the field it is typed in.
#[tokio::test]
async fn nobody_reads_the_number_of_a_city_and_its_owner_finds_it_in_their_form() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let maren = app.musician("Maren Oakley").await;
    let ines = app.producer("Ines Calloway").await;
    let offer = offers(&anyone, "suzhou").await;
    let lesser = offer.iter().find(|one| one["value"].as_str().unwrap().contains('#')).unwrap();
    let value = lesser["value"].as_str().unwrap();
    let number = format!("#{}", lesser["id"]);
    assert_eq!(value, format!("Suzhou, CN, {number}"));

    let city: &str = "select coalesce(place_id, 0) from musicians";
    let page = maren.get("/profile").await.expect(StatusCode::OK);
    let mut form: Vec<(String, String)> = Vec::new();
    for input in ["version", "name", "headline", "session_rate"] {
        let value = page.attributes(&format!("main [name={input}]"), "value");
        form.push((input.into(), value.first().cloned().unwrap_or_default()));
    }
    form.extend(
        [("works", "room"), ("works", "remote"), ("instrument", "Fiddle")]
            .map(|(k, v)| (k.into(), v.into())),
    );
    form.extend(
        [("genre", "country"), ("place", value), ("zone", "America/Chicago"), ("currency", "USD")]
            .map(|(k, v)| (k.into(), v.into())),
    );
    maren.post("/profile", &form).await.expect(StatusCode::SEE_OTHER);
    let place: i64 = sqlx::query_scalar(city).fetch_one(app.db()).await.unwrap();
    assert_eq!(place, lesser["id"].as_i64().unwrap());

    ines.post("/favourites", [("musician", "maren-oakley")]).await.expect(StatusCode::SEE_OTHER);
    for path in [
        "/musicians",
        "/musicians/maren-oakley",
        "/musicians/maren-oakley/reviews",
        "/musicians/maren-oakley/calls/new",
        "/favourites",
        "/api/v1/musicians",
        "/api/v1/musicians/maren-oakley",
        "/api/v1/favourites",
        "/account/export",
    ] {
        let read = ines.get(path).await;
        let read = if read.status == StatusCode::NOT_FOUND { continue } else { read.body };
        assert!(!read.contains(&number), "{path}: {read}");
        let tells = ["/musicians", "/musicians/maren-oakley", "/favourites", "/api/v1/musicians"];
        assert!(!tells.contains(&path) || read.contains("Suzhou, China"), "{path}: {read}");
    }
    // In their own form it stands as it was typed, and so it is the same city when it comes back.
    let page = maren.get("/profile").await;
    assert_eq!(page.attributes("#place", "value"), [value]);
    assert_eq!(maren.get("/api/v1/profile").await.json()["place"], value);
    form.iter_mut().find(|(field, _)| field == "version").unwrap().1 =
        page.attributes("main [name=version]", "value").remove(0);
    maren.post("/profile", &form).await.expect(StatusCode::SEE_OTHER);
    let place: i64 = sqlx::query_scalar(city).fetch_one(app.db()).await.unwrap();
    assert_eq!(place, lesser["id"].as_i64().unwrap());
}

/// Kilometres by the haversine, as the books have it.
fn haversine(a: (f64, f64), b: (f64, f64)) -> f64 {
    let half = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
    let h = half(b.0 - a.0) + a.0.to_radians().cos() * b.0.to_radians().cos() * half(b.1 - a.1);
    2.0 * 6371.0088 * h.sqrt().atan2((1.0 - h).max(0.0).sqrt())
}

async fn apart(app: &TestApp, a: (f64, f64), b: (f64, f64)) -> f64 {
    sqlx::query_scalar("select great_circle_km($1, $2, $3, $4)")
        .bind(a.0)
        .bind(a.1)
        .bind(b.0)
        .bind(b.1)
        .fetch_one(app.db())
        .await
        .unwrap()
}

#[tokio::test]
async fn distances_are_those_over_the_ground() {
    let app = TestApp::new().await;
    let at = async |id: i64| -> (f64, f64) {
        sqlx::query_as("select latitude, longitude from places where id = $1")
            .bind(id)
            .fetch_one(app.db())
            .await
            .unwrap()
    };
    let (nashville, london, paris, new_york) =
        (at(4644585).await, at(2643743).await, at(2988507).await, at(5128581).await);
    for (a, b, km) in [
        (nashville, london, 6_736.0),
        (london, paris, 344.0),
        (new_york, london, 5_570.0),
        (nashville, nashville, 0.0),
    ] {
        let found = apart(&app, a, b).await;
        assert!((found - km).abs() <= km * 0.001 + 0.001, "{found} km, not {km}");
    }
    let mut dice = fastrand::Rng::with_seed(1977);
    let mut anywhere = || (dice.f64() * 180.0 - 90.0, dice.f64() * 360.0 - 180.0);
    let mut pairs: Vec<_> = (0..300).map(|_| (anywhere(), anywhere())).collect();
    // Near the poles, across the date line, on opposite sides of the earth, a step apart.
    pairs.extend([
        ((89.99, 10.0), (89.99, -170.0)),
        ((-17.7, 179.9), (-17.7, -179.9)),
        ((40.0, 20.0), (-40.0, -160.0)),
        ((51.5, -0.12), (51.500_1, -0.12)),
    ]);
    for (a, b) in pairs {
        let (found, right) = (apart(&app, a, b).await, haversine(a, b));
        assert!((found - right).abs() <= right * 0.001, "{a:?} to {b:?}: {found}, not {right}");
        assert!((found - apart(&app, b, a).await).abs() < 1e-6, "there and back");
    }
}

#[tokio::test]
async fn within_so_many_kilometres_is_who_lives_no_further() {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    let homes: Vec<(String, f64, f64)> = sqlx::query_as(
        "select m.slug, p.latitude, p.longitude from musicians m join places p on p.id = m.place_id
         where m.status = 'published'",
    )
    .fetch_all(app.db())
    .await
    .unwrap();
    assert!(homes.len() > 40, "nearly everybody is somewhere: {}", homes.len());
    let anyone = app.stranger();
    for (place, at) in [
        ("Nashville, TN, US", (36.16589, -86.78444)),
        ("Memphis, TN, US", (35.14953, -90.04898)),
        ("London, GB", (51.50853, -0.12574)),
        ("Liverpool, GB", (53.41058, -2.97794)),
        ("Newark, NJ, US", (40.73566, -74.17237)),
    ] {
        for km in [1, 10, 50, 100, 320, 1_000] {
            let query = serde_urlencoded::to_string([("place", place), ("km", &km.to_string())]);
            let mut path = format!("/api/v1/musicians?{}", query.unwrap());
            let mut found = BTreeSet::new();
            let first = path.clone();
            loop {
                let page = anyone.get(&path).await.expect(StatusCode::OK).json();
                let hits = page["items"].as_array().unwrap();
                found.extend(hits.iter().map(|hit| hit["slug"].as_str().unwrap().to_owned()));
                assert_eq!(page["players"], page["players"].as_u64().unwrap());
                match page["next"].as_str() {
                    Some(next) => path = format!("{first}&after={next}"),
                    None => break,
                }
            }
            let near = |(_, latitude, longitude): &&(String, f64, f64)| {
                haversine(at, (*latitude, *longitude)) <= f64::from(km)
            };
            let right: BTreeSet<String> =
                homes.iter().filter(near).map(|(slug, ..)| slug.clone()).collect();
            assert_eq!(found, right, "{km} km around {place}");
        }
    }
}

#[tokio::test]
async fn places_brought_twice_are_there_once() {
    let app = TestApp::new().await;
    let all = "select count(*), md5(string_agg(p::text, '' order by id)), (select count(*) from places_edition)
               from places p";
    let before: (i64, String, i64) = sqlx::query_as(all).fetch_one(app.db()).await.unwrap();
    first_call::catalog::bring_places(app.db()).await.unwrap();
    // And when another edition was here, what is in ours is written over it.
    sqlx::query("update places_edition set edition = 'of last year'")
        .execute(app.db())
        .await
        .unwrap();
    sqlx::query("update places set name = 'Nowhere' where id = 4644585")
        .execute(app.db())
        .await
        .unwrap();
    first_call::catalog::bring_places(app.db()).await.unwrap();
    let after: (i64, String, i64) = sqlx::query_as(all).fetch_one(app.db()).await.unwrap();
    assert_eq!(before, after);
    assert_eq!(after.2, 1);
}

#[tokio::test]
async fn nothing_that_is_typed_breaks_a_completion() {
    let app = TestApp::new().await;
    let anyone = app.stranger();
    let long = "x".repeat(5_000);
    for of in [
        "places",
        "completions/instruments",
        "completions/genres",
        "completions/languages",
        "completions/zones",
    ] {
        for typed in [
            "",
            "+",
            "%00",
            "%25",
            "_",
            "%5C",
            "%27%3B--",
            "%FF%FE",
            "a%00b",
            ",",
            ",,,,",
            ",TN",
            "%2C%2C+",
            "%F0%9F%8E%BB",
            "%E2%80%AE",
            "nash%25",
            "nash_",
            "n%5Cash",
            "%0A%0D%09",
            "-5",
            "9999-12-31",
            "%C3%9F",
            "%C4%B0",
            "&q=nash",
            "%",
            "%zz",
            &long,
        ] {
            let answer = anyone.get(&format!("/api/v1/{of}?q={typed}")).await;
            assert!(
                answer.status == StatusCode::OK || answer.status.is_client_error(),
                "{of} {typed}: {} {}",
                answer.status,
                answer.body
            );
            if answer.status == StatusCode::OK {
                assert!(answer.json().as_array().unwrap().len() <= 8, "{of} {typed}");
            }
        }
    }
    assert!(offers(&anyone, "%").await.is_empty(), "a percent sign stands for itself");
    assert!(offers(&anyone, "_ashville").await.is_empty());
}
