//! What the sides are told of somebody who did not come.

use super::{NoShow, Standing};
use crate::{
    bookings::{Booking, Party},
    outbox::{Letter, Topic},
    values::Zone,
};

/// To the side of which it is said.
pub(in crate::days) fn letter_of_claim(booking: &Booking, claim: &NoShow, words: &str) -> Letter {
    let (who, accused) = (booking.name_of(claim.by), claim.accused());
    let until = zone_of(booking, accused).moment(claim.answer_by);
    let letter = Letter::about(Topic::Session, format!("{who} says that you did not come: {}", booking.told()))
        .saying(format!("{who} writes: {words}"))
        .saying(format!(
            "Answer by {until}: agree, or say how it was and add what shows it. Unanswered it holds as it was said, and the booking is cancelled as if by you."
        ));
    let letter = match claim.would_owe(booking, accused) {
        Some(owed) => letter.saying(format!("If it holds: {owed}")),
        None => letter,
    };
    open(letter, "Answer it", booking)
}

/// To the side that said it.
pub(in crate::days) fn letter_of_contest(booking: &Booking, claim: &NoShow, words: &str) -> Letter {
    let who = booking.name_of(claim.accused());
    let letter = Letter::about(
        Topic::Session,
        format!("{who} says how it was: {}", booking.told()),
    )
    .saying(format!("{who} writes: {words}"))
    .saying(
        "There are two accounts now, and an admin decides. Until then you may take yours back.",
    );
    open(letter, "Read both", booking)
}

/// To the side of which it was said.
pub(in crate::days) fn letter_of_taking_back(booking: &Booking, claim: &NoShow) -> Letter {
    let who = booking.name_of(claim.by);
    let letter = Letter::about(
        Topic::Session,
        format!("{who} takes back that you did not come: {}", booking.told()),
    )
    .saying("The booking stays confirmed, as it was.");
    open(letter, "Open it", booking)
}

/// To a reader, once it is agreed on or nobody answered: `booking` is cancelled by then.
pub(in crate::days) fn letter_of_settlement(
    booking: &Booking,
    claim: &NoShow,
    reader: Party,
) -> Letter {
    let absent = booking.name_of(claim.accused());
    let (subject, why) = match (claim.status, reader == claim.by) {
        (Standing::Agreed, _) => {
            (format!("{absent} agrees"), format!("{absent} agrees that they did not come."))
        }
        (_, true) => (
            format!("{absent} did not answer"),
            format!("The time to answer is over, so it holds that {absent} did not come."),
        ),
        (_, false) => (
            "You did not answer".into(),
            "The time to answer is over, so it holds that you did not come.".into(),
        ),
    };
    let letter =
        Letter::about(Topic::Session, format!("{subject}: {}", booking.told())).saying(why);
    open(letter.saying(called_off(booking)), "Open it", booking)
}

/// To both, once an admin decided.
pub(in crate::days) fn letter_of_ruling(
    booking: &Booking,
    absent: Option<Party>,
    reason: &str,
) -> Letter {
    let letter =
        Letter::about(Topic::Session, format!("It is decided who came: {}", booking.told()));
    let letter = match absent {
        Some(absent) => letter
            .saying(format!("An admin decided that {} did not come.", booking.name_of(absent)))
            .saying(called_off(booking)),
        None => letter
            .saying("An admin decided that nobody stayed away.")
            .saying("The booking stays confirmed: write down in its report what was played."),
    };
    open(letter.saying(format!("The reason: {reason}")), "Open it", booking)
}

fn called_off(booking: &Booking) -> String {
    match booking.owed.filter(|owed| owed.minor() > 0) {
        Some(owed) => format!(
            "The booking is cancelled. By the terms it was asked under, {owed} is owed to {}.",
            booking.musician
        ),
        None => "The booking is cancelled. Nothing is owed for it.".into(),
    }
}

fn zone_of(booking: &Booking, party: Party) -> Zone {
    match party {
        Party::Producer => booking.producer_zone,
        Party::Musician => booking.musician_zone,
    }
}

fn open(letter: Letter, label: &str, booking: &Booking) -> Letter {
    letter.opening(label, format!("/bookings/{}/no-show", booking.id))
}
