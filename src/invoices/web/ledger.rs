use askama::Template;
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;

use super::super::{
    model::{Entry, Month, Span, read_month, totals},
    store,
};
use crate::{
    accounts::Actor,
    bookings::{Party, Status},
    values::{BookingId, Currency, InvoiceId, Money, Zone},
    web::{Db, Error, Frame, Go, Json, Now, Page, Problem, Query, Section, filters},
};

/// Which part of the ledger, as an address says it.
#[derive(Clone, Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(default)]
#[into_params(parameter_in = Query)]
pub(crate) struct LedgerQuery {
    /// `2026`; left out, this year.
    pub(super) year: String,
    /// `2026-12`: that month alone, with its bookings.
    pub(super) month: String,
}

/// Whose ledger it is, and by which clock its months go.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader {
    pub(super) side: Party,
    pub(super) zone: Zone,
}

impl Reader {
    /// As a player, by the clock of their calendar; nobody, where the actor is none.
    pub(super) async fn player(
        db: &mut PgConnection,
        actor: &Actor,
    ) -> sqlx::Result<Option<Reader>> {
        let player = store::find_player(db, actor.id).await?;
        Ok(player.map(|player| Reader { side: Party::Musician, zone: player.zone }))
    }

    /// As somebody who books.
    pub(super) fn producer(actor: &Actor) -> Reader {
        Reader { side: Party::Producer, zone: actor.zone }
    }
}

/// What is asked for: a year, or a month of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked {
    pub(super) year: i32,
    pub(super) month: Option<NaiveDate>,
    pub(super) span: Span,
}

impl LedgerQuery {
    pub(super) fn read(&self, zone: Zone, now: DateTime<Utc>) -> Result<Asked, Error> {
        let wrong = || Error::Unreadable("This address asks for a year that is none.".into());
        if !self.month.trim().is_empty() {
            let month = read_month(&self.month);
            let month = month.map_err(|why| Error::Unreadable(why.to_string()))?;
            return Ok(Asked {
                year: month.year(),
                month: Some(month),
                span: Span::of_month(month),
            });
        }
        let year = match self.year.trim() {
            "" => zone.date(now).year(),
            year => year.parse().map_err(|_| wrong())?,
        };
        Ok(Asked { year, month: None, span: Span::of_year(year).ok_or_else(wrong)? })
    }
}

/// What somebody earned, or spent, by month.
#[derive(Template)]
#[template(path = "invoices/ledger.html")]
struct LedgerPage {
    frame: Frame,
    is_player: bool,
    /// Whether they have the other ledger as well.
    plays: bool,
    zone: Zone,
    asked: Asked,
    /// The first is the latest.
    years: Vec<i32>,
    months: Vec<Month>,
    totals: Vec<Month>,
    /// Of a month alone.
    entries: Vec<Entry>,
}

impl LedgerPage {
    fn path(&self) -> &'static str {
        if self.is_player { "/earnings" } else { "/spending" }
    }

    /// The day of a booking, by the reader's clock.
    fn day(&self, at: &DateTime<Utc>) -> NaiveDate {
        self.zone.date(*at)
    }

    /// An amount where there is any.
    fn some(&self, amount: &Money) -> String {
        if amount.minor() == 0 { "–".into() } else { amount.to_string() }
    }
}

pub(super) async fn months(
    db: &mut PgConnection,
    actor: &Actor,
    reader: Reader,
    span: Span,
) -> sqlx::Result<Vec<Month>> {
    let whose = (actor.id, reader.side);
    store::months(db, whose, span.instants(reader.zone), reader.zone).await
}

pub(super) async fn entries(
    db: &mut PgConnection,
    actor: &Actor,
    reader: Reader,
    span: Span,
) -> sqlx::Result<Vec<Entry>> {
    store::entries(db, (actor.id, reader.side), span.instants(reader.zone)).await
}

/// The years there are bookings in and the one that is asked for, the latest first.
async fn years(
    db: &mut PgConnection,
    actor: &Actor,
    reader: Reader,
    asked: i32,
) -> sqlx::Result<Vec<i32>> {
    let known = store::years(db, (actor.id, reader.side)).await?;
    let year = |at| reader.zone.date(at).year();
    let known = known.map(|(first, last)| year(first)..=year(last));
    let mut years: Vec<i32> = known.into_iter().flatten().chain([asked]).collect();
    years.sort_unstable_by(|a, b| b.cmp(a));
    years.dedup();
    Ok(years)
}

async fn page(
    db: &mut PgConnection,
    frame: Frame,
    actor: &Actor,
    reader: Reader,
    (query, now): (&LedgerQuery, DateTime<Utc>),
) -> Result<Response, Error> {
    let asked = query.read(reader.zone, now)?;
    let months = months(db, actor, reader, asked.span).await?;
    let entries = match asked.month {
        Some(_) => entries(db, actor, reader, asked.span).await?,
        None => Vec::new(),
    };
    let page = LedgerPage {
        frame: frame.at(Section::Bookings),
        is_player: reader.side == Party::Musician,
        plays: actor.plays,
        zone: reader.zone,
        years: years(db, actor, reader, asked.year).await?,
        totals: totals(&months),
        months,
        entries,
        asked,
    };
    Ok(Page::ok(page).into_response())
}

