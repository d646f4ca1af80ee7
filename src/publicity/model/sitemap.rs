use std::{fmt, str::FromStr};

/// How many numbers a part covers, and so the most addresses it can hold. A part is a stretch of
/// ids: what is in it never moves to another.
pub(in crate::publicity) const PAGE: i64 = 5_000;

/// What a part of the sitemap lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publicity) enum Kind {
    /// The first pages, the instruments and the genres, all in one.
    Pages,
    Musicians,
    Recordings,
}

/// `/sitemap-musicians-3.xml`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::publicity) struct Part {
    pub(in crate::publicity) kind: Kind,
    pub(in crate::publicity) number: i64,
}

impl Part {
    /// The ids it covers: from the first, up to but not the second.
    pub(in crate::publicity) fn ids(self) -> (i64, i64) {
        (self.number * PAGE, (self.number + 1) * PAGE)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::Pages => "pages",
            Kind::Musicians => "musicians",
            Kind::Recordings => "recordings",
        };
        write!(f, "{kind}-{}.xml", self.number)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not a part of the sitemap")]
pub(in crate::publicity) struct NotPart;

impl FromStr for Part {
    type Err = NotPart;

    fn from_str(text: &str) -> Result<Part, NotPart> {
        let (kind, number) =
            text.strip_suffix(".xml").and_then(|name| name.split_once('-')).ok_or(NotPart)?;
        let kind = match kind {
            "pages" => Kind::Pages,
            "musicians" => Kind::Musicians,
            "recordings" => Kind::Recordings,
            _ => return Err(NotPart),
        };
        let number = number.parse::<u32>().map_err(|_| NotPart)?.into();
        let part = Part { kind, number };
        // One address for each part: `-07` is none.
        if part.to_string() == text { Ok(part) } else { Err(NotPart) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_has_one_address_and_a_stretch_of_its_own() {
        let part = Part { kind: Kind::Musicians, number: 3 };
        assert_eq!("musicians-3.xml".parse(), Ok(part));
        assert_eq!(part.ids(), (15_000, 20_000));
        for wrong in
            ["", "musicians.xml", "musicians-03.xml", "musicians--1.xml", "people-0.xml", "pages-0"]
        {
            assert_eq!(wrong.parse::<Part>(), Err(NotPart), "{wrong}");
        }
    }
}
