use serde_json::{Value, json};

use super::super::model::{Credit, Recording, Status};
use crate::{
    values::in_sentence,
    web::{Card, Frame},
};

/// What search engines and other sites are told of a recording: who made it, and who is confirmed
/// to have played on it. What its sides have not agreed on yet is told to nobody.
pub(super) fn of_recording(frame: &Frame, recording: &Recording, credits: &[Credit]) -> Card {
    let path = format!("/recordings/{}", recording.address());
    let url = frame.url(&path);
    let confirmed: Vec<&Credit> =
        credits.iter().filter(|credit| credit.status == Status::Confirmed).collect();
    let mut data = json!({
        "@context": "https://schema.org",
        "@type": "MusicRecording",
        "@id": url,
        "url": url,
        "name": recording.title,
        "byArtist": { "@type": "MusicGroup", "name": recording.artist },
        "contributor": confirmed.iter().map(|credit| role(frame, credit)).collect::<Vec<_>>(),
    });
    if let Some(isrc) = &recording.isrc {
        data["isrcCode"] = json!(isrc.as_str());
    }
    let title = format!("{}, {}: who played", recording.title, recording.artist);
    let players = confirmed
        .iter()
        .map(|credit| format!("{}, {}", credit.credited_as, in_sentence(&credit.instrument)));
    let said = match players.collect::<Vec<_>>().join("; ") {
        none if none.is_empty() => {
            format!("Who played on {} by {}.", recording.title, recording.artist)
        }
        players => {
            format!("Who played on {} by {}: {players}.", recording.title, recording.artist)
        }
    };
    Card::new(frame, &path, title, &said)
        .of_kind("music.song")
        .showing(format!("{url}/card.png"), format!("{}: who played", recording.title))
        .telling(data)
}

fn role(frame: &Frame, credit: &Credit) -> Value {
    let mut person = json!({ "@type": "Person", "name": credit.credited_as });
    if let Some(slug) = &credit.musician_slug {
        let url = frame.url(&format!("/musicians/{slug}"));
        person["@id"] = json!(format!("{url}#player"));
        person["url"] = json!(url);
    }
    json!({
        "@type": "Role",
        "roleName": credit.instrument,
        "startDate": credit.played_on,
        "contributor": person,
    })
}
