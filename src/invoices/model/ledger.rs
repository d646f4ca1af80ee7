use chrono::{DateTime, Datelike, Months, NaiveDate, NaiveTime, Utc};

use crate::{
    bookings::Status,
    values::{BookingId, Currency, InvoiceId, Money, Zone},
};

/// What the bookings of a month come to, in one currency. A session counts by its start, remote work by
/// the day it was due.
#[derive(Clone, Debug)]
pub(crate) struct Month {
    /// Its first day.
    pub(crate) month: NaiveDate,
    /// Confirmed or done.
    pub(crate) sessions: i64,
    /// Confirmed, and not done yet.
    pub(crate) agreed: Money,
    /// Done: what its sealed report says, or else the fee.
    pub(crate) earned: Money,
    /// For what was cancelled.
    pub(crate) owed: Money,
    /// By invoices that stand, with their tax.
    pub(crate) invoiced: Money,
    pub(crate) paid: Money,
}

/// A booking in the ledger.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) booking: BookingId,
    pub(crate) status: Status,
    /// When it began, or was due.
    pub(crate) at: DateTime<Utc>,
    /// Where it was told.
    pub(crate) zone: Zone,
    pub(crate) title: String,
    pub(crate) artist: String,
    /// The other side.
    pub(crate) other: String,
    pub(crate) instrument: String,
    pub(crate) fee: Money,
    pub(crate) agreed: Option<Money>,
    pub(crate) earned: Option<Money>,
    pub(crate) owed: Option<Money>,
    /// The invoice that stands, where there is one.
    pub(crate) invoice: Option<InvoiceId>,
    pub(crate) number: Option<String>,
    pub(crate) issued_on: Option<NaiveDate>,
    pub(crate) due_on: Option<NaiveDate>,
    pub(crate) tax: Option<Money>,
    pub(crate) invoiced: Option<Money>,
    pub(crate) paid_on: Option<NaiveDate>,
}

/// Whole months, from the first day of one to the first day after another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) from: NaiveDate,
    pub(crate) to: NaiveDate,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("This address asks for a month that is none: write it like 2026-12.")]
pub(crate) struct NotMonth;

/// Reads `2026-12`: its first day.
pub(in crate::invoices) fn read_month(text: &str) -> Result<NaiveDate, NotMonth> {
    let day = NaiveDate::parse_from_str(&format!("{}-01", text.trim()), "%Y-%m-%d");
    day.ok().filter(|day| in_reach(day.year())).ok_or(NotMonth)
}

fn in_reach(year: i32) -> bool {
    (1970..=2200).contains(&year)
}

impl Span {
    pub(in crate::invoices) fn of_year(year: i32) -> Option<Span> {
        let from = NaiveDate::from_ymd_opt(year, 1, 1).filter(|_| in_reach(year))?;
        Some(Span { from, to: from + Months::new(12) })
    }

    pub(in crate::invoices) fn of_month(first: NaiveDate) -> Span {
        Span { from: first, to: first + Months::new(1) }
    }

    /// The instants between which it lies on this clock; the second is not in it.
    pub(in crate::invoices) fn instants(self, zone: Zone) -> (DateTime<Utc>, DateTime<Utc>) {
        let midnight = |day: NaiveDate| zone.start(day.and_time(NaiveTime::MIN));
        (midnight(self.from), midnight(self.to))
    }
}

/// All months together, each currency by itself, in the order of their codes.
pub(in crate::invoices) fn totals(months: &[Month]) -> Vec<Month> {
    let mut totals: Vec<Month> = Vec::new();
    for month in months {
        let plus = |a: Money, b: Money| Money::new(a.minor() + b.minor(), a.currency());
        match totals.iter_mut().find(|total| total.currency() == month.currency()) {
            None => totals.push(month.clone()),
            Some(total) => {
                total.sessions += month.sessions;
                total.agreed = plus(total.agreed, month.agreed);
                total.earned = plus(total.earned, month.earned);
                total.owed = plus(total.owed, month.owed);
                total.invoiced = plus(total.invoiced, month.invoiced);
                total.paid = plus(total.paid, month.paid);
            }
        }
    }
    totals.sort_by_key(|total| total.currency().code());
    totals
}

impl Entry {
    /// What it comes to as it stands: agreed, done or owed.
    pub(crate) fn comes_to(&self) -> Option<Money> {
        self.agreed.or(self.earned).or(self.owed)
    }

    /// The invoice that stands, by its number.
    pub(crate) fn issued(&self) -> Option<(InvoiceId, &str)> {
        self.invoice.zip(self.number.as_deref())
    }
}

impl Month {
    pub(crate) fn currency(&self) -> Currency {
        self.agreed.currency()
    }

    /// As an address says it: `2026-12`.
    pub(crate) fn word(&self) -> String {
        self.month.format("%Y-%m").to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(word: &str, code: &str, earned: i64) -> Month {
        let currency = code.parse().unwrap();
        let money = |minor| Money::new(minor, currency);
        Month {
            month: read_month(word).unwrap(),
            sessions: 1,
            agreed: money(0),
            earned: money(earned),
            owed: money(5),
            invoiced: money(0),
            paid: money(0),
        }
    }

    #[test]
    fn currencies_are_never_added_to_each_other() {
        let months =
            [month("2026-01", "USD", 10), month("2026-01", "GBP", 20), month("2026-03", "USD", 30)];
        let told = totals(&months);
        let told: Vec<_> = told
            .iter()
            .map(|it| (it.currency().code(), it.sessions, it.earned.minor(), it.owed.minor()))
            .collect();
        assert_eq!(told, [("GBP", 1, 20, 5), ("USD", 2, 40, 10)]);
    }

    #[test]
    fn a_month_begins_at_midnight_by_the_clock_of_whoever_reads() {
        let chicago: Zone = "America/Chicago".parse().unwrap();
        let span = Span::of_month(read_month("2026-11").unwrap());
        let (from, to) = span.instants(chicago);
        // The clocks go back in between.
        assert_eq!(from.to_rfc3339(), "2026-11-01T05:00:00+00:00");
        assert_eq!(to.to_rfc3339(), "2026-12-01T06:00:00+00:00");
        let year = Span::of_year(2026).unwrap();
        assert_eq!(year.instants(Zone::UTC).1.to_rfc3339(), "2027-01-01T00:00:00+00:00");
        for wrong in ["", "2026", "2026-13", "0001-01", "99999-01", "2026-1-1"] {
            assert_eq!(read_month(wrong), Err(NotMonth), "{wrong:?}");
        }
        assert_eq!(Span::of_year(1969), None);
    }
}
