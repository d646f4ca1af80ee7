use askama::Template;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::{
    super::{
        actions::{self, CreditError},
        model::{Credit, Side, Verb},
        store,
    },
    forms::{CreditForm, LABELS},
};
use crate::{
    accounts::Actor,
    bookings::{self, Booking},
    catalog::{self, Catalog},
    values::{BookingId, CreditId, FieldErrors},
    web::{Db, Error, Form, Frame, Go, Now, Page, Path, Query, Section, filters},
};

/// Above every id there will be, so that a first page begins at the newest.
pub(super) const NEWEST: i64 = i64::MAX;
pub(super) const PAGE: i64 = 20;

/// A credit with what its reader may do to it.
struct Mine {
    credit: Credit,
    side: Side,
    verbs: Vec<Verb>,
}

impl Mine {
    fn of(actor: &Actor, credit: Credit) -> Option<Mine> {
        let side = credit.side(actor.id)?;
        Some(Mine { verbs: credit.open_to(side), side, credit })
    }

    fn is_mine_to_answer(&self) -> bool {
        self.verbs.contains(&Verb::Confirm)
    }

    /// The name of the other side.
    fn other(&self) -> &str {
        match self.side {
            Side::Producer => &self.credit.credited_as,
            Side::Musician => self.credit.producer.as_deref().unwrap_or("the producer"),
        }
    }
}

#[derive(Deserialize)]
pub(crate) struct After {
    after: Option<CreditId>,
}

#[derive(Template)]
#[template(path = "credits/index.html")]
struct IndexPage {
    frame: Frame,
    mine: Vec<Mine>,
    theirs: Vec<Mine>,
    confirmed: Vec<Mine>,
    next: Option<CreditId>,
}

pub(crate) async fn index(
    actor: Actor,
    frame: Frame,
    mut db: Db,
    Query(page): Query<After>,
) -> Result<Response, Error> {
    let of = |credits: Vec<Credit>| credits.into_iter().filter_map(|c| Mine::of(&actor, c));
    let open = of(store::list_open(&mut db, actor.id).await?);
    let (mine, theirs) = open.partition(Mine::is_mine_to_answer);
    let after = page.after.unwrap_or(NEWEST.into());
    let mut confirmed: Vec<Mine> =
        of(store::list_confirmed(&mut db, actor.id, after, PAGE + 1).await?).collect();
    let more = confirmed.len() > PAGE as usize;
    confirmed.truncate(PAGE as usize);
    let next = confirmed.last().filter(|_| more).map(|last| last.credit.id);
    let frame = frame.at(Section::Bookings);
    Ok(Page::ok(IndexPage { frame, mine, theirs, confirmed, next }).into_response())
}

pub(crate) async fn confirm(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<CreditId>,
) -> Result<Go, Error> {
    let credit = actions::confirm(&mut db, &actor, id, now).await?;
    let to = format!("/recordings/{}", credit.recording.address());
    Ok(Go::to(to).saying("The credit is confirmed and public."))
}

/// The form that says what a credit reads: the same when it is drafted and when it is corrected.
#[derive(Template)]
#[template(path = "credits/write.html")]
struct FormPage {
    frame: Frame,
    heading: String,
    lede: String,
    action: String,
    button: &'static str,
    back: String,
    form: CreditForm,
    errors: FieldErrors,
    instruments: Vec<(String, String)>,
}

impl FormPage {
    fn finishing(frame: Frame, booking: &Booking, catalog: &Catalog) -> FormPage {
        FormPage {
            frame: frame.at(Section::Bookings),
            heading: format!("Mark “{}” done", booking.title),
            lede: "Say what the recording is and how the credit reads. The other side confirms it, or corrects it; then it is public.".into(),
            action: format!("/bookings/{}/done", booking.id),
            button: "Mark done and draft the credit",
            back: format!("/bookings/{}", booking.id),
            form: CreditForm::of_booking(booking),
            errors: FieldErrors::default(),
            instruments: choices(catalog),
        }
    }

