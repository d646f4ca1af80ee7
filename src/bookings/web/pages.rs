use askama::Template;
use axum::response::{IntoResponse, Response};

use super::super::{
    actions,
    model::{Booking, Event, Verb},
    store,
};
use crate::{
    accounts::Actor,
    values::BookingId,
    web::{Db, Error, Frame, Go, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "bookings/show.html")]
struct ShowPage {
    frame: Frame,
    booking: Booking,
    events: Vec<Event>,
    verbs: Vec<Verb>,
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let booking = store::find(&mut db, id, &actor, now).await?.ok_or(Error::NotFound)?;
    let events = store::events(&mut db, id).await?;
    let verbs = booking.open_to(actor.id, now);
    let frame = frame.at(Section::Bookings);
    Ok(Page::ok(ShowPage { frame, booking, events, verbs }).into_response())
}

pub(crate) async fn step(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((id, verb)): Path<(BookingId, Verb)>,
) -> Result<Go, Error> {
    actions::take_step(&mut db, &actor, id, verb, None, now).await?;
    Ok(Go::to(format!("/bookings/{id}")))
}
