//! The world, and the program that serves it.

use std::{
    fs,
    hash::{DefaultHasher, Hash, Hasher},
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant, SystemTime},
};

use crate::load;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_first-call");

/// Open time that was kept half a day ago is due to be kept anew, which would be measured too.
const FRESH: Duration = Duration::from_secs(10 * 60 * 60);

/// The data folder of a world of so many musicians, made unless there is one.
pub(crate) fn fill(musicians: i64) -> PathBuf {
    let folder =
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("target/bench-data-{musicians}"));
    let whole = folder.join("whole");
    let age = fs::metadata(&whole).and_then(|about| about.modified()).ok();
    let is_fresh = |made: SystemTime| made.elapsed().is_ok_and(|age| age < FRESH);
    let shape = shape();
    let has_shape = fs::read_to_string(&whole).is_ok_and(|was| was == shape);
    if has_shape && age.is_some_and(is_fresh) {
        return folder;
    }
    if folder.exists() {
        fs::remove_dir_all(&folder).unwrap();
    }
    let begun = Instant::now();
    let mut program = Command::new(PROGRAM);
    program.args(["bench-data", "--musicians", &musicians.to_string(), "--data-dir"]).arg(&folder);
    // Whatever database the caller's shell names is none of ours.
    program.env_remove("DATABASE_URL");
    assert!(program.status().unwrap().success());
    fs::write(&whole, shape).unwrap();
    println!("Filled {} in {} s.\n", folder.display(), begun.elapsed().as_secs());
    folder
}

/// Told of the migrations and of what fills: a world of another shape is made again.
fn shape() -> String {
    let mut hash = DefaultHasher::new();
    for folder in ["migrations", "src/bench/model", "src/bench/store"] {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        let mut files: Vec<PathBuf> =
            fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
        files.sort();
        files.iter().for_each(|file| fs::read(file).unwrap().hash(&mut hash));
    }
    format!("{:x}", hash.finish())
}

pub(crate) struct Server {
    program: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    /// Serves, and says that it may be asked.
    pub(crate) fn start(url: &str, folder: &Path) -> Server {
        let mut program = Command::new(PROGRAM);
        program.args(["serve", "--listen", "127.0.0.1:0", "--database-url", url, "--data-dir"]);
        program.arg(folder.join("server")).stdout(Stdio::piped());
        // A line for each request, as ever, but nobody reads it.
        program.stderr(fs::File::create(folder.join("log")).unwrap());
        let mut program = program.spawn().unwrap();
        let lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let told = lines
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix("First Call serves on http://").map(str::to_owned));
        let address = told.expect("it says where it serves").parse().unwrap();
        load::get(address, "/musicians");
        Server { program, address }
    }

    /// What it holds, in MiB.
    pub(crate) fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.program.id()));
        let status = status.unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
        kib.unwrap_or(0) / 1024
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}
