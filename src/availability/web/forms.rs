use chrono::NaiveDate;
use serde::Deserialize;

use super::super::model::{Calendar, DayPlan, Hours};
use crate::values::{DaySpan, FieldErrors, Line, Minute, read_day};

pub(super) const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Weekly hours as they were typed, in rows: the n-th `from` and `to` belong to the n-th
/// `weekday`. A row without times is left out.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct HoursForm {
    /// 1 for Monday to 7.
    pub(super) weekday: Vec<String>,
    /// `09:00`
    pub(super) from: Vec<String>,
    /// `18:00`; `24:00` is the midnight that ends the day.
    pub(super) to: Vec<String>,
}

/// A row of the form.
#[derive(Clone, Debug)]
pub(super) struct HoursRow {
    pub(super) weekday: usize,
    pub(super) from: String,
    pub(super) to: String,
}

impl HoursForm {
    pub(super) fn of(calendar: &Calendar) -> HoursForm {
        let hours = &calendar.hours.0;
        HoursForm {
            weekday: hours.iter().map(|(weekday, _)| weekday.to_string()).collect(),
            from: hours.iter().map(|(_, span)| span.from().to_string()).collect(),
            to: hours.iter().map(|(_, span)| span.to().to_string()).collect(),
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

    /// Reads what was typed; a fault names its day.
    pub(super) fn read(&self) -> Result<Hours, FieldErrors> {
        let mut errors = FieldErrors::default();
        let mut hours: Vec<(i16, DaySpan)> = Vec::new();
        for (day, from, to) in self.typed() {
            let weekday = day.parse::<i16>().ok().filter(|day| (1..=7).contains(day));
            let Some(weekday) = weekday else {
                errors.add("hours", "have a day that is not one of the week");
                continue;
            };
            let name = DAYS[weekday as usize - 1];
            let span = from
                .parse::<Minute>()
                .and_then(|from| to.parse().map(|to| (from, to)))
                .and_then(|(from, to)| DaySpan::new(from, to));
            match span {
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
        if hours.len() > 70 {
            errors.add("hours", "are more than ten stretches a day");
        }
        if errors.is_empty() { Ok(Hours(hours)) } else { Err(errors) }
    }
}

/// A single day that is not like its weekday, as it was typed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct DayForm {
    /// `2026-12-24`; programs name it in the address.
    pub(super) day: String,
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

    pub(super) fn read(&self) -> Result<(NaiveDate, DayPlan), FieldErrors> {
        let mut errors = FieldErrors::default();
        let day = errors.take("day", read_day(&self.day));
        let note = errors.take("note", Line::<200>::optional(&self.note));
        let times = HoursForm {
            weekday: vec!["1".into(); self.day_from.len().max(self.day_to.len())],
            from: self.day_from.clone(),
            to: self.day_to.clone(),
        };
        let mut spans = Vec::new();
        for (_, from, to) in times.typed() {
            let span = from
                .parse::<Minute>()
                .and_then(|from| to.parse().map(|to| (from, to)))
                .and_then(|(from, to)| DaySpan::new(from, to));
            match errors.take("day_from", span) {
                Some(span) if spans.iter().any(|known: &DaySpan| known.overlaps(span)) => {
                    errors.add("day_from", "overlaps another time of that day");
                }
                Some(span) => spans.push(span),
                None => {}
            }
        }
        let note = note.flatten().map_or_else(String::new, |note| note.to_string());
        match day {
            Some(day) if errors.is_empty() => Ok((day, DayPlan { spans, note })),
            _ => Err(errors),
        }
    }
}

pub(super) const LABELS: [(&str, &str); 4] =
    [("hours", "Weekly hours"), ("day", "Day"), ("day_from", "From and to"), ("note", "Note")];
