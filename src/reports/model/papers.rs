use chrono::{DateTime, Utc};

use super::{
    Delay, Mark, Marks, Report, hash_of,
    marks::{EARLY, minute_of},
};
use crate::{
    bookings::{Booking, Kind, Party, Status},
    values::FieldErrors,
};

/// What was written down at some time. Such rows are never changed.
#[derive(Clone, Debug)]
pub(crate) struct Version {
    /// From one, without a gap.
    pub(crate) number: i32,
    pub(crate) by: Party,
    pub(crate) made_at: DateTime<Utc>,
    pub(crate) marks: Marks,
}

/// One side's word for a text.
#[derive(Clone, Debug)]
pub(crate) struct Signature {
    pub(crate) by: Party,
    /// Of the text that was signed.
    pub(crate) sha256: String,
    pub(crate) signed_at: DateTime<Utc>,
}

/// What both sides signed.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    pub(crate) text: String,
    pub(crate) sha256: String,
    pub(crate) report: Report,
    pub(crate) sealed_at: DateTime<Utc>,
}

/// All there is of a booking's report.
#[derive(Clone, Debug)]
pub(crate) struct Papers {
    pub(crate) booking: Booking,
    /// The first first.
    pub(crate) versions: Vec<Version>,
    /// Of any text that ever stood there.
    pub(crate) signatures: Vec<Signature>,
    pub(crate) seal: Option<Seal>,
    /// Of any time it was booked for, the first first.
    pub(in crate::reports) delays: Vec<Delay>,
    /// The account of one of the two sides is deleted.
    pub(crate) somebody_left: bool,
}

/// Why a report stays as it is. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Only the two sides of a booking write its report, and sign it.")]
    NotASide,
    #[error("A booking has a report once it is confirmed.")]
    NotBooked,
    #[error("It is too early: a session is marked from an hour before it is booked to start.")]
    TooEarly,
    #[error("The report is sealed: nobody changes it any more.")]
    Sealed,
    #[error("One of you says that the other did not come: that is settled first.")]
    Disputed,
    #[error("Remote work has no start and no end to mark.")]
    NothingToMark,
    #[error("Nobody has marked the start yet: mark that first, or write both down.")]
    NoStart,
    #[error("The {0} is not marked: that {1}. Write down when it was.")]
    NotNow(&'static str, String),
    #[error(
        "The report was changed meanwhile, in another window or by the other side: read it as it stands now."
    )]
    Stale,
    #[error("The session is not over yet: its report is signed once it has ended.")]
    NotOver,
    #[error("The booking is not marked done yet: of remote work a report is signed after that.")]
    NotDone,
    #[error("Write down when the session started and ended, then sign.")]
    NotMarked,
    #[error("What is written down does not fit the booking as it stands: correct it, then sign.")]
    Unfit,
    #[error("Something is still to be agreed on: write down what it comes to, then sign.")]
    Open,
    #[error("One of the two sides has deleted their account, so nobody can seal this report.")]
    NobodyThere,
}

/// Why nothing is written down.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    Refused(Refusal),
    Invalid(FieldErrors),
}

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault::Refused(refusal)
    }
}

/// What comes of writing.
#[derive(Clone, Debug)]
pub(crate) enum Written {
    /// It stands there already: a second press.
    Same,
    New(Version),
}

/// What comes of signing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Signed {
    /// This side has signed just this: a second press.
    Same,
    /// The first of the two.
    Waits,
    /// The second of the two.
    Seals,
}

impl Papers {
    pub(crate) fn latest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Of the latest version; 0 while nothing is written down.
    pub(crate) fn number(&self) -> i32 {
        self.latest().map_or(0, |version| version.number)
    }

    pub(crate) fn marks(&self) -> Marks {
        self.latest().map(|version| version.marks.clone()).unwrap_or_default()
    }

    pub(crate) fn report(&self) -> Report {
        match &self.seal {
            Some(seal) => seal.report.clone(),
            None => Report::of(self, &self.marks()),
        }
    }

    /// What it would come to, were the session to end then.
    pub(crate) fn ending(&self, at: DateTime<Utc>) -> Report {
        Report::of(self, &Marks { ended_at: Some(minute_of(at)), ..self.marks() })
    }

    pub(crate) fn text(&self) -> String {
        self.seal.as_ref().map_or_else(|| self.report().text(), |seal| seal.text.clone())
    }

    /// Of the text as it stands.
    pub(crate) fn sha256(&self) -> String {
        self.seal.as_ref().map_or_else(|| hash_of(&self.text()), |seal| seal.sha256.clone())
    }

