//! The very statements of searches, prepared and sent by `pgbench`.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{kinds::Kind, servers::PROGRAM};

pub(crate) struct PgBench {
    program: PathBuf,
    url: String,
    folder: PathBuf,
}

/// Statements in files, and what each is sent with.
#[derive(Default)]
pub(crate) struct Scripts {
    arguments: Vec<String>,
}

impl PgBench {
    /// None, and a word about it, where the machine has no such program.
    pub(crate) fn find(url: &str, folder: &Path) -> Option<PgBench> {
        let named = std::env::var_os("PG_BIN_DIR").map(PathBuf::from);
        let debian = (15..30).rev().map(|major| format!("/usr/lib/postgresql/{major}/bin").into());
        let path = std::env::var_os("PATH").unwrap_or_default();
        let all = named.into_iter().chain(debian).chain(std::env::split_paths(&path));
        let program = all.map(|folder: PathBuf| folder.join("pgbench")).find(|it| it.exists());
        if program.is_none() {
            println!(
                "There is no pgbench on this machine (neither in PG_BIN_DIR nor in PATH; \
                 `apt-get install postgresql` brings it), so nothing is compared with the SQL alone.\n"
            );
        }
        let folder = folder.join("sql");
        fs::create_dir_all(&folder).unwrap();
        Some(PgBench { program: program?, url: url.to_owned(), folder })
    }

    /// For each kind that is a search its own; asks our program what they all ask Postgres.
    pub(crate) fn scripts<'a>(&self, kinds: impl Iterator<Item = &'a Kind>) -> Vec<Scripts> {
        let kinds: Vec<&Kind> = kinds.collect();
        let mut program = Command::new(PROGRAM);
        program.args(["bench-sql", "--database-url", &self.url, "--"]);
        program.args(kinds.iter().flat_map(|kind| &kind.searches));
        let told = program.output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        let lines = String::from_utf8(told.stdout).unwrap();
        let mut lines = lines.lines().enumerate();
        kinds
            .iter()
            .map(|kind| {
                let own = lines.by_ref().take(kind.searches.len());
                let each = own.flat_map(|(at, line)| self.script(at, line));
                Scripts { arguments: each.collect() }
            })
            .collect()
    }

    /// One statement in a file of its own, and what it is sent with.
    fn script(&self, at: usize, line: &str) -> Vec<String> {
        let told: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut sql = told["sql"].as_str().unwrap().to_owned();
        let mut arguments = Vec::new();
        // From the last on, so that $1 is not found in $12.
        for (number, value) in told["arguments"].as_array().unwrap().iter().enumerate().rev() {
            let name = format!("q{at}a{number}");
            sql = sql.replace(&format!("${}::", number + 1), &format!(":{name}::"));
            arguments.push(format!("--define={name}={}", value.as_str().unwrap()));
        }
        let file = self.folder.join(format!("{at}.sql"));
        fs::write(&file, sql + ";\n").unwrap();
        arguments.push(format!("--file={}", file.display()));
        arguments
    }

    /// Statements a second.
    pub(crate) fn run(&self, scripts: &Scripts, clients: usize, length: Duration) -> f64 {
        let mut run = Command::new(&self.program);
        run.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
        run.arg(format!("--client={clients}"));
        run.arg(format!("--time={}", length.as_secs().max(1)));
        run.args(&scripts.arguments).arg(&self.url);
        // As our own connections are.
        run.env("PGOPTIONS", "-c max_parallel_workers_per_gather=0 -c jit=off");
        let output = run.output().unwrap();
        let told = String::from_utf8_lossy(&output.stdout);
        let rate = told.lines().find_map(|line| line.strip_prefix("tps = "));
        let rate = rate.and_then(|rest| rest.split_whitespace().next());
        match rate.and_then(|rate| rate.parse().ok()) {
            Some(rate) => rate,
            None => panic!("pgbench: {told}{}", String::from_utf8_lossy(&output.stderr)),
        }
    }
}
