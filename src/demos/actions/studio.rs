use std::{
    ffi::OsString,
    fmt,
    io::{self, Read, Seek, SeekFrom},
    sync::Arc,
};

use symphonia::core::io::MediaSource;
use tokio::{runtime::Handle, sync::Semaphore, task::spawn_blocking};

use super::{
    super::model::{
        Ear, Heard, Kind, Listener, Unusable, decode, ends_in_order,
        rendition::{MOST_BYTES, Rendition},
    },
    FOLDER, ffmpeg,
};
use crate::files::{FileReader, Files, FilesError, Stored};

/// How many files are decoded at once: each takes a processor whole.
const SEATS: usize = 2;
/// An Ogg page is at most so long.
const PAGE: u64 = 65_307;

/// Where files are decoded, and what with; one a server.
#[derive(Debug)]
pub struct Studio {
    seats: Arc<Semaphore>,
    /// The program, where it is looked for.
    ffmpeg: OsString,
}

impl Default for Studio {
    fn default() -> Studio {
        Studio::with_ffmpeg("ffmpeg")
    }
}

impl Studio {
    pub fn with_ffmpeg(program: impl Into<OsString>) -> Studio {
        let seats = Arc::new(Semaphore::new(SEATS));
        Studio { seats, ffmpeg: program.into() }
    }

    /// Whether Opus and WebM can be decoded here.
    pub(in crate::demos) fn has_ffmpeg(&self) -> bool {
        let folders = std::env::var_os("PATH").unwrap_or_default();
        let mut folders = std::env::split_paths(&folders);
        folders.any(|folder| folder.join(&self.ffmpeg).is_file())
    }
}

/// A file that is fit to be a demo, with a rendition where not every browser plays it.
#[derive(Clone, Debug)]
pub(in crate::demos) struct Recorded {
    pub(in crate::demos) kind: Kind,
    pub(in crate::demos) original: Stored,
    pub(in crate::demos) rendition: Option<Stored>,
    pub(in crate::demos) heard: Heard,
}

/// Decodes a file that came in, on a thread of its own and in its turn; who goes away meanwhile
/// leaves the seat only when that thread is done. What cannot be a demo is removed from the store.
pub(in crate::demos) async fn record(
    files: &Files,
    studio: &Studio,
    kind: Kind,
    original: Stored,
) -> anyhow::Result<Result<Recorded, Unusable>> {
    let seat = Arc::clone(&studio.seats).acquire_owned().await?;
    let session = Session {
        files: files.clone(),
        runtime: Handle::current(),
        ffmpeg: studio.ffmpeg.clone(),
        kind,
        original: original.clone(),
    };
    let done = spawn_blocking(move || {
        let done = session.record();
        drop(seat);
        done
    });
    let done = match done.await {
        Ok(done) => done,
        Err(panic) => {
            tracing::error!(%panic, kind = kind.name(), "a decoder panicked");
            Err(Failure::Unusable(Unusable::Damaged))
        }
    };
    match done {
        Ok(recorded) => Ok(Ok(recorded)),
        Err(failure) => {
            files.remove(&[original.key]).await;
            match failure {
                Failure::Unusable(why) => Ok(Err(why)),
                Failure::Files(error) => Err(error.into()),
            }
        }
    }
}

enum Failure {
    Unusable(Unusable),
    Files(FilesError),
}

impl From<Unusable> for Failure {
    fn from(why: Unusable) -> Failure {
        Failure::Unusable(why)
    }
}

impl From<FilesError> for Failure {
    fn from(error: FilesError) -> Failure {
        Failure::Files(error)
    }
}

struct Session {
    files: Files,
    runtime: Handle,
    ffmpeg: OsString,
    kind: Kind,
    original: Stored,
}

impl Session {
    fn record(self) -> Result<Recorded, Failure> {
        if self.kind.is_paged() && !ends_in_order(&self.tail()) {
            return Err(Unusable::CutShort.into());
        }
        let mut listener = Listener::new();
        let plays =
            self.play(&mut |samples, rate, channels| listener.hear(samples, rate, channels))?;
        let heard = listener.finish()?;
        let rendition = if plays { None } else { Some(self.render(&heard)?) };
        Ok(Recorded { kind: self.kind, original: self.original, rendition, heard })
    }

    fn reader(&self) -> FileReader {
        self.files.reader(&self.original, self.runtime.clone())
    }

    fn tail(&self) -> Vec<u8> {
        let mut reader = self.reader();
        let mut tail = Vec::new();
        let from = self.original.bytes.saturating_sub(PAGE);
        let read = reader.seek(SeekFrom::Start(from)).and_then(|_| reader.read_to_end(&mut tail));
        if read.is_ok() { tail } else { Vec::new() }
    }

    /// Plays the file to an ear. Answers whether every browser could, as it is.
    fn play(&self, ear: &mut Ear<'_>) -> Result<bool, Unusable> {
        let Some(container) = self.kind.read_by_ffmpeg() else {
            return decode(self.kind, Box::new(Tape(self.reader())), ear);
        };
        match ffmpeg::decode(&self.ffmpeg, container, self.reader(), ear) {
            // A browser records WebM without an index, so nobody could seek in it.
            Ok(heard) => heard.map(|()| self.kind == Kind::Opus),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                Err(Unusable::NoFfmpeg(self.kind))
            }
            Err(error) => {
                tracing::error!(%error, "ffmpeg cannot be run");
                Err(Unusable::Damaged)
            }
        }
    }

    /// Plays it once more, into a file that every browser plays.
    fn render(&self, heard: &Heard) -> Result<Stored, Failure> {
        let mut rendition = Rendition::new(heard.frames, heard.rate, heard.channels);
        let whole = rendition.bytes();
        let mut upload = self.runtime.block_on(self.files.begin(FOLDER, MOST_BYTES.min(whole)))?;
        let (mut failed, mut length) = (None, 0);
        let mut write = |bytes: &[u8]| {
            length += bytes.len() as u64;
            if failed.is_none() {
                failed = self.runtime.block_on(upload.write(bytes)).err();
            }
        };
        write(&rendition.head());
        let played = self.play(&mut |samples, _, _| {
            write(&rendition.press(samples));
            Ok(())
        });
        write(&rendition.end());
        match (played, failed) {
            (Ok(_), None) if length == whole => Ok(self.runtime.block_on(upload.finish())?),
            (played, failed) => {
                self.runtime.block_on(upload.abort());
                Err(match (played, failed) {
                    (Err(why), _) => why.into(),
                    (_, Some(error)) => error.into(),
                    // Not the same twice.
                    _ => Unusable::Damaged.into(),
                })
            }
        }
    }
}

/// A stored file, as a decoder reads it.
struct Tape(FileReader);

impl Read for Tape {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

impl Seek for Tape {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.0.seek(to)
    }
}

impl MediaSource for Tape {
    fn is_seekable(&self) -> bool {
        true
    }

    fn byte_len(&self) -> Option<u64> {
        Some(self.0.length())
    }
}

impl fmt::Debug for Tape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tape")
    }
}
