//! The folder of the server's socket, and the URL that leads to it.

use std::{
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
};

use super::{
    place::{Home, private_folder, short_name},
    runner::Runner,
};

/// The port names the socket's file; nothing listens on it.
pub(super) const PORT: &str = "5432";

/// The longest path a Unix socket can have, in bytes.
const LONGEST: usize = 107;

/// A folder only the server's user may enter. Whoever gets in needs no password.
#[derive(Clone, Debug)]
pub(super) struct Socket {
    pub(super) folder: PathBuf,
}

impl Socket {
    /// The home's own folder; where its path is too long for a socket or is not UTF-8, which a URL
    /// must be, one under `/tmp` named after the home. Not under `TMPDIR`: it may differ between
    /// two processes, which must find each other here.
    pub(super) fn of(home: &Home, runner: Runner) -> anyhow::Result<Socket> {
        let mut socket = Socket { folder: home.folder.join("socket") };
        let path = socket.file();
        if path.as_os_str().len() > LONGEST || path.to_str().is_none() {
            socket.folder =
                Path::new("/tmp").join(format!("first-call-{}", short_name(&home.folder)));
        }
        private_folder(&socket.folder, runner)?;
        Ok(socket)
    }

    pub(super) fn file(&self) -> PathBuf {
        self.folder.join(format!(".s.PGSQL.{PORT}"))
    }

    /// The file in which the server notes who listens on the socket.
    pub(super) fn note(&self) -> PathBuf {
        self.folder.join(format!(".s.PGSQL.{PORT}.lock"))
    }

    pub(super) fn answers(&self) -> bool {
        UnixStream::connect(self.file()).is_ok()
    }

    /// The folder as the server's setting wants it: in a list divided by commas, quoted.
    pub(super) fn as_setting(&self) -> String {
        format!("unix_socket_directories=\"{}\"", self.path().replace('"', "\"\""))
    }

    /// Says port and TLS although both are the default: `PGPORT` and `PGSSLMODE` of whoever
    /// started us would fill a gap.
    pub(super) fn url(&self, database: &str) -> String {
        let (database, folder) = (escaped(database), escaped(self.path()));
        format!("postgres://app@localhost:{PORT}/{database}?host={folder}&sslmode=disable")
    }

    fn path(&self) -> &str {
        self.folder.to_str().expect("`of` chose a path in UTF-8")
    }
}

fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                escaped.push(char::from(byte));
            }
            _ => escaped.push_str(&format!("%{byte:02X}")),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_quoted_in_the_setting_and_escaped_in_the_url() {
        let socket = Socket { folder: "/a \"b\", c+ü%".into() };
        assert_eq!(socket.as_setting(), r#"unix_socket_directories="/a ""b"", c+ü%""#);
        let expected = "postgres://app@localhost:5432/first%20call\
                        ?host=/a%20%22b%22%2C%20c%2B%C3%BC%25&sslmode=disable";
        assert_eq!(socket.url("first call"), expected);
    }
}
