use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, ReviewError, side_of},
        model::{Outcome, Pair, Refusal, Review, Written},
        store,
    },
    forms::{LABELS, ReviewForm},
    own_booking,
};
use crate::{
    accounts::Actor,
    bookings::{self, Booking, Party, Status},
    values::{BookingId, FieldErrors, Zone},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// How many of a producer's reviews a player reads beside a request.
const OF_PRODUCER: i64 = 10;

/// What each number of stars says.
const MEANINGS: [(&str, &str); 5] = [
    ("5", "First call"),
    ("4", "Better than was asked for"),
    ("3", "As was asked for"),
    ("2", "Less than was agreed"),
    ("1", "Not again"),
];

/// The reviews of a session, as one of its sides reads and writes them.
#[derive(Template)]
#[template(path = "reviews/write.html")]
struct ReviewPage {
    frame: Frame,
    booking: Booking,
    is_done: bool,
    pair: Pair,
    reader: Party,
    /// Why nothing may be written now.
    closed: Option<Refusal>,
    /// What other players said of the producer: for players alone.
    of_producer: Vec<Review>,
    /// The reader's clock.
    zone: Zone,
    form: ReviewForm,
    errors: FieldErrors,
}

impl ReviewPage {
    async fn of(
        db: &mut PgConnection,
        frame: Frame,
        actor: &Actor,
        booking: Booking,
        reader: Party,
        now: DateTime<Utc>,
    ) -> Result<ReviewPage, Error> {
        let pair = store::pair(db, &booking, side_of(reader)).await?;
        let of_producer = match reader {
            Party::Producer => Vec::new(),
            Party::Musician => store::of_producer(db, booking.producer_id, OF_PRODUCER).await?,
        };
        Ok(ReviewPage {
            frame: frame.at(Section::Bookings),
            is_done: booking.stands(now) == Status::Done,
            closed: pair.may_write(now).err(),
            of_producer,
            zone: actor.zone,
            form: pair.mine.as_ref().map(ReviewForm::of).unwrap_or_default(),
            errors: FieldErrors::default(),
            pair,
            reader,
            booking,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn meanings(&self) -> &'static [(&'static str, &'static str)] {
        &MEANINGS
    }

    /// The name of the other side.
    fn other(&self) -> &str {
        self.booking.name_of(self.reader.other())
    }

    fn is_producer(&self) -> bool {
        self.reader == Party::Producer
    }

    /// By the reader's clock.
    fn moment(&self, at: &DateTime<Utc>) -> String {
        self.zone.moment(*at)
    }

    /// Whether writing now publishes at once.
    fn is_second(&self) -> bool {
        self.pair.mine.is_none() && self.pair.theirs.is_some()
    }
}

/// What of a session's reviews an admin reads: what is published.
#[derive(Template)]
#[template(path = "reviews/of_booking.html")]
struct OfBookingPage {
    frame: Frame,
    booking: Booking,
    published: Vec<(String, Written)>,
}

impl OfBookingPage {
    /// Admins sit anywhere: what they read is told in one clock.
    fn utc(&self) -> &'static Zone {
        &Zone::UTC
    }
}

pub(crate) async fn reviewing(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let booking = bookings::find(&mut db, id, &actor, now).await?.ok_or(Error::NotFound)?;
    let Some(reader) = booking.party(actor.id) else {
        let both = store::both(&mut db, id).await?;
        let names = [booking.producer.clone(), booking.musician.clone()];
        let published = names.into_iter().zip(both).filter_map(|(name, written)| {
            Some((name, written.filter(|written| written.published_at.is_some())?))
        });
        let published = published.collect();
        let frame = frame.at(Section::Admin);
        return Ok(Page::ok(OfBookingPage { frame, booking, published }).into_response());
    };
    let page = ReviewPage::of(&mut db, frame, &actor, booking, reader, now).await?;
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn review(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<ReviewForm>,
) -> Result<Response, Error> {
    let (booking, reader) = own_booking(&mut db, &actor, id, now).await?;
    let draft = match form.read() {
        Ok(draft) => draft,
        Err(errors) => {
            let page = ReviewPage::of(&mut db, frame, &actor, booking, reader, now).await?;
            // What is wrong with the words matters only where they could be written.
            return match page.closed {
                Some(refusal) => Err(ReviewError::Refused(refusal).into()),
                None => Ok(Page::again(ReviewPage { form, errors, ..page }).into_response()),
            };
        }
    };
    let outcome = actions::write(&mut db, &actor, id, &draft, now).await?;
    let said = said(outcome, booking.name_of(reader.other()));
    Ok(Go::to(format!("/bookings/{id}/review")).saying(said).into_response())
}

/// What is said on the page after writing.
fn said(outcome: Outcome, other: &str) -> String {
    match outcome {
        Outcome::Waits => format!("Your review is kept. {other} has been told that it is there."),
        Outcome::Same => "Your review stands as it is.".into(),
        Outcome::Changed => "Your review is changed. Nobody reads it yet.".into(),
        Outcome::PublishesBoth => "Both reviews are published now.".into(),
        Outcome::Published => "Your review is published.".into(),
    }
}
