//! What the sides of a booking are told.

use chrono::{DateTime, Utc};

use super::{Asks, Became, Booking, CallFile, Kind, Offer, Party, Status, Step, offer::capital};
use crate::{
    outbox::{Letter, Topic},
    values::{AccountId, in_sentence, without_contact_details},
};

/// To the player, about a request that was sent.
pub(in crate::bookings) fn letter_of_request(booking: &Booking, files: &[CallFile]) -> Letter {
    let is_booked = booking.status == Status::Confirmed;
    let subject = match is_booked {
        true => format!("{} booked you at once: {}", booking.producer, booking.told()),
        false => format!("{} asks for you: {}", booking.producer, booking.told()),
    };
    let letter = Letter::about(Topic::Request, subject)
        .needed_by(booking.reply_by)
        .saying(format!(
            "{} on “{}” by {}, {}, for {}.",
            booking.instrument,
            booking.title,
            booking.artist,
            in_sentence(&booking.genre),
            booking.fee
        ))
        .saying(whereabouts(booking, Party::Musician));
    let letter = said_of_work(booking).into_iter().fold(letter, Letter::saying);
    let brief = booking.shown(&booking.brief, Some(Party::Producer), Some(Party::Musician));
    let letter = letter.saying(brief);
    let letter = files.iter().fold(letter, |letter, file| {
        let name = booking.shown(&file.name, Some(Party::Producer), Some(Party::Musician));
        letter.saying(format!("With it: “{name}” ({}).", file.told()))
    });
    let letter = match is_booked {
        true => letter.saying(
            "It is confirmed, as what you let be booked at once says. From here on it is cancelled only with a reason.",
        ),
        false => letter.saying(format!(
            "Answer by {}. After that the request lapses; until you accept, it takes none of your time.",
            booking.musician_zone.moment(booking.reply_by)
        )),
    };
    open(letter, booking)
}

/// What is to be played, and what is in it for whom.
fn said_of_work(booking: &Booking) -> Vec<String> {
    let mut said = Vec::new();
    if let Some(music) = &booking.music {
        said.push(format!(
            "{}. Charts: {}.",
            capital(&music.songs_told()),
            in_sentence(&music.charts_told())
        ));
        if let Some(brief) = &music.remote {
            let facts = brief.facts().into_iter().map(|(what, is)| format!("{what}: {is}."));
            said.push(facts.collect::<Vec<_>>().join(" "));
        }
    }
    if let Some(part) = &booking.part {
        if let Some(doubles) = part.doubles_told() {
            said.push(format!("Doubling: {doubles}."));
        }
        let covers = booking.shown(&part.covers, Some(Party::Producer), Some(Party::Musician));
        said.push(format!("The fee covers: {covers}"));
        said.push(format!(
            "The credit will read: {}, {}.",
            part.credited_as,
            in_sentence(&booking.instrument)
        ));
    }
    if booking.asks == Asks::Several {
        said.push(booking.asks.told().into());
    }
    said
}

/// To the other side, about the offer that was just made.
pub(in crate::bookings) fn letter_of_offer(booking: &Booking, now: DateTime<Utc>) -> Letter {
    let Some(offer) = booking.open_offer(now) else {
        return open(Letter::about(Topic::Offer, booking.told()), booking);
    };
    let (who, reader) = (booking.name_of(offer.by), offer.awaits());
    let is_proposal = booking.status == Status::Confirmed;
    let subject = match is_proposal {
        true => format!("{who} proposes a change: {}", booking.told()),
        false => format!("{who} offers other terms: {}", booking.told()),
    };
    let mut letter = Letter::about(Topic::Offer, subject).needed_by(offer.expires_at);
    for (what, was, is) in booking.changes(offer.when, offer.fee) {
        letter = letter.saying(format!("{what}: {is}, instead of {was}."));
    }
    if !offer.terms.is_empty() {
        let terms = booking.shown(&offer.terms, Some(offer.by), Some(reader));
        letter = letter.saying(format!("{who} writes: {terms}"));
    }
    let until = booking.zone_of(reader).moment(offer.expires_at);
    letter = letter.saying(whereabouts(booking, reader)).saying(match is_proposal {
        true => format!(
            "Answer by {until}. Until you accept, everything stays as agreed, and the time agreed on stays held."
        ),
        false => format!("Answer by {until}. Until you accept, nothing is booked."),
    });
    open(letter, booking)
}

