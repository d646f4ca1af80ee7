//! The Postgres that the tests of this process share.

use std::{env, fs, process, sync::OnceLock, thread};

use first_call::postgres::{Cluster, Options};
use rustix::{
    io::Errno,
    process::{Pid, test_kill_process},
};

/// Stands for a database's name in the URL of a server.
const NAME: &str = "DATABASE";
/// What folders of ours in the system's temporary folder begin with; the process's id follows.
const FOLDER: &str = "first-call-test-";

static SERVER: OnceLock<String> = OnceLock::new();

/// The URL of a database: on the server that `FIRST_CALL_TEST_SERVER` names (a URL with `DATABASE`
/// in it), or else on one that is started now and ends with this process.
pub fn url(database: &str) -> String {
    let given = || env::var("FIRST_CALL_TEST_SERVER").ok();
    SERVER.get_or_init(|| given().unwrap_or_else(start)).replace(NAME, database)
}

/// The server ends with the thread that started it, so that thread lives on.
fn start() -> String {
    sweep();
    let data_dir = env::temp_dir().join(format!("{FOLDER}{}", process::id()));
    let (tell, told) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let options = Options { data_dir, bin_dir: None, fast: true };
        let cluster = Cluster::start(&options, &mut |_| ()).map_err(|error| format!("{error:#}"));
        tell.send(cluster.as_ref().map(|cluster| cluster.url(NAME)).map_err(Clone::clone)).unwrap();
        loop {
            thread::park();
        }
    });
    told.recv().unwrap().unwrap_or_else(|why| panic!("no PostgreSQL for the tests: {why}"))
}

/// Removes the folders of processes that are gone.
fn sweep() {
    for folder in fs::read_dir(env::temp_dir()).unwrap().flatten() {
        let name = folder.file_name();
        let id = name.to_str().and_then(|name| name.strip_prefix(FOLDER)?.parse().ok());
        if let Some(process) = id.and_then(Pid::from_raw)
            && test_kill_process(process) == Err(Errno::SRCH)
        {
            let _ = fs::remove_dir_all(folder.path());
        }
    }
}
