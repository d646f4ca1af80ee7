use serde_json::json;
use thirtyfour::prelude::*;

use crate::support::{Browser, Screen, Site};

async fn ask(browser: &Browser, script: &str) -> serde_json::Value {
    let answer = browser.page.execute(format!("return {script}"), vec![]).await.unwrap();
    answer.json().clone()
}

/// Types into a field among the filters, which a driver takes for hidden where they are not folded.
async fn type_beside(browser: &Browser, selector: &str, text: &str) {
    browser.point_at(selector).await;
    browser.page.action_chain().send_keys(text).perform().await.unwrap();
}

/// Who is found, in order.
async fn found(browser: &Browser) -> Vec<String> {
    let names = "[...document.querySelectorAll('.player h3')].map(one => one.textContent)";
    let names = ask(browser, names).await;
    names.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
}

/// Waits until the first who is found is this one.
async fn expect_first(browser: &Browser, name: &str) {
    let path = format!("//ol[@class='list']/li[1]//h3[normalize-space(.)={name:?}]");
    let query = browser
        .page
        .query(By::XPath(&path))
        .wait(std::time::Duration::from_secs(5), std::time::Duration::from_millis(50));
    assert!(
        query.first().await.is_ok(),
        "{name} is not the first of {:?} on {}",
        found(browser).await,
        browser.address().await
    );
}

/// What is left of a mark on the page once another took its place.
const MARK: &str = "window.sameFirst = true";
const IS_MARKED: &str = "window.sameFirst === true";