/// To whoever must hear of a step: who it goes to, and what it says.
pub(in crate::bookings) fn letters_of(
    booking: &Booking,
    step: &Step,
    word: &str,
) -> Vec<(AccountId, Letter)> {
    let actor = step.by.and_then(|by| booking.party(by));
    let readers = match actor {
        Some(party) => vec![party.other()],
        None => vec![Party::Producer, Party::Musician],
    };
    let who = actor.map_or("Nobody", |party| booking.name_of(party));
    readers
        .into_iter()
        .filter_map(|reader| {
            let (subject, sentence) = match (step.from, step.to) {
                (Status::Requested, Status::Withdrawn) if actor.is_none() => match reader {
                    // Who said yes is a letter of its own.
                    Party::Producer => return None,
                    Party::Musician => (
                        "Another player said yes first".into(),
                        "Several were asked for this. You need not answer any more, and it counts against nobody.".into(),
                    ),
                },
                (Status::Confirmed, Status::Confirmed) => said_of_proposal(booking, step, who)?,
                _ => said(booking, step.to, who, reader)?,
            };
            let topic = match step.to {
                Status::Cancelled => Topic::Cancellation,
                _ => Topic::Answer,
            };
            let mut letter = Letter::about(topic, format!("{subject}: {}", booking.told()))
                .needed_by(booking.when.starts_at())
                .saying(sentence)
                .saying(whereabouts(booking, reader));
            if !word.is_empty() && actor.is_some() {
                // Confirmed, before or by this step.
                let is_shown = step.from.shows_contact_details() || step.to.shows_contact_details();
                let word = if is_shown { word.into() } else { without_contact_details(word) };
                letter = letter.saying(format!("{who} writes: {word}"));
            }
            Some((booking.account_of(reader), open(letter, booking)))
        })
        .collect()
}

/// What became of a proposal to change what is confirmed.
fn said_of_proposal(booking: &Booking, step: &Step, who: &str) -> Option<(String, String)> {
    let (_, became) = step.settles?;
    let stays = "Everything stays as agreed.";
    Some(match became {
        Became::Accepted => (
            format!("{who} accepted the change"),
            format!("Agreed from here on: {} for {}.", booking.instrument, booking.fee),
        ),
        Became::Declined => (format!("{who} declined the change"), stays.into()),
        Became::Withdrawn => (format!("{who} took a proposal back"), stays.into()),
        Became::Lapsed => {
            ("A proposal lapsed".into(), format!("Nobody answered it in time. {stays}"))
        }
        Became::Open | Became::Replaced => return None,
    })
}

fn said(booking: &Booking, to: Status, who: &str, reader: Party) -> Option<(String, String)> {
    let what = format!("{} for {}", booking.instrument, booking.fee);
    // Of an offer that was made of a request, or of the request itself.
    let is_offer = booking.offer.is_some();
    let silent = booking.offer.as_ref().map_or(Party::Musician, Offer::awaits);
    Some(match (to, reader) {
        (Status::Confirmed, _) => (
            format!("{who} accepted"),
            format!(
                "The booking is confirmed: {what}. From here on it is cancelled only with a reason."
            ),
        ),
        (Status::Declined, _) => {
            (format!("{who} declined"), "Nothing is booked, and it counts against nobody.".into())
        }
        (Status::Withdrawn, _) if is_offer => {
            (format!("{who} took their offer back"), "Nothing is booked.".into())
        }
        (Status::Withdrawn, _) => {
            (format!("{who} withdrew a request"), "You need not answer it any more.".into())
        }
        (Status::Cancelled, Party::Producer) => {
            (format!("{who} cancelled"), format!("The confirmed booking is off. {}", owed(booking)))
        }
        (Status::Cancelled, Party::Musician) => (
            format!("{who} cancelled"),
            format!("The confirmed booking is off, and its time is yours again. {}", owed(booking)),
        ),
        (Status::Lapsed, reader) if reader == silent => (
            if is_offer { "An offer lapsed".into() } else { "A request lapsed".into() },
            format!(
                "The time to answer {} is over. It counts against nobody.",
                booking.name_of(silent.other())
            ),
        ),
        (Status::Lapsed, _) => (
            format!("{} did not answer", booking.name_of(silent)),
            if is_offer {
                "Your offer has lapsed, and nothing is booked.".into()
            } else {
                "The request has lapsed. Ask again, or ask somebody else.".into()
            },
        ),
        // Whoever marks it done writes the credit down, and that is what the other side hears of.
        (Status::Done | Status::Requested, _) => return None,
    })
}

/// What is owed for a booking that was cancelled.
fn owed(booking: &Booking) -> String {
    match booking.owed.filter(|owed| owed.minor() > 0) {
        Some(owed) => format!("By the terms it was asked under, {owed} is owed."),
        None => "Nothing is owed for it.".into(),
    }
}

/// Where and when, by the clock of the session and by the reader's.
fn whereabouts(booking: &Booking, reader: Party) -> String {
    let zone = booking.zone;
    let place = match booking.when.kind() {
        Kind::Room => format!("In a room: {}.", booking.place),
        Kind::Remote => "Remote: recorded at the player’s own place.".into(),
    };
    let told = format!("{place} {} ({zone})", capital(&booking.when.told(zone)));
    let own = booking.zone_of(reader);
    if zone.agrees_with(own, booking.when.starts_at()) {
        format!("{told}.")
    } else {
        format!("{told}, which is {} for you.", booking.when.told(own))
    }
}

fn open(letter: Letter, booking: &Booking) -> Letter {
    letter.opening("Open the booking", format!("/bookings/{}", booking.id))
}
