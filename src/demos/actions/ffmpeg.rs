use std::{
    ffi::OsStr,
    io::{self, Read},
    process::{Child, ChildStdout, Command, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use super::super::model::{Ear, MOST_SECONDS, Unusable};

/// What takes longer was made to.
const WITHIN: Duration = Duration::from_secs(90);

/// Decodes what we have no decoder of our own for: ffmpeg gets the file by a pipe and may open
/// nothing else, neither other files nor addresses nor kinds of container.
pub(super) fn decode(
    program: &OsStr,
    container: &str,
    mut source: impl Read + Send,
    ear: &mut Ear<'_>,
) -> io::Result<Result<(), Unusable>> {
    let mut child = start(program, container)?;
    let (mut input, output) = (child.stdin.take(), child.stdout.take());
    let errors = child.stderr.take();
    thread::scope(|threads| {
        let (done, ended) = mpsc::channel::<()>();
        let pid = rustix::process::Pid::from_child(&child);
        threads.spawn(move || {
            if ended.recv_timeout(WITHIN) == Err(mpsc::RecvTimeoutError::Timeout) {
                // It is not waited for before `done` is dropped, so the number is still its own.
                let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
            }
        });
        // It may end before it has read all: then the pipe is closed, and that is no fault.
        threads.spawn(move || input.as_mut().map(|input| io::copy(&mut source, input)));
        let said = threads.spawn(move || errors.map(complains).unwrap_or_default());
        let heard = output.map_or(Err(Unusable::Damaged), |output| listen(output, ear));
        if heard.is_err() {
            child.kill()?;
        }
        let status = child.wait()?;
        drop(done);
        let said = said.join().unwrap_or_default();
        Ok(match heard {
            Ok(()) if !status.success() || !said.is_empty() => {
                tracing::info!(said, "ffmpeg could not decode an upload");
                Err(Unusable::Damaged)
            }
            heard => heard,
        })
    })
}

fn start(program: &OsStr, container: &str) -> io::Result<Child> {
    let seconds = (MOST_SECONDS + 1).to_string();
    Command::new(program)
        .env_clear()
        .args(["-hide_banner", "-nostdin", "-loglevel", "error", "-max_alloc", "268435456"])
        .args(["-threads", "1", "-protocol_whitelist", "pipe", "-f", container, "-i", "pipe:0"])
        .args(["-map", "0:a:0", "-vn", "-sn", "-dn", "-map_metadata", "-1", "-t", &seconds])
        .args(["-fflags", "+bitexact", "-c:a", "pcm_f32le", "-f", "wav", "pipe:1"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
}

/// The first of what it complains of.
fn complains(errors: impl Read) -> String {
    let mut first = Vec::new();
    let mut errors = errors.take(u64::MAX);
    let _ = errors.by_ref().take(2000).read_to_end(&mut first);
    let _ = io::copy(&mut errors, &mut io::sink());
    String::from_utf8_lossy(&first).trim().to_owned()
}

/// Reads the WAV that it writes, whose lengths it cannot know beforehand.
fn listen(mut output: ChildStdout, ear: &mut Ear<'_>) -> Result<(), Unusable> {
    let (rate, channels) = read_head(&mut output).ok_or(Unusable::Damaged)?;
    let frame = channels * 4;
    let (mut bytes, mut have) = (vec![0; frame * 8192], 0);
    loop {
        let n = output.read(&mut bytes[have..]).map_err(|_| Unusable::Damaged)?;
        have += n;
        let whole = have - have % frame;
        let samples: Vec<f32> = bytes[..whole]
            .chunks_exact(4)
            .map(|sample| f32::from_le_bytes([sample[0], sample[1], sample[2], sample[3]]))
            .collect();
        ear(&samples, rate, channels)?;
        bytes.copy_within(whole..have, 0);
        have -= whole;
        if n == 0 {
            return Ok(());
        }
    }
}

/// Rate and channels of a WAV, read up to its first sample.
fn read_head(output: &mut impl Read) -> Option<(u32, usize)> {
    let mut riff = [0; 12];
    output.read_exact(&mut riff).ok()?;
    let mut found = None;
    loop {
        let mut chunk = [0; 8];
        output.read_exact(&mut chunk).ok()?;
        if chunk.starts_with(b"data") {
            return found.filter(|(_, channels)| *channels > 0);
        }
        let length = u32::from_le_bytes([chunk[4], chunk[5], chunk[6], chunk[7]]);
        let mut content = Vec::new();
        output.take(u64::from(length.min(4096))).read_to_end(&mut content).ok()?;
        if chunk.starts_with(b"fmt ") {
            let channels = u16::from_le_bytes([*content.get(2)?, *content.get(3)?]);
            let rate: [u8; 4] = content.get(4..8)?.try_into().ok()?;
            found = Some((u32::from_le_bytes(rate), usize::from(channels)));
        }
    }
}
