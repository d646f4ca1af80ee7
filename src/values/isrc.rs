use std::{fmt, str::FromStr};

/// An International Standard Recording Code: country, registrant, year, designation.
/// Kept as its twelve characters, shown with hyphens: `US-RC1-76-00833`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Isrc(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not an ISRC: it has twelve characters, like US-RC1-76-00833")]
pub struct NotIsrc;

impl Isrc {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Isrc {
    type Err = NotIsrc;

    fn from_str(text: &str) -> Result<Isrc, NotIsrc> {
        let code: String = text
            .trim()
            .chars()
            .filter(|c| *c != '-' && *c != ' ')
            .collect::<String>()
            .to_uppercase();
        let fits = code.len() == 12
            && code[..2].bytes().all(|b| b.is_ascii_uppercase())
            && code[2..5].bytes().all(|b| b.is_ascii_alphanumeric())
            && code[5..].bytes().all(|b| b.is_ascii_digit());
        if code.is_ascii() && fits { Ok(Isrc(code)) } else { Err(NotIsrc) }
    }
}

impl fmt::Display for Isrc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = &self.0;
        write!(f, "{}-{}-{}-{}", &code[..2], &code[2..5], &code[5..7], &code[7..])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_isrc_is_read_with_or_without_hyphens() {
        for text in ["US-RC1-76-00833", "usrc17600833", " US RC1 76 00833 "] {
            assert_eq!(text.parse::<Isrc>().unwrap().to_string(), "US-RC1-76-00833");
        }
        for wrong in ["", "US-RC1-76-0083", "12-RC1-76-00833", "US-RC1-7A-00833", "USRC1760083é"] {
            assert_eq!(wrong.parse::<Isrc>(), Err(NotIsrc), "{wrong:?}");
        }
    }
}
