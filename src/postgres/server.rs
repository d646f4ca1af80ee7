//! A server that is our child.

use std::{
    io,
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::place::Lock;

/// How often we look again when we wait for another process.
pub(super) const TICK: Duration = Duration::from_millis(10);

/// How long a server may take to stop.
pub(super) const STOPPING: Duration = Duration::from_secs(10);

/// Stopped when dropped: at once but in good order, and if that does not work, so that the next
/// start recovers.
#[derive(Debug)]
pub(super) struct Server {
    child: Child,
    /// Others may rely on the server for as long as this is held.
    _owner: Lock,
}

impl Server {
    pub(super) fn new(child: Child, owner: Lock) -> Server {
        Server { child, _owner: owner }
    }

    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(super) fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        self.child.try_wait()
    }

    fn stop(&mut self) -> io::Result<()> {
        if self.ended()?.is_some() {
            return Ok(()); // and its id may be somebody else's by now
        }
        let process = Pid::from_child(&self.child);
        kill_process(process, Signal::INT)?;
        let deadline = Instant::now() + STOPPING;
        while self.ended()?.is_none() {
            if Instant::now() > deadline {
                tracing::warn!("PostgreSQL does not stop; the next start will have to recover");
                kill_process(process, Signal::QUIT)?;
                self.child.wait()?;
            } else {
                thread::sleep(TICK);
            }
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Err(error) = self.stop() {
            tracing::warn!(%error, "PostgreSQL could not be stopped");
        }
    }
}
