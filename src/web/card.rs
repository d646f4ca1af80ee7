use std::fmt;

use serde_json::Value;

use super::Frame;

/// What other sites and search engines are told of a page: the tags in its head.
#[derive(Clone, Debug)]
pub(crate) struct Card {
    pub(crate) title: String,
    pub(crate) description: String,
    /// The one address of the page, whole.
    pub(crate) url: String,
    /// `website`, `profile`, `music.song`.
    pub(crate) kind: &'static str,
    /// Our picture of it, 1200 by 630, whole address, and the same in words.
    pub(crate) image: Option<(String, String)>,
    pub(crate) data: Option<LinkedData>,
}

/// The most of a description that anybody shows.
const SHOWN: usize = 200;

impl Card {
    /// Of the page at `path`.
    pub(crate) fn new(frame: &Frame, path: &str, title: String, description: &str) -> Card {
        Card {
            title,
            description: shortened(description),
            url: frame.url(path),
            kind: "website",
            image: None,
            data: None,
        }
    }

    pub(crate) fn of_kind(self, kind: &'static str) -> Card {
        Card { kind, ..self }
    }

    pub(crate) fn showing(self, image: String, said: String) -> Card {
        Card { image: Some((image, said)), ..self }
    }

    pub(crate) fn telling(self, data: Value) -> Card {
        Card { data: Some(LinkedData(data)), ..self }
    }
}

/// In one line, cut at a word.
fn shortened(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= SHOWN {
        return line;
    }
    let cut: String = line.chars().take(SHOWN).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{}…", cut.trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// A JSON-LD document of schema.org. Shown, it is JSON that a script element may hold: nothing in
/// it ends the element or begins a comment.
#[derive(Clone, Debug)]
pub(crate) struct LinkedData(Value);

impl fmt::Display for LinkedData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for letter in self.0.to_string().chars() {
            match letter {
                '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                    write!(f, "\\u{:04x}", u32::from(letter))?;
                }
                letter => write!(f, "{letter}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    #[test]
    fn a_description_is_one_line_cut_at_a_word() {
        assert_eq!(shortened(" Dry\n and  close. "), "Dry and close.");
        let long = shortened(&"fiddle, ".repeat(60));
        assert!(long.chars().count() <= SHOWN && long.ends_with("fiddle…"), "{long}");
        assert_eq!(shortened(&"é".repeat(300)).chars().count(), SHOWN + 1);
    }

    proptest! {
        #[test]
        fn whatever_is_told_stays_inside_its_element(name in ".*</script>.*|.*<!--.*|.*") {
            let shown = LinkedData(json!({ "name": name })).to_string();
            let plain = !shown.contains(['<', '>', '&', '\u{2028}', '\u{2029}']);
            prop_assert!(plain, "in {}", shown);
            let read: Value = serde_json::from_str(&shown).unwrap();
            prop_assert_eq!(&read["name"], &name);
        }
    }
}
