use std::path::Path;

use crate::{
    journeys::tuesday,
    support::{Browser, Screen, Site},
};

fn search() -> String {
    format!(
        "/musicians?instrument=fiddle&genre=country&date={}&from=10:00&to=13:00&zone=America/Chicago",
        tuesday()
    )
}

/// Pages anyone sees, and pages of somebody signed in.
const OPEN: [&str; 19] = [
    "/",
    "/musicians",
    "/musicians?instrument=guitar&sort=rate",
    "/musicians?genre=techno&max=1&union=afm&km=x",
    "/about/ranking",
    "/musicians/maren-oakley",
    "/musicians/maren-oakley/demos",
    "/musicians/maren-oakley/reviews",
    "/musicians/maren-oakley/terms?date=2030-12-08&from=10:00&instruments=2&role=leader",
    "/musicians/maren-oakley/terms?pack=afm-sound-recording&minutes=900",
    "/packs",
    "/packs/mu-bpi",
    "/recordings",
    "/instruments",
    "/instruments/fiddle",
    "/sign-in",
    "/sign-up",
    "/api/docs",
    "/nowhere",
];
const OWN: [&str; 31] = [
    "/bookings",
    "/bookings?tab=all&kind=room&status=lost&from=2026-01-01",
    "/bookings?tab=past&q=nothing+of+the+kind",
    "/invoices",
    "/invoices?show=all",
    "/invoices/1",
    "/earnings",
    "/spending",
    "/account/billing",
    "/messages",
    "/favourites",
    "/watches",
    "/profile/demos",
    "/credits",
    "/inbox",
    "/account",
    "/account/notifications",
    "/profile",
    "/profile/portrait",
    "/profile/terms",
    "/calendar",
    "/calendar/month",
    "/calendar/days/today",
    "/calendar/hours",
    "/calendar/instant",
    "/calendar/shape",
    "/calendar/why",
    "/calendar/feeds",
    "/calendar/imports",
    "/musicians/delphine-tarrow/calls/new",
    "/account/delete",
];

/// axe-core finds nothing against WCAG 2.2 AA, in light and in dark, and nothing is wider than a
/// phone or a tablet.
#[tokio::test(flavor = "multi_thread")]
async fn no_page_has_a_fault_that_a_checker_can_see() {
    let site = Site::start();
    let browser = Browser::open(&site.address, Screen::DESK).await;
    let mut faults = Vec::new();
    let mut pages: Vec<String> = OPEN.iter().map(|page| (*page).to_owned()).collect();
    pages.push(search());
    check(&browser, &pages, &mut faults).await;
    browser.sign_in("musician@example.test").await;
    let mut pages: Vec<String> = OWN.iter().map(|page| (*page).to_owned()).collect();
    pages.extend([browser.first_link("/bookings", "main a[href^='/bookings/']").await]);
    pages.extend([browser.first_link("/recordings", ".discog a").await]);
    pages.push(browser.first_link("/messages", ".inbox a").await);
    let done = browser.first_link("/bookings?tab=past&status=done", "main a[href^='/bookings/']");
    let done = done.await;
    pages.push(format!("{done}/review"));
    pages.push(format!("{done}/report"));
    pages.push(format!("{done}/day"));
    let ahead = browser.first_link("/bookings?tab=ahead", "main a[href^='/bookings/']").await;
    pages.push(format!("{ahead}/no-show"));
    check(&browser, &pages, &mut faults).await;
    browser.sign_in("admin@example.test").await;
    let mut admin = vec!["/admin".to_owned(), browser.first_link("/admin", "tbody a").await];
    admin.push("/admin/packs/mu-bpi".to_owned());
    admin.push("/admin/no-shows".to_owned());
    admin.push(browser.first_link("/admin/no-shows", "tbody a").await);
    check(&browser, &admin, &mut faults).await;
    assert!(faults.is_empty(), "{faults:#?}");
    browser.close().await;
}

async fn check(browser: &Browser, pages: &[String], faults: &mut Vec<String>) {
    for page in pages {
        for screen in [Screen::DESK, Screen::DESK.dark(), Screen::PHONE] {
            browser.show_on(screen).await;
            browser.go(page).await;
            let found = browser.faults().await;
            faults.extend(found.into_iter().map(|fault| format!("{page}: {fault}")));
        }
        browser.fits().await;
        browser.show_on(Screen::TABLET).await;
        browser.fits().await;
    }
    browser.show_on(Screen::DESK).await;
}

/// The pictures of the README are of these pages; made anew with `FIRST_CALL_PICTURES=1`.
#[tokio::test(flavor = "multi_thread")]
async fn the_pictures_of_the_readme_show_what_is_there() {
    let site = Site::start();
    let browser =
        Browser::open(&site.address, Screen { width: 1280, height: 860, ..Screen::DESK }).await;
    browser.sign_in("musician@example.test").await;
    let sheet = browser.first_link("/bookings?tab=ahead", "main a[href^='/bookings/']").await;
    let notes = browser.first_link("/recordings", ".discog a").await;
    for (name, page, shows) in [
        ("search", search(), ".player"),
        ("call-sheet", sheet, ".sheet-head"),
        ("liner-notes", notes, ".lineup"),
    ] {
        browser.go(&page).await;
        browser.find(shows).await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("docs/pictures/{name}.png"));
        if std::env::var_os("FIRST_CALL_PICTURES").is_some() {
            browser.picture(&file).await;
        }
        assert!(file.exists(), "{} is committed", file.display());
    }
    browser.close().await;
}
