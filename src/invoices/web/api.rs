use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, InvoiceError},
        model::{Invoice, Issued, Paper, Show, State, ToMake},
    },
    forms::{CancelForm, InvoiceForm, PaidForm},
    list::{ListQuery, invoices, to_make},
    make::{Asked, ask, usual_form},
    show::read,
};
use crate::{
    accounts::Actor,
    bookings::Party,
    values::{BookingId, InvoiceId, Money},
    web::{Db, Error, Json, Now, Path, Problem, Query},
};

/// An invoice or a credit note, with all it says and what became of it.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct InvoiceJson {
    id: InvoiceId,
    /// Which side the caller is.
    role: Option<Party>,
    state: State,
    document: Paper,
    paid_on: Option<NaiveDate>,
    cancelled_at: Option<DateTime<Utc>>,
    /// Of a cancelled invoice: what took it back.
    credit_note: Option<InvoiceId>,
    /// Of a credit note: the invoice that it takes back.
    corrects: Option<InvoiceId>,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct InvoicesJson {
    items: Vec<InvoiceJson>,
    next: Option<String>,
}

/// A booking that is owed money and has no invoice.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ToMakeJson {
    booking: BookingId,
    title: String,
    artist: String,
    producer: String,
    /// When it began, or was due.
    at: DateTime<Utc>,
    /// Without tax.
    owed: Money,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct ToMakesJson {
    items: Vec<ToMakeJson>,
    next: Option<String>,
}

/// The invoice of a booking, or what it would say.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct BookingInvoiceJson {
    /// The one that stands.
    invoice: Option<InvoiceJson>,
    /// While there is none: what would be written on it, to be sent with changes.
    form: Option<InvoiceForm>,
    /// All that it would say then; its number is counted when it is issued.
    draft: Option<Paper>,
}

impl InvoiceJson {
    fn of(invoice: Invoice, actor: &Actor, now: DateTime<Utc>) -> InvoiceJson {
        InvoiceJson {
            id: invoice.id,
            role: invoice.party(actor.id),
            state: invoice.state(now),
            paid_on: invoice.paid_on,
            cancelled_at: invoice.cancelled_at,
            credit_note: invoice.credit_note,
            corrects: invoice.corrects,
            document: invoice.paper.0,
        }
    }
}

impl From<ToMake> for ToMakeJson {
    fn from(it: ToMake) -> ToMakeJson {
        ToMakeJson {
            booking: it.booking,
            title: it.title,
            artist: it.artist,
            producer: it.producer,
            at: it.at,
            owed: it.owed,
        }
    }
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    id: InvoiceId,
    now: DateTime<Utc>,
) -> Result<Json<InvoiceJson>, Error> {
    let invoice = read(db, actor, id).await?;
    Ok(Json(InvoiceJson::of(invoice, actor, now)))
}

/// The invoices and credit notes that the caller sent or got, the newest first.
#[utoipa::path(get, path = "/invoices", tag = "invoices", params(ListQuery),
    responses((status = 200, body = InvoicesJson), (status = 401, body = Problem)))]
pub(crate) async fn list_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<ListQuery>,
) -> Result<Json<InvoicesJson>, Error> {
    let filter = query.filter(actor.plays, Show::All)?;
    if filter.show == Show::ToMake {
        let elsewhere = "Bookings that have no invoice are at /invoices/to-make.";
        return Err(Error::Unreadable(elsewhere.into()));
    }
    let (found, next) = invoices(&mut db, &actor, filter, now).await?;
    let items = found.into_iter().map(|it| InvoiceJson::of(it, &actor, now)).collect();
    Ok(Json(InvoicesJson { items, next: next.map(|next| next.to_string()) }))
}

/// The caller’s bookings as a player that are owed money and have no invoice, the newest first.
#[utoipa::path(get, path = "/invoices/to-make", tag = "invoices", params(ListQuery),
    responses((status = 200, body = ToMakesJson), (status = 401, body = Problem)))]
pub(crate) async fn to_make_json(
    actor: Actor,
    mut db: Db,
    Query(query): Query<ListQuery>,
) -> Result<Json<ToMakesJson>, Error> {
    let filter = query.filter(actor.plays, Show::All)?;
    let (found, next) = to_make(&mut db, &actor, filter.after).await?;
    let items = found.into_iter().map(ToMakeJson::from).collect();
    Ok(Json(ToMakesJson { items, next: next.map(|next| next.to_string()) }))
}

/// An invoice or a credit note that the caller sent or got.
#[utoipa::path(get, path = "/invoices/{id}", tag = "invoices", params(("id" = InvoiceId, Path)),
    responses((status = 200, body = InvoiceJson),
        (status = 404, description = "none of the caller’s", body = Problem)))]
pub(crate) async fn show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<InvoiceId>,
) -> Result<Json<InvoiceJson>, Error> {
    answer(&mut db, &actor, id, now).await
}

/// The invoice of a booking; for its player, while there is none, what it would say.
#[utoipa::path(get, path = "/bookings/{id}/invoice", tag = "invoices", params(("id" = BookingId, Path)),
    responses((status = 200, body = BookingInvoiceJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 404, description = "none that the caller may know of", body = Problem),
        (status = 409, description = "nothing to invoice, or no billing details yet", body = Problem)))]
