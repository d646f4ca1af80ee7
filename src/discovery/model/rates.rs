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

/// Why a file is not one of rates.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoRates {
    #[error("is not the reference rates of the European Central Bank as XML (eurofxref-daily.xml)")]
    NotRates,
    #[error("says that one euro is {rate} {currency}, which cannot be")]
    NoRate { currency: String, rate: String },
    #[error("is of {0}, and newer rates are in use")]
    Older(NaiveDate),
}

/// Rates as the European Central Bank publishes them each working day, in the shape of
/// [`Rates::rows`]. A currency that is money nowhere any more is left out.
pub(in crate::discovery) fn published(xml: &str) -> Result<(NaiveDate, Rates), NoRates> {
    let document = roxmltree::Document::parse(xml).map_err(|_| NoRates::NotRates)?;
    let day = document.descendants().find(|node| node.has_attribute("time"));
    let day = day.ok_or(NoRates::NotRates)?;
    let as_of = day.attribute("time").and_then(|day| day.parse::<NaiveDate>().ok());
    let as_of = as_of.ok_or(NoRates::NotRates)?;
    let mut rows = vec![("EUR".to_owned(), 1.0, 2)];
    for node in day.children().filter(|node| node.has_attribute("currency")) {
        let (currency, rate) = (node.attribute("currency"), node.attribute("rate"));
        let (currency, rate) = (currency.unwrap_or_default(), rate.unwrap_or_default());
        let per_euro = rate.parse().ok().filter(|rate| (1e-6..1e9).contains(rate));
        let no_rate = || NoRates::NoRate { currency: currency.into(), rate: rate.into() };
        let per_euro: f64 = per_euro.ok_or_else(no_rate)?;
        if let Ok(currency) = currency.parse::<Currency>() {
            let exponent = i16::try_from(currency.exponent()).expect("four at most");
            rows.push((currency.code().to_owned(), per_euro, exponent));
        }
    }
    if rows.len() == 1 {
        return Err(NoRates::NotRates);
    }
    Ok((as_of, Rates { as_of: Some(as_of), rows }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_central_bank_is_read_and_others_are_told_apart() {
        let file = r#"<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01"
            xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><Cube>
            <Cube time='2026-11-20'><Cube currency='USD' rate='1.1520'/><Cube currency='JPY' rate='180.42'/>
            <Cube currency='XXQ' rate='3'/></Cube></Cube></gesmes:Envelope>"#;
        let (as_of, rates) = published(file).unwrap();
        assert_eq!(as_of.to_string(), "2026-11-20");
        let row = |code: &str, per_euro, exponent| (code.to_owned(), per_euro, exponent);
        assert_eq!(rates.rows, [row("EUR", 1.0, 2), row("USD", 1.152, 2), row("JPY", 180.42, 0)]);

        for wrong in
            ["", "Date, USD\n2026-11-20, 1.15", "<a time='2026-11-20'/>", "<a time='today'/>"]
        {
            assert_eq!(published(wrong).unwrap_err(), NoRates::NotRates, "{wrong}");
        }
        for rate in ["0", "-1", "NaN", "inf", "", "1,15"] {
            let error = published(&file.replace("1.1520", rate)).unwrap_err();
            assert_eq!(error, NoRates::NoRate { currency: "USD".into(), rate: rate.into() });
        }
    }

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
