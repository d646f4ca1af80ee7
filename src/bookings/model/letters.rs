//! What the sides of a booking are told.

use super::{Booking, Kind, Party, Status, Step};
use crate::{
    outbox::Letter,
    values::{AccountId, in_sentence},
};

/// To the player, about a request that was sent.
pub(in crate::bookings) fn letter_of_request(booking: &Booking) -> Letter {
    let subject = format!("{} asks for you: {}", booking.producer, booking.told());
    let letter = Letter::new(subject)
        .saying(format!(
            "{} on “{}” by {}, {}, for {}.",
            booking.instrument,
            booking.title,
            booking.artist,
            in_sentence(&booking.genre),
            booking.fee
        ))
        .saying(whereabouts(booking, Party::Musician))
        .saying(&booking.brief)
        .saying(format!(
            "Answer by {}. After that the request lapses; until you accept, it takes none of your time.",
            booking.musician_zone.moment(booking.reply_by)
        ));
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
            let (subject, sentence) = said(booking, step.to, who, reader)?;
            let mut letter = Letter::new(format!("{subject}: {}", booking.told()))
                .saying(sentence)
                .saying(whereabouts(booking, reader));
            if !word.is_empty() {
                letter = letter.saying(format!("{who} writes: {word}"));
            }
            Some((booking.account_of(reader), open(letter, booking)))
        })
        .collect()
}

fn said(booking: &Booking, to: Status, who: &str, reader: Party) -> Option<(String, String)> {
    let what = format!("{} for {}", booking.instrument, booking.fee);
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
        (Status::Withdrawn, _) => {
            (format!("{who} withdrew a request"), "You need not answer it any more.".into())
        }
        (Status::Cancelled, Party::Producer) => (
            format!("{who} cancelled"),
            "The confirmed booking is off, and nothing is due for it.".into(),
        ),
        (Status::Cancelled, Party::Musician) => (
            format!("{who} cancelled"),
            "The confirmed booking is off, and its time is yours again.".into(),
        ),
        (Status::Lapsed, Party::Producer) => (
            format!("{} did not answer", booking.musician),
            "The request has lapsed. Ask again, or ask somebody else.".into(),
        ),
        (Status::Lapsed, Party::Musician) => (
            "A request lapsed".into(),
            format!("The time to answer {} is over. It counts against nobody.", booking.producer),
        ),
        // Whoever marks it done writes the credit down, and that is what the other side hears of.
        (Status::Done | Status::Requested, _) => return None,
    })
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

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn open(letter: Letter, booking: &Booking) -> Letter {
    letter.opening("Open the booking", format!("/bookings/{}", booking.id))
}
