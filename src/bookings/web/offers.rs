//! Other terms: the form, the sending of it, and its JSON.

use askama::Template;
use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        actions::{self, BookingError, Offered},
        model::{
            BadAsk, Became, Booking, Kind, Offer, OfferTerms, Party, Refusal, Status, Times, Verb,
            When,
        },
        store,
    },
    api::BookingJson,
    forms::CallForm,
    show::refused,
    views::{Asked, DayView},
};
use crate::{
    accounts::Actor,
    availability::{self, Calendar},
    values::{BookingId, FieldErrors, Line, Money, OfferId, Prose, Secret, Slot},
    web::{Db, Error, Form, Frame, Go, Json, Now, Page, Path, Problem, Section, filters},
};

/// Other terms for a booking as they were typed, so that a page can show them again.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub(crate) struct OfferForm {
    /// An amount in the booking's currency, `450.00`.
    fee: String,
    /// In a room: the day of the session, by the clock of the booking.
    date: String,
    from: String,
    /// On the same day; midnight is `24:00`.
    to: String,
    /// Remote: by when.
    due_date: String,
    due_time: String,
    /// What else is to be otherwise, in words.
    terms: String,
    /// Until when an answer is wanted. Left out: 48 hours.
    answer_date: String,
    answer_time: String,
    /// Made with the form, so that sending it twice offers once.
    form_key: String,
}

const LABELS: [(&str, &str); 10] = [
    ("fee", "Fee"),
    ("date", "Date"),
    ("from", "From"),
    ("to", "To"),
    ("due_date", "Due date"),
    ("due_time", "Due time"),
    ("terms", "What else"),
    ("answer_date", "Answer date"),
    ("answer_time", "Answer time"),
    ("form_key", "This form’s key"),
];

/// What other terms are written and read with.
struct Table {
    booking: Booking,
    /// Without the booking itself: it may take its own time again.
    calendar: Calendar,
    /// Whose terms they are.
    party: Party,
    now: DateTime<Utc>,
}

impl Table {
    /// Only where terms may be talked about at all, now, by this side.
    async fn load(
        db: &mut PgConnection,
        id: BookingId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<Table, BookingError> {
        let booking = store::find(db, id, actor, now).await?.ok_or(BookingError::NotFound)?;
        let party = booking.party(actor.id).ok_or(Refusal::NotASide)?;
        booking.step(Verb::Offer, Some(party), now)?;
        let last = Times::horizon(now) + TimeDelta::days(2);
        let window = Slot::new(now - TimeDelta::days(1), last).expect("days go forwards");
        let calendar = availability::calendar(db, booking.musician_id, window, now).await?;
        Ok(Table { calendar: calendar.without(id), booking, party, now })
    }

    fn times(&self) -> Times<'_> {
        Times { calendar: &self.calendar, now: self.now }
    }

    /// The terms as they stand, for somebody to change.
    fn prefilled(&self) -> OfferForm {
        let (when, fee) = self.booking.terms(self.now);
        let zone = self.booking.zone;
        let day = |at| zone.local(at).format("%Y-%m-%d").to_string();
        let clock = |at| zone.local(at).format("%H:%M").to_string();
        let form = OfferForm {
            fee: fee.typed(),
            form_key: Secret::random().reveal()[..32].to_owned(),
            ..OfferForm::default()
        };
        match when {
            When::Room(slot) => {
                let (date, from) = (day(slot.starts_at()), clock(slot.starts_at()));
                let to = match clock(slot.ends_at()).as_str() {
                    "00:00" => "24:00".to_owned(),
                    to => to.to_owned(),
                };
                OfferForm { date, from, to, ..form }
            }
            When::Remote(due) => OfferForm { due_date: day(due), due_time: clock(due), ..form },
        }
    }

