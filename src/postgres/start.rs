//! One start: from a folder to a server that answers, ours or one that we adopt.

use std::{
    fs::{self, File},
    io::{Read, Seek, SeekFrom, Write},
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, ExitStatus},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, bail, ensure};

use super::{
    log::Log,
    place::{Home, Lock, Place},
    programs::Programs,
    runner::keep_open,
    server::{STOPPING, Server, TICK},
    socket::{PORT, Socket},
};

/// How long an owner must have been seen to live for us to rely on its server.
const LASTING: Duration = Duration::from_millis(100);

/// What the server is told at each start, so that a change here reaches clusters made before it.
const SETTINGS: [&str; 15] = [
    // Only who may enter the socket's folder gets to us.
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "timezone=UTC",
    "log_timezone=UTC",
    "max_connections=100",
    "shared_buffers=128MB",
    // Solid-state disks: a page elsewhere costs about as much as the next one.
    "random_page_cost=1.1",
    // Our queries are short: compiling them takes longer than running them.
    "jit=off",
    // Of two bookings that block each other one shall hear of it at once.
    "deadlock_timeout=200ms",
    // A query nobody waits for any more ends.
    "client_connection_check_interval=5s",
    "log_lock_waits=on",
    "log_min_duration_statement=250ms",
    // Parameters are what people typed, and do not belong in a log.
    "log_parameter_max_length=0",
    "log_parameter_max_length_on_error=0",
    "log_line_prefix=%m [%p] ",
];

/// See [`Options::fast`]. A commit is still written before it is answered, so that it survives the
/// server's death, though not the machine's: the tests kill servers.
const FAST: [&str; 3] = [
    "fsync=off",
    "full_page_writes=off",
    // As many tests at once as there are cores, each with pools of its own.
    "max_connections=400",
];

/// All that one start knows.
pub(super) struct Start {
    pub(super) place: Place,
    pub(super) programs: Programs,
    pub(super) home: Home,
    pub(super) socket: Socket,
    pub(super) fast: bool,
    /// Held until the start is over.
    pub(super) starting: Lock,
}

