use axum::http::StatusCode;
use serde_json::{Value, json};

use crate::{
    calls,
    support::{Reply, TestApp},
};

/// The sample world: four fiddlers in public, three of them in Nashville and free on Tuesday mornings.
async fn world() -> TestApp {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    app
}

fn names(page: &Reply) -> Vec<String> {
    page.texts(".player h3")
}

#[tokio::test]
async fn a_fiddle_on_tuesday_morning_is_found_with_what_each_has_done() {
    let app = world().await;
    let page = app
        .stranger()
        .get("/musicians?instrument=fiddle&genre=country&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago")
        .await
        .expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Fiddle, country, Tuesday 8 December, 10:00–13:00 CST"]);
    let found = names(&page);
    assert_eq!(&found[..3], ["Maren Oakley", "Delphine Tarrow", "Josiah Pell"]);
    let counts: Vec<i64> =
        page.texts(".player .rec b").iter().map(|n| n.parse().unwrap()).collect();
    assert!(counts.is_sorted_by(|a, b| a >= b), "{counts:?}");
    assert!(page.texts(".player .rec span")[0].starts_with("country fiddle credits"));
}

#[tokio::test]
async fn who_plays_the_very_instrument_comes_before_who_plays_its_kin() {
    let app = world().await;
    let found = app.stranger().get("/api/v1/musicians?instrument=fiddle").await.json();
    let plays: Vec<bool> = found["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["instruments"].as_array().unwrap().contains(&json!("fiddle")))
        .collect();
    assert_eq!(plays.iter().filter(|plays| **plays).count(), 4);
    assert!(plays.is_sorted_by(|a, b| a >= b), "fiddlers first, then violinists: {plays:?}");
    assert!(plays.len() > 4, "violinists too");
}

#[tokio::test]
async fn a_parent_genre_finds_its_children_and_a_place_forgives_accents() {
    let app = world().await;
    let anyone = app.stranger();
    let everybody = async |genre: &str| {
        let (mut all, mut path) = (Vec::new(), format!("/musicians?genre={genre}"));
        loop {
            let page = anyone.get(&path).await.expect(StatusCode::OK);
            all.extend(names(&page));
            match page.attributes("a[rel=next]", "href").first() {
                Some(next) => path.clone_from(next),
                None => return all,
            }
        }
    };
    let (country, bluegrass) = (everybody("country").await, everybody("bluegrass").await);
    assert!(!bluegrass.is_empty() && bluegrass.len() < country.len());
    assert!(bluegrass.iter().all(|name| country.contains(name)), "{bluegrass:?} of {country:?}");
    let accents = anyone.get("/musicians?place=sao+paulo").await;
    let places = accents.texts(".who p:last-child");
    assert!(!places.is_empty() && places.len() == names(&accents).len());
    assert!(places.iter().all(|place| place.contains("São Paulo")), "{places:?}");
}

#[tokio::test]
async fn what_search_calls_free_is_what_a_request_may_ask_for() {
    let app = TestApp::new().await;
    let ines = app.producer("Ines Calloway").await;
    app.musician("Maren Oakley").await;
    for (date, from, to) in [
        ("2026-11-24", "09:00", "12:00"),
        ("2026-11-24", "08:00", "12:00"),
        ("2026-11-24", "15:00", "18:00"),
        ("2026-11-24", "16:00", "19:00"),
        ("2026-11-28", "10:00", "13:00"),
        ("2026-11-30", "10:00", "13:00"),
    ] {
        let query = format!("date={date}&from={from}&to={to}&zone=America/Chicago");
        let found = ines.get(&format!("/api/v1/musicians?{query}")).await.json();
        let free = found["items"].as_array().unwrap().len() == 1;
        let asked = calls::call(json!({
            "title": "Dust", "artist": "June", "date": date, "from": from, "to": to,
            "place": "Room A", "brief": "Dry.",
        }));
        let sent = ines.post_json("/api/v1/musicians/maren-oakley/calls", asked).await;
        assert_eq!(sent.status == StatusCode::CREATED, free, "{query}: {}", sent.body);
    }
}

#[tokio::test]
async fn pages_join_without_gap_or_overlap() {
    let app = world().await;
    let anyone = app.stranger();
    let (mut seen, mut path) = (Vec::new(), "/api/v1/musicians".to_owned());
    loop {
        let page = anyone.get(&path).await.expect(StatusCode::OK).json();
        seen.extend(
            page["items"].as_array().unwrap().iter().map(|hit| hit["id"].as_i64().unwrap()),
        );
        match page["next"].as_str() {
            Some(next) => path = format!("/api/v1/musicians?after={next}"),
            None => break,
        }
    }
    let published: i64 =
        sqlx::query_scalar("select count(*) from musicians where status = 'published'")
            .fetch_one(app.db())
            .await
            .unwrap();
    let unique: std::collections::BTreeSet<_> = seen.iter().collect();
    assert_eq!((seen.len() as i64, unique.len()), (published, seen.len()));
}

#[tokio::test]
async fn nothing_found_says_what_to_loosen() {
    let app = world().await;
    let path = "/musicians?instrument=fiddle&place=Nashville&max=1&currency=USD";
    let page = app.stranger().get(path).await.expect(StatusCode::OK);
    assert_eq!(page.texts(".empty h3"), ["Nobody fits all of that"]);
    assert_eq!(page.texts(".empty .hit"), ["Without the top rate: 3 players"]);
    let looser = app.stranger().get(&page.attributes(".empty .hit", "href")[0]).await;
    assert_eq!(names(&looser).len(), 3);
}

#[tokio::test]
async fn nonsense_in_the_address_is_named_and_ignored() {
    let app = world().await;
    let anyone = app.stranger();
    for (query, says) in [
        ("instrument=kazooo", "Instrument is not an instrument we know by that name."),
        ("genre=noise-core", "Genre is not a genre we know by that name."),
        ("date=9999-01-01", "Date "),
        ("date=2026-02-30", "Date "),
        ("from=10:00", "Date is missing, so the time was ignored: say which day."),
        ("date=2026-12-08&from=13:00&to=10:00", "To must end after it starts."),
        (
            "date=2027-03-28&from=01:30&to=04:00&zone=Europe/London",
            "From does not exist that day in Europe/London: the clocks go forward to 02:00.",
        ),
        ("date=2020-01-01", "Date is over: nobody is free then."),
        ("zone=Mars", "Time zone is not a time zone we know"),
        ("max=a+lot", "At most is not an amount"),
        ("max=-5", "At most cannot be less than nothing."),
        ("km=far", "Distance is not a number of kilometres from 1 to 1000."),
        ("way=boat", "Where is in a room, remote, or either."),
        ("q=%00", "Words has a character that cannot be printed"),
    ] {
        let page = anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
        let notes = page.texts(".notice li");
        assert!(notes.iter().any(|note| note.starts_with(says)), "{query}: {notes:?}");
        let problem = anyone.get(&format!("/api/v1/musicians?{query}")).await;
        assert_eq!(problem.status, StatusCode::UNPROCESSABLE_ENTITY, "{query}");
    }
    // Of a list that is too long, whatever it is of, the rest is passed over.
    for field in ["instrument", "charts", "language", "union"] {
        let long: String = (0..9).map(|n| format!("{field}=x{n}&")).collect();
        let page = anyone.get(&format!("/musicians?{long}")).await.expect(StatusCode::OK);
        let notes = page.texts(".notice li");
        let told = |note: &String| note.ends_with("has more than 8: the first 8 are searched.");
        assert_eq!(notes.iter().filter(|note| told(note)).count(), 1, "{notes:?}");
        assert_eq!(notes.len(), 9, "{notes:?}");
    }
    for query in ["after=zzz", "q=%25%25%25", "instrument=%27%3B--", "q=%3Cscript%3E"] {
        let page = anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
        assert!(!page.body.contains("<script>alert"));
    }
}

#[tokio::test]
async fn a_place_in_the_list_that_somebody_made_up_is_ignored() {
    let app = world().await;
    let anyone = app.stranger();
    let (last, first) = ((-8.0e18_f64).to_bits(), f64::NEG_INFINITY.to_bits());
    let now = app.now().timestamp_millis();
    for after in [
        // In the year 262 000, and before there were calendars.
        format!("{:x}-0-0-1-0-0-1", 8_210_000_000_000_000_i64),
        format!("0-0-0-1-0-{last:x}-1"),
        format!("{now:x}-0-{first:x}-1-0-{last:x}-1"),
        format!(
            "{now:x}-ff-{:x}-7fffffffffffffff-ff-{:x}-1",
            f64::MAX.to_bits(),
            8.0e18_f64.to_bits()
        ),
    ] {
        for sort in ["best", "soonest", "rate", "credits", "newest"] {
            let query = format!("sort={sort}&after={after}");
            anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
            let reply = anyone.get(&format!("/api/v1/musicians?{query}")).await;
            assert!(!reply.status.is_server_error(), "{query}: {}", reply.body);
        }
    }
}

#[tokio::test]
async fn an_address_as_long_as_they_get_makes_no_long_page() {
    let app = world().await;
    let anyone = app.stranger();
    let list = |name: &str| (0..3500).map(|n| format!("&{name}=x{n}")).collect::<String>();
    for (what, query) in [
        ("instruments", list("instrument")),
        ("charts", list("charts")),
        ("languages", list("language")),
        ("unions", list("union")),
        ("unknown", (0..5000).map(|n| format!("&x{n}=1")).collect()),
        ("words", format!("&q={}", "fiddle+".repeat(8000))),
        ("one word", format!("&q={}", "x".repeat(60_000))),
        ("a place", format!("&place={}", "x".repeat(60_000))),
        ("a genre", format!("&genre={}", "x".repeat(60_000))),
        ("a zone", format!("&zone={}", "x".repeat(60_000))),
        ("a name", format!("&{}=1", "x".repeat(60_000))),
        ("a rate", format!("&max={}", "9".repeat(60_000))),
        ("hours", format!("&hours={}", "9".repeat(60_000))),
        ("an order", format!("&sort={}", "x".repeat(60_000))),
    ] {
        let page = anyone.get(&format!("/musicians?{}", &query[1..])).await;
        let (status, length) = (page.status, page.body.len());
        assert_eq!(status, StatusCode::OK, "{what}");
        assert!(length < 40_000, "{what}: {length}");
    }
}

#[tokio::test]
async fn who_is_not_public_is_nowhere() {
    let app = world().await;
    let hidden: Vec<(String, String)> =
        sqlx::query_as("select slug, name from musicians where status <> 'published'")
            .fetch_all(app.db())
            .await
            .unwrap();
    assert_eq!(hidden.len(), 7);
    let anyone = app.stranger();
    let mut all = String::new();
    let mut path = "/musicians".to_owned();
    loop {
        let page = anyone.get(&path).await;
        all.push_str(&page.body);
        match page.attributes("a[rel=next]", "href").first() {
            Some(next) => path.clone_from(next),
            None => break,
        }
    }
    for (slug, name) in hidden {
        assert!(!all.contains(&format!(">{name}<")), "{name}");
        for path in [format!("/musicians/{slug}"), format!("/api/v1/musicians/{slug}")] {
            assert_eq!(anyone.get(&path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
    }
}

#[tokio::test]
async fn the_profile_tells_what_a_producer_wants_to_know() {
    let app = world().await;
    let page = app.stranger().get("/musicians/maren-oakley").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["Maren Oakley"]);
    assert!(page.texts(".dots li").contains(&"84 confirmed credits".to_owned()));
    assert!(page.texts(".record th").contains(&"Country".to_owned()));
    assert!(page.texts(".book").concat().contains("Next free for three hours"));
    assert_eq!(page.texts(".days li").len(), 14);
    let part = |name: &str| page.texts(&format!("section[aria-labelledby={name}]")).concat();
    for (told, part) in [
        ("Answers 10 of 11, usually within 6 hours", page.texts(".dots").concat()),
        ("1921 German trade fiddle", part("gear")),
        ("Number charts", part("gear")),
        ("one chair without arms", part("terms")),
        ("from 5 sessions", part("reviews")),
        ("All recordings", part("recordings")),
        ("$150.00 a song", part("terms")),
        ("A treated back room", part("terms")),
        ("two rounds of changes", part("terms")),
    ] {
        assert!(part.contains(told), "{told}: {part}");
    }
    let chart = page.attributes(".record svg", "aria-label");
    let country = chart.iter().find(|said| said.starts_with("Country, ")).unwrap();

    let json = app.stranger().get("/api/v1/musicians/maren-oakley").await.json();
    assert_eq!(json["session_rate"], json!({ "minor": 38000, "currency": "USD" }));
    let response = &json["response"];
    let answers = json!([response["asked"], response["answered"], response["median_minutes"]]);
    assert_eq!((answers, &response["broken"]), (json!([11, 10, 360]), &json!(0)));
    let kept = format!("Kept all of {} dates", response["dates"]);
    assert!(page.texts(".dots li").contains(&kept), "{kept}");
    assert_eq!(json["gear"][0]["instrument"], "fiddle");
    assert!(json["gear"][0]["gear"].as_str().unwrap().starts_with("1921 German trade fiddle"));
    let record = json["track_record"].as_array().unwrap();
    let told = record.iter().find(|kind| kind["genre"] == "Country").unwrap();
    let years: Vec<String> = told["years"]
        .as_array()
        .unwrap()
        .iter()
        .map(|year| format!("{} {}", year["year"], year["confirmed_credits"]))
        .collect();
    assert_eq!(*country, format!("Country, confirmed credits by year: {}", years.join(", ")));
}

#[tokio::test]
async fn a_track_record_leads_to_the_very_recordings_it_counts() {
    let app = world().await;
    let anyone = app.stranger();
    let profile = anyone.get("/musicians/maren-oakley").await;
    let kinds = profile.texts(".record tbody th");
    let counts = profile.texts(".record tbody .big");
    let links = profile.attributes(".record tbody a", "href");
    let country = kinds.iter().position(|kind| kind == "Country").unwrap();
    assert_eq!(links[country], "/recordings?musician=maren-oakley&genre=country");

    // What is counted beside a result, kinds below it included, is what its link lists.
    let found = anyone.get("/musicians?instrument=fiddle&genre=country").await;
    let counted: i64 = found.texts(".player .rec b")[0].parse().unwrap();
    let mut at = found.attributes(".player .rec a", "href")[0]
        .replace("/recordings?", "/api/v1/recordings?");
    assert!(at.contains("instrument=fiddle&genre=country"), "{at}");
    let (address, mut listed) = (at.clone(), Vec::new());
    loop {
        let page = anyone.get(&at).await.expect(StatusCode::OK).json();
        listed.extend(
            page["items"].as_array().unwrap().iter().map(|item| item["id"].as_i64().unwrap()),
        );
        let Some(next) = page["next"].as_i64() else { break };
        at = format!("{address}&after={next}");
    }
    let credits: i64 = sqlx::query_scalar(
        "select count(*) from credits c join musicians m on m.id = c.musician_id
         where m.slug = 'maren-oakley' and c.status = 'confirmed' and c.recording_id = any($1)
           and c.instrument_id = (select id from instruments where slug = 'fiddle')",
    )
    .bind(&listed)
    .fetch_one(app.db())
    .await
    .unwrap();
    assert_eq!(credits, counted);
    assert!(counted > counts[country].parse().unwrap(), "bluegrass and its like count as country");

    let page = anyone.get("/recordings?musician=maren-oakley&genre=film-score").await;
    let kept = page.attributes("form[role=search] input[type=hidden]", "value");
    assert_eq!(kept, ["maren-oakley", "film-score"], "words are looked for among just these");
    assert_eq!(page.texts("h1"), ["Maren Oakley, film score"]);
    assert_eq!(page.texts(".discog li").len(), 6);
    for (query, says) in [
        ("musician=nobody-at-all", "Musician is nobody who is listed here."),
        ("musician=maren-oakley&genre=polka-core", "Genre is not one we know by that name."),
        ("instrument=%00", "Instrument is not one we know by that name."),
        (
            "genre=country",
            "Instrument and genre narrow one player’s recordings: name the player as well.",
        ),
    ] {
        let page = anyone.get(&format!("/recordings?{query}")).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".notice li"), [says], "{query}");
    }
}

#[tokio::test]
async fn a_claimed_credit_is_shown_apart_and_counted_nowhere() {
    let app = world().await;
    let confirmed = app.stranger().get("/musicians/maren-oakley").await.texts(".record .big");
    let credit = "insert into credits (recording_id, musician_id, credited_as, instrument_id,
                  genre_id, played_on, status, created_at)
                  select recording_id, musician_id, credited_as, instrument_id, genre_id, played_on,
                         'claimed', created_at
                  from credits where musician_id = (select id from musicians where slug = 'maren-oakley')
                  order by id limit 1";
    sqlx::query(credit).execute(app.db()).await.unwrap();
    let page = app.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(page.texts(".record .big"), confirmed);
    assert!(page.body.contains("claimed, not counted: "));
    assert!(page.texts("main").concat().contains("1 credit is claimed by Maren Oakley alone"));
    assert!(page.texts(".dots li").contains(&"84 confirmed credits".to_owned()));
}

