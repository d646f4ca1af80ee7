use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};

use crate::values::{AbsenceId, DaySpan, Line, SeasonId, Slot, Zone};

/// When somebody works in an ordinary week: wall-clock spans by ISO weekday, 1 for Monday.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hours(pub Vec<(i16, DaySpan)>);

impl Hours {
    pub fn on(&self, day: NaiveDate) -> Vec<DaySpan> {
        let weekday = day.weekday().number_from_monday();
        let spans = self.0.iter().filter(|(d, _)| u32::try_from(*d) == Ok(weekday));
        spans.map(|(_, span)| *span).collect()
    }
}

/// Weeks that are not like the ordinary ones, both days included. A player's never overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Season {
    pub id: SeasonId,
    pub name: String,
    pub first_day: NaiveDate,
    pub last_day: NaiveDate,
    pub hours: Hours,
}

/// A season as its owner writes it. One that exists goes forwards.
#[derive(Clone, Debug)]
pub(in crate::availability) struct NewSeason {
    pub(in crate::availability) name: Line<60>,
    pub(in crate::availability) first_day: NaiveDate,
    pub(in crate::availability) last_day: NaiveDate,
}

/// An absence as its owner writes it. One that exists goes forwards.
#[derive(Clone, Debug)]
pub(in crate::availability) struct NewAbsence {
    pub(in crate::availability) first_day: NaiveDate,
    pub(in crate::availability) back_on: NaiveDate,
    pub(in crate::availability) note: String,
}

/// A single day that is not like its weekday. Without spans it is closed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DayPlan {
    pub spans: Vec<DaySpan>,
    /// For the owner alone.
    pub note: String,
}

/// Not to be had from a day until the day one is back. A player's never overlap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    pub id: AbsenceId,
    pub first_day: NaiveDate,
    pub back_on: NaiveDate,
    /// For the owner alone.
    pub note: String,
}

/// Everything that says which hours are open, by a wall clock.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Opening {
    /// Of every week that no season has.
    pub hours: Hours,
    pub seasons: Vec<Season>,
    pub days: BTreeMap<NaiveDate, DayPlan>,
    pub absences: Vec<Absence>,
}

