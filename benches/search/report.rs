//! What was measured, as tables for `docs/performance.md`.

use std::{fmt::Write, fs};

use crate::{kinds::NOTHING, load::Turn};

/// All turns of one kind.
pub(crate) struct Row {
    name: &'static str,
    /// As strangers meet it: kept ready.
    pub(crate) pages: Vec<Turn>,
    /// For somebody signed in, for whom each is made anew.
    pub(crate) made: Vec<Turn>,
    pub(crate) json: Vec<Turn>,
    /// Statements a second.
    pub(crate) sql: Vec<f64>,
}

impl Row {
    pub(crate) fn new(name: &'static str) -> Row {
        Row { name, pages: vec![], made: vec![], json: vec![], sql: vec![] }
    }
}

pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn rate(turns: &[Turn]) -> f64 {
    median(turns.iter().map(|turn| turn.rate))
}

fn within(turns: &[Turn], part: f64) -> String {
    if turns.is_empty() {
        return "–".into();
    }
    format!("{:.1}", median(turns.iter().map(|turn| turn.within(part))))
}

fn number(value: f64) -> String {
    if value.is_nan() { "–".into() } else { format!("{value:.0}") }
}

fn ratio(value: f64) -> String {
    if value.is_finite() { format!("{value:.2}") } else { "–".into() }
}

/// Said where it happened.
fn failed<'a>(turns: impl Iterator<Item = &'a Turn>) -> String {
    match turns.map(|turn| turn.failed).sum::<usize>() {
        0 => String::new(),
        count => format!(" (**{count} failed**)"),
    }
}

pub(crate) fn machine(musicians: i64, clients: usize) -> String {
    let cores = std::thread::available_parallelism().map_or(0, |cores| cores.get());
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split_whitespace().next().unwrap_or("?");
    format!(
        "{musicians} musicians, {clients} clients; server, Postgres and clients share {cores} cores, \
         whose load was {load} before.\n"
    )
}

pub(crate) fn table(rows: &[Row]) -> String {
    let nothing =
        rows.iter().find(|row| row.name == NOTHING).map_or(f64::NAN, |row| rate(&row.pages));
    let mut table = String::from(
        "| page | /s | p50 ms | p95 ms | p99 ms | kB | JSON /s | p95 ms | SQL by pgbench /s | page : SQL \
         | page : nothing | made anew /s | p50 ms | p95 ms | made anew : SQL |\n\
         |---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    for row in rows {
        // Of eight connections and as many as clients, the better.
        let few = median(row.sql.iter().step_by(2).copied());
        let many = median(row.sql.iter().skip(1).step_by(2).copied());
        let sql = few.max(many);
        let pages = rate(&row.pages);
        writeln!(
            table,
            "| {}{} | {} | {} | {} | {} | {:.1} | {} | {} | {} | {} | {} | {} | {} | {} | {} |",
            row.name,
            failed(row.pages.iter().chain(&row.json).chain(&row.made)),
            number(pages),
            within(&row.pages, 0.5),
            within(&row.pages, 0.95),
            within(&row.pages, 0.99),
            row.pages[0].bytes as f64 / 1e3,
            number(rate(&row.json)),
            within(&row.json, 0.95),
            number(sql),
            ratio(pages / sql),
            ratio(pages / nothing),
            number(rate(&row.made)),
            within(&row.made, 0.5),
            within(&row.made, 0.95),
            ratio(rate(&row.made) / sql),
        )
        .unwrap();
    }
    table
}

pub(crate) fn starts(turns: &[(f64, Turn)]) -> String {
    let all = |of: fn(&(f64, Turn)) -> f64| median(turns.iter().map(of));
    format!(
        "A server was ready {:.1} s after its start. In the first five seconds after that, all kinds of \
         search pages at once: {:.0} a second, p50 {:.1} ms, p95 {:.1} ms, p99 {:.1} ms, the slowest \
         {:.0} ms{}.",
        all(|(ready, _)| *ready),
        all(|(_, turn)| turn.rate),
        all(|(_, turn)| turn.within(0.5)),
        all(|(_, turn)| turn.within(0.95)),
        all(|(_, turn)| turn.within(0.99)),
        all(|(_, turn)| turn.within(1.0)),
        failed(turns.iter().map(|(_, turn)| turn)),
    )
}
