//! The folder everything of ours lies in, and the locks in it.
//!
//! Inside it are `starting.lock`, `owner.lock` and `server.lock`, the server's log, a copy of the
//! programs if one was obtained, and a home for each major version of Postgres, named by it:
//! `15/data`, `15/socket`. An upgrade of the programs then never meets data it cannot read.

use std::{
    fs::{self, DirBuilder, File, OpenOptions, Permissions},
    io::{self, ErrorKind},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt},
    },
    path::{Path, PathBuf},
};

use anyhow::{Context, ensure};
use rustix::fs::{FlockOperation, OFlags, flock};
use sha2::{Digest, Sha256};

use super::runner::Runner;

const OWNER: &str = "owner.lock";

pub(super) struct Place {
    pub(super) folder: PathBuf,
    pub(super) runner: Runner,
}

/// The folder of one major version.
pub(super) struct Home {
    pub(super) folder: PathBuf,
    pub(super) major: u32,
    owner: Runner,
}

impl Home {
    pub(super) fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// Whether a cluster was made here, all of it.
    pub(super) fn has_data(&self) -> bool {
        self.data().join("PG_VERSION").exists()
    }
}

impl Place {
    /// Decides where everything is and who runs it, and makes the folder.
    ///
    /// That is `postgres` under the data folder. When we are root, the user who runs the server in
    /// our stead may be unable to get there; then it is a folder under `/var/lib`, named after the
    /// data folder so that every later start finds it. Data that exist already decide both
    /// questions.
    pub(super) fn settle(data_dir: &Path, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Place> {
        let data_dir = fs::create_dir_all(data_dir)
            .and_then(|()| data_dir.canonicalize())
            .with_context(|| format!("the data folder {} cannot be made", data_dir.display()))?;
        let near = data_dir.join("postgres");
        if !Runner::we_are_root() {
            return settle_as_ourselves(near);
        }
        let far = format!("/var/lib/first-call-{}", short_name(&data_dir));
        settle_as_root(near, far.into(), progress)
    }

    /// The versions there are data of, newest first.
    pub(super) fn homes_with_data(&self) -> Vec<Home> {
        homes(&self.folder).into_iter().filter(Home::has_data).collect()
    }

    /// The home of a major version, made and handed to the runner if it is new.
    pub(super) fn home(&self, major: u32) -> anyhow::Result<Home> {
        let folder = self.folder.join(major.to_string());
        private_folder(&folder, self.runner)?;
        Ok(Home { folder, major, owner: self.runner })
    }

    /// Held while a server is being started, so that two starts at once come one after the other.
    pub(super) fn lock_starting(&self, progress: &mut dyn FnMut(&str)) -> anyhow::Result<Lock> {
        let path = self.folder.join("starting.lock");
        if let Some(lock) = Lock::take(&path)? {
            return Ok(lock);
        }
        progress("another process is starting PostgreSQL for this data folder; waiting for it");
        Lock::wait_for(&path)
    }

    /// Held by the process that started the server, until that process ends.
    ///
    /// The caller holds the lock for starting and knows that no server is left. An owner whose
    /// server was killed may still hold the file that was here; it owns nothing any more.
    pub(super) fn own(&self) -> anyhow::Result<Lock> {
        let path = self.folder.join(OWNER);
        fs::remove_file(&path).ok(); // there may be none
        Lock::take(&path)?.with_context(|| format!("{} is held by a stranger", path.display()))
    }

    pub(super) fn is_owned(&self) -> anyhow::Result<bool> {
        Ok(Lock::take(&self.folder.join(OWNER))?.is_none())
    }

    /// Held by the server and all its processes, so that whoever takes it knows that none is left,
    /// which no process id can tell: it may be a zombie's, or have been given to somebody else.
    pub(super) fn try_serving(&self) -> anyhow::Result<Option<Lock>> {
        Lock::take(&self.folder.join("server.lock"))
    }
}

fn settle_as_ourselves(near: PathBuf) -> anyhow::Result<Place> {
    let runner = Runner::Ourselves;
    for home in homes(&near) {
        ensure!(
            home.owner.uid() == runner.uid(),
            "the data in {} belong to {}: start as that user, or choose another data folder",
            home.folder.display(),
            home.owner
        );
    }
    open_folder(&near)?;
    Ok(Place { folder: near, runner })
}

fn settle_as_root(
    near: PathBuf,
    far: PathBuf,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<Place> {
    let owned = |folder: &Path| homes(folder).into_iter().find(Home::has_data);
    if let Some(home) = owned(&near) {
        ensure!(
            home.owner.can_enter(&near),
            "{} runs the server but cannot get to {}: let others pass through the folders above it",
            home.owner,
            near.display()
        );
        return Ok(Place { folder: near, runner: home.owner });
    }
    let owner = owned(&far).map(|home| home.owner);
    let runner = owner.unwrap_or_else(Runner::unprivileged);
    if owner.is_none() {
        open_folder(&near)?;
        if runner.can_enter(&near) {
            return Ok(Place { folder: near, runner });
        }
        fs::remove_dir(&near).ok(); // it may hold something; then it stays
    }
    progress(&format!(
        "PostgreSQL must not run as root, and {runner}, who runs it, could not get to {}: its data \
         are in {}",
        near.display(),
        far.display()
    ));
    open_folder(&far)?;
    ensure!(
        runner.can_enter(&far),
        "{runner} would have to run the server but cannot get to {}, or this process may not \
         become that user: start as an ordinary user, or set DATABASE_URL",
        far.display()
    );
    Ok(Place { folder: far, runner })
}

/// Every home in a place, newest version first, with whose it is.
fn homes(place: &Path) -> Vec<Home> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    let mut homes: Vec<Home> = entries
        .filter_map(|entry| {
            let major = entry.file_name().to_str()?.parse().ok()?;
            let is = entry.metadata().ok().filter(|is| is.is_dir())?;
            let ours = is.uid() == Runner::Ourselves.uid();
            let other = Runner::Other { uid: is.uid(), gid: is.gid() };
            let owner = if ours { Runner::Ourselves } else { other };
            Some(Home { folder: entry.path(), major, owner })
        })
        .collect();
    homes.sort_by_key(|home| std::cmp::Reverse(home.major));
    homes
}

/// A folder that others may walk through, whatever our umask says.
fn open_folder(path: &Path) -> anyhow::Result<()> {
    match DirBuilder::new().create(path) {
        Ok(()) => fs::set_permissions(path, Permissions::from_mode(0o755)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        Err(error) => Err(error),
    }
    .with_context(|| format!("the folder {} cannot be made", path.display()))
}

/// A folder that nobody but `owner` may enter.
///
/// # Errors
///
/// If something is there that is not just that: in a temporary folder it may be somebody else's.
pub(super) fn private_folder(path: &Path, owner: Runner) -> anyhow::Result<()> {
    let made = DirBuilder::new().mode(0o700).create(path);
    if let Err(error) = made
        && error.kind() != ErrorKind::AlreadyExists
    {
        return Err(error).with_context(|| format!("{} cannot be made", path.display()));
    }
    let is = fs::symlink_metadata(path)?;
    if is.is_dir() && is.uid() == Runner::Ourselves.uid() {
        owner.give(path)?; // new, or we were stopped before we came to this
    }
    let is = fs::symlink_metadata(path)?;
    ensure!(
        is.is_dir() && is.uid() == owner.uid() && is.mode() & 0o077 == 0,
        "{} should be a folder that only {owner} may enter, but is not: move it away",
        path.display()
    );
    Ok(())
}

/// Opens a file of ours to write at its end, made if missing; never through a link, for as root we
/// may be working in somebody else's folder.
pub(super) fn open_file(path: &Path) -> anyhow::Result<File> {
    let no_link = OFlags::NOFOLLOW.bits().cast_signed();
    OpenOptions::new()
        .append(true)
        .read(true)
        .create(true)
        .mode(0o600)
        .custom_flags(no_link)
        .open(path)
        .with_context(|| format!("{} cannot be opened", path.display()))
}

/// Sixteen letters and digits that stand for a path, always the same.
pub(super) fn short_name(path: &Path) -> String {
    hex::encode(&Sha256::digest(path.as_os_str().as_bytes())[..8])
}

/// An exclusive lock on a file, let go when the last process that holds the file open ends or
/// closes it. A killed process leaves none behind.
#[derive(Debug)]
pub(super) struct Lock(pub(super) File);

impl Lock {
    /// None when somebody else holds it.
    fn take(path: &Path) -> anyhow::Result<Option<Lock>> {
        let file = open_file(path)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => Ok(Some(Lock(file))),
            Err(error) if io::Error::from(error).kind() == ErrorKind::WouldBlock => Ok(None),
            Err(error) => {
                Err(error).with_context(|| format!("{} cannot be locked", path.display()))
            }
        }
    }

    fn wait_for(path: &Path) -> anyhow::Result<Lock> {
        let file = open_file(path)?;
        flock(&file, FlockOperation::LockExclusive)
            .with_context(|| format!("{} cannot be locked", path.display()))?;
        Ok(Lock(file))
    }
}
