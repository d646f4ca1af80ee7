use std::time::Duration;

use thirtyfour::prelude::*;

use crate::support::{Browser, Screen, Site};

/// Opens the first conversation of that kind; answers its address.
async fn open(browser: &Browser, email: &str, which: &str) -> String {
    browser.sign_in(email).await;
    let thread = browser.first_link("/messages", which).await;
    browser.go(&thread).await;
    thread
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_and_its_mark_appear_in_open_pages_without_reload() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::PHONE).await;
    let thread = open(&maren, "musician@example.test", ".inbox .unread a").await;
    let stays = "window.stays = true; return true";
    maren.page.execute(stays, vec![]).await.unwrap();
    // What she types meanwhile is hers.
    maren.fill("#text", "I was about to").await;

    let ines = Browser::open(&site.address, Screen::DESK.by_keyboard()).await;
    ines.sign_in("producer@example.test").await;
    ines.go(&thread).await;
    ines.fill("#text", "The piano is tuned to 442, by the way.").await;
    ines.key(Key::Tab).await;
    ines.key(Key::Enter).await;
    ines.expect("The piano is tuned to 442, by the way.").await;
    maren.expect("The piano is tuned to 442, by the way.").await;
    // She looks at it, so it is read, and Ines sees that.
    ines.expect("Read by Maren Oakley, ").await;

    let stayed = maren.page.execute("return window.stays === true", vec![]).await.unwrap();
    assert!(stayed.convert::<bool>().unwrap(), "the page was loaded again");
    let typed = maren.find("#text").await.prop("value").await.unwrap().unwrap();
    assert_eq!(typed, "I was about to");
    assert_eq!(maren.faults().await, [""; 0]);
    maren.fits().await;
    assert_eq!(ines.faults().await, [""; 0]);
    maren.close().await;
    ines.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chart_is_sent_and_stands_in_the_conversation() {
    let (site, folder) = (Site::start(), tempfile::tempdir().unwrap());
    let chart = folder.path().join("Dust on the Piano.pdf");
    std::fs::write(&chart, b"%PDF-1.7\n%%EOF\n").unwrap();
    let note = folder.path().join("note.pdf");
    std::fs::write(&note, b"no chart at all").unwrap();
    for screen in [Screen::DESK, Screen::DESK.without_script()] {
        let ines = Browser::open(&site.address, screen).await;
        open(&ines, "producer@example.test", ".inbox a").await;
        ines.press("#write summary").await;
        ines.find("#file").await.send_keys(note.to_str().unwrap()).await.unwrap();
        ines.fill("#words", "Bars 1 to 32").await;
        ines.press_words("Send the files").await;
        ines.expect("File “note.pdf” is not what its name says").await;
        let words = ines.find("#words").await.prop("value").await.unwrap().unwrap();
        assert_eq!(words, "Bars 1 to 32");
        if screen.script {
            assert_eq!(ines.faults().await, [""; 0]);
        }
        ines.find("#file").await.clear().await.unwrap();
        ines.find("#file").await.send_keys(chart.to_str().unwrap()).await.unwrap();
        ines.press_words("Send the files").await;
        ines.expect("Bars 1 to 32").await;
        ines.find(".talk .files a").await;
        ines.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_script_one_writes_reads_and_marks_read() {
    let site = Site::start();
    let maren = Browser::open(&site.address, Screen::PHONE.without_script()).await;
    open(&maren, "musician@example.test", ".inbox .unread a").await;
    maren.press_words("Mark 1 read").await;
    // Nothing waits for her any more, and the page says so by leaving the button out.
    let gone = maren
        .page
        .query(By::Css("#mark-read"))
        .wait(Duration::from_secs(5), Duration::from_millis(50));
    gone.not_exists().await.unwrap();
    maren.fill("#text", "The German one is strung.").await;
    maren.press_words("Send").await;
    maren.expect("The German one is strung.").await;
    maren.fits().await;
    maren.close().await;
}
