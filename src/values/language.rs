use std::{str::FromStr, sync::LazyLock};

/// A language somebody speaks: of ISO 639-1, with its English name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language {
    /// `en`
    code: &'static str,
    /// `English`
    name: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("have “{0}”, which is not a language we know: choose from the list, such as English")]
pub struct NotLanguage(String);

/// By name.
static ALL: LazyLock<Vec<Language>> = LazyLock::new(|| {
    let row =
        |line: &'static str| line.split_once('\t').map(|(code, name)| Language { code, name });
    include_str!("languages.tsv").lines().filter_map(row).collect()
});

impl Language {
    /// All that have a code of two letters, by name.
    pub fn all() -> &'static [Language] {
        &ALL
    }

    pub fn of_code(code: &str) -> Option<Language> {
        ALL.iter().find(|language| language.code == code).copied()
    }

    pub fn code(self) -> &'static str {
        self.code
    }

    pub fn name(self) -> &'static str {
        self.name
    }
}

impl FromStr for Language {
    type Err = NotLanguage;

    /// Reads a name or a code.
    fn from_str(text: &str) -> Result<Language, NotLanguage> {
        let text = text.trim();
        let meant = text.to_lowercase();
        let is_meant = |one: &&Language| one.code == meant || one.name.to_lowercase() == meant;
        let shown = || NotLanguage(text.chars().filter(|c| !c.is_control()).take(40).collect());
        ALL.iter().find(is_meant).copied().ok_or_else(shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_language_is_read_by_its_name_or_its_code() {
        for text in ["en", "EN", " english ", "English"] {
            assert_eq!(text.parse::<Language>().unwrap().code(), "en");
        }
        assert_eq!("MĀORI".parse::<Language>().unwrap().code(), "mi");
        for wrong in ["", "e", "eng", "Elvish", "en\0", "xx", "<b>"] {
            assert!(wrong.parse::<Language>().is_err(), "{wrong:?}");
        }
        let long = "x".repeat(5000).parse::<Language>().unwrap_err().to_string();
        assert!(long.len() < 200, "{long}");
    }

    #[test]
    fn every_language_has_two_letters_and_a_name_of_its_own() {
        assert_eq!(Language::all().len(), 183);
        for language in Language::all() {
            let letters = language.code().bytes().filter(u8::is_ascii_lowercase).count();
            assert_eq!((letters, language.code().len()), (2, 2), "{language:?}");
            assert_eq!(Language::of_code(language.code()), Some(*language));
            assert_eq!(language.name().parse(), Ok(*language), "the name says which");
        }
    }
}
