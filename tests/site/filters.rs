//! What can be asked for on the page of a search itself: whoever fills its form in reaches every
//! filter that finds somebody, without a line of the address written by hand.

use axum::http::StatusCode;

use crate::support::{Reply, TestApp};

async fn world() -> TestApp {
    let app = TestApp::new().await;
    assert!(first_call::sample::fill(app.db(), app.now()).await.unwrap());
    app
}

/// Where the form of a search leads once this was typed into, or chosen in, the fields that these
/// selectors find: with all that stands in it, and what is ticked.
fn filled_in(page: &Reply, typed: &[(&str, &str)]) -> String {
    let mut fields: Vec<(String, String)> = Vec::new();
    let standing = "#find input[value], input[form=find][value]:not([type=checkbox]), \
                    input[form=find][checked]";
    let names = page.attributes(standing, "name");
    fields.extend(names.into_iter().zip(page.attributes(standing, "value")));
    for (selector, value) in typed {
        let names = page.attributes(selector, "name");
        assert_eq!(names.len(), 1, "{selector}");
        fields.push((names[0].clone(), (*value).to_owned()));
    }
    format!("/musicians?{}", serde_urlencoded::to_string(fields).unwrap())
}

fn names(page: &Reply) -> Vec<String> {
    page.texts(".player h3")
}

#[tokio::test]
async fn a_language_that_few_speak_is_typed_and_then_ticked() {
    let app = world().await;
    let anyone = app.stranger();
    let all = anyone.get("/musicians").await;
    let shown = all.attributes(".filters input[type=checkbox][name=language]", "value");
    assert_eq!(shown.len(), 5);
    assert!(!shown.contains(&"cy".to_owned()));
    let found = anyone.get(&filled_in(&all, &[("#more-language", "Welsh")])).await;
    assert_eq!(found.texts("h1"), ["Speaks Welsh"]);
    assert_eq!(names(&found).len(), 1);
    let ticked = "input[name=language][checked]";
    assert_eq!(found.attributes(ticked, "value"), ["cy"]);
    // It stays with the next choice, and is given up by its box alone.
    let french = anyone.get(&filled_in(&found, &[(".filters input[value=fr]", "fr")])).await;
    assert_eq!(french.texts("h1"), ["Speaks Welsh, speaks French"]);
    assert_eq!(names(&french), names(&found));
    assert_eq!(french.attributes("#more-language", "value"), [""; 0]);

    // While it is typed it is offered, as people write it.
    let offers = anyone.get("/api/v1/completions/languages?q=wel").await.json();
    assert_eq!(offers[0]["value"], "Welsh");
}

#[tokio::test]
async fn a_second_instrument_may_be_any_of_the_catalog() {
    let app = world().await;
    let anyone = app.stranger();
    let all = anyone.get("/musicians").await;
    let fiddle = anyone.get(&filled_in(&all, &[("#instrument", "fiddle")])).await;
    let both = [("#more-instrument", "octave fiddle"), ("input[name=match]", "all")];
    let both = anyone.get(&filled_in(&fiddle, &both)).await.expect(StatusCode::OK);
    assert_eq!(both.texts("h1"), ["Fiddle and octave fiddle"]);
    assert!(!names(&both).is_empty() && names(&both).len() < names(&fiddle).len());
    assert_eq!(
        both.attributes(".filters input[name=instrument][checked]", "value"),
        ["octave-fiddle"]
    );
    // The first stands in its field, under whatever name it was typed.
    let upright = anyone.get("/musicians?instrument=upright").await;
    assert_eq!(upright.attributes("#instrument", "value"), ["upright"]);
    assert_eq!(upright.attributes("input[name=instrument][checked]", "value"), [""; 0]);
}

#[tokio::test]
async fn a_union_of_few_members_is_in_the_list_with_how_many_they_are() {
    let app = world().await;
    let anyone = app.stranger();
    let all = anyone.get("/musicians").await;
    let listed = all.texts("#more-union option");
    assert!(listed.contains(&"unisono (1)".to_owned()), "{listed:?}");
    let found = anyone.get(&filled_in(&all, &[("#more-union", "unisono")])).await;
    assert_eq!((found.texts("h1"), names(&found).len()), (vec!["Unisono".to_owned()], 1));
}

#[tokio::test]
async fn nothing_that_is_chosen_is_lost_however_much_it_is() {
    let app = world().await;
    let anyone = app.stranger();
    let codes = ["en", "fr", "de", "es", "pt", "nl", "pl"];
    let query: String = codes.iter().map(|code| format!("language={code}&")).collect();
    let page = anyone.get(&format!("/musicians?{query}")).await;
    let ticked = page.attributes("input[name=language][checked]", "value");
    assert_eq!(ticked.len(), codes.len(), "{ticked:?}");
}

