//! What a calendar says, held against a slow reading of the rules.

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{super::*, at, calendar, day, minutes, room, session, span, zone};
use crate::values::{DaySpan, Minute, Slot, Zone};

/// Zones and instants around which clocks change, or the date line is crossed.
const CHANGES: [(&str, &str); 8] = [
    ("America/New_York", "2027-03-14T07:00:00Z"),
    ("America/New_York", "2027-11-07T06:00:00Z"),
    ("Europe/London", "2027-03-28T01:00:00Z"),
    ("Europe/London", "2027-10-31T01:00:00Z"),
    ("Australia/Lord_Howe", "2027-04-03T15:00:00Z"),
    ("Australia/Lord_Howe", "2027-10-02T15:30:00Z"),
    ("Asia/Kathmandu", "2027-05-01T00:00:00Z"),
    ("Pacific/Apia", "2011-12-30T10:00:00Z"),
];

prop_compose! {
    fn day_span()(from in 0i16..1440, length in 1i16..720) -> DaySpan {
        span(from, from + length)
    }
}

fn hours() -> impl Strategy<Value = Hours> {
    vec((1i16..=7, day_span()), 0..12).prop_map(Hours)
}

prop_compose! {
    fn opening(middle: NaiveDate)(
        hours in hours(),
        seasons in vec((-4i64..5, 0i64..4, hours()), 0..2),
        days in vec((-3i64..4, vec(day_span(), 0..3)), 0..3),
        absences in vec((-4i64..5, 1i64..3), 0..2),
    ) -> Opening {
        let day = |n: i64| middle + TimeDelta::days(n);
        let mut opening = Opening { hours, ..Opening::default() };
        for (n, (from, more, hours)) in seasons.into_iter().enumerate() {
            let (first_day, last_day) = (day(from), day(from + more));
            opening.seasons.push(Season {
                id: (n as i64).into(), name: String::new(), first_day, last_day, hours,
            });
        }
        for (at, spans) in days {
            opening.days.insert(day(at), DayPlan { spans, note: String::new() });
        }
        for (n, (from, days)) in absences.into_iter().enumerate() {
            opening.absences.push(Absence {
                id: (n as i64).into(),
                first_day: day(from),
                back_on: day(from + days),
                note: String::new(),
            });
        }
        opening
    }
}

fn travel() -> impl Strategy<Value = Travel> {
    prop_oneof![
        Just(Travel::None),
        (1i64..90).prop_map(|n| Travel::Fixed(minutes(n))),
        (1i64..60).prop_map(|n| Travel::Distance { in_town: minutes(n) }),
    ]
}

prop_compose! {
    fn shape()(
        (before, after, rest) in (0i64..90, 0i64..90, 0i64..180),
        travel in travel(),
        notice in select(vec![0i64, 0, 120, 1440, 2880]),
        ahead in option::of(1i64..6),
        most_a_day in option::weighted(0.3, 1i16..4),
        most_a_week in option::weighted(0.3, 1i16..6),
        starts in prop_oneof![Just(vec![]), vec(0i16..96, 1..8)],
    ) -> Shape {
        let mut starts: Vec<Minute> =
            starts.into_iter().filter_map(|n| DaySpan::from_minutes(n * 15, 1440).ok()).map(DaySpan::from).collect();
        starts.sort();
        starts.dedup();
        Shape {
            before: minutes(before), after: minutes(after), rest: minutes(rest), travel,
            notice: minutes(notice), ahead: ahead.map(TimeDelta::days), most_a_day, most_a_week, starts,
        }
    }
}

fn place() -> impl Strategy<Value = Option<Room>> {
    let places = vec![None, Some(room("Ocean Way")), Some(room("Blackbird")), Some(room("Royal"))];
    select(places)
}

