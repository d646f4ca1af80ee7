use chrono::NaiveDate;

use crate::values::{Currency, Money};

/// What a unit of each currency is worth, as it was on a day.
#[derive(Clone, Debug, Default)]
pub(in crate::discovery) struct Rates {
    pub(in crate::discovery) as_of: Option<NaiveDate>,
    /// Code, units for one euro, decimals of the minor unit.
    pub(in crate::discovery) rows: Vec<(String, f64, i16)>,
}

impl Rates {
    /// An amount in millionths of a euro, by the very sum of the database's `micro_euros`; none for
    /// a currency without a rate.
    pub(in crate::discovery) fn micro_euros(&self, money: Money) -> Option<i64> {
        let (_, per_euro, exponent) = self.row(money.currency())?;
        let units = money.minor() as f64 / 10_f64.powi(i32::from(*exponent));
        Some((units / per_euro * 1e6 + 0.5).floor() as i64)
    }

    fn row(&self, currency: Currency) -> Option<&(String, f64, i16)> {
        self.rows.iter().find(|(code, ..)| code == currency.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rates() -> Rates {
        let row = |code: &str, per_euro, exponent| (code.to_owned(), per_euro, exponent);
        let rows = vec![row("EUR", 1.0, 2), row("USD", 1.25, 2), row("JPY", 160.0, 0)];
        Rates { as_of: None, rows }
    }

    fn money(text: &str, currency: &str) -> Money {
        Money::parse(text, currency.parse().unwrap()).unwrap()
    }

    #[test]
    fn amounts_of_different_currencies_are_compared_by_the_rates() {
        assert_eq!(rates().micro_euros(money("400", "USD")), Some(320_000_000));
        assert_eq!(rates().micro_euros(money("1", "JPY")), Some(6_250));
        assert_eq!(rates().micro_euros(money("1", "ZAR")), None);
    }

    #[test]
    fn no_two_amounts_of_a_currency_become_one() {
        for minor in 1..10_000 {
            let yen = |minor| rates().micro_euros(Money::new(minor, "JPY".parse().unwrap()));
            assert!(yen(minor) < yen(minor + 1));
        }
    }
}
