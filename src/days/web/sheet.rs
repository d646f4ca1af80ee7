use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;

use super::{
    super::{
        model::{Clock, Refusal, Stage},
        store,
    },
    Day,
    forms::{DELAY_LABELS, DelayForm},
};
use crate::{
    accounts::Actor,
    bookings::{
        Booking, Kind, Party,
        web::{DayView, Told, day as day_of},
    },
    packs::lasting,
    reports::{self, Mark, Papers, ReportError, Told as Said, Written},
    values::{BookingId, Email, FieldErrors, Zone},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Section, filters},
};

/// The day's sheet of a booking, for both sides, to be read, pressed and printed.
#[derive(Template)]
#[template(path = "days/sheet.html")]
struct SheetPage {
    frame: Frame,
    booking: Booking,
    reader: Option<Party>,
    told: Told,
    yours: Option<Told>,
    /// When this was so, by the reader's clock.
    as_of: String,
    clock: Option<Clock>,
    /// What one press would mark now.
    next: Option<Mark>,
    rests: String,
    producer_email: Option<Email>,
    musician_email: Option<Email>,
    /// What the player keeps clear, and their day; for the player alone.
    around: Option<Around>,
    /// What each side says last of being late, while it is waited for.
    delays: Vec<DelayLine>,
    /// All that was said of it, the last first.
    said: Vec<DelayLine>,
    may_be_late: bool,
    /// Whether the reader may say that the other side did not come, or something was said of it.
    may_claim: bool,
    has_no_show: bool,
    /// How a no-show that is open stands.
    disputed: Option<String>,
    form: DelayForm,
    errors: FieldErrors,
    /// Why what was just tried was not done.
    refusal: Option<String>,
}

struct DelayLine {
    who: String,
    minutes: i16,
    /// When they mean to be there.
    until: String,
    at: String,
    words: String,
}

/// A session's place in its player's day.
struct Around {
    /// `45 min before`, `30 min after`.
    before: Option<String>,
    after: Option<String>,
    clear: String,
    /// Their whole day.
    address: String,
    view: Option<DayView>,
}

impl SheetPage {
    async fn load(
        db: &mut PgConnection,
        actor: &Actor,
        id: BookingId,
        frame: Frame,
        now: DateTime<Utc>,
    ) -> Result<SheetPage, Error> {
        let day = Day::standing(db, actor, id, now).await?;
        let sides = (day.papers.booking.producer_id, day.papers.booking.musician_account);
        let [producer_email, musician_email] = store::addresses(db, sides).await?;
        let around = match day.reader {
            Some(Party::Musician) => Around::of(db, &day.papers.booking, now).await?,
            _ => None,
        };
        let (may_claim, has_no_show) = (day.closed(now).is_none(), !day.no_shows.is_empty());
        let disputed = day.open().map(|open| {
            let who = |party| day.papers.booking.name_of(party);
            format!("{} says that {} did not come", who(open.by), who(open.accused()))
        });
        let Day { papers, reader, .. } = day;
        let marks = |mark: &Mark| matches!(papers.mark(reader, *mark, now), Ok(Written::New(_)));
        let next = [Mark::Start, Mark::End].into_iter().find(marks);
        let zone = frame.zone().unwrap_or(papers.booking.zone);
        let said: Vec<DelayLine> =
            papers.delays().rev().map(|delay| DelayLine::of(&papers, delay, zone)).collect();
        let clock = Clock::of(&papers, now);
        let is_awaited =
            clock.as_ref().is_some_and(|it| matches!(it.stage, Stage::Ahead | Stage::Due));
        let delays = [Party::Musician, Party::Producer].map(|by| papers.delay_of(by));
        let delays = delays.into_iter().flatten().filter(|_| is_awaited);
        Ok(SheetPage {
            told: Told::by(papers.booking.zone, papers.booking.when),
            yours: Told::for_reader(frame.zone(), papers.booking.zone, papers.booking.when),
            as_of: zone.moment(now),
            clock,
            next,
            rests: rests(&papers),
            producer_email,
            musician_email,
            around,
            delays: delays.map(|delay| DelayLine::of(&papers, delay, zone)).collect(),
            said,
            may_be_late: papers.may_be_late(reader, now).is_ok(),
            may_claim,
            has_no_show,
            disputed,
            form: DelayForm::default(),
            errors: FieldErrors::default(),
            refusal: None,
            reader,
            frame: frame.at(Section::Bookings),
            booking: papers.booking,
        })
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &DELAY_LABELS
    }

