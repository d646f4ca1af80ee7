use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use first_call::values::Clock;
use thirtyfour::prelude::*;

use crate::support::{Browser, Screen, Site};

/// The first Tuesday that is at least two days away.
pub fn tuesday() -> NaiveDate {
    let now: DateTime<Utc> = Clock::System.now();
    let soon = (now + TimeDelta::days(2)).date_naive();
    soon.iter_days().find(|day| day.weekday() == Weekday::Tue).unwrap()
}

/// From the first page to a request that is sent: a fiddle on Tuesday from ten to one.
async fn ask_maren(producer: &Browser) {
    producer.sign_in("producer@example.test").await;
    producer.go("/").await;
    producer.fill("#instrument", "fiddle").await;
    producer.fill("#date", &tuesday().to_string()).await;
    producer.fill("#from", "10:00").await;
    producer.fill("#to", "13:00").await;
    producer.choose("#zone", "America/Chicago").await;
    producer.press(".finder button").await;
    producer.expect("Maren Oakley").await;
    producer.press_words("Maren Oakley").await;
    producer.expect("23").await;
    producer.press_words("Ask for a time").await;
    fill_call(producer).await;
    producer.press_words("Send").await;
    producer.expect("Waiting for an answer").await;
}

async fn fill_call(producer: &Browser) {
    producer.fill("#title", "Dust on the Piano").await;
    producer.fill("#artist", "June Harrow").await;
    producer.fill("#brief", "Dry and close. Think barn, not ballroom.").await;
    producer.fill("#place", "Cedar Street Sound, Nashville").await;
}

/// The path of the booking that was just asked for.
async fn booking(browser: &Browser) -> String {
    let address = browser.address().await;
    assert!(address.starts_with("/bookings/"), "{address}");
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_from_the_search_to_the_credit() {
    let site = Site::start();
    let producer = Browser::open(&site.address, Screen::DESK).await;
    ask_maren(&producer).await;
    let booking = booking(&producer).await;

    let maren = Browser::open(&site.address, Screen::DESK).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&booking).await;
    maren.press("button[formaction$='/accept'], form[action$='/accept'] button").await;
    maren.expect("Confirmed").await;

    producer.go(&booking).await;
    producer.expect("Confirmed").await;
    // Tuesday comes: the demo's clock is moved past it.
    producer.go("/dev/clock").await;
    producer.press_words("On by a week").await;
    producer.expect("It is now").await;
    producer.press_words("To the end of next Tuesday").await;
    producer.expect("It is now Tuesday").await;
    producer.go(&format!("{booking}/done")).await;
    producer.press_words("Mark done and draft the credit").await;
    producer.expect("Done").await;

    maren.go("/credits").await;
    maren.press("li.pending:last-child form button").await;
    maren.expect("Dust on the Piano").await;
    maren.expect("Confirmed").await;

    // And anyone may read it.
    let reader = Browser::open(&site.address, Screen::DESK).await;
    reader.go("/recordings?q=june+harrow").await;
    reader.press_words("Dust on the Piano").await;
    reader.expect("Maren Oakley").await;
    reader.expect("Confirmed").await;
    for browser in [producer, maren, reader] {
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_without_a_script() {
    let site = Site::start();
    let producer = Browser::open(&site.address, Screen::DESK.without_script()).await;
    ask_maren(&producer).await;
    let booking = booking(&producer).await;
    let maren = Browser::open(&site.address, Screen::DESK.without_script()).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&booking).await;
    maren.press("button[formaction$='/accept'], form[action$='/accept'] button").await;
    maren.expect("Confirmed").await;
    for browser in [producer, maren] {
        browser.close().await;
    }
}

/// Presses Tab until the element has the focus, as somebody without a mouse does.
async fn tab_to(browser: &Browser, selector: &str) {
    let script = "return document.activeElement.matches(arguments[0])";
    for _ in 0..150 {
        let argument = serde_json::json!(selector);
        if browser.page.execute(script, vec![argument]).await.unwrap().convert::<bool>().unwrap() {
            return;
        }
        browser.key(Key::Tab).await;
    }
    panic!("Tab never reaches {selector} on {}", browser.address().await);
}

async fn type_into(browser: &Browser, selector: &str, text: &str) {
    tab_to(browser, selector).await;
    browser.page.action_chain().send_keys(text).perform().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_a_phone_by_keyboard() {
    let site = Site::start();
    let phone = Browser::open(&site.address, Screen::PHONE).await;
    phone.go("/sign-in").await;
    phone.fits().await;
    phone.key(Key::Tab).await;
    tab_to(&phone, ".skip").await;
    type_into(&phone, "#email", "producer@example.test").await;
    type_into(&phone, "#password", first_call::accounts::DEMO_PASSWORD).await;
    phone.key(Key::Enter).await;
    phone.find("a[href='/account']").await;

    phone.fits().await;
    type_into(&phone, "#instrument", "fiddle").await;
    tab_to(&phone, ".finder button").await;
    phone.key(Key::Enter).await;
    phone.find(".player").await;
    phone.fits().await;
    let time =
        format!("instrument=fiddle&date={}&from=10:00&to=13:00&zone=America/Chicago", tuesday());
    phone.go(&format!("/musicians?{time}")).await;
    phone.fits().await;
    tab_to(&phone, ".player .act a").await;
    phone.key(Key::Enter).await;
    phone.find("#title").await;
    phone.fits().await;
    type_into(&phone, "#title", "Dust on the Piano").await;
    type_into(&phone, "#artist", "June Harrow").await;
    type_into(&phone, "#brief", "Dry and close.").await;
    type_into(&phone, "#place", "Cedar Street Sound").await;
    tab_to(&phone, "main form[action$='/calls'] button.first").await;
    phone.key(Key::Enter).await;
    phone.expect("Waiting for an answer").await;
    phone.fits().await;
    phone.close().await;
}