#[tokio::test]
async fn a_profile_names_others_who_play_the_same_and_are_free_this_week() {
    let app = world().await;
    let page = app.stranger().get("/musicians/maren-oakley").await;
    let named = page.texts("section[aria-labelledby=similar] b");
    assert_eq!(named, ["Delphine Tarrow", "Josiah Pell"]);
    // Whoever has no time left is not named.
    sqlx::query("delete from weekly_hours where musician_id = (select id from musicians where slug = 'delphine-tarrow')")
        .execute(app.db())
        .await
        .unwrap();
    sqlx::query("update open_times set free = '{}' where musician_id = (select id from musicians where slug = 'delphine-tarrow')")
        .execute(app.db())
        .await
        .unwrap();
    let page = app.stranger().get("/musicians/maren-oakley").await;
    assert_eq!(page.texts("section[aria-labelledby=similar] b"), ["Josiah Pell"]);
}

#[tokio::test]
async fn a_day_on_the_strip_leads_to_asking_for_it() {
    let app = world().await;
    let page = app.stranger().get("/musicians/maren-oakley").await;
    let days = page.texts(".days li");
    let free = days.iter().position(|day| day.contains("9–18")).unwrap();
    assert!(days[free].contains("Tue 24 Nov"), "{days:?}");
    let links = page.attributes(".days a", "href");
    assert_eq!(links[0], "/musicians/maren-oakley/calls/new?date=2026-11-24");
    let ines = app.producer("Ines Calloway").await;
    let form = ines.get(&links[0]).await.expect(StatusCode::OK);
    assert_eq!(form.attributes("#date", "value"), ["2026-11-24"]);
}

