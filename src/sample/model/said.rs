use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use super::{Review, World, records::Shelf};

/// How far back people reviewed each other.
const SINCE: TimeDelta = TimeDelta::days(2 * 365);

/// What the sides of some finished bookings said of each other. Drawn with dice of its own, so that
/// the rest of the world stays as it is.
pub(super) fn review(world: &mut World, shelf: &Shelf, dice: &mut Rng, now: DateTime<Utc>) {
    let done = world.booking_events.iter().filter(|event| event.status == "done");
    let lately = done.filter(|event| event.at > now - SINCE && event.at < now - TimeDelta::days(1));
    let mut reviews = Vec::new();
    for event in lately {
        if dice.u8(..10) >= 3 {
            continue;
        }
        let booking = &world.bookings[event.booking as usize - 1];
        let producer = world.calls[booking.call as usize - 1].producer;
        let musician = &world.musicians[booking.musician as usize - 1];
        let stars = [5, 5, 5, 4, 4, 5, 4, 5, 4, 3][dice.usize(..10)];
        let words = shelf.nth_word(if stars > 3 { "praise" } else { "doubt" }, reviews.len());
        let both = dice.bool() && event.at < now - TimeDelta::days(2);
        let written_at = event.at + TimeDelta::hours(18);
        let mut add = |by_side, by, stars, words| {
            let published_at = written_at + TimeDelta::days(if both { 1 } else { 7 });
            let published_at = (published_at <= now).then_some(published_at);
            reviews.push(Review {
                booking: booking.id,
                by_side,
                by,
                musician: musician.id,
                stars,
                words,
                written_at,
                published_at,
            });
        };
        add("producer", producer, stars, words);
        if both {
            let stars = [5, 4, 5, 4, 5][dice.usize(..5)];
            add(
                "musician",
                musician.account,
                stars,
                shelf.nth_word("of_producer", event.booking.unsigned_abs() as usize),
            );
        }
    }
    world.reviews.extend(reviews);
}
