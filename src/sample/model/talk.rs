use chrono::{DateTime, TimeDelta, Utc};

use super::{Message, World};

/// What is said under a request: how to be reached is not shown before it is accepted.
const ASKED: [(bool, &str); 2] = [
    (
        true,
        "June would love the octave fiddle on the last chorus. Ring me on 615-555-0142 if that is quicker.",
    ),
    (false, "Gladly. Is there a chart, or do I follow the demo? 92 bpm in D sits well for it."),
];

/// And before a session.
const AGREED: [(bool, &str); 5] = [
    (
        true,
        "Thank you, that is settled then. Load-in from half past twelve, parking behind the house.",
    ),
    (
        false,
        "I will be there a little after noon to warm up. Two fiddles, or three with the old German one?",
    ),
    (true, "All three, please. June wants it dark."),
    (
        false,
        "Dark it is.\n\nOne thing: bars 33–48 in the chart have no key change, the demo does. Which one counts?",
    ),
    (true, "The demo. Call 615-555-0142 from the door."),
];

/// What the sides of the sample musician's bookings write to each other: the last of it is not read
/// yet.
pub(super) fn talk(world: &mut World, now: DateTime<Utc>) {
    for (status, lines) in [("requested", ASKED.as_slice()), ("confirmed", AGREED.as_slice())] {
        let musician = &world.musicians[0];
        let found = world.bookings.iter().rfind(|booking| {
            let call = &world.calls[booking.call as usize - 1];
            let ahead = call.times.is_none_or(|(starts_at, _)| starts_at > now);
            booking.musician == musician.id && booking.status == status && ahead
        });
        let Some(booking) = found else { continue };
        let call = &world.calls[booking.call as usize - 1];
        let answered = (call.created_at + TimeDelta::hours(7)).min(now);
        let apart = (now - answered) / 12;
        for (at, (by_producer, text)) in (1..).zip(lines) {
            let by = if *by_producer { call.producer } else { musician.account };
            let to = if *by_producer { musician.account } else { call.producer };
            let (at, is_last) = (answered + apart * at, at == lines.len() as i32);
            let (booking, text) = (booking.id, (*text).to_owned());
            world.messages.push(Message { booking, by, to, text, at, is_read: !is_last });
        }
    }
    world.messages.sort_by_key(|message| message.at);
}
