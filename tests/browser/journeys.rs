use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc, Weekday};
use first_call::values::Clock;

use crate::support::{Browser, Screen, Site};

/// The first Tuesday that is at least two days away.
pub fn tuesday() -> NaiveDate {
    let now: DateTime<Utc> = Clock::System.now();
    let soon = (now + TimeDelta::days(2)).date_naive();
    soon.iter_days().find(|day| day.weekday() == Weekday::Tue).unwrap()
}

/// From the first page to a request that is sent: a fiddle on Tuesday from ten to one.
pub async fn ask_maren(producer: &Browser) {
    producer.sign_in("producer@example.test").await;
    producer.go("/").await;
    producer.fill("#instrument", "fiddle").await;
    producer.fill("#date", &tuesday().to_string()).await;
    producer.fill("#from", "10:00").await;
    producer.fill("#to", "13:00").await;
    producer.fill("#zone", "America/Chicago").await;
    producer.press(".finder button").await;
    producer.expect("Maren Oakley").await;
    producer.press(".player h3 a[href^='/musicians/maren-oakley']").await;
    producer.expect("Track record").await;
    producer.press(".book a").await;
    fill_call(producer, "Dust on the Piano").await;
    producer.press("main form[action*='/calls'] button.first").await;
    producer.expect("Waiting for an answer").await;
}

/// The form of such a request, filled in and not sent.
pub async fn ask_maren_for(producer: &Browser, title: &str) {
    producer.sign_in("producer@example.test").await;
    let when = format!("date={}&from=10:00&to=13:00&zone=America/Chicago", tuesday());
    producer.go(&format!("/musicians/maren-oakley/calls/new?instrument=fiddle&{when}")).await;
    fill_call(producer, title).await;
}

async fn fill_call(producer: &Browser, title: &str) {
    producer.fill("#title", title).await;
    producer.fill("#artist", "June Harrow").await;
    producer.fill("#brief", "Dry and close. Think barn, not ballroom.").await;
    producer.fill("#place", "Cedar Street Sound, Nashville").await;
}

/// The path of the booking that was just asked for.
pub async fn booking(browser: &Browser) -> String {
    let address = browser.address().await;
    assert!(address.starts_with("/bookings/"), "{address}");
    address
}

/// A producer finds a fiddle player who is free on Tuesday morning, books her, sees it accepted,
/// marks it done; she confirms the credit, and the recording's page says who played.
async fn main_job(screen: Screen) {
    let site = Site::start();
    let producer = Browser::open(&site.address, screen).await;
    ask_maren(&producer).await;
    let booking = booking(&producer).await;

    let maren = Browser::open(&site.address, screen).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&booking).await;
    maren.press("button[formaction*='/accept']").await;
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
    producer.expect("Marked done").await;

    maren.go("/credits").await;
    maren.press("li.pending:last-child form button").await;
    maren.expect("The credit is confirmed and public").await;

    // And anyone may read it.
    let reader = Browser::open(&site.address, screen).await;
    reader.go("/recordings?q=june+harrow").await;
    reader.press_words("Dust on the Piano").await;
    reader.expect("Maren Oakley").await;
    reader.expect("Confirmed").await;
    for browser in [producer, maren, reader] {
        if screen.script {
            browser.fits().await;
        }
        browser.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_from_the_search_to_the_credit() {
    main_job(Screen::DESK).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_without_a_script() {
    main_job(Screen::DESK.without_script()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_main_job_on_a_phone_by_keyboard() {
    main_job(Screen::PHONE.by_keyboard()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_stop_of_the_keyboard_skips_to_the_page() {
    let site = Site::start();
    let phone = Browser::open(&site.address, Screen::PHONE.by_keyboard()).await;
    phone.go("/musicians").await;
    phone.press(".skip").await;
    assert!(phone.address().await.ends_with("#main"), "{}", phone.address().await);
    phone.close().await;
}
