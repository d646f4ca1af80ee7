use super::{Message, Reader, address_of};
use crate::{
    bookings::{Booking, Party},
    outbox::{Letter, Topic},
};

/// How many messages a mail tells in full.
const TOLD: usize = 10;

/// To a side that did not look, of what the other wrote; the first first.
pub(in crate::threads) fn letter_of(
    booking: &Booking,
    reader: Party,
    reads_all: bool,
    messages: &[Message],
) -> Letter {
    let writer = booking.name_of(reader.other());
    let account = booking.account_of(reader);
    let zone = match reader {
        Party::Producer => booking.producer_zone,
        Party::Musician => booking.musician_zone,
    };
    let seen = Reader { account, reads_all };
    let mut letter = Letter::about(Topic::Message, format!("{writer} writes: {}", booking.told()))
        .needed_by(booking.when.starts_at());
    for message in messages.iter().take(TOLD) {
        let at = zone.moment(message.sent_at);
        let text = message.text_for(seen);
        if !text.is_empty() {
            letter = letter.saying(format!("{at}: {text}"));
        }
        for file in &message.files {
            let name = message.name_for(file, seen);
            letter = letter.saying(format!("{at}: a file, “{name}” ({}).", file.told()));
        }
    }
    if let Some(more @ 1..) = messages.len().checked_sub(TOLD) {
        letter = letter.saying(format!("And {more} more."));
    }
    if messages.iter().any(|message| message.is_partly_hidden(reads_all)) {
        letter = letter.saying("Contact details are hidden until the booking is confirmed.");
    }
    letter.opening("Answer", address_of(booking.id))
}