impl Start {
    /// The server we started, once it answers; none if another process runs one here.
    pub(super) fn run(self, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Option<Server>> {
        let Some(serving) = self.await_turn(progress)? else {
            progress("using the PostgreSQL that another process runs here; it ends with that one");
            return Ok(None);
        };
        if !self.home.has_data() {
            progress(&format!("making a new database in {}", self.home.folder.display()));
            self.make()?;
        }
        self.forget_the_dead(&serving)?;

        let owner = self.place.own()?;
        let log = Log::open(&self.place.folder)?;
        let mut server = Server::new(self.spawn(&serving, &log)?, owner);
        note_id(serving, server.id())?;
        if let Some(status) = self.await_ready(&mut server, &log, progress)? {
            bail!("PostgreSQL ended while it was starting ({status}); {}", log.end()?);
        }
        Ok(Some(server))
    }

    /// The lock that says that no server runs here; or none, if one runs that we can adopt.
    ///
    /// A server whose owner was killed is about to end too, so it is waited for, not adopted. For
    /// a moment that cannot be seen, while the owner's threads end one by one; so what we see must
    /// last.
    fn await_turn(&self, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Option<Lock>> {
        let deadline = Instant::now() + 2 * STOPPING;
        let mut adoptable_since = None;
        let mut said = false;
        loop {
            if let Some(serving) = self.place.try_serving()? {
                return Ok(Some(serving));
            }
            if self.place.is_owned()? && self.is_ready(None) && self.socket.answers() {
                if adoptable_since.get_or_insert_with(Instant::now).elapsed() > LASTING {
                    return Ok(None);
                }
            } else {
                adoptable_since = None;
                if !said {
                    progress("waiting for the PostgreSQL of an earlier start to end");
                    said = true;
                }
            }
            ensure!(
                Instant::now() < deadline,
                "a PostgreSQL of an earlier start still runs on {} and neither answers nor ends: \
                 stop the process that the first line of postmaster.pid there names",
                self.home.data().display()
            );
            thread::sleep(TICK);
        }
    }

    /// Makes the cluster under another name first, so that `data` is never half a cluster.
    fn make(&self) -> anyhow::Result<()> {
        let (data, new) = (self.home.data(), self.home.folder.join("data.new"));
        ensure!(
            !data.exists(),
            "{} is there but is no PostgreSQL data: move it away",
            data.display()
        );
        sweep(&new)?;
        let mut initdb = self.place.runner.command(self.programs.initdb(), &self.home.folder);
        initdb.arg("-D").arg(&new).args(["--username=app", "--auth=trust", "--encoding=UTF8"]);
        initdb.args(["--locale=C.UTF-8", "--data-checksums", "--no-instructions"]);
        if self.fast {
            initdb.arg("--no-sync");
        }
        // Should we be killed, the next start waits until it is gone before it sweeps.
        keep_open(&mut initdb, &self.starting.0)?;
        let output = initdb.output().context("initdb cannot be run")?;
        ensure!(
            output.status.success(),
            "initdb could not make a database in {} ({}): {}",
            new.display(),
            output.status,
            String::from_utf8_lossy(&output.stderr).trim()
        );
        fs::rename(&new, &data).context("the new database cannot be put in its place")?;
        File::open(&self.home.folder)?.sync_all()?;
        Ok(())
    }

    /// Removes the files in which a killed server still says that it runs. Postgres would believe
    /// them if its process is a zombie, or if after a reboot another process has its id.
    ///
    /// Only what a server of ours wrote, for then the lock proves that it is gone; of one that
    /// somebody started by hand on these data Postgres has to judge itself.
    fn forget_the_dead(&self, serving: &Lock) -> anyhow::Result<()> {
        let mut last = String::new();
        (&serving.0).seek(SeekFrom::Start(0))?;
        (&serving.0).read_to_string(&mut last)?;
        for note in [self.home.data().join("postmaster.pid"), self.socket.note()] {
            let said = fs::read_to_string(&note).unwrap_or_default();
            if !last.is_empty() && said.lines().next() == Some(last.trim()) {
                fs::remove_file(&note)
                    .with_context(|| format!("{} cannot be removed", note.display()))?;
            }
        }
        Ok(())
    }

    fn spawn(&self, serving: &Lock, log: &Log) -> anyhow::Result<Child> {
        let mut server = self.place.runner.command(self.programs.postgres(), &self.home.folder);
        server.arg("-D").arg(self.home.data());
        server.args(["-c", &format!("port={PORT}"), "-c", &self.socket.as_setting()]);
        server.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        if self.fast {
            server.args(FAST.iter().flat_map(|setting| ["-c", setting]));
        }
        server.stdout(log.writer()?).stderr(log.writer()?);
        server.process_group(0); // Ctrl-C is for us; we stop the server when we no longer need it
        keep_open(&mut server, &serving.0)?;
        server.spawn().context("the server cannot be run")
    }

    /// Waits until our server answers; the status it ended with if it does not come to that.
    ///
    /// There is no deadline: recovering after a crash takes what it takes, and stopping the server
    /// in the middle would only make the next start begin again.
    fn await_ready(
        &self,
        server: &mut Server,
        log: &Log,
        progress: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Option<ExitStatus>> {
        let mut next_word = Instant::now() + STOPPING;
        while !self.is_ready(Some(server.id())) {
            if let Some(status) = server.ended()? {
                return Ok(Some(status));
            }
            if Instant::now() > next_word {
                progress(&format!("PostgreSQL is still starting; {}", log.end()?));
                next_word += STOPPING;
            }
            thread::sleep(TICK);
        }
        Ok(None)
    }

    /// Whether the server says that it serves: the eighth line of its `postmaster.pid`. A crashed
    /// one says so too, hence the first line, its process id.
    fn is_ready(&self, pid: Option<u32>) -> bool {
        let said = fs::read_to_string(self.home.data().join("postmaster.pid")).unwrap_or_default();
        let mut lines = said.lines().map(str::trim);
        let its_own =
            lines.next().is_some_and(|line| pid.is_none_or(|pid| line == pid.to_string()));
        its_own && lines.nth(6) == Some("ready")
    }
}

/// Notes in the file of the server's lock whose it is, for [`Start::forget_the_dead`].
fn note_id(serving: Lock, id: u32) -> anyhow::Result<()> {
    let mut file = serving.0;
    file.set_len(0)?;
    Ok(writeln!(file, "{id}")?)
}

fn sweep(new: &Path) -> anyhow::Result<()> {
    match fs::symlink_metadata(new) {
        Ok(is) if is.is_dir() => fs::remove_dir_all(new),
        Ok(_) => fs::remove_file(new),
        Err(_) => Ok(()),
    }
    .with_context(|| format!("{}, left half-made, cannot be removed", new.display()))
}
