//! A bucket as S3 would have it, as far as [`super::Files`] goes to it, on a socket of its own.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
    sync::{Arc, Mutex},
};

use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Query, State},
    http::{HeaderMap, Method, Uri},
    response::Response,
};
use bytes::Bytes;
use tokio::net::TcpListener;

use super::Files;
use crate::config::{FilesConfig, FilesPlace, S3Secret};

/// What is in it by key, and the pieces of what is still being written.
#[derive(Debug, Default)]
struct Shelf {
    whole: BTreeMap<String, Bytes>,
    pieces: HashMap<String, BTreeMap<usize, Bytes>>,
    begun: usize,
}

type Shared = Arc<Mutex<Shelf>>;

#[derive(Debug)]
pub(super) struct Bucket {
    endpoint: String,
    shelf: Shared,
}

impl Bucket {
    pub(super) async fn open() -> Bucket {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let bucket = Bucket::at(&format!("http://{}", listener.local_addr().unwrap()));
        let answers = Router::new().fallback(answer).layer(DefaultBodyLimit::disable());
        let answers = answers.with_state(Arc::clone(&bucket.shelf));
        tokio::spawn(async { axum::serve(listener, answers).await });
        bucket
    }

    pub(super) fn at(endpoint: &str) -> Bucket {
        Bucket { endpoint: endpoint.into(), shelf: Shared::default() }
    }

    /// The store at `bucket/prefix`, by the key that is known here.
    pub(super) fn files(&self, place: &str) -> Files {
        self.files_signed_by(place, Some("KNOWN"))
    }

    pub(super) fn files_signed_by(&self, place: &str, key: Option<&str>) -> Files {
        let (bucket, prefix) = place.split_once('/').unwrap_or((place, ""));
        let config = FilesConfig {
            files: Some(FilesPlace::S3 { bucket: bucket.into(), prefix: prefix.into() }),
            s3_endpoint: Some(self.endpoint.clone()),
            s3_region: "eu-central-1".into(),
            s3_key_id: Some(key.unwrap_or("STRANGE").into()),
            s3_secret: Some(S3Secret::from("hush".to_owned())),
        };
        Files::open(&config, std::path::Path::new("/nowhere")).unwrap()
    }

    pub(super) fn keys(&self) -> Vec<String> {
        self.shelf.lock().unwrap().whole.keys().cloned().collect()
    }

    pub(super) fn unfinished(&self) -> usize {
        self.shelf.lock().unwrap().pieces.len()
    }
}

fn said(status: u16, body: impl Into<Body>) -> Response {
    let tag = ("etag", "\"tag\"");
    let modified = ("last-modified", "Mon, 23 Nov 2026 15:00:00 GMT");
    let response = Response::builder().status(status).header(tag.0, tag.1);
    response.header(modified.0, modified.1).body(body.into()).unwrap()
}

async fn answer(
    State(shelf): State<Shared>,
    method: Method,
    uri: Uri,
    Query(query): Query<HashMap<String, String>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let head = |name: &str| headers.get(name).map_or("", |value| value.to_str().unwrap());
    let signature = head("authorization");
    let is_known = signature.starts_with("AWS4-HMAC-SHA256 Credential=KNOWN/")
        && signature.contains("/eu-central-1/s3/aws4_request");
    let Some(key) = uri.path().strip_prefix("/first-call").filter(|_| is_known) else {
        return said(403, "<Error><Code>AccessDenied</Code></Error>");
    };
    let key = key.trim_start_matches('/').to_owned();
    let mut shelf = shelf.lock().unwrap();
    let upload = query.get("uploadId").cloned();
    match (method.as_str(), upload) {
        ("POST", None) if query.contains_key("uploads") => {
            shelf.begun += 1;
            let upload = shelf.begun.to_string();
            shelf.pieces.insert(upload.clone(), BTreeMap::new());
            let told = format!(
                "<InitiateMultipartUploadResult><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>"
            );
            said(200, told)
        }
        ("PUT", Some(upload)) => {
            let number = query["partNumber"].parse().unwrap();
            shelf.pieces.get_mut(&upload).unwrap().insert(number, body);
            said(200, "")
        }
        ("POST", Some(upload)) => {
            let pieces: Vec<Bytes> = shelf.pieces.remove(&upload).unwrap().into_values().collect();
            let (_, others) = pieces.split_last().unwrap();
            if others.iter().any(|piece| piece.len() < 5 * 1024 * 1024) {
                return said(400, "<Error><Code>EntityTooSmall</Code></Error>");
            }
            shelf.whole.insert(key, pieces.concat().into());
            let told =
                "<CompleteMultipartUploadResult><ETag>tag</ETag></CompleteMultipartUploadResult>";
            said(200, told)
        }
        ("DELETE", Some(upload)) => {
            shelf.pieces.remove(&upload);
            said(204, "")
        }
        ("PUT", None) => {
            shelf.whole.insert(key, body);
            said(200, "")
        }
        ("DELETE", None) => {
            shelf.whole.remove(&key);
            said(204, "")
        }
        ("GET", None) if key.is_empty() => said(200, listed(&shelf, &query["prefix"])),
        ("GET", None) => match shelf.whole.get(&key) {
            Some(file) => part(file, head("range")),
            None => said(404, "<Error><Code>NoSuchKey</Code></Error>"),
        },
        _ => said(405, ""),
    }
}

fn listed(shelf: &Shelf, prefix: &str) -> String {
    let mut told = "<ListBucketResult>".to_owned();
    for (key, file) in shelf.whole.iter().filter(|(key, _)| key.starts_with(prefix)) {
        let modified = "2026-11-23T15:00:00.000Z";
        let size = file.len();
        write!(
            told,
            "<Contents><Key>{key}</Key><Size>{size}</Size><LastModified>{modified}</LastModified></Contents>"
        )
        .unwrap();
    }
    told + "</ListBucketResult>"
}

fn part(file: &Bytes, range: &str) -> Response {
    let Some((from, last)) = range.strip_prefix("bytes=").and_then(|range| range.split_once('-'))
    else {
        return said(200, file.clone());
    };
    let (from, last): (usize, usize) = (from.parse().unwrap(), last.parse().unwrap());
    let last = last.min(file.len() - 1);
    let mut response = said(206, file.slice(from..=last));
    let told = format!("bytes {from}-{last}/{}", file.len());
    response.headers_mut().insert("content-range", told.parse().unwrap());
    response
}
