use chrono::{DateTime, TimeDelta, Utc};
use first_call::values::Clock;

use crate::support::{Browser, Screen, Site};

/// Moves the demo's clock to an hour's past of `to`: it goes on by whole hours.
async fn move_to(browser: &Browser, ahead: &mut TimeDelta, to: DateTime<Utc>) {
    let now = Clock::System.now() + *ahead;
    let hours = (to - now).num_minutes().div_euclid(60) + 1;
    *ahead += TimeDelta::hours(hours);
    browser.go("/dev/clock").await;
    let set = format!("document.querySelector('input[name=hours]').value = '{hours}'; return true");
    browser.page.execute(&set, vec![]).await.unwrap();
    browser.press_words("On by a day").await;
    browser.expect("It is now").await;
}

/// Maren's next session in a room: its address, and when it starts.
async fn next_session(browser: &Browser) -> (String, DateTime<Utc>) {
    let booking = browser.first_link("/bookings?tab=ahead", "main a[href^='/bookings/']").await;
    browser.go(&booking).await;
    let stamp = browser.find(".when time").await.attr("datetime").await.unwrap().unwrap();
    (booking, stamp.replace('Z', ":00Z").parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_day_and_the_report() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::PHONE).await;
    maren.sign_in("musician@example.test").await;
    let (booking, starts_at) = next_session(&maren).await;
    let (day, report) = (format!("{booking}/day"), format!("{booking}/report"));
    let mut ahead = TimeDelta::zero();

    // Within the hour before the start.
    move_to(&maren, &mut ahead, starts_at - TimeDelta::hours(1)).await;
    maren.go(&day).await;
    maren.expect("Overtime from ").await;
    maren.fill("#minutes", "20").await;
    maren.fill("#words", "Stuck on the bridge.").await;
    maren.press_words("Say that you are late").await;
    maren.expect("Ines Calloway has been told.").await;
    assert_eq!(maren.faults().await, [""; 0]);
    maren.fits().await;

    let ines = Browser::open(&site.address, Screen::DESK).await;
    ines.sign_in("producer@example.test").await;
    ines.go(&day).await;
    ines.expect("is running 20 min late").await;
    ines.expect("Stuck on the bridge.").await;
    move_to(&ines, &mut ahead, starts_at).await;
    ines.go(&day).await;
    ines.press_words("It starts now").await;
    ines.expect("Began ").await;
    assert_eq!(ines.faults().await, [""; 0]);

    move_to(&maren, &mut ahead, starts_at + TimeDelta::hours(4)).await;
    maren.go(&day).await;
    maren.expect("over by now").await;
    maren.press_words("It ends now").await;
    maren.expect("Played ").await;
    maren.press_words("Read the report and sign it").await;
    if maren.text().await.contains("to be agreed on") {
        maren.fill("#overtime_fee", "65").await;
        maren.press_words("Write it down").await;
        maren.expect("Written down.").await;
    }
    maren.press_words("Sign this report").await;
    maren.expect("Signed. The other side has been told.").await;
    ines.go(&report).await;
    ines.press_words("Sign this report").await;
    ines.expect("Signed, and sealed: both of you have been told.").await;
    ines.expect("Both sides have signed. It stays as it is.").await;
    ines.fits().await;
    maren.close().await;
    ines.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_no_show_is_contested_and_decided() {
    let (site, folder) = (Site::start(), tempfile::tempdir().unwrap());
    let door = folder.path().join("door.pdf");
    std::fs::write(&door, b"%PDF-1.7\n%%EOF\n").unwrap();
    let maren = Browser::open(&site.address, Screen::PHONE.without_script()).await;
    maren.sign_in("musician@example.test").await;
    let (booking, starts_at) = next_session(&maren).await;
    let no_show = format!("{booking}/no-show");

    let ines = Browser::open(&site.address, Screen::DESK).await;
    ines.sign_in("producer@example.test").await;
    let mut ahead = TimeDelta::zero();
    move_to(&ines, &mut ahead, starts_at + TimeDelta::minutes(35)).await;
    ines.go(&format!("{booking}/day")).await;
    ines.press_words("Say that Maren Oakley did not come").await;
    ines.press_words("Say that they did not come").await;
    ines.expect("What happened cannot be empty").await;
    assert_eq!(ines.faults().await, [""; 0]);
    ines.fill("#words", "Nobody at the door.").await;
    ines.find("#file").await.send_keys(door.to_str().unwrap()).await.unwrap();
    ines.press_words("Say that they did not come").await;
    ines.expect("The other side has been told, and may answer.").await;
    ines.expect("door.pdf").await;

    maren.go(&booking).await;
    maren.expect("Who came is not settled").await;
    maren.go(&no_show).await;
    maren.expect("Nobody at the door.").await;
    maren.fill("#words", "I was at the back door.").await;
    maren.press("form[action$='/contest'] button").await;
    maren.expect("An admin reads both accounts and decides.").await;
    maren.fits().await;

    let ada = Browser::open(&site.address, Screen::DESK).await;
    ada.sign_in("admin@example.test").await;
    ada.go("/admin/no-shows").await;
    ada.press("tbody tr:last-child a").await;
    ada.expect("I was at the back door.").await;
    ada.press("#outcome-neither").await;
    ada.fill("#reason", "Both doors are called the door in the brief.").await;
    ada.press("form[action^='/admin/no-shows/'] button").await;
    ada.expect("Decided, and both sides are told.").await;
    assert_eq!(ada.faults().await, [""; 0]);
    ines.go(&no_show).await;
    ines.expect("An admin decided that nobody stayed away. The booking stands.").await;
    for browser in [maren, ines, ada] {
        browser.close().await;
    }
}
