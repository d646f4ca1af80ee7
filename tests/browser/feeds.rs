use thirtyfour::prelude::*;

use crate::support::{Browser, Screen, Site};

/// Makes an address for a phone, as far as the page that shows it.
async fn make(browser: &Browser) {
    browser.sign_in("musician@example.test").await;
    browser.go("/calendar/feeds").await;
    browser.fill("#name", "My phone").await;
    browser.key(Key::Tab).await;
    browser.key(Key::Space).await;
    browser.press_words("Make the address").await;
    browser.expect("The address of “My phone”").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_made_and_copied_by_keyboard_on_a_phone() {
    let site = Site::start();
    let browser = Browser::open(&site.address, Screen::PHONE.by_keyboard()).await;
    make(&browser).await;
    let faults = browser.faults().await;
    assert!(faults.is_empty(), "{faults:#?}");
    browser.fits().await;
    browser.press_words("Copy").await;
    browser.expect("Copied").await;
    browser.go("/calendar/feeds").await;
    browser.expect("not read yet").await;
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_the_address_stands_there_to_be_marked() {
    let site = Site::start();
    let browser = Browser::open(&site.address, Screen::DESK.without_script()).await;
    make(&browser).await;
    let address = browser.find("#address").await.attr("value").await.unwrap().unwrap();
    assert!(address.starts_with(&site.address) && address.ends_with(".ics"), "{address}");
    assert!(!browser.text().await.contains("Copy\n"));
    browser.close().await;
}
