use chrono::NaiveDate;
use serde::Deserialize;

use super::super::model::{DayPlan, Hours, NewAbsence, NewSeason};
use crate::values::{DaySpan, FieldErrors, Line, Minute, read_day};

pub(super) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// So many days may be changed at once.
const MOST_DAYS: i64 = 366;

/// Weekly hours as they were typed, in rows: the n-th `from` and `to` belong to the n-th
/// `weekday`. A row without times is left out.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct HoursForm {
    /// 1 for Monday to 7.
    pub(super) weekday: Vec<String>,
    /// `09:00`
    pub(super) from: Vec<String>,
    /// `18:00`; `24:00` is the midnight that ends the day, and a time before `from` is one of the
    /// day after.
    pub(super) to: Vec<String>,
    /// A weekday whose hours these others have as well.
    pub(super) copy_from: String,
    pub(super) copy_to: Vec<String>,
}

/// A row of the form.
#[derive(Clone, Debug)]
pub(super) struct HoursRow {
    pub(super) weekday: usize,
    pub(super) from: String,
    pub(super) to: String,
}

/// A weekday as it was typed: 1 to 7.
fn weekday(text: &str) -> Option<i16> {
    text.trim().parse().ok().filter(|day| (1..=7).contains(day))
}

fn span(from: &str, to: &str) -> Result<DaySpan, crate::values::BadDaySpan> {
    DaySpan::through_midnight(from.parse::<Minute>()?, to.parse::<Minute>()?)
}

impl HoursForm {
    pub(super) fn of(hours: &Hours) -> HoursForm {
        HoursForm {
            weekday: hours.0.iter().map(|(weekday, _)| weekday.to_string()).collect(),
            from: hours.0.iter().map(|(_, span)| span.from().to_string()).collect(),
            to: hours.0.iter().map(|(_, span)| span.to().to_string()).collect(),
            ..HoursForm::default()
        }
    }

    fn typed(&self) -> Vec<(String, String, String)> {
        let text = |list: &[String], at: usize| list.get(at).map_or("", |t| t.trim()).to_owned();
        let row = |at| (text(&self.weekday, at), text(&self.from, at), text(&self.to, at));
        let rows = self.weekday.len().max(self.from.len()).max(self.to.len());
        (0..rows).map(row).filter(|(_, from, to)| !from.is_empty() || !to.is_empty()).collect()
    }

    /// The rows of each weekday, and one empty row to each.
    pub(super) fn rows(&self) -> Vec<HoursRow> {
        let typed = self.typed();
        let of_day = |weekday: usize| {
            let mine = typed.iter().filter(move |(day, ..)| *day == weekday.to_string());
            let kept = mine.map(move |(_, from, to)| HoursRow {
                weekday,
                from: from.clone(),
                to: to.clone(),
            });
            let empty = HoursRow { weekday, from: String::new(), to: String::new() };
            kept.chain(std::iter::once(empty)).collect::<Vec<_>>()
        };
        (1..=7).flat_map(of_day).collect()
    }

    pub(super) fn copies_from(&self, weekday: &usize) -> bool {
        self.copy_from == weekday.to_string()
    }

    pub(super) fn copies_to(&self, weekday: &usize) -> bool {
        self.copy_to.contains(&weekday.to_string())
    }

    /// Reads what was typed; a fault names its day.
    pub(super) fn read(&self) -> Result<Hours, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut hours: Vec<(i16, DaySpan)> = Vec::new();
        for (day, from, to) in self.typed() {
            let Some(weekday) = weekday(&day) else {
                errors.add("hours", "have a day that is not one of the week");
                continue;
            };
            let name = DAYS[weekday as usize - 1];
            match span(&from, &to) {
                Ok(span) if hours.iter().any(|(d, s)| *d == weekday && s.overlaps(span)) => {
                    errors.add("hours", format!("overlap on {name}: {span} and another"));
                }
                Ok(span) => hours.push((weekday, span)),
                Err(fault) => {
                    let typed: String = format!("{from}–{to}").chars().take(30).collect();
                    errors.add("hours", format!("on {name} have {typed}, which {fault}"));
                }
            }
        }
        self.copy(&mut hours, &mut errors);
        if hours.len() > 70 {
            errors.add("hours", "are more than ten stretches a day");
        }
        if errors.is_empty() { Ok(Hours(hours)) } else { Err(errors) }
    }

    /// Gives some weekdays the hours of another.
    fn copy(&self, hours: &mut Vec<(i16, DaySpan)>, errors: &mut FieldErrors) {
        if self.copy_from.trim().is_empty() {
            return;
        }
        let to: Option<Vec<i16>> = self.copy_to.iter().map(|day| weekday(day)).collect();
        let Some((from, to)) = weekday(&self.copy_from).zip(to) else {
            return errors.add("copy", "has a day that is not one of the week");
        };
        let source: Vec<DaySpan> =
            hours.iter().filter(|(day, _)| *day == from).map(|(_, span)| *span).collect();
        for day in to.into_iter().filter(|day| *day != from) {
            hours.retain(|(known, _)| *known != day);
            hours.extend(source.iter().map(|span| (day, *span)));
        }
    }
}

