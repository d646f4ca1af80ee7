use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, InvoiceError},
        model::{Issued, Owing, Paper, Refusal},
        store,
    },
    forms::{INVOICE_LABELS, InvoiceForm},
};
use crate::{
    accounts::Actor,
    bookings::{self, Booking},
    values::{BookingId, FieldErrors, InvoiceId},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// An invoice before it is issued: what is written on it, and all it would say.
#[derive(Template)]
#[template(path = "invoices/make.html")]
struct MakePage {
    frame: Frame,
    booking: Booking,
    /// As it would be, unless another is issued before.
    number: String,
    /// All that it would say; none while what is typed will not do.
    draft: Option<Paper>,
    form: InvoiceForm,
    errors: FieldErrors,
    refusal: Option<String>,
}

impl MakePage {
    fn of(frame: Frame, owing: &Owing, form: InvoiceForm, now: DateTime<Utc>) -> MakePage {
        let (draft, errors) = match form.read() {
            Ok(wording) => (Some(owing.paper(&wording, now)), FieldErrors::default()),
            Err(errors) => (None, errors),
        };
        let seen = draft.as_ref().map(Paper::seen).unwrap_or_default();
        MakePage {
            frame: frame.at(Section::Bookings),
            booking: owing.booking.clone(),
            number: format!("{}{}", owing.from.prefix, owing.next),
            draft,
            form: InvoiceForm { seen, ..form },
            errors,
            refusal: None,
        }
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &INVOICE_LABELS
    }
}

/// What comes of asking for the invoice of a booking.
pub(super) enum Asked {
    /// It is there.
    Issued(InvoiceId),
    ToMake(Box<Owing>),
}

/// The invoice of a booking, for either of its sides, or what it is made of, for the player.
pub(super) async fn ask(
    db: &mut PgConnection,
    actor: &Actor,
    id: BookingId,
    now: DateTime<Utc>,
) -> Result<Asked, InvoiceError> {
    let booking = bookings::find(db, id, actor, now).await?.ok_or(InvoiceError::NotFound)?;
    booking.party(actor.id).ok_or(Refusal::NotASide)?;
    match store::standing(db, id).await? {
        Some(standing) => Ok(Asked::Issued(standing)),
        None => Ok(Asked::ToMake(Box::new(actions::owing(db, actor, booking, now).await?))),
    }
}

/// What would be written on it, by what the producer says of themselves.
pub(super) async fn usual_form(db: &mut PgConnection, owing: &Owing) -> sqlx::Result<InvoiceForm> {
    let payer = store::find_billing(db, owing.booking.producer_id).await?;
    Ok(InvoiceForm::to(&owing.booking, payer.as_ref()))
}

/// Where a player goes who has not said yet who they are.
fn billing_first(id: BookingId) -> Response {
    let to = format!("/account/billing?booking={id}");
    Go::to(to).saying(Refusal::NoBilling.to_string()).into_response()
}

pub(crate) async fn making(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    match ask(&mut db, &actor, id, now).await {
        Ok(Asked::Issued(id)) => Ok(Go::to(format!("/invoices/{id}")).into_response()),
        Ok(Asked::ToMake(owing)) => {
            let form = usual_form(&mut db, &owing).await?;
            Ok(Page::ok(MakePage::of(frame, &owing, form, now)).into_response())
        }
        Err(InvoiceError::Refused(Refusal::NoBilling)) => Ok(billing_first(id)),
        Err(error) => Err(error.into()),
    }
}

pub(crate) async fn issue(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<InvoiceForm>,
) -> Result<Response, Error> {
    let owing = match ask(&mut db, &actor, id, now).await {
        Ok(Asked::Issued(id)) => return Ok(issued(Issued::Before(id))),
        Ok(Asked::ToMake(owing)) => owing,
        Err(InvoiceError::Refused(Refusal::NoBilling)) => return Ok(billing_first(id)),
        Err(error) => return Err(error.into()),
    };
    let Ok(wording) = form.read() else {
        return Ok(Page::again(MakePage::of(frame, &owing, form, now)).into_response());
    };
    if form.then != "issue" {
        return Ok(Page::ok(MakePage::of(frame, &owing, form, now)).into_response());
    }
    // A page always says what it showed.
    match actions::issue(&mut db, &actor, id, (&wording, Some(form.seen.trim())), now).await {
        Ok(done) => Ok(issued(done)),
        Err(InvoiceError::Refused(Refusal::Stale)) => {
            let why = Error::from(InvoiceError::from(Refusal::Stale));
            let (status, refusal) = (why.status(), Some(why.to_string()));
            let page = MakePage::of(frame, &owing, form, now);
            Ok(Page(status, MakePage { refusal, ..page }).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

fn issued(done: Issued) -> Response {
    let (id, said) = match done {
        Issued::Now(id) => (id, "Issued. The producer has been told."),
        Issued::Before(id) => (id, "This booking has its invoice already."),
    };
    Go::to(format!("/invoices/{id}")).saying(said).into_response()
}