/// "In Nashville or remote, under 400": each by the rate of how they would play.
#[tokio::test]
async fn of_a_room_there_or_remote_whoever_is_elsewhere_is_compared_by_the_song() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    app.musician("Josiah Pell").await;
    app.musician("Hattie Lindgren").await;
    // Josiah lives in London, and asks more than 400 for a session; Hattie comes into no room.
    for sql in [
        "update musicians set session_rate = 50000, place_id =
             (select id from places where name = 'London' and country = 'GB') where slug = 'josiah-pell'",
        "update musicians set works_in_room = false, song_rate = 17000 where slug = 'hattie-lindgren'",
    ] {
        sqlx::query(sql).execute(app.db()).await.unwrap();
    }
    let anyone = app.stranger();
    let found = async |query: &str| {
        let path = format!("/musicians?place=Nashville&way=either&currency=USD&{query}");
        let page = anyone.get(&path).await.expect(StatusCode::OK);
        let mut found: Vec<_> = names(&page).into_iter().zip(page.texts(".fee")).collect();
        if !query.contains("sort=rate") {
            found.sort();
        }
        found
    };
    let told = |found: &[(&str, &str)]| -> Vec<(String, String)> {
        found.iter().map(|(name, fee)| ((*name).to_owned(), (*fee).to_owned())).collect()
    };
    let (hattie, josiah, maren) = (
        ("Hattie Lindgren", "$170.00 a song"),
        ("Josiah Pell", "$150.00 a song"),
        ("Maren Oakley", "$380.00 for 3 h"),
    );
    assert_eq!(found("max=400").await, told(&[hattie, josiah, maren]));
    assert_eq!(found("max=160").await, told(&[josiah]));
    assert_eq!(found("sort=rate").await, told(&[josiah, hattie, maren]));
    // Near enough, he comes into the room, for what that costs.
    let path = "/musicians?place=London&way=either&currency=USD";
    let page = anyone.get(&format!("{path}&max=400")).await;
    assert_eq!(page.texts(".fee").len(), 2);
    let ways = page.texts("select[name=way] option");
    assert!(ways.contains(&"Room there, or remote (2)".to_owned()), "{ways:?}");
    // What is given up is the place, and with it the choice that needs one.
    let page = anyone.get(&format!("{path}&max=1&q=dusty")).await;
    let without = page.attributes(".empty .hit", "href");
    assert_eq!(page.texts(".empty .hit"), ["Without the top rate: 3 players"]);
    assert!(!without[0].contains("max="), "{without:?}");
}

/// A room there, or remote, says nothing without a place: who gives the place up gives up both.
#[tokio::test]
async fn who_gives_the_place_up_gives_up_the_choice_that_needs_one() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    sqlx::query("update musicians set works_remotely = false").execute(app.db()).await.unwrap();
    let anyone = app.stranger();
    let page = anyone.get("/musicians?place=Oslo&way=either").await.expect(StatusCode::OK);
    assert_eq!(page.texts(".empty .hit"), ["Without the place: 1 player"]);
    let found = anyone.get(&page.attributes(".empty .hit", "href")[0]).await;
    assert_eq!(found.texts(".notice.now li"), [""; 0]);
    assert_eq!(names(&found), ["Maren Oakley"]);
}

/// A name is found as it is written, whatever the script, and however its apostrophe is typed.
#[tokio::test]
async fn words_of_any_script_find_who_is_called_that() {
    let app = TestApp::new().await;
    app.musician("Maren Oakley").await;
    let anyone = app.stranger();
    for (name, typed) in [
        ("Зоя Петрова", "зоя"),
        ("Зоя Петрова", "ПЕТРОВА"),
        ("Ζωή Παπαδάκη", "ζωη"),
        ("Niamh O’Hara", "O'Hara"),
        ("Niamh O'Hara", "o’hara"),
        ("Niamh O’Hara", "hara"),
        ("Łukasz Ørsted-Weiß", "lukasz orsted"),
        ("Łukasz Ørsted-Weiß", "WEIẞ"),
        ("李娜", "李娜"),
        ("علي حسن", "حسن"),
        ("नेहा शर्मा", "नेहा"),
        ("김민준", "김민준"),
        ("Þórdís Æsa", "þórdís"),
        ("Þórdís Æsa", "aesa"),
        ("İpek Çağlar", "ipek caglar"),
        ("Nguyễn Thị Hà", "nguyen ha"),
    ] {
        sqlx::query("update musicians set name = $1").bind(name).execute(app.db()).await.unwrap();
        let query = serde_urlencoded::to_string([("q", typed)]).unwrap();
        let page = anyone.get(&format!("/musicians?{query}")).await.expect(StatusCode::OK);
        assert_eq!(names(&page), [name], "{typed}");
        assert_eq!(page.texts("p.notice"), [""; 0], "{typed} is no slip");
        // Kept in memory as what they are called, so they come before who only mentions it.
        let words: Vec<String> = sqlx::query_scalar("select unnest(name_words) from listings")
            .fetch_all(app.db())
            .await
            .unwrap();
        let said: Vec<String> = sqlx::query_scalar("select unnest(words_in_order($1))")
            .bind(typed)
            .fetch_all(app.db())
            .await
            .unwrap();
        assert!(said.iter().all(|word| words.contains(word)), "{said:?} of {words:?}");
    }
    let page = anyone.get("/musicians?q=%F0%9F%8E%BB").await.expect(StatusCode::OK);
    assert_eq!(
        page.texts(".notice.now li"),
        ["Words have no letter and no figure: there is nothing to look for."]
    );
}
