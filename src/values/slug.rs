use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The readable part of a URL: small letters, digits and single hyphens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not one of ours")]
pub struct NotSlug;

impl Slug {
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Slug {
    type Err = NotSlug;

    fn from_str(text: &str) -> Result<Slug, NotSlug> {
        let word = |part: &str| {
            !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        let fits = text.len() <= 100 && text.split('-').all(word);
        if fits { Ok(Slug(text.to_owned())) } else { Err(NotSlug) }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A name as a slug of at most 60 characters; `fallback` where nothing of it can be written so.
pub fn slug_of(name: &str, fallback: &str) -> Slug {
    let mut slug = slug::slugify(name);
    slug.truncate(60);
    let slug = slug.trim_matches('-');
    Slug(if slug.is_empty() { fallback.to_owned() } else { slug.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_name_has_a_slug() {
        assert_eq!(slug_of("Ålesund Quartet", "recording").as_str(), "alesund-quartet");
        assert_eq!(slug_of("北京 Trio", "recording").as_str(), "bei-jing-trio");
        assert_eq!(slug_of("--", "recording").as_str(), "recording");
    }

    #[test]
    fn only_a_slug_is_a_slug() {
        assert!("maren-oakley-2".parse::<Slug>().is_ok());
        for wrong in ["", "-a", "a-", "a--b", "A", "a/b", "a b", "é"] {
            assert!(wrong.parse::<Slug>().is_err(), "{wrong:?}");
        }
    }
}