prop_compose! {
    fn around()((name, change) in select(CHANGES.to_vec()))(
        opening in opening(zone(name).date(at(change))),
        shape in shape(),
        busy in vec((-70i64..70, 1i64..10, place(), any::<bool>(), 0i64..45, 0i64..45), 0..6),
        asked in -96i64..24,
        name in Just(name),
        change in Just(change),
    ) -> Calendar {
        let change = at(change);
        let reach = TimeDelta::days(4);
        let mut calendar = calendar(name, Slot::new(change - reach, change + reach).unwrap(), vec![]);
        calendar.opening = opening;
        calendar.shape = shape;
        calendar.now = change + TimeDelta::hours(asked);
        for (n, (hours, half_hours, room, is_session, before, after)) in busy.into_iter().enumerate() {
            let from = change + TimeDelta::hours(hours);
            let slot = Slot::new(from, from + minutes(half_hours * 30)).unwrap();
            calendar.busy.push(match is_session {
                true => Busy {
                    before: minutes(before), after: minutes(after), ..session(n as i64, slot, room)
                },
                false => Busy {
                    what: What::Elsewhere { calendar: String::new(), summary: String::new() },
                    ..session(0, slot, None)
                },
            });
        }
        calendar
    }
}

/// Whether a minute is open, by the rules as they are told.
fn is_open(opening: &Opening, zone: Zone, minute: DateTime<Utc>) -> bool {
    let local = zone.local(minute);
    let of_day = local.signed_duration_since(local.date().and_hms_opt(0, 0, 0).unwrap());
    let of_day = i16::try_from(of_day.num_minutes()).unwrap();
    let own = |day: NaiveDate| -> Option<Vec<DaySpan>> {
        if opening.absences.iter().any(|a| a.first_day <= day && day < a.back_on) {
            return Some(vec![]);
        }
        opening.days.get(&day).map(|plan| plan.spans.clone())
    };
    let usual = |day: NaiveDate| -> Vec<DaySpan> {
        let season = opening.seasons.iter().find(|s| s.first_day <= day && day <= s.last_day);
        let hours = season.map_or(&opening.hours, |season| &season.hours);
        let weekday = i16::try_from(day.weekday().number_from_monday()).unwrap();
        hours.0.iter().filter(|(d, _)| *d == weekday).map(|(_, span)| *span).collect()
    };
    let spans = |day: NaiveDate| own(day).unwrap_or_else(|| usual(day));
    let has = |spans: Vec<DaySpan>, minute: i16| {
        spans.iter().any(|s| s.from().number() <= minute && minute < s.to().number())
    };
    let today = local.date();
    let yesterday = today.pred_opt().unwrap();
    has(spans(today), of_day) || own(today).is_none() && has(spans(yesterday), of_day + 1440)
}

