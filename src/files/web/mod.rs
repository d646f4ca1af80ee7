mod receive;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use axum::{
    body::Body,
    extract::multipart::MultipartError,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures_util::TryStreamExt;

pub(crate) use receive::{Received, receive, unreadable};

use super::{
    model::{FileKey, Kind, Part},
    store::{Files, FilesError},
};
use crate::{
    values::AccountId,
    web::{App, Error, came_too_slowly},
};

impl From<FilesError> for Error {
    fn from(error: FilesError) -> Error {
        Error::Unexpected(error.into())
    }
}

/// Why a form with files was not read to its end.
pub(crate) enum Stopped {
    Body(MultipartError),
    Error(Error),
}

impl Stopped {
    /// Whether more came than any form of this kind may be.
    pub(crate) fn is_too_large(&self) -> bool {
        matches!(self, Stopped::Body(error) if error.status() == StatusCode::PAYLOAD_TOO_LARGE)
    }
}

impl From<MultipartError> for Stopped {
    fn from(error: MultipartError) -> Stopped {
        Stopped::Body(error)
    }
}

impl From<FilesError> for Stopped {
    fn from(error: FilesError) -> Stopped {
        Stopped::Error(error.into())
    }
}

/// What became of a body that does not come to its end.
impl From<Stopped> for Error {
    fn from(stopped: Stopped) -> Error {
        match stopped {
            Stopped::Error(error) => error,
            Stopped::Body(error) if came_too_slowly(&error) => Error::TooSlow,
            Stopped::Body(_) => Error::Unreadable(
                "What was sent did not arrive whole, so nothing of it was kept.".into(),
            ),
        }
    }
}

/// The store of this server; one in memory where nobody put one, as in tests.
pub(crate) fn of(app: &App) -> Arc<Files> {
    app.kept.get_or(Files::in_memory)
}

/// How many files one account may have on their way at once: there are places for some dozens, and
/// a slow line keeps its own for half an hour.
const EACH: usize = 2;

/// Who sends files to this server just now, and how many.
#[derive(Debug, Default)]
struct Senders(Mutex<HashMap<AccountId, usize>>);

/// A place among those who send a file; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Sending {
    senders: Arc<Senders>,
    account: AccountId,
}

/// None where this account has its files on their way already.
pub(crate) fn enter(app: &App, account: AccountId) -> Option<Sending> {
    let senders = app.kept.get_or(Senders::default);
    {
        let mut all = senders.0.lock().expect("no holder panics");
        let here = all.entry(account).or_default();
        if *here >= EACH {
            return None;
        }
        *here += 1;
    }
    Some(Sending { senders, account })
}

impl Drop for Sending {
    fn drop(&mut self) {
        if let Ok(mut all) = self.senders.0.lock()
            && let Some(here) = all.get_mut(&self.account)
        {
            *here -= 1;
            if *here == 0 {
                all.remove(&self.account);
            }
        }
    }
}

/// A file as it is answered: its row knows all of this.
#[derive(Clone, Debug)]
pub(crate) struct Served {
    pub(crate) key: FileKey,
    /// What we found it to be; never what somebody said it was.
    pub(crate) content_type: &'static str,
    pub(crate) bytes: u64,
    /// Of a file that never changes, its key does as well.
    pub(crate) etag: String,
    /// Who may keep a copy, and how long.
    pub(crate) cache: &'static str,
    /// What it is saved as: a browser shows nothing of it then. None is shown where it stands.
    pub(crate) saved_as: Option<String>,
}

impl Served {
    /// What one sent to another, to be saved: a browser shows nothing of it here. `kind` is a
    /// [`Kind::name`].
    pub(crate) fn attached(key: FileKey, kind: &str, bytes: i64, name: String) -> Served {
        Served {
            etag: key.as_str().rsplit('/').next().unwrap_or_default().to_owned(),
            key,
            content_type: Kind::content_type(kind),
            bytes: bytes.unsigned_abs(),
            // The file never changes; whether one may have it can.
            cache: "private, no-cache",
            saved_as: Some(name),
        }
    }
}