/// What decides about a day: the first of these that there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule<'a> {
    Away(&'a Absence),
    Single(&'a DayPlan),
    Season(&'a Season),
    Ordinary(&'a Hours),
}

impl Rule<'_> {
    /// Whether it was said of this very day: then not even the night before reaches into it.
    fn is_of_the_day(self) -> bool {
        matches!(self, Rule::Away(_) | Rule::Single(_))
    }
}

impl Opening {
    pub fn rule(&self, day: NaiveDate) -> Rule<'_> {
        let away = |absence: &&Absence| absence.first_day <= day && day < absence.back_on;
        let within = |season: &&Season| season.first_day <= day && day <= season.last_day;
        if let Some(absence) = self.absences.iter().find(away) {
            Rule::Away(absence)
        } else if let Some(plan) = self.days.get(&day) {
            Rule::Single(plan)
        } else if let Some(season) = self.seasons.iter().find(within) {
            Rule::Season(season)
        } else {
            Rule::Ordinary(&self.hours)
        }
    }

    /// The spans that begin on a day, as far as the day after lets them run on.
    pub fn spans(&self, day: NaiveDate) -> Vec<DaySpan> {
        let mut spans = match self.rule(day) {
            Rule::Away(_) => Vec::new(),
            Rule::Single(plan) => plan.spans.clone(),
            Rule::Season(season) => season.hours.on(day),
            Rule::Ordinary(hours) => hours.on(day),
        };
        if day.succ_opt().is_some_and(|next| self.rule(next).is_of_the_day()) {
            spans.iter_mut().for_each(|span| *span = span.this_day());
        }
        spans
    }

    /// Everything open between the two midnights of a day, what began the night before included,
    /// with what of it runs past the second.
    pub fn wall(&self, day: NaiveDate) -> Vec<DaySpan> {
        let reaching = |eve: NaiveDate| {
            let spans = self.spans(eve).into_iter();
            spans.filter_map(DaySpan::next_day).collect::<Vec<_>>()
        };
        let mut spans = day.pred_opt().map(reaching).unwrap_or_default();
        spans.extend(self.spans(day));
        joined(spans)
    }

    /// Opens or closes a stretch of a day, and of the day after where it runs on. Answers which days
    /// have a plan of their own now, or none any more; what is away stays closed.
    pub fn set(&mut self, day: NaiveDate, span: DaySpan, is_open: bool) -> Vec<NaiveDate> {
        let mut changed = Vec::new();
        let next = day.succ_opt().zip(span.next_day());
        for (day, span) in std::iter::once((day, span.this_day())).chain(next) {
            if matches!(self.rule(day), Rule::Away(_)) {
                continue;
            }
            let mut left = self.wall(day);
            let runs_on = |spans: &[DaySpan]| spans.iter().any(|one| one.next_day().is_some());
            let ran_on = runs_on(&left);
            if is_open {
                left.push(span);
                left = joined(left);
            } else {
                left = left.into_iter().flat_map(|open| without(open, span)).collect();
            }
            // Where its evening is closed, the hours past midnight stay open by themselves.
            let is_cut = ran_on && !runs_on(&left);
            let night = day.succ_opt().filter(|_| is_cut).map(|next| (next, self.wall(next)));
            self.put(day, left);
            changed.push(day);
            if let Some((next, night)) = night {
                self.put(next, night);
                changed.push(next);
            }
        }
        changed
    }

    /// Gives a day these spans: a plan of its own, unless it has them by itself.
    fn put(&mut self, day: NaiveDate, spans: Vec<DaySpan>) {
        let note = self.days.remove(&day).map_or_else(String::new, |plan| plan.note);
        if !note.is_empty() || self.wall(day) != spans {
            self.days.insert(day, DayPlan { spans, note });
        }
    }

    /// A day's spans as instants by the clocks of `zone`.
    pub fn on(&self, day: NaiveDate, zone: Zone) -> Vec<Slot> {
        self.spans(day).into_iter().filter_map(|span| span.on(day, zone)).collect()
    }
}

/// Spans in order, those that touch or overlap made one.
fn joined(mut spans: Vec<DaySpan>) -> Vec<DaySpan> {
    spans.sort();
    let mut joined: Vec<DaySpan> = Vec::new();
    for span in spans {
        let both = joined.last().filter(|last| span.from() <= last.to()).and_then(|last| {
            let to = last.to().max(span.to()).number();
            DaySpan::from_minutes(last.from().number(), to).ok()
        });
        match (both, joined.last_mut()) {
            (Some(both), Some(last)) => *last = both,
            _ => joined.push(span),
        }
    }
    joined
}

/// What is left of an open span outside a closed one, as far as it begins on its day.
fn without(open: DaySpan, closed: DaySpan) -> impl Iterator<Item = DaySpan> {
    let (from, to) = (closed.from().number(), closed.to().number());
    let (begin, end) = (open.from().number(), open.to().number());
    let parts = [(begin, end.min(from)), (begin.max(to), end)];
    parts.into_iter().filter_map(|(from, to)| DaySpan::from_minutes(from, to).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn span(from: i16, to: i16) -> DaySpan {
        DaySpan::from_minutes(from, to).unwrap()
    }

    /// Tuesdays nine to six; Mondays from ten at night to two in the morning.
    fn opening() -> Opening {
        let hours = Hours(vec![(2, span(540, 1080)), (1, span(1320, 1560))]);
        Opening { hours, ..Opening::default() }
    }

    #[test]
    fn a_night_is_open_into_the_day_after_unless_that_day_has_a_plan_of_its_own() {
        let mut opening = opening();
        let tuesday = day("2026-12-08");
        assert_eq!(opening.wall(tuesday), [span(0, 120), span(540, 1080)]);
        opening.days.insert(tuesday, DayPlan::default());
        assert_eq!(opening.wall(tuesday), []);
        assert_eq!(opening.spans(day("2026-12-07")), [span(1320, 1440)]);
    }

    #[test]
    fn away_comes_before_a_single_day_and_that_before_a_season() {
        let mut opening = opening();
        let tuesday = day("2026-12-08");
        opening.seasons.push(Season {
            id: 1.into(),
            name: "Advent".into(),
            first_day: day("2026-12-01"),
            last_day: tuesday,
            hours: Hours(vec![(2, span(600, 720))]),
        });
        assert_eq!(opening.spans(tuesday), [span(600, 720)]);
        assert_eq!(opening.spans(day("2026-12-15")), [span(540, 1080)], "past its last day");
        opening.days.insert(tuesday, DayPlan { spans: vec![span(60, 90)], note: String::new() });
        assert_eq!(opening.spans(tuesday), [span(60, 90)]);
        opening.absences.push(Absence {
            id: 1.into(),
            first_day: tuesday,
            back_on: day("2026-12-09"),
            note: String::new(),
        });
        assert_eq!(opening.spans(tuesday), []);
        assert!(matches!(opening.rule(day("2026-12-09")), Rule::Ordinary(_)), "back that day");
    }

    #[test]
    fn a_day_is_opened_and_closed_by_the_stretch() {
        let tuesday = day("2026-12-08");
        let mut evening = opening();
        assert_eq!(evening.set(tuesday, span(1080, 1200), true), [tuesday]);
        assert_eq!(evening.wall(tuesday), [span(0, 120), span(540, 1200)]);
        assert_eq!(evening.set(tuesday, span(1080, 1200), false), [tuesday]);
        assert_eq!(evening, opening(), "as if nothing had been said of it");
        let mut morning = opening();
        morning.set(tuesday, span(60, 600), false);
        assert_eq!(morning.wall(tuesday), [span(0, 60), span(600, 1080)], "the night before too");
        morning.set(tuesday, DaySpan::whole_day(), false);
        assert_eq!(morning.wall(tuesday), []);
    }

    #[test]
    fn closing_an_evening_leaves_the_hours_past_midnight() {
        let (monday, tuesday) = (day("2026-12-07"), day("2026-12-08"));
        let mut opening = opening();
        assert_eq!(opening.set(monday, span(1200, 1440), false), [monday, tuesday]);
        assert_eq!(opening.wall(monday), []);
        assert_eq!(opening.wall(tuesday), [span(0, 120), span(540, 1080)]);
        let mut both = super::tests::opening();
        both.set(monday, span(1320, 1500), false);
        assert_eq!(both.wall(monday), []);
        assert_eq!(both.wall(tuesday), [span(60, 120), span(540, 1080)]);
    }

    #[test]
    fn who_is_away_opens_nothing() {
        let tuesday = day("2026-12-08");
        let mut opening = opening();
        let back_on = day("2026-12-10");
        let away = Absence { id: 1.into(), first_day: tuesday, back_on, note: String::new() };
        opening.absences.push(away);
        assert_eq!(opening.set(tuesday, span(0, 600), true), []);
        assert_eq!(opening.wall(tuesday), []);
    }
}