#[tokio::test(flavor = "multi_thread")]
async fn results_follow_what_is_typed_and_chosen_while_the_page_stays() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK).await;
    reader.go("/musicians").await;
    ask(&reader, MARK).await;

    // Words, with a slip.
    reader.type_over("#q", "pedle steel").await;
    reader.key(Key::Enter).await;
    expect_first(&reader, "Ruell Haskett").await;
    reader.expect("“pedle” was read as “pedal”").await;
    assert_eq!(reader.address().await, "/musicians?q=pedle+steel");
    assert_eq!(ask(&reader, IS_MARKED).await, true, "the page was not loaded anew");
    assert_eq!(ask(&reader, "document.title").await, "“pedle steel” · First Call");

    // A facet: where they work.
    reader.type_over("#q", "").await;
    reader.key(Key::Enter).await;
    expect_first(&reader, "Maren Oakley").await;
    reader.point_at("input[name='charts'][value='notation']").await;
    expect_first(&reader, "Delphine Tarrow").await;
    assert_eq!(reader.address().await, "/musicians?charts=notation");
    assert_eq!(
        ask(&reader, "document.activeElement.value").await,
        "notation",
        "and the focus stays where it was"
    );

    // A button among the facets; and the focus stays on it.
    reader.point_at(".filters button[name='genre']").await;
    reader.find(".filters button[name='without'][value='genre'][aria-pressed='true']").await;
    assert_eq!(ask(&reader, "document.activeElement.name").await, "without");
    assert_eq!(ask(&reader, IS_MARKED).await, true);

    // And back, step by step.
    reader.page.back().await.unwrap();
    reader.find(".filters button[name='genre']:not([aria-pressed])").await;
    expect_first(&reader, "Delphine Tarrow").await;
    assert_eq!(reader.address().await, "/musicians?charts=notation");
    reader.page.back().await.unwrap();
    expect_first(&reader, "Maren Oakley").await;
    reader.page.back().await.unwrap();
    expect_first(&reader, "Ruell Haskett").await;
    assert_eq!(ask(&reader, "document.querySelector('#q').value").await, "pedle steel");
    reader.page.forward().await.unwrap();
    expect_first(&reader, "Maren Oakley").await;
    assert_eq!(ask(&reader, IS_MARKED).await, true);

    // In another order; and the next page, and a player.
    reader.choose("select[name='sort']", "newest").await;
    reader.find("select[name='sort'] option[value='newest'][selected]").await;
    assert_eq!(reader.address().await, "/musicians?sort=newest");
    reader.go("/musicians?instrument=fiddle&place=Nashville").await;
    reader.press(".player h3 a").await;
    reader.expect("Track record").await;
    reader.page.back().await.unwrap();
    expect_first(&reader, "Maren Oakley").await;
    assert_eq!(found(&reader).await.len(), 3);
    assert_eq!(reader.faults().await, [""; 0]);
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_be_meant_is_offered_and_taken_by_keys_alone() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK.by_keyboard()).await;
    reader.go("/musicians").await;
    ask(&reader, MARK).await;
    reader.type_over("#place", "nashv").await;
    reader.find("#place[aria-expanded='true']").await;
    reader.key(Key::Down).await;
    let chosen = "document.getElementById(document.activeElement.getAttribute('aria-activedescendant')).textContent";
    assert_eq!(ask(&reader, chosen).await, "Nashville, Tennessee, United States");
    assert_eq!(reader.faults().await, [""; 0]);
    reader.key(Key::Enter).await;
    reader.find("#km").await;
    assert_eq!(ask(&reader, "document.activeElement.id").await, "place");
    assert_eq!(ask(&reader, "document.querySelector('#place').value").await, "Nashville, TN, US");
    assert!(reader.address().await.starts_with("/musicians?place=Nashville"));

    // Escape puts the offers away, and takes nothing.
    reader.type_over("#instrument", "fid").await;
    reader.find("#instrument[aria-expanded='true']").await;
    reader.key(Key::Escape).await;
    reader.find("#instrument[aria-expanded='false']").await;
    assert_eq!(ask(&reader, "document.querySelector('#instrument').value").await, "fid");
    reader.type_over("#instrument", "fid").await;
    reader.find("#instrument[aria-expanded='true']").await;
    reader.key(Key::Down).await;
    reader.key(Key::Enter).await;
    expect_first(&reader, "Maren Oakley").await;
    reader.find("#instrument[value='Fiddle']").await;
    assert_eq!(found(&reader).await.len(), 3, "three fiddlers in Nashville");
    assert_eq!(ask(&reader, IS_MARKED).await, true, "the page was not loaded anew");
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_script_the_form_and_the_links_do_the_same() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK.without_script()).await;
    reader.go("/musicians").await;
    reader.type_over("#q", "pedle steel").await;
    reader.press("#find button").await;
    expect_first(&reader, "Ruell Haskett").await;
    reader.go("/musicians?instrument=fiddle").await;
    reader.point_at("input[name='charts'][value='notation']").await;
    reader.point_at(".filters button[form=find]").await;
    expect_first(&reader, "Delphine Tarrow").await;
    assert!(reader.address().await.contains("charts=notation"));
    reader.page.back().await.unwrap();
    expect_first(&reader, "Maren Oakley").await;
    reader.go("/musicians?instrument=theremin&place=Nashville").await;
    reader.press_words("Without the place: 1 player").await;
    expect_first(&reader, "Lieselotte Vogelsang").await;
    reader.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_typed_while_an_answer_is_on_its_way_is_not_lost() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK).await;
    reader.go("/musicians").await;
    // Answers take a second from here on.
    let slow = "(() => { const real = window.fetch; window.fetch = async (...asked) => {
        await new Promise((done) => setTimeout(done, 1000)); return real(...asked); }; })()";
    ask(&reader, slow).await;
    reader.choose("select[name='sort']", "credits").await;
    reader.type_over("#q", "dusty").await;
    assert_eq!(reader.address().await, "/musicians", "the answer is still on its way");
    reader.find("select[name='sort'] option[value='credits'][selected]").await;
    assert_eq!(ask(&reader, "document.activeElement.id").await, "q");
    assert_eq!(ask(&reader, "document.querySelector('#q').value").await, "dusty");
    reader.key(Key::Enter).await;
    reader.expect("“dusty”").await;
    assert_eq!(reader.address().await, "/musicians?q=dusty&sort=credits");
    reader.close().await;
}

