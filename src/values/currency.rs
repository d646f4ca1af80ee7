use std::{fmt, str::FromStr};

use sqlx::{
    Decode, Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo, PgValueRef},
};

/// An ISO 4217 currency, a `char(3)` column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Currency(iso_currency::Currency);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a currency we know: choose one from the list, such as USD")]
pub struct NotCurrency;

impl Currency {
    /// Where nobody says which: dollars.
    pub fn usual() -> Currency {
        Currency(iso_currency::Currency::USD)
    }

    /// Digits after the point: 2 for USD, 0 for JPY, 3 for KWD.
    pub fn exponent(self) -> u32 {
        self.0.exponent().unwrap_or(2).into()
    }

    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// What is written before an amount: `$`, `£`, `¥`; the code where a sign would be unclear.
    pub fn sign(self) -> String {
        match self.code() {
            "USD" => "$".into(),
            "GBP" => "£".into(),
            "EUR" => "€".into(),
            code => format!("{code}\u{a0}"),
        }
    }

    /// Every currency that is money in somebody's pocket, by code.
    pub fn all() -> Vec<Currency> {
        use iso_currency::IntoEnumIterator;
        let mut all: Vec<_> = iso_currency::Currency::iter()
            .filter(|currency| currency.exponent().is_some() && !currency.used_by().is_empty())
            .map(Currency)
            .collect();
        all.sort_by_key(|currency| currency.code());
        all
    }
}

impl FromStr for Currency {
    type Err = NotCurrency;

    fn from_str(text: &str) -> Result<Currency, NotCurrency> {
        let code = text.trim().to_ascii_uppercase();
        let currency = iso_currency::Currency::from_code(&code).ok_or(NotCurrency)?;
        if currency.exponent().is_some() { Ok(Currency(currency)) } else { Err(NotCurrency) }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl serde::Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

impl<'de> serde::Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let code = <std::borrow::Cow<'de, str>>::deserialize(from)?;
        code.parse().map_err(serde::de::Error::custom)
    }
}

impl Type<Postgres> for Currency {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("bpchar")
    }

    fn compatible(ty: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(ty)
    }
}

impl Encode<'_, Postgres> for Currency {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        <&str as Encode<Postgres>>::encode(self.code(), buffer)
    }
}

impl<'r> Decode<'r, Postgres> for Currency {
    fn decode(value: PgValueRef<'r>) -> Result<Currency, BoxDynError> {
        Ok(<&str as Decode<Postgres>>::decode(value)?.parse()?)
    }
}
