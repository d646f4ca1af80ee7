//! Tables for other programs: rows as RFC 4180 writes them, and no formulas.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

/// A table as a file of this name, for its reader alone.
pub(crate) fn answer(name: &str, table: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8; header=present".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}.csv\"")),
        (header::CACHE_CONTROL, "private, no-cache".to_owned()),
    ];
    (headers, table).into_response()
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
