//! The ledger as a table for other programs, a booking a row.

use axum::response::Response;
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use sqlx::PgConnection;

use super::{
    super::model::Entry,
    ledger::{LedgerQuery, Reader, entries},
};
use crate::{
    accounts::Actor,
    values::{InvoiceId, Money, Zone},
    web::{Db, Error, Now, Query, csv},
};

const COLUMNS: [&str; 21] = [
    "booking",
    "month",
    "day",
    "at",
    "status",
    "title",
    "artist",
    "with",
    "instrument",
    "currency",
    "fee",
    "agreed",
    "earned",
    "owed",
    "invoice",
    "invoice_number",
    "issued_on",
    "due_on",
    "tax",
    "invoiced",
    "paid_on",
];

/// As RFC 4180 writes tables. Days are by the reader's clock, amounts in the currency of their row.
fn table(entries: &[Entry], zone: Zone) -> String {
    let money = |amount: Option<Money>| amount.map(Money::typed).unwrap_or_default();
    let date = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let mut table = csv::row(COLUMNS.map(str::to_owned));
    for entry in entries {
        let day = zone.date(entry.at);
        table.push_str(&csv::row([
            entry.booking.to_string(),
            day.format("%Y-%m").to_string(),
            day.to_string(),
            entry.at.to_rfc3339_opts(SecondsFormat::Secs, true),
            entry.status.word().to_owned(),
            csv::said(&entry.title),
            csv::said(&entry.artist),
            csv::said(&entry.other),
            csv::said(&entry.instrument),
            entry.fee.currency().code().to_owned(),
            entry.fee.typed(),
            money(entry.agreed),
            money(entry.earned),
            money(entry.owed),
            entry.invoice.map(|id: InvoiceId| id.to_string()).unwrap_or_default(),
            csv::said(entry.number.as_deref().unwrap_or_default()),
            date(entry.issued_on),
            date(entry.due_on),
            money(entry.tax),
            money(entry.invoiced),
            date(entry.paid_on),
        ]));
    }
    table
}

async fn answer(
    db: &mut PgConnection,
    actor: &Actor,
    reader: Reader,
    (query, now): (&LedgerQuery, DateTime<Utc>),
    name: &str,
) -> Result<Response, Error> {
    let asked = query.read(reader.zone, now)?;
    let entries = entries(db, actor, reader, asked.span).await?;
    let of = match asked.month {
        Some(month) => month.format("%Y-%m").to_string(),
        None => asked.year.to_string(),
    };
    Ok(csv::answer(&format!("{name}-{of}"), table(&entries, reader.zone)))
}

pub(crate) async fn earnings_csv(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Error> {
    let reader = Reader::player(&mut db, &actor).await?.ok_or(Error::NotFound)?;
    answer(&mut db, &actor, reader, (&query, now), "earnings").await
}

pub(crate) async fn spending_csv(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Query(query): Query<LedgerQuery>,
) -> Result<Response, Error> {
    answer(&mut db, &actor, Reader::producer(&actor), (&query, now), "spending").await
}
