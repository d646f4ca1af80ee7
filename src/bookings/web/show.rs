use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, BookingError},
        model::{Asks, Became, Booking, Event, Kind, Offer, Party, Status, Verb},
        store,
    },
    files::{self, FileView},
    forms::WordForm,
    views::{Asked, Badge, DayView, Told, length, moment},
};
use crate::{
    accounts::Actor,
    availability,
    packs::Quote,
    values::{BookingId, FieldErrors, Money, Zone},
    web::{Db, Error, Form, Frame, Go, Monogram, Now, Page, Path, Section, filters},
};

#[derive(Template)]
#[template(path = "bookings/show.html")]
struct ShowPage {
    frame: Frame,
    booking: Booking,
    /// As the reader may read it.
    brief: String,
    covers: String,
    /// What is to be played, fact by fact.
    facts: Vec<(&'static str, String)>,
    /// Charts and audio that go with the call.
    files: Vec<FileView>,
    /// What the fee is made of.
    quote: Option<Quote>,
    /// For its producer: who else is asked for the call.
    also: Vec<AlsoAsked>,
    stands: Status,
    reader: Option<Party>,
    badge: Badge,
    told: Told,
    yours: Option<Told>,
    day: Option<DayView>,
    length: Option<String>,
    reply_by: String,
    /// What waits for an answer: by whom, and what would be otherwise.
    open: Option<OpenOffer>,
    /// Whether it is the reader's to answer.
    awaits_reader: bool,
    /// What is owed on cancelling, and when; and if the reader did it now.
    cancelling: Option<String>,
    owed_now: Option<String>,
    played_on: String,
    verbs: Vec<Verb>,
    /// Messages the reader has not read.
    unread: i32,
    events: Vec<EventLine>,
    /// Why what was just tried was not done.
    refusal: Option<String>,
    tried: Option<Verb>,
    form: WordForm,
    errors: FieldErrors,
}

/// Somebody else who is asked for the same call.
struct AlsoAsked {
    booking: BookingId,
    name: String,
    stands: &'static str,
}

/// A line of the history.
struct EventLine {
    said: String,
    at: String,
    by: String,
    word: String,
}

impl EventLine {
    /// The lines of a history, the first first. What was on the table with each is told where it was
    /// not the same as before.
    fn all(
        events: Vec<Event>,
        booking: &Booking,
        offers: &[Offer],
        (reader, zone): (Option<Party>, Option<Zone>),
    ) -> Vec<EventLine> {
        let mut stood = Status::Requested;
        let mut lines = Vec::new();
        for event in events {
            let offer = offers.iter().find(|offer| Some(offer.id) == event.offer);
            let fee = offer.or(offers.first()).map_or(booking.fee, |offer| offer.fee);
            let told = offer.map(|offer| offer.when.told(booking.zone));
            let terms = || format!("{fee}, {}", told.clone().unwrap_or_default());
            let said = match (event.status, event.became, stood) {
                (Status::Requested, Some(Became::Open), _) => {
                    format!("Offered other terms: {}", terms())
                }
                (Status::Confirmed, Some(Became::Open), _) => {
                    format!("Proposed a change: {}", terms())
                }
                (Status::Confirmed, Some(Became::Accepted), Status::Confirmed) => {
                    format!("Change accepted: {}", terms())
                }
                (Status::Confirmed, Some(Became::Declined), Status::Confirmed) => {
                    "Change declined".into()
                }
                (Status::Confirmed, Some(Became::Withdrawn), Status::Confirmed) => {
                    "Proposal taken back".into()
                }
                (Status::Confirmed, Some(Became::Lapsed), Status::Confirmed) => {
                    "Proposal lapsed, unanswered".into()
                }
                (Status::Requested, ..) => format!("Requested, {fee}"),
                (Status::Confirmed, ..) if offer.is_some() => {
                    format!("Accepted and confirmed, {}", terms())
                }
                (Status::Confirmed, ..) => format!("Accepted and confirmed, {fee}"),
                (Status::Declined, ..) => "Declined".into(),
                (Status::Withdrawn, ..) => "Withdrawn".into(),
                (Status::Lapsed, ..) => "Lapsed, unanswered".into(),
                (Status::Cancelled, ..) => "Cancelled".into(),
                (Status::Done, ..) => "Marked done".into(),
            };
            let is_new = event.became == Some(Became::Open);
            let terms = offer.filter(|_| is_new).map(|offer| offer.terms.clone());
            let by = event.by_account.and_then(|account| booking.party(account));
            let word = terms.unwrap_or(event.word);
            stood = event.status;
            lines.push(EventLine {
                said,
                at: moment(zone, booking.zone, event.at),
                by: event.by.unwrap_or_else(|| "the clock".into()),
                word: booking.shown(&word, by, reader).into_owned(),
            });
        }
        lines
    }
}

/// An offer on the table, as the page tells it.
struct OpenOffer {
    by: String,
    is_readers: bool,
    /// What, as it would be, as it is.
    changes: Vec<(&'static str, String, String)>,
    terms: String,
    fee: Money,
}

impl OpenOffer {
    fn of(booking: &Booking, reader: Option<Party>, now: DateTime<Utc>) -> Option<OpenOffer> {
        let offer = booking.open_offer(now)?;
        let changes = booking.changes(offer.when, offer.fee).into_iter();
        Some(OpenOffer {
            by: booking.name_of(offer.by).to_owned(),
            is_readers: reader == Some(offer.by),
            changes: changes.map(|(what, was, is)| (what, is, was)).collect(),
            terms: booking.shown(&offer.terms, Some(offer.by), reader).into_owned(),
            fee: offer.fee,
        })
    }
}

impl ShowPage {
    async fn load(
        db: &mut PgConnection,
        id: BookingId,
        actor: &Actor,
        frame: Frame,
        now: DateTime<Utc>,
    ) -> Result<ShowPage, Error> {
        let booking = store::find(db, id, actor, now).await?.ok_or(Error::NotFound)?;
        let events = store::events(db, id).await?;
        let unread = store::unread(db, actor.id, &[id]).await?.remove(&id).unwrap_or(0);
        let offers = store::offers(db, id).await?;
        let zone = frame.zone();
        let reader = booking.party(actor.id);
        let mut also = Vec::new();
        if booking.asks == Asks::Several && reader != Some(Party::Musician) {
            let asked = store::asked(db, booking.call_id).await?;
            also.extend(asked.into_iter().filter(|one| one.booking != id).map(|one| AlsoAsked {
                stands: one.stands(now).word(),
                booking: one.booking,
                name: one.name,
            }));
        }
        let files = files::shown(db, &booking, reader, now).await?.into_iter();
        let producer = Some(Party::Producer);
        let covers = booking.part.as_ref().map_or("", |part| &part.covers);
        Ok(ShowPage {
            brief: booking.shown(&booking.brief, producer, reader).into_owned(),
            covers: booking.shown(covers, producer, reader).into_owned(),
            facts: booking.facts(reader),
            files: files.map(|file| FileView::of(id, file)).collect(),
            quote: booking.made_of(booking.fee),
            also,
            frame: frame.at(Section::Bookings),
            stands: booking.stands(now),
            reader,
            badge: Badge::of(&booking, reader, now),
            told: Told::by(booking.zone, booking.when),
            yours: Told::for_reader(zone, booking.zone, booking.when),
            day: day(db, &booking, now).await?,
            length: booking.when.session().map(|slot| length(slot.length())),
            reply_by: moment(zone, booking.zone, booking.answer_by(now)),
            open: OpenOffer::of(&booking, reader, now),
            cancelling: booking.cancelling(now),
            owed_now: reader
                .and_then(|party| booking.owed_on_cancelling(party, now))
                .map(|owed| owed.sentence),
            awaits_reader: reader.is_some() && booking.awaits(now) == reader,
            played_on: booking.when.day(booking.zone).format("%-d %B %Y").to_string(),
            verbs: booking.open_to(actor.id, now),
            unread,
            events: EventLine::all(events, &booking, &offers, (reader, zone)),
            refusal: None,
            tried: None,
            form: WordForm::default(),
            errors: FieldErrors::default(),
            booking,
        })
    }