/// Days that are not like their weekdays, as they were typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct DayForm {
    /// `2026-12-24`; programs name it in the address.
    pub(super) day: String,
    /// The last of several days; left out, it is the one.
    pub(super) last_day: String,
    /// Empty where the day is closed.
    pub(super) day_from: Vec<String>,
    pub(super) day_to: Vec<String>,
    /// For the owner alone.
    pub(super) note: String,
}

impl DayForm {
    /// Three rows, with what was typed.
    pub(super) fn rows(&self) -> Vec<(usize, String, String)> {
        let text = |list: &[String], at: usize| list.get(at).cloned().unwrap_or_default();
        (0..3).map(|at| (at, text(&self.day_from, at), text(&self.day_to, at))).collect()
    }

    /// The days it speaks of, in order.
    pub(super) fn days(&self, errors: &mut FieldErrors) -> Option<Vec<NaiveDate>> {
        let first = errors.take("day", read_day(&self.day));
        let last = match self.last_day.trim() {
            "" => first,
            text => errors.take("last_day", read_day(text)),
        };
        let (first, last) = first.zip(last)?;
        if last < first {
            errors.add("last_day", "is before the first day");
        } else if (last - first).num_days() >= MOST_DAYS {
            errors.add("last_day", "is more than a year after the first: say it in two steps");
        }
        errors.is_empty().then(|| first.iter_days().take_while(|day| *day <= last).collect())
    }

    pub(super) fn read(&self) -> Result<(Vec<NaiveDate>, DayPlan), FieldErrors> {
        let mut errors = FieldErrors::default();
        let days = self.days(&mut errors);
        let note = errors.take("note", Line::<200>::optional(&self.note));
        let times = HoursForm {
            weekday: vec!["1".into(); self.day_from.len().max(self.day_to.len())],
            from: self.day_from.clone(),
            to: self.day_to.clone(),
            ..HoursForm::default()
        };
        let mut spans = Vec::new();
        for (_, from, to) in times.typed() {
            match errors.take("day_from", span(&from, &to)) {
                Some(span) if spans.iter().any(|known: &DaySpan| known.overlaps(span)) => {
                    errors.add("day_from", "overlaps another time of that day");
                }
                Some(span) => spans.push(span),
                None => {}
            }
        }
        if spans.len() > 10 {
            errors.add("day_from", "are more than ten stretches");
        }
        let note = note.flatten().map_or_else(String::new, |note| note.to_string());
        match days {
            Some(days) if errors.is_empty() => Ok((days, DayPlan { spans, note })),
            _ => Err(errors),
        }
    }
}

/// A stretch of one day, to be opened or closed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct StretchForm {
    /// `2026-12-08`
    pub(crate) day: String,
    /// `09:00`
    pub(crate) from: String,
    /// `12:00`; a time before `from` is one of the day after.
    pub(crate) to: String,
}

impl StretchForm {
    pub(crate) fn read(&self) -> Result<(NaiveDate, DaySpan), FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = errors.take("day", read_day(&self.day));
        let from = errors.take("from", self.from.parse::<Minute>());
        let to = errors.take("to", self.to.parse::<Minute>());
        let span = from.zip(to);
        let span =
            span.and_then(|(from, to)| errors.take("to", DaySpan::through_midnight(from, to)));
        day.zip(span).filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// A season's name and days, as they were typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SeasonForm {
    pub(super) name: String,
    /// `2027-06-01`
    pub(super) first_day: String,
    /// The last day it holds on.
    pub(super) last_day: String,
}

impl SeasonForm {
    pub(super) fn read(&self) -> Result<NewSeason, FieldErrors> {
        let mut errors = FieldErrors::default();
        let name = errors.take("name", Line::parse(&self.name));
        let first_day = errors.take("first_day", read_day(&self.first_day));
        let last_day = errors.take("last_day", read_day(&self.last_day));
        if first_day.zip(last_day).is_some_and(|(first, last)| last < first) {
            errors.add("last_day", "is before the first day");
        }
        let season = || Some(NewSeason { name: name?, first_day: first_day?, last_day: last_day? });
        season().filter(|_| errors.is_empty()).ok_or(errors)
    }
}

/// A time away, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct AbsenceForm {
    /// The first day away, `2026-12-20`.
    pub(super) away_from: String,
    /// The day one is back.
    pub(super) back_on: String,
    /// For the owner alone.
    pub(super) away_note: String,
}

impl AbsenceForm {
    pub(super) fn read(&self) -> Result<NewAbsence, FieldErrors> {
        let mut errors = FieldErrors::default();
        let first_day = errors.take("away_from", read_day(&self.away_from));
        let back_on = errors.take("back_on", read_day(&self.back_on));
        let note = errors.take("away_note", Line::<200>::optional(&self.away_note));
        if first_day.zip(back_on).is_some_and(|(first, back)| back <= first) {
            errors.add("back_on", "must be after the first day away");
        }
        let note = note.flatten().map_or_else(String::new, |note| note.to_string());
        let absence =
            || Some(NewAbsence { first_day: first_day?, back_on: back_on?, note: note.clone() });
        absence().filter(|_| errors.is_empty()).ok_or(errors)
    }
}

pub(super) const LABELS: [(&str, &str); 9] = [
    ("hours", "Weekly hours"),
    ("copy", "The copy"),
    ("day", "Day"),
    ("last_day", "Last day"),
    ("day_from", "From and to"),
    ("note", "Note"),
    ("away_from", "First day away"),
    ("back_on", "Back on"),
    ("away_note", "Note"),
];
