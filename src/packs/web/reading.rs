use chrono::NaiveDate;

use super::super::model::Share;
use crate::values::{Currency, FieldErrors, Money, read_day};

/// Reads what was typed field by field, and notes what will not do. An empty field says nothing.
pub(super) struct Reading {
    pub(super) currency: Option<Currency>,
    pub(super) errors: FieldErrors,
}

impl Reading {
    pub(super) fn new(currency: Option<Currency>) -> Reading {
        Reading { currency, errors: FieldErrors::default() }
    }

    pub(super) fn money(&mut self, field: &'static str, text: &str) -> Option<Money> {
        let text = said(text)?;
        let Some(currency) = self.currency else {
            self.errors.add(field, "cannot be an amount: this pack has no currency");
            return None;
        };
        self.errors.take(field, Money::parse(text, currency))
    }

    pub(super) fn minor(&mut self, field: &'static str, text: &str) -> Option<i64> {
        self.money(field, text).map(Money::minor)
    }

    pub(super) fn share(&mut self, field: &'static str, text: &str) -> Option<Share> {
        self.errors.take(field, said(text)?.parse())
    }

    /// A whole number of `what` in a range.
    pub(super) fn number(
        &mut self,
        field: &'static str,
        text: &str,
        range: (u16, u16),
        what: &str,
    ) -> Option<u16> {
        self.errors.number(field, said(text)?, range, what)
    }

    pub(super) fn day(&mut self, field: &'static str, text: &str) -> Option<NaiveDate> {
        self.errors.take(field, read_day(said(text)?))
    }
}

/// What was typed, if anything was.
pub(super) fn said(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| !text.is_empty())
}

/// The n-th of a field that comes once a row.
pub(super) fn at(list: &[String], row: usize) -> &str {
    list.get(row).map_or("", String::as_str)
}

/// How many rows were typed, the longest of their columns; no more than anybody fills in.
pub(super) fn rows(columns: &[&Vec<String>]) -> usize {
    columns.iter().map(|column| column.len()).max().unwrap_or(0).min(20)
}
