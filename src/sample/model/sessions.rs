use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use super::{
    Booking, BookingEvent, Call, Notice, World,
    records::{Shelf, root},
};
use crate::{
    catalog::Catalog,
    outbox::Topic,
    values::{GenreId, Zone},
};

/// What a session of the sample is about.
pub(super) struct Session {
    pub(super) musician: usize,
    pub(super) instrument: i64,
    pub(super) genre: GenreId,
    pub(super) producer: i64,
    pub(super) title: String,
    pub(super) artist: String,
    pub(super) remote: bool,
    /// The start in a room, the due time of remote work.
    pub(super) at: DateTime<Utc>,
    pub(super) asked_at: DateTime<Utc>,
}

/// A call and its booking, asked for.
pub(super) fn add(
    world: &mut World,
    shelf: &Shelf,
    catalog: &Catalog,
    dice: &mut Rng,
    session: &Session,
    status: &'static str,
) -> i64 {
    let id = world.bookings.len() as i64 + 1;
    let known = &world.musicians[session.musician];
    let player = &known.player;
    let kind = root(catalog, session.genre);
    let zone: Zone = known.zone;
    let fee = if session.remote { player.song_rate_minor } else { player.session_rate_minor };
    let fee = fee.or(player.session_rate_minor).or(player.song_rate_minor).unwrap_or(0);
    let booking = Booking {
        id,
        call: id,
        musician: known.id,
        instrument: session.instrument,
        fee,
        currency: player.currency.clone(),
        status,
        reply_by: (session.asked_at + TimeDelta::days(3)).min(session.at),
        blocks: !session.remote,
    };
    let call = Call {
        id,
        producer: session.producer,
        title: session.title.clone(),
        artist: session.artist.clone(),
        times: (!session.remote).then(|| (session.at, session.at + TimeDelta::hours(3))),
        due_at: session.remote.then_some(session.at),
        zone,
        place: if session.remote { String::new() } else { shelf.studio(&player.place, zone) },
        brief: shelf.brief(kind, session.remote, dice).to_owned(),
        genre: session.genre.number(),
        created_at: session.asked_at,
    };
    world.calls.push(call);
    world.bookings.push(booking);
    tell(world, id, "requested", Some(session.producer), session.asked_at, "");
    id
}

pub(super) fn tell(
    world: &mut World,
    booking: i64,
    status: &'static str,
    by: Option<i64>,
    at: DateTime<Utc>,
    word: &str,
) {
    world.booking_events.push(BookingEvent { booking, status, by, at, word: word.to_owned() });
}

pub(super) fn notice(
    world: &mut World,
    account: i64,
    (topic, text): (Topic, String),
    url: &str,
    at: DateTime<Utc>,
) {
    world.notices.push(Notice { account, topic, text, url: url.to_owned(), at });
}
