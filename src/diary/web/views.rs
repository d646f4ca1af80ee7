//! How a day looks: its line from midnight to midnight, and what is on it.

use chrono::NaiveDate;

use super::super::model::{Day, Work, way_told};
use crate::{
    availability::{Calendar, What},
    bookings::When,
    values::{BookingId, Slot, Zone},
    web::{Strip, StripKind},
};

/// A line of a day's list.
pub(super) struct Line {
    /// `10:00–13:00 CST`, `by 18:00 CST`.
    pub(super) hours: String,
    /// The same by the room's clock, where that shows something else.
    pub(super) there: Option<String>,
    pub(super) what: String,
    /// Why it is there.
    pub(super) why: String,
    pub(super) booking: Option<BookingId>,
    /// Only asked for.
    pub(super) is_asked: bool,
}

pub(super) struct DayView {
    pub(super) day: NaiveDate,
    pub(super) is_today: bool,
    pub(super) strip: Strip,
    /// `open 09:00–18:00 CST`.
    pub(super) said: String,
    pub(super) why: Option<String>,
    pub(super) lines: Vec<Line>,
    pub(super) sessions: usize,
}

/// The day's line, with all that is on it.
fn strip(day: &Day, zone: Zone, label: String) -> Strip {
    let sessions = |asked: bool| {
        let mine = day.work.iter().filter(move |work| work.is_asked() == asked);
        mine.filter_map(|work| work.when.session())
    };
    let stretches = day
        .open
        .iter()
        .map(|slot| (StripKind::Open, *slot))
        .chain(day.elsewhere.iter().map(|busy| (StripKind::Elsewhere, busy.slot)))
        .chain(day.around.iter().map(|slot| (StripKind::Move, *slot)))
        .chain(sessions(true).map(|slot| (StripKind::Hold, slot)))
        .chain(sessions(false).map(|slot| (StripKind::Book, slot)));
    Strip::whole(day.day, zone, stretches, label)
}

impl DayView {
    pub(super) fn of(day: Day, zone: Zone, today: NaiveDate) -> DayView {
        let open: Vec<String> = day.open.iter().map(|slot| zone.hours(slot)).collect();
        let said = match open.as_slice() {
            [] => "not open".to_owned(),
            some => format!("open {}", some.join(", ")),
        };
        let lines: Vec<Line> = lines(&day, zone);
        let told: Vec<String> =
            lines.iter().map(|line| format!("{} {}", line.hours, line.what)).collect();
        let label = [vec![format!("{}: {said}", day.day.format("%A %-d %B"))], told].concat();
        DayView {
            strip: strip(&day, zone, label.join("; ")),
            is_today: day.day == today,
            sessions: day.work.iter().filter(|work| !work.is_asked()).count(),
            day: day.day,
            said,
            why: day.why,
            lines,
        }
    }

    /// A day the clocks change has other hours than the wall shows: nothing is dragged over it.
    pub(super) fn is_even(&self) -> bool {
        self.strip.width == 1_440
    }
}

fn lines(day: &Day, zone: Zone) -> Vec<Line> {
    let mut lines: Vec<(Slot, Line)> = Vec::new();
    let mut due = Vec::new();
    for work in &day.work {
        match work.when {
            When::Room(slot) => lines.push((slot, line_of(work, zone))),
            When::Remote(_) => due.push(line_of(work, zone)),
        }
    }
    for busy in &day.elsewhere {
        let What::Elsewhere { calendar, summary } = &busy.what else { continue };
        let what = if summary.is_empty() { "Busy" } else { summary };
        lines.push((
            busy.slot,
            Line {
                hours: hours_on(day, &busy.slot, zone),
                there: None,
                what: what.to_owned(),
                why: format!("by your calendar “{calendar}”"),
                booking: None,
                is_asked: false,
            },
        ));
    }
    lines.sort_by_key(|(slot, _)| *slot);
    lines.into_iter().map(|(_, line)| line).chain(due).collect()
}

/// What a stretch takes of a day: `all day`, or its hours that day.
fn hours_on(day: &Day, slot: &Slot, zone: Zone) -> String {
    match day.whole.and_then(|whole| Some((whole, slot.within(&whole)?))) {
        Some((whole, part)) if whole == part => "all day".into(),
        Some((_, part)) => zone.hours(&part),
        None => zone.hours(slot),
    }
}

fn line_of(work: &Work, zone: Zone) -> Line {
    let (hours, there) = told(work, zone);
    let place = match &work.town {
        Some(town) if !work.place.contains(town.as_str()) => format!("{}, {town}", work.place),
        _ => work.place.clone(),
    };
    let place = if place.is_empty() { "remote".to_owned() } else { place };
    let standing = if work.is_asked() { "asked by" } else { "with" };
    Line {
        hours,
        there,
        what: format!("{}, {}", work.title, work.artist),
        why: format!("{}, {standing} {}, {place}", work.instrument, work.producer),
        booking: Some(work.id),
        is_asked: work.is_asked(),
    }
}

/// Its time by the player's clock, and by the room's where that shows something else.
fn told(work: &Work, zone: Zone) -> (String, Option<String>) {
    match work.when {
        When::Room(slot) => {
            let differs = !work.zone.agrees_with(zone, slot.starts_at());
            (zone.hours(&slot), differs.then(|| work.zone.hours(&slot)))
        }
        When::Remote(due_at) => {
            let clock = zone.local(due_at).format("%H:%M");
            (format!("by {clock} {}", zone.abbreviation(due_at)), None)
        }
    }
}

/// A session on the sheet of its day.
pub(super) struct Sheet {
    pub(super) hours: String,
    pub(super) there: Option<String>,
    pub(super) work: Work,
    /// How to get there from the session before.
    pub(super) way: Option<String>,
    pub(super) is_remote: bool,
}

impl Sheet {
    pub(super) fn of(work: Work, calendar: &Calendar) -> Sheet {
        let (hours, there) = told(&work, calendar.zone);
        let there = there.map(|there| format!("{there}, the room’s clock"));
        let way = way_told(calendar, work.id);
        Sheet { hours, there, way, is_remote: work.when.session().is_none(), work }
    }
}
