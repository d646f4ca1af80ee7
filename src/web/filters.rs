//! How values read on a page.

use askama::{Values, filter_fn};
use chrono::{DateTime, NaiveDate, Utc};

use crate::values::{Slot, Zone, in_sentence};

/// `{{ slot|when(zone) }}` reads `Tue 8 Dec 2026, 10:00–13:00 CST`.
#[filter_fn]
pub(crate) fn when(slot: &Slot, _: &dyn Values, zone: &Zone) -> askama::Result<String> {
    Ok(zone.span(slot))
}

/// `{{ at|moment(zone) }}` reads `Tue 8 Dec 2026, 10:00 CST`.
#[filter_fn]
pub(crate) fn moment(at: &DateTime<Utc>, _: &dyn Values, zone: &Zone) -> askama::Result<String> {
    Ok(zone.moment(*at))
}

/// `{{ day|long_day }}` reads `8 December 2026`.
#[filter_fn]
pub(crate) fn long_day(day: &NaiveDate, _: &dyn Values) -> askama::Result<String> {
    Ok(day.format("%-d %B %Y").to_string())
}

/// `{{ day|short_day }}` reads `Tue 8 Dec`.
#[filter_fn]
pub(crate) fn short_day(day: &NaiveDate, _: &dyn Values) -> askama::Result<String> {
    Ok(day.format("%a %-d %b").to_string())
}

/// `{{ day|month }}` reads `March 2026`.
#[filter_fn]
pub(crate) fn month(day: &NaiveDate, _: &dyn Values) -> askama::Result<String> {
    Ok(day.format("%B %Y").to_string())
}

/// An address of ours within quotes, without what `&` takes when it is escaped: before the name of a
/// field it needs no escape, and a page may have a hundred such. `{{ address|href|safe }}`.
#[filter_fn]
pub(crate) fn href(address: &str, _: &dyn Values) -> askama::Result<String> {
    let letter = |c: char| match c {
        '"' => "%22".into(),
        '<' => "%3C".into(),
        '>' => "%3E".into(),
        ';' => "%3B".into(),
        c => c.to_string(),
    };
    Ok(address.chars().map(letter).collect())
}

/// The machine's reading of an instant, for `<time datetime>`.
#[filter_fn]
pub(crate) fn stamp(at: &DateTime<Utc>, _: &dyn Values) -> askama::Result<String> {
    Ok(at.format("%Y-%m-%dT%H:%MZ").to_string())
}

/// The number of things, in words fit for a sentence: `{{ n|count("credit", "credits") }}`.
#[filter_fn]
pub(crate) fn count(n: &i64, _: &dyn Values, one: &str, many: &str) -> askama::Result<String> {
    Ok(if *n == 1 { format!("{n} {one}") } else { format!("{n} {many}") })
}

/// `{{ instrument|midsentence }}` reads `fiddle`.
#[filter_fn]
pub(crate) fn midsentence(name: &str, _: &dyn Values) -> askama::Result<String> {
    Ok(in_sentence(name))
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// Text in which `code` stands between backticks, as in comments: `{{ text|coded|safe }}`.
#[filter_fn]
pub(crate) fn coded(text: &str, _: &dyn Values) -> askama::Result<String> {
    let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
        0 => escape(part).replace('\'', "’"),
        _ => format!("<code>{}</code>", escape(part)),
    });
    Ok(parts.collect())
}

/// Text of several lines as paragraphs, each escaped: `{{ about|paragraphs|safe }}`.
#[filter_fn]
pub(crate) fn paragraphs(text: &str, _: &dyn Values) -> askama::Result<String> {
    let paragraphs = text.split("\n\n").map(str::trim).filter(|part| !part.is_empty());
    Ok(paragraphs.map(|part| format!("<p>{}</p>", escape(part).replace('\n', "<br>"))).collect())
}

/// `{{ n|many }}` reads `12 840`.
#[filter_fn]
pub(crate) fn many(n: &u64, _: &dyn Values) -> askama::Result<String> {
    let figures = n.to_string();
    let mut grouped = String::with_capacity(figures.len() * 4 / 3);
    for (at, figure) in figures.chars().enumerate() {
        if at > 0 && (figures.len() - at).is_multiple_of(3) {
            grouped.push('\u{202f}');
        }
        grouped.push(figure);
    }
    Ok(grouped)
}
