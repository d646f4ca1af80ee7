use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::types::Json;

use super::{Paper, PaperLine};
use crate::{
    bookings::{Booking, Party, Status},
    reports::Report,
    values::{AccountId, BookingId, InvoiceId, Zone},
};

/// An invoice or a credit note, and what became of it.
#[derive(Clone, Debug)]
pub(crate) struct Invoice {
    pub(crate) id: InvoiceId,
    pub(crate) booking_id: BookingId,
    pub(crate) musician_account: AccountId,
    pub(crate) payer_id: AccountId,
    /// The player's clock, by which its days are told.
    pub(crate) zone: Zone,
    pub(crate) paper: Json<Paper>,
    pub(crate) paid_on: Option<NaiveDate>,
    pub(crate) cancelled_at: Option<DateTime<Utc>>,
    /// Of a credit note: the invoice that it takes back.
    pub(crate) corrects: Option<InvoiceId>,
    /// Of a cancelled invoice: what took it back.
    pub(crate) credit_note: Option<InvoiceId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Waits to be paid.
    Open,
    /// As open, and its day is past.
    Overdue,
    Paid,
    Cancelled,
    CreditNote,
}

/// What comes of issuing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Issued {
    Now(InvoiceId),
    /// The booking has its invoice: a second press.
    Before(InvoiceId),
}

/// Why an invoice is not made, or stays as it is. Fit to be shown.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("Only the two sides of a booking have to do with its invoice.")]
    NotASide,
    #[error("No invoice has been made out for this booking yet: that is for the player to do.")]
    NotMadeYet,
    #[error("Only the player does that to an invoice.")]
    NotYours,
    #[error(
        "An invoice is made out once the work is marked done, or cancelled with something owed."
    )]
    NotDone,
    #[error(
        "An invoice goes by the report of the session: it is made out once both sides have signed that."
    )]
    NotSealed,
    #[error("Nothing is owed for this booking.")]
    NothingOwed,
    #[error("Say first who you are on invoices: your name and address, and how you are paid.")]
    NoBilling,
    #[error("It would say something else than what was shown: read it as it would stand now.")]
    Stale,
    #[error("A credit note is not paid or cancelled: it takes an invoice back.")]
    OfCreditNote,
    #[error("This invoice is cancelled.")]
    Cancelled,
    #[error(
        "This invoice is marked paid: take that mark away first, if the money went back or never came."
    )]
    Paid,
    #[error("Your first invoice has its number: those after it follow.")]
    Begun,
}

impl Invoice {
    pub(crate) fn party(&self, account: AccountId) -> Option<Party> {
        if account == self.musician_account {
            Some(Party::Musician)
        } else if account == self.payer_id {
            Some(Party::Producer)
        } else {
            None
        }
    }

    pub(crate) fn state(&self, now: DateTime<Utc>) -> State {
        if self.corrects.is_some() {
            State::CreditNote
        } else if self.cancelled_at.is_some() {
            State::Cancelled
        } else if self.paid_on.is_some() {
            State::Paid
        } else if self.paper.due_on.is_some_and(|due| due < self.zone.date(now)) {
            State::Overdue
        } else {
            State::Open
        }
    }

    /// Whether `by` may say when it was paid, or that it was not.
    pub(crate) fn may_be_marked(&self, by: Option<Party>) -> Result<(), Refusal> {
        self.is_for(by)?;
        match (self.corrects, self.cancelled_at) {
            (Some(_), _) => Err(Refusal::OfCreditNote),
            (None, Some(_)) => Err(Refusal::Cancelled),
            (None, None) => Ok(()),
        }
    }

    /// Whether `by` may take it back with a credit note.
    pub(crate) fn may_be_cancelled(&self, by: Option<Party>) -> Result<(), Refusal> {
        self.may_be_marked(by)?;
        if self.paid_on.is_some() { Err(Refusal::Paid) } else { Ok(()) }
    }

    fn is_for(&self, by: Option<Party>) -> Result<(), Refusal> {
        match by {
            Some(Party::Musician) => Ok(()),
            Some(Party::Producer) => Err(Refusal::NotYours),
            None => Err(Refusal::NotASide),
        }
    }
}

/// What is owed for a booking, line by line: by its report once that is `sealed`, or by what its terms
/// say of cancelling.
pub(in crate::invoices) fn lines_owed(
    booking: &Booking,
    sealed: Option<&Report>,
    now: DateTime<Utc>,
) -> Result<Vec<PaperLine>, Refusal> {
    let lines: Vec<PaperLine> = match booking.stands(now) {
        Status::Done => {
            let report = sealed.ok_or(Refusal::NotSealed)?;
            let line = |sentence: &String, amount| PaperLine { sentence: sentence.clone(), amount };
            report.lines.iter().map(|it| line(&it.sentence, it.amount)).collect()
        }
        Status::Cancelled => {
            let sentence = "Cancelled: what is owed by the terms it was asked under.".to_owned();
            booking.owed.map(|amount| PaperLine { sentence, amount }).into_iter().collect()
        }
        _ => return Err(Refusal::NotDone),
    };
    let owed = lines.iter().map(|line| line.amount.minor()).sum::<i64>();
    if owed > 0 { Ok(lines) } else { Err(Refusal::NothingOwed) }
}
