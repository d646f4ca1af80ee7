//! Forms with files, as a browser sends them.

use std::path::Path;

use axum::{body::Body, http::Request};
use first_call::files::Files;

use super::{Client, Reply, TestApp};

pub const EDGE: &str = "----a-browser-draws-this-line";
pub const PDF: &[u8] = b"%PDF-1.7\n% bars 1 to 32\n%%EOF\n";

/// Where a test's files of one room are: a folder, so that what is only half written shows too.
pub struct Shelf(tempfile::TempDir, &'static str);

impl Shelf {
    pub fn of(app: &TestApp, room: &'static str) -> Shelf {
        let folder = tempfile::tempdir().unwrap();
        app.app.kept.put(Files::in_folder(folder.path()).unwrap());
        Shelf(folder, room)
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn count(&self) -> usize {
        let entries = std::fs::read_dir(self.path().join(self.1));
        entries.map_or(0, Iterator::count)
    }
}

fn field(name: &str, value: &str) -> Vec<u8> {
    format!("--{EDGE}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into()
}

pub fn head_of(name: &str) -> Vec<u8> {
    format!(
        "--{EDGE}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/html\r\n\r\n"
    )
    .into()
}

pub fn form(fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Vec<u8> {
    let fields = fields.iter().flat_map(|(name, value)| field(name, value));
    let files = files.iter().flat_map(|(name, file)| [&head_of(name), *file, b"\r\n"].concat());
    fields.chain(files).chain(format!("--{EDGE}--\r\n").into_bytes()).collect()
}

pub async fn send(who: &Client, to: &str, body: impl Into<Body>) -> Reply {
    let kind = format!("multipart/form-data; boundary={EDGE}");
    let request =
        Request::post(to).header("content-type", kind).header("sec-fetch-site", "same-origin");
    who.send(request, body.into()).await
}
