use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::{
    availability::{Busy, Calendar, Room, Rule, What, lasting},
    bookings::{Status, When},
    values::{BookingId, Slot, Zone, without_contact_details},
};

/// Work that is asked for or agreed, as the sheet of a day tells it.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) id: BookingId,
    pub(super) title: String,
    pub(super) artist: String,
    pub(super) instrument: String,
    /// What the player plays it on, by their profile.
    pub(super) gear: String,
    pub(super) producer: String,
    pub(super) when: When,
    /// The clock of the room.
    pub(super) zone: Zone,
    pub(super) place: String,
    pub(super) town: Option<String>,
    pub(super) brief: String,
    pub(super) status: Status,
}

impl Work {
    /// As the player may read it: what is only asked tells nobody how to reach the other side.
    pub(super) fn brief(&self) -> String {
        match self.status.shows_contact_details() {
            true => self.brief.clone(),
            false => without_contact_details(&self.brief).into_owned(),
        }
    }

    pub(super) fn is_asked(&self) -> bool {
        self.status == Status::Requested
    }
}

/// A day of a player, by their own clock.
#[derive(Clone, Debug)]
pub(super) struct Day {
    pub(super) day: NaiveDate,
    /// From midnight to midnight; none where the clocks leave the day out.
    pub(super) whole: Option<Slot>,
    pub(super) open: Vec<Slot>,
    /// In the order of the day; what is due comes last.
    pub(super) work: Vec<Work>,
    pub(super) elsewhere: Vec<Busy>,
    /// Kept clear around sessions, and the ways to them.
    pub(super) around: Vec<Slot>,
    /// Why it is open as it is, where that is not by the ordinary week.
    pub(super) why: Option<String>,
}

/// The sessions and what else is known of `days`, each on its day.
pub(super) fn days(
    calendar: &Calendar,
    work: &[Work],
    days: impl IntoIterator<Item = NaiveDate>,
) -> Vec<Day> {
    days.into_iter().map(|day| of(calendar, work, day)).collect()
}

fn of(calendar: &Calendar, work: &[Work], day: NaiveDate) -> Day {
    let whole = calendar.whole_day(day);
    let touches = |slot: &Slot| whole.is_some_and(|whole| whole.overlaps(slot));
    let is_on = |work: &&Work| match work.when {
        When::Room(slot) => touches(&slot),
        When::Remote(due_at) => calendar.zone.date(due_at) == day,
    };
    let mut mine: Vec<Work> = work.iter().filter(is_on).cloned().collect();
    mine.sort_by_key(|work| (work.when.session().is_none(), work.when.starts_at()));
    let busy = || calendar.busy.iter();
    let around = busy().filter(|busy| busy.booking().is_some()).flat_map(|busy| {
        let way = way_to(calendar, busy).map_or(TimeDelta::zero(), |(way, _)| way);
        let blocks = busy.blocks().widened(way, TimeDelta::zero());
        let before = Slot::new(blocks.starts_at(), busy.slot.starts_at());
        let after = Slot::new(busy.slot.ends_at(), blocks.ends_at());
        before.into_iter().chain(after)
    });
    Day {
        day,
        whole,
        open: calendar.open_on(day),
        work: mine,
        elsewhere: busy()
            .filter(|busy| busy.booking().is_none() && touches(&busy.slot))
            .cloned()
            .collect(),
        around: around.filter(touches).collect(),
        why: why(calendar, day),
    }
}

fn why(calendar: &Calendar, day: NaiveDate) -> Option<String> {
    match calendar.opening.rule(day) {
        Rule::Away(absence) => {
            let back = absence.back_on.format("%A %-d %B");
            Some(match absence.note.as_str() {
                "" => format!("Away, back on {back}"),
                note => format!("Away, back on {back}: {note}"),
            })
        }
        Rule::Single(plan) => Some(match (plan.spans.is_empty(), plan.note.as_str()) {
            (true, "") => "Closed".into(),
            (true, note) => format!("Closed: {note}"),
            (false, "") => "Unlike its weekday".into(),
            (false, note) => format!("Unlike its weekday: {note}"),
        }),
        Rule::Season(season) => Some(season.name.clone()),
        Rule::Ordinary(_) => None,
    }
}

/// How long the way is to a session from the one before it that day, and where that is.
pub(super) fn way_to<'a>(calendar: &'a Calendar, to: &Busy) -> Option<(TimeDelta, &'a Room)> {
    let sessions = calendar.busy.iter().filter(|busy| busy.booking().is_some());
    let earlier = sessions.filter(|busy| busy.slot.ends_at() <= to.slot.starts_at());
    let last = earlier.max_by_key(|busy| busy.slot.ends_at())?;
    let is_near = to.slot.starts_at() - last.slot.ends_at() < TimeDelta::hours(18);
    let from = last.room.as_ref().filter(|_| is_near)?;
    let way = calendar.shape.travel.between(Some(from), to.room.as_ref());
    (way > TimeDelta::zero()).then_some((way, from))
}

/// `40 minutes from Ocean Way: leave by 12:20 CST`, for a session that has a way to it.
pub(super) fn way_told(calendar: &Calendar, id: BookingId) -> Option<String> {
    let session = calendar.busy.iter().find(|busy| busy.what == What::Booking(id))?;
    let (way, from) = way_to(calendar, session)?;
    let leave = session.blocks().starts_at() - way;
    let clock = calendar.zone.local(leave).format("%H:%M");
    let zone = calendar.zone.abbreviation(leave);
    Some(format!("{} from {}: leave by {clock} {zone}", lasting(way), from.name))
}

/// Everything that stands against a stretch, in sentences for its owner; and, where nothing does,
/// nothing.
pub(super) fn against(calendar: &Calendar, slot: Slot) -> Vec<String> {
    let reasons = calendar.reasons(slot, None).into_iter();
    reasons.map(|reason| reason.told_to_owner(calendar.zone)).collect()
}

/// The Monday of the week a day is in.
pub(super) fn monday(day: NaiveDate) -> NaiveDate {
    day.week(chrono::Weekday::Mon).first_day()
}

/// From the midnight that begins the first day to the one that ends the last, by a zone's clock.
pub(super) fn window(first: NaiveDate, last: NaiveDate, zone: Zone) -> Option<Slot> {
    let midnight =
        |day: NaiveDate| -> Option<DateTime<Utc>> { Some(zone.start(day.and_hms_opt(0, 0, 0)?)) };
    Slot::new(midnight(first)?, midnight(last.succ_opt()?)?).ok()
}
