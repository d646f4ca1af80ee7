//! What search engines and other sites are told of these pages.

use serde_json::{Value, json};

use super::super::store::CreditRow;
use crate::{
    credits,
    musicians::Profile,
    values::{Money, in_sentence},
    web::{Card, Frame},
};

/// How many recordings programs are told of: the others are a link away, and the page is light.
const TOLD: usize = 1;

/// Of the first page, with the search it holds.
pub(super) fn of_home(frame: &Frame) -> Card {
    let said = "Find a session musician who is free and has done exactly that, book them, and leave with the credit.";
    let find = json!({
        "@type": "SearchAction",
        "target": {
            "@type": "EntryPoint",
            "urlTemplate": frame.url("/musicians?q={words}"),
        },
        "query-input": "required name=words",
    });
    let data = json!({
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": "First Call",
        "url": frame.url("/"),
        "description": said,
        "potentialAction": find,
    });
    Card::new(frame, "/", "Find and book session musicians".into(), said).telling(data)
}

/// Of a player's page: who they are, what they play, ask and have played on. Nothing is told that
/// the page does not show.
pub(super) fn of_profile(
    frame: &Frame,
    profile: &Profile,
    genres: &[(String, String)],
    confirmed: i64,
    recordings: &[CreditRow],
) -> Card {
    let path = format!("/musicians/{}", profile.slug);
    let url = frame.url(&path);
    let genres = genres.iter().map(|(_, name)| name.clone());
    let plays = profile.instruments.iter().map(|plays| plays.name.clone());
    let mut person = json!({
        "@type": "Person",
        "@id": format!("{url}#player"),
        "name": profile.name,
        "url": url,
        "jobTitle": "Session musician",
        "knowsAbout": plays.chain(genres).collect::<Vec<_>>(),
        "makesOffer": offers(profile, &url),
        "performerIn": recordings.iter().take(TOLD).map(|credit| session(frame, credit)).collect::<Vec<_>>(),
    });
    if let Some(portrait) = profile.face().portrait(800) {
        person["image"] = json!(frame.url(&portrait));
    }
    let place = json!({ "@type": "Place", "name": profile.place });
    let told = [
        ("description", json!(profile.headline), profile.headline.is_empty()),
        ("homeLocation", place, profile.place.is_empty()),
    ];
    for (name, value, is_empty) in told {
        if !is_empty {
            person[name] = value;
        }
    }
    let data = json!({
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "url": url,
        "mainEntity": person,
    });
    let title = format!("{}, {}", profile.name, in_sentence(&profile.instruments_line()));
    Card::new(frame, &path, title, &described(profile, confirmed))
        .of_kind("profile")
        .showing(format!("{url}/card.png"), format!("{}: track record", profile.name))
        .telling(data)
}

/// `Fiddle like a dusty barn. Fiddle, mandolin in Nashville, Tennessee. 23 confirmed credits.`
fn described(profile: &Profile, confirmed: i64) -> String {
    let headline = profile.headline.trim_end_matches('.');
    let place =
        if profile.place.is_empty() { String::new() } else { format!(" in {}", profile.place) };
    let plays = format!("{}{place}", profile.instruments_line());
    let credits = match confirmed {
        0 => String::new(),
        1 => "1 confirmed credit".into(),
        n => format!("{n} confirmed credits"),
    };
    let parts = [headline, &plays, &credits].into_iter().filter(|part| !part.is_empty());
    parts.map(|part| format!("{part}.")).collect::<Vec<_>>().join(" ")
}

/// What a player may be booked for, with the price where they say one.
fn offers(profile: &Profile, url: &str) -> Vec<Value> {
    let kinds = [
        (profile.works_in_room, "Session of three hours in a room", profile.session_rate),
        (profile.works_remotely, "Remote recording of a song", profile.song_rate),
    ];
    let offer = |(name, rate): (&str, Option<Money>)| {
        let mut offer = json!({
            "@type": "Offer",
            "url": url,
            "itemOffered": { "@type": "Service", "name": name, "serviceType": "Session musician" },
        });
        if let Some(rate) = rate {
            offer["price"] = json!(rate.typed());
            offer["priceCurrency"] = json!(rate.currency().code());
        }
        offer
    };
    kinds
        .into_iter()
        .filter(|(does, ..)| *does)
        .map(|(_, name, rate)| offer((name, rate)))
        .collect()
}

/// The session of a confirmed credit, and what was recorded at it.
fn session(frame: &Frame, credit: &CreditRow) -> Value {
    let address = credits::recording_address(credit.recording, &credit.title);
    json!({
        "@type": "Event",
        "name": format!("Recording of {}", credit.title),
        "startDate": credit.played_on,
        "recordedIn": {
            "@type": "MusicRecording",
            "name": credit.title,
            "url": frame.url(&format!("/recordings/{address}")),
            "byArtist": { "@type": "MusicGroup", "name": credit.artist },
        },
    })
}
