//! Opening and closing time: by dragging, by keys alone, and without a script.

use thirtyfour::prelude::*;

use crate::{
    journeys::tuesday,
    support::{Browser, Screen, Site},
};

/// The line of a day in the week, and what is said beside it.
fn line() -> String {
    format!(".line[data-day='{}']", tuesday())
}

fn week() -> String {
    format!("/calendar?day={}", tuesday())
}

async fn said(browser: &Browser) -> String {
    let day = browser.find(&format!(".diary[aria-labelledby='d-{}'] header", tuesday())).await;
    day.text().await.unwrap()
}

/// Drags along the day's line from one hour to another.
async fn drag(browser: &Browser, from: f64, to: f64) {
    let line = browser.find(&format!("{} svg", line())).await;
    line.scroll_into_view().await.unwrap();
    let width = line.rect().await.unwrap().width;
    let offset = |hour: f64| (width * (hour / 24.0 - 0.5)).round() as i64;
    let chain = browser.page.action_chain();
    chain
        .move_to_element_with_offset(&line, offset(from), 0)
        .click_and_hold()
        .move_to_element_with_offset(&line, offset((from + to) / 2.0), 3)
        .move_to_element_with_offset(&line, offset(to), 0)
        .release()
        .perform()
        .await
        .unwrap();
}

#[tokio::test]
async fn time_is_opened_and_closed_by_dragging_along_a_day() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::DESK).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&week()).await;
    maren.find(&format!("{}[tabindex='0']", line())).await;
    drag(&maren, 21.0, 23.0).await;
    // What is dragged over closed time is meant to be opened.
    maren.find("button[formaction*='/open']:focus").await;
    maren.key(Key::Enter).await;
    maren.expect("Opened Tuesday").await;
    assert!(said(&maren).await.contains("21:00–23:00"), "{}", said(&maren).await);
    drag(&maren, 21.0, 22.0).await;
    maren.find("button[formaction*='/close']:focus").await;
    maren.key(Key::Enter).await;
    maren.expect("Closed Tuesday").await;
    assert!(said(&maren).await.contains("22:00–23:00"), "{}", said(&maren).await);
    assert_eq!(maren.faults().await, [""; 0]);
    maren.show_on(Screen::PHONE).await;
    maren.fits().await;
    maren.close().await;
}

#[tokio::test]
async fn time_is_opened_by_keys_alone() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::DESK.by_keyboard()).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&week()).await;
    // Enter begins at nine with an hour; down is an hour later, up an hour earlier.
    maren.find(&format!("{}[tabindex='0']", line())).await;
    maren.press(&line()).await;
    for _ in 0..12 {
        maren.key(Key::Down).await;
    }
    maren.key(Key::Enter).await;
    maren.find("#stretch [name='to'][value], #stretch [name='to']").await;
    let read = "const f = document.getElementById('stretch').elements;
                return [f.day.value, f.from.value, f.to.value].join(' ')";
    let typed = maren.page.execute(read, vec![]).await.unwrap();
    assert_eq!(typed.json().as_str().unwrap(), format!("{} 09:00 22:00", tuesday()));
    maren.press("button[formaction*='/open']").await;
    maren.expect("Opened Tuesday").await;
    assert!(said(&maren).await.contains("–22:00"), "{}", said(&maren).await);
    maren.close().await;
}

#[tokio::test]
async fn time_is_closed_without_a_script() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::PHONE.without_script()).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&week()).await;
    maren.fill("#day", &tuesday().to_string()).await;
    maren.fill("#from", "00:00").await;
    maren.fill("#to", "23:45").await;
    maren.press("button[formaction*='/close']").await;
    maren.expect("Closed Tuesday").await;
    assert!(said(&maren).await.contains("not open"), "{}", said(&maren).await);
    // And why, in her own words' stead, the calendar says.
    maren.go(&format!("/calendar/why?day={}&from=11:00&to=12:00", tuesday())).await;
    maren.expect("You planned Tuesday").await;
    maren.fits().await;
    maren.close().await;
}
