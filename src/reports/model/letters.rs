//! What the sides of a report are told.

use super::{Delay, Papers, Seal};
use crate::{
    bookings::{Booking, Party},
    outbox::{Letter, Topic},
};

/// To the other side, where `by` changes what somebody has signed.
pub(in crate::reports) fn letter_of_change(papers: &Papers, by: Party) -> Option<Letter> {
    let (who, other) = (papers.booking.name_of(by), by.other());
    let sentence = if papers.signed(other).is_some() {
        "Your signature was of what stood there before, so it counts no more: read the report as it stands now, and sign it if it is right.".to_owned()
    } else if papers.signed(by).is_some() {
        format!("{who} had signed it, and takes that back with the change.")
    } else {
        return None;
    };
    let subject = format!("{who} changed the report: {}", papers.booking.told());
    Some(open(Letter::about(Topic::Session, subject).saying(sentence), &papers.booking))
}

/// To the other side, of who will be late.
pub(in crate::reports) fn letter_of_delay(papers: &Papers, delay: &Delay) -> Letter {
    let (booking, who) = (&papers.booking, papers.booking.name_of(delay.by));
    let letter =
        Letter::about(Topic::Session, format!("{who} is running late: {}", booking.told()));
    let letter = match booking.when.session() {
        Some(booked) => letter.saying(format!(
            "About {} min late, so there by {}.",
            delay.minutes,
            booking.zone.moment(delay.until(booked))
        )),
        None => letter,
    };
    let letter = match delay.words.as_str() {
        "" => letter,
        words => letter.saying(format!("{who} writes: {words}")),
    };
    letter.opening("Open the day’s sheet", format!("/bookings/{}/day", booking.id))
}

/// To the other side, where `by` is the first to sign.
pub(in crate::reports) fn letter_of_signature(papers: &Papers, by: Party) -> Letter {
    let who = papers.booking.name_of(by);
    let letter = Letter::about(
        Topic::Session,
        format!("{who} signed the report: {}", papers.booking.told()),
    )
    .saying(format!("It comes to {}.", papers.report().total))
    .saying("If it is right, sign it too: that seals it. If not, correct it.");
    open(letter, &papers.booking)
}

/// To both sides.
pub(in crate::reports) fn letter_of_seal(booking: &Booking, seal: &Seal) -> Letter {
    let letter = Letter::about(Topic::Session, format!("The report is sealed: {}", booking.told()))
        .saying(format!(
            "Both of you have signed it. It comes to {}, and nobody changes it any more.",
            seal.report.total
        ))
        .saying(format!("SHA-256 of its text: {}", seal.sha256));
    open(letter, booking)
}

fn open(letter: Letter, booking: &Booking) -> Letter {
    letter.opening("Open the report", format!("/bookings/{}/report", booking.id))
}
