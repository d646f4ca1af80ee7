use super::{Audio, FileKey};

/// The largest file that is taken, in bytes: 200 MiB.
pub(crate) const MOST_BYTES: u64 = 200 * 1024 * 1024;

/// How many come at once.
pub(in crate::files) const MOST_FILES: usize = 4;

/// How long a name is kept.
const MOST_NAME: usize = 120;

/// What a file picker offers.
pub(crate) const ACCEPT: &str =
    ".pdf,.png,.jpg,.jpeg,.webp,.wav,.aif,.aiff,.flac,.mp3,.m4a,.aac,.ogg,.oga,.opus,.webm,audio/*";

/// What a file is, told by how it begins. It is never opened here: whoever takes it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Pdf,
    Png,
    Jpeg,
    Webp,
    Audio(Audio),
}

/// A file that was taken in for what is being written.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) key: FileKey,
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) bytes: u64,
    pub(crate) sha256: [u8; 32],
}

/// Why a file will not do, in words that follow `File`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Unusable {
    #[error("is missing: choose one")]
    Missing,
    #[error("“{0}” is empty")]
    Empty(String),
    #[error("“{0}” is more than 200 MiB: send a smaller one")]
    TooLarge(String),
    #[error("“{0}” is of no kind that is taken here: PDF, PNG, JPEG, WebP, or audio")]
    Unknown(String),
    #[error("“{0}” is not what its name says: it does not begin as such a file does")]
    Misnamed(String),
    #[error("is one of too many: {MOST_FILES} are taken at once")]
    TooMany,
}

/// Kinds of paper and picture, by what names end in.
const NAMES: [(&str, Kind); 5] = [
    ("pdf", Kind::Pdf),
    ("png", Kind::Png),
    ("jpg", Kind::Jpeg),
    ("jpeg", Kind::Jpeg),
    ("webp", Kind::Webp),
];

impl Kind {
    /// How many bytes of its beginning tell a file's kind.
    pub(in crate::files) const HEAD: usize = Audio::HEAD;

    /// The kind of a file that begins with `head` and is called `name`, which says the same.
    pub(in crate::files) fn told(name: &str, head: &[u8]) -> Result<Kind, Unusable> {
        if head.is_empty() {
            return Err(Unusable::Empty(name.to_owned()));
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let of_sight = NAMES.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind);
        let of_sound = Audio::NAMES.iter().find(|(known, _)| *known == ending);
        let is = Kind::sniff(head);
        match (of_sight, of_sound, is) {
            (None, None, _) => Err(Unusable::Unknown(name.to_owned())),
            (Some(named), _, Some(is)) if named == is => Ok(is),
            (_, Some((_, may_be)), Some(Kind::Audio(is))) if may_be.contains(&is) => {
                Ok(Kind::Audio(is))
            }
            // A tag before the sound hides whether it is MP3 or AAC.
            (_, Some((_, may_be)), Some(_))
                if head.starts_with(b"ID3") && may_be.contains(&Audio::Aac) =>
            {
                Ok(Kind::Audio(Audio::Aac))
            }
            _ => Err(Unusable::Misnamed(name.to_owned())),
        }
    }

    fn sniff(head: &[u8]) -> Option<Kind> {
        let at = |from: usize, mark: &[u8]| head.get(from..).is_some_and(|h| h.starts_with(mark));
        if at(0, b"%PDF-") {
            Some(Kind::Pdf)
        } else if at(0, b"\x89PNG\r\n\x1a\n") {
            Some(Kind::Png)
        } else if at(0, &[0xff, 0xd8, 0xff]) {
            Some(Kind::Jpeg)
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Some(Kind::Webp)
        } else {
            Audio::sniff(head).map(Kind::Audio)
        }
    }

    /// As it is kept and shown: `PDF`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Pdf => "PDF",
            Kind::Png => "PNG",
            Kind::Jpeg => "JPEG",
            Kind::Webp => "WebP",
            Kind::Audio(audio) => audio.name(),
        }
    }

    /// What a browser is told it gets, of a kind by its [`name`](Kind::name).
    pub(crate) fn content_type(name: &str) -> &'static str {
        match name {
            "PDF" => "application/pdf",
            "PNG" => "image/png",
            "JPEG" => "image/jpeg",
            "WebP" => "image/webp",
            audio => Audio::named(audio).map_or("application/octet-stream", Audio::content_type),
        }
    }
}

