//! A report as files: its canonical text, and a table for other programs.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    super::model::{Papers, Report, ReportLine, stamp},
    read,
};
use crate::{
    accounts::Actor,
    values::BookingId,
    web::{Db, Error, Now, Path, csv},
};

/// The text that is signed, byte for byte: `sha256sum` of it is the seal.
pub(crate) async fn text(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let (papers, _) = read(&mut db, &actor, id, now).await?;
    let headers = [
        (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
        (header::CACHE_CONTROL, "private, no-cache"),
    ];
    Ok((headers, papers.text()).into_response())
}

pub(crate) async fn csv(
    actor: Actor,
    Now(now): Now,
    mut db: Db,
    Path(id): Path<BookingId>,
) -> Result<Response, Error> {
    let (papers, _) = read(&mut db, &actor, id, now).await?;
    Ok(csv::answer(&format!("report-{id}"), table(&papers)))
}

const COLUMNS: [&str; 24] = [
    "booking",
    "version",
    "sealed_at",
    "sha256",
    "title",
    "artist",
    "producer",
    "musician",
    "instrument",
    "place",
    "zone",
    "booked_from",
    "booked_to",
    "due_at",
    "started_at",
    "ended_at",
    "rest_minutes",
    "overtime_minutes",
    "more_instruments",
    "songs",
    "item",
    "told",
    "amount",
    "currency",
];

/// A line of the report a row, then the total, then what goes to the funds besides; each row says
/// whose it is. As RFC 4180 writes tables.
fn table(papers: &Papers) -> String {
    let report = papers.report();
    let mut table = csv::row(COLUMNS.map(str::to_owned));
    let total = ("total", String::new(), report.total);
    let row = |line: &ReportLine| (line.item.word(), line.sentence.clone(), line.amount);
    let (lines, besides) = (report.lines.iter().map(row), report.besides.iter().map(row));
    for (item, told, amount) in lines.chain([total]).chain(besides) {
        let [booking, version, sealed_at, sha256] = about(papers, &report);
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        table.push_str(&csv::row([
            booking,
            version,
            sealed_at,
            sha256,
            csv::said(&report.title),
            csv::said(&report.artist),
            csv::said(&report.producer),
            csv::said(&report.musician),
            csv::said(&report.instrument),
            csv::said(&report.place),
            csv::said(&report.zone),
            instant(report.booked_from),
            instant(report.booked_to),
            instant(report.due_at),
            instant(report.started_at),
            instant(report.ended_at),
            report.rests.to_string(),
            report.overtime.to_string(),
            report.doubles.to_string(),
            number(report.songs.map(i64::from)),
            item.to_owned(),
            csv::said(&told),
            amount.typed(),
            amount.currency().code().to_owned(),
        ]));
    }
    table
}

fn about(papers: &Papers, report: &Report) -> [String; 4] {
    let seal = papers.seal.as_ref();
    [
        report.booking.to_string(),
        report.version.to_string(),
        instant(seal.map(|seal| seal.sealed_at)),
        seal.map(|seal| seal.sha256.clone()).unwrap_or_default(),
    ]
}

fn instant(at: Option<DateTime<Utc>>) -> String {
    at.map(stamp).unwrap_or_default()
}