    fn correcting(frame: Frame, credit: &Credit, catalog: &Catalog) -> FormPage {
        FormPage {
            frame: frame.at(Section::Bookings),
            heading: "Correct the credit".into(),
            lede: "Write it as it should read. It goes to the other side to confirm.".into(),
            action: format!("/credits/{}/correct", credit.id),
            button: "Hand it back corrected",
            back: "/credits".into(),
            form: CreditForm::of_credit(credit, catalog),
            errors: FieldErrors::default(),
            instruments: choices(catalog),
        }
    }

    fn labels(&self) -> &'static [(&'static str, &'static str)] {
        &LABELS
    }

    /// The same form with what was typed and what is wrong with it.
    fn again(self, form: CreditForm, errors: FieldErrors) -> Response {
        Page::again(FormPage { form, errors, ..self }).into_response()
    }
}

fn choices(catalog: &Catalog) -> Vec<(String, String)> {
    catalog.instruments.iter().map(|i| (i.slug.clone(), i.name.clone())).collect()
}

pub(crate) async fn finishing(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let booking = bookings::find(&mut db, id, &actor, now).await?.ok_or(Error::NotFound)?;
    let party = booking.party(actor.id).ok_or(Error::NotFound)?;
    if let Err(refusal) = booking.step(bookings::Verb::Done, Some(party), now) {
        return Err(Error::Refused(refusal.to_string()));
    }
    let catalog = catalog::load(&mut db).await?;
    Ok(Page::ok(FormPage::finishing(frame, &booking, &catalog)).into_response())
}

pub(crate) async fn finish(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<BookingId>,
    Form(form): Form<CreditForm>,
) -> Result<Response, Error> {
    let booking = bookings::find(&mut db, id, &actor, now).await?.ok_or(Error::NotFound)?;
    booking.party(actor.id).ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let again = FormPage::finishing(frame, &booking, &catalog);
    let detail = match form.read(&catalog) {
        Ok(detail) => detail,
        Err(errors) => return Ok(again.again(form, errors)),
    };
    match actions::finish(&mut db, &actor, id, &detail, now).await.map_err(Error::from) {
        Ok(_) => {
            let said = "Marked done. The credit is drafted and waits for the other side.";
            Ok(Go::to(format!("/bookings/{id}")).saying(said).into_response())
        }
        Err(Error::Invalid(errors)) => Ok(again.again(form, errors)),
        Err(error) => Err(error),
    }
}

pub(crate) async fn correcting(
    actor: Actor,
    frame: Frame,
    mut db: Db,
    Path(id): Path<CreditId>,
) -> Result<Response, Error> {
    let credit = store::find(&mut db, id, actor.id).await?.ok_or(Error::NotFound)?;
    let side = credit.side(actor.id).ok_or(Error::NotFound)?;
    if !credit.open_to(side).contains(&Verb::Correct) {
        return Err(CreditError::Refused(super::super::model::Refusal::Confirmed).into());
    }
    let catalog = catalog::load(&mut db).await?;
    Ok(Page::ok(FormPage::correcting(frame, &credit, &catalog)).into_response())
}

pub(crate) async fn correct(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Path(id): Path<CreditId>,
    Form(form): Form<CreditForm>,
) -> Result<Response, Error> {
    let credit = store::find(&mut db, id, actor.id).await?.ok_or(Error::NotFound)?;
    let catalog = catalog::load(&mut db).await?;
    let again = FormPage::correcting(frame, &credit, &catalog);
    let detail = match form.read(&catalog) {
        Ok(detail) => detail,
        Err(errors) => return Ok(again.again(form, errors)),
    };
    match actions::correct(&mut db, &actor, id, &detail, now).await.map_err(Error::from) {
        Ok(_) => Ok(Go::to("/credits")
            .saying("Handed back. It waits for the other side.")
            .into_response()),
        Err(Error::Invalid(errors)) => Ok(again.again(form, errors)),
        Err(error) => Err(error),
    }
}