    async fn read(
        &self,
        db: &mut PgConnection,
        form: &OfferForm,
    ) -> sqlx::Result<Result<OfferTerms, FieldErrors>> {
        let room = store::rooms(db, &[self.booking.id]).await?.remove(&self.booking.id);
        let (booking, times) = (&self.booking, self.times());
        let mut errors = FieldErrors::default();
        let fee = errors.take("fee", Money::parse(&form.fee, booking.fee.currency()));
        let fee = fee.filter(|fee| {
            let is_paid = fee.minor() > 0;
            if !is_paid {
                errors.add("fee", BadAsk::Unpaid);
            }
            is_paid
        });
        let terms = errors.take("terms", Prose::optional(&form.terms));
        let form_key = errors.take("form_key", Line::optional(&form.form_key));
        let typed = form.as_call(booking);
        let stands = booking.terms(self.now).0;
        let when = match booking.when.kind() {
            Kind::Room => {
                let slot = typed.read_session(Some(booking.zone), &mut errors);
                // What stands already was asked for once, and is not asked again.
                let slot = slot.and_then(|slot| match stands == When::Room(slot) {
                    true => Some(slot),
                    false => CallForm::fit(slot, times, room.as_ref(), booking.zone, &mut errors),
                });
                slot.map(When::Room)
            }
            Kind::Remote => typed.read_due(booking.zone, times, &mut errors).map(When::Remote),
        };
        let answer_by = typed.read_answer_by(times, booking.zone, when, &mut errors);
        let whole = || {
            Some(OfferTerms {
                fee: fee?,
                when: when?,
                terms: terms?,
                answer_by,
                form_key: form_key?,
            })
        };
        Ok(whole().filter(|_| errors.is_empty()).ok_or(errors))
    }

    fn page(self, frame: Frame, form: OfferForm, errors: FieldErrors) -> OfferPage {
        let zone = self.booking.zone;
        let slot =
            form.as_call(&self.booking).read_session(Some(zone), &mut FieldErrors::default());
        let day = slot.map(|slot| {
            let day = self.calendar.zone.date(slot.starts_at());
            let asked = Asked { slot, booking: Some(self.booking.id), is_live: true };
            DayView::of(&self.booking.musician, &self.calendar, day, Some(asked))
        });
        OfferPage {
            is_proposal: self.booking.status == Status::Confirmed,
            is_remote: self.booking.when.kind() == Kind::Remote,
            other: self.other(),
            day,
            frame: frame.at(Section::Bookings),
            booking: self.booking,
            form,
            errors,
        }
    }

    fn other(&self) -> String {
        self.booking.name_of(self.party.other()).to_owned()
    }
}

impl OfferForm {
    fn as_call(&self, booking: &Booking) -> CallForm {
        CallForm {
            date: self.date.clone(),
            from: self.from.clone(),
            to: self.to.clone(),
            zone: booking.zone.name().to_owned(),
            due_date: self.due_date.clone(),
            due_time: self.due_time.clone(),
            answer_date: self.answer_date.clone(),
            answer_time: self.answer_time.clone(),
            ..CallForm::default()
        }
    }
}

#[derive(Template)]
#[template(path = "bookings/offer.html")]
struct OfferPage {
    frame: Frame,
    booking: Booking,
    is_proposal: bool,
    is_remote: bool,
    /// Who answers.
    other: String,
    /// The player's day with what is typed.
    day: Option<DayView>,
    form: OfferForm,
    errors: FieldErrors,
}

impl OfferPage {
    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }
}

pub(crate) async fn offering(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let table = match Table::load(&mut db, id, &actor, now).await {
        Ok(table) => table,
        Err(why @ BookingError::Refused(_)) => {
            return refused(&mut db, id, (&actor, frame), (Verb::Offer, why), now).await;
        }
        Err(error) => return Err(error.into()),
    };
    let form = table.prefilled();
    Ok(Page::ok(table.page(frame, form, FieldErrors::default())).into_response())
}

pub(crate) async fn offer(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
    Form(form): Form<OfferForm>,
) -> Result<Response, Error> {
    let to = format!("/bookings/{id}");
    match send(&mut db, id, &actor, &form, now).await {
        Ok(Sent::Now(other)) => {
            let said = format!("Sent. {other} has been told.");
            Ok(Go::to(to).saying(said).into_response())
        }
        Ok(Sent::Before) => Ok(Go::to(to).saying("This form was sent before.").into_response()),
        Ok(Sent::Not(table, errors)) => {
            Ok(Page::again(table.page(frame, form, errors)).into_response())
        }
        Err(why @ (BookingError::Refused(_) | BookingError::TakenMeanwhile)) => {
            refused(&mut db, id, (&actor, frame), (Verb::Offer, why), now).await
        }
        Err(error) => Err(error.into()),
    }
}

