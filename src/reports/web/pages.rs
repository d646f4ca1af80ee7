use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Deserialize;

use super::{
    super::{
        actions::{self, ReportError},
        model::{Mark, Papers, Refusal, Report, Signed, Written},
    },
    forms::{LABELS, ReportForm, SignForm},
    read, read_own,
};
use crate::{
    accounts::Actor,
    bookings::{Kind, Party},
    packs::lasting,
    values::{BookingId, FieldErrors},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Query, Section, filters},
};

/// A booking's report, to be read, written, signed and printed.
#[derive(Template)]
#[template(path = "reports/show.html")]
struct ReportPage {
    frame: Frame,
    papers: Papers,
    report: Report,
    /// Of its text.
    sha256: String,
    reader: Option<Party>,
    /// Why nothing is written down now, or signed.
    closed: Option<Refusal>,
    unfit: Option<Refusal>,
    /// What one press would mark now.
    next: Option<Mark>,
    /// Who, and when they signed just this.
    sides: Vec<Side>,
    form: ReportForm,
    errors: FieldErrors,
    /// Why what was just tried was not done.
    refusal: Option<String>,
}

/// A side of the report.
struct Side {
    role: &'static str,
    name: String,
    signed: Option<String>,
}

impl ReportPage {
    fn of(frame: Frame, papers: Papers, reader: Option<Party>, now: DateTime<Utc>) -> ReportPage {
        let report = papers.report();
        let side = |party, role, name: &str| Side {
            role,
            name: name.to_owned(),
            signed: papers.signed(party).map(|one| papers.booking.zone.moment(one.signed_at)),
        };
        let marks = |mark: &Mark| matches!(papers.mark(reader, *mark, now), Ok(Written::New(_)));
        ReportPage {
            next: [Mark::Start, Mark::End].into_iter().find(marks),
            frame: frame.at(Section::Bookings),
            sides: vec![
                side(Party::Musician, "Player", &report.musician),
                side(Party::Producer, "Producer", &report.producer),
            ],
            sha256: papers.sha256(),
            reader,
            closed: papers.may_write(reader, now).err(),
            unfit: papers.may_be_signed(now).err(),
            form: ReportForm::of(&papers),
            errors: FieldErrors::default(),
            refusal: None,
            report,
            papers,
        }
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    fn is_remote(&self) -> bool {
        self.report.kind == Kind::Remote
    }

    /// By the clock of the session.
    fn moment(&self, at: &DateTime<Utc>) -> String {
        self.papers.booking.zone.moment(*at)
    }

    /// What was booked.
    fn booked(&self) -> String {
        self.papers.booking.told_when()
    }

    /// From the first to the last note.
    fn played(&self) -> Option<String> {
        let played = self.papers.marks().played()?;
        Some(self.papers.booking.zone.span(&played))
    }

    fn booked_length(&self) -> Option<String> {
        length(self.report.booked_from, self.report.booked_to)
    }

    fn played_length(&self) -> Option<String> {
        length(self.report.started_at, self.report.ended_at)
    }

    fn minutes(&self, minutes: &i16) -> String {
        lasting(u32::try_from(*minutes).unwrap_or(0))
    }

    fn overtime(&self) -> String {
        lasting(self.report.overtime.into())
    }

    /// What the terms say of rests.
    fn rests_due(&self) -> Option<String> {
        let terms = self.papers.booking.terms.as_ref()?;
        let rests = terms.rates().rests?;
        let due = format!("{} of {} min by the terms", rests.count, rests.minutes);
        let is_short = u32::from(rests.count) * u32::from(rests.minutes)
            > u32::try_from(self.report.rests).unwrap_or(0);
        let is_played = self.report.ended_at.is_some();
        Some(if is_short && is_played { format!("{due}: fewer were taken") } else { due })
    }

    fn has_signed(&self) -> bool {
        self.reader.is_some_and(|reader| self.papers.signed(reader).is_some())
    }

    /// Whether a line waits for what the two sides agree on.
    fn is_open(&self, word: &str) -> bool {
        self.report.lines.iter().any(|line| line.is_open && line.item.word() == word)
    }

    /// Who wrote which version down, and when; the last first.
    fn history(&self) -> Vec<(i32, String, String)> {
        let told = self.papers.versions.iter().rev().map(|version| {
            let booking = &self.papers.booking;
            let at = booking.zone.moment(version.made_at);
            (version.number, booking.name_of(version.by).to_owned(), at)
        });
        told.collect()
    }

    /// The page as it stands now, with why what was tried was not done.
    fn refused(self, why: ReportError) -> Result<Response, Error> {
        let is_of_state =
            matches!(&why, ReportError::Refused(refusal) if *refusal != Refusal::NotASide);
        let why = Error::from(why);
        if !is_of_state {
            return Err(why);
        }
        let (status, refusal) = (why.status(), Some(why.to_string()));
        Ok(Page(status, ReportPage { refusal, ..self }).into_response())
    }
}

fn length(from: Option<DateTime<Utc>>, to: Option<DateTime<Utc>>) -> Option<String> {
    let minutes = (to? - from?).num_minutes();
    Some(lasting(u32::try_from(minutes).ok()?))
}

pub(crate) async fn show(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let (papers, reader) = read(&mut db, &actor, id, now).await?;
    Ok(Page::ok(ReportPage::of(frame, papers, reader, now)).into_response())
}

pub(crate) async fn write(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<ReportForm>,
) -> Result<Response, Error> {
    let (papers, reader) = read_own(&mut db, &actor, id, now).await?;
    let written = match form.read(&papers) {
        Ok((number, marks)) => actions::write(&mut db, &actor, id, (number, &marks), now).await,
        // What is wrong with the fields matters only where they could be written.
        Err(errors) => Err(match papers.may_write(Some(reader), now) {
            Ok(_) => ReportError::Invalid(errors),
            Err(refusal) => ReportError::Refused(refusal),
        }),
    };
    match written {
        Ok(written) => {
            Ok(Go::to(format!("/bookings/{id}/report")).saying(said(&written)).into_response())
        }
        Err(ReportError::Invalid(errors)) => {
            let page = ReportPage::of(frame, papers, Some(reader), now);
            Ok(Page::again(ReportPage { form, errors, ..page }).into_response())
        }
        Err(why) => {
            // As it stands now: it may be another than was read before.
            let (papers, reader) = read(&mut db, &actor, id, now).await?;
            let version = papers.number().to_string();
            let page = ReportPage::of(frame, papers, reader, now);
            ReportPage { form: ReportForm { version, ..form }, ..page }.refused(why)
        }
    }
}

fn said(written: &Written) -> &'static str {
    match written {
        Written::Same => "That is written down already.",
        Written::New(_) => "Written down. Whoever had signed what stood there before signs anew.",
    }
}

