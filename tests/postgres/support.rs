//! Folders, servers, and this binary sent out again as a process that can be killed.

use std::{
    cell::OnceCell,
    env,
    ffi::OsString,
    fs::{self, Permissions},
    io::{self, BufRead, BufReader, Read},
    os::unix::{fs::PermissionsExt, process::CommandExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use first_call::postgres::{Cluster, Options};
use rustix::{
    fs::Mode,
    process::{Pid, Signal, geteuid, kill_process, umask},
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};
use tempfile::TempDir;

const SERVE: &str = "FIRST_CALL_TEST_SERVE";

/// A folder that the server's user can get to also when we are root.
pub(crate) fn folder() -> TempDir {
    folder_with(0o755)
}

/// A folder that nobody else can get to, like many a home.
pub(crate) fn closed_folder() -> TempDir {
    folder_with(0o700)
}

fn folder_with(mode: u32) -> TempDir {
    umask(Mode::from_raw_mode(0o022)); // a stricter one would close what is made inside it
    let folder = TempDir::new().unwrap();
    fs::set_permissions(folder.path(), Permissions::from_mode(mode)).unwrap();
    folder
}

pub(crate) fn options(data_dir: impl Into<PathBuf>) -> Options {
    Options { data_dir: data_dir.into(), bin_dir: None, fast: true }
}

pub(crate) fn start(data_dir: &Path) -> Cluster {
    Cluster::start(&options(data_dir), &mut |_| ()).unwrap()
}

/// The message of a start that must fail.
pub(crate) fn refusal(started: anyhow::Result<Cluster>) -> String {
    format!("{:#}", started.map(|_| ()).unwrap_err())
}

/// Runs statements; answers the first column of the last row, which must be text.
pub(crate) fn ask(url: &str, statements: &str) -> String {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let options: PgConnectOptions = url.parse().unwrap();
        let mut connection = options.disable_statement_logging().connect().await.unwrap();
        let (changes, question) = statements.rsplit_once("; ").unwrap_or(("", statements));
        sqlx::raw_sql(AssertSqlSafe(changes)).execute(&mut connection).await.unwrap();
        let answer = sqlx::query_scalar(AssertSqlSafe(question));
        let answer = answer.fetch_one(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        answer
    })
}

/// Notes something down; [`recall`] finds it if nothing was lost.
pub(crate) fn note(url: &str, what: &str) {
    let statements = format!(
        "create table if not exists note (what text); insert into note values ('{what}'); \
         select 'noted'"
    );
    assert_eq!(ask(url, &statements), "noted");
}

pub(crate) fn recall(url: &str) -> String {
    ask(url, "select string_agg(what, ', ' order by what) from note")
}

pub(crate) fn data_of(url: &str) -> PathBuf {
    ask(url, "show data_directory").into()
}

/// The process of the server at a URL.
pub(crate) fn server_of(url: &str) -> Pid {
    let note = fs::read_to_string(data_of(url).join("postmaster.pid")).unwrap();
    Pid::from_raw(note.lines().next().unwrap().parse().unwrap()).unwrap()
}

pub(crate) fn kill(process: Pid) {
    kill_process(process, Signal::KILL).unwrap();
}

/// Gone, or a zombie that whoever adopted it has not asked after.
pub(crate) fn until_gone(process: Pid) {
    let command = format!("/proc/{}/cmdline", process.as_raw_pid());
    until("the process is gone", || fs::read(&command).unwrap_or_default().is_empty());
}

pub(crate) fn until(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(20);
    while !holds() {
        assert!(Instant::now() < deadline, "it does not come to that: {what}");
        thread::park_timeout(Duration::from_millis(5));
    }
}

/// This binary where everybody can run it.
pub(crate) fn copy_of_this_binary(folder: &Path) -> PathBuf {
    let copy = folder.join("tests");
    let copied = Command::new("cp").arg(env::current_exe().unwrap()).arg(&copy).status();
    assert!(copied.unwrap().success());
    copy
}

pub(crate) const NOBODY: u32 = 65534;

/// Has a command run by a user without privileges, which it is anyway if we are not root.
pub(crate) fn as_nobody(command: &mut Command) {
    if geteuid().is_root() {
        command.uid(NOBODY).gid(NOBODY);
    }
}

/// An executable script. Written by a process of its own: a file that we hold open to write, even
/// for the moment in which another test forks, cannot be run.
pub(crate) fn script(path: &Path, text: &str) {
    let write = r#"printf '#!/bin/sh\n%s\n' "$1" > "$0" && chmod 755 "$0""#;
    let made = Command::new("/bin/sh").arg("-c").arg(write).arg(path).arg(text).status();
    assert!(made.unwrap().success());
}

/// This binary once more, told to run one test, which at once becomes [`serve_if_sent`].
pub(crate) fn sent_to_serve(test: &str, data_dir: impl Into<OsString>) -> Command {
    sent_to_serve_as(&env::current_exe().unwrap(), test, data_dir)
}

pub(crate) fn sent_to_serve_as(
    binary: &Path,
    test: &str,
    data_dir: impl Into<OsString>,
) -> Command {
    let mut command = Command::new(binary);
    command.args(["--exact", test, "--nocapture"]).env(SERVE, data_dir.into());
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

/// In a process that a test sent out: starts a server, says so, and serves until stdin closes.
/// In the test itself: false.
pub(crate) fn serve_if_sent() -> bool {
    let Some(data_dir) = env::var_os(SERVE) else { return false };
    let cluster = start(Path::new(&data_dir));
    println!("\nserves {} {}", cluster.started_here(), cluster.url("postgres"));
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    true
}

/// A process that started a server or adopted one. Dropping it lets it stop in good order.
pub(crate) struct Other {
    process: Child,
    /// Open, for it still has things to say when it ends.
    _stdout: BufReader<ChildStdout>,
    pub(crate) started_there: bool,
    pub(crate) url: String,
}

impl Other {
    pub(crate) fn serving(test: &str, data_dir: &Path) -> Other {
        Other::await_serving(sent_to_serve(test, data_dir).spawn().unwrap())
    }

    pub(crate) fn await_serving(mut process: Child) -> Other {
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let said = stdout.by_ref().lines().map(|line| line.unwrap());
        let said = said.filter_map(|line| line.strip_prefix("serves ").map(str::to_owned)).next();
        let Some(said) = said else { panic!("it ended without serving: {:?}", process.wait()) };
        let (started, url) = said.split_once(' ').unwrap();
        Other { process, _stdout: stdout, started_there: started == "true", url: url.into() }
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Other {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

/// Removes what a start put under `/var/lib` because it could not stay where it was told.
#[derive(Default)]
pub(crate) struct Elsewhere(OnceCell<PathBuf>);

impl Elsewhere {
    pub(crate) fn note(&self, url: &str) {
        let data = data_of(url);
        let place = data.ancestors().nth(2).unwrap();
        if place.starts_with("/var/lib") {
            self.0.set(place.into()).unwrap();
        }
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        if let Some(place) = self.0.get() {
            assert_eq!(place.parent(), Some(Path::new("/var/lib")));
            fs::remove_dir_all(place).unwrap();
        }
    }
}