/// What came of a form.
enum Sent {
    /// To whom.
    Now(String),
    Before,
    Not(Box<Table>, FieldErrors),
}

/// Reads a form and sends it. One that was sent before is not read again: much of what it says is
/// no longer new.
async fn send(
    db: &mut PgConnection,
    id: BookingId,
    actor: &Actor,
    form: &OfferForm,
    now: DateTime<Utc>,
) -> Result<Sent, BookingError> {
    let sent = async {
        let table = Table::load(&mut *db, id, actor, now).await?;
        let terms = match table.read(&mut *db, form).await? {
            Ok(terms) => terms,
            Err(errors) => return Ok(Sent::Not(Box::new(table), errors)),
        };
        Ok(match actions::offer(&mut *db, actor, id, &terms, now).await? {
            Offered::Now => Sent::Now(table.other()),
            Offered::Before => Sent::Before,
        })
    };
    match sent.await {
        Ok(sent @ (Sent::Now(_) | Sent::Before)) => Ok(sent),
        other if is_sent(db, id, actor, form, now).await? => {
            drop(other);
            Ok(Sent::Before)
        }
        other => other,
    }
}

/// Whether this very form was sent before, perhaps at the same moment.
async fn is_sent(
    db: &mut PgConnection,
    id: BookingId,
    actor: &Actor,
    form: &OfferForm,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    let Some(booking) = store::find(&mut *db, id, actor, now).await? else { return Ok(false) };
    Ok(booking.party(actor.id).is_some()
        && !form.form_key.is_empty()
        && store::is_offered(db, id, &form.form_key).await?)
}

/// Terms that one side put to the other.
#[derive(Serialize, ToSchema)]
pub(crate) struct OfferJson {
    #[schema(value_type = i64)]
    id: OfferId,
    by: Party,
    #[schema(value_type = Object, example = json!({"minor": 45000, "currency": "USD"}))]
    fee: Money,
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    due_at: Option<DateTime<Utc>>,
    terms: String,
    made_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    /// What became of it; one whose time is over has lapsed.
    status: Became,
}

impl OfferJson {
    pub(super) fn of(offer: Offer, now: DateTime<Utc>) -> OfferJson {
        let session = offer.when.session();
        let is_stale = offer.became == Became::Open && !offer.is_open(now);
        OfferJson {
            id: offer.id,
            by: offer.by,
            fee: offer.fee,
            starts_at: session.map(|slot| slot.starts_at()),
            ends_at: session.map(|slot| slot.ends_at()),
            due_at: if session.is_none() { Some(offer.when.starts_at()) } else { None },
            status: if is_stale { Became::Lapsed } else { offer.became },
            terms: offer.terms,
            made_at: offer.made_at,
            expires_at: offer.expires_at,
        }
    }
}

/// Puts other terms to the other side: a counter-offer to what was asked, or of a confirmed booking a
/// proposal to change it.
#[utoipa::path(
    post, path = "/bookings/{id}/offers", tag = "bookings", request_body = OfferForm,
    params(("id" = BookingId, Path)),
    responses(
        (status = 201, description = "offered, and the booking as it stands now", body = BookingJson),
        (status = 200, description = "the same form was sent before", body = BookingJson),
        (status = 409, description = "it does not stand so that terms can be offered by the caller", body = Problem),
        (status = 422, description = "some fields are wrong", body = Problem),
    )
)]
pub(crate) async fn offer_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
    Json(form): Json<OfferForm>,
) -> Result<Response, Error> {
    let status = match send(&mut db, id, &actor, &form, now).await? {
        Sent::Now(_) => StatusCode::CREATED,
        Sent::Before => StatusCode::OK,
        Sent::Not(_, errors) => return Err(Error::Invalid(errors)),
    };
    let booking = BookingJson::whole(&mut db, id, &actor, now).await?;
    Ok((status, Json(booking)).into_response())
}