#[tokio::test]
async fn the_first_page_shows_what_the_place_is_for() {
    let app = world().await;
    let page = app.stranger().get("/").await.expect(StatusCode::OK);
    assert_eq!(page.texts("h1"), ["The players you call first, and the credit they are owed."]);
    assert_eq!(page.attributes(".finder", "action"), ["/musicians"]);
    assert_eq!(names(&page).len(), 5);
    let empty = TestApp::new().await;
    let page = empty.stranger().get("/").await.expect(StatusCode::OK);
    assert!(page.texts("main").concat().contains("Nobody has opened any time yet."));
}

#[tokio::test]
async fn remote_work_a_top_rate_and_words_narrow_a_search() {
    let app = world().await;
    let anyone = app.stranger();
    let remote = anyone.get("/api/v1/musicians?way=remote&max=200&currency=USD").await.json();
    let mut currencies = std::collections::BTreeSet::new();
    for hit in remote["items"].as_array().unwrap() {
        assert_eq!(hit["works_remotely"], true);
        let most = match hit["song_rate"]["currency"].as_str().unwrap() {
            "USD" => 20_000,
            // At the rates of 31 December 2024.
            "GBP" => 15_962,
            "EUR" => 19_251,
            _ => 10_000_000,
        };
        assert!(hit["song_rate"]["minor"].as_i64().unwrap() <= most, "{hit}");
        currencies.insert(hit["song_rate"]["currency"].to_string());
    }
    assert!(currencies.len() > 1, "who is paid in another currency is found too: {currencies:?}");
    assert!(!remote["items"].as_array().unwrap().is_empty());
    let words = anyone.get("/musicians?q=dusty+BARN").await;
    assert_eq!(names(&words), ["Maren Oakley"]);
    let gear = anyone.get("/musicians?q=german+trade").await;
    assert_eq!(names(&gear), ["Maren Oakley"]);
}