pub(crate) async fn making_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<BookingInvoiceJson>, Error> {
    let owing = match ask(&mut db, &actor, id, now).await? {
        Asked::ToMake(owing) => owing,
        Asked::Issued(id) => {
            let invoice = read(&mut db, &actor, id).await?;
            let invoice = Some(InvoiceJson::of(invoice, &actor, now));
            return Ok(Json(BookingInvoiceJson { invoice, form: None, draft: None }));
        }
    };
    let form = usual_form(&mut db, &owing).await?;
    let draft = form.read().ok().map(|wording| owing.paper(&wording, now));
    let seen = draft.as_ref().map(Paper::seen).unwrap_or_default();
    let form = Some(InvoiceForm { seen, ..form });
    Ok(Json(BookingInvoiceJson { invoice: None, form, draft }))
}

/// Issues the invoice for a booking that is done, with its report sealed, or cancelled with something
/// owed. It is never edited: cancel it, and issue another. The producer is told.
#[utoipa::path(post, path = "/bookings/{id}/invoice", tag = "invoices", params(("id" = BookingId, Path)),
    request_body = InvoiceForm,
    responses((status = 201, description = "issued", body = InvoiceJson),
        (status = 200, description = "the booking has this one already", body = InvoiceJson),
        (status = 403, description = "the caller is no side of it", body = Problem),
        (status = 409, description = "nothing to invoice, no billing details yet, or it would say something else than what was seen", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem)))]
pub(crate) async fn issue_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<InvoiceForm>,
) -> Result<(StatusCode, Json<InvoiceJson>), Error> {
    if let Asked::Issued(id) = ask(&mut db, &actor, id, now).await? {
        return Ok((StatusCode::OK, answer(&mut db, &actor, id, now).await?));
    }
    let wording = form.read().map_err(Error::Invalid)?;
    let done = actions::issue(&mut db, &actor, id, (&wording, form.seen()), now).await?;
    let (status, id) = match done {
        Issued::Now(id) => (StatusCode::CREATED, id),
        Issued::Before(id) => (StatusCode::OK, id),
    };
    Ok((status, answer(&mut db, &actor, id, now).await?))
}

/// Says on which day an invoice was paid. For its player.
#[utoipa::path(post, path = "/invoices/{id}/paid", tag = "invoices", params(("id" = InvoiceId, Path)),
    request_body = PaidForm,
    responses((status = 200, body = InvoiceJson),
        (status = 403, description = "the caller got it", body = Problem),
        (status = 409, description = "it is cancelled, or a credit note", body = Problem),
        (status = 422, description = "the day is none, or still to come", body = Problem)))]
pub(crate) async fn mark_paid_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<InvoiceId>,
    Json(form): Json<PaidForm>,
) -> Result<Json<InvoiceJson>, Error> {
    let invoice = read(&mut db, &actor, id).await?;
    invoice.may_be_marked(invoice.party(actor.id)).map_err(InvoiceError::from)?;
    let day = form.read(invoice.zone.date(now)).map_err(Error::Invalid)?;
    actions::mark(&mut db, &actor, id, Some(day), now).await?;
    answer(&mut db, &actor, id, now).await
}

/// Says that an invoice was not paid after all. For its player.
#[utoipa::path(post, path = "/invoices/{id}/unpaid", tag = "invoices", params(("id" = InvoiceId, Path)),
    responses((status = 200, body = InvoiceJson),
        (status = 403, description = "the caller got it", body = Problem),
        (status = 409, description = "it is cancelled, or a credit note", body = Problem)))]
pub(crate) async fn unmark_paid_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<InvoiceId>,
) -> Result<Json<InvoiceJson>, Error> {
    actions::mark(&mut db, &actor, id, None, now).await?;
    answer(&mut db, &actor, id, now).await
}

/// Takes an invoice back with a credit note, which is answered. For its player; the producer is told.
#[utoipa::path(post, path = "/invoices/{id}/cancel", tag = "invoices", params(("id" = InvoiceId, Path)),
    request_body = CancelForm,
    responses((status = 201, description = "cancelled, now or before", body = InvoiceJson),
        (status = 403, description = "the caller got it", body = Problem),
        (status = 409, description = "it is marked paid, or a credit note", body = Problem),
        (status = 422, description = "the reason is missing, or will not do", body = Problem)))]
pub(crate) async fn cancel_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<InvoiceId>,
    Json(form): Json<CancelForm>,
) -> Result<(StatusCode, Json<InvoiceJson>), Error> {
    let invoice = read(&mut db, &actor, id).await?;
    let may = invoice.may_be_cancelled(invoice.party(actor.id));
    let reason = match form.read() {
        Ok(reason) => reason,
        Err(errors) => {
            may.map_err(InvoiceError::from)?;
            return Err(Error::Invalid(errors));
        }
    };
    let credit = actions::cancel(&mut db, &actor, id, &reason, now).await?;
    Ok((StatusCode::CREATED, answer(&mut db, &actor, credit, now).await?))
}
