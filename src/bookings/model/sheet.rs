use chrono::{DateTime, Utc};

use super::{Status, When};
use crate::{
    entries::{self, Entry, Standing},
    values::{BookingId, Money, Zone, in_sentence},
};

/// What a calendar is told of a booking.
#[derive(Clone, Debug)]
pub(in crate::bookings) struct Sheet {
    pub(in crate::bookings) id: BookingId,
    pub(in crate::bookings) title: String,
    pub(in crate::bookings) artist: String,
    pub(in crate::bookings) when: When,
    pub(in crate::bookings) zone: Zone,
    pub(in crate::bookings) place: String,
    pub(in crate::bookings) producer: String,
    pub(in crate::bookings) musician: String,
    pub(in crate::bookings) instrument: String,
    pub(in crate::bookings) fee: Money,
    pub(in crate::bookings) status: Status,
    pub(in crate::bookings) reply_by: DateTime<Utc>,
    /// How many lines its history has, and when the last was written.
    pub(in crate::bookings) steps: i64,
    pub(in crate::bookings) changed_at: DateTime<Utc>,
}

impl Sheet {
    /// As it stands now: to lapse is a step, whether or not the clock's job has come round to it.
    pub(in crate::bookings) fn entry(&self, now: DateTime<Utc>) -> Entry {
        let is_overdue = self.status == Status::Requested && self.reply_by <= now;
        let (stands, steps, changed_at) = match is_overdue {
            true => (Status::Lapsed, self.steps + 1, self.reply_by),
            false => (self.status, self.steps, self.changed_at),
        };
        Entry {
            name: format!("booking-{}", self.id),
            sequence: steps - 1,
            changed_at,
            when: match self.when {
                When::Room(slot) => entries::When::Hours {
                    starts_at: slot.starts_at(),
                    ends_at: slot.ends_at(),
                    zone: self.zone,
                },
                When::Remote(due_at) => entries::When::Day(self.zone.date(due_at)),
            },
            standing: match stands {
                Status::Requested => Standing::Tentative,
                Status::Confirmed | Status::Done => Standing::Confirmed,
                Status::Declined | Status::Withdrawn | Status::Lapsed | Status::Cancelled => {
                    Standing::Cancelled
                }
            },
            summary: self.summary(stands),
            location: self.place.clone(),
            description: self.description(stands),
            path: Some(format!("/bookings/{}", self.id)),
        }
    }

    /// `Dust on the Piano, fiddle`. Many calendars show nothing else, so what it is not, or not yet,
    /// comes first.
    fn summary(&self, stands: Status) -> String {
        let what = format!("{}, {}", self.title, in_sentence(&self.instrument));
        match (stands, self.when) {
            (Status::Confirmed | Status::Done, When::Room(_)) => what,
            (Status::Confirmed, When::Remote(_)) => format!("Due: {what}"),
            (Status::Requested, _) => format!("Asked: {what}"),
            (Status::Done, When::Remote(_)) => format!("Done: {what}"),
            (Status::Declined, _) => format!("Declined: {what}"),
            (Status::Withdrawn, _) => format!("Withdrawn: {what}"),
            (Status::Lapsed, _) => format!("Lapsed: {what}"),
            (Status::Cancelled, _) => format!("Cancelled: {what}"),
        }
    }

    fn description(&self, stands: Status) -> String {
        let mut lines = vec![
            format!(
                "{} on “{}” by {}, for {}.",
                self.instrument, self.title, self.artist, self.fee
            ),
            format!("Player: {}. Producer: {}.", self.musician, self.producer),
        ];
        if let When::Remote(due_at) = self.when {
            lines.push(format!("Remote: due by {}.", self.zone.moment(due_at)));
        }
        if stands == Status::Requested {
            let until = self.zone.moment(self.reply_by);
            lines.push(format!(
                "An answer is due by {until}. Until it is accepted it takes nobody’s time."
            ));
        }
        lines.join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::booking::tests::{asked, at},
        *,
    };

    /// The sheet of what Ines asked Maren for.
    fn sheet() -> Sheet {
        let booking = asked();
        Sheet {
            id: booking.id,
            title: booking.title,
            artist: booking.artist,
            when: booking.when,
            zone: booking.zone,
            place: booking.place,
            producer: booking.producer,
            musician: booking.musician,
            instrument: booking.instrument,
            fee: booking.fee,
            status: booking.status,
            reply_by: booking.reply_by,
            steps: 1,
            changed_at: booking.created_at,
        }
    }

    #[test]
    fn a_calendar_is_told_who_plays_what_for_whom_and_what_is_still_asked() {
        let entry = sheet().entry(at("2026-12-04T12:00:00Z"));
        assert_eq!(entry.summary, "Asked: Dust on the Piano, fiddle");
        assert_eq!(entry.location, "Cedar Street Sound, Nashville");
        assert_eq!(
            entry.description,
            "Fiddle on “Dust on the Piano” by June Harrow & the Lamplighters, for $380.00.\n\
             Player: Maren Oakley. Producer: Ines Calloway.\n\
             An answer is due by Sat 5 Dec 2026, 12:00 CST. Until it is accepted it takes nobody’s time."
        );
        assert_eq!((entry.sequence, entry.standing), (0, Standing::Tentative));
        assert!(!entry.takes_time());
    }

    #[test]
    fn a_request_has_lapsed_for_calendars_as_soon_as_it_has_for_everyone() {
        let due = sheet().reply_by;
        let lapsed = sheet().entry(due);
        assert_eq!((lapsed.sequence, lapsed.standing), (1, Standing::Cancelled));
        assert_eq!((lapsed.changed_at, lapsed.path.as_deref()), (due, Some("/bookings/17")));
        let written = Sheet { status: Status::Lapsed, steps: 2, changed_at: due, ..sheet() };
        assert_eq!(written.entry(due), lapsed);
    }

    #[test]
    fn remote_work_is_due_on_a_day_by_the_players_clock_and_takes_none_of_its_hours() {
        let when = When::Remote(at("2026-12-09T00:00:00Z"));
        let work = Sheet { when, status: Status::Confirmed, steps: 2, ..sheet() };
        let entry = work.entry(at("2026-12-04T12:00:00Z"));
        assert_eq!(entry.when, entries::When::Day("2026-12-08".parse().unwrap()));
        assert_eq!(entry.summary, "Due: Dust on the Piano, fiddle");
        assert!(entry.description.ends_with("Remote: due by Tue 8 Dec 2026, 18:00 CST."));
        assert!(!entry.takes_time());
        assert_eq!(entry.into_busy(), None);
    }

    #[test]
    fn who_may_only_know_that_somebody_is_busy_learns_nothing_else() {
        let now = at("2026-12-04T12:00:00Z");
        assert_eq!(sheet().entry(now).into_busy(), None, "a request makes nobody busy");
        let booked = Sheet { status: Status::Confirmed, steps: 2, ..sheet() };
        let busy = booked.entry(now).into_busy().unwrap();
        let told = [busy.summary, busy.location, busy.description, busy.path.unwrap_or_default()];
        assert_eq!(told, ["Busy", "", "", ""]);
        assert_eq!((busy.sequence, busy.standing), (1, Standing::Confirmed));
        let off = Sheet { status: Status::Cancelled, steps: 3, ..sheet() };
        assert_eq!(
            off.entry(now).into_busy().map(|entry| entry.standing),
            Some(Standing::Cancelled)
        );
    }
}
