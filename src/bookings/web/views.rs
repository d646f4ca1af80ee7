//! How a booking looks: its badge, its times by two clocks, the player's day as a line.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::super::model::{Booking, Party, Status, When};
use crate::{
    availability::Calendar,
    values::{BookingId, Slot, Zone},
    web::{Strip, StripKind},
};

/// A status as a glyph and a word. Red only where it is live, or waits for the reader.
pub(super) struct Badge {
    pub(super) class: &'static str,
    pub(super) outline: &'static str,
    pub(super) filled: &'static str,
    pub(super) text: &'static str,
}

const RING: &str = "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9z";
const DISC: &str = "M6 1a5 5 0 1 0 0 10a5 5 0 0 0 0-10z";

impl Badge {
    pub(super) fn of(booking: &Booking, reader: Option<Party>, now: DateTime<Utc>) -> Badge {
        let is_readers = reader.is_some() && booking.awaits(now) == reader;
        let live = booking.when.session().is_some_and(|slot| slot.starts_at() <= now);
        let (class, outline, filled, text) = match booking.stands(now) {
            Status::Requested if booking.clashes.is_some() => ("now", RING, "", "No longer free"),
            Status::Requested | Status::Confirmed if is_readers => {
                ("now", RING, "M6 1.5a4.5 4.5 0 0 1 0 9z", "Yours to answer")
            }
            Status::Requested => ("", RING, "", "Waiting for an answer"),
            Status::Confirmed if booking.is_disputed => {
                ("now", RING, "", "Who came is not settled")
            }
            Status::Confirmed if booking.when.is_over(now) => {
                ("now", "M1.5 1.5h9v9h-9z", "", "Over: mark it done")
            }
            Status::Confirmed if live => ("now", "", DISC, "In session"),
            Status::Confirmed => ("", "", DISC, "Confirmed"),
            Status::Done => ("", "", "M1.5 1.5h9v9h-9z", "Done"),
            Status::Declined => {
                ("past", "M6 1.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9zM2 10L10 2", "", "Declined")
            }
            Status::Withdrawn => ("past", "M10.5 6h-9M5 2.5L1.5 6L5 9.5", "", "Withdrawn"),
            Status::Lapsed => ("past", "M1.5 6h9", "", "Lapsed"),
            Status::Cancelled => ("past", "M2 2l8 8M10 2l-8 8", "", "Cancelled"),
        };
        Badge { class, outline, filled, text }
    }
}

/// One moment or stretch by one clock.
pub(crate) struct Told {
    pub(crate) day: String,
    pub(crate) hours: String,
    pub(crate) zone: Zone,
    pub(crate) stamp: String,
}

impl Told {
    pub(crate) fn by(zone: Zone, when: When) -> Told {
        let day = |at: DateTime<Utc>| zone.local(at).format("%A %-d %B %Y").to_string();
        let stamp = when.starts_at().format("%Y-%m-%dT%H:%MZ").to_string();
        match when {
            When::Room(slot) => {
                let (first, last) = (day(slot.starts_at()), day(slot.ends_at()));
                let ends_that_day = first == last || zone.hours(&slot).contains("–24:00");
                let day = if ends_that_day { first } else { format!("{first} to {last}") };
                Told { day, hours: zone.hours(&slot), zone, stamp }
            }
            When::Remote(due_at) => {
                let clock = zone.local(due_at).format("%H:%M");
                let hours = format!("by {clock} {}", zone.abbreviation(due_at));
                Told { day: day(due_at), hours, zone, stamp }
            }
        }
    }

    /// The same by the reader's clock, where that shows something else.
    pub(crate) fn for_reader(reader: Option<Zone>, zone: Zone, when: When) -> Option<Told> {
        let reader = reader?;
        (!zone.agrees_with(reader, when.starts_at())).then(|| Told::by(reader, when))
    }
}

