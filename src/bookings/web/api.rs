use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use super::{
    super::{
        actions::{self, Sent},
        model::{Asks, Became, Booking, Event, Kind, Music, Offer, Part, Party, Status, Verb},
        store,
    },
    files::{self, CallFileJson},
    forms::{CallForm, WordForm},
    new::Desk,
    offers::OfferJson,
};
use crate::{
    accounts::{Actor, Verified},
    packs,
    values::{BookingId, CallId, Money, OfferId, Zone},
    web::{App, Db, Error, Json, Now, Path, Problem},
};

/// A booking, as one of its sides sees it.
#[derive(Serialize, ToSchema)]
pub(crate) struct BookingJson {
    id: BookingId,
    /// The same for all who are asked for one call.
    call_id: CallId,
    /// Where it stands now: an overdue request has lapsed.
    status: Status,
    /// Which side the caller is; null for an admin, who only reads.
    role: Option<Party>,
    /// What the caller may do to it now.
    verbs: Vec<Verb>,
    /// An open request whose time another session has taken meanwhile.
    clashes: bool,
    title: String,
    artist: String,
    kind: Kind,
    /// Of a session in a room.
    starts_at: Option<DateTime<Utc>>,
    ends_at: Option<DateTime<Utc>>,
    /// Of remote work.
    due_at: Option<DateTime<Utc>>,
    #[schema(value_type = String, example = "America/Chicago")]
    zone: Zone,
    place: String,
    brief: String,
    /// What is to be played; null of the oldest.
    music: Option<Music>,
    /// Who is asked for the call.
    asks: Asks,
    /// What the player is asked to do for it, and what they get.
    part: Option<Part>,
    producer: String,
    musician: Named,
    instrument: Named,
    genre: Named,
    #[schema(value_type = Object, example = json!({"minor": 38000, "currency": "USD"}))]
    fee: Money,
    /// What was owed when it was cancelled; while it is confirmed, what would be if the caller did now.
    #[schema(value_type = Option<Object>)]
    owed: Option<Money>,
    /// Until when the request, or what took its place, may be answered.
    reply_by: DateTime<Utc>,
    /// Whose answer is awaited: to the request, or to the offer that is open.
    awaits: Option<Party>,
    created_at: DateTime<Utc>,
    /// What overtime and cancelling are counted by, as it stood when it was asked for. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<packs::Terms>,
    /// What the fee is made of by them, line by line. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    quote: Option<packs::Quote>,
    /// What happened to it, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    events: Option<Vec<EventJson>>,
    /// What goes with the call, while the caller is in it. Not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<Vec<CallFileJson>>,
    /// The terms that were put to each other, in order: those asked for are the first. Empty where
    /// nobody talked about any.
    #[serde(skip_serializing_if = "Option::is_none")]
    offers: Option<Vec<OfferJson>>,
}

/// Something with a name and the last part of its address.
#[derive(Serialize, ToSchema)]
pub(crate) struct Named {
    slug: String,
    name: String,
}

/// A step that was taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct EventJson {
    status: Status,
    /// Null when the clock did it.
    by: Option<String>,
    at: DateTime<Utc>,
    word: String,
    /// The offer it is about, and what became of that then.
    offer: Option<OfferId>,
    became: Option<Became>,
}

impl BookingJson {
    pub(super) fn new(booking: Booking, actor: &Actor, now: DateTime<Utc>) -> BookingJson {
        let session = booking.when.session();
        let would_owe = booking
            .party(actor.id)
            .filter(|_| booking.status == Status::Confirmed)
            .and_then(|party| booking.owed_on_cancelling(party, now))
            .map(|owed| owed.amount);
        let owed = booking.owed.or(would_owe);
        let (reply_by, awaits) = (booking.answer_by(now), booking.awaits(now));
        let (producer, reader) = (Some(Party::Producer), booking.party(actor.id));
        let brief = booking.shown(&booking.brief, producer, reader).into_owned();
        let part = booking.part.as_ref().map(|part| part.0.clone());
        let part = part.map(|part| Part {
            covers: booking.shown(&part.covers, producer, reader).into_owned(),
            ..part
        });
        BookingJson {
            id: booking.id,
            call_id: booking.call_id,
            status: booking.stands(now),
            role: booking.party(actor.id),
            verbs: booking.open_to(actor.id, now),
            clashes: booking.clashes.is_some(),
            kind: booking.when.kind(),
            starts_at: session.map(|slot| slot.starts_at()),
            ends_at: session.map(|slot| slot.ends_at()),
            due_at: if session.is_none() { Some(booking.when.starts_at()) } else { None },
            title: booking.title,
            artist: booking.artist,
            zone: booking.zone,
            place: booking.place,
            brief,
            music: booking.music.map(|music| music.0),
            asks: booking.asks,
            part,
            producer: booking.producer,
            musician: Named { slug: booking.musician_slug, name: booking.musician },
            instrument: Named { slug: booking.instrument_slug, name: booking.instrument },
            genre: Named { slug: booking.genre_slug, name: booking.genre },
            fee: booking.fee,
            owed,
            terms: None,
            quote: None,
            reply_by,
            awaits,
            created_at: booking.created_at,
            events: None,
            files: None,
            offers: None,
        }
    }

