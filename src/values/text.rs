use std::fmt;

/// One line of text, trimmed, never empty, at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line<const MAX: usize>(String);

/// Text of several lines, trimmed, never empty, at most `MAX` characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prose<const MAX: usize>(String);

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadText {
    #[error("cannot be empty")]
    Empty,
    #[error("is too long: {is} characters, and {most} fit")]
    TooLong { is: usize, most: usize },
    #[error("has a character that cannot be printed: write it again by hand")]
    Unprintable,
}

fn check(text: &str, most: usize, lines: bool) -> Result<String, BadText> {
    let text = text.trim().replace("\r\n", "\n");
    let hidden = |c: char| c.is_control() && !(lines && (c == '\n' || c == '\t'));
    let is = text.chars().count();
    if text.is_empty() {
        Err(BadText::Empty)
    } else if text.chars().any(hidden) {
        Err(BadText::Unprintable)
    } else if is > most {
        Err(BadText::TooLong { is, most })
    } else {
        Ok(text)
    }
}

macro_rules! text {
    ($name:ident, $lines:literal) => {
        impl<const MAX: usize> $name<MAX> {
            pub fn parse(text: &str) -> Result<$name<MAX>, BadText> {
                check(text, MAX, $lines).map($name)
            }

            /// As `parse`, and nothing typed is nothing said.
            pub fn optional(text: &str) -> Result<Option<$name<MAX>>, BadText> {
                match $name::parse(text) {
                    Err(BadText::Empty) => Ok(None),
                    parsed => parsed.map(Some),
                }
            }

            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl<const MAX: usize> fmt::Display for $name<MAX> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text!(Line, false);
text!(Prose, true);

/// Words that keep their capital wherever they stand, among those that begin a name of ours.
const PROPER: [&str; 15] = [
    "Appalachian",
    "Celtic",
    "Chapman",
    "Chicago",
    "French",
    "Hammond",
    "Hawaiian",
    "Irish",
    "Latin",
    "Middle",
    "Ondes",
    "Puerto",
    "Rhodes",
    "Scottish",
    "Wurlitzer",
];

/// The name of an instrument or a genre in the middle of a sentence: `Fiddle` reads `fiddle`;
/// `French horn` and `R&B` stay.
pub fn in_sentence(name: &str) -> String {
    let first = name.split([' ', '-']).next().unwrap_or_default();
    let is_shouted = first.chars().skip(1).any(|c| !c.is_lowercase());
    if PROPER.contains(&first) || is_shouted {
        return name.to_owned();
    }
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one_line_of_known_size() {
        assert_eq!(Line::<5>::parse(" Åse 1 ").unwrap().as_str(), "Åse 1");
        assert_eq!(Line::<5>::parse("  "), Err(BadText::Empty));
        assert_eq!(Line::<5>::parse("123456"), Err(BadText::TooLong { is: 6, most: 5 }));
        assert_eq!(Line::<9>::parse("a\0b"), Err(BadText::Unprintable));
        assert_eq!(Line::<9>::parse("a\nb"), Err(BadText::Unprintable));
        assert_eq!(Prose::<9>::parse("a\r\nb").unwrap().as_str(), "a\nb");
        assert_eq!(Line::<9>::optional(" "), Ok(None));
    }

    #[test]
    fn a_name_in_a_sentence_keeps_only_the_capitals_it_must() {
        for (name, reads) in [
            ("Fiddle", "fiddle"),
            ("Octave fiddle", "octave fiddle"),
            ("French horn", "French horn"),
            ("R&B", "R&B"),
            ("TV score", "TV score"),
            ("Soul & R&B", "soul & R&B"),
            ("Hip-hop", "hip-hop"),
            ("", ""),
        ] {
            assert_eq!(in_sentence(name), reads);
        }
    }
}
