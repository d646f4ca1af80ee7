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
}