#[tokio::test]
async fn a_search_by_another_clock_means_the_same_instants() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let anyone = app.stranger();
    let found = async |query: &str| {
        names(&anyone.get(&format!("/musicians?date=2026-12-08&{query}")).await).len()
    };
    // Nine to noon in Nashville is three to six in London.
    assert_eq!(found("from=15:00&to=18:00&zone=Europe/London").await, 1);
    assert_eq!(found("from=14:00&to=17:00&zone=Europe/London").await, 0);
    assert_eq!(found("from=09:00&to=12:00&zone=America/Chicago").await, 1);
}

#[tokio::test]
async fn a_booked_player_is_not_found_for_that_time_nor_for_what_is_kept_clear() {
    let app = TestApp::new().await;
    let (ines, maren) = (app.producer("Ines Calloway").await, app.musician("Maren Oakley").await);
    let call = calls::call(
        json!({ "title": "Dust", "artist": "June", "place": "Room A", "brief": "Dry." }),
    );
    let sent = ines.post("/musicians/maren-oakley/calls", call).await;
    let search = "/musicians?date=2026-12-08&from=12:00&to=15:00&zone=America/Chicago";
    assert_eq!(names(&ines.get(search).await).len(), 1, "a bare request takes no time");
    maren.post(&format!("{}/accept", sent.location()), ()).await.expect(StatusCode::SEE_OTHER);
    assert_eq!(names(&ines.get(search).await).len(), 0);
}

