/// A kind of audio file that we take, told by how it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Audio {
    Wav,
    Aiff,
    Flac,
    Mp3,
    /// AAC or ALAC in an MP4 container.
    M4a,
    /// Bare AAC.
    Aac,
    /// Vorbis or FLAC in an Ogg container.
    Ogg,
    Opus,
    Webm,
}

impl Audio {
    /// How many bytes of its beginning tell a file's kind.
    pub(crate) const HEAD: usize = 64;

    /// What names end in, and what may be in a file that is called so.
    pub(crate) const NAMES: [(&str, &[Audio]); 14] = [
        ("wav", &[Audio::Wav]),
        ("wave", &[Audio::Wav]),
        ("aif", &[Audio::Aiff]),
        ("aiff", &[Audio::Aiff]),
        ("aifc", &[Audio::Aiff]),
        ("flac", &[Audio::Flac]),
        ("mp3", &[Audio::Mp3]),
        ("m4a", &[Audio::M4a]),
        ("mp4", &[Audio::M4a]),
        ("aac", &[Audio::Aac, Audio::M4a]),
        ("ogg", &[Audio::Ogg, Audio::Opus]),
        ("oga", &[Audio::Ogg, Audio::Opus]),
        ("opus", &[Audio::Opus]),
        ("webm", &[Audio::Webm]),
    ];

    pub(crate) fn sniff(head: &[u8]) -> Option<Audio> {
        let at = |from: usize, mark: &[u8]| head.get(from..).is_some_and(|h| h.starts_with(mark));
        if at(0, b"RIFF") && at(8, b"WAVE") {
            Some(Audio::Wav)
        } else if at(0, b"FORM") && (at(8, b"AIFF") || at(8, b"AIFC")) {
            Some(Audio::Aiff)
        } else if at(0, b"fLaC") {
            Some(Audio::Flac)
        } else if at(0, b"OggS") {
            // Behind the page's head of 27 bytes and the lengths of its one segment.
            if at(28, b"OpusHead") { Some(Audio::Opus) } else { Some(Audio::Ogg) }
        } else if at(4, b"ftyp") {
            Some(Audio::M4a)
        } else if at(0, &[0x1a, 0x45, 0xdf, 0xa3]) {
            Some(Audio::Webm)
        } else if at(0, b"ID3") {
            Some(Audio::Mp3)
        } else {
            match head {
                // Twelve bits of sync, then the layer: none is AAC, the third MP3.
                [0xff, second, ..] if second & 0xf6 == 0xf0 => Some(Audio::Aac),
                [0xff, second, ..] if second & 0xe6 == 0xe2 => Some(Audio::Mp3),
                _ => None,
            }
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Audio::Wav => "WAV",
            Audio::Aiff => "AIFF",
            Audio::Flac => "FLAC",
            Audio::Mp3 => "MP3",
            Audio::M4a => "M4A",
            Audio::Aac => "AAC",
            Audio::Ogg => "Ogg",
            Audio::Opus => "Opus",
            Audio::Webm => "WebM",
        }
    }

    /// What a browser is told it gets.
    pub(crate) fn content_type(self) -> &'static str {
        match self {
            Audio::Wav => "audio/wav",
            Audio::Aiff => "audio/aiff",
            Audio::Flac => "audio/flac",
            Audio::Mp3 => "audio/mpeg",
            Audio::M4a => "audio/mp4",
            Audio::Aac => "audio/aac",
            Audio::Ogg | Audio::Opus => "audio/ogg",
            Audio::Webm => "audio/webm",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Audio> {
        let all = Audio::NAMES.iter().flat_map(|(_, kinds)| kinds.iter().copied());
        all.into_iter().find(|kind| kind.name() == name)
    }
}
