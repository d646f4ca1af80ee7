use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::{
    packs::lasting,
    reports::{Papers, ReportItem},
    values::{Money, Slot, Zone},
};

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Stage {
    /// It is not to start yet.
    Ahead,
    /// It was to start, and nobody has marked that it did.
    Due,
    Running,
    /// It runs past its booked end.
    Over,
    /// Its end is marked.
    Ended,
}

/// How a session stands by the clock, and what running over costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::days) struct Clock {
    pub(in crate::days) stage: Stage,
    /// `Began 10:04 CST: 12 min left.`
    pub(in crate::days) said: String,
    /// From when on overtime counts, and at what price.
    pub(in crate::days) overtime: String,
    /// For each begun step, where the terms name an amount, and how many minutes one is.
    pub(in crate::days) step: Option<(Money, u16)>,
    /// What overtime comes to by now, or came to; nothing where the terms name no amount.
    pub(in crate::days) over: Option<Money>,
}

impl Clock {
    /// Of a session in a room; remote work has no clock.
    pub(in crate::days) fn of(papers: &Papers, now: DateTime<Utc>) -> Option<Clock> {
        let (booked, zone) = (papers.booking.when.session()?, papers.booking.zone);
        let marks = papers.marks();
        let (stage, said) = match (marks.started_at, marks.ended_at) {
            (Some(began), Some(ended)) => (Stage::Ended, ended_told(zone, began, ended)),
            (Some(began), None) if now < booked.ends_at() => {
                let left = minutes_up(now, booked.ends_at());
                (Stage::Running, format!("Began {}: {} left.", at(zone, began), lasting(left)))
            }
            (Some(began), None) => {
                let over = lasting(minutes(booked.ends_at(), now));
                (Stage::Over, format!("Began {}: {over} over by now.", at(zone, began)))
            }
            (None, _) if now < booked.starts_at() => {
                let left = lasting(minutes_up(now, booked.starts_at()));
                (Stage::Ahead, format!("Starts in {left}, at {}.", at(zone, booked.starts_at())))
            }
            (None, _) => {
                let late = lasting(minutes(booked.starts_at(), now));
                let start = at(zone, booked.starts_at());
                let said =
                    format!("Was to start at {start}, {late} ago: nobody has marked it yet.");
                (Stage::Due, said)
            }
        };
        let step = step(papers, booked);
        let runs_over = matches!(stage, Stage::Over | Stage::Ended) && papers.seal.is_none();
        let over = match runs_over {
            true => amount(papers, marks.ended_at.unwrap_or(now)),
            false => None,
        };
        let from = at(zone, booked.ends_at());
        let overtime = match step {
            Some((price, length)) => {
                format!("Overtime from {from}: {price} for each {length} min begun.")
            }
            None if is_open(papers, booked) => {
                format!(
                    "Overtime from {from}: the terms name no price, so the two of you agree on it."
                )
            }
            None => format!("Overtime from {from}: the terms say that the fee covers some of it."),
        };
        Some(Clock { stage, said, overtime, step, over })
    }
}

fn ended_told(zone: Zone, began: DateTime<Utc>, ended: DateTime<Utc>) -> String {
    match Slot::new(began, ended) {
        Ok(played) => format!("Played {}.", zone.hours(&played)),
        Err(_) => format!("Ended {}.", at(zone, ended)),
    }
}

/// What one begun step of overtime costs, and how long it is.
fn step(papers: &Papers, booked: Slot) -> Option<(Money, u16)> {
    let length = papers.booking.terms.as_ref()?.rates().overtime_step?;
    let first = amount(papers, booked.ends_at() + chrono::TimeDelta::minutes(1))?;
    (first.minor() > 0).then_some((first, length))
}

/// What overtime comes to for a session that ends then, where the terms name an amount.
fn amount(papers: &Papers, ended: DateTime<Utc>) -> Option<Money> {
    let report = papers.ending(ended);
    let mut lines = report.lines.iter().filter(|line| line.item == ReportItem::Overtime);
    let line = lines.next().filter(|line| !line.is_open)?;
    Some(line.amount)
}

/// Whether overtime is to be agreed on.
fn is_open(papers: &Papers, booked: Slot) -> bool {
    let report = papers.ending(booked.ends_at() + chrono::TimeDelta::minutes(1));
    report.lines.iter().any(|line| line.item == ReportItem::Overtime && line.is_open)
}

/// `10:04 CST`.
fn at(zone: Zone, at: DateTime<Utc>) -> String {
    format!("{} {}", zone.local(at).format("%H:%M"), zone.abbreviation(at))
}

/// Whole minutes that have gone.
fn minutes(from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
    u32::try_from((to - from).num_minutes()).unwrap_or(0)
}

/// Minutes that are left, one begun counted whole.
fn minutes_up(from: DateTime<Utc>, to: DateTime<Utc>) -> u32 {
    u32::try_from(((to - from).num_seconds() + 59) / 60).unwrap_or(0)
}