    /// The sheet as it stands now, with why a step was not taken: the reader sees what happened
    /// meanwhile.
    fn refused(self, tried: Verb, form: WordForm, why: BookingError) -> Page<ShowPage> {
        let why = Error::from(why);
        let (status, sentence) = (why.status(), why.to_string());
        Page(status, ShowPage { refusal: Some(sentence), form, tried: Some(tried), ..self })
    }

    /// The player's portrait, where there is one.
    fn face(&self) -> Option<Monogram> {
        let hash = self.booking.musician_portrait.as_deref()?;
        Some(Monogram::of(&self.booking.musician).pictured(Some(hash)))
    }

    fn may(&self, word: &str) -> bool {
        self.verbs.iter().any(|verb| verb.word() == word)
    }

    fn is(&self, word: &str) -> bool {
        self.stands.word() == word
    }

    fn reads_as(&self, word: &str) -> bool {
        self.reader.is_some_and(|party| party.word() == word)
    }

    fn is_remote(&self) -> bool {
        self.booking.when.kind() == Kind::Remote
    }

    /// The faults of the form that was sent, and none on the page's other forms.
    fn faults(&self, word: &str) -> FieldErrors {
        let cancelling = self.tried.is_some_and(Verb::wants_a_reason);
        if cancelling == (word == "cancel") { self.errors.clone() } else { FieldErrors::default() }
    }
}

/// The player's day around a session.
pub(crate) async fn day(
    db: &mut PgConnection,
    booking: &Booking,
    now: DateTime<Utc>,
) -> Result<Option<DayView>, Error> {
    let Some(slot) = booking.when.session() else { return Ok(None) };
    let reach = chrono::TimeDelta::days(1);
    let window = slot.widened(reach, reach);
    let calendar = availability::calendar(db, booking.musician_id, window, now).await?;
    let day = calendar.zone.date(slot.starts_at());
    let is_live = matches!(booking.stands(now), Status::Requested | Status::Confirmed);
    let asked = Asked { slot, booking: Some(booking.id), is_live };
    Ok(Some(DayView::of(&booking.musician, &calendar, day, Some(asked))))
}

/// The sheet as it stands now, with why what was tried was not done.
pub(super) async fn refused(
    db: &mut PgConnection,
    id: BookingId,
    (actor, frame): (&Actor, Frame),
    (verb, why): (Verb, BookingError),
    now: DateTime<Utc>,
) -> Result<Response, Error> {
    let page = ShowPage::load(db, id, actor, frame, now).await?;
    Ok(page.refused(verb, WordForm::default(), why).into_response())
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    Ok(Page::ok(ShowPage::load(&mut db, id, &actor, frame, now).await?).into_response())
}

pub(crate) async fn step(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    frame: Frame,
    Path((id, verb)): Path<(BookingId, Verb)>,
    Form(form): Form<WordForm>,
) -> Result<Response, Error> {
    let word = match form.read(verb) {
        Ok(word) => word,
        Err(errors) => {
            let page = ShowPage::load(&mut db, id, &actor, frame, now).await?;
            // What is wrong with the word matters only where the step could be taken.
            return Ok(match page.booking.step(verb, page.reader, now) {
                Ok(_) => Page::again(ShowPage { form, errors, tried: Some(verb), ..page }),
                Err(refusal) => page.refused(verb, form, BookingError::from(refusal)),
            }
            .into_response());
        }
    };
    match actions::take_step(&mut db, &actor, id, verb, word.as_ref(), now).await {
        Ok(booking) => Ok(Go::to(format!("/bookings/{id}"))
            .saying(done(&booking, &actor, verb))
            .into_response()),
        Err(error @ (BookingError::Refused(_) | BookingError::TakenMeanwhile)) => {
            let page = ShowPage::load(&mut db, id, &actor, frame, now).await?;
            Ok(page.refused(verb, form, error).into_response())
        }
        Err(error) => Err(error.into()),
    }
}

/// What is said on the page after a step.
fn done(booking: &Booking, actor: &Actor, verb: Verb) -> String {
    let other = booking.party(actor.id).map_or("", |party| booking.name_of(party.other()));
    let what = match booking.status {
        Status::Confirmed if verb == Verb::Decline => "Declined: everything stays as agreed".into(),
        Status::Confirmed if verb == Verb::Withdraw => "Taken back".into(),
        Status::Confirmed => format!("Confirmed: {}", booking.told()),
        Status::Declined => "Declined".into(),
        Status::Withdrawn => "Withdrawn".into(),
        Status::Cancelled => "Cancelled".into(),
        status => format!("This booking is {status} now"),
    };
    format!("{what}. {other} has been told.")
}
