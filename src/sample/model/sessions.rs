use chrono::{DateTime, TimeDelta, Utc};
use fastrand::Rng;

use super::{
    Booking, BookingEvent, Call, Notice, World,
    records::{Shelf, root},
};
use crate::{
    bookings::{Channels, Charts, Music, Part, Reading, RemoteBrief, Sound},
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
        part: Part {
            covers: match session.remote {
                true => "The takes, and one round of changes.".into(),
                false => "The session.".into(),
            },
            credited_as: player.name.clone(),
            ..Part::default()
        },
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
        music: music(id, kind, session.remote),
        genre: session.genre.number(),
        created_at: session.asked_at,
    };
    world.calls.push(call);
    world.bookings.push(booking);
    tell(world, id, "requested", Some(session.producer), session.asked_at, "");
    id
}

/// What is played, as that kind of music is written down.
fn music(id: i64, root: &str, remote: bool) -> Music {
    let charts = match root {
        "country" | "gospel" => Charts::NumberChart,
        "classical" | "film-and-tv" | "musical-theatre" => Charts::Notation,
        "jazz" => Charts::LeadSheet,
        "folk" | "blues" => Charts::None,
        _ => Charts::ChordSheet,
    };
    let pick = |from: &[&str]| from[usize::try_from(id).unwrap_or(0) % from.len()].to_owned();
    Music {
        songs: u16::try_from(id % 3 + 1).unwrap_or(1),
        charts,
        reading: (charts != Charts::None).then_some(if remote || id % 2 == 0 {
            Reading::Prepared
        } else {
            Reading::SightRead
        }),
        remote: remote.then(|| RemoteBrief {
            tempo: pick(&["92 bpm", "76 bpm", "124 bpm", "68 bpm, free in the bridge"]),
            key: pick(&["D major", "G major", "A minor", "E flat major", "B minor"]),
            time_signature: pick(&["4/4", "3/4", "4/4", "6/8"]),
            sample_rate: 48_000,
            bit_depth: 24,
            channels: Channels::Mono,
            passes: 2,
            punch_ins: true,
            starts_at_bar_one: true,
            count_in: 2,
            mixes: true,
            click: true,
            uncompressed: true,
            sound: Sound::Dry,
            naming: "Title_Instrument_Pass".into(),
        }),
    }
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
