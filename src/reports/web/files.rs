//! A report as files: its canonical text, and a table for other programs.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use chrono::{DateTime, Utc};

use super::{
    super::model::{Papers, Report, stamp},
    read,
};
use crate::{
    accounts::Actor,
    values::BookingId,
    web::{Db, Error, Now, Path},
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
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"report-{id}.csv\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    Ok((headers, table(&papers)).into_response())
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

/// A line of the report a row, the total last; each row says whose it is. As RFC 4180 writes tables.
fn table(papers: &Papers) -> String {
    let report = papers.report();
    let mut table = row(COLUMNS.map(str::to_owned));
    let total = ("total", "", report.total);
    let lines = report.lines.iter();
    let lines = lines.map(|line| (line.item.word(), line.sentence.as_str(), line.amount));
    for (item, told, amount) in lines.chain([total]) {
        let [booking, version, sealed_at, sha256] = about(papers, &report);
        let number = |n: Option<i64>| n.map(|n| n.to_string()).unwrap_or_default();
        table.push_str(&row([
            booking,
            version,
            sealed_at,
            sha256,
            said(&report.title),
            said(&report.artist),
            said(&report.producer),
            said(&report.musician),
            said(&report.instrument),
            said(&report.place),
            said(&report.zone),
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
            said(told),
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

/// Words of people, which no spreadsheet may take for a formula: those get an apostrophe in front.
pub(crate) fn said(text: &str) -> String {
    const FORMULAS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    let is_formula = text.trim_start_matches([' ', '\u{a0}']).starts_with(FORMULAS);
    if is_formula { format!("'{text}") } else { text.to_owned() }
}

/// A row as RFC 4180 writes it.
pub(crate) fn row<const N: usize>(cells: [String; N]) -> String {
    let cells = cells.map(|cell| match cell.contains(['"', ',', '\r', '\n']) {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell,
    });
    cells.join(",") + "\r\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_words_of_people_are_a_formula() {
        for (text, cell) in [
            ("Dust", "Dust"),
            ("=1+1", "'=1+1"),
            ("  @SUM(A1)", "'  @SUM(A1)"),
            ("-2", "'-2"),
            ("+44", "'+44"),
            ("＝1", "'＝1"),
            ("1=1", "1=1"),
            ("", ""),
        ] {
            assert_eq!(said(text), cell);
        }
    }

    #[test]
    fn what_has_commas_or_quotes_stands_in_quotes() {
        let cells = ["a,b", "say \"so\"", "two\nlines", "plain"].map(str::to_owned);
        assert_eq!(row(cells), "\"a,b\",\"say \"\"so\"\"\",\"two\nlines\",plain\r\n");
    }
}
