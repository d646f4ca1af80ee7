use std::fmt;

use serde::{Deserialize, Serialize};
use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

use super::Currency;

/// An amount in the minor units of its currency: cents of a dollar, whole yen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Money {
    /// Cents of a dollar, whole yen.
    minor: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "USD")]
    currency: Currency,
}

/// No fee for a session is larger; it keeps sums far from overflow.
const MOST: i64 = 100_000_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMoney {
    #[error("is not an amount: write it with figures, like {0}")]
    Unreadable(&'static str),
    #[error("is more than we can book: write an amount below a thousand million")]
    TooMuch,
    #[error("cannot be less than nothing")]
    Negative,
}

impl Money {
    pub fn new(minor: i64, currency: Currency) -> Money {
        Money { minor, currency }
    }

    pub fn minor(self) -> i64 {
        self.minor
    }

    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Reads `380`, `380.50`, `1,140.00` or `$380`; never more decimals than the currency has.
    pub fn parse(text: &str, currency: Currency) -> Result<Money, NotMoney> {
        let exponent = currency.exponent();
        let example = if exponent == 0 { "38000" } else { "380.00" };
        let unreadable = NotMoney::Unreadable(example);
        let text = text.trim().trim_start_matches(['$', '£', '€', '¥']).trim();
        let text = text.strip_prefix(currency.code()).unwrap_or(text).trim();
        if text
            .strip_prefix(['-', '−'])
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            return Err(NotMoney::Negative);
        }
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let whole = ungrouped(whole).ok_or(unreadable)?;
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        let fraction_fits =
            part.len() <= exponent as usize && (text.contains('.') != part.is_empty());
        if whole.is_empty() || !digits(&whole) || !digits(part) || !fraction_fits {
            return Err(unreadable);
        }
        let part = format!("{part:0<width$}", width = exponent as usize);
        let minor: i64 = format!("{whole}{part}").parse().map_err(|_| NotMoney::TooMuch)?;
        if minor <= MOST { Ok(Money { minor, currency }) } else { Err(NotMoney::TooMuch) }
    }

    /// The amount as it is typed into a field: `1140.00`, no currency and no grouping.
    pub fn typed(self) -> String {
        let minus = if self.minor < 0 { "-" } else { "" };
        format!("{minus}{}", self.figures())
    }

    /// Without what is before it.
    fn figures(self) -> String {
        let exponent = self.currency.exponent();
        let unit = 10_u64.pow(exponent);
        let (whole, part) = (self.minor.unsigned_abs() / unit, self.minor.unsigned_abs() % unit);
        match exponent {
            0 => whole.to_string(),
            _ => format!("{whole}.{part:0width$}", width = exponent as usize),
        }
    }
}

/// Takes the commas out of `1,140`, if each group after one has three digits.
fn ungrouped(text: &str) -> Option<String> {
    let mut groups = text.split(',');
    let first = groups.next()?;
    let mut plain = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        plain.push_str(group);
    }
    Some(plain)
}

/// `$1,140.00`, `JPY 45,000`, `−$80.00`.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let figures = self.figures();
        let (whole, part) = figures.split_once('.').unwrap_or((&figures, ""));
        let mut grouped = String::new();
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at) % 3 == 0 {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let point = if part.is_empty() { "" } else { "." };
        let minus = if self.minor < 0 { "−" } else { "" };
        write!(f, "{minus}{}{grouped}{point}{part}", self.currency.sign())
    }
}

/// A query selects money as the pair `(fee, currency::text) as "fee!: Money"`.
impl Type<Postgres> for Money {
    fn type_info() -> PgTypeInfo {
        <(i64, String) as Type<Postgres>>::type_info()
    }
}

impl<'r> Decode<'r, Postgres> for Money {
    fn decode(value: PgValueRef<'r>) -> Result<Money, BoxDynError> {
        let (minor, currency) = <(i64, String)>::decode(value)?;
        Ok(Money { minor, currency: currency.parse()? })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn currency(code: &str) -> Currency {
        code.parse().unwrap()
    }

    #[test]
    fn an_amount_is_read_as_people_write_it() {
        let dollars = |text| Money::parse(text, currency("USD")).map(Money::minor);
        for (text, cents) in
            [("380", 38_000), ("$380.5", 38_050), (" 1,140.00 ", 114_000), ("USD 12", 1_200)]
        {
            assert_eq!(dollars(text), Ok(cents), "{text:?}");
        }
        for wrong in ["", "a lot", "1.234", "1,14", "1.2.3", "12.", "three eighty", "1e3", "٣"] {
            assert_eq!(dollars(wrong), Err(NotMoney::Unreadable("380.00")), "{wrong:?}");
        }
        assert_eq!(dollars("-3"), Err(NotMoney::Negative));
        assert_eq!(dollars("99999999999999999999"), Err(NotMoney::TooMuch));
    }

    #[test]
    fn a_currency_has_its_own_decimals() {
        let yen = Money::parse("45,000", currency("JPY")).unwrap();
        assert_eq!((yen.minor(), yen.to_string()), (45_000, "JPY\u{a0}45,000".into()));
        assert!(Money::parse("45.5", currency("JPY")).is_err());
        assert_eq!(Money::parse("1.234", currency("KWD")).unwrap().minor(), 1_234);
    }

    #[test]
    fn what_is_taken_off_has_a_minus() {
        let taken = |minor| Money::new(minor, currency("USD"));
        assert_eq!(taken(-8_000).to_string(), "−$80.00");
        assert_eq!((taken(-80).to_string(), taken(-80).typed()), ("−$0.80".into(), "-0.80".into()));
        assert_eq!(taken(-123_456).to_string(), "−$1,234.56");
    }

    proptest! {
        #[test]
        fn what_is_typed_is_read_back(minor in 0..MOST, code in "USD|JPY|KWD|GBP") {
            let money = Money::new(minor, currency(&code));
            prop_assert_eq!(Money::parse(&money.typed(), money.currency()), Ok(money));
        }
    }
}