#[tokio::test]
async fn hostile_names_are_written_not_run() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    sqlx::query(
        "update musicians set name = '<script>alert(1)</script>', headline = '\"><img src=x>'",
    )
    .execute(app.db())
    .await
    .unwrap();
    for path in ["/", "/musicians", "/musicians/maren-oakley"] {
        let page = app.stranger().get(path).await.expect(StatusCode::OK);
        assert!(!page.body.contains("<script>alert") && !page.body.contains("<img"), "{path}");
        assert!(
            page.body.contains("&lt;script&gt;") || page.body.contains("&#60;script"),
            "{path}"
        );
    }
}

/// Where a browser goes that presses one of the buttons that `selector` finds: the fields of its
/// form, and its own.
fn pressed(page: &Reply, selector: &str, at: usize) -> String {
    let own = |name: &str| page.attributes(selector, name).get(at).cloned().unwrap_or_default();
    let form = own("form");
    let mut fields: Vec<(String, String)> = Vec::new();
    let of_form = [format!("#{form} input, #{form} select"), format!("input[form={form}]")];
    for name in of_form.iter().flat_map(|fields| page.attributes(fields, "name")) {
        if ["charts", "language", "union", "audio", "match"].contains(&name.as_str()) {
            continue;
        }
        let values = page.attributes(&format!("input[name={name}]"), "value");
        fields.push((name, values.first().cloned().unwrap_or_default()));
    }
    fields.push((own("name"), own("value")));
    let action = [own("formaction"), page.attributes(&format!("#{form}"), "action").concat()];
    let action = action.into_iter().find(|action| !action.is_empty()).unwrap();
    format!("{action}?{}", serde_urlencoded::to_string(fields).unwrap())
}