    /// With its history.
    pub(crate) async fn whole(
        db: &mut PgConnection,
        id: BookingId,
        actor: &Actor,
        now: DateTime<Utc>,
    ) -> Result<BookingJson, Error> {
        let booking = store::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
        let events = store::events(db, id).await?;
        let reader = booking.party(actor.id);
        let events = events.into_iter().map(|event| EventJson::of(event, &booking, reader));
        let events = events.collect();
        let offers = store::offers(db, id).await?.into_iter();
        let shown = |offer: Offer| Offer {
            terms: booking.shown(&offer.terms, Some(offer.by), reader).into_owned(),
            ..offer
        };
        let offers = Some(offers.map(|offer| OfferJson::of(shown(offer), now)).collect());
        let files = files::shown(db, &booking, reader, now).await?.into_iter();
        let files = Some(files.map(|file| CallFileJson::of(file, Some(id))).collect());
        let quote = booking.made_of(booking.fee);
        let terms = booking.terms.as_ref().map(|terms| terms.0.clone());
        let booking = BookingJson::new(booking, actor, now);
        Ok(BookingJson { terms, quote, events: Some(events), files, offers, ..booking })
    }
}

impl EventJson {
    fn of(event: Event, booking: &Booking, reader: Option<Party>) -> EventJson {
        let Event { status, by, by_account, at, word, offer, became } = event;
        let side = by_account.and_then(|account| booking.party(account));
        let word = booking.shown(&word, side, reader).into_owned();
        EventJson { status, by, at, word, offer, became }
    }
}

/// Asks a player for their time.
#[utoipa::path(
    post, path = "/musicians/{slug}/calls", tag = "bookings", request_body = CallForm,
    responses(
        (status = 201, description = "asked", body = BookingJson),
        (status = 200, description = "the same form was sent before, and made this", body = BookingJson),
        (status = 422, description = "some fields are wrong", body = Problem),
    )
)]
pub(crate) async fn create_json(
    State(app): State<App>,
    actor: Verified,
    Now(now): Now,
    mut db: Db,
    Path(slug): Path<String>,
    Json(form): Json<CallForm>,
) -> Result<Response, Error> {
    let mut desk = Desk::load(&mut db, &actor, &slug, now).await?;
    let ask = desk.read(&mut db, actor.id, &form).await?.map_err(Error::Invalid)?;
    let mut db = desk.freshened(&app, db, &ask).await?;
    let sent = actions::request(&mut db, &actor, &desk.player, &ask, now).await?;
    let booking = BookingJson::whole(&mut db, sent.id(), &actor, now).await?;
    let status = match sent {
        Sent::Now(_) => StatusCode::CREATED,
        Sent::Before(_) => StatusCode::OK,
    };
    let location = format!("/api/v1/bookings/{}", sent.id());
    Ok((status, [(header::LOCATION, location)], Json(booking)).into_response())
}

/// A booking with its history, for its sides and for admins.
#[utoipa::path(
    get, path = "/bookings/{id}", tag = "bookings", params(("id" = BookingId, Path)),
    responses(
        (status = 200, description = "the booking", body = BookingJson),
        (status = 404, description = "none that the caller may know of", body = Problem),
    )
)]
pub(crate) async fn show_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Json<BookingJson>, Error> {
    Ok(Json(BookingJson::whole(&mut db, id, &actor, now).await?))
}

/// Accepts, declines, withdraws or cancels a booking.
#[utoipa::path(
    post, path = "/bookings/{id}/{verb}", tag = "bookings", request_body = WordForm,
    params(("id" = BookingId, Path), ("verb" = String, Path, description = "`accept`, `decline`, `withdraw` or `cancel`")),
    responses(
        (status = 200, description = "done, and the booking as it stands now", body = BookingJson),
        (status = 409, description = "it does not stand so that this can be done", body = Problem),
        (status = 422, description = "the reason is missing, or the word will not do", body = Problem),
    )
)]
pub(crate) async fn step_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path((id, verb)): Path<(BookingId, Verb)>,
    Json(form): Json<WordForm>,
) -> Result<Json<BookingJson>, Error> {
    let word = form.read(verb).map_err(Error::Invalid)?;
    actions::take_step(&mut db, &actor, id, verb, word.as_ref(), now).await?;
    Ok(Json(BookingJson::whole(&mut db, id, &actor, now).await?))
}
