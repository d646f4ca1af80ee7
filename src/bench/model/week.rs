use chrono::{Datelike, NaiveDate, TimeDelta};
use fastrand::Rng;

use crate::values::{DaySpan, Slot, Zone};

type Spans = &'static [(i16, i16, i16)];

/// Ordinary weeks: ISO weekdays with the minutes of their hours.
const WEEKS: [Spans; 8] = [
    &[(1, 600, 1080), (2, 600, 1080), (3, 600, 1080), (4, 600, 1080), (5, 600, 1080)],
    &[
        (1, 540, 780),
        (1, 840, 1080),
        (2, 540, 780),
        (2, 840, 1080),
        (3, 540, 780),
        (3, 840, 1080),
        (4, 540, 780),
        (4, 840, 1080),
        (5, 540, 780),
    ],
    &[(2, 720, 1200), (3, 720, 1200), (4, 720, 1200), (5, 720, 1200), (6, 720, 1080)],
    &[(1, 1080, 1380), (2, 1080, 1380), (3, 1080, 1380), (4, 1080, 1380)],
    &[(3, 660, 1140), (4, 660, 1140), (5, 660, 1140), (6, 660, 1140), (7, 720, 1080)],
    &[(1, 600, 1320), (3, 600, 1320), (5, 600, 1320)],
    &[(5, 1080, 1320), (6, 600, 1200), (7, 600, 1200)],
    &[
        (1, 960, 1380),
        (2, 960, 1380),
        (3, 960, 1380),
        (4, 960, 1380),
        (5, 960, 1380),
        (6, 600, 1380),
        (7, 840, 1320),
    ],
];

/// The hours of somebody's ordinary week: each week begins and ends with everybody a little earlier
/// or later.
pub(super) fn hours(dice: &mut Rng) -> Vec<(i16, DaySpan)> {
    let week = WEEKS[dice.usize(..WEEKS.len())];
    let shift = 30 * dice.i16(-1..=2);
    let moved = |(day, from, to): &(i16, i16, i16)| {
        let span = DaySpan::from_minutes(from + shift, (to + shift).min(1440));
        (*day, span.expect("no week of ours begins or ends near midnight"))
    };
    week.iter().map(moved).collect()
}

/// A session within one of the hours of the week that is `weeks` from `today`'s.
pub(super) fn session(
    hours: &[(i16, DaySpan)],
    zone: Zone,
    today: NaiveDate,
    weeks: i64,
    dice: &mut Rng,
) -> Slot {
    let (weekday, span) = hours[dice.usize(..hours.len())];
    let monday = today - TimeDelta::days(today.weekday().num_days_from_monday().into());
    let day = monday + TimeDelta::days(7 * weeks + i64::from(weekday) - 1);
    let (from, to) = (span.from().number(), span.to().number());
    let length = [120, 180, 180, 180, 240][dice.usize(..5)].min(to - from);
    let begin = from + 30 * dice.i16(0..=(to - from - length) / 30);
    let slot = |begin| DaySpan::from_minutes(begin, begin + length).ok()?.on(day, zone);
    // No clock is ever changed at noon.
    slot(begin).or_else(|| slot(720)).expect("every day has a noon")
}
