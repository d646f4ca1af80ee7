//! What the server said.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
    process::Stdio,
};

use super::place::open_file;

/// How long the log may get before the next start puts it aside, in bytes.
const LONG: u64 = 8 << 20;

/// How many lines of it a message shows.
const SHOWN: usize = 8;

/// The server's log, to which it is added, from one start on.
pub(super) struct Log {
    path: PathBuf,
    file: File,
    start: u64,
}

impl Log {
    /// Opens the log in `place`; one that has grown long is put aside, in the stead of the one
    /// before it.
    pub(super) fn open(place: &Path) -> anyhow::Result<Log> {
        let path = place.join("server.log");
        if fs::metadata(&path).is_ok_and(|log| log.len() > LONG) {
            fs::rename(&path, place.join("server.log.1"))?;
        }
        let file = open_file(&path)?;
        let start = file.metadata()?.len();
        Ok(Log { path, file, start })
    }

    pub(super) fn writer(&self) -> io::Result<Stdio> {
        Ok(self.file.try_clone()?.into())
    }

    /// The last of what was said since the start, for the end of a message.
    pub(super) fn end(&self) -> io::Result<String> {
        let mut said = Vec::new();
        (&self.file).seek(SeekFrom::Start(self.start))?;
        (&self.file).read_to_end(&mut said)?;
        let said = String::from_utf8_lossy(&said);
        let lines: Vec<&str> = said.trim().lines().collect();
        let mut end = format!("its log, {}, ends:", self.path.display());
        for line in &lines[lines.len().saturating_sub(SHOWN)..] {
            end.push_str("\n  ");
            end.push_str(line);
        }
        Ok(end)
    }
}
