use std::{
    io::{BufRead, BufReader},
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;

/// `first-call demo`, just started on an empty data folder.
pub struct Site {
    pub address: String,
    program: Child,
    _data: TempDir,
}

impl Site {
    pub fn start() -> Site {
        let data = tempfile::tempdir().unwrap();
        let mut program = Command::new(env!("CARGO_BIN_EXE_first-call"))
            .arg("demo")
            .env_remove("DATABASE_URL")
            .env("FIRST_CALL_LISTEN", "127.0.0.1:0")
            .env("FIRST_CALL_DATA_DIR", data.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
        let address = lines.by_ref().map_while(Result::ok).find_map(|line| {
            let at = line.find("http://127.0.0.1:")?;
            Some(line[at..].split_whitespace().next()?.trim_end_matches('/').to_owned())
        });
        let address = address.expect("the demo prints its address");
        // The pipe is read on, or a later line would stop the program.
        std::thread::spawn(move || lines.for_each(drop));
        Site { address, program, _data: data }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        let _ = Command::new("kill").arg(self.program.id().to_string()).status();
        let _ = self.program.wait();
    }
}