/// The choices of a facet are buttons of the one form: they work where no script runs.
#[tokio::test]
async fn a_choice_beside_the_search_is_pressed_and_given_up_again() {
    let app = world().await;
    let anyone = app.stranger();
    let all = anyone.get("/musicians?place=Nashville&max=500&currency=USD").await;
    let genres = ".filters button[name=genre]";
    let country = all.attributes(genres, "value").iter().position(|slug| slug == "country");
    let found = anyone.get(&pressed(&all, genres, country.unwrap())).await.expect(StatusCode::OK);
    assert_eq!(found.texts("h1"), ["Country, 50 km around Nashville, at most $500.00"]);
    assert_eq!(found.texts(".notice.now li"), [""; 0]);
    let dearer = found.attributes(".filters button[name=max]", "value");
    let dearer = dearer.iter().position(|top| top == "1000.00").unwrap();
    // What stands in the field comes before it, and counts less.
    let found = anyone.get(&pressed(&found, ".filters button[name=max]", dearer)).await;
    assert_eq!(found.texts("h1"), ["Country, 50 km around Nashville, at most $1,000.00"]);
    let chosen = ".filters button[name=without]";
    assert_eq!(found.texts(chosen), ["Country", "$1,000.00"]);
    let found = anyone.get(&pressed(&found, chosen, 0)).await;
    assert_eq!(found.texts("h1"), ["50 km around Nashville, at most $1,000.00"]);
    let found = anyone.get(&pressed(&found, chosen, 0)).await;
    assert_eq!(found.texts("h1"), ["50 km around Nashville"]);
}

#[tokio::test]
async fn the_time_that_was_searched_is_the_time_that_is_asked_for() {
    let app = world().await;
    let ines = app.producer("Ines Calloway").await;
    let search =
        "/musicians?instrument=fiddle&date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago";
    let found = ines.get(search).await.expect(StatusCode::OK);
    let profile = &found.attributes(".player h3 a", "href")[0];
    let profile = ines.get(profile).await.expect(StatusCode::OK);
    let ask = &profile.attributes(".book a.first", "href")[0];
    let from_list = pressed(&found, ".player .act button[form=ask]", 0);
    for form in [ask, &from_list] {
        let form = ines.get(form).await.expect(StatusCode::OK);
        let value = |field: &str| form.attributes(&format!("[name={field}]"), "value").concat();
        let told = ["date", "from", "to"].map(value);
        assert_eq!(told, ["2026-12-08", "10:00", "13:00"]);
    }
    // Without a time there is one address of a profile.
    let found = ines.get("/musicians?instrument=fiddle&place=Nashville").await;
    assert_eq!(found.attributes(".player h3 a", "href")[0], "/musicians/maren-oakley");
}