/// Answers with a file or the part of it that was asked for: a browser seeks in it, never runs it.
pub(crate) async fn serve(
    files: &Files,
    file: &Served,
    asked: &HeaderMap,
) -> Result<Response, Error> {
    let etag = format!("\"{}\"", file.etag);
    let says = |name: HeaderName| asked.get(name).and_then(|value| value.to_str().ok());
    let known = says(header::IF_NONE_MATCH)
        .is_some_and(|tags| tags == "*" || tags.split(',').any(|tag| tag.trim() == etag));
    if known {
        return Ok((StatusCode::NOT_MODIFIED, headers(file, &etag)).into_response());
    }
    // A part of another version than the one the browser has would not fit to it.
    let fits = says(header::IF_RANGE).is_none_or(|tag| tag.trim() == etag);
    let part = says(header::RANGE).filter(|_| fits);
    let part = part.map_or(Part::Whole, |range| Part::read(range, file.bytes));
    let (status, range) = match part {
        Part::Whole => (StatusCode::OK, None),
        Part::Bytes(range) => (StatusCode::PARTIAL_CONTENT, Some(range)),
        Part::Nothing => {
            let whole = [(header::CONTENT_RANGE, format!("bytes */{}", file.bytes))];
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, whole).into_response());
        }
    };
    let stream = files.stream(&file.key, range.clone()).await?.ok_or(Error::NotFound)?;
    let length = range.as_ref().map_or(file.bytes, |range| range.end - range.start);
    let body = Body::from_stream(stream.map_err(std::io::Error::other));
    let mut response = (status, headers(file, &etag), body).into_response();
    response.headers_mut().insert(header::CONTENT_LENGTH, length.into());
    if let Some(range) = range {
        let said = format!("bytes {}-{}/{}", range.start, range.end - 1, file.bytes);
        let said = HeaderValue::from_str(&said).expect("digits");
        response.headers_mut().insert(header::CONTENT_RANGE, said);
    }
    Ok(response)
}

fn headers(file: &Served, etag: &str) -> HeaderMap {
    let etag = HeaderValue::from_str(etag).unwrap_or(HeaderValue::from_static("\"\""));
    HeaderMap::from_iter([
        (header::CONTENT_TYPE, HeaderValue::from_static(file.content_type)),
        (header::ETAG, etag),
        (header::ACCEPT_RANGES, HeaderValue::from_static("bytes")),
        (header::CACHE_CONTROL, HeaderValue::from_static(file.cache)),
        (header::CONTENT_DISPOSITION, disposition(file.saved_as.as_deref())),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
        // Opened by itself, it may do nothing at all.
        (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static("sandbox")),
    ])
}

/// As RFC 6266 and RFC 8187 write a name: in plain letters for old programs, and as it is.
fn disposition(saved_as: Option<&str>) -> HeaderValue {
    let Some(name) = saved_as else { return HeaderValue::from_static("inline") };
    let plain = |c: char| if c.is_ascii_alphanumeric() || "-_. ".contains(c) { c } else { '_' };
    let letter = |b: u8| match b {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(b).to_string(),
        b => format!("%{b:02X}"),
    };
    let (old, new) =
        (name.chars().map(plain).collect::<String>(), name.bytes().map(letter).collect::<String>());
    let said = format!("attachment; filename=\"{old}\"; filename*=UTF-8''{new}");
    HeaderValue::from_str(&said).unwrap_or(HeaderValue::from_static("attachment"))
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn ask(range: &[(HeaderName, &str)]) -> (u16, String, String) {
        let files = Files::in_memory();
        let stored = files.put("tests", bytes::Bytes::from_static(b"0123456789")).await.unwrap();
        let file = Served {
            key: stored.key,
            content_type: "audio/wav",
            bytes: stored.bytes,
            etag: "abc".into(),
            cache: "private",
            saved_as: None,
        };
        let asked = range.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        let response = serve(&files, &file, &asked.collect()).await.unwrap();
        let status = response.status().as_u16();
        let range = response.headers().get(header::CONTENT_RANGE);
        let range = range.map_or(String::new(), |range| range.to_str().unwrap().to_owned());
        let body = to_bytes(response.into_body(), 100).await.unwrap();
        (status, range, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn a_part_is_answered_where_it_is_there_and_of_the_version_that_was_asked_for() {
        use header::{IF_NONE_MATCH, IF_RANGE, RANGE};
        let whole = (200, String::new(), "0123456789".to_owned());
        let part = (206, "bytes 2-4/10".to_owned(), "234".to_owned());
        assert_eq!(ask(&[]).await, whole);
        assert_eq!(ask(&[(RANGE, "bytes=2-4")]).await, part);
        assert_eq!(ask(&[(RANGE, "bytes=2-4"), (IF_RANGE, "\"abc\"")]).await, part);
        assert_eq!(ask(&[(RANGE, "bytes=2-4"), (IF_RANGE, "\"old\"")]).await, whole);
        assert_eq!(ask(&[(RANGE, "bytes=10-")]).await, (416, "bytes */10".into(), String::new()));
        assert_eq!(ask(&[(IF_NONE_MATCH, "\"abc\"")]).await, (304, String::new(), String::new()));
    }

    #[test]
    fn a_name_is_saved_as_it_is_and_no_letter_of_it_makes_a_header() {
        assert_eq!(disposition(None), "inline");
        let said = disposition(Some("Åse’s \"chart\".pdf\r\nx: y"));
        let plain = "attachment; filename=\"_se_s _chart_.pdf__x_ y\"";
        let whole = "filename*=UTF-8''%C3%85se%E2%80%99s%20%22chart%22.pdf%0D%0Ax%3A%20y";
        assert_eq!(said, format!("{plain}; {whole}"));
    }
}
