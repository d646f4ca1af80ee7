use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::super::model::{Marks, Papers};
use crate::{
    values::{BadDaySpan, FieldErrors, Minute, Money, NotDay, NotLocalTime, read_day},
    web,
};

/// What was played, as it was typed. What is left out is not known, or nothing.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct ReportForm {
    /// The number of the version it was written over, so that nobody writes over what they have not
    /// read.
    #[serde(deserialize_with = "web::text_or_number")]
    pub(super) version: String,
    /// By the clock of the room: `2026-12-08`; left out, the day it was booked for.
    pub(super) started_on: String,
    /// `10:00`.
    pub(super) started: String,
    pub(super) ended_on: String,
    pub(super) ended: String,
    /// Minutes.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "20")]
    pub(super) rests: String,
    /// Instruments beside the first.
    #[serde(deserialize_with = "web::text_or_number")]
    #[schema(example = "1")]
    pub(super) doubles: String,
    /// Of remote work: how many were recorded.
    #[serde(deserialize_with = "web::text_or_number")]
    pub(super) songs: String,
    /// What overtime comes to where the terms do not say, in the fee's currency: `65.00`.
    pub(super) overtime_fee: String,
    /// What doubling comes to where the terms do not say.
    pub(super) doubles_fee: String,
}

/// Each field's label, for the summary above a form that came back.
pub(super) const LABELS: [(&str, &str); 10] = [
    ("version", "The version"),
    ("started_on", "Day of the start"),
    ("started", "Start"),
    ("ended_on", "Day of the end"),
    ("ended", "End"),
    ("rests", "Rests"),
    ("doubles", "More instruments"),
    ("songs", "Songs"),
    ("overtime_fee", "For overtime"),
    ("doubles_fee", "For doubling"),
];

#[derive(Debug, thiserror::Error)]
enum BadTime {
    #[error(transparent)]
    Day(#[from] NotDay),
    #[error(transparent)]
    Time(#[from] BadDaySpan),
    #[error(transparent)]
    Local(#[from] NotLocalTime),
}

impl ReportForm {
    pub(super) fn of(papers: &Papers) -> ReportForm {
        let (marks, zone) = (papers.marks(), papers.booking.zone);
        let day = |at: Option<DateTime<Utc>>| {
            let at = at.unwrap_or(papers.booking.when.starts_at());
            zone.date(at).to_string()
        };
        let time = |at: Option<DateTime<Utc>>| {
            at.map(|at| zone.local(at).format("%H:%M").to_string()).unwrap_or_default()
        };
        let money = |minor: Option<i64>| {
            let currency = papers.booking.fee.currency();
            minor.map(|minor| Money::new(minor, currency).typed()).unwrap_or_default()
        };
        ReportForm {
            version: papers.number().to_string(),
            started_on: day(marks.started_at),
            started: time(marks.started_at),
            ended_on: day(marks.ended_at.or(marks.started_at)),
            ended: time(marks.ended_at),
            rests: marks.rests.to_string(),
            doubles: marks.doubles.to_string(),
            songs: marks.songs.map(|songs| songs.to_string()).unwrap_or_default(),
            overtime_fee: money(marks.overtime_fee),
            doubles_fee: money(marks.doubles_fee),
        }
    }

    /// The version it was written over, and what it says.
    pub(super) fn read(&self, papers: &Papers) -> Result<(i32, Marks), FieldErrors> {
        let mut errors = FieldErrors::default();
        let number = self.version.trim().parse().map_err(|_| "is missing: reload the page");
        let number: Option<i32> = errors.take("version", number);
        let known = papers.marks();
        let started_at = self.read_start(papers, &known, &mut errors);
        let ended_at = self.read_end(papers, &known, started_at.flatten(), &mut errors);
        let rests = count(&self.rests, 0..=840, "are whole minutes, from 0 to 840");
        let rests = errors.take("rests", rests);
        let doubles = count(&self.doubles, 0..=9, "are a whole number from 0 to 9");
        let doubles = errors.take("doubles", doubles);
        let songs = match self.songs.trim() {
            "" => Some(None),
            songs => {
                let songs = count(songs, 1..=99, "are a whole number from 1 to 99");
                errors.take("songs", songs.map(Some))
            }
        };
        let currency = papers.booking.fee.currency();
        let mut money = |field, text: &str| match text.trim() {
            "" => Some(None),
            text => {
                let read = Money::parse(text, currency);
                errors.take(field, read.map(|money| Some(money.minor())))
            }
        };
        let overtime_fee = money("overtime_fee", &self.overtime_fee);
        let doubles_fee = money("doubles_fee", &self.doubles_fee);
        let read = || {
            let marks = Marks {
                started_at: started_at?,
                ended_at: ended_at?,
                rests: rests?,
                doubles: doubles?,
                songs: songs?,
                overtime_fee: overtime_fee?,
                doubles_fee: doubles_fee?,
            };
            Some((number?, marks))
        };
        // Whatever is missing or wrong has left its fault.
        read().filter(|_| errors.is_empty()).ok_or(errors)
    }

    fn read_start(
        &self,
        papers: &Papers,
        known: &Marks,
        errors: &mut FieldErrors,
    ) -> Option<Option<DateTime<Utc>>> {
        let read = read_time(papers, (&self.started_on, &self.started), known.started_at, None);
        take_time(read, ("started_on", "started"), errors)
    }

    fn read_end(
        &self,
        papers: &Papers,
        known: &Marks,
        started_at: Option<DateTime<Utc>>,
        errors: &mut FieldErrors,
    ) -> Option<Option<DateTime<Utc>>> {
        let read = read_time(papers, (&self.ended_on, &self.ended), known.ended_at, started_at);
        take_time(read, ("ended_on", "ended"), errors)
    }
}

fn count(
    text: &str,
    fits: std::ops::RangeInclusive<i16>,
    otherwise: &'static str,
) -> Result<i16, &'static str> {
    match text.trim() {
        "" => Ok(0),
        text => text.parse().ok().filter(|number| fits.contains(number)).ok_or(otherwise),
    }
}

/// An instant by the booking's clock, or nothing. One that the clocks tell twice is the one that
/// stands there already; else the first, or after `later_than` the second.
fn read_time(
    papers: &Papers,
    (day, time): (&str, &str),
    known: Option<DateTime<Utc>>,
    later_than: Option<DateTime<Utc>>,
) -> Result<Option<DateTime<Utc>>, BadTime> {
    let zone = papers.booking.zone;
    if time.trim().is_empty() {
        return Ok(None);
    }
    let day = match day.trim() {
        "" => papers.booking.when.day(zone),
        day => read_day(day)?,
    };
    let local = time.parse::<Minute>()?.on(day).ok_or(NotDay::OutOfReach)?;
    if let Some(known) = known.filter(|known| zone.local(*known) == local) {
        return Ok(Some(known));
    }
    let at = zone.read(local)?;
    let is_later = later_than.is_none_or(|then| at > then);
    Ok(Some(if is_later { at } else { zone.end(local) }))
}

fn take_time(
    read: Result<Option<DateTime<Utc>>, BadTime>,
    (day, time): (&'static str, &'static str),
    errors: &mut FieldErrors,
) -> Option<Option<DateTime<Utc>>> {
    let field = if matches!(read, Err(BadTime::Day(_))) { day } else { time };
    errors.take(field, read)
}

/// Which text is signed.
#[derive(Clone, Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(default)]
pub(crate) struct SignForm {
    /// The SHA-256 of the text that was read, in hex: `sha256` of the report.
    pub(super) sha256: String,
}