/// A name fit to be shown and saved under: its last part alone, in one line, without signs that
/// turn letters round, and not too long; its ending stays.
pub(in crate::files) fn safe_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let turns = |c: char| matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}');
    let plain: String = last.chars().filter(|c| !c.is_control() && !turns(*c)).collect();
    let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    let plain = plain.trim_start_matches('.');
    let (stem, ending) = plain.rsplit_once('.').unwrap_or((plain, ""));
    let kept = MOST_NAME.saturating_sub(ending.chars().count() + 1);
    let stem: String = stem.chars().take(kept).collect();
    match (stem.as_str(), ending) {
        ("", ending) => format!("file.{ending}"),
        (stem, "") => stem.to_owned(),
        (stem, ending) => format!("{stem}.{}", ending.chars().take(MOST_NAME).collect::<String>()),
    }
}

/// `1.2 MB`, `340 kB`.
pub(crate) fn size(bytes: i64) -> String {
    match bytes {
        0..1_000_000 => format!("{} kB", (bytes + 999) / 1000),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with_and_called_what_it_is() {
        let wav = b"RIFF\0\0\0\0WAVEfmt ";
        let webp = b"RIFF\0\0\0\0WEBPVP8 ";
        assert_eq!(Kind::told("a.PDF", b"%PDF-1.7"), Ok(Kind::Pdf));
        assert_eq!(Kind::told("a.jpeg", b"\xff\xd8\xff\xe0"), Ok(Kind::Jpeg));
        assert_eq!(Kind::told("a.png", b"\x89PNG\r\n\x1a\n"), Ok(Kind::Png));
        assert_eq!(Kind::told("a.webp", webp), Ok(Kind::Webp));
        assert_eq!(Kind::told("a.wav", wav), Ok(Kind::Audio(Audio::Wav)));
        assert_eq!(Kind::told("a.aac", b"ID3\x04"), Ok(Kind::Audio(Audio::Aac)));
        let wrong = |name: &str, head: &[u8]| Kind::told(name, head).unwrap_err();
        assert_eq!(wrong("a.wav", webp), Unusable::Misnamed("a.wav".into()));
        assert_eq!(wrong("a.pdf", b"<html>"), Unusable::Misnamed("a.pdf".into()));
        assert_eq!(wrong("a.png", b"%PDF-1.7"), Unusable::Misnamed("a.png".into()));
        assert_eq!(wrong("a.svg", b"<svg"), Unusable::Unknown("a.svg".into()));
        assert_eq!(wrong("a.pdf.exe", b"%PDF-1.7"), Unusable::Unknown("a.pdf.exe".into()));
        assert_eq!(wrong("pdf", b"%PDF-1.7"), Unusable::Unknown("pdf".into()));
        assert_eq!(wrong("a.pdf", b""), Unusable::Empty("a.pdf".into()));
    }

    #[test]
    fn every_kind_is_known_again_by_its_name() {
        for (_, kind) in NAMES {
            assert_ne!(Kind::content_type(kind.name()), "application/octet-stream");
        }
        for audio in Audio::NAMES.iter().flat_map(|(_, kinds)| *kinds) {
            assert_eq!(Kind::content_type(audio.name()), audio.content_type());
        }
    }

    #[test]
    fn a_name_leads_nowhere_and_hides_nothing() {
        for (sent, kept) in [
            ("Dust on the Piano.pdf", "Dust on the Piano.pdf"),
            ("../../etc/passwd.pdf", "passwd.pdf"),
            ("C:\\charts\\a.pdf", "a.pdf"),
            ("a\r\nX: y.pdf", "aX: y.pdf"),
            ("chart\u{202e}fdp.wav", "chartfdp.wav"),
            (".pdf", "pdf"),
            ("  a   b .pdf", "a b .pdf"),
            ("/", "file."),
        ] {
            assert_eq!(safe_name(sent), kept, "{sent:?}");
        }
        let long = safe_name(&format!("{}.flac", "å".repeat(500)));
        assert!(long.chars().count() <= MOST_NAME && long.ends_with("å.flac"));
    }

    #[test]
    fn a_size_reads_as_people_say_it() {
        assert_eq!(
            (size(1), size(340_000), size(1_234_567)),
            ("1 kB".into(), "340 kB".into(), "1.2 MB".into())
        );
    }

    proptest! {
        #[test]
        fn no_name_has_a_path_or_a_line_in_it(sent in "\\PC{0,200}|[./\\\\\r\n\u{202e}a]{0,20}") {
            let kept = safe_name(&sent);
            let bad = |c: char| c.is_control() || c == '/' || c == '\\';
            prop_assert!(!kept.is_empty() && !kept.contains(bad) && !kept.starts_with('.'));
            prop_assert!(kept.chars().count() <= 2 * MOST_NAME + 5);
        }
    }
}