/// Every filter of the page says how many each choice would find; that those numbers are right is
/// held against a slow reading of the tables where programs read them.
#[tokio::test]
async fn beside_every_filter_stands_how_many_it_would_find() {
    let app = world().await;
    let query = "genre=country&place=Nashville&km=100&max=500&currency=USD&charts=numbers\
                 &date=2026-12-08&from=10:00&to=13:00&zone=America/Chicago";
    let page = app.stranger().get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
    let counts = app.stranger().get(&format!("/api/v1/musicians?{query}")).await.json();
    let counts = &counts["counts"];
    let told = |count: &Value, field: &str| match &count[field] {
        Value::String(text) => text.clone(),
        number => number.to_string(),
    };
    let list = |facet: &str| counts[facet].as_array().unwrap().clone();
    // Links, of which the most wanted are shown; then boxes; then what is chosen from a list.
    let links = page.texts(".filters section li");
    for facet in ["genres", "top_rates"] {
        for count in list(facet).iter().take(5) {
            let choice = format!("{} {}", told(count, "name"), told(count, "players"));
            assert!(links.contains(&choice), "{facet} {choice}: {links:?}");
        }
    }
    for count in list("any_time") {
        let choice = format!("{} {}", told(&count, "name"), told(&count, "players"));
        assert!(links.contains(&choice), "{choice}: {links:?}");
    }
    let boxes = |name: &str| {
        let values = page.attributes(&format!(".filters input[name={name}]"), "value");
        let labels = page.texts(&format!(".filters fieldset > label:has(input[name={name}]) b"));
        values.into_iter().zip(labels).collect::<Vec<_>>()
    };
    for (facet, name) in [
        ("instruments", "instrument"),
        ("charts", "charts"),
        ("languages", "language"),
        ("unions", "union"),
        ("audio", "audio"),
    ] {
        let shown = boxes(name);
        assert!(!shown.is_empty(), "{facet}");
        for (value, players) in shown {
            let count = list(facet).into_iter().find(|count| told(count, "value") == value);
            assert_eq!(players, told(&count.unwrap(), "players"), "{facet} {value}");
        }
    }
    for (facet, name) in [("ways", "way"), ("distances", "km")] {
        let shown = page.texts(&format!("select[name={name}] option"));
        for count in list(facet) {
            let players = format!("({})", told(&count, "players"));
            assert!(shown.iter().any(|one| one.ends_with(&players)), "{facet} {count}: {shown:?}");
        }
    }
}

#[tokio::test]
async fn so_many_hours_are_looked_for_from_today_on_where_no_day_is_named() {
    let app = world().await;
    let anyone = app.stranger();
    let heading = async |query: &str| {
        let page = anyone.get(&format!("/musicians?instrument=fiddle&{query}")).await;
        assert_eq!(page.texts(".notice.now li"), [""; 0], "{query}");
        page.texts("h1").concat()
    };
    assert_eq!(
        heading("hours=3&zone=America/Chicago").await,
        "Fiddle, 3 h from Monday 23 November to Sunday 29 November"
    );
    assert_eq!(
        heading("hours=3&until=2026-12-04&zone=America/Chicago").await,
        "Fiddle, 3 h from Monday 23 November to Friday 4 December"
    );
    // It is already the next day there.
    assert_eq!(
        heading("hours=3&until=2026-11-24&zone=Pacific/Auckland").await,
        "Fiddle, 3 h on Tuesday 24 November"
    );
    // Whoever is found is who is found with the days written out.
    let names = async |query: &str| {
        let page = anyone.get(&format!("/musicians?{query}&zone=America/Chicago")).await;
        page.texts(".player h3")
    };
    let spelled_out = names("hours=8&date=2026-11-23&until=2026-11-29").await;
    assert!(!spelled_out.is_empty());
    assert_eq!(names("hours=8").await, spelled_out);
    // And the clock stays in every link that leads on, and in the form.
    let page = anyone.get("/musicians?hours=3&zone=America/Chicago").await;
    let any_time = page.attributes(".filters section li a", "href").remove(0);
    assert!(any_time.contains("zone=America/Chicago"), "{any_time}");
    assert_eq!(page.attributes("#find [name=zone]", "value"), ["America/Chicago"]);
    assert_eq!(page.attributes("[name=hours]", "value"), ["3"]);
}