/// Where whoever marked something came from.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(crate) struct Back {
    /// `day`, or the report.
    to: String,
}

pub(crate) async fn mark(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path((id, mark)): Path<(BookingId, Mark)>,
    Query(back): Query<Back>,
) -> Result<Response, Error> {
    let said = match actions::mark(&mut db, &actor, id, mark, now).await {
        Ok(Written::New(_)) => "Marked. If it was another minute, correct it in the report.",
        Ok(Written::Same) => {
            "It was marked before. If it was another minute, correct it in the report."
        }
        Err(why) => {
            let (papers, _) = read_own(&mut db, &actor, id, now).await?;
            let reader = papers.booking.party(actor.id);
            return ReportPage::of(frame, papers, reader, now).refused(why);
        }
    };
    let page = if back.to == "day" { "day" } else { "report" };
    Ok(Go::to(format!("/bookings/{id}/{page}")).saying(said).into_response())
}

pub(crate) async fn sign(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<SignForm>,
) -> Result<Response, Error> {
    let said = match actions::sign(&mut db, &actor, id, &form.sha256, now).await {
        Ok(Signed::Waits) => "Signed. The other side has been told.",
        Ok(Signed::Seals) => "Signed, and sealed: both of you have been told.",
        Ok(Signed::Same) => "You have signed this before.",
        Err(why) => {
            let (papers, _) = read_own(&mut db, &actor, id, now).await?;
            let reader = papers.booking.party(actor.id);
            return ReportPage::of(frame, papers, reader, now).refused(why);
        }
    };
    Ok(Go::to(format!("/bookings/{id}/report")).saying(said).into_response())
}