/// What stands in no list is typed beside it; and a clock goes with hours on any day.
#[tokio::test(flavor = "multi_thread")]
async fn a_language_is_typed_beside_those_that_most_speak_and_hours_keep_their_clock() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK).await;
    reader.go("/musicians").await;
    type_beside(&reader, "#more-language", "wel").await;
    reader.find("#more-language[aria-expanded='true']").await;
    reader.key(Key::Down).await;
    reader.key(Key::Enter).await;
    reader.find("input[name='language'][value='cy'][checked]").await;
    assert_eq!(reader.address().await, "/musicians?language=Welsh");
    // There is no other language among those who are left, so no field for one.
    assert_eq!(ask(&reader, "document.querySelector('#more-language')").await, json!(null));
    assert_eq!(
        ask(&reader, "document.activeElement.outerHTML").await,
        "<h2 tabindex=\"-1\">1 player</h2>"
    );

    reader.go("/musicians?instrument=fiddle").await;
    reader.type_over("#zone", "America/Chicago").await;
    type_beside(&reader, "[name='hours']", "3").await;
    reader.key(Key::Enter).await;
    reader.expect("3 h from").await;
    assert_eq!(
        reader.address().await,
        "/musicians?instrument=fiddle&zone=America%2FChicago&hours=3"
    );
    reader.expect("Asked by the clock of America/Chicago").await;
    assert_eq!(reader.faults().await, [""; 0]);
    reader.close().await;
}

/// What a page asks for is there: nothing is missing, refused or broken in the browser's own log.
#[tokio::test(flavor = "multi_thread")]
async fn the_browser_has_nothing_to_complain_of() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK).await;
    for path in ["/", "/musicians", "/musicians/maren-oakley", "/recordings", "/favicon.ico"] {
        reader.go(path).await;
        let missing = "performance.getEntriesByType('resource').filter(one => one.responseStatus >= 400).map(one => one.name)";
        assert_eq!(ask(&reader, missing).await, json!([]), "{path}");
        let icons = "document.querySelectorAll('link[rel=icon]').length";
        if path != "/favicon.ico" {
            assert_eq!(ask(&reader, icons).await, 1, "{path}");
        }
    }
    reader.close().await;
}

/// Who goes by keys, and who listens, is never sent back to the top of the page.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_of_the_search_keeps_the_focus_and_more_players_begin_at_their_heading() {
    let site = Site::start();
    let reader = Browser::open(&site.address, Screen::DESK.by_keyboard()).await;
    reader.go("/musicians").await;
    let genre = ".filters button[name=genre][value=country]";
    let told = "document.querySelector('.listhead h2').textContent";
    ask(&reader, &format!("document.querySelector(\"{genre}\").focus()")).await;
    reader.key(Key::Enter).await;
    reader.find(".filters button[aria-pressed='true']").await;
    assert_eq!(ask(&reader, "document.activeElement.textContent").await, "Country");
    let heard = "document.querySelector('body > [role=status].vh').textContent";
    assert_eq!(ask(&reader, heard).await, ask(&reader, told).await);

    reader.go("/musicians").await;
    let first = found(&reader).await;
    ask(&reader, "document.querySelector('.pager a').focus()").await;
    reader.key(Key::Enter).await;
    reader.find(".pager a:not([rel])").await;
    assert_ne!(found(&reader).await, first);
    assert_eq!(ask(&reader, "document.activeElement.matches('.listhead h2')").await, true);
    let top = "document.querySelector('.listhead').getBoundingClientRect().top";
    let top = ask(&reader, top).await.as_f64().unwrap();
    assert!((0.0..600.0).contains(&top), "the list begins in sight, not at {top}");
    assert_eq!(reader.faults().await, [""; 0]);
    reader.close().await;
}