/// The rules read minute by minute and session by session.
fn slowly(calendar: &Calendar, asked: Slot, room: Option<&Room>) -> bool {
    let Calendar { zone, shape, now, .. } = calendar;
    let each = (0..asked.length().num_minutes()).map(|n| asked.starts_at() + minutes(n));
    let open = each.into_iter().all(|minute| is_open(&calendar.opening, *zone, minute));
    let clear = calendar.busy.iter().all(|busy| {
        let is_session = busy.booking().is_some();
        let way =
            if is_session { shape.travel.between(room, busy.room.as_ref()) } else { minutes(0) };
        let rest = if is_session { shape.rest } else { minutes(0) };
        let after_it = asked.starts_at() - busy.slot.ends_at();
        let before_it = busy.slot.starts_at() - asked.ends_at();
        after_it >= busy.after + way + shape.before && after_it >= rest
            || before_it >= shape.after + way + busy.before && before_it >= rest
    });
    let days = |slot: Slot| -> Vec<NaiveDate> {
        let length = slot.length().num_minutes();
        let mut days: Vec<_> =
            (0..length).map(|n| zone.date(slot.starts_at() + minutes(n))).collect();
        days.dedup();
        days
    };
    let weeks = |slot: Slot| -> Vec<_> {
        let mut weeks: Vec<_> = days(slot).iter().map(Datelike::iso_week).collect();
        weeks.dedup();
        weeks
    };
    let sessions: Vec<Slot> =
        calendar.busy.iter().filter(|b| b.booking().is_some()).map(|b| b.slot).collect();
    let number = |fits: &dyn Fn(Slot) -> bool| sessions.iter().filter(|slot| fits(**slot)).count();
    let room_in_days = days(asked).iter().all(|day| {
        let on_it = number(&|slot| days(slot).contains(day));
        shape.most_a_day.is_none_or(|most| on_it < most as usize)
    });
    let room_in_weeks = weeks(asked).iter().all(|week| {
        let in_it = number(&|slot| weeks(slot).contains(week));
        shape.most_a_week.is_none_or(|most| in_it < most as usize)
    });
    let local = zone.local(asked.starts_at()).format("%H:%M").to_string();
    let starts = shape.starts.is_empty() || shape.starts.iter().any(|s| s.to_string() == local);
    let soon = asked.starts_at() - *now >= shape.notice;
    let far = shape.ahead.is_none_or(|ahead| asked.ends_at() - *now <= ahead);
    open && clear && room_in_days && room_in_weeks && starts && soon && far
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(384))]

    #[test]
    fn whatever_says_free_and_whatever_books_agree_and_equal_a_slow_reading(
        calendar in around(), room in place(), from in -4_000i64..4_000, length in 1i64..400,
        on_the_hour in any::<bool>(),
    ) {
        let middle = calendar.window.starts_at() + TimeDelta::days(4);
        let from = if on_the_hour { from / 15 * 15 } else { from };
        let starts = middle + minutes(from);
        let slot = Slot::new(starts, starts + minutes(length)).unwrap();
        let room = room.as_ref();
        let may = calendar.may_take(slot, room).is_ok();
        let listed = calendar.free(calendar.window, room).iter().any(|free| free.contains(&slot));
        let begins = calendar.shape.starts_at(starts, calendar.zone);
        prop_assert_eq!(may, listed && begins, "{:?}", calendar.reasons(slot, room));
        prop_assert_eq!(may, slowly(&calendar, slot, room), "{:?}", calendar.reasons(slot, room));
    }

    #[test]
    fn the_next_free_time_is_the_first_that_may_be_taken(
        calendar in around(), room in place(), length in 30i64..300,
    ) {
        let (length, room) = (minutes(length), room.as_ref());
        let next = calendar.next_free(calendar.window.starts_at(), length, room);
        if let Some(next) = next {
            let taken = Slot::new(next.starts_at(), next.starts_at() + length).unwrap();
            prop_assert_eq!(calendar.may_take(taken, room), Ok(()));
        }
        // No offer is earlier, and each may be taken.
        for offer in calendar.offers(calendar.window, length, room) {
            prop_assert_eq!(calendar.may_take(offer, room), Ok(()));
            prop_assert!(next.is_some_and(|next| next.starts_at() <= offer.starts_at()));
        }
    }

    #[test]
    fn what_search_keeps_says_the_same_as_the_calendar(
        calendar in around(), from in -4_000i64..4_000, length in 30i64..300,
    ) {
        let kept = OpenTime::of(&calendar, calendar.window.starts_at());
        let starts = calendar.window.starts_at() + TimeDelta::days(4) + minutes(from);
        let slot = Slot::new(starts, starts + minutes(length)).unwrap();
        let local = kept.zone.local(starts).format("%H:%M").to_string();
        let found = kept.free.iter().any(|free| free.contains(&slot))
            && starts >= calendar.now + kept.notice
            && kept.ahead.is_none_or(|ahead| slot.ends_at() <= calendar.now + ahead)
            && (kept.starts.is_empty() || kept.starts.iter().any(|s| s.to_string() == local));
        prop_assert_eq!(found, calendar.may_take(slot, None).is_ok());
    }

    #[test]
    fn who_opens_or_closes_a_stretch_changes_that_stretch_and_nothing_else(
        before in opening(day("2027-03-28")), span in day_span(), opens in any::<bool>(),
    ) {
        let sunday = day("2027-03-28");
        let mut after = before.clone();
        after.set(sunday, span, opens);
        let midnight = at("2027-03-28T00:00:00Z");
        for minute in (-2_880..4_320).step_by(7).map(|n| midnight + minutes(n)) {
            let local = (minute - midnight).num_minutes();
            let inside =
                i64::from(span.from().number()) <= local && local < i64::from(span.to().number());
            let today = Zone::UTC.date(minute);
            let away = before.absences.iter().any(|a| a.first_day <= today && today < a.back_on);
            let was = is_open(&before, Zone::UTC, minute);
            let expected = if inside && !away { opens } else { was };
            prop_assert_eq!(is_open(&after, Zone::UTC, minute), expected, "{}", minute);
        }
    }
}
