use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Marks, Papers, ReportDelay};
use crate::{
    bookings::{Booking, Kind},
    packs::{self, Item, Job, Quote, Terms, lasting},
    values::{BookingId, Money},
};

/// What the text of a report begins with: another form would be another number.
const FORM: &str = "First Call session report, form 1";

/// What a line is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ReportItem {
    /// What was agreed on.
    Fee,
    Overtime,
    Doubling,
    /// Paid to the pension fund besides.
    Pension,
    /// Paid to the health fund besides.
    Health,
}

/// An amount with the sentence that explains it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct ReportLine {
    pub(crate) item: ReportItem,
    pub(crate) sentence: String,
    pub(crate) amount: Money,
    /// The terms name no amount, and nobody has written one down yet: nothing is counted.
    pub(crate) is_open: bool,
}

/// The whole of it, as it is signed. What is sealed stays this, whatever becomes of names and terms.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Report {
    pub(crate) booking: BookingId,
    /// How often it was changed: nothing is written down yet in version 0.
    pub(crate) version: i32,
    pub(crate) title: String,
    pub(crate) artist: String,
    pub(crate) producer: String,
    pub(crate) musician: String,
    pub(crate) instrument: String,
    pub(crate) kind: Kind,
    /// Empty when remote.
    pub(crate) place: String,
    /// The clock of the room, or the player's when remote.
    pub(crate) zone: String,
    /// In a room: when it was booked for.
    pub(crate) booked_from: Option<DateTime<Utc>>,
    pub(crate) booked_to: Option<DateTime<Utc>>,
    /// Remote.
    pub(crate) due_at: Option<DateTime<Utc>>,
    pub(crate) started_at: Option<DateTime<Utc>>,
    pub(crate) ended_at: Option<DateTime<Utc>>,
    /// What was said of being late, where it began late.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) delays: Vec<ReportDelay>,
    /// Minutes, as the overtime.
    pub(crate) rests: i16,
    pub(crate) overtime: u16,
    /// Instruments beside those that were booked.
    pub(crate) doubles: i16,
    pub(crate) songs: Option<i16>,
    /// The terms that were pinned to the booking, where there are any.
    pub(crate) terms: Option<String>,
    pub(crate) lines: Vec<ReportLine>,
    /// What is due to the player.
    pub(crate) total: Money,
    /// What the producer pays to the funds besides, by the terms.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) besides: Vec<ReportLine>,
}

impl ReportItem {
    pub(crate) fn word(self) -> &'static str {
        match self {
            ReportItem::Fee => "fee",
            ReportItem::Overtime => "overtime",
            ReportItem::Doubling => "doubling",
            ReportItem::Pension => "pension",
            ReportItem::Health => "health",
        }
    }
}

impl Report {
    /// Of what `marks` say, in the place of those written down last.
    pub(super) fn of(papers: &Papers, marks: &Marks) -> Report {
        let booking = &papers.booking;
        let session = booking.when.session();
        let lines = lines(booking, marks);
        let total = lines.iter().map(|line| line.amount.minor()).sum();
        let total = Money::new(total, booking.fee.currency());
        Report {
            booking: booking.id,
            version: papers.number(),
            title: booking.title.clone(),
            artist: booking.artist.clone(),
            producer: booking.producer.clone(),
            musician: booking.musician.clone(),
            instrument: booking.instrument.clone(),
            kind: booking.when.kind(),
            place: booking.place.clone(),
            zone: booking.zone.to_string(),
            booked_from: session.map(|slot| slot.starts_at()),
            booked_to: session.map(|slot| slot.ends_at()),
            due_at: if session.is_none() { Some(booking.when.starts_at()) } else { None },
            started_at: marks.started_at,
            ended_at: marks.ended_at,
            delays: papers.delays_that_mattered(),
            rests: marks.rests,
            overtime: session.map_or(0, |slot| marks.overtime(slot)),
            doubles: marks.doubles,
            songs: marks.songs,
            terms: booking.terms.as_ref().map(|terms| terms.told()),
            besides: besides(booking, total),
            lines,
            total,
        }
    }

    /// What it costs the producer, with what goes to the funds.
    pub(in crate::reports) fn cost(&self) -> Money {
        let besides: i64 = self.besides.iter().map(|line| line.amount.minor()).sum();
        Money::new(self.total.minor() + besides, self.total.currency())
    }

    /// The canonical text: a fact a line, in this order, `name: value`, what is not known left out;
    /// instants in UTC, amounts as currency and decimal figures. UTF-8, each line ended by one LF.
    /// Whoever has it can make its hash anew.
    pub(in crate::reports) fn text(&self) -> String {
        let mut text = format!("{FORM}\n");
        let mut say = |name: &str, value: Option<String>| {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                text.push_str(&format!("{name}: {}\n", on_one_line(&value)));
            }
        };
        let kind = match self.kind {
            Kind::Room => "room",
            Kind::Remote => "remote",
        };
        say("booking", Some(self.booking.to_string()));
        say("version", Some(self.version.to_string()));
        say("title", Some(self.title.clone()));
        say("artist", Some(self.artist.clone()));
        say("producer", Some(self.producer.clone()));
        say("musician", Some(self.musician.clone()));
        say("instrument", Some(self.instrument.clone()));
        say("kind", Some(kind.into()));
        say("place", Some(self.place.clone()));
        say("zone", Some(self.zone.clone()));
        say("booked from", self.booked_from.map(stamp));
        say("booked to", self.booked_to.map(stamp));
        say("due", self.due_at.map(stamp));
        say("started", self.started_at.map(stamp));
        say("ended", self.ended_at.map(stamp));
        for delay in &self.delays {
            let (said_at, minutes) = (stamp(delay.said_at), delay.minutes);
            say("late", Some(format!("{}; {minutes} minutes, said {said_at}", delay.name)));
        }
        say("rests in minutes", self.started_at.map(|_| self.rests.to_string()));
        say("overtime in minutes", self.ended_at.map(|_| self.overtime.to_string()));
        say("more instruments", Some(self.doubles.to_string()));
        say("songs", self.songs.map(|songs| songs.to_string()));
        say("counted by", self.terms.clone());
        for line in &self.lines {
            let told = format!("{}; {}", figures(line.amount), line.sentence);
            say(line.item.word(), Some(told));
        }
        say("total", Some(figures(self.total)));
        for line in &self.besides {
            let told = format!("{}; {}", figures(line.amount), line.sentence);
            say(line.item.word(), Some(told));
        }
        text
    }
}

