use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use tempfile::TempDir;

use super::until;

/// A data folder that Postgres' user can get to, also when we are root.
pub struct Data(TempDir);

impl Data {
    pub fn new() -> Data {
        let folder = TempDir::new().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        Data(folder)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    /// The `.eml` files in it, oldest first.
    pub fn mails(&self) -> Vec<String> {
        let folder = fs::read_dir(self.path().join("mail")).into_iter().flatten();
        let mut files: Vec<PathBuf> = folder.map(|file| file.unwrap().path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "eml"));
        files.sort();
        files.iter().map(|file| fs::read_to_string(file).unwrap()).collect()
    }

    fn home(&self) -> PathBuf {
        let versions = fs::read_dir(self.path().join("postgres")).unwrap();
        let mut homes = versions.map(|version| version.unwrap().path());
        homes.find(|home| home.join("data").is_dir()).expect("a cluster was made")
    }

    /// The process of that Postgres.
    pub fn postgres(&self) -> Pid {
        let note = fs::read_to_string(self.home().join("data/postmaster.pid")).unwrap();
        Pid::from_raw(note.lines().next().unwrap().parse().unwrap()).unwrap()
    }
}

/// The program with these words, and nothing of our environment that it would heed.
pub fn command(words: &[&str], data: &Data) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_first-call"));
    command.args(words).env("FIRST_CALL_DATA_DIR", data.path());
    command.env_remove("DATABASE_URL").env("FIRST_CALL_LISTEN", "127.0.0.1:0");
    command
}

/// The program, serving. Dropping it kills it.
pub struct Program {
    child: Child,
    pub address: String,
    log: PathBuf,
}

impl Program {
    pub fn start(command: &mut Command) -> Program {
        static NEXT: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let number = NEXT.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let log = std::env::temp_dir()
            .join(format!("first-call-process-{}-{number}.log", std::process::id()));
        let stderr = fs::File::create(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let mut lines = stdout.lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            let url = line.split_once("http://")?.1;
            Some(url.split(' ').next()?.to_owned())
        });
        let Some(address) = address else {
            panic!("it does not serve: {}", fs::read_to_string(&log).unwrap())
        };
        std::thread::spawn(move || lines.for_each(drop));
        Program { child, address, log }
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    pub fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The memory that it holds of its own, in bytes: without the pages of its code, which come
    /// in as they are first run.
    pub fn memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn connect(&self) -> TcpStream {
        let socket = TcpStream::connect(&self.address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        socket
    }

    /// What it answers to these very bytes, until it closes the connection.
    pub fn say(&self, request: &str) -> String {
        let mut socket = self.connect();
        socket.write_all(request.as_bytes()).unwrap();
        let mut answer = Vec::new();
        socket.read_to_end(&mut answer).unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }

    pub fn get(&self, path: &str) -> String {
        self.say(&format!(
            "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n",
            self.address
        ))
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    pub fn wait(&mut self) -> ExitStatus {
        until("the program ends", || self.child.try_wait().unwrap())
    }

    /// Stops it in good order.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.wait()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if !std::thread::panicking() {
            let _ = fs::remove_file(&self.log);
        }
    }
}

/// Waits until a process is gone, or a zombie that nobody asked after yet.
pub fn until_gone(process: Pid) {
    let command = format!("/proc/{}/cmdline", process.as_raw_pid());
    until("the process is gone", || {
        let gone = test_kill_process(process).is_err();
        (gone || fs::read(&command).is_ok_and(|line| line.is_empty())).then_some(())
    });
}