pub(crate) async fn earnings(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Error> {
    match Reader::player(&mut db, &actor).await? {
        Some(reader) => page(&mut db, frame, &actor, reader, (&query, now)).await,
        None => Ok(Go::to("/profile").into_response()),
    }
}

pub(crate) async fn spending(
    actor: Actor,
    Now(now): Now,
    frame: Frame,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Error> {
    page(&mut db, frame, &actor, Reader::producer(&actor), (&query, now)).await
}

/// What bookings come to by month and currency.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct LedgerJson {
    /// By whose clock the months go.
    #[schema(value_type = String, example = "America/Chicago")]
    zone: Zone,
    months: Vec<MonthJson>,
    /// The bookings, where one month was asked for.
    bookings: Option<Vec<EntryJson>>,
}

/// A month in one currency. A session counts by its start, remote work by the day it was due.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct MonthJson {
    #[schema(example = "2026-12")]
    month: String,
    #[schema(value_type = String, example = "USD")]
    currency: Currency,
    /// Confirmed or done.
    sessions: i64,
    /// Confirmed, and not done yet.
    agreed: Money,
    /// Done: by the sealed report, or else the fee.
    earned: Money,
    /// For what was cancelled.
    owed: Money,
    /// By invoices that stand, with their tax.
    invoiced: Money,
    paid: Money,
}

#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct EntryJson {
    booking: BookingId,
    status: Status,
    /// When it began, or was due.
    at: DateTime<Utc>,
    /// The clock of the room, or the player's when remote.
    #[schema(value_type = String, example = "America/Chicago")]
    zone: Zone,
    title: String,
    artist: String,
    /// The other side.
    with: String,
    instrument: String,
    fee: Money,
    agreed: Option<Money>,
    earned: Option<Money>,
    owed: Option<Money>,
    /// The invoice that stands, where there is one.
    invoice: Option<InvoiceId>,
    invoice_number: Option<String>,
    invoiced: Option<Money>,
    due_on: Option<NaiveDate>,
    paid_on: Option<NaiveDate>,
}

impl From<Month> for MonthJson {
    fn from(month: Month) -> MonthJson {
        MonthJson {
            month: month.word(),
            currency: month.currency(),
            sessions: month.sessions,
            agreed: month.agreed,
            earned: month.earned,
            owed: month.owed,
            invoiced: month.invoiced,
            paid: month.paid,
        }
    }
}

impl From<Entry> for EntryJson {
    fn from(entry: Entry) -> EntryJson {
        EntryJson {
            booking: entry.booking,
            status: entry.status,
            at: entry.at,
            zone: entry.zone,
            title: entry.title,
            artist: entry.artist,
            with: entry.other,
            instrument: entry.instrument,
            fee: entry.fee,
            agreed: entry.agreed,
            earned: entry.earned,
            owed: entry.owed,
            invoice: entry.invoice,
            invoice_number: entry.number,
            invoiced: entry.invoiced,
            due_on: entry.due_on,
            paid_on: entry.paid_on,
        }
    }
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    reader: Reader,
    (query, now): (&LedgerQuery, DateTime<Utc>),
) -> Result<Json<LedgerJson>, Error> {
    let asked = query.read(reader.zone, now)?;
    let months = months(db, actor, reader, asked.span).await?;
    let bookings = match asked.month {
        Some(_) => {
            let entries = entries(db, actor, reader, asked.span).await?;
            Some(entries.into_iter().map(EntryJson::from).collect())
        }
        None => None,
    };
    let months = months.into_iter().map(MonthJson::from).collect();
    Ok(Json(LedgerJson { zone: reader.zone, months, bookings }))
}

/// What the caller’s bookings as a player come to, by month of their calendar’s clock and by currency.
#[utoipa::path(get, path = "/earnings", tag = "invoices", params(LedgerQuery),
    responses((status = 200, body = LedgerJson),
        (status = 404, description = "no profile", body = Problem)))]
pub(crate) async fn earnings_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<LedgerJson>, Error> {
    let reader = Reader::player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    answer(&mut db, &actor, reader, (&query, now)).await
}

/// What the caller’s bookings as a producer come to, by month of their own clock and by currency.
#[utoipa::path(get, path = "/spending", tag = "invoices", params(LedgerQuery),
    responses((status = 200, body = LedgerJson), (status = 401, body = Problem)))]
pub(crate) async fn spending_json(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Json<LedgerJson>, Error> {
    answer(&mut db, &actor, Reader::producer(&actor), (&query, now)).await
}