/// SHA-256 in hex.
pub(in crate::reports) fn hash_of(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

pub(in crate::reports) fn stamp(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn figures(amount: Money) -> String {
    format!("{} {}", amount.currency(), amount.typed())
}

fn on_one_line(value: &str) -> String {
    value
        .split(|c: char| c.is_control() || c.is_whitespace() && c != '\u{a0}')
        .collect::<Vec<_>>()
        .join(" ")
}

/// What goes to the funds besides, by the terms that were pinned.
fn besides(booking: &Booking, total: Money) -> Vec<ReportLine> {
    let funds = booking.terms.as_ref().and_then(|terms| terms.funds(&booking.job(), total).ok());
    let line = |line: packs::Line| ReportLine {
        item: if line.item == Item::Health { ReportItem::Health } else { ReportItem::Pension },
        sentence: line.sentence,
        amount: line.amount,
        is_open: false,
    };
    funds.unwrap_or_default().into_iter().map(line).collect()
}

/// What the work comes to, line by line; the first is what was agreed on.
pub(super) fn lines(booking: &Booking, marks: &Marks) -> Vec<ReportLine> {
    let fee = booking.fee;
    let line = |item, sentence, amount| ReportLine { item, sentence, amount, is_open: false };
    let agreed = |item, what: &str, minor: Option<i64>| ReportLine {
        item,
        sentence: match minor {
            Some(_) => format!("{what}: as agreed."),
            None => format!("{what}: to be agreed on."),
        },
        amount: Money::new(minor.unwrap_or(0), fee.currency()),
        is_open: minor.is_none(),
    };
    let session = booking.when.session();
    let length = session.map(|slot| u16::try_from(slot.length().num_minutes()).unwrap_or(u16::MAX));
    let booked = booking.job();
    let more = u16::try_from(marks.doubles).unwrap_or(0);
    let job = Job { doubles: booked.doubles.saturating_add(more), ..booked.clone() };
    // Figures in another currency say nothing of this fee.
    let terms = booking.terms.as_ref().map(|terms| &terms.0);
    let terms: Option<&Terms> = terms.filter(|terms| terms.currency == fee.currency());

    let what = match (length, marks.songs) {
        (Some(minutes), _) => format!("Session, {}", lasting(minutes.into())),
        (None, None) => "Recorded remotely".into(),
        (None, Some(1)) => "1 song, recorded remotely".into(),
        (None, Some(songs)) => format!("{songs} songs, recorded remotely"),
    };
    let mut lines = vec![line(ReportItem::Fee, format!("{what}: the fee agreed on."), fee)];
    let over = session.map_or(0, |slot| marks.overtime(slot));
    if over > 0 {
        let what = format!("Overtime, {}", lasting(over.into()));
        let counted = terms.and_then(|terms| terms.overtime(&job, over).ok());
        match counted.map(|quote: Quote| quote.lines) {
            None => lines.push(agreed(ReportItem::Overtime, &what, marks.overtime_fee)),
            Some(counted) if counted.is_empty() => {
                let sentence = format!("{what}: by the terms the fee covers it.");
                lines.push(line(ReportItem::Overtime, sentence, Money::new(0, fee.currency())));
            }
            Some(counted) => lines.extend(counted.into_iter().filter_map(|one| {
                match (one.item, one.is_by_agreement) {
                    (Item::Overtime, true) => {
                        Some(agreed(ReportItem::Overtime, &what, marks.overtime_fee))
                    }
                    (Item::Overtime, false) => {
                        Some(line(ReportItem::Overtime, one.sentence, one.amount))
                    }
                    // It is agreed on once, for fee and overtime together.
                    (_, true) => None,
                    (_, false) => {
                        let sentence = format!("On overtime: {}", one.sentence);
                        Some(line(ReportItem::Doubling, sentence, one.amount))
                    }
                }
            })),
        }
    }
    if marks.doubles > 0 {
        let doubling = |job: &Job| {
            let quote = terms.and_then(|terms| terms.quote(job).ok())?;
            quote.lines.into_iter().find(|line| line.item == Item::Doubling)
        };
        let counted = doubling(&job).filter(|counted| !counted.is_by_agreement);
        lines.push(match (counted, doubling(&booked)) {
            (Some(counted), None) => line(ReportItem::Doubling, counted.sentence, counted.amount),
            (Some(all), Some(paid)) => {
                let beside = Money::new(all.amount.minor() - paid.amount.minor(), fee.currency());
                let sentence =
                    format!("{} Less {} that the fee has for it.", all.sentence, paid.amount);
                line(ReportItem::Doubling, sentence, beside)
            }
            (None, _) => {
                let s = if marks.doubles == 1 { "" } else { "s" };
                let what = format!("Doubling, {} more instrument{s}", marks.doubles);
                agreed(ReportItem::Doubling, &what, marks.doubles_fee)
            }
        });
    }
    lines
}
