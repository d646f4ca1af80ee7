use askama::Template;
use axum::{
    extract::{Multipart, State, multipart::MultipartRejection},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        actions::{self, DayError},
        model::{Outcome, Refusal, Standing, Verb, Who},
    },
    Day,
    forms::{LABELS, WordsForm},
    upload::{self, Saying, Untaken},
    views::NoShowView,
};
use crate::{
    accounts::Actor,
    bookings::{Booking, Party},
    files::ACCEPT,
    values::{BookingId, FieldErrors},
    web::{App, Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// Who did not come to a session: what both sides say of it, and what can be said now.
#[derive(Template)]
#[template(path = "days/no_show.html")]
struct NoShowPage {
    frame: Frame,
    booking: Booking,
    reader: Option<Party>,
    /// The last said first.
    no_shows: Vec<NoShowView>,
    /// Why nothing is said now.
    closed: Option<Refusal>,
    /// What the reader may do with what was said last.
    may_contest: bool,
    may_agree: bool,
    may_take_back: bool,
    /// What is owed if it holds.
    owed: Option<String>,
    form: WordsForm,
    errors: FieldErrors,
    /// Why what was just tried was not done.
    refusal: Option<String>,
}

impl NoShowPage {
    async fn load(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        frame: Frame,
        now: DateTime<Utc>,
    ) -> Result<NoShowPage, Error> {
        let day = Day::find(db, actor, id, now).await?;
        let zone = frame.zone().unwrap_or(day.papers.booking.zone);
        let last = day.no_shows.last();
        let may = |verb| {
            let step =
                day.reader.zip(last).map(|(reader, last)| last.step(verb, Who::Side(reader), now));
            matches!(step, Some(Ok(Outcome::New(_))))
        };
        let booking = &day.papers.booking;
        let absent = match (day.open(), day.reader) {
            (Some(open), _) => Some(open.accused()),
            (None, Some(reader)) => Some(reader.other()),
            (None, None) => None,
        };
        let owed =
            absent.and_then(|absent| booking.owed_on_cancelling(absent, booking.when.starts_at()));
        let view = |no_show| NoShowView::of(no_show, booking, zone, now);
        Ok(NoShowPage {
            no_shows: day.no_shows.iter().rev().map(view).collect(),
            closed: day.closed(now),
            may_contest: may(Verb::Contest),
            may_agree: may(Verb::Agree),
            may_take_back: may(Verb::TakeBack),
            owed: owed.map(|owed| owed.sentence),
            reader: day.reader,
            form: WordsForm::default(),
            errors: FieldErrors::default(),
            refusal: None,
            frame: frame.at(Section::Bookings),
            booking: day.papers.booking,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn accept(&self) -> &'static str {
        ACCEPT
    }

    /// The name of the other side.
    fn other(&self) -> &str {
        self.reader.map_or("", |reader| self.booking.name_of(reader.other()))
    }

    /// The page as it stands now, with why what was tried was not done, and what was typed.
    fn refused(self, form: WordsForm, why: &Error) -> Response {
        let refusal = Some(why.to_string());
        Page(why.status(), NoShowPage { form, refusal, ..self }).into_response()
    }
}

pub(crate) async fn claiming(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    Ok(Page::ok(NoShowPage::load(&mut db, &actor, id, frame, now).await?).into_response())
}

pub(crate) async fn claim(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    frame: Frame,
    db: Db,
    Path(id): Path<BookingId>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    say(&app, (&actor, id), Saying::Claim, frame, db, body, now).await
}

pub(crate) async fn contest(
    State(app): State<App>,
    actor: Actor,
    now: Now,
    frame: Frame,
    db: Db,
    Path(id): Path<BookingId>,
    body: Result<Multipart, MultipartRejection>,
) -> Result<Response, Error> {
    say(&app, (&actor, id), Saying::Contest, frame, db, body, now).await
}

async fn say(
    app: &App,
    (actor, id): (&Actor, BookingId),
    saying: Saying,
    frame: Frame,
    db: Db,
    body: Result<Multipart, MultipartRejection>,
    now: Now,
) -> Result<Response, Error> {
    let at = now.0;
    let (mut db, said) = upload::take(app, (actor, id), saying, db, body, now).await?;
    let untaken = match said {
        Ok(outcome) => return Ok(back(id, outcome).into_response()),
        Err(untaken) => untaken,
    };
    let page = NoShowPage::load(&mut db, actor, id, frame, at).await?;
    Ok(match untaken {
        Untaken::Refused { form, why } => page.refused(form, &why),
        Untaken::Invalid { form, errors, too_large } => {
            let status = match too_large {
                Some(_) => StatusCode::PAYLOAD_TOO_LARGE,
                None => StatusCode::UNPROCESSABLE_ENTITY,
            };
            Page(status, NoShowPage { form, errors, ..page }).into_response()
        }
    })
}

/// What is said on the page after a step.
fn back(id: BookingId, outcome: Outcome) -> Go {
    let said = match outcome {
        Outcome::Same => "You have said so before.",
        Outcome::New(Standing::Claimed) => "Said. The other side has been told, and may answer.",
        Outcome::New(Standing::Contested) => "Said. An admin reads both accounts and decides.",
        Outcome::New(Standing::TakenBack) => "Taken back. The booking stays confirmed.",
        Outcome::New(_) => "Agreed. The booking is cancelled, and the other side has been told.",
    };
    Go::to(format!("/bookings/{id}/no-show")).saying(said)
}

pub(crate) async fn step(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path((id, verb)): Path<(BookingId, Verb)>,
    Form(form): Form<WordsForm>,
) -> Result<Response, Error> {
    let day = Day::find(&mut db, &actor, id, now).await?;
    day.reader.ok_or(Refusal::NotASide)?;
    let draft = match form.read() {
        Ok(draft) => draft,
        Err(errors) => {
            let page = NoShowPage::load(&mut db, &actor, id, frame, now).await?;
            return Ok(Page::again(NoShowPage { form, errors, ..page }).into_response());
        }
    };
    match actions::take_step(&mut db, &actor, id, verb, &draft, now).await {
        Ok(outcome) => Ok(back(id, outcome).into_response()),
        Err(why @ DayError::Refused(_)) => {
            let page = NoShowPage::load(&mut db, &actor, id, frame, now).await?;
            Ok(page.refused(form, &why.into()))
        }
        Err(why) => Err(why.into()),
    }
}
