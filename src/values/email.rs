use std::{fmt, str::FromStr};

use sqlx::{
    Decode, Postgres, Type,
    error::BoxDynError,
    postgres::{PgTypeInfo, PgValueRef},
};

/// An address a mail can be sent to. Compared without regard to case, kept as it was typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an e-mail address: it has a name, an @ and a domain, like you@example.com")]
pub struct NotEmail;

impl Email {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Email {
    type Err = NotEmail;

    fn from_str(text: &str) -> Result<Email, NotEmail> {
        let text = text.trim();
        let address: lettre::Address = text.parse().map_err(|_| NotEmail)?;
        let plain = text.is_ascii() && text.len() <= 254 && address.domain().contains('.');
        if plain { Ok(Email(text.to_owned())) } else { Err(NotEmail) }
    }
}

impl fmt::Display for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Type<Postgres> for Email {
    fn type_info() -> PgTypeInfo {
        <String as Type<Postgres>>::type_info()
    }

    fn compatible(ty: &PgTypeInfo) -> bool {
        <String as Type<Postgres>>::compatible(ty)
    }
}

impl<'r> Decode<'r, Postgres> for Email {
    fn decode(value: PgValueRef<'r>) -> Result<Email, BoxDynError> {
        Ok(<&str as Decode<Postgres>>::decode(value)?.parse()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_an_address_is_an_address() {
        assert!(" ada@example.test ".parse::<Email>().is_ok());
        for wrong in
            ["", "ada", "ada@", "@b.test", "a@b", "a b@c.test", "a@b.test\r\nbcc: c@d.test"]
        {
            assert_eq!(wrong.parse::<Email>(), Err(NotEmail), "{wrong:?}");
        }
    }
}
