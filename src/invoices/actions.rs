use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};

use super::{
    model::{
        Billing, Issued, Owing, Paper, Refusal, Wording, letter_of_credit, letter_of_invoice,
        lines_owed,
    },
    store,
};
use crate::{
    accounts::Actor,
    audit::{self, Deed},
    bookings::{self, Booking, Party},
    outbox, reports,
    values::{AccountId, BookingId, InvoiceId, Line, Prose},
};

#[derive(Debug, thiserror::Error)]
pub(super) enum InvoiceError {
    #[error("There is no such invoice.")]
    NotFound,
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Keeps who somebody is on invoices, and which number their first one has where they say. What was
/// issued before stays as it is.
pub(super) async fn keep_billing(
    db: &mut PgConnection,
    actor: &Actor,
    billing: &Billing,
    first: Option<i32>,
    now: DateTime<Utc>,
) -> Result<(), InvoiceError> {
    let mut tx = db.begin().await?;
    if let (Some(first), Some(player)) = (first, store::find_player(&mut tx, actor.id).await?) {
        store::lock_series(&mut tx, player.id).await?;
        let is_begun = store::is_begun(&mut tx, player.id).await?;
        if is_begun && store::next_number(&mut tx, player.id).await? != first {
            return Err(Refusal::Begun.into());
        }
        store::set_next(&mut tx, player.id, first).await?;
    }
    store::keep_billing(&mut tx, actor.id, billing).await?;
    let deed = Deed {
        actor: Some(actor.id),
        action: "billing.changed",
        subject: "accounts",
        subject_id: Some(actor.id.number()),
        detail: json!({}),
        address: None,
    };
    audit::note(&mut tx, deed, now).await?;
    Ok(tx.commit().await?)
}

/// What an invoice for a booking is made of now, for the player.
pub(super) async fn owing(
    db: &mut PgConnection,
    actor: &Actor,
    booking: Booking,
    now: DateTime<Utc>,
) -> Result<Owing, InvoiceError> {
    match booking.party(actor.id) {
        Some(Party::Musician) => owing_of(db, booking, now).await,
        Some(Party::Producer) => Err(Refusal::NotMadeYet.into()),
        None => Err(Refusal::NotASide.into()),
    }
}

async fn owing_of(
    db: &mut PgConnection,
    booking: Booking,
    now: DateTime<Utc>,
) -> Result<Owing, InvoiceError> {
    let player = store::find_player(db, booking.musician_account).await?;
    let player = player.ok_or(InvoiceError::NotFound)?;
    let sealed = reports::sealed(db, booking.id).await?;
    let lines = lines_owed(&booking, sealed.as_ref(), now)?;
    let billing = store::find_billing(db, booking.musician_account).await?;
    let from = billing.ok_or(Refusal::NoBilling)?;
    let next = store::next_number(db, player.id).await?;
    Ok(Owing { booking, lines, from, zone: player.zone, next })
}

/// Issues the invoice for a booking, provided it says what was `seen`, where that is told; the producer
/// is told. Its number is the next of the player's series.
pub(super) async fn issue(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    (wording, seen): (&Wording, Option<&str>),
    now: DateTime<Utc>,
) -> Result<Issued, InvoiceError> {
    let mut tx = db.begin().await?;
    bookings::lock_with_sides(&mut tx, id).await?;
    let booking = bookings::find(&mut tx, id, actor, now).await?.ok_or(InvoiceError::NotFound)?;
    if booking.party(actor.id) == Some(Party::Musician)
        && let Some(standing) = store::standing(&mut tx, id).await?
    {
        return Ok(Issued::Before(standing));
    }
    let owing = owing(&mut tx, actor, booking, now).await?;
    let paper = owing.paper(wording, now);
    if seen.is_some_and(|seen| seen != paper.seen()) {
        return Err(Refusal::Stale.into());
    }
    let (booking, prefix) = (&owing.booking, &owing.from.prefix);
    let (id, paper) = put(&mut tx, booking, paper, prefix, None, now).await?;
    let letter = letter_of_invoice(booking, id, &paper);
    outbox::tell(&mut tx, booking.producer_id, &letter, now).await?;
    note(&mut tx, actor.id, "invoice.issued", id, json!({ "number": paper.number }), now).await?;
    tx.commit().await?;
    Ok(Issued::Now(id))
}

/// Gives a paper its number and writes it down.
async fn put(
    db: &mut PgConnection,
    booking: &Booking,
    paper: Paper,
    prefix: &str,
    corrects: Option<InvoiceId>,
    now: DateTime<Utc>,
) -> sqlx::Result<(InvoiceId, Paper)> {
    let number = store::take_number(db, booking.musician_id).await?;
    let paper = paper.numbered(prefix, number);
    let id = store::insert(db, booking, (number, &paper), corrects, now).await?;
    Ok((id, paper))
}

/// Takes an invoice back with a credit note, and tells the producer; answers the note. The booking may
/// have another invoice then.
pub(super) async fn cancel(
    db: &mut PgConnection,
    actor: &Actor,
    id: InvoiceId,
    reason: &Prose<500>,
    now: DateTime<Utc>,
) -> Result<InvoiceId, InvoiceError> {
    let mut tx = db.begin().await?;
    let booking = store::find(&mut tx, id, actor.id).await?.ok_or(InvoiceError::NotFound)?;
    let booking = booking.booking_id;
    bookings::lock_with_sides(&mut tx, booking).await?;
    let invoice = store::lock(&mut tx, id, actor.id).await?.ok_or(InvoiceError::NotFound)?;
    if let (Some(Party::Musician), Some(note)) = (invoice.party(actor.id), invoice.credit_note) {
        return Ok(note);
    }
    invoice.may_be_cancelled(invoice.party(actor.id))?;
    let booking = bookings::find_any(&mut tx, booking).await?.ok_or(InvoiceError::NotFound)?;
    let prefix = store::find_billing(&mut tx, actor.id).await?;
    let prefix = prefix.map(|billing| billing.prefix).unwrap_or_default();
    let paper = invoice.paper.credit(reason.as_str(), invoice.zone.date(now));
    store::mark_cancelled(&mut tx, id, now).await?;
    let (credit, paper) = put(&mut tx, &booking, paper, &prefix, Some(id), now).await?;
    let letter = letter_of_credit(&booking, credit, &paper);
    outbox::tell(&mut tx, booking.producer_id, &letter, now).await?;
    let detail = json!({ "credit_note": paper.number });
    note(&mut tx, actor.id, "invoice.cancelled", id, detail, now).await?;
    tx.commit().await?;
    Ok(credit)
}

/// Says on which day an invoice was paid, or that it was not.
pub(super) async fn mark(
    db: &mut PgConnection,
    actor: &Actor,
    id: InvoiceId,
    paid_on: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<(), InvoiceError> {
    let mut tx = db.begin().await?;
    let invoice = store::lock(&mut tx, id, actor.id).await?.ok_or(InvoiceError::NotFound)?;
    invoice.may_be_marked(invoice.party(actor.id))?;
    if invoice.paid_on != paid_on {
        store::mark_paid(&mut tx, id, paid_on).await?;
        note(&mut tx, actor.id, "invoice.marked", id, json!({ "paid_on": paid_on }), now).await?;
    }
    Ok(tx.commit().await?)
}

async fn note(
    db: &mut PgConnection,
    actor: AccountId,
    action: &'static str,
    id: InvoiceId,
    detail: Value,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let deed = Deed {
        actor: Some(actor),
        action,
        subject: "invoices",
        subject_id: Some(id.number()),
        detail,
        address: None,
    };
    audit::note(db, deed, now).await
}

/// The invoice for a booking, issued at `at` with what both sides say of themselves, for the sample
/// world: nobody is told.
pub(crate) async fn add_made(
    db: &mut PgConnection,
    id: BookingId,
    (from, to): (&Billing, &Billing),
    at: DateTime<Utc>,
) -> anyhow::Result<()> {
    let Some(booking) = bookings::find_any(db, id).await? else { return Ok(()) };
    store::keep_billing(db, booking.musician_account, from).await?;
    store::keep_billing(db, booking.producer_id, to).await?;
    let wording = Wording {
        to_name: Line::parse(&to.name)?,
        to_address: Prose::optional(&to.address)?,
        to_tax_number: Line::optional(&to.tax_number)?,
        purchase_number: Line::optional(&to.purchase_number)?,
        note: None,
    };
    let owing = owing_of(db, booking, at).await?;
    let paper = owing.paper(&wording, at);
    put(db, &owing.booking, paper, &owing.from.prefix, None, at).await?;
    Ok(())
}
