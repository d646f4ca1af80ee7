use super::Unusable;
pub(in crate::demos) use crate::files::Audio as Kind;

/// What a file picker offers.
pub(in crate::demos) const ACCEPT: &str =
    ".wav,.aif,.aiff,.flac,.mp3,.m4a,.aac,.ogg,.oga,.opus,.webm,audio/*";

impl Kind {
    /// The kind of a file that begins with `head` and is called `name`; of the name nothing but
    /// its end is ever looked at.
    pub(in crate::demos) fn told(name: &str, head: &[u8]) -> Result<Kind, Unusable> {
        if head.is_empty() {
            return Err(Unusable::Empty);
        }
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending).to_lowercase();
        let named = Kind::NAMES.iter().find(|(known, _)| *known == ending);
        let (ending, may_be) = named.ok_or(Unusable::UnknownName)?;
        let is = Kind::sniff(head).ok_or(Unusable::NotAudio { ending })?;
        // A tag before the audio hides whether it is MP3 or AAC; the decoder will tell.
        let is = if is == Kind::Mp3 && head.starts_with(b"ID3") && may_be.contains(&Kind::Aac) {
            Kind::Aac
        } else {
            is
        };
        if may_be.contains(&is) { Ok(is) } else { Err(Unusable::Misnamed { ending, is }) }
    }

    /// What ffmpeg calls the container, of the kinds that only it reads.
    pub(in crate::demos) fn read_by_ffmpeg(self) -> Option<&'static str> {
        match self {
            Kind::Opus => Some("ogg"),
            Kind::Webm => Some("matroska"),
            _ => None,
        }
    }

    /// Whether it must end with a page that says so.
    pub(in crate::demos) fn is_paged(self) -> bool {
        matches!(self, Kind::Ogg | Kind::Opus)
    }
}

/// Whether an Ogg file's last page is there whole and says it is the last; `tail` is the end of the
/// file, or all of it, and holds a page at least.
pub(in crate::demos) fn ends_in_order(tail: &[u8]) -> bool {
    const LAST: u8 = 4;
    let Some(at) = tail.windows(4).rposition(|mark| mark == b"OggS") else { return false };
    let page = &tail[at..];
    let Some(segments) = page.get(26).map(|n| usize::from(*n)) else { return false };
    let Some(lengths) = page.get(27..27 + segments) else { return false };
    let body: usize = lengths.iter().map(|n| usize::from(*n)).sum();
    page[5] & LAST != 0 && page.len() >= 27 + segments + body
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_it_begins_with_and_called_what_it_is() {
        let wav = b"RIFF\0\0\0\0WAVEfmt ";
        assert_eq!(Kind::told("a.WAV", wav), Ok(Kind::Wav));
        assert_eq!(Kind::told("../../x/\0.wav", wav), Ok(Kind::Wav));
        let misnamed = Unusable::Misnamed { ending: "mp3", is: Kind::Wav };
        assert_eq!(Kind::told("a.mp3", wav), Err(misnamed));
        assert_eq!(Kind::told("wav", wav), Err(Unusable::UnknownName));
        assert_eq!(Kind::told("a.exe", wav), Err(Unusable::UnknownName));
        assert_eq!(Kind::told("a.wav", b""), Err(Unusable::Empty));
        assert_eq!(Kind::told("a.wav", b"RI"), Err(Unusable::NotAudio { ending: "wav" }));
        assert_eq!(
            Kind::told("a.mp3", b"\xff\xd8\xff\xe0"),
            Err(Unusable::NotAudio { ending: "mp3" })
        );
        assert_eq!(Kind::told("a.mp3", b"\xff\xfb\x90\x64"), Ok(Kind::Mp3));
        assert_eq!(Kind::told("a.aac", b"\xff\xf1\x50\x80"), Ok(Kind::Aac));
        assert_eq!(Kind::told("a.aac", b"ID3\x04"), Ok(Kind::Aac));
        assert_eq!(Kind::told("a.mp3", b"ID3\x04"), Ok(Kind::Mp3));
    }

    #[test]
    fn an_ogg_file_cut_short_lacks_its_last_page() {
        let mut page = b"OggS\0\x04".to_vec();
        page.resize(26, 0);
        page.extend([1, 3, b'a', b'b', b'c']);
        assert!(ends_in_order(&page));
        assert!(!ends_in_order(&page[..page.len() - 1]));
        assert!(!ends_in_order(&page[..20]));
        page[5] = 0;
        assert!(!ends_in_order(&page));
        assert!(!ends_in_order(b""));
    }
}