/// An instant by the reader's clock; by the booking's for whoever has none.
pub(super) fn moment(reader: Option<Zone>, zone: Zone, at: DateTime<Utc>) -> String {
    reader.unwrap_or(zone).moment(at)
}

/// How long there is to answer, as it stood when the page was made.
pub(super) struct Clock {
    pub(super) until: String,
    pub(super) stamp: String,
    pub(super) left: String,
    pub(super) is_urgent: bool,
}

impl Clock {
    /// With less than this left it is urgent.
    const URGENT: TimeDelta = TimeDelta::hours(12);

    pub(super) fn of(until: DateTime<Utc>, reader: Zone, now: DateTime<Utc>) -> Clock {
        let left = until - now;
        Clock {
            until: reader.moment(until),
            stamp: until.format("%Y-%m-%dT%H:%MZ").to_string(),
            left: match left.num_hours() {
                48.. => format!("{} days", left.num_days()),
                hours @ 24..48 => format!("{hours} h"),
                _ => length(left.max(TimeDelta::minutes(1))),
            },
            is_urgent: left < Clock::URGENT,
        }
    }
}

/// A player's day by their own clock: what is open, what is taken, what is asked.
pub(crate) struct DayView {
    pub(crate) day: NaiveDate,
    pub(crate) zone: Zone,
    pub(crate) strip: Strip,
    /// The same in words.
    pub(crate) said: String,
}

/// What a call asks of the day.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) slot: Slot,
    /// The booking of it, whose own time is not another session's.
    pub(crate) booking: Option<BookingId>,
    /// Still asked for, or still to come: marked in the colour of what is live.
    pub(crate) is_live: bool,
}

impl DayView {
    pub(crate) fn of(
        name: &str,
        calendar: &Calendar,
        day: NaiveDate,
        asked: Option<Asked>,
    ) -> DayView {
        let zone = calendar.zone;
        let asking = asked.and_then(|asked| asked.booking);
        let open = calendar.open_on(day);
        let on_day =
            |slot: &Slot| zone.date(slot.starts_at()) <= day && day <= zone.date(slot.ends_at());
        let busy: Vec<_> = calendar.busy.iter().filter(|busy| on_day(&busy.blocks())).collect();
        let others: Vec<Slot> = busy
            .iter()
            .filter(|busy| asking.is_none_or(|own| busy.booking() != Some(own)))
            .map(|busy| busy.slot)
            .filter(on_day)
            .collect();
        let around = busy.iter().flat_map(|busy| {
            let (blocks, session) = (busy.blocks(), busy.slot);
            let before = Slot::new(blocks.starts_at(), session.starts_at());
            let after = Slot::new(session.ends_at(), blocks.ends_at());
            before.into_iter().chain(after)
        });
        let stretches = open
            .iter()
            .map(|slot| (StripKind::Open, *slot))
            .chain(around.map(|slot| (StripKind::Move, slot)))
            .chain(busy.iter().map(|busy| (StripKind::Book, busy.slot)))
            .chain(asked.filter(|asked| asked.is_live).map(|asked| (StripKind::Want, asked.slot)));
        let said = format!(
            "{name}, {}: {}{}{}.",
            day.format("%A %-d %B %Y"),
            listed("open", &open, zone).unwrap_or_else(|| "not open".into()),
            listed("; booked", &others, zone).unwrap_or_default(),
            asked
                .map(|asked| format!("; this call {}", zone.hours(&asked.slot)))
                .unwrap_or_default(),
        );
        DayView { day, zone, strip: Strip::new(day, zone, stretches, said.clone()), said }
    }
}

/// `3 h`, `2 h 30 min`.
pub(super) fn length(time: TimeDelta) -> String {
    let minutes = time.num_minutes();
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    }
}

fn listed(what: &str, slots: &[Slot], zone: Zone) -> Option<String> {
    let hours: Vec<String> = slots.iter().map(|slot| zone.hours(slot)).collect();
    (!hours.is_empty()).then(|| format!("{what} {}", hours.join(", ")))
}