/// However an address is bent, it is some search: a page that says what it passed over.
#[tokio::test]
async fn no_address_breaks_the_search() {
    const FIELDS: [&str; 24] = [
        "instrument",
        "match",
        "genre",
        "place",
        "km",
        "way",
        "date",
        "from",
        "to",
        "hours",
        "until",
        "zone",
        "max",
        "currency",
        "charts",
        "language",
        "union",
        "audio",
        "q",
        "sort",
        "after",
        "page",
        "",
        "%00",
    ];
    const VALUES: [&str; 40] = [
        "",
        "+",
        "0",
        "-1",
        "1e9",
        "NaN",
        "inf",
        "99999999999999999999",
        "-9223372036854775808",
        "0.0001",
        "%00",
        "a%00b",
        "%FF%FE",
        "%",
        "%zz",
        "%27%3B--",
        "%3Cscript%3E",
        "%5C",
        "%25",
        "_",
        "%E2%80%AE",
        "%F0%9F%8E%BB",
        "%0D%0ASet-Cookie:+a",
        "9999-12-31",
        "0000-01-01",
        "-0001-01-01",
        "2026-12-08",
        "2026-02-30",
        "24:00",
        "25:61",
        "10:00",
        "fiddle",
        "country",
        "Nashville",
        "Africa/Nowhere",
        "America/Chicago",
        "best",
        "remote",
        "19b1-0-7ff0000000000000-0-0-7ff0000000000000-0",
        "ffffffffffffffff-ff-fff0000000000000-7fffffffffffffff-ff-1-7fffffffffffffff",
    ];
    let app = world().await;
    let anyone = app.stranger();
    let long = "x".repeat(4_000);
    // Each value in each field alone.
    for field in FIELDS {
        for value in VALUES.iter().copied().chain([long.as_str()]) {
            let page = anyone.get(&format!("/musicians?{field}={value}")).await;
            assert_eq!(page.status, StatusCode::OK, "{field}={value}: {}", page.body);
        }
    }
    // And many together, with bytes that are no text among them.
    let mut dice = fastrand::Rng::with_seed(1977);
    for _ in 0..600 {
        let mut query = String::new();
        for _ in 0..dice.usize(1..9) {
            let value = match dice.u8(..4) {
                0 => (0..dice.usize(..12)).map(|_| format!("%{:02X}", dice.u8(..))).collect(),
                _ => VALUES[dice.usize(..VALUES.len())].to_owned(),
            };
            query += &format!("{}={value}&", FIELDS[dice.usize(..FIELDS.len())]);
        }
        let page = anyone.get(&format!("/musicians?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(!page.body.contains("<script>alert"), "{query}");
        let json = anyone.get(&format!("/api/v1/musicians?{query}")).await;
        // What the page passed over, a program is told of; neither is ever at a loss.
        let notes = page.texts(".notice.now li").len();
        let expected = if notes == 0 { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
        assert_eq!(
            json.status,
            expected,
            "{query}: {:?} {}",
            page.texts(".notice.now li"),
            json.body
        );
    }
}

/// Whatever the currency, a choice of top rates is worth choosing from.
#[tokio::test]
async fn top_rates_are_offered_in_amounts_that_are_asked() {
    let app = world().await;
    let anyone = app.stranger();
    for (currency, first) in [
        ("USD", "100.00"),
        ("GBP", "100.00"),
        ("JPY", "10000"),
        ("KRW", "100000"),
        ("SEK", "1000.00"),
    ] {
        let found = anyone.get(&format!("/api/v1/musicians?currency={currency}")).await.json();
        assert_eq!(found["counts"]["top_rates"][0]["value"], first, "{currency}");
    }
}

/// Past what is kept of the time ahead calendars are asked: the page says so, and states no count.
#[tokio::test]
async fn far_ahead_the_page_finds_who_is_free_and_counts_nobody() {
    let app = world().await;
    let anyone = app.stranger();
    let far = "date=2027-09-14&from=10:00&to=13:00&zone=America/Chicago";
    for sort in ["best", "soonest", "rate", "credits", "newest"] {
        let path = format!("/musicians?instrument=fiddle&{far}&sort={sort}");
        let page = anyone.get(&path).await.expect(StatusCode::OK);
        assert_eq!(page.texts(".listhead h2"), ["Players free then"], "{sort}");
        assert!(page.texts(".listhead .meta")[0].starts_with("More than three months ahead"));
        let maren = names(&page).iter().position(|name| name == "Maren Oakley").unwrap();
        assert_eq!(
            page.texts(".player .day p")[maren],
            "Tue 14 Sep: free 09:00–18:00 CDT",
            "{sort}"
        );
        let json = anyone.get(&path.replace("/mus", "/api/v1/mus")).await.json();
        assert_eq!(json["players"], Value::Null, "{sort}");
    }
    // Whoever is free may stand behind many who are not.
    let slug = "select slug from musicians where status = 'published' order by id desc limit 1";
    let last: String = sqlx::query_scalar(slug).fetch_one(app.db()).await.unwrap();
    sqlx::query("delete from weekly_hours").execute(app.db()).await.unwrap();
    sqlx::query(
        "insert into weekly_hours (musician_id, weekday, from_minute, to_minute)
         select id, d, 0, 1440 from musicians, generate_series(1, 7) d where slug = $1",
    )
    .bind(&last)
    .execute(app.db())
    .await
    .unwrap();
    for sort in ["best", "soonest", "rate", "credits", "newest"] {
        let page = anyone.get(&format!("/musicians?{far}&sort={sort}")).await;
        let found = page.attributes(".player h3 a", "href");
        assert_eq!(found.len(), 1, "{sort}: {found:?}");
        assert!(found[0].starts_with(&format!("/musicians/{last}")), "{sort}: {found:?}");
    }
    // Nobody is: what giving up the time would find is known, and nothing else is claimed.
    sqlx::query("delete from weekly_hours").execute(app.db()).await.unwrap();
    let page = anyone.get(&format!("/musicians?instrument=fiddle&genre=country&{far}")).await;
    let without = page.texts(".empty .hit");
    assert_eq!(without.len(), 1, "{without:?}");
    assert!(without[0].starts_with("Without the time: "), "{without:?}");
}
