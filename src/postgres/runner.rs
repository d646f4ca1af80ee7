//! Who runs the server's programs, and in what surroundings.

use std::{
    ffi::OsStr,
    fmt, fs, io,
    os::{
        fd::OwnedFd,
        unix::{fs::lchown, process::CommandExt},
    },
    path::Path,
    process::{Command, Stdio},
};

use rustix::{
    io::{Errno, FdFlags, fcntl_setfd},
    process::{Signal, geteuid, getpid, getppid},
};

/// The user the server runs as, which is also whose the data are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Runner {
    Ourselves,
    /// We are root, which Postgres refuses to run as.
    Other {
        uid: u32,
        gid: u32,
    },
}

impl Runner {
    pub(super) fn we_are_root() -> bool {
        geteuid().is_root()
    }

    /// Somebody without privileges, for when we are root and there are no data yet that belong to
    /// somebody: `postgres` where a package made that user, else `nobody`.
    pub(super) fn unprivileged() -> Runner {
        let passwd = fs::read_to_string("/etc/passwd").unwrap_or_default();
        let named = |name: &str| {
            passwd.lines().find_map(|line| {
                let mut fields = line.split(':');
                let found = fields.next()? == name;
                let uid = fields.nth(1)?.parse().ok()?;
                let gid = fields.next()?.parse().ok()?;
                (found && uid != 0).then_some(Runner::Other { uid, gid })
            })
        };
        let nobody = Runner::Other { uid: 65534, gid: 65534 };
        named("postgres").or_else(|| named("nobody")).unwrap_or(nobody)
    }

    pub(super) fn uid(self) -> u32 {
        match self {
            Runner::Ourselves => geteuid().as_raw(),
            Runner::Other { uid, .. } => uid,
        }
    }

    /// Hands a file or folder that we made to the runner.
    pub(super) fn give(self, path: &Path) -> io::Result<()> {
        match self {
            Runner::Ourselves => Ok(()),
            Runner::Other { uid, gid } => lchown(path, Some(uid), Some(gid)),
        }
    }

    /// Whether the runner can walk to `folder`: a home above it may be closed to others.
    ///
    /// Asked by going there, since modes alone do not tell (access lists, mounts). False also when
    /// this process is not let become that user.
    pub(super) fn can_enter(self, folder: &Path) -> bool {
        let mut there = self.command("/bin/sh", folder);
        there.args(["-c", ":"]).stderr(Stdio::null());
        there.status().is_ok_and(|status| status.success())
    }

    /// A command run by the runner in `folder`, which gets SIGINT when the thread that spawned it
    /// ends, for whatever reason.
    ///
    /// It inherits no environment: `PGDATA`, `PGPORT` or `LC_ALL` of whoever started us would
    /// otherwise decide what the programs do.
    pub(super) fn command(self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("LC_ALL", "C.UTF-8").env("TZ", "UTC");
        command.current_dir(folder).stdin(Stdio::null());
        if let Runner::Other { uid, gid } = self {
            command.uid(uid).gid(gid); // which drops our other groups too
        }
        end_with_us(&mut command);
        command
    }
}

impl fmt::Display for Runner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the user with id {}", self.uid())
    }
}

/// Has the kernel send SIGINT to the command when the spawning thread is gone.
///
/// Elsewhere than on Linux there is no such order; there a server outlives a killed owner and is
/// stopped only by [`super::Cluster::stop`].
pub(super) fn end_with_us(command: &mut Command) {
    let us = getpid();
    let on_the_way = move || {
        #[cfg(target_os = "linux")]
        rustix::process::set_parent_process_death_signal(Some(Signal::INT))?;
        // We may have ended before the order stood.
        if getppid() == Some(us) { Ok(()) } else { Err(Errno::SRCH.into()) }
    };
    // SAFETY: runs between fork and exec, and makes system calls only: no allocation, no lock.
    // std runs it after the change of user, which would have cleared the order.
    unsafe { command.pre_exec(on_the_way) };
}

/// Lets the command, and whatever it starts, hold `file` open until the last of them has ended.
pub(super) fn keep_open(command: &mut Command, file: &fs::File) -> io::Result<()> {
    let file = OwnedFd::from(file.try_clone()?);
    // SAFETY: as above, a system call only.
    unsafe { command.pre_exec(move || Ok(fcntl_setfd(&file, FdFlags::empty())?)) };
    Ok(())
}