    /// A side's signature of the text as it stands.
    pub(crate) fn signed(&self, by: Party) -> Option<&Signature> {
        let sha256 = self.sha256();
        self.signatures.iter().find(|one| one.by == by && one.sha256 == sha256)
    }

    /// Whether there is a report to speak of.
    pub(crate) fn exists(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        match self.booking.stands(now) {
            Status::Confirmed | Status::Done => Ok(()),
            _ => Err(Refusal::NotBooked),
        }
    }

    /// Whether `by` may write anything down now.
    pub(crate) fn may_write(
        &self,
        by: Option<Party>,
        now: DateTime<Utc>,
    ) -> Result<Party, Refusal> {
        let by = by.ok_or(Refusal::NotASide)?;
        self.exists(now)?;
        if self.seal.is_some() {
            return Err(Refusal::Sealed);
        }
        if self.booking.is_disputed {
            return Err(Refusal::Disputed);
        }
        match self.booking.when.session() {
            Some(booked) if now < booked.starts_at() - EARLY => Err(Refusal::TooEarly),
            _ => Ok(by),
        }
    }

    /// What writing `marks` over version `number` comes to.
    pub(crate) fn write(
        &self,
        by: Option<Party>,
        number: i32,
        marks: &Marks,
        now: DateTime<Utc>,
    ) -> Result<Written, Fault> {
        let by = self.may_write(by, now)?;
        if self.marks() == *marks {
            return Ok(Written::Same);
        }
        if number != self.number() {
            return Err(Refusal::Stale.into());
        }
        let faults = marks.faults(&self.booking, now);
        if !faults.is_empty() {
            return Err(Fault::Invalid(faults));
        }
        Ok(Written::New(Version { number: number + 1, by, made_at: now, marks: marks.clone() }))
    }

    /// What marking the start or the end now comes to. A mark that stands is corrected, not set anew.
    pub(crate) fn mark(
        &self,
        by: Option<Party>,
        mark: Mark,
        now: DateTime<Utc>,
    ) -> Result<Written, Refusal> {
        self.may_write(by, now)?;
        if self.booking.when.kind() == Kind::Remote {
            return Err(Refusal::NothingToMark);
        }
        let (marks, at) = (self.marks(), Some(minute_of(now)));
        let (field, word, marks) = match mark {
            Mark::Start if marks.started_at.is_some() => return Ok(Written::Same),
            Mark::End if marks.ended_at.is_some() => return Ok(Written::Same),
            Mark::End if marks.started_at.is_none() => return Err(Refusal::NoStart),
            Mark::Start => ("started", "start", Marks { started_at: at, ..marks }),
            Mark::End => ("ended", "end", Marks { ended_at: at, ..marks }),
        };
        self.write(by, self.number(), &marks, now).map_err(|fault| match fault {
            Fault::Refused(refusal) => refusal,
            Fault::Invalid(faults) => match faults.on(field).first() {
                Some(problem) => Refusal::NotNow(word, problem.clone()),
                None => Refusal::Unfit,
            },
        })
    }

    /// What comes of `by` signing the text with this hash.
    pub(crate) fn sign(
        &self,
        by: Option<Party>,
        sha256: &str,
        now: DateTime<Utc>,
    ) -> Result<Signed, Refusal> {
        let by = by.ok_or(Refusal::NotASide)?;
        self.exists(now)?;
        let is_this = sha256.trim() == self.sha256();
        if is_this && self.signed(by).is_some() {
            return Ok(Signed::Same);
        }
        self.may_be_signed(now)?;
        match (is_this, self.signed(by.other())) {
            (false, _) => Err(Refusal::Stale),
            (true, None) => Ok(Signed::Waits),
            (true, Some(_)) => Ok(Signed::Seals),
        }
    }

    /// Whether the report is fit to be signed as it stands.
    pub(crate) fn may_be_signed(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        self.exists(now)?;
        let booking = &self.booking;
        let is_room = booking.when.kind() == Kind::Room;
        if self.seal.is_some() {
            Err(Refusal::Sealed)
        } else if booking.is_disputed {
            Err(Refusal::Disputed)
        } else if self.somebody_left {
            Err(Refusal::NobodyThere)
        } else if is_room && !booking.when.is_over(now) {
            Err(Refusal::NotOver)
        } else if !is_room && booking.status != Status::Done {
            Err(Refusal::NotDone)
        } else if is_room && self.marks().played().is_none() {
            Err(Refusal::NotMarked)
        } else if !self.marks().faults(booking, now).is_empty() {
            Err(Refusal::Unfit)
        } else if self.report().lines.iter().any(|line| line.is_open) {
            Err(Refusal::Open)
        } else {
            Ok(())
        }
    }
}