    fn is_remote(&self) -> bool {
        self.booking.when.kind() == Kind::Remote
    }

    fn reads_as(&self, word: &str) -> bool {
        self.reader.is_some_and(|party| party.word() == word)
    }

    /// The name of the other side.
    fn other(&self) -> &str {
        self.reader.map_or("", |reader| self.booking.name_of(reader.other()))
    }

    /// Red where it waits for somebody, or costs.
    fn is_urgent(&self) -> bool {
        let stage = self.clock.as_ref().map(|clock| clock.stage);
        matches!(stage, Some(Stage::Due | Stage::Running | Stage::Over))
    }

    fn is_ended(&self) -> bool {
        self.clock.as_ref().is_some_and(|clock| clock.stage == Stage::Ended)
    }
}

/// What the terms say of rests.
fn rests(papers: &Papers) -> String {
    let rests = papers.booking.terms.as_ref().and_then(|terms| terms.rates().rests);
    match rests {
        Some(rests) => format!("{} of {} min by the terms.", rests.count, rests.minutes),
        None => "the terms say nothing of them, so agree on them.".into(),
    }
}

impl DelayLine {
    fn of(papers: &Papers, delay: &reports::Delay, zone: Zone) -> DelayLine {
        let booking = &papers.booking;
        let until = booking.when.session().map(|booked| zone.moment(delay.until(booked)));
        DelayLine {
            who: booking.name_of(delay.by).to_owned(),
            minutes: delay.minutes,
            until: until.unwrap_or_default(),
            at: zone.moment(delay.said_at),
            words: delay.words.clone(),
        }
    }
}

impl Around {
    async fn of(
        db: &mut PgConnection,
        booking: &Booking,
        now: DateTime<Utc>,
    ) -> Result<Option<Around>, Error> {
        let (Some(session), Some(blocks)) = (booking.when.session(), booking.blocks) else {
            return Ok(None);
        };
        let zone = booking.musician_zone;
        let told = |from: DateTime<Utc>, to: DateTime<Utc>| {
            let minutes = u32::try_from((to - from).num_minutes()).ok()?;
            (minutes > 0).then(|| lasting(minutes))
        };
        Ok(Some(Around {
            before: told(blocks.starts_at(), session.starts_at()),
            after: told(session.ends_at(), blocks.ends_at()),
            clear: zone.span(&blocks),
            address: format!("/calendar/days/{}", zone.date(session.starts_at())),
            view: day_of(db, booking, now).await?,
        }))
    }
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    Ok(Page::ok(SheetPage::load(&mut db, &actor, id, frame, now).await?).into_response())
}

pub(crate) async fn say_late(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<DelayForm>,
) -> Result<Response, Error> {
    let page = SheetPage::load(&mut db, &actor, id, frame.clone(), now).await?;
    page.reader.ok_or(Refusal::NotASide)?;
    let said = match form.read() {
        Ok(draft) => reports::say_late(&mut db, &actor, id, &draft, now).await,
        // What is wrong with the fields matters only where they could be said.
        Err(errors) if page.may_be_late => Err(ReportError::Invalid(errors)),
        Err(_) => {
            let papers = reports::find(&mut db, id, &actor, now).await?.ok_or(Error::NotFound)?;
            let why = papers.may_be_late(page.reader, now).err();
            Err(why.map_or(ReportError::NotFound, ReportError::from))
        }
    };
    match said {
        Ok(said) => {
            let other = page.other();
            let said = match said {
                Said::New(_) => format!("Said. {other} has been told."),
                Said::Same => format!("You said so before, and {other} has been told."),
            };
            Ok(Go::to(format!("/bookings/{id}/day")).saying(said).into_response())
        }
        Err(ReportError::Invalid(errors)) => {
            Ok(Page::again(SheetPage { form, errors, ..page }).into_response())
        }
        Err(why) => {
            let why = Error::from(why);
            let (status, refusal) = (why.status(), Some(why.to_string()));
            if !matches!(why, Error::Refused(_)) {
                return Err(why);
            }
            // As it stands now: it may be another than was read before.
            let page = SheetPage::load(&mut db, &actor, id, frame, now).await?;
            Ok(Page(status, SheetPage { form, refusal, ..page }).into_response())
        }
    }
}
