//! What two people do about one booking, each in a browser of their own.

use crate::{
    journeys::{ask_maren, booking},
    support::{Browser, Screen, Site},
};

/// Both sides, with a request of one to the other.
async fn asked(site: &Site, screen: Screen) -> (Browser, Browser, String) {
    let ines = Browser::open(&site.address, Screen::DESK).await;
    ask_maren(&ines).await;
    let asked = booking(&ines).await;
    let maren = Browser::open(&site.address, screen).await;
    maren.sign_in("musician@example.test").await;
    maren.go(&asked).await;
    (ines, maren, asked)
}

async fn history(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.history li > :first-child')].map(it => it.textContent.trim())";
    browser.page.execute(script, vec![]).await.unwrap().convert().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn terms_are_talked_about_until_both_agree_by_keyboard() {
    let site = Site::start();
    let (ines, maren, asked) = asked(&site, Screen::PHONE.by_keyboard()).await;
    maren.press_words("Offer other terms").await;
    maren.type_over("#fee", "450").await;
    maren.fill("#terms", "It is a long way for one tune.").await;
    maren.press_words("Send the offer").await;
    maren.expect("Your offer waits for an answer").await;
    maren.fits().await;

    ines.go(&asked).await;
    ines.expect("Maren Oakley offers other terms").await;
    ines.expect("It is a long way for one tune.").await;
    ines.press_words("Offer other terms").await;
    ines.type_over("#fee", "420").await;
    ines.press_words("Send the offer").await;
    ines.expect("Your offer waits for an answer").await;

    maren.go(&asked).await;
    maren.press_words("Accept and confirm, $420.00").await;
    maren.expect("Confirmed: Dust on the Piano").await;
    ines.go(&asked).await;
    ines.expect("Confirmed").await;
    let steps = history(&ines).await;
    let begin = |at: usize, with: &str| assert!(steps[at].starts_with(with), "{steps:?}");
    begin(1, "Offered other terms: $450.00");
    begin(2, "Offered other terms: $420.00");
    begin(3, "Accepted and confirmed, $420.00");
    ines.close().await;
    maren.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_double_click_confirms_once_and_what_is_confirmed_is_moved_and_called_off() {
    let site = Site::start();
    let (ines, maren, asked) = asked(&site, Screen::DESK).await;
    let accept = maren.find("button[formaction*='/accept']").await;
    accept.scroll_into_view().await.unwrap();
    maren.page.action_chain().double_click_element(&accept).perform().await.unwrap();
    maren.expect("Confirmed: Dust on the Piano").await;
    assert!(!maren.text().await.contains("That was not done"), "it is told plainly");
    let accepted = history(&maren).await;
    let accepted = accepted.iter().filter(|step| step.starts_with("Accepted and confirmed"));
    assert_eq!(accepted.count(), 1);

    ines.go(&asked).await;
    ines.press_words("Move it, or change the fee").await;
    ines.fill("#from", "10:30").await;
    ines.fill("#to", "12:30").await;
    ines.press_words("Send the proposal").await;
    ines.expect("Your proposal waits for an answer").await;
    ines.expect("10:00–13:00").await;
    maren.go(&asked).await;
    maren.expect("proposes a change").await;
    maren.press_words("Accept the change").await;
    maren.expect("10:30–12:30").await;

    ines.go(&asked).await;
    ines.press(".answer details summary").await;
    let owed = ines.find(".answer details b").await.text().await.unwrap();
    ines.fill(".answer details textarea", "The singer is ill.").await;
    ines.press_words("Cancel the booking").await;
    ines.expect("This booking was cancelled").await;
    let amount = owed.split_whitespace().rfind(|word| word.starts_with('$'));
    match amount.map(|amount| amount.trim_end_matches(['.', ','])) {
        Some(amount) => ines.expect(&format!("{amount} is owed to Maren Oakley")).await,
        None => ines.expect("Nothing is owed for it").await,
    }
    maren.go("/calendar").await;
    assert!(!maren.text().await.contains("Dust on the Piano"), "her time is hers again");
    ines.close().await;
    maren.close().await;
}
