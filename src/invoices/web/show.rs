use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, InvoiceError},
        model::{Invoice, Paper, State},
        store,
    },
    forms::{CancelForm, PaidForm},
};
use crate::{
    accounts::Actor,
    bookings::Party,
    values::{FieldErrors, InvoiceId},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// An invoice or a credit note, to be read and printed; its player says what becomes of it.
#[derive(Template)]
#[template(path = "invoices/show.html")]
struct ShowPage {
    frame: Frame,
    paper: Paper,
    state: State,
    is_mine: bool,
    may_be_marked: bool,
    may_be_cancelled: bool,
    invoice: Invoice,
    paid: PaidForm,
    cancel: CancelForm,
    errors: FieldErrors,
}

impl ShowPage {
    fn of(frame: Frame, invoice: Invoice, actor: &Actor, now: DateTime<Utc>) -> ShowPage {
        let party = invoice.party(actor.id);
        let today = invoice.zone.date(now);
        ShowPage {
            frame: frame.at(Section::Bookings),
            paper: invoice.paper.0.clone(),
            state: invoice.state(now),
            is_mine: party == Some(Party::Musician),
            may_be_marked: invoice.may_be_marked(party).is_ok(),
            may_be_cancelled: invoice.may_be_cancelled(party).is_ok(),
            invoice,
            paid: PaidForm { paid_on: today.to_string() },
            cancel: CancelForm::default(),
            errors: FieldErrors::default(),
        }
    }

    fn labels(&self) -> [(&'static str, &'static str); 2] {
        [("paid_on", "The day"), ("reason", "The reason")]
    }

    fn is(&self, word: &str) -> bool {
        self.state.word() == word
    }
}

impl State {
    /// As a program reads it.
    pub(super) fn word(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Overdue => "overdue",
            State::Paid => "paid",
            State::Cancelled => "cancelled",
            State::CreditNote => "credit_note",
        }
    }

    /// As a page says it.
    pub(super) fn told(self) -> &'static str {
        match self {
            State::Open => "To be paid",
            State::Overdue => "Overdue",
            State::Paid => "Paid",
            State::Cancelled => "Cancelled",
            State::CreditNote => "Credit note",
        }
    }
}

/// An invoice that the actor sent or got.
pub(super) async fn read(
    db: &mut PgConnection,
    actor: &Actor,
    id: InvoiceId,
) -> Result<Invoice, InvoiceError> {
    store::find(db, id, actor.id).await?.ok_or(InvoiceError::NotFound)
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<InvoiceId>,
) -> Result<Response, Error> {
    let invoice = read(&mut db, &actor, id).await?;
    Ok(Page::ok(ShowPage::of(frame, invoice, &actor, now)).into_response())
}

pub(crate) async fn mark_paid(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<InvoiceId>,
    Form(form): Form<PaidForm>,
) -> Result<Response, Error> {
    let invoice = read(&mut db, &actor, id).await?;
    invoice.may_be_marked(invoice.party(actor.id)).map_err(InvoiceError::from)?;
    let day = match form.read(invoice.zone.date(now)) {
        Ok(day) => day,
        Err(errors) => {
            let page = ShowPage::of(frame, invoice, &actor, now);
            return Ok(Page::again(ShowPage { paid: form, errors, ..page }).into_response());
        }
    };
    actions::mark(&mut db, &actor, id, Some(day), now).await?;
    Ok(Go::to(format!("/invoices/{id}")).saying("Marked paid.").into_response())
}

pub(crate) async fn unmark_paid(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<InvoiceId>,
) -> Result<Go, Error> {
    actions::mark(&mut db, &actor, id, None, now).await?;
    Ok(Go::to(format!("/invoices/{id}")).saying("It waits to be paid."))
}

pub(crate) async fn cancel(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<InvoiceId>,
    Form(form): Form<CancelForm>,
) -> Result<Response, Error> {
    let invoice = read(&mut db, &actor, id).await?;
    let may = invoice.may_be_cancelled(invoice.party(actor.id));
    let reason = match form.read() {
        Ok(reason) => reason,
        Err(errors) => {
            may.map_err(InvoiceError::from)?;
            let page = ShowPage::of(frame, invoice, &actor, now);
            return Ok(Page::again(ShowPage { cancel: form, errors, ..page }).into_response());
        }
    };
    let credit = actions::cancel(&mut db, &actor, id, &reason, now).await?;
    let said = "Cancelled. This credit note takes it back, and the producer has been told.";
    Ok(Go::to(format!("/invoices/{credit}")).saying(said).into_response())
}
