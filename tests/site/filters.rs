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
